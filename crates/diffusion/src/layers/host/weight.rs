//! Weights in memory: turned over when loaded, and kept in 16 bits.

use burn::tensor::Tensor;
use half::f16;
use half::slice::HalfFloatSliceExt;

use super::from_values;

/// Side of the squares in which a matrix is turned over: two of them fit into the fastest cache.
const TILE: usize = 32;
/// So many values are converted at a time; a part for one thread.
const CONVERTED_AT_ONCE: usize = 1 << 16;

/// Writes `values` (`[outputs, inputs]`) turned over into the columns from `start` of `target` (`[inputs, total]`).
pub(in crate::layers) fn transpose_into<T: Copy>(
    values: &[T],
    inputs: usize,
    target: &mut [T],
    total: usize,
    start: usize,
) {
    if inputs == 0 {
        return;
    }
    for (tile_row_idx, rows) in values.chunks(TILE * inputs).enumerate() {
        let first_column = start + tile_row_idx * TILE;
        for first_input in (0..inputs).step_by(TILE) {
            for input_idx in first_input..(first_input + TILE).min(inputs) {
                let line = &mut target[input_idx * total + first_column..][..rows.len() / inputs];
                for (value, row) in line.iter_mut().zip(rows.chunks_exact(inputs)) {
                    *value = row[input_idx];
                }
            }
        }
    }
}

/// Values rounded to 16 bits; what is too large for them becomes infinite.
pub(in crate::layers) fn narrow(values: &[f32]) -> Vec<f16> {
    let mut narrowed = vec![f16::ZERO; values.len()];
    for_chunks(&mut narrowed, values, |narrowed, values| narrowed.convert_from_f32_slice(values));
    narrowed
}

/// A matrix of these values in 32 bits.
pub(in crate::layers) fn widen(values: &[f16], shape: [usize; 2]) -> Tensor<2> {
    let mut widened = vec![0.0_f32; values.len()];
    for_chunks(&mut widened, values, |widened, values| values.convert_to_f32_slice(widened));
    from_values(widened, shape)
}

/// Runs `convert` on parts of both slices, on several threads where there are any.
#[cfg(not(target_arch = "wasm32"))]
fn for_chunks<T: Send, S: Sync>(target: &mut [T], source: &[S], convert: impl Fn(&mut [T], &[S]) + Sync) {
    use rayon::prelude::*;

    let parts = target.par_chunks_mut(CONVERTED_AT_ONCE).zip(source.par_chunks(CONVERTED_AT_ONCE));
    parts.for_each(|(target, source)| convert(target, source));
}

/// Runs `convert` on parts of both slices.
#[cfg(target_arch = "wasm32")]
fn for_chunks<T: Send, S: Sync>(target: &mut [T], source: &[S], convert: impl Fn(&mut [T], &[S]) + Sync) {
    for (target, source) in target.chunks_mut(CONVERTED_AT_ONCE).zip(source.chunks(CONVERTED_AT_ONCE)) {
        convert(target, source);
    }
}

#[cfg(test)]
mod tests {
    use super::super::into_values;
    use super::*;

    #[test]
    fn matrices_of_any_size_are_turned_over_into_their_columns() {
        for (outputs, inputs, before, after) in [(1, 1, 0, 0), (33, 65, 2, 1), (64, 32, 0, 3), (5, 40, 7, 0)] {
            let values: Vec<f32> = (0..outputs * inputs).map(|idx| idx as f32).collect();
            let total = before + outputs + after;
            let mut target = vec![-1.0; inputs * total];
            transpose_into(&values, inputs, &mut target, total, before);
            for input_idx in 0..inputs {
                for column in 0..total {
                    let expected = match column.checked_sub(before) {
                        Some(output_idx) if output_idx < outputs => values[output_idx * inputs + input_idx],
                        _ => -1.0,
                    };
                    assert_eq!(target[input_idx * total + column], expected);
                }
            }
        }
    }

    #[test]
    fn sixteen_bits_keep_three_digits_also_of_more_values_than_one_part_has() {
        let values: Vec<f32> = (0..CONVERTED_AT_ONCE + 77).map(|idx| (idx as f32 * 0.37).sin() * 1000.0).collect();
        let back = into_values(widen(&narrow(&values), [1, values.len()]));
        assert!(values.iter().zip(&back).all(|(value, back)| (value - back).abs() <= value.abs() / 2048.0 + 1e-7));
        assert_eq!(narrow(&[1e6, -1e6]), [f16::INFINITY, f16::NEG_INFINITY]);
    }
}
