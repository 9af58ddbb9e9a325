//! Pictures in and out of a document.

use super::Document;
use crate::composite::{Content, Machine, for_each_piece, program};
use crate::image::check_size;
use crate::raster::{ONE, Raster, seen_from_stored, stored_from_float, stored_from_straight, straight_from_stored};
use crate::resample::resample;
use crate::tile::Tile;
use crate::{CanvasPoint, LayerProperties, Mask, PaintError, Paper, PixelRect, Rgb8, RgbaImage};

impl Document {
    /// Removes all paint of the active layer, or what of it is selected, as one undoable step.
    pub fn clear(&mut self) -> PixelRect {
        self.edit("step-clear", self.active_layer(), |raster, selection| {
            raster.erase(selection);
            raster.bounds()
        })
    }

    /// Replaces the paint of the active layer by a picture scaled to the canvas, as one undoable step. Where the layer
    /// cannot be painted on, the picture becomes a new layer.
    pub fn fill_with_picture(&mut self, picture: &RgbaImage, label: &'static str) -> PixelRect {
        let filled = Raster::from_picture(picture, self.width(), self.height());
        if self.obstacle(self.active_layer()).is_some() {
            return self.add_filled_layer(label, LayerProperties::default(), filled).1;
        }
        self.edit(label, self.active_layer(), |raster, _| {
            *raster = filled;
            raster.bounds()
        })
    }

    /// The colour that a person sees at a point (all layers on white paper); `None` outside of the canvas.
    #[must_use]
    pub fn colour_at(&self, point: CanvasPoint) -> Option<Rgb8> {
        if !point.is_finite() || point.x < 0.0 || point.y < 0.0 {
            return None;
        }
        let (x, y) = (point.x as u32, point.y as u32);
        if !self.bounds().contains(x, y) {
            return None;
        }
        let mut pixels = Vec::new();
        self.read_rect(PixelRect::new(x, y, x + 1, y + 1), Paper::White, &mut pixels);
        pixels.first_chunk().map(|[red, green, blue]| Rgb8::new(*red, *green, *blue))
    }

    /// Writes what is seen of `rect` (cut to the document) into `pixels` as RGBA8 rows without gaps, straight alpha, and
    /// returns the rectangle that was written. `pixels` is resized; passing the same buffer again allocates nothing.
    pub fn read_rect(&self, rect: PixelRect, paper: Paper, pixels: &mut Vec<u8>) -> PixelRect {
        self.read_content(Content::Seen, rect, paper, pixels)
    }

    /// The same for other layers than those that are seen.
    pub fn read_content(&self, content: Content, rect: PixelRect, paper: Paper, pixels: &mut Vec<u8>) -> PixelRect {
        let rect = rect.intersection(self.bounds());
        let row_bytes = rect.width() as usize * 4;
        pixels.clear();
        pixels.resize(row_bytes * rect.height() as usize, 0);
        self.for_each_row(content, rect, &mut |x, y, stored| {
            let start = (y - rect.top) as usize * row_bytes + (x - rect.left) as usize * 4;
            read_row(&mut pixels[start..start + stored.len()], stored, paper);
        });
        rect
    }

    /// What is rendered, scaled to any size: an area filter down, Catmull–Rom up, the very pixels at the same size.
    ///
    /// # Errors
    /// [`PaintError::Size`] when an edge is 0 or above [`crate::MAX_EDGE_PX`].
    pub fn flatten(&self, width: u32, height: u32, paper: Paper) -> Result<RgbaImage, PaintError> {
        self.flatten_content(Content::Rendered, width, height, paper)
    }

