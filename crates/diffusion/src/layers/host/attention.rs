//! Attention with its weights written out, for images of moderate size.

use burn::tensor::Tensor;

use super::exp::exp_of;
use super::{from_values, into_values};

/// The weights of attention are written out up to this many values for one batch (64 MB).
const MAX_SCORES: usize = 1 << 24;

/// `softmax(Q Kᵀ / √width) V` for `[batch, heads, tokens, width]`, or `None` where the weights would be too many.
///
/// The products take queries, keys and values as they lie in memory, so that splitting heads costs no copies.
pub(in crate::layers) fn attention(query: &Tensor<4>, key: &Tensor<4>, value: &Tensor<4>) -> Option<Tensor<4>> {
    let [batch, heads, queries, width] = query.dims();
    let [_, _, keys, _] = key.dims();
    if keys == 0 || batch * heads * queries * keys > MAX_SCORES {
        return None;
    }
    let scores = query.clone().matmul(key.clone().swap_dims(2, 3));
    let mut weights = into_values(scores);
    let scale = 1.0 / (width as f32).sqrt();
    for row in weights.chunks_exact_mut(keys) {
        softmax(row, scale);
    }
    Some(from_values(weights, [batch, heads, queries, keys]).matmul(value.clone()))
}

/// `softmax(scale · row)` in place.
fn softmax(row: &mut [f32], scale: f32) {
    const LANES: usize = 8;
    let mut largest = [f32::NEG_INFINITY; LANES];
    let parts = row.chunks_exact(LANES);
    let rest = parts.remainder().iter().fold(f32::NEG_INFINITY, |largest, value| largest.max(*value));
    for part in parts {
        for (largest, value) in largest.iter_mut().zip(part) {
            *largest = if *value > *largest { *value } else { *largest };
        }
    }
    let largest = largest.iter().fold(rest, |largest, value| largest.max(*value));
    for value in row.iter_mut() {
        *value = exp_of((*value - largest) * scale);
    }
    let mut sums = [0.0_f32; LANES];
    let parts = row.chunks_exact(LANES);
    let rest: f32 = parts.remainder().iter().sum();
    for part in parts {
        for (sum, value) in sums.iter_mut().zip(part) {
            *sum += value;
        }
    }
    let factor = 1.0 / (sums.iter().sum::<f32>() + rest);
    for value in row.iter_mut() {
        *value *= factor;
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::module;

    use super::super::tests::{largest_difference, numbers};
    use super::*;

    #[test]
    fn attention_is_that_of_the_tensor_operation_however_the_heads_lie_in_memory() {
        let heads = |tokens: usize, seed: usize| {
            (numbers([2, tokens, 3 * 5], seed) * 4.0).reshape([2, tokens, 3, 5]).swap_dims(1, 2)
        };
        let (query, key, value) = (heads(19, 1), heads(11, 2), heads(11, 3));
        let expected = module::attention(query.clone(), key.clone(), value.clone(), None, None, Default::default());
        let found = attention(&query, &key, &value).unwrap();
        assert!(largest_difference(found, expected) < 1e-5);
    }

    #[test]
    fn large_scores_do_not_overflow() {
        let mut row = vec![1000.0, -1000.0, 999.0];
        softmax(&mut row, 1.0);
        assert!((row[0] - 0.731_058_6).abs() < 1e-6 && row[1] == 0.0 || row[1] < 1e-30);
        assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-6);
    }
}
