//! Scaling of pictures: an area filter down, Catmull–Rom up, each axis by itself, on premultiplied floats.

use crate::PixelRect;

/// The source positions that one output position is made of, and their weights (which sum to 1).
struct Taps {
    first: usize,
    weights: Vec<f32>,
}

/// What each output position of an axis is made of.
fn taps(source_len: usize, target_len: usize) -> Vec<Taps> {
    let ratio = source_len as f64 / target_len as f64;
    (0..target_len)
        .map(|idx| {
            if ratio >= 1.0 {
                // The share of each source pixel in the stretch that the output pixel covers.
                let (low, high) = (idx as f64 * ratio, (idx + 1) as f64 * ratio);
                let first = low.floor() as usize;
                let end = (high.ceil() as usize).clamp(first + 1, source_len);
                let share = |at: usize| (high.min((at + 1) as f64) - low.max(at as f64)).max(0.0);
                normalised(first, (first..end).map(share).collect())
            } else {
                let centre = (idx as f64 + 0.5) * ratio - 0.5;
                let start = centre.floor() as i64 - 1;
                let mut weights = [0.0; 4];
                let mut first = usize::MAX;
                // Beyond the edge the outermost pixel is repeated: its weight grows.
                for at in start..start + 4 {
                    let held = at.clamp(0, source_len as i64 - 1) as usize;
                    first = first.min(held);
                    weights[held - first] += catmull_rom(centre - at as f64);
                }
                let len = weights.len().min(source_len - first);
                normalised(first, weights[..len].to_vec())
            }
        })
        .collect()
}

fn normalised(first: usize, weights: Vec<f64>) -> Taps {
    let sum: f64 = weights.iter().sum();
    Taps { first, weights: weights.iter().map(|weight| (weight / sum) as f32).collect() }
}

/// The cubic of Catmull and Rom (Keys with a = −1/2).
fn catmull_rom(distance: f64) -> f64 {
    let x = distance.abs();
    if x < 1.0 {
        (1.5 * x - 2.5) * x * x + 1.0
    } else if x < 2.0 {
        ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0
    } else {
        0.0
    }
}

/// Scales a picture of premultiplied pixels (4 floats each).
///
/// `read_row(y, row)` fills source row `y` (`source.0 * 4` floats); `write_row(y, row)` takes output row `y`.
/// What Catmull–Rom overshoots is cut: alpha to `0..=one`, colours to `0..=alpha`.
pub(crate) fn resample(
    source: (u32, u32),
    target: (u32, u32),
    one: f32,
    read_row: &mut dyn FnMut(u32, &mut [f32]),
    write_row: &mut dyn FnMut(u32, &[f32]),
) {
    let whole = PixelRect::new(0, 0, target.0, target.1);
    resample_part(source, target, whole, one, read_row, write_row);
}

/// The output positions of an axis that the source positions `low..high` have a share in.
pub(crate) fn touched(source_len: u32, target_len: u32, (low, high): (u32, u32)) -> (u32, u32) {
    let taps = taps(source_len as usize, target_len as usize);
    let is_touched = |taps: &Taps| taps.first < high as usize && taps.first + taps.weights.len() > low as usize;
    let first = taps.iter().position(is_touched).unwrap_or(0);
    let last = taps.iter().rposition(is_touched).unwrap_or(0);
    (first as u32, last as u32 + 1)
}

/// The taps of a part of an axis, and the source positions that they reach.
fn taps_of_part(source_len: u32, target_len: u32, part: (u32, u32)) -> (Vec<Taps>, (u32, u32)) {
    let all = taps(source_len as usize, target_len as usize).into_iter();
    let some: Vec<Taps> = all.take(part.1 as usize).skip(part.0 as usize).collect();
    let first = some.iter().map(|it| it.first).min().unwrap_or(0);
    let end = some.iter().map(|it| it.first + it.weights.len()).max().unwrap_or(first);
    (some, (first as u32, end as u32))
}

/// The part of the source that a part of the output is made of.
pub(crate) fn source_of_part(source: (u32, u32), target: (u32, u32), part: PixelRect) -> PixelRect {
    let (_, (left, right)) = taps_of_part(source.0, target.0, (part.left, part.right));
    let (_, (top, bottom)) = taps_of_part(source.1, target.1, (part.top, part.bottom));
    PixelRect::new(left, top, right, bottom)
}

