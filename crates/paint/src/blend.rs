//! Blend modes: how the colours of a layer meet those below.
//!
//! Formulas are those of the W3C's Compositing and Blending Level 1, sections 9 (composition) and 10 (blending), and,
//! where it has none, those of PDF's and Photoshop's modes of the same name. Values are sRGB-encoded, from 0 to 1.

use crate::tile::TILE_EDGE;

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

/// A row of premultiplied pixels of a tile, colour by colour and alpha last, from 0 to 1: so written, a compiler works on
/// four pixels of each at once.
pub(crate) type Planes = [[f32; TILE_EDGE]; 4];

/// A row on which nothing lies.
pub(crate) const BLANK_PLANES: Planes = [[0.0; TILE_EDGE]; 4];

/// Lays the first `n_pixels` of a row over another. What follows them in `below` may change, too.
pub(crate) fn lay_row(below: &mut Planes, above: &Planes, n_pixels: usize, laying: Laying) {
    use BlendMode as Mode;
    let rows = Rows { below, above, n_pixels, laying };
    match laying.mode {
        Mode::Normal => rows.lay_normal(),
        Mode::Multiply => rows.separable(|b, s| b * s),
        Mode::Screen => rows.separable(screen),
        Mode::Overlay => rows.separable(|b, s| hard_light(s, b)),
        Mode::Darken => rows.separable(lesser),
        Mode::Lighten => rows.separable(greater),
        Mode::ColourDodge => rows.separable(dodge),
        Mode::ColourBurn => rows.separable(burn),
        Mode::HardLight => rows.separable(hard_light),
        Mode::SoftLight => rows.separable(soft_light),
        Mode::Difference => rows.separable(|b, s| (b - s).abs()),
        Mode::Exclusion => rows.separable(|b, s| b + s - 2.0 * b * s),
        Mode::Hue => rows.blended(|b, s| set_lum(set_sat(s, sat(b)), lum(b))),
        Mode::Saturation => rows.blended(|b, s| set_lum(set_sat(b, sat(s)), lum(b))),
        Mode::Colour => rows.blended(|b, s| set_lum(s, lum(b))),
        Mode::Luminosity => rows.blended(|b, s| set_lum(b, lum(s))),
        Mode::Add => rows.separable(|b, s| lesser(b + s, 1.0)),
        Mode::Subtract => rows.separable(|b, s| greater(b - s, 0.0)),
        Mode::Divide => rows.separable(divide),
        Mode::LinearBurn => rows.separable(|b, s| greater(b + s - 1.0, 0.0)),
        Mode::LinearLight => rows.separable(|b, s| lesser(greater(b + 2.0 * s - 1.0, 0.0), 1.0)),
        Mode::VividLight => rows.separable(vivid_light),
        Mode::PinLight => rows.separable(|b, s| greater(lesser(b, 2.0 * s), 2.0 * s - 1.0)),
        Mode::HardMix => rows.separable(|b, s| if vivid_light(b, s) < 0.5 { 0.0 } else { 1.0 }),
    }
}

/// The smaller of two numbers that are numbers. `f32::min` has an answer for those that are not, and no instruction of
/// WebAssembly gives it: loops with it are done number by number.
#[inline(always)]
pub(crate) fn lesser(one: f32, two: f32) -> f32 {
    if one < two { one } else { two }
}

/// The larger of two numbers that are numbers.
#[inline(always)]
pub(crate) fn greater(one: f32, two: f32) -> f32 {
    if one > two { one } else { two }
}

/// Two rows, and how one is laid on the other.
struct Rows<'a> {
    below: &'a mut Planes,
    above: &'a Planes,
    n_pixels: usize,
    laying: Laying,
}

impl Rows<'_> {
    /// Puts what `lay` makes of both pixels in the place of the one below.
    #[inline(always)]
    fn each(self, lay: impl Fn([f32; 4], [f32; 4]) -> [f32; 4]) {
        let ([red, green, blue, alpha], above) = (self.below, self.above);
        // Whole groups of four: what lies beyond the last pixel is nobody's.
        for at in 0..self.n_pixels.next_multiple_of(4).min(TILE_EDGE) {
            let pixel = lay(
                [red[at], green[at], blue[at], alpha[at]],
                [above[0][at], above[1][at], above[2][at], above[3][at]],
            );
            [red[at], green[at], blue[at], alpha[at]] = pixel;
        }
    }

    /// Normal needs no straight colours: `co = cs + cb · (1 − αs)`, or `cs · αb + cb · (1 − αs)` where it is clipped.
    fn lay_normal(self) {
        let opacity = self.laying.opacity;
        if self.laying.is_atop {
            self.each(|below, above| {
                let (share, rest) = (opacity * below[3], 1.0 - above[3] * opacity);
                std::array::from_fn(|channel| above[channel] * share + below[channel] * rest)
            });
        } else {
            self.each(|below, above| {
                let rest = 1.0 - above[3] * opacity;
                std::array::from_fn(|channel| above[channel] * opacity + below[channel] * rest)
            });
        }
    }

    #[inline(always)]
    fn separable(self, mix: impl Fn(f32, f32) -> f32) {
        self.blended(|b, s| [mix(b[0], s[0]), mix(b[1], s[1]), mix(b[2], s[2])]);
    }

    /// `co = cs · (1 − αb) + cb · (1 − αs) + αs · αb · B(Cb, Cs)`, premultiplied; `αo = αs + αb · (1 − αs)`.
    ///
    /// Where the layer is clipped, the one below counts as opaque among the colours and its alpha cuts the result: the
    /// first term and its share of alpha fall away.
    #[inline(always)]
    fn blended(self, mix: impl Fn([f32; 3], [f32; 3]) -> [f32; 3]) {
        let (over, opacity) = (if self.laying.is_atop { 0.0 } else { 1.0 }, self.laying.opacity);
        self.each(|below, above| {
            let straight = |pixel: [f32; 4]| {
                let inverse = 1.0 / greater(pixel[3], 1e-9);
                [pixel[0] * inverse, pixel[1] * inverse, pixel[2] * inverse].map(|value| lesser(value, 1.0))
            };
            let mixed = mix(straight(below), straight(above));
            let (alpha_below, alpha_above) = (below[3], above[3] * opacity);
            let (own, kept, both) =
                (over * opacity * (1.0 - alpha_below), 1.0 - alpha_above, alpha_above * alpha_below);
            let channel = |idx: usize| above[idx] * own + below[idx] * kept + mixed[idx] * both;
            [channel(0), channel(1), channel(2), below[3] + over * alpha_above * (1.0 - alpha_below)]
        });
    }
}

