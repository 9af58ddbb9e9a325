//! The brushes that come with the program.

use super::{
    BrushBlend, BrushInput, BrushParameter, BrushSettings, Gathering, GrainKind, ResponseCurve, RotationSource, TipKind,
};

/// A brush with a name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BuiltInBrush {
    /// The id of its name's message, for example `brush-pencil`.
    pub id: &'static str,
    /// Whether it is for taking paint away. (Every brush can: this one is made for it.)
    pub is_eraser: bool,
    /// The brush.
    pub settings: BrushSettings,
}

use BrushInput::{Pressure, Speed, Tilt};
use BrushParameter::{Aspect, Flow, Opacity, Size};

const fn curve(points: &[(f32, f32)]) -> ResponseCurve {
    ResponseCurve::of(points)
}

/// The default brush without any curve.
const PLAIN: BrushSettings = BrushSettings::DEFAULT.with_curve(Size, Pressure, ResponseCurve::CONSTANT);

/// Graphite on paper: catches on the tooth, darker with pressure, broad and pale when it leans.
const PENCIL: BrushSettings = BrushSettings {
    size_px: 5.0,
    hardness: 0.6,
    spacing: 0.12,
    grain: GrainKind::Paper,
    grain_depth: 0.74,
    smoothing: 0.2,
    size_jitter: 0.15,
    gathering: Gathering::BuildUp,
    flow: 0.65,
    ..PLAIN
}
.with_curve(Opacity, Pressure, curve(&[(0.0, 0.14), (0.5, 0.62), (1.0, 0.84)]))
.with_curve(Size, Pressure, curve(&[(0.0, 0.7), (1.0, 1.0)]))
.with_curve(Size, Tilt, curve(&[(0.3, 1.0), (0.75, 4.0)]))
.with_curve(Opacity, Tilt, curve(&[(0.3, 1.0), (0.75, 0.55)]));

/// A nib: crisp, from a hair to its full width, a little thinner when it hurries.
const INK: BrushSettings = BrushSettings { size_px: 8.0, hardness: 1.0, spacing: 0.04, smoothing: 0.5, ..PLAIN }
    .with_curve(Size, Pressure, curve(&[(0.0, 0.04), (0.35, 0.3), (1.0, 1.0)]))
    .with_curve(Size, Speed, curve(&[(0.15, 1.0), (0.9, 0.62)]));

/// Hairs in a flat ferrule: streaks, a ragged start, paint that runs thin on canvas.
const FLAT: BrushSettings = BrushSettings {
    size_px: 40.0,
    tip: TipKind::FlatBristle,
    aspect: 0.28,
    rotation_degrees: 90.0,
    rotation_source: RotationSource::Direction,
    spacing: 0.12,
    tone_jitter: 0.5,
    grain: GrainKind::Canvas,
    grain_depth: 0.7,
    smoothing: 0.3,
    ..PLAIN
}
.with_curve(Opacity, Pressure, curve(&[(0.0, 0.2), (0.6, 0.85), (1.0, 1.0)]))
.with_curve(Size, Pressure, curve(&[(0.0, 0.8), (1.0, 1.0)]));

/// A stick of chalk: crumbs, and the paper between them.
const CHALK: BrushSettings = BrushSettings {
    size_px: 24.0,
    tip: TipKind::Chalk,
    rotation_jitter: 1.0,
    size_jitter: 0.15,
    scatter: 0.06,
    spacing: 0.14,
    gathering: Gathering::BuildUp,
    flow: 0.6,
    grain: GrainKind::Paper,
    grain_depth: 0.8,
    smoothing: 0.2,
    ..PLAIN
}
.with_curve(Opacity, Pressure, curve(&[(0.0, 0.25), (0.5, 0.66), (1.0, 0.9)]))
.with_curve(Size, Tilt, curve(&[(0.3, 1.0), (0.8, 2.0)]));

