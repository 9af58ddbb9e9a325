//! Blend modes: how the colours of a layer meet those below.
//!
//! Formulas are those of the W3C's Compositing and Blending Level 1, sections 9 (composition) and 10 (blending), and,
//! where it has none, those of PDF's and Photoshop's modes of the same name. Values are sRGB-encoded, from 0 to 1.

/// How the colours of a layer meet those below.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the modes are known by their names, and their formulas stand below")]
pub enum BlendMode {
    #[default]
    Normal,
    Multiply,
    Screen,
    Overlay,
    Darken,
    Lighten,
    ColourDodge,
    ColourBurn,
    HardLight,
    SoftLight,
    Difference,
    Exclusion,
    Hue,
    Saturation,
    Colour,
    Luminosity,
    Add,
    Subtract,
    Divide,
    LinearBurn,
    LinearLight,
    VividLight,
    PinLight,
    HardMix,
}

impl BlendMode {
    /// Every mode, in the order in which a list shows them.
    pub const ALL: [Self; 24] = [
        Self::Normal,
        Self::Darken,
        Self::Multiply,
        Self::ColourBurn,
        Self::LinearBurn,
        Self::Lighten,
        Self::Screen,
        Self::ColourDodge,
        Self::Add,
        Self::Overlay,
        Self::SoftLight,
        Self::HardLight,
        Self::VividLight,
        Self::LinearLight,
        Self::PinLight,
        Self::HardMix,
        Self::Difference,
        Self::Exclusion,
        Self::Subtract,
        Self::Divide,
        Self::Hue,
        Self::Saturation,
        Self::Colour,
        Self::Luminosity,
    ];

    /// A stable name in kebab-case; for the W3C's sixteen modes it is the keyword of CSS.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.message_id().trim_start_matches("blend-")
    }

    /// The mode of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.name() == name)
    }

    /// The id of the message that names it to a person.
    #[must_use]
    pub fn message_id(self) -> &'static str {
        match self {
            Self::Normal => "blend-normal",
            Self::Multiply => "blend-multiply",
            Self::Screen => "blend-screen",
            Self::Overlay => "blend-overlay",
            Self::Darken => "blend-darken",
            Self::Lighten => "blend-lighten",
            Self::ColourDodge => "blend-color-dodge",
            Self::ColourBurn => "blend-color-burn",
            Self::HardLight => "blend-hard-light",
            Self::SoftLight => "blend-soft-light",
            Self::Difference => "blend-difference",
            Self::Exclusion => "blend-exclusion",
            Self::Hue => "blend-hue",
            Self::Saturation => "blend-saturation",
            Self::Colour => "blend-color",
            Self::Luminosity => "blend-luminosity",
            Self::Add => "blend-add",
            Self::Subtract => "blend-subtract",
            Self::Divide => "blend-divide",
            Self::LinearBurn => "blend-linear-burn",
            Self::LinearLight => "blend-linear-light",
            Self::VividLight => "blend-vivid-light",
            Self::PinLight => "blend-pin-light",
            Self::HardMix => "blend-hard-mix",
        }
    }
}

/// How one row of pixels is laid on another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Laying {
    pub(crate) mode: BlendMode,
    /// 0 to 1.
    pub(crate) opacity: f32,
    /// Clipped: alpha below stays as it is, and what is above shows only there ("source atop").
    pub(crate) is_atop: bool,
}

impl Laying {
    /// As it is.
    pub(crate) const PLAIN: Self = Self { mode: BlendMode::Normal, opacity: 1.0, is_atop: false };
}

