//! Pixel art: few large pixels from a small palette, with ordered dithering.

use super::filters::{nearest, palette};
use crate::canvas::Canvas;
use crate::colour::Rgb;

/// Blocks a side: a divisor of every size pictures are made at.
const BLOCKS: usize = 32;
/// Colours in the palette.
const COLOURS: usize = 18;

/// Puts the style on.
pub fn apply(canvas: &mut Canvas) {
    const BAYER: [[f32; 2]; 2] = [[-0.375, 0.125], [0.375, -0.125]];
    let size = canvas.size;
    let block = (size / BLOCKS).max(1);
    let across = size.div_ceil(block);
    let mut cells = vec![Rgb::BLACK; across * across];
    for by in 0..across {
        for bx in 0..across {
            let (mut sum, mut number) = (Rgb::BLACK, 0.0);
            for y in by * block..((by + 1) * block).min(size) {
                for x in bx * block..((bx + 1) * block).min(size) {
                    sum += canvas.pixels[y * size + x];
                    number += 1.0;
                }
            }
            let mean = sum * (1.0 / number);
            // Small things vanish in a mean; the middle pixel brings some of their contrast back.
            let middle =
                canvas.pixels[(by * block + block / 2).min(size - 1) * size + (bx * block + block / 2).min(size - 1)];
            cells[by * across + bx] = mean.mix(middle, 0.35).saturate(1.35).map(|c| c.clamp(0.0, 1.0));
        }
    }
    let colours = palette(&cells, COLOURS);
    let chosen: Vec<Rgb> = cells
        .iter()
        .enumerate()
        .map(|(i, &cell)| {
            let nudge = BAYER[(i / across) % 2][(i % across) % 2] * 0.05 * cell.luma().sqrt();
            colours[nearest(&colours, cell + Rgb::grey(nudge))]
        })
        .collect();
    for y in 0..size {
        for x in 0..size {
            canvas.pixels[y * size + x] = chosen[(y / block) * across + x / block];
        }
    }
}
