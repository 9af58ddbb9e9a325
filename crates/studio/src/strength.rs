//! Strength as something that is painted: how free the model is, place by place.
//!
//! A byte a pixel. [`NEUTRAL`] is as free as the form's slider says; towards 0 the sketch is kept more and more, at 0 bit
//! for bit; towards 255 the model becomes free, at 255 wholly. So what was painted keeps its sense when the slider moves.
//! It reaches the model as the strength map of Differential Diffusion (Levin and Fried, 2023).

use std::sync::Arc;

use underpaint_paint::{CanvasPoint, Mask, PixelRect};
use underpaint_protocol::Revision;

use crate::scale::scaled;

/// As free as the form's strength says.
pub const NEUTRAL: u8 = underpaint_paint::NEUTRAL_STRENGTH;

/// A brush for strength.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StrengthBrush {
    /// Diameter in canvas pixels.
    pub size_px: f32,
    /// The fraction of the radius that is fully covered, 0 to 1.
    pub hardness: f32,
    /// How far a stroke goes towards what it paints, 0 to 1.
    pub opacity: f32,
    /// What it paints: −1 keeps the sketch, 0 is as the slider says (it erases), 1 is free.
    pub freedom: f32,
}

impl StrengthBrush {
    /// The byte that it aims at.
    fn target(self) -> f32 {
        let freedom = if self.freedom.is_nan() { 0.0 } else { self.freedom.clamp(-1.0, 1.0) };
        f32::from(NEUTRAL) + freedom * if freedom < 0.0 { f32::from(NEUTRAL) } else { f32::from(255 - NEUTRAL) }
    }
}

/// A stroke under way.
#[derive(Debug)]
struct Stroke {
    brush: StrengthBrush,
    last: (CanvasPoint, f32),
    /// The map as it was before the stroke, and as it is now.
    before: Vec<u8>,
    values: Vec<u8>,
    /// How much the stroke covers, so that it is one wash however often it crosses itself.
    cover: Vec<u8>,
    dirty: PixelRect,
    /// Pieces that the stroke has gone.
    n_pieces: u64,
}

/// How free the model is, for every pixel of the canvas: what the document holds, and the stroke that goes on upon it.
/// The document keeps the steps.
#[derive(Debug)]
pub struct StrengthMap {
    width: u32,
    height: u32,
    /// What the document holds; nothing as long as everything is neutral.
    painted: FollowedMask,
    /// The smallest and the largest byte; while a stroke is under way the limits of what was and is.
    extremes: (u8, u8),
    stroke: Option<Stroke>,
}

impl StrengthMap {
    /// A map on which nothing was painted.
    #[must_use]
    pub fn new(width: u32, height: u32) -> Self {
        Self { width, height, painted: FollowedMask::default(), extremes: (NEUTRAL, NEUTRAL), stroke: None }
    }

    /// Takes what the document holds now, for a canvas of this size. Returns whether that is something else than before;
    /// a stroke that is under way ends without a trace then.
    pub(crate) fn follow(&mut self, (width, height): (u32, u32), mask: Option<Arc<Mask>>) -> bool {
        let is_other_size = (self.width, self.height) != (width, height);
        if !self.painted.follow(mask) && !is_other_size {
            return false;
        }
        (self.width, self.height) = (width, height);
        self.stroke = None;
        self.measure();
        true
    }

    /// Names the content: the same map has the same number, also after undo; 0 where nothing was painted.
    #[must_use]
    pub fn revision(&self) -> Revision {
        let painted = self.painted.revision;
        self.stroke.as_ref().map_or(painted, |stroke| painted.wrapping_add(stroke.n_pieces) & REVISION_BITS)
    }

    /// The bytes, where there are any: rows from the top without gaps.
    fn values(&self) -> &[u8] {
        match (&self.stroke, &self.painted.mask) {
            (Some(stroke), _) => &stroke.values,
            (None, Some(mask)) => mask.values(),
            (None, None) => &[],
        }
    }

    /// The byte of a pixel; [`NEUTRAL`] outside.
    #[must_use]
    pub fn value(&self, x: u32, y: u32) -> u8 {
        if x >= self.width || y >= self.height {
            return NEUTRAL;
        }
        self.values().get(y as usize * self.width as usize + x as usize).copied().unwrap_or(NEUTRAL)
    }

    /// Whether a stroke is under way.
    #[must_use]
    pub fn is_stroking(&self) -> bool {
        self.stroke.is_some()
    }

    /// Whether anything is painted.
    #[must_use]
    pub fn is_neutral(&self) -> bool {
        self.extremes == (NEUTRAL, NEUTRAL)
    }