fn screen(b: f32, s: f32) -> f32 {
    b + s - b * s
}

fn hard_light(b: f32, s: f32) -> f32 {
    let (darker, lighter) = (b * 2.0 * s, screen(b, 2.0 * s - 1.0));
    if s <= 0.5 { darker } else { lighter }
}

// Both sides of each choice are worked out, so that four pixels can be chosen for at once.

fn dodge(b: f32, s: f32) -> f32 {
    let quotient = lesser(b / (1.0 - s), 1.0);
    let on_paint = if s >= 1.0 { 1.0 } else { quotient };
    if b <= 0.0 { 0.0 } else { on_paint }
}

fn burn(b: f32, s: f32) -> f32 {
    let quotient = 1.0 - lesser((1.0 - b) / s, 1.0);
    let on_shade = if s <= 0.0 { 0.0 } else { quotient };
    if b >= 1.0 { 1.0 } else { on_shade }
}

fn soft_light(b: f32, s: f32) -> f32 {
    let darker = b - (1.0 - 2.0 * s) * b * (1.0 - b);
    let (steep, root) = (((16.0 * b - 12.0) * b + 4.0) * b, b.sqrt());
    let curve = if b <= 0.25 { steep } else { root };
    let lighter = b + (2.0 * s - 1.0) * (curve - b);
    if s <= 0.5 { darker } else { lighter }
}

fn divide(b: f32, s: f32) -> f32 {
    let (quotient, on_black) = (lesser(b / s, 1.0), if b <= 0.0 { 0.0 } else { 1.0 });
    if s <= 0.0 { on_black } else { quotient }
}

fn vivid_light(b: f32, s: f32) -> f32 {
    let (darker, lighter) = (burn(b, 2.0 * s), dodge(b, 2.0 * s - 1.0));
    if s <= 0.5 { darker } else { lighter }
}

fn lum(colour: [f32; 3]) -> f32 {
    0.3 * colour[0] + 0.59 * colour[1] + 0.11 * colour[2]
}

fn sat(colour: [f32; 3]) -> f32 {
    highest(colour) - lowest(colour)
}

fn highest(colour: [f32; 3]) -> f32 {
    greater(greater(colour[0], colour[1]), colour[2])
}

fn lowest(colour: [f32; 3]) -> f32 {
    lesser(lesser(colour[0], colour[1]), colour[2])
}

/// Moves a colour to a luminosity; what falls out of 0 to 1 is drawn towards grey.
fn set_lum(colour: [f32; 3], wanted: f32) -> [f32; 3] {
    let shift = wanted - lum(colour);
    let moved = colour.map(|value| value + shift);
    let (grey, low, high) = (lum(moved), lowest(moved), highest(moved));
    let raised = grey / greater(grey - low, 1e-9);
    let scale = if low < 0.0 { raised } else { 1.0 };
    // The standard draws in twice; both draw towards the same grey, so that the stronger of the two is the result of both
    // but for colours that need both, where the second is worked out from what the first left.
    let high = grey + (high - grey) * scale;
    let lowered = scale * ((1.0 - grey) / greater(high - grey, 1e-9));
    let scale = if high > 1.0 { lowered } else { scale };
    moved.map(|value| grey + (value - grey) * scale)
}

/// Stretches a colour to a saturation, its darkest channel to 0.
fn set_sat(colour: [f32; 3], wanted: f32) -> [f32; 3] {
    let (low, high) = (lowest(colour), highest(colour));
    let quotient = wanted / (high - low);
    let scale = if high > low { quotient } else { 0.0 };
    colour.map(|value| (value - low) * scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `tests/parity/make_blend_fixtures.py` worked out from the standard's text.
    const FIXTURES: &str = include_str!("../../../tests/fixtures/blend/blend.csv");

    /// One pixel laid on another, in the middle of a row.
    fn laid(below: [f32; 4], above: [f32; 4], laying: Laying) -> [f32; 4] {
        let mut row = below.map(|value| [value; TILE_EDGE]);
        lay_row(&mut row, &above.map(|value| [value; TILE_EDGE]), 30, laying);
        row.map(|plane| plane[29])
    }

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
            let (below, above) = (premultiplied(&numbers[1..5]), premultiplied(&numbers[5..9]));
            let below = laid(below, above, Laying { mode, opacity: numbers[0], is_atop: fields[1] == "atop" });
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
                for former in [[0.2, 0.1, 0.4, 0.5], [0.0; 4]] {
                    let below = laid(former, [0.0; 4], Laying { mode, opacity: 1.0, is_atop });
                    assert!(below.iter().zip(former).all(|(one, two)| (one - two).abs() < 1e-7), "{mode:?}");
                }
            }
        }
    }
}