    /// The same for other layers than those that are rendered.
    ///
    /// # Errors
    /// [`PaintError::Size`] when an edge is 0 or above [`crate::MAX_EDGE_PX`].
    pub fn flatten_content(
        &self,
        content: Content,
        width: u32,
        height: u32,
        paper: Paper,
    ) -> Result<RgbaImage, PaintError> {
        check_size(width, height)?;
        let mut pixels = Vec::new();
        if (width, height) == (self.width(), self.height()) {
            self.read_content(content, self.bounds(), paper, &mut pixels);
            return Ok(RgbaImage::from_parts(width, height, pixels));
        }
        pixels.reserve_exact(width as usize * height as usize * 4);
        let mut read_floats = |y: u32, row: &mut [f32]| {
            self.for_each_row(content, PixelRect::new(0, y, self.width(), y + 1), &mut |x, _, stored| {
                for (value, stored) in row[x as usize * 4..].iter_mut().zip(stored) {
                    *value = f32::from(*stored);
                }
            });
        };
        resample((self.width(), self.height()), (width, height), ONE, &mut read_floats, &mut |_, row| {
            for values in row.chunks_exact(4) {
                let stored = [values[0], values[1], values[2], values[3]].map(stored_from_float);
                pixels.extend_from_slice(&match paper {
                    Paper::Transparent => straight_from_stored(&stored),
                    Paper::White => seen_from_stored(&stored),
                });
            }
        });
        Ok(RgbaImage::from_parts(width, height, pixels))
    }

    /// Composites `rect`, which lies inside of the canvas, and hands it out in pieces of rows: column, row, stored pixels.
    pub(crate) fn for_each_row(&self, content: Content, rect: PixelRect, take: &mut dyn FnMut(u32, u32, &[u16])) {
        let layers = self.layers();
        let mut parts = layers[0].raster.grid.parts(rect);
        let ops = program(layers, content);
        match (content, &self.stroke, self.backdrop.try_borrow_mut()) {
            (Content::Seen, Some(under_way), Ok(mut backdrop)) => {
                let active = self.state.index_of(under_way.layer).unwrap_or(0);
                backdrop.for_each_piece(layers, active, &ops, &mut parts, take);
            }
            _ => for_each_piece(layers, &ops, &mut Machine::new(), &mut parts, take),
        }
    }
}

impl Raster {
    /// A picture scaled to a canvas.
    #[must_use]
    pub fn from_picture(picture: &RgbaImage, canvas_width: u32, canvas_height: u32) -> Self {
        let mut filled = Self::new(canvas_width, canvas_height);
        let (width, height) = (picture.width(), picture.height());
        if (width, height) == (canvas_width, canvas_height) {
            filled.write_rgba(filled.bounds(), picture.pixels());
            return filled;
        }
        let row_bytes = width as usize * 4;
        let mut read_row = |y: u32, row: &mut [f32]| {
            let source = &picture.pixels()[y as usize * row_bytes..(y as usize + 1) * row_bytes];
            for (values, pixel) in row.chunks_exact_mut(4).zip(source.chunks_exact(4)) {
                values.copy_from_slice(&stored_from_straight(pixel).map(f32::from));
            }
        };
        let mut stored = vec![0; canvas_width as usize * 4];
        resample((width, height), (canvas_width, canvas_height), ONE, &mut read_row, &mut |y, row| {
            for (stored, value) in stored.iter_mut().zip(row) {
                *stored = stored_from_float(*value);
            }
            filled.write_row(0, y, &stored);
        });
        filled
    }

    /// Takes away all paint, or what of it is selected.
    pub fn erase(&mut self, selection: Option<&Mask>) {
        let Some(selection) = selection else {
            *self = Self::new(self.width(), self.height());
            return;
        };
        for part in self.grid.parts(selection.bounds().intersection(self.bounds())) {
            if self.slot(part.tile_idx).is_none() {
                continue;
            }
            let tile = self.pixels_mut(part.tile_idx);
            let (left, right) = part.columns;
            for y in part.rows.0..part.rows.1 {
                let (x, y_px) = (part.origin_x + left as u32, part.origin_y + y as u32);
                let covers = selection.row(y_px, x, part.origin_x + right as u32);
                for (pixel, cover) in tile.row_mut(y, left, right).as_chunks_mut::<4>().0.iter_mut().zip(covers) {
                    let kept = 255 - u32::from(*cover);
                    *pixel = pixel.map(|value| ((u32::from(value) * kept + 127) / 255) as u16);
                }
            }
        }
    }

