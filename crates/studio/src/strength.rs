//! Strength as something that is painted: how free the model is, place by place.
//!
//! A byte a pixel. [`NEUTRAL`] is as free as the form's slider says; towards 0 the sketch is kept more and more, at 0 bit
//! for bit; towards 255 the model becomes free, at 255 wholly. So what was painted keeps its sense when the slider moves.
//! It reaches the model as the strength map of Differential Diffusion (Levin and Fried, 2023).

use std::collections::VecDeque;

use underpaint_paint::{CanvasPoint, PixelRect};

use crate::scale::scaled;

/// As free as the form's strength says.
pub const NEUTRAL: u8 = 128;
/// Bytes that undo may hold; the oldest steps go first, the last one stays.
const UNDO_LIMIT_BYTES: usize = 32 << 20;

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

/// The bytes of a rectangle at one time.
#[derive(Clone, Debug)]
struct Patch {
    rect: PixelRect,
    values: Vec<u8>,
    /// The revision of the map then.
    revision: u64,
    /// The revision of the document when the step was made: steps of both are taken back in their common order.
    document_revision: u64,
}

/// A stroke under way.
#[derive(Debug)]
struct Stroke {
    brush: StrengthBrush,
    last: (CanvasPoint, f32),
    /// The map as it was before the stroke.
    before: Vec<u8>,
    /// How much the stroke covers, so that it is one wash however often it crosses itself.
    cover: Vec<u8>,
    dirty: PixelRect,
    revision_before: u64,
}

/// How free the model is, for every pixel of the canvas.
#[derive(Debug)]
pub struct StrengthMap {
    width: u32,
    height: u32,
    /// Empty as long as everything is neutral.
    values: Vec<u8>,
    /// The smallest and the largest byte; while a stroke is under way the limits of what was and is.
    extremes: (u8, u8),
    revision: u64,
    last_revision: u64,
    stroke: Option<Stroke>,
    undone: Vec<Patch>,
    done: VecDeque<Patch>,
}

impl StrengthMap {
    /// A map on which nothing was painted.
    #[must_use]
    pub fn new(width: u32, height: u32) -> Self {
        Self {
            width,
            height,
            values: Vec::new(),
            extremes: (NEUTRAL, NEUTRAL),
            revision: 0,
            last_revision: 0,
            stroke: None,
            undone: Vec::new(),
            done: VecDeque::new(),
        }
    }