/// Lays a row of premultiplied pixels over another, both of 4 floats from 0 to 1.
pub(crate) fn lay_row(below: &mut [f32], above: &[f32], laying: Laying) {
    use BlendMode as Mode;
    match laying.mode {
        Mode::Normal => lay_normal(below, above, laying),
        Mode::Multiply => separable(below, above, laying, |b, s| b * s),
        Mode::Screen => separable(below, above, laying, screen),
        Mode::Overlay => separable(below, above, laying, |b, s| hard_light(s, b)),
        Mode::Darken => separable(below, above, laying, f32::min),
        Mode::Lighten => separable(below, above, laying, f32::max),
        Mode::ColourDodge => separable(below, above, laying, dodge),
        Mode::ColourBurn => separable(below, above, laying, burn),
        Mode::HardLight => separable(below, above, laying, hard_light),
        Mode::SoftLight => separable(below, above, laying, soft_light),
        Mode::Difference => separable(below, above, laying, |b, s| (b - s).abs()),
        Mode::Exclusion => separable(below, above, laying, |b, s| b + s - 2.0 * b * s),
        Mode::Hue => blended(below, above, laying, |b, s| set_lum(set_sat(s, sat(b)), lum(b))),
        Mode::Saturation => blended(below, above, laying, |b, s| set_lum(set_sat(b, sat(s)), lum(b))),
        Mode::Colour => blended(below, above, laying, |b, s| set_lum(s, lum(b))),
        Mode::Luminosity => blended(below, above, laying, |b, s| set_lum(b, lum(s))),
        Mode::Add => separable(below, above, laying, |b, s| (b + s).min(1.0)),
        Mode::Subtract => separable(below, above, laying, |b, s| (b - s).max(0.0)),
        Mode::Divide => separable(below, above, laying, divide),
        Mode::LinearBurn => separable(below, above, laying, |b, s| (b + s - 1.0).max(0.0)),
        Mode::LinearLight => separable(below, above, laying, |b, s| (b + 2.0 * s - 1.0).clamp(0.0, 1.0)),
        Mode::VividLight => separable(below, above, laying, vivid_light),
        Mode::PinLight => separable(below, above, laying, |b, s| b.min(2.0 * s).max(2.0 * s - 1.0)),
        Mode::HardMix => separable(below, above, laying, |b, s| if vivid_light(b, s) < 0.5 { 0.0 } else { 1.0 }),
    }
}

/// Normal needs no straight colours: `co = cs + cb · (1 − αs)`, or `cs · αb + cb · (1 − αs)` where it is clipped.
fn lay_normal(below: &mut [f32], above: &[f32], laying: Laying) {
    let opacity = laying.opacity;
    let rows = below.as_chunks_mut::<4>().0.iter_mut().zip(above.as_chunks::<4>().0);
    if laying.is_atop {
        for (below, above) in rows {
            let (share, rest) = (opacity * below[3], 1.0 - above[3] * opacity);
            for channel in 0..4 {
                below[channel] = above[channel] * share + below[channel] * rest;
            }
        }
    } else {
        for (below, above) in rows {
            let rest = 1.0 - above[3] * opacity;
            for channel in 0..4 {
                below[channel] = above[channel] * opacity + below[channel] * rest;
            }
        }
    }
}

#[inline(always)]
fn separable(below: &mut [f32], above: &[f32], laying: Laying, mix: impl Fn(f32, f32) -> f32) {
    blended(below, above, laying, |b, s| [mix(b[0], s[0]), mix(b[1], s[1]), mix(b[2], s[2])]);
}

/// `co = cs · (1 − αb) + cb · (1 − αs) + αs · αb · B(Cb, Cs)`, premultiplied; `αo = αs + αb · (1 − αs)`.
///
/// Where the layer is clipped, the one below counts as opaque among the colours and its alpha cuts the result: the first
/// term and its share of alpha fall away.
#[inline(always)]
fn blended(below: &mut [f32], above: &[f32], laying: Laying, mix: impl Fn([f32; 3], [f32; 3]) -> [f32; 3]) {
    let over = if laying.is_atop { 0.0 } else { 1.0 };
    for (below, above) in below.as_chunks_mut::<4>().0.iter_mut().zip(above.as_chunks::<4>().0) {
        let straight = |pixel: &[f32; 4]| {
            let inverse = 1.0 / pixel[3].max(1e-9);
            [pixel[0] * inverse, pixel[1] * inverse, pixel[2] * inverse].map(|value| value.min(1.0))
        };
        let mixed = mix(straight(below), straight(above));
        let (alpha_below, alpha_above) = (below[3], above[3] * laying.opacity);
        let (own, kept, both) =
            (over * laying.opacity * (1.0 - alpha_below), 1.0 - alpha_above, alpha_above * alpha_below);
        for channel in 0..3 {
            below[channel] = above[channel] * own + below[channel] * kept + mixed[channel] * both;
        }
        below[3] += over * alpha_above * (1.0 - alpha_below);
    }
}

fn screen(b: f32, s: f32) -> f32 {
    b + s - b * s
}

fn hard_light(b: f32, s: f32) -> f32 {
    if s <= 0.5 { b * 2.0 * s } else { screen(b, 2.0 * s - 1.0) }
}

fn dodge(b: f32, s: f32) -> f32 {
    if b <= 0.0 {
        0.0
    } else if s >= 1.0 {
        1.0
    } else {
        (b / (1.0 - s)).min(1.0)
    }
}

fn burn(b: f32, s: f32) -> f32 {
    if b >= 1.0 {
        1.0
    } else if s <= 0.0 {
        0.0
    } else {
        1.0 - ((1.0 - b) / s).min(1.0)
    }
}