    /// Gives every pixel the alpha that it had in `before`, and keeps its colour.
    pub(crate) fn restore_alpha(&mut self, before: &Self) {
        for tile_idx in 0..self.n_tiles().min(before.n_tiles()) {
            if self.slot(tile_idx) == before.slot(tile_idx) {
                continue;
            }
            let Some(former) = before.slot(tile_idx).as_ref().filter(|tile| !tile.is_blank()).map(Tile::pixels) else {
                self.replace(tile_idx, None);
                continue;
            };
            let edge = crate::tile::TILE_EDGE;
            let tile = self.pixels_mut(tile_idx);
            for y in 0..edge {
                let pixels = tile.row_mut(y, 0, edge).as_chunks_mut::<4>().0.iter_mut();
                for (pixel, former) in pixels.zip(former.row(y, 0, edge).as_chunks::<4>().0) {
                    let (alpha, wanted) = (u64::from(pixel[3]), u64::from(former[3]));
                    if alpha == 0 {
                        *pixel = *former;
                    } else if alpha != wanted {
                        *pixel = pixel.map(|value| ((u64::from(value) * wanted + alpha / 2) / alpha) as u16);
                    }
                }
            }
        }
    }
}

/// Turns a row of stored pixels into bytes.
pub(crate) fn read_row(pixels: &mut [u8], stored: &[u16], paper: Paper) {
    if stored.as_chunks::<4>().0.iter().all(|pixel| pixel[3] == u16::MAX) {
        // What [`straight_from_stored`] makes of opaque pixels, without dividing.
        for (byte, value) in pixels.iter_mut().zip(stored) {
            *byte = ((u32::from(*value) * 255 + 32895) >> 16) as u8;
        }
        return;
    }
    if paper == Paper::Transparent {
        for (pixel, stored) in pixels.as_chunks_mut::<4>().0.iter_mut().zip(stored.as_chunks::<4>().0) {
            *pixel = straight_from_stored(stored);
        }
        return;
    }
    for (pixels, stored) in pixels.chunks_mut(16).zip(stored.chunks(16)) {
        let mut four = [0; 16];
        four[..stored.len()].copy_from_slice(stored);
        pixels.copy_from_slice(&seen_from_four(&four)[..pixels.len()]);
    }
}

/// [`seen_from_stored`] of four pixels, colour by colour, which a compiler turns into SIMD.
fn seen_from_four(stored: &[u16; 16]) -> [u8; 16] {
    let alpha: [i32; 4] = std::array::from_fn(|at| i32::from(stored[at * 4 + 3]));
    let divisor = alpha.map(|alpha| alpha.max(1) as f32);
    let opaque = alpha.map(|alpha| (alpha * 255 + 32895) >> 16);
    let mut words = [0xff00_0000_u32; 4];
    for channel in 0..3 {
        for (at, word) in words.iter_mut().enumerate() {
            let straight =
                ((i32::from(stored[at * 4 + channel]) * 255 + (alpha[at] >> 1)) as f32 / divisor[at]) as i32 & 0xff;
            // Half more than a whole number is no other quotient, and far from where a float would round to the next.
            let on_white = (straight * opaque[at] + 255 * (255 - opaque[at]) + 127) as f32 + 0.5;
            *word |= ((on_white * (1.0 / 255.0)) as u32) << (channel * 8);
        }
    }
    let mut bytes = [0; 16];
    for (bytes, word) in bytes.as_chunks_mut::<4>().0.iter_mut().zip(words) {
        *bytes = word.to_le_bytes();
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_seen_as_their_pixels_are() {
        for alpha in (0..=u16::MAX).step_by(119).chain([1, 2, 65534, u16::MAX]) {
            let mut value = 0u32;
            let stored: Vec<u16> = (0..67)
                .flat_map(|_| {
                    value = value.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    let of = |shift: u32| ((value >> shift) & 0xffff).min(u32::from(alpha)) as u16;
                    [of(0), of(8), of(16), alpha]
                })
                .collect();
            for (paper, one) in [
                (Paper::White, seen_from_stored as fn(&[u16]) -> [u8; 4]),
                (Paper::Transparent, straight_from_stored as fn(&[u16]) -> [u8; 4]),
            ] {
                let mut pixels = vec![0; stored.len()];
                read_row(&mut pixels, &stored, paper);
                let expected: Vec<u8> = stored.chunks_exact(4).flat_map(one).collect();
                assert!(pixels == expected, "alpha {alpha}");
            }
        }
        for value in 0..=u16::MAX {
            let mut pixels = [0; 4];
            read_row(&mut pixels, &[value, value, 0, u16::MAX], Paper::Transparent);
            assert_eq!(pixels, straight_from_stored(&[value, value, 0, u16::MAX]));
        }
    }
}
