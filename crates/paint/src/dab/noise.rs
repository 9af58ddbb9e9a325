//! Chance that is the same every time: hashes of numbers, and smooth noise that repeats without a seam.

/// Mixes a number until nothing of its order is left (the finaliser of MurmurHash3, by Austin Appleby, public domain).
fn mixed(mut value: u32) -> u32 {
    value ^= value >> 16;
    value = value.wrapping_mul(0x85eb_ca6b);
    value ^= value >> 13;
    value = value.wrapping_mul(0xc2b2_ae35);
    value ^ (value >> 16)
}

/// A number of 32 bits that three numbers decide.
pub(crate) fn hash(seed: u32, idx: u32, channel: u32) -> u32 {
    mixed(
        mixed(mixed(seed.wrapping_add(0x9e37_79b9)) ^ idx.wrapping_mul(0x85eb_ca77))
            ^ channel.wrapping_mul(0xc2b2_ae3d),
    )
}

/// The same as a number from 0 up to 1.
pub(crate) fn unit(seed: u32, idx: u32, channel: u32) -> f32 {
    (hash(seed, idx, channel) >> 8) as f32 / 16_777_216.0
}

/// Gradient noise (Perlin: "Improving Noise", 2002) on a lattice of `n_cells` squares that repeats: −1 to 1 at a place of
/// 0 up to 1 in both directions.
pub(crate) fn tiling_noise(x: f32, y: f32, n_cells: u32, seed: u32) -> f32 {
    let (x, y) = (x * n_cells as f32, y * n_cells as f32);
    let (left, top) = (x.floor(), y.floor());
    let (dx, dy) = (x - left, y - top);
    let corner = |column: u32, row: u32| {
        let column_idx = (left as i32 as u32).wrapping_add(column) % n_cells;
        let row_idx = (top as i32 as u32).wrapping_add(row) % n_cells;
        let angle = unit(seed, column_idx, row_idx) * std::f32::consts::TAU;
        angle.cos() * (dx - column as f32) + angle.sin() * (dy - row as f32)
    };
    let ease = |share: f32| share * share * share * (share * (share * 6.0 - 15.0) + 10.0);
    let (across, down) = (ease(dx), ease(dy));
    let blend = |from: f32, to: f32, share: f32| from + (to - from) * share;
    1.5 * blend(blend(corner(0, 0), corner(1, 0), across), blend(corner(0, 1), corner(1, 1), across), down)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_spread_evenly() {
        let mut counts = [0u32; 16];
        for idx in 0..16_000 {
            counts[(unit(7, idx, 3) * 16.0) as usize] += 1;
        }
        assert!(counts.iter().all(|count| (850..1150).contains(count)), "{counts:?}");
    }

    #[test]
    fn noise_repeats_without_a_seam() {
        for idx in 0..50 {
            let y = idx as f32 / 50.0;
            assert!((tiling_noise(0.0, y, 8, 1) - tiling_noise(1.0, y, 8, 1)).abs() < 1e-4);
            assert!((tiling_noise(y, 0.0, 8, 1) - tiling_noise(y, 1.0, 8, 1)).abs() < 1e-4);
            assert!((tiling_noise(0.9999, y, 8, 1) - tiling_noise(0.0001, y, 8, 1)).abs() < 1e-2);
        }
    }
}
