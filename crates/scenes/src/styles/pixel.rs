//! Pixel art: few large pixels from a small palette, with ordered dithering. A block belongs to one thing: colours of
//! two things are never mixed in it, which keeps silhouettes as crisp as somebody would set them by hand.

use super::filters::{is_thing, nearest, palette};
use crate::canvas::{Canvas, Label};
use crate::colour::Rgb;

/// Blocks a side.
const BLOCKS: usize = 43;
/// Colours in the palette.
const COLOURS: usize = 16;

/// Puts the style on.
pub fn apply(canvas: &mut Canvas) {
    const BAYER: [[f32; 2]; 2] = [[-0.375, 0.125], [0.375, -0.125]];
    let size = canvas.size;
    let block = ((size + BLOCKS / 2) / BLOCKS).max(1);
    let across = size.div_ceil(block);
    let mut cells = vec![Rgb::BLACK; across * across];
    for by in 0..across {
        for bx in 0..across {
            let mut owners: Vec<(Label, Rgb, f32)> = Vec::with_capacity(4);
            for y in by * block..((by + 1) * block).min(size) {
                for x in bx * block..((bx + 1) * block).min(size) {
                    let (label, pixel) = (canvas.labels[y * size + x], canvas.pixels[y * size + x]);
                    match owners.iter_mut().find(|o| o.0 == label) {
                        Some(owner) => {
                            owner.1 += pixel;
                            owner.2 += 1.0;
                        }
                        None => owners.push((label, pixel, 1.0)),
                    }
                }
            }
            // Things win against what lies behind them, or thin ones would vanish.
            let weight = |o: &(Label, Rgb, f32)| o.2 * if is_thing(o.0) { 1.7 } else { 1.0 };
            let Some(owner) = owners.iter().max_by(|a, b| weight(a).total_cmp(&weight(b))) else { continue };
            cells[by * across + bx] = (owner.1 * (1.0 / owner.2)).saturate(1.4).map(|c| c.clamp(0.0, 1.0));
        }
    }
    let colours = palette(&cells, COLOURS);
    let chosen: Vec<Rgb> = cells
        .iter()
        .enumerate()
        .map(|(i, &cell)| {
            let nudge = BAYER[(i / across) % 2][(i % across) % 2] * 0.07 * cell.luma().sqrt();
            colours[nearest(&colours, cell + Rgb::grey(nudge))]
        })
        .collect();
    for y in 0..size {
        for x in 0..size {
            canvas.pixels[y * size + x] = chosen[(y / block) * across + x / block];
        }
    }
}
