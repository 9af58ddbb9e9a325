//! One touch of the brush.

mod grain;
mod mask;
mod noise;
mod shape;
mod tip;

pub(crate) use grain::Grain;
pub(crate) use mask::StrokeMask;
pub(crate) use noise::{hash, unit};
pub(crate) use shape::Shape;

use crate::{CanvasPoint, PixelRect, SymmetryCopy};

/// One touch of the brush.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Dab {
    pub(crate) centre: CanvasPoint,
    /// Half of the diameter, in pixels.
    pub(crate) radius: f32,
    /// 0 to 1.
    pub(crate) hardness: f32,
    /// The cover that it aims at in its middle, 0 to 1.
    pub(crate) opacity: f32,
    /// How far it goes there, 0 to 1.
    pub(crate) flow: f32,
    /// Its breadth as a fraction of the diameter, above 0 to 1.
    pub(crate) aspect: f32,
    /// Cosine and sine of how far it is turned.
    pub(crate) turn: (f32, f32),
    /// Lighter (up to 1) or darker (down to −1) than the stroke's colour.
    pub(crate) tone: f32,
}

impl Dab {
    /// The pixels that the dab can touch, `reach` pixels from its middle, cut to `bounds`.
    pub(crate) fn rect(&self, reach: f32, bounds: PixelRect) -> PixelRect {
        let low = |centre: f32| (centre - reach).floor().max(0.0) as u32;
        let high = |centre: f32| (centre + reach).ceil().max(0.0) as u32;
        PixelRect::new(low(self.centre.x), low(self.centre.y), high(self.centre.x), high(self.centre.y))
            .intersection(bounds)
    }

    /// The dab where a repetition has it, turned with it.
    pub(crate) fn repeated(&self, copy: &SymmetryCopy) -> Self {
        Self { centre: copy.point(self.centre), turn: copy.vector(self.turn), ..*self }
    }

    #[cfg(test)]
    pub(crate) fn round(centre: CanvasPoint) -> Self {
        Self { centre, radius: 10.0, hardness: 1.0, opacity: 1.0, flow: 1.0, aspect: 1.0, turn: (1.0, 0.0), tone: 0.0 }
    }
}
