//! The numbers of a brush as one table: their names, ranges and places. Forms, files and range checks all read it.

use super::BrushSettings;
use crate::{MAX_SIZE_PX, MIN_SIZE_PX};

/// A number of a brush, as an editor names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is the field of BrushSettings of the same name, where it is described")]
pub enum BrushNumber {
    SizePx,
    Hardness,
    Opacity,
    Flow,
    Spacing,
    Aspect,
    RotationDegrees,
    RotationJitter,
    SizeJitter,
    ToneJitter,
    Scatter,
    GrainDepth,
    GrainScale,
    Edge,
    SmudgeRate,
    SmudgeColour,
    Smoothing,
    StringPx,
    Average,
}

/// What there is to know of a number.
pub(crate) struct NumberRow {
    #[cfg(test)]
    number: BrushNumber,
    /// Its name in the text form of brushes.
    pub(crate) key: &'static str,
    low: f32,
    high: f32,
    field: fn(&mut BrushSettings) -> &mut f32,
}

const fn row(
    #[cfg_attr(not(test), expect(unused_variables, reason = "a test compares it with the place"))] number: BrushNumber,
    key: &'static str,
    low: f32,
    high: f32,
    field: fn(&mut BrushSettings) -> &mut f32,
) -> NumberRow {
    NumberRow {
        #[cfg(test)]
        number,
        key,
        low,
        high,
        field,
    }
}

/// Every number, in the order of the enum.
pub(crate) static NUMBER_ROWS: [NumberRow; BrushNumber::ALL.len()] = [
    row(BrushNumber::SizePx, "size-px", MIN_SIZE_PX, MAX_SIZE_PX, |brush| &mut brush.size_px),
    row(BrushNumber::Hardness, "hardness", 0.0, 1.0, |brush| &mut brush.hardness),
    row(BrushNumber::Opacity, "opacity", 0.0, 1.0, |brush| &mut brush.opacity),
    row(BrushNumber::Flow, "flow", 0.01, 1.0, |brush| &mut brush.flow),
    row(BrushNumber::Spacing, "spacing", 0.01, 2.0, |brush| &mut brush.spacing),
    row(BrushNumber::Aspect, "aspect", 0.05, 1.0, |brush| &mut brush.aspect),
    row(BrushNumber::RotationDegrees, "rotation-degrees", -180.0, 180.0, |brush| &mut brush.rotation_degrees),
    row(BrushNumber::RotationJitter, "rotation-jitter", 0.0, 1.0, |brush| &mut brush.rotation_jitter),
    row(BrushNumber::SizeJitter, "size-jitter", 0.0, 1.0, |brush| &mut brush.size_jitter),
    row(BrushNumber::ToneJitter, "tone-jitter", 0.0, 1.0, |brush| &mut brush.tone_jitter),
    row(BrushNumber::Scatter, "scatter", 0.0, 4.0, |brush| &mut brush.scatter),
    row(BrushNumber::GrainDepth, "grain-depth", 0.0, 1.0, |brush| &mut brush.grain_depth),
    row(BrushNumber::GrainScale, "grain-scale", 0.25, 8.0, |brush| &mut brush.grain_scale),
    row(BrushNumber::Edge, "edge", 0.0, 1.0, |brush| &mut brush.edge),
    row(BrushNumber::SmudgeRate, "smudge-rate", 0.0, 1.0, |brush| &mut brush.smudge_rate),
    row(BrushNumber::SmudgeColour, "smudge-colour", 0.0, 1.0, |brush| &mut brush.smudge_colour),
    row(BrushNumber::Smoothing, "smoothing", 0.0, 1.0, |brush| &mut brush.smoothing),
    row(BrushNumber::StringPx, "string-px", 1.0, 256.0, |brush| &mut brush.string_px),
    row(BrushNumber::Average, "average", 0.0, 1.0, |brush| &mut brush.average),
];

impl BrushNumber {
    /// Every number, in the order of forms.
    pub const ALL: [Self; 19] = [
        Self::SizePx,
        Self::Hardness,
        Self::Opacity,
        Self::Flow,
        Self::Spacing,
        Self::Aspect,
        Self::RotationDegrees,
        Self::RotationJitter,
        Self::SizeJitter,
        Self::ToneJitter,
        Self::Scatter,
        Self::GrainDepth,
        Self::GrainScale,
        Self::Edge,
        Self::SmudgeRate,
        Self::SmudgeColour,
        Self::Smoothing,
        Self::StringPx,
        Self::Average,
    ];

    fn row(self) -> &'static NumberRow {
        &NUMBER_ROWS[self as usize]
    }

    /// Its name in the text form of brushes, in kebab-case.
    #[must_use]
    pub fn key(self) -> &'static str {
        self.row().key
    }

    /// The smallest and the largest value.
    #[must_use]
    pub fn range(self) -> (f32, f32) {
        (self.row().low, self.row().high)
    }

    /// Its value in a brush.
    #[must_use]
    pub fn of(self, brush: &BrushSettings) -> f32 {
        *(self.row().field)(&mut { *brush })
    }

    /// Changes it in a brush. A value outside of the range is clamped; one that is not a number changes nothing.
    pub fn set(self, brush: &mut BrushSettings, value: f32) {
        if !value.is_nan() {
            *(self.row().field)(brush) = value.clamp(self.row().low, self.row().high);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_each_number_at_its_place() {
        for (idx, (number, row)) in BrushNumber::ALL.into_iter().zip(&NUMBER_ROWS).enumerate() {
            assert_eq!((number, number as usize), (row.number, idx));
            let mut brush = BrushSettings::default();
            let middle = (row.low + row.high) / 2.0;
            number.set(&mut brush, middle);
            assert_eq!(number.of(&brush), middle, "{number:?}");
            number.set(&mut brush, f32::NAN);
            assert_eq!(number.of(&brush), middle, "{number:?}");
            number.set(&mut brush, f32::INFINITY);
            assert_eq!(number.of(&brush), row.high, "{number:?}");
        }
    }
}