/// The same for a part of the output, which lies inside of it, alone. `read_row` fills the columns of
/// [`source_of_part`], and is asked for its rows alone.
pub(crate) fn resample_part(
    source: (u32, u32),
    target: (u32, u32),
    part: PixelRect,
    one: f32,
    read_row: &mut dyn FnMut(u32, &mut [f32]),
    write_row: &mut dyn FnMut(u32, &[f32]),
) {
    let (mut column_taps, (left, right)) = taps_of_part(source.0, target.0, (part.left, part.right));
    let (row_taps, (top, _)) = taps_of_part(source.1, target.1, (part.top, part.bottom));
    column_taps.iter_mut().for_each(|taps| taps.first -= left as usize);
    let target_len = part.width() as usize * 4;
    let mut source_row = vec![0.0; (right - left) as usize * 4];
    // Rows of the source, scaled across and kept as long as an output row needs them.
    let mut held: std::collections::VecDeque<Vec<f32>> = std::collections::VecDeque::new();
    let mut spare: Vec<Vec<f32>> = Vec::new();
    let mut held_first = top as usize;
    let mut output = vec![0.0; target_len];
    for (y, taps) in (part.top..).zip(&row_taps) {
        while held_first < taps.first {
            spare.extend(held.pop_front());
            held_first += 1;
        }
        while held_first + held.len() < taps.first + taps.weights.len() {
            read_row((held_first + held.len()) as u32, &mut source_row);
            let mut row = spare.pop().unwrap_or_else(|| vec![0.0; target_len]);
            for (pixel, taps) in row.chunks_exact_mut(4).zip(&column_taps) {
                let mut sum = [0.0; 4];
                let from = &source_row[taps.first * 4..(taps.first + taps.weights.len()) * 4];
                for (value, weight) in from.chunks_exact(4).zip(&taps.weights) {
                    for channel in 0..4 {
                        sum[channel] += value[channel] * weight;
                    }
                }
                pixel.copy_from_slice(&sum);
            }
            held.push_back(row);
        }
        output.fill(0.0);
        for (row, weight) in held.iter().zip(&taps.weights) {
            for (sum, value) in output.iter_mut().zip(row) {
                *sum += value * weight;
            }
        }
        for pixel in output.chunks_exact_mut(4) {
            let alpha = pixel[3].clamp(0.0, one);
            // Where alpha overshoots, the colours do so with it: scaled together they stay the colour they are.
            let scale = if pixel[3] > one { one / pixel[3] } else { 1.0 };
            pixel[3] = alpha;
            for value in &mut pixel[..3] {
                *value = (*value * scale).clamp(0.0, alpha);
            }
        }
        write_row(y, &output);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scaled(source: &[f32], target_len: u32) -> Vec<f32> {
        let mut output = Vec::new();
        resample(
            (source.len() as u32, 1),
            (target_len, 1),
            1.0,
            &mut |_, row| {
                for (pixel, value) in row.chunks_exact_mut(4).zip(source) {
                    pixel.copy_from_slice(&[*value, *value, *value, 1.0]);
                }
            },
            &mut |_, row| output.extend(row.chunks_exact(4).map(|pixel| pixel[0])),
        );
        output
    }

    #[test]
    fn going_down_averages_areas() {
        assert_eq!(scaled(&[0.0, 1.0, 0.5, 0.5], 2), [0.5, 0.5]);
        let thirds = scaled(&[1.0, 0.0, 0.0], 2);
        assert!((thirds[0] - 2.0 / 3.0).abs() < 1e-6 && thirds[1].abs() < 1e-6);
    }

    #[test]
    fn going_up_keeps_flat_colours_flat_and_ramps_straight() {
        assert!(scaled(&[0.3; 5], 13).iter().all(|value| (value - 0.3).abs() < 1e-6));
        let ramp: Vec<f32> = (0..10).map(|idx| idx as f32 / 10.0).collect();
        let doubled = scaled(&ramp, 20);
        for (idx, value) in doubled.iter().enumerate().take(16).skip(4) {
            let exact = ((idx as f32 + 0.5) / 2.0 - 0.5) / 10.0;
            assert!((value - exact).abs() < 1e-5, "{idx}: {value} for {exact}");
        }
        assert_eq!(scaled(&[0.7], 3).len(), 3);
    }

    #[test]
    fn the_same_length_is_the_same_picture() {
        let row = [0.1, 0.9, 0.3, 0.0, 1.0];
        assert_eq!(scaled(&row, 5), row);
    }

    #[test]
    fn overshoot_is_cut() {
        assert!(scaled(&[0.0, 0.0, 1.0, 1.0], 40).iter().all(|value| (0.0..=1.0).contains(value)));
    }
}
