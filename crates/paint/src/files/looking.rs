//! The pixels that leave, put together tile by tile: nobody waits for the whole picture.

use crate::blend::Laying;
use crate::composite::{Content, Machine, Op, for_each_piece, program};
use crate::layer::Layer;
use crate::raster::TilePart;
use crate::{Document, Paper, PixelRect, RgbaImage};

/// A picture on its way out of layers, as they were when it was begun. It shares their tiles.
pub(crate) struct Looking {
    layers: Vec<Layer>,
    ops: Vec<Op>,
    machine: Machine,
    rect: PixelRect,
    parts: std::vec::IntoIter<TilePart>,
    n_parts: usize,
    pixels: Vec<u8>,
}

impl Looking {
    /// What leaves of a document, on no paper.
    pub(crate) fn at_document(document: &Document) -> Self {
        let layers = document.layers().to_vec();
        let ops = program(&layers, Content::Exported);
        Self::new(layers, ops, document.bounds())
    }

    /// A part of one layer.
    pub(crate) fn at_layer(layer: &Layer, rect: PixelRect) -> Self {
        Self::new(vec![layer.clone()], vec![Op::Layer { index: 0, laying: Laying::PLAIN }], rect)
    }

    /// A picture that is there already.
    pub(crate) fn at_image(image: RgbaImage) -> Self {
        let mut looking = Self::new(Vec::new(), Vec::new(), PixelRect::new(0, 0, image.width(), image.height()));
        looking.pixels = image.into_pixels();
        looking
    }

    fn new(layers: Vec<Layer>, ops: Vec<Op>, rect: PixelRect) -> Self {
        let parts: Vec<_> = layers.first().map(|layer| layer.raster.grid.parts(rect).collect()).unwrap_or_default();
        let n_parts = parts.len();
        Self { layers, ops, machine: Machine::new(), rect, parts: parts.into_iter(), n_parts, pixels: Vec::new() }
    }

    /// Width and height in pixels.
    pub(crate) fn size(&self) -> (u32, u32) {
        (self.rect.width(), self.rect.height())
    }

    /// Goes on until all is there, which is the answer, or `is_late` says that it is time for something else.
    #[inline(never)]
    pub(crate) fn look(&mut self, is_late: &mut dyn FnMut() -> bool) -> bool {
        let row_bytes = self.rect.width() as usize * 4;
        // Nothing is set aside before it is this picture's turn.
        self.pixels.resize(row_bytes * self.rect.height() as usize, 0);
        let (rect, pixels) = (self.rect, &mut self.pixels);
        for part in self.parts.by_ref() {
            let parts = &mut std::iter::once(part);
            for_each_piece(&self.layers, &self.ops, &mut self.machine, parts, &mut |x, y, piece| {
                let start = (y - rect.top) as usize * row_bytes + (x - rect.left) as usize * 4;
                piece.read(&mut pixels[start..start + piece.n_values()], Paper::Transparent);
            });
            if is_late() {
                break;
            }
        }
        self.parts.len() == 0
    }

    /// How much of it is there, 0 to 1.
    pub(crate) fn share(&self) -> f32 {
        1.0 - self.parts.len() as f32 / self.n_parts.max(1) as f32
    }

    /// RGBA, straight alpha: whatever was looked at so far.
    pub(crate) fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// The picture, once all of it is there.
    pub(crate) fn into_image(self) -> RgbaImage {
        RgbaImage::from_parts(self.rect.width(), self.rect.height(), self.pixels)
    }
}
