//! What a stroke is painted with.

use crate::Rgb8;

/// Smallest brush diameter in pixels.
pub const MIN_SIZE_PX: f32 = 1.0;
/// Largest brush diameter in pixels.
pub const MAX_SIZE_PX: f32 = 512.0;

/// How a quantity follows the pen's pressure: `minimum + (1 − minimum) · pressure^exponent`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PressureCurve {
    /// The fraction at no pressure, 0 to 1. At 1 the pressure does not matter.
    pub minimum: f32,
    /// 1 is linear; below 1 a light touch already gives much, above 1 it needs a firm hand.
    pub exponent: f32,
}

impl PressureCurve {
    /// Pressure does not matter.
    pub const CONSTANT: Self = Self { minimum: 1.0, exponent: 1.0 };
    /// From nothing to all, in proportion.
    pub const LINEAR: Self = Self { minimum: 0.0, exponent: 1.0 };
    /// A pen's usual width: never thinner than a tenth, a little eager at a light touch.
    pub const SIZE: Self = Self { minimum: 0.1, exponent: 0.8 };
    /// A pen's usual opacity: a light touch glazes.
    pub const OPACITY: Self = Self { minimum: 0.05, exponent: 1.2 };

    /// The fraction, 0 to 1, at a pressure of 0 to 1; pressures outside are clamped.
    #[must_use]
    pub fn at(self, pressure: f32) -> f32 {
        let minimum = self.minimum.clamp(0.0, 1.0);
        if minimum >= 1.0 {
            return 1.0;
        }
        let pressure = if pressure.is_nan() { 1.0 } else { pressure.clamp(0.0, 1.0) };
        let bent = if self.exponent == 1.0 { pressure } else { pressure.powf(self.exponent.clamp(0.1, 10.0)) };
        (minimum + (1.0 - minimum) * bent).clamp(0.0, 1.0)
    }

    /// Whether pressure changes anything.
    #[must_use]
    pub fn is_active(self) -> bool {
        self.minimum < 1.0
    }
}

/// A round brush.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BrushSettings {
    /// Diameter in canvas pixels, [`MIN_SIZE_PX`] to [`MAX_SIZE_PX`].
    pub size_px: f32,
    /// The fraction of the radius that is fully covered, 0 (soft to the centre) to 1 (an anti-aliased edge).
    pub hardness: f32,
    /// The most that a whole stroke covers, 0 to 1, however often its dabs overlap.
    pub opacity: f32,
    /// How far one dab goes towards that cover, above 0 to 1.
    pub flow: f32,
    /// Distance between dabs as a fraction of the diameter, 0.01 to 1.
    pub spacing: f32,
    /// How much the path is smoothed, 0 (as it came) to 1.
    pub smoothing: f32,
    /// How pressure changes the diameter.
    pub pressure_size: PressureCurve,
    /// How pressure changes the opacity.
    pub pressure_opacity: PressureCurve,
}

impl Default for BrushSettings {
    fn default() -> Self {
        Self {
            size_px: 28.0,
            hardness: 0.8,
            opacity: 1.0,
            flow: 1.0,
            spacing: 0.08,
            smoothing: 0.25,
            pressure_size: PressureCurve::SIZE,
            pressure_opacity: PressureCurve::CONSTANT,
        }
    }
}

impl BrushSettings {
    /// The same settings with every value inside its range; anything that is not a number becomes the default.
    #[must_use]
    pub fn clamped(self) -> Self {
        let default = Self::default();
        let within = |value: f32, low: f32, high: f32, otherwise: f32| {
            if value.is_nan() { otherwise } else { value.clamp(low, high) }
        };
        Self {
            size_px: within(self.size_px, MIN_SIZE_PX, MAX_SIZE_PX, default.size_px),
            hardness: within(self.hardness, 0.0, 1.0, default.hardness),
            opacity: within(self.opacity, 0.0, 1.0, default.opacity),
            flow: within(self.flow, 0.01, 1.0, default.flow),
            spacing: within(self.spacing, 0.01, 1.0, default.spacing),
            smoothing: within(self.smoothing, 0.0, 1.0, default.smoothing),
            ..self
        }
    }
}

/// What a stroke does to the pixels under it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StrokeMode {
    /// Lays this colour over what is there.
    Paint(Rgb8),
    /// Takes away what is there, down to the paper.
    Erase,
}

/// One reading of the pointer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StrokeSample {
    /// Where, in canvas pixels; outside of the canvas is fine.
    pub canvas_point: crate::CanvasPoint,
    /// 0 to 1; 1 where the device has none.
    pub pressure: f32,
    /// When, in seconds on any clock that does not run backwards.
    pub time_secs: f64,
}
