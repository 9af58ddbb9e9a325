//! A colour as hue, saturation and value, in which painters look for one.
//!
//! After A. R. Smith, "Color gamut transform pairs" (1978), on encoded values.

use underpaint_paint::Rgb8;

/// A colour by its hue. A grey keeps the hue it had, so that it comes back when the grey takes on colour again.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Hsv {
    /// 0 to 360 degrees: red, yellow, green, cyan, blue, magenta.
    pub hue_degrees: f32,
    /// 0 (grey) to 1.
    pub saturation: f32,
    /// 0 (black) to 1.
    pub value: f32,
}

impl Hsv {
    /// The same colour, which keeps of `former` what the colour does not tell.
    #[must_use]
    pub fn of(colour: Rgb8, former: Self) -> Self {
        if former.colour() == colour {
            return former;
        }
        let [red, green, blue] = [colour.red, colour.green, colour.blue].map(|it| f32::from(it) / 255.0);
        let value = red.max(green).max(blue);
        let chroma = value - red.min(green).min(blue);
        if chroma == 0.0 {
            return Self { saturation: if value == 0.0 { former.saturation } else { 0.0 }, value, ..former };
        }
        let sixth = if value == red {
            (green - blue) / chroma
        } else if value == green {
            (blue - red) / chroma + 2.0
        } else {
            (red - green) / chroma + 4.0
        };
        Self { hue_degrees: (sixth * 60.0).rem_euclid(360.0), saturation: chroma / value, value }
    }

    /// The colour in red, green and blue.
    #[must_use]
    pub fn colour(self) -> Rgb8 {
        let channel = |shift: f32| {
            let sixth = (shift + self.hue_degrees / 60.0).rem_euclid(6.0);
            let share = sixth.min(4.0 - sixth).clamp(0.0, 1.0);
            ((self.value - self.value * self.saturation * share) * 255.0).round().clamp(0.0, 255.0) as u8
        };
        Rgb8::new(channel(5.0), channel(3.0), channel(1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_colour_comes_back() {
        for red in (0..=255).step_by(5) {
            for green in (0..=255).step_by(15) {
                for blue in (0..=255).step_by(17) {
                    let colour = Rgb8::new(red, green, blue);
                    assert_eq!(Hsv::of(colour, Hsv::default()).colour(), colour);
                }
            }
        }
        let hue = |red, green, blue| Hsv::of(Rgb8::new(red, green, blue), Hsv::default()).hue_degrees;
        assert_eq!([hue(255, 0, 0), hue(0, 200, 0), hue(0, 0, 9), hue(80, 0, 80)], [0.0, 120.0, 240.0, 300.0]);
    }

    #[test]
    fn grey_and_black_keep_what_they_do_not_tell() {
        let blue = Hsv { hue_degrees: 210.0, saturation: 0.6, value: 0.8 };
        let grey = Hsv::of(Rgb8::new(90, 90, 90), blue);
        assert_eq!((grey.hue_degrees, grey.saturation), (210.0, 0.0));
        let black = Hsv::of(Rgb8::BLACK, blue);
        assert_eq!((black.hue_degrees, black.saturation, black.value), (210.0, 0.6, 0.0));
        // A place on the field that rounds to the same colour stays where it is.
        let near = Hsv { saturation: 0.6005, ..blue };
        assert_eq!(Hsv::of(near.colour(), near), near);
    }
}
