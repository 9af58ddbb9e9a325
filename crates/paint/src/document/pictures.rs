//! Pictures in and out of a document.

use super::Document;
use crate::composite::{Content, Machine, for_each_piece, program};
use crate::image::check_size;
use crate::piece::Piece;
use crate::raster::Raster;
use crate::resample::resample;
use crate::stored::{ONE, seen_from_stored, stored_from_float, stored_from_straight, straight_from_stored};
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
        self.for_each_row(content, rect, &mut |x, y, piece| {
            let start = (y - rect.top) as usize * row_bytes + (x - rect.left) as usize * 4;
            piece.read(&mut pixels[start..start + piece.n_values()], paper);
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
            self.for_each_row(content, PixelRect::new(0, y, self.width(), y + 1), &mut |x, _, piece| {
                for (at, value) in row[x as usize * 4..].iter_mut().enumerate().take(piece.n_values()) {
                    *value = f32::from(piece.value(at));
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

    /// Composites `rect`, which lies inside of the canvas, and hands it out in pieces of rows: column, row, pixels.
    pub(crate) fn for_each_row(&self, content: Content, rect: PixelRect, take: &mut dyn FnMut(u32, u32, Piece<'_>)) {
        let layers = self.layers();
        let mut parts = layers[0].raster.grid.parts(rect);
        let ops = program(layers, content);
        let active = self.state.index_of(self.state.active).unwrap_or(0);
        // A preview may lie on another layer.
        let is_as_kept = self.preview.as_ref().is_none_or(|preview| preview.layer == self.state.active);
        match (content, self.backdrop.try_borrow_mut()) {
            (Content::Seen, Ok(mut backdrop)) if is_as_kept => {
                backdrop.for_each_piece(layers, (active, self.is_stroking()), &ops, &mut parts, take);
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