    /// Starts a stroke; one that is still under way is taken back first. Returns the pixels that changed.
    pub fn begin_stroke(&mut self, brush: StrengthBrush, point: CanvasPoint, pressure: f32) -> PixelRect {
        let taken_back = self.cancel_stroke();
        if !point.is_finite() {
            return taken_back;
        }
        let len = self.width as usize * self.height as usize;
        let mut before = self.values().to_vec();
        before.resize(len, NEUTRAL);
        self.stroke = Some(Stroke {
            brush,
            last: (point, pressure),
            values: before.clone(),
            before,
            cover: vec![0; len],
            dirty: PixelRect::EMPTY,
            n_pieces: 0,
        });
        taken_back.union(self.extend_stroke(point, pressure))
    }

    /// Continues the stroke to a point. Returns the pixels that changed.
    pub fn extend_stroke(&mut self, point: CanvasPoint, pressure: f32) -> PixelRect {
        let Some(stroke) = &mut self.stroke else { return PixelRect::EMPTY };
        if !point.is_finite() {
            return PixelRect::EMPTY;
        }
        let from = std::mem::replace(&mut stroke.last, (point, pressure));
        let capsule = Capsule::new(stroke.brush, from, (point, pressure));
        let rect = capsule.rect(self.width, self.height);
        let target = stroke.brush.target();
        for y in rect.top..rect.bottom {
            let row = y as usize * self.width as usize;
            for x in rect.left..rect.right {
                let idx = row + x as usize;
                let cover = (capsule.cover(x as f32 + 0.5, y as f32 + 0.5) * 255.0).round() as u8;
                if cover > stroke.cover[idx] {
                    stroke.cover[idx] = cover;
                    let before = f32::from(stroke.before[idx]);
                    let value = (before + (target - before) * f32::from(cover) / 255.0).round() as u8;
                    stroke.values[idx] = value;
                    self.extremes = (self.extremes.0.min(value), self.extremes.1.max(value));
                }
            }
        }
        if !rect.is_empty() {
            stroke.dirty = stroke.dirty.union(rect);
            stroke.n_pieces += 1;
        }
        rect
    }

    /// Ends the stroke. Returns the map with it, to become a step of the document; `None` when it changed nothing.
    pub fn end_stroke(&mut self) -> Option<Mask> {
        let stroke = self.stroke.take()?;
        self.measure();
        if stroke.before == stroke.values { None } else { Mask::new(self.width, self.height, stroke.values) }
    }

    /// Takes the stroke under way back. Returns the pixels that changed.
    pub fn cancel_stroke(&mut self) -> PixelRect {
        let Some(stroke) = self.stroke.take() else { return PixelRect::EMPTY };
        self.measure();
        stroke.dirty
    }

    /// The strength of the freest place, and whether there are places that are less free: then [`StrengthMap::shares`]
    /// says how much less. `strength` is the form's.
    #[must_use]
    pub fn strongest(&self, strength: f32) -> (f32, bool) {
        let (low, high) = self.extremes;
        let strongest = strength_at(high, strength);
        (strongest, strongest > 0.0 && strength_at(low, strength) < strongest)
    }

    /// The share of the strongest strength for every pixel of a picture: `width * height` bytes, 255 is all of it.
    #[must_use]
    pub fn shares(&self, strength: f32, size: (u32, u32)) -> Vec<u8> {
        if self.values().is_empty() {
            return vec![255; size.0 as usize * size.1 as usize];
        }
        let strongest = self.strongest(strength).0.max(f32::MIN_POSITIVE);
        let shares: [u8; 256] =
            std::array::from_fn(|value| (strength_at(value as u8, strength) / strongest * 255.0).round() as u8);
        let mut map = scaled::<1>(self.values(), (self.width, self.height), size);
        map.iter_mut().for_each(|value| *value = shares[usize::from(*value)]);
        map
    }

    /// The tint that shows a rectangle (cut to the canvas), as RGBA8 rows with straight alpha: blue where the sketch is
    /// kept, orange where the model is free, nothing where it is neutral. Returns the rectangle that was written.
    pub fn tint(&self, rect: PixelRect, pixels: &mut Vec<u8>) -> PixelRect {
        let rect = rect.intersection(PixelRect::new(0, 0, self.width, self.height));
        pixels.clear();
        for y in rect.top..rect.bottom {
            for x in rect.left..rect.right {
                let value = self.value(x, y);
                let [red, green, blue] = if value < NEUTRAL { [38, 110, 214] } else { [245, 130, 32] };
                // Strong enough to be seen on any colour, and clear enough to see the sketch through it.
                pixels.extend([red, green, blue, (u16::from(value.abs_diff(NEUTRAL)) * 4 / 3) as u8]);
            }
        }
        rect
    }

    fn measure(&mut self) {
        let (low, high) =
            self.values().iter().fold((255, 0), |(low, high), value| (*value.min(&low), *value.max(&high)));
        self.extremes = if low <= high { (low, high) } else { (NEUTRAL, NEUTRAL) };
    }
}