    /// Moves with every change and returns to its former value with undo; 0 where nothing was painted.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// The byte of a pixel; [`NEUTRAL`] outside.
    #[must_use]
    pub fn value(&self, x: u32, y: u32) -> u8 {
        if x >= self.width || y >= self.height {
            return NEUTRAL;
        }
        self.values.get(y as usize * self.width as usize + x as usize).copied().unwrap_or(NEUTRAL)
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

    /// Starts a stroke; one that is still under way is ended first. Returns the pixels that changed.
    pub fn begin_stroke(
        &mut self,
        brush: StrengthBrush,
        point: CanvasPoint,
        pressure: f32,
        document_revision: u64,
    ) -> PixelRect {
        self.end_stroke(document_revision);
        if !point.is_finite() {
            return PixelRect::EMPTY;
        }
        let len = self.width as usize * self.height as usize;
        self.values.resize(len, NEUTRAL);
        self.stroke = Some(Stroke {
            brush,
            last: (point, pressure),
            before: self.values.clone(),
            cover: vec![0; len],
            dirty: PixelRect::EMPTY,
            revision_before: self.revision,
        });
        self.extend_stroke(point, pressure)
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
                    self.values[idx] = value;
                    self.extremes = (self.extremes.0.min(value), self.extremes.1.max(value));
                }
            }
        }
        if !rect.is_empty() {
            stroke.dirty = stroke.dirty.union(rect);
            self.last_revision += 1;
            self.revision = self.last_revision;
        }
        rect
    }

    /// Ends the stroke and makes it one step (none when it changed nothing).
    pub fn end_stroke(&mut self, document_revision: u64) {
        let Some(stroke) = self.stroke.take() else { return };
        let before = read_rect(&stroke.before, self.width, stroke.dirty);
        if before == read_rect(&self.values, self.width, stroke.dirty) {
            self.revision = stroke.revision_before;
            self.measure();
            return;
        }
        self.measure();
        self.push(Patch { rect: stroke.dirty, values: before, revision: stroke.revision_before, document_revision });
    }

    /// Takes the stroke under way back. Returns the pixels that changed.
    pub fn cancel_stroke(&mut self) -> PixelRect {
        let Some(stroke) = self.stroke.take() else { return PixelRect::EMPTY };
        self.values = stroke.before;
        self.revision = stroke.revision_before;
        self.measure();
        stroke.dirty
    }

    /// Makes everything neutral, as one step. Returns the pixels that changed.
    pub fn clear(&mut self, document_revision: u64) -> PixelRect {
        self.end_stroke(document_revision);
        if self.is_neutral() {
            return PixelRect::EMPTY;
        }
        let rect = PixelRect::new(0, 0, self.width, self.height);
        let values = std::mem::take(&mut self.values);
        self.measure();
        self.push(Patch { rect, values, revision: self.revision, document_revision });
        self.last_revision += 1;
        self.revision = self.last_revision;
        rect
    }

    /// Whether the last step of the map is the last of all: the document is as it was when the step was made.
    #[must_use]
    pub fn can_undo(&self, document_revision: u64) -> bool {
        !self.is_stroking() && self.done.back().is_some_and(|patch| patch.document_revision == document_revision)
    }

    /// Whether the step of the map that was taken back last is the next of all.
    #[must_use]
    pub fn can_redo(&self, document_revision: u64) -> bool {
        !self.is_stroking() && self.undone.last().is_some_and(|patch| patch.document_revision == document_revision)
    }

    /// Takes the last step back.
    pub fn undo(&mut self) -> PixelRect {
        let Some(patch) = self.done.pop_back().filter(|_| !self.is_stroking()) else { return PixelRect::EMPTY };
        let (rect, former) = self.exchange(patch);
        self.undone.push(former);
        rect
    }

    /// Does the step again that was taken back last.
    pub fn redo(&mut self) -> PixelRect {
        let Some(patch) = self.undone.pop().filter(|_| !self.is_stroking()) else { return PixelRect::EMPTY };
        let (rect, former) = self.exchange(patch);
        self.done.push_back(former);
        rect
    }

    /// A new step of the document was made: what was taken back here cannot come again.
    pub fn forget_redo(&mut self) {
        self.undone.clear();
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
        if self.values.is_empty() {
            return vec![255; size.0 as usize * size.1 as usize];
        }
        let strongest = self.strongest(strength).0.max(f32::MIN_POSITIVE);
        let shares: [u8; 256] =
            std::array::from_fn(|value| (strength_at(value as u8, strength) / strongest * 255.0).round() as u8);
        let mut map = scaled::<1>(&self.values, (self.width, self.height), size);
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
                pixels.extend([red, green, blue, value.abs_diff(NEUTRAL)]);
            }
        }
        rect
    }

    /// A map for a canvas of another size: what was painted is scaled with it. Its steps cannot be taken back any more.
    #[must_use]
    pub fn resized(&self, width: u32, height: u32) -> Self {
        let mut map = Self::new(width, height);
        if !self.is_neutral() {
            map.values = scaled::<1>(&self.values, (self.width, self.height), (width, height));
            map.measure();
        }
        map.last_revision = self.last_revision + 1;
        map.revision = if map.is_neutral() { 0 } else { map.last_revision };
        map
    }

    fn push(&mut self, patch: Patch) {
        self.undone.clear();
        self.done.push_back(patch);
        let mut bytes: usize = self.done.iter().map(|patch| patch.values.len()).sum();
        while bytes > UNDO_LIMIT_BYTES && self.done.len() > 1 {
            bytes -= self.done.pop_front().map_or(0, |patch| patch.values.len());
        }
    }

    /// Puts a patch in place and returns what was there.
    fn exchange(&mut self, patch: Patch) -> (PixelRect, Patch) {
        self.values.resize(self.width as usize * self.height as usize, NEUTRAL);
        let values = read_rect(&self.values, self.width, patch.rect);
        let former = Patch { values, revision: self.revision, ..patch };
        let width = patch.rect.width() as usize;
        for (row, y) in patch.values.chunks_exact(width.max(1)).zip(patch.rect.top..) {
            let start = y as usize * self.width as usize + patch.rect.left as usize;
            self.values[start..start + width].copy_from_slice(row);
        }
        self.revision = patch.revision;
        self.measure();
        (patch.rect, former)
    }

    fn measure(&mut self) {
        let (low, high) = self.values.iter().fold((255, 0), |(low, high), value| (*value.min(&low), *value.max(&high)));
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

fn read_rect(values: &[u8], width: u32, rect: PixelRect) -> Vec<u8> {
    let mut patch = Vec::with_capacity(rect.width() as usize * rect.height() as usize);
    for y in rect.top..rect.bottom {
        let start = y as usize * width as usize + rect.left as usize;
        patch.extend_from_slice(&values[start..start + rect.width() as usize]);
    }
    patch
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
