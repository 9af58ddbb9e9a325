//! The Lanczos filter along one axis.

/// Lobes of the window on each side.
const LANCZOS_LOBES: f64 = 3.0;

/// The old pixels that one new pixel is made of, along one axis.
pub(super) struct Taps {
    first: usize,
    weights: Vec<f32>,
}

impl Taps {
    /// For every new pixel its taps.
    pub(super) fn all(old_len: usize, new_len: usize) -> Vec<Self> {
        let scale = old_len as f64 / new_len as f64;
        let widening = scale.max(1.0);
        let reach = LANCZOS_LOBES * widening;
        (0..new_len)
            .map(|idx| {
                let centre = (idx as f64 + 0.5) * scale;
                let first = (centre - reach + 0.5).max(0.0) as usize;
                let end = ((centre + reach + 0.5) as usize).min(old_len);
                let weights: Vec<f64> =
                    (first..end).map(|old| lanczos((old as f64 + 0.5 - centre) / widening)).collect();
                let sum: f64 = weights.iter().sum();
                Self { first, weights: weights.into_iter().map(|weight| (weight / sum) as f32).collect() }
            })
            .collect()
    }

    pub(super) fn sum(&self, pixel: impl Fn(usize) -> [f32; 4]) -> [f32; 4] {
        let mut total = [0.0; 4];
        for (idx, weight) in self.weights.iter().enumerate() {
            for (total, value) in total.iter_mut().zip(pixel(self.first + idx)) {
                *total += weight * value;
            }
        }
        total
    }
}

fn lanczos(x: f64) -> f64 {
    let sinc = |x: f64| {
        let x = x * std::f64::consts::PI;
        if x == 0.0 { 1.0 } else { x.sin() / x }
    };
    if x.abs() < LANCZOS_LOBES { sinc(x) * sinc(x / LANCZOS_LOBES) } else { 0.0 }
}
