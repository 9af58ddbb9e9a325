//! Two thresholds: what is above the low one counts where it touches what is above the high one.

/// What a pixel is before the weak ones are decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Strength {
    /// Below both thresholds.
    None,
    /// Between them.
    Weak,
    /// Above both.
    Strong,
}

/// Strong pixels, and weak ones that reach one over weak ones, over edges or corners: 255, all others 0.
pub(super) fn connect(mut pixels: Vec<Strength>, width: usize) -> Vec<u8> {
    if width == 0 {
        return Vec::new();
    }
    let height = pixels.len() / width;
    let mut open: Vec<usize> = (0..pixels.len()).filter(|idx| pixels[*idx] == Strength::Strong).collect();
    while let Some(idx) = open.pop() {
        let (x, y) = (idx % width, idx / width);
        for near_y in y.saturating_sub(1)..(y + 2).min(height) {
            for near_x in x.saturating_sub(1)..(x + 2).min(width) {
                let near = near_y * width + near_x;
                if pixels[near] == Strength::Weak {
                    pixels[near] = Strength::Strong;
                    open.push(near);
                }
            }
        }
    }
    pixels.into_iter().map(|strength| if strength == Strength::Strong { 255 } else { 0 }).collect()
}