fn soft_light(b: f32, s: f32) -> f32 {
    let darker = b - (1.0 - 2.0 * s) * b * (1.0 - b);
    let curve = if b <= 0.25 { ((16.0 * b - 12.0) * b + 4.0) * b } else { b.sqrt() };
    let lighter = b + (2.0 * s - 1.0) * (curve - b);
    if s <= 0.5 { darker } else { lighter }
}

fn divide(b: f32, s: f32) -> f32 {
    if s <= 0.0 { if b <= 0.0 { 0.0 } else { 1.0 } } else { (b / s).min(1.0) }
}

fn vivid_light(b: f32, s: f32) -> f32 {
    if s <= 0.5 { burn(b, 2.0 * s) } else { dodge(b, 2.0 * s - 1.0) }
}

fn lum(colour: [f32; 3]) -> f32 {
    0.3 * colour[0] + 0.59 * colour[1] + 0.11 * colour[2]
}

fn sat(colour: [f32; 3]) -> f32 {
    highest(colour) - lowest(colour)
}

fn highest(colour: [f32; 3]) -> f32 {
    colour[0].max(colour[1]).max(colour[2])
}

fn lowest(colour: [f32; 3]) -> f32 {
    colour[0].min(colour[1]).min(colour[2])
}

/// Moves a colour to a luminosity; what falls out of 0 to 1 is drawn towards grey.
fn set_lum(colour: [f32; 3], wanted: f32) -> [f32; 3] {
    let shift = wanted - lum(colour);
    let moved = colour.map(|value| value + shift);
    let (grey, low, high) = (lum(moved), lowest(moved), highest(moved));
    let mut scale = 1.0;
    if low < 0.0 {
        scale = grey / (grey - low).max(1e-9);
    }
    // The standard draws in twice; both draw towards the same grey, so that the stronger of the two is the result of both
    // but for colours that need both, where the second is worked out from what the first left.
    let high = grey + (high - grey) * scale;
    if high > 1.0 {
        scale *= (1.0 - grey) / (high - grey).max(1e-9);
    }
    moved.map(|value| grey + (value - grey) * scale)
}

/// Stretches a colour to a saturation, its darkest channel to 0.
fn set_sat(colour: [f32; 3], wanted: f32) -> [f32; 3] {
    let (low, high) = (lowest(colour), highest(colour));
    let scale = if high > low { wanted / (high - low) } else { 0.0 };
    colour.map(|value| (value - low) * scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `tests/parity/make_blend_fixtures.py` worked out from the standard's text.
    const FIXTURES: &str = include_str!("../../../tests/fixtures/blend/blend.csv");

    #[test]
    fn every_mode_equals_its_formula() {
        let mut seen = Vec::new();
        for line in FIXTURES.lines().skip(1) {
            let fields: Vec<&str> = line.split(',').collect();
            let mode = BlendMode::from_name(fields[0]).unwrap();
            let numbers: Vec<f32> = fields[2..].iter().map(|field| field.parse().unwrap()).collect();
            let premultiplied = |pixel: &[f32]| {
                let alpha = pixel[3] / 255.0;
                [pixel[0] / 255.0 * alpha, pixel[1] / 255.0 * alpha, pixel[2] / 255.0 * alpha, alpha]
            };
            let mut below = premultiplied(&numbers[1..5]);
            let above = premultiplied(&numbers[5..9]);
            lay_row(&mut below, &above, Laying { mode, opacity: numbers[0], is_atop: fields[1] == "atop" });
            for (value, expected) in below.iter().zip(&numbers[9..13]) {
                assert!((value - expected).abs() < 2e-5, "{line}\n  came out as {below:?}");
            }
            if !seen.contains(&mode) {
                seen.push(mode);
            }
        }
        assert_eq!(seen.len(), BlendMode::ALL.len(), "a mode has no fixtures");
    }

    #[test]
    fn names_lead_back_to_their_modes() {
        for mode in BlendMode::ALL {
            assert_eq!(BlendMode::from_name(mode.name()), Some(mode));
        }
        assert_eq!(BlendMode::from_name("pass-through"), None);
    }

    #[test]
    fn transparent_layers_change_nothing_in_any_mode() {
        for mode in BlendMode::ALL {
            for is_atop in [false, true] {
                let former = [0.2, 0.1, 0.4, 0.5, 0.0, 0.0, 0.0, 0.0];
                let mut below = former;
                lay_row(&mut below, &[0.0; 8], Laying { mode, opacity: 1.0, is_atop });
                assert!(below.iter().zip(former).all(|(one, two)| (one - two).abs() < 1e-7), "{mode:?}");
            }
        }
    }
}
