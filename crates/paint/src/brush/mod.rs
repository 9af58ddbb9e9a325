//! What a stroke is painted with.

mod choice;
mod curve;
mod number;
mod preset;
mod sample;
mod text;

pub use choice::{BrushBlend, BrushInput, BrushParameter, Gathering, GrainKind, RotationSource, Stabiliser, TipKind};
pub use curve::{MAX_CURVE_POINTS, MAX_RESPONSE, ResponseCurve};
pub use number::BrushNumber;
pub use preset::{BUILT_IN_BRUSHES, BuiltInBrush};
pub use sample::StrokeSample;
pub use text::{MAX_BRUSH_NAME_CHARS, NamedBrush, brush_name, read_brushes, write_brushes};

use crate::Rgb8;

/// Smallest brush diameter in pixels.
pub const MIN_SIZE_PX: f32 = 1.0;
/// Largest brush diameter in pixels.
pub const MAX_SIZE_PX: f32 = 512.0;
/// The speed from which on a pointer counts as fast, in canvas pixels per second.
pub const FAST_PX_PER_SEC: f32 = 3000.0;

/// How one parameter of a dab follows the hand: the product of three curves.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Dynamics {
    /// By pressure, tilt and speed: in the order of [`BrushInput`].
    pub curves: [ResponseCurve; BrushInput::ALL.len()],
}

impl Dynamics {
    /// Follows pressure alone.
    pub(crate) const fn pressure(curve: ResponseCurve) -> Self {
        Self { curves: [curve, ResponseCurve::CONSTANT, ResponseCurve::CONSTANT] }
    }

    /// The factor for a pressure, a tilt and a speed of 0 to 1 each.
    #[must_use]
    pub fn at(&self, pressure: f32, tilt: f32, speed: f32) -> f32 {
        self.curves[0].at(pressure) * self.curves[1].at(tilt) * self.curves[2].at(speed)
    }

    /// The largest factor that they can give together.
    #[must_use]
    pub fn largest(&self) -> f32 {
        self.curves.iter().map(ResponseCurve::largest).product()
    }
}

/// A brush.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BrushSettings {
    /// Diameter in canvas pixels, [`MIN_SIZE_PX`] to [`MAX_SIZE_PX`].
    pub size_px: f32,
    /// The fraction of the radius that is fully covered, 0 (soft to the centre) to 1 (an anti-aliased edge). Round tips.
    pub hardness: f32,
    /// The most that a whole stroke covers, 0 to 1, however often its dabs overlap; of a smudge, the most that a dab does.
    pub opacity: f32,
    /// How far one dab goes towards that cover, 0.01 to 1.
    pub flow: f32,
    /// Distance between dabs as a fraction of the diameter, 0.01 to 2.
    pub spacing: f32,
    /// Breadth of the tip as a fraction of the diameter, 0.05 to 1 (as wide as long).
    pub aspect: f32,
    /// How far the tip is turned, clockwise, −180 to 180 degrees.
    pub rotation_degrees: f32,
    /// How much each dab is turned at random, 0 to 1 (any way).
    pub rotation_jitter: f32,
    /// How much smaller dabs are at random, 0 to 1.
    pub size_jitter: f32,
    /// How much dabs and hairs differ in lightness, 0 to 1.
    pub tone_jitter: f32,
    /// How far dabs are strewn to the sides, 0 to 4 diameters.
    pub scatter: f32,
    /// How much of the paper's grain shows, 0 to 1.
    pub grain_depth: f32,
    /// Size of the grain, 0.25 to 8; at 1 the tooth of paper is two to six pixels wide.
    pub grain_scale: f32,
    /// How much pigment gathers at the edge of a wash, 0 to 1. It shows where the hardness leaves an edge of some width.
    pub edge: f32,
    /// How far the paint under the brush is dragged along: 0 is a brush that paints; one that smudges keeps this share of
    /// what it carries over a tenth of its diameter, up to 1.
    pub smudge_rate: f32,
    /// How much of the brush's own colour a smudge brings, 0 to 1.
    pub smudge_colour: f32,
    /// How much the path is smoothed, 0 (as it came) to 1.
    pub smoothing: f32,
    /// Length of the pulled string in canvas pixels, 1 to 256.
    pub string_px: f32,
    /// How long the moving average looks back, 0 to 1 (half a second).
    pub average: f32,
    /// The shape of a dab.
    pub tip: TipKind,
    /// The paper that it feels.
    pub grain: GrainKind,
    /// How the stroke's dabs come together.
    pub gathering: Gathering,
    /// How the stroke joins what is under it.
    pub blend: BrushBlend,
    /// What turns the tip.
    pub rotation_source: RotationSource,
    /// What steadies the hand.
    pub stabiliser: Stabiliser,
    /// How parameters follow the hand, in the order of [`BrushParameter`].
    pub dynamics: [Dynamics; BrushParameter::ALL.len()],
}

impl Default for BrushSettings {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl BrushSettings {
    /// A firm round brush whose width follows the pen.
    pub const DEFAULT: Self = Self {
        size_px: 28.0,
        hardness: 0.8,
        opacity: 1.0,
        flow: 1.0,
        spacing: 0.08,
        aspect: 1.0,
        rotation_degrees: 0.0,
        rotation_jitter: 0.0,
        size_jitter: 0.0,
        tone_jitter: 0.0,
        scatter: 0.0,
        grain_depth: 0.0,
        grain_scale: 1.0,
        edge: 0.0,
        smudge_rate: 0.0,
        smudge_colour: 0.0,
        smoothing: 0.25,
        string_px: 24.0,
        average: 0.3,
        tip: TipKind::Round,
        grain: GrainKind::None,
        gathering: Gathering::Wash,
        blend: BrushBlend::Normal,
        rotation_source: RotationSource::Fixed,
        stabiliser: Stabiliser::None,
        dynamics: {
            let constant = Dynamics::pressure(ResponseCurve::CONSTANT);
            let mut dynamics = [constant; BrushParameter::ALL.len()];
            dynamics[BrushParameter::Size as usize] = Dynamics::pressure(ResponseCurve::SIZE);
            dynamics
        },
    };

    /// The same settings with every value inside its range; anything that is not a number becomes the default.
    #[must_use]
    pub fn clamped(self) -> Self {
        let mut clamped = Self::default();
        for number in BrushNumber::ALL {
            let value = number.of(&self);
            number.set(&mut clamped, value);
        }
        Self {
            tip: self.tip,
            grain: self.grain,
            gathering: self.gathering,
            blend: self.blend,
            rotation_source: self.rotation_source,
            stabiliser: self.stabiliser,
            dynamics: self.dynamics,
            ..clamped
        }
    }

    /// The curve by which a parameter follows an input.
    #[must_use]
    pub fn curve(&self, parameter: BrushParameter, input: BrushInput) -> &ResponseCurve {
        &self.dynamics[parameter as usize].curves[input as usize]
    }

    /// The same brush with another curve.
    #[must_use]
    pub const fn with_curve(mut self, parameter: BrushParameter, input: BrushInput, curve: ResponseCurve) -> Self {
        self.dynamics[parameter as usize].curves[input as usize] = curve;
        self
    }

    /// The largest diameter that a dab can have, in pixels.
    #[must_use]
    pub fn largest_px(&self) -> f32 {
        (self.size_px * self.dynamics[BrushParameter::Size as usize].largest()).clamp(0.0, MAX_SIZE_PX)
    }
}

/// What a stroke does to the pixels under it. Every brush can do either.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StrokeMode {
    /// Lays this colour over what is there.
    Paint(Rgb8),
    /// Takes away what is there, down to the paper.
    Erase,
}
