//! Scaling of 8-bit rows: thumbnails of opaque pictures, masks at the size of a picture.
//!
//! An area filter where pixels become fewer, straight lines between pixels where they become more. Both keep what is
//! constant constant, and a mask's 0 and 255 are only reached where everything around them is.

/// The source positions of one output position, and their shares in 1/65536 (which sum to 65536).
struct Taps {
    first: usize,
    shares: Vec<u32>,
}

const ONE: f64 = 65536.0;

fn taps(source_len: usize, target_len: usize) -> Vec<Taps> {
    let ratio = source_len as f64 / target_len as f64;
    (0..target_len)
        .map(|idx| {
            let (low, high) = if ratio >= 1.0 {
                (idx as f64 * ratio, (idx + 1) as f64 * ratio)
            } else {
                // A window one pixel wide, moved in fractions, is the straight line between two pixels.
                let centre = ((idx as f64 + 0.5) * ratio).clamp(0.5, source_len as f64 - 0.5);
                (centre - 0.5, centre + 0.5)
            };
            let first = (low.floor() as usize).min(source_len - 1);
            let end = (high.ceil() as usize).clamp(first + 1, source_len);
            let share = |at: usize| (high.min((at + 1) as f64) - low.max(at as f64)).max(0.0) / (high - low);
            let mut shares: Vec<u32> = (first..end).map(|at| (share(at) * ONE).round() as u32).collect();
            // Rounding must not make the constant drift: the largest share takes the difference.
            let sum: u32 = shares.iter().sum();
            if let Some(largest) = shares.iter_mut().max() {
                *largest = (*largest + ONE as u32).saturating_sub(sum);
            }
            Taps { first, shares }
        })
        .collect()
}

/// Scales rows of `N` bytes a pixel. `pixels` holds `source.0 * source.1 * N` bytes; the answer likewise.
///
/// Empty sizes and buffers of another length give an empty answer.
pub(crate) fn scaled<const N: usize>(pixels: &[u8], source: (u32, u32), target: (u32, u32)) -> Vec<u8> {
    let (width, height) = (source.0 as usize, source.1 as usize);
    let is_empty = width * height * N == 0 || target.0 == 0 || target.1 == 0;
    if is_empty || pixels.len() != width * height * N {
        return Vec::new();
    }
    if source == target {
        return pixels.to_vec();
    }
    let column_taps = taps(width, target.0 as usize);
    let row_len = target.0 as usize * N;
    let mut output = Vec::with_capacity(row_len * target.1 as usize);
    let mut sums = vec![0_u64; width * N];
    for row_taps in taps(height, target.1 as usize) {
        // Down first, since rows are read in their order; then across.
        sums.fill(0);
        for (idx, share) in row_taps.shares.iter().enumerate() {
            let start = (row_taps.first + idx) * width * N;
            for (sum, value) in sums.iter_mut().zip(&pixels[start..start + width * N]) {
                *sum += u64::from(*value) * u64::from(*share);
            }
        }
        for column in &column_taps {
            for channel in 0..N {
                let parts = column.shares.iter().enumerate();
                let sum: u64 =
                    parts.map(|(idx, share)| sums[(column.first + idx) * N + channel] * u64::from(*share)).sum();
                output.push(((sum + (1 << 31)) >> 32) as u8);
            }
        }
    }
    output
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_constant_stays_so_at_every_size() {
        for source in [(1, 1), (3, 5), (64, 48), (101, 7)] {
            for target in [(1, 1), (2, 3), (57, 64), (200, 9)] {
                for value in [0, 1, 128, 254, 255] {
                    let pixels = vec![value; (source.0 * source.1 * 3) as usize];
                    let scaled = scaled::<3>(&pixels, source, target);
                    assert_eq!(scaled.len(), (target.0 * target.1 * 3) as usize);
                    assert!(scaled.iter().all(|it| *it == value), "{source:?} {target:?} {value}");
                }
            }
        }
    }

    #[test]
    fn fewer_pixels_are_means_and_more_pixels_lie_on_lines() {
        assert_eq!(scaled::<1>(&[0, 100, 200, 40], (4, 1), (2, 1)), [50, 120]);
        assert_eq!(scaled::<1>(&[0, 100], (2, 1), (4, 1)), [0, 25, 75, 100]);
        assert_eq!(scaled::<1>(&[0, 100, 200, 40], (2, 2), (1, 1)), [85]);
        assert_eq!(scaled::<2>(&[0, 9, 100, 7], (2, 1), (1, 1)), [50, 8]);
    }

    #[test]
    fn nothing_is_scaled_to_nothing() {
        assert!(scaled::<1>(&[], (0, 4), (2, 2)).is_empty());
        assert!(scaled::<1>(&[1], (1, 1), (0, 2)).is_empty());
        assert!(scaled::<1>(&[1, 2, 3], (1, 1), (2, 2)).is_empty());
    }
}