/// A mist that gathers where it lingers.
const AIRBRUSH: BrushSettings = BrushSettings {
    size_px: 60.0,
    hardness: 0.0,
    gathering: Gathering::BuildUp,
    flow: 0.12,
    spacing: 0.06,
    smoothing: 0.2,
    ..PLAIN
}
.with_curve(Flow, Pressure, curve(&[(0.0, 0.05), (0.6, 0.45), (1.0, 1.0)]));

/// A wet wash: transparent, grainy, with a dark rim where it dried last.
const WATERCOLOUR: BrushSettings = BrushSettings {
    size_px: 34.0,
    hardness: 0.45,
    opacity: 0.8,
    spacing: 0.06,
    blend: BrushBlend::Multiply,
    edge: 0.75,
    grain: GrainKind::Blotch,
    grain_scale: 1.4,
    grain_depth: 0.7,
    smoothing: 0.35,
    ..PLAIN
}
.with_curve(Size, Pressure, curve(&[(0.0, 0.25), (0.5, 0.7), (1.0, 1.0)]));

/// A felt tip cut at a slant: flat transparent colour that darkens where strokes overlap.
const MARKER: BrushSettings = BrushSettings {
    size_px: 26.0,
    hardness: 0.96,
    aspect: 0.38,
    rotation_degrees: -50.0,
    opacity: 0.62,
    spacing: 0.06,
    blend: BrushBlend::Multiply,
    smoothing: 0.3,
    ..PLAIN
}
.with_curve(Opacity, Pressure, curve(&[(0.0, 0.75), (1.0, 1.0)]))
.with_curve(Aspect, Tilt, curve(&[(0.3, 1.0), (0.8, 1.6)]));

/// A finger through wet paint: it drags about its own width, and a line that it crosses is bent, not cut in two.
const SMUDGE: BrushSettings =
    BrushSettings { size_px: 36.0, hardness: 0.2, spacing: 0.05, smudge_rate: 0.62, smoothing: 0.2, ..PLAIN }
        .with_curve(Opacity, Pressure, curve(&[(0.0, 0.02), (0.5, 0.14), (1.0, 0.6)]));

/// A soft-edged eraser.
const ERASER: BrushSettings =
    BrushSettings { size_px: 40.0, ..PLAIN }.with_curve(Size, Pressure, curve(&[(0.0, 0.3), (0.6, 1.0)]));

const fn brush(id: &'static str, settings: BrushSettings) -> BuiltInBrush {
    BuiltInBrush { id, is_eraser: false, settings }
}

/// The brushes that come with the program, in the order of the list.
pub static BUILT_IN_BRUSHES: [BuiltInBrush; 10] = [
    brush("brush-round", BrushSettings::DEFAULT),
    brush("brush-pencil", PENCIL),
    brush("brush-ink", INK),
    brush("brush-flat", FLAT),
    brush("brush-chalk", CHALK),
    brush("brush-airbrush", AIRBRUSH),
    brush("brush-watercolour", WATERCOLOUR),
    brush("brush-marker", MARKER),
    brush("brush-smudge", SMUDGE),
    BuiltInBrush { id: "brush-eraser", is_eraser: true, settings: ERASER },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::BrushNumber;

    #[test]
    fn every_built_in_brush_is_inside_its_ranges_and_has_a_name_of_its_own() {
        for (idx, brush) in BUILT_IN_BRUSHES.iter().enumerate() {
            assert_eq!(brush.settings, brush.settings.clamped(), "{}", brush.id);
            assert!(BUILT_IN_BRUSHES[..idx].iter().all(|other| other.id != brush.id));
            for number in BrushNumber::ALL {
                let (low, high) = number.range();
                assert!((low..=high).contains(&number.of(&brush.settings)), "{}: {}", brush.id, number.key());
            }
            for dynamics in brush.settings.dynamics {
                for curve in dynamics.curves {
                    assert_eq!(ResponseCurve::new(curve.points()), Some(curve), "{}", brush.id);
                }
            }
        }
    }
}
