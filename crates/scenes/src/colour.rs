//! Colours: painting happens in (nearly) linear light, where glow and haze add up as in nature.
//!
//! The transfer curve is a plain square, not the exact sRGB one: nobody can see the difference in a painted scene, and
//! it costs one square root a channel.

use std::ops::{Add, AddAssign, Mul, Sub};

use crate::math::{exp, fraction, nearest};

/// A colour, linear in light unless a function says "display".
///
/// It fills one vector register: what is done to a colour is done to all its channels at once.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C, align(16))]
pub struct Rgb {
    /// Red.
    pub r: f32,
    /// Green.
    pub g: f32,
    /// Blue.
    pub b: f32,
    /// Nothing; takes part in sums and products so that the processor need not take the colour apart.
    rest: f32,
}

impl Rgb {
    /// No light at all.
    pub const BLACK: Self = Self::grey(0.0);
    /// The brightest display colour.
    pub const WHITE: Self = Self::grey(1.0);

    /// A colour from its channels.
    #[must_use]
    pub const fn new(r: f32, g: f32, b: f32) -> Self {
        Self { r, g, b, rest: 0.0 }
    }

    /// A neutral colour.
    #[must_use]
    pub const fn grey(value: f32) -> Self {
        Self::new(value, value, value)
    }

    /// A colour as artists write it, `0xRRGGBB`, brought to linear light.
    #[must_use]
    pub const fn hex(code: u32) -> Self {
        let r = ((code >> 16) & 255) as f32 / 255.0;
        let g = ((code >> 8) & 255) as f32 / 255.0;
        let b = (code & 255) as f32 / 255.0;
        Self::new(r * r, g * g, b * b)
    }

    /// This colour moved towards `other` by `t`.
    #[inline]
    #[must_use]
    pub fn mix(self, other: Self, t: f32) -> Self {
        self + (other - self) * t
    }

    /// How bright it looks.
    #[inline]
    #[must_use]
    pub fn luma(self) -> f32 {
        0.27 * self.r + 0.62 * self.g + 0.11 * self.b
    }

    /// More (`k > 1`) or less (`k < 1`) colourful at the same brightness.
    #[inline]
    #[must_use]
    pub fn saturate(self, k: f32) -> Self {
        let grey = Self::grey(self.luma());
        (grey + (self - grey) * k).max(0.0)
    }

    /// Every channel at least `floor`.
    #[inline]
    #[must_use]
    pub fn max(self, floor: f32) -> Self {
        self.map(|v| v.max(floor))
    }

    /// `f` of each channel.
    #[inline]
    #[must_use]
    pub fn map(self, f: impl Fn(f32) -> f32) -> Self {
        Self { r: f(self.r), g: f(self.g), b: f(self.b), rest: f(self.rest) }
    }

    /// Linear light to display values, with a soft shoulder so that highlights keep their hue.
    #[inline]
    #[must_use]
    pub fn display(self) -> Self {
        self.map(|v| {
            let v = v.max(0.0).sqrt();
            let rolled = 1.0 - (1.0 - SHOULDER) * exp((SHOULDER - v) * (1.0 / (1.0 - SHOULDER)));
            if v <= SHOULDER { v } else { rolled }
        })
    }

    /// Display values to bytes.
    #[inline]
    #[must_use]
    pub fn bytes(self) -> [u8; 3] {
        let byte = |v: f32| nearest(v.clamp(0.0, 1.0) * 255.0) as u8;
        [byte(self.r), byte(self.g), byte(self.b)]
    }

    /// Squared distance to `other`, weighted roughly as the eye does.
    #[inline]
    #[must_use]
    pub fn distance(self, other: Self) -> f32 {
        let d = self - other;
        0.3 * d.r * d.r + 0.5 * d.g * d.g + 0.2 * d.b * d.b
    }

    /// Display colour to (hue in turns, saturation, value).
    #[inline]
    #[must_use]
    pub fn hsv(self) -> (f32, f32, f32) {
        let high = self.r.max(self.g).max(self.b);
        let span = high - self.r.min(self.g).min(self.b);
        if span <= 1e-6 {
            return (0.0, 0.0, high);
        }
        let sector = if high == self.r {
            (self.g - self.b) / span
        } else if high == self.g {
            2.0 + (self.b - self.r) / span
        } else {
            4.0 + (self.r - self.g) / span
        };
        (fraction(sector * (1.0 / 6.0)), span / high, high)
    }

    /// Display colour from (hue in turns, saturation, value).
    #[inline]
    #[must_use]
    pub fn from_hsv(hue: f32, saturation: f32, value: f32) -> Self {
        let channel = |n: f32| {
            let k = fraction(n * (1.0 / 6.0) + hue) * 6.0;
            value - value * saturation * k.min(4.0 - k).clamp(0.0, 1.0)
        };
        Self::new(channel(5.0), channel(3.0), channel(1.0))
    }
}

/// Display values above this are rolled off towards white instead of clipped.
const SHOULDER: f32 = 0.78;

impl PartialEq for Rgb {
    fn eq(&self, o: &Self) -> bool {
        (self.r, self.g, self.b) == (o.r, o.g, o.b)
    }
}

impl Add for Rgb {
    type Output = Self;
    #[inline]
    fn add(self, o: Self) -> Self {
        Self { r: self.r + o.r, g: self.g + o.g, b: self.b + o.b, rest: self.rest + o.rest }
    }
}

impl AddAssign for Rgb {
    #[inline]
    fn add_assign(&mut self, o: Self) {
        *self = *self + o;
    }
}

impl Sub for Rgb {
    type Output = Self;
    #[inline]
    fn sub(self, o: Self) -> Self {
        Self { r: self.r - o.r, g: self.g - o.g, b: self.b - o.b, rest: self.rest - o.rest }
    }
}

impl Mul<f32> for Rgb {
    type Output = Self;
    #[inline]
    fn mul(self, k: f32) -> Self {
        Self { r: self.r * k, g: self.g * k, b: self.b * k, rest: self.rest * k }
    }
}

impl Mul for Rgb {
    type Output = Self;
    #[inline]
    fn mul(self, o: Self) -> Self {
        Self { r: self.r * o.r, g: self.g * o.g, b: self.b * o.b, rest: self.rest * o.rest }
    }
}

#[cfg(test)]
mod tests {
    use super::Rgb;

    #[test]
    fn hsv_round_trips() {
        for code in [0xFF8800, 0x123456, 0x00FF7F, 0xA0A0A0, 0x5500AA] {
            let colour = Rgb::hex(code);
            let (h, s, v) = colour.hsv();
            assert!(Rgb::from_hsv(h, s, v).distance(colour) < 1e-8);
        }
    }

    #[test]
    fn display_never_leaves_the_gamut() {
        assert_eq!(Rgb::grey(50.0).display().bytes(), [255; 3]);
        assert_eq!(Rgb::grey(-1.0).display().bytes(), [0; 3]);
    }
}