/// What a byte of the map means at the form's strength.
fn strength_at(value: u8, strength: f32) -> f32 {
    if value <= NEUTRAL {
        strength * f32::from(value) / f32::from(NEUTRAL)
    } else {
        strength + (1.0 - strength) * f32::from(value - NEUTRAL) / f32::from(255 - NEUTRAL)
    }
}

/// Bits of a revision that survive every number format on their way.
const REVISION_BITS: u64 = (1 << 53) - 1;

/// A mask of the document, and a number that names its content.
#[derive(Debug, Default)]
pub(crate) struct FollowedMask {
    pub(crate) mask: Option<Arc<Mask>>,
    /// 0 where there is none.
    pub(crate) revision: Revision,
}

impl FollowedMask {
    /// Takes what the document holds now. Returns whether it is another mask than before.
    pub(crate) fn follow(&mut self, mask: Option<Arc<Mask>>) -> bool {
        let is_same = match (&self.mask, &mask) {
            (Some(former), Some(now)) => Arc::ptr_eq(former, now),
            (former, now) => former.is_none() && now.is_none(),
        };
        if !is_same {
            self.revision = mask.as_deref().map_or(0, content_number);
            self.mask = mask;
        }
        !is_same
    }
}

/// A number that two masks share only when they are equal, but for one chance in very many (FNV-1a over words of 8).
fn content_number(mask: &Mask) -> Revision {
    const PRIME: u64 = 0x0100_0000_01b3;
    let mut number = 0xcbf2_9ce4_8422_2325_u64 ^ u64::from(mask.width());
    let words = mask.values().chunks(8);
    for word in words {
        let word = word.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte));
        // The multiplication alone carries differences upwards only.
        number = (number ^ word).wrapping_mul(PRIME).rotate_left(23);
    }
    (number & REVISION_BITS).max(1)
}

/// The way of a round brush along a straight piece, its radius changing evenly from end to end.
struct Capsule {
    from: CanvasPoint,
    along: (f32, f32),
    inverse_square: f32,
    radii_px: (f32, f32),
    hardness: f32,
    opacity: f32,
}

impl Capsule {
    fn new(brush: StrengthBrush, from: (CanvasPoint, f32), to: (CanvasPoint, f32)) -> Self {
        let radius = |pressure: f32| {
            let pressure = if pressure.is_nan() { 1.0 } else { pressure.clamp(0.1, 1.0) };
            brush.size_px.clamp(1.0, 2048.0) / 2.0 * pressure
        };
        let along = (to.0.x - from.0.x, to.0.y - from.0.y);
        let square = along.0 * along.0 + along.1 * along.1;
        let inverse_square = if square > 1e-6 { 1.0 / square } else { 0.0 };
        let hardness = if brush.hardness.is_nan() { 0.0 } else { brush.hardness.clamp(0.0, 1.0) };
        let opacity = if brush.opacity.is_nan() { 1.0 } else { brush.opacity.clamp(0.0, 1.0) };
        Self { from: from.0, along, inverse_square, radii_px: (radius(from.1), radius(to.1)), hardness, opacity }
    }

    fn rect(&self, width: u32, height: u32) -> PixelRect {
        let reach_px = self.radii_px.0.max(self.radii_px.1) + 1.0;
        let low = |from: f32, along: f32, edge: u32| (from + along.min(0.0) - reach_px).clamp(0.0, edge as f32) as u32;
        let high =
            |from: f32, along: f32, edge: u32| (from + along.max(0.0) + reach_px).ceil().clamp(0.0, edge as f32) as u32;
        PixelRect::new(
            low(self.from.x, self.along.0, width),
            low(self.from.y, self.along.1, height),
            high(self.from.x, self.along.0, width),
            high(self.from.y, self.along.1, height),
        )
    }

    /// How much of the pixel with its centre at a place is covered, 0 to 1.
    fn cover(&self, x: f32, y: f32) -> f32 {
        let (dx, dy) = (x - self.from.x, y - self.from.y);
        let share = ((dx * self.along.0 + dy * self.along.1) * self.inverse_square).clamp(0.0, 1.0);
        let (rx, ry) = (dx - self.along.0 * share, dy - self.along.1 * share);
        let radius = self.radii_px.0 + (self.radii_px.1 - self.radii_px.0) * share;
        // The edge is a pixel wide at least, and a smoothstep where it is soft.
        let width = (radius * (1.0 - self.hardness)).max(1.0);
        let depth = ((radius + 0.5 - (rx * rx + ry * ry).sqrt()) / width).clamp(0.0, 1.0);
        depth * depth * (3.0 - 2.0 * depth) * self.opacity
    }
}

#[cfg(test)]
#[path = "tests/strength_map.rs"]
mod tests;
