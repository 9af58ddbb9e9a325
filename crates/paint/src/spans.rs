//! Runs of pixels in the same state, and filling what hangs together.

/// A pixel's state while a region is sought.
pub(crate) const CLOSED: u8 = 0;
/// Similar, and not reached yet.
pub(crate) const OPEN: u8 = 1;
/// Part of the region.
pub(crate) const FILLED: u8 = 255;

/// Marks all open pixels that hang together with the seed, side by side, as `mark`. Returns how many.
pub(crate) fn fill_spans(states: &mut [u8], size: (usize, usize), seed: (u32, u32), mark: u8) -> usize {
    let (width, height) = size;
    let mut stack = vec![(seed.0 as usize, seed.1 as usize)];
    let mut n_filled = 0;
    while let Some((x, y)) = stack.pop() {
        let row = &mut states[y * width..(y + 1) * width];
        if row[x] != OPEN {
            continue;
        }
        let left = x - run_before(&row[..x], OPEN);
        let right = x + run_from(&row[x..], OPEN);
        row[left..right].fill(mark);
        n_filled += right - left;
        // One seed for each run of open pixels above and below.
        for next in [y.wrapping_sub(1), y + 1] {
            if next >= height {
                continue;
            }
            let near = &states[next * width..(next + 1) * width];
            let mut at = left;
            while at < right {
                if near[at] == OPEN {
                    stack.push((at, next));
                    at += run_from(&near[at..right], OPEN);
                } else {
                    at += run_from(&near[at..right], near[at]);
                }
            }
        }
    }
    n_filled
}

/// How many of one state come first. Compares blocks at once: most runs are long.
pub(crate) fn run_from(states: &[u8], state: u8) -> usize {
    let blocks = states.as_chunks::<32>().0;
    let n_whole = blocks.iter().take_while(|block| **block == [state; 32]).count() * 32;
    n_whole + states[n_whole..].iter().take_while(|it| **it == state).count()
}

/// How many of one state come last.
fn run_before(states: &[u8], state: u8) -> usize {
    let blocks = states.as_rchunks::<32>().1;
    let n_whole = blocks.iter().rev().take_while(|block| **block == [state; 32]).count() * 32;
    n_whole + states[..states.len() - n_whole].iter().rev().take_while(|it| **it == state).count()
}
