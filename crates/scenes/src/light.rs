//! The light of a scene: the colours of the sky, of the sun and of the haze for a time of day and a weather.

use crate::colour::Rgb;
use crate::math::exp;
use crate::noise::lerp;
use crate::scene::{Scene, Time, Weather};

/// The light everything in one picture is painted in.
#[derive(Clone, Copy, Debug)]
pub struct Light {
    /// Sky overhead.
    pub zenith: Rgb,
    /// Sky half way down.
    pub middle: Rgb,
    /// Sky at the horizon.
    pub horizon: Rgb,
    /// Light from the sun or moon on a surface that faces it.
    pub sun: Rgb,
    /// Light from the whole sky.
    pub ambient: Rgb,
    /// The glow around the sun or moon.
    pub glow: Rgb,
    /// Colour of the far haze.
    pub haze: Rgb,
    /// Haze per unit of distance.
    pub density: f32,
    /// Direction towards the light: right, up, towards the painter.
    pub direction: [f32; 3],
    /// How dark it is, 0 (day) to 1 (night): lamps shine in the dark.
    pub dark: f32,
}

/// The sky (zenith, middle, horizon), sun, glow colours of one palette.
struct Palette(u32, u32, u32, u32, u32);

const DAWN: [Palette; 3] = [
    Palette(0x4F77B8, 0xC6B3D2, 0xFFD3A6, 0xFFCFA0, 0xFFB27A),
    Palette(0x5B8CC4, 0xF2C3C0, 0xFFE2B8, 0xFFD8B0, 0xFFC49A),
    Palette(0x6A7FC0, 0xE3A8BE, 0xFFC9B4, 0xFFC3B0, 0xFF9F94),
];
const DAY: [Palette; 3] = [
    Palette(0x1F62BE, 0x5FA8E6, 0xC4E6F6, 0xFFF3D6, 0xFFF6DA),
    Palette(0x2F7FD0, 0x82C4EE, 0xDDF2F4, 0xFFF0CC, 0xFFF3CC),
    Palette(0x1A55A8, 0x4C98DA, 0xB4DCEE, 0xFFF6E0, 0xFFF8E6),
];
const SUNSET: [Palette; 4] = [
    Palette(0x2A4486, 0xB4608A, 0xFF9C40, 0xFFA050, 0xFF8A2C),
    Palette(0x3A5A9C, 0xE88B6A, 0xFFD070, 0xFFB464, 0xFFB040),
    Palette(0x2D2360, 0xA83E78, 0xFF7A50, 0xFF8656, 0xFF6038),
    Palette(0x35619E, 0xD8A08C, 0xFFC256, 0xFFB060, 0xFF9A30),
];
const DUSK: [Palette; 3] = [
    Palette(0x16224E, 0x454888, 0xD08890, 0x7A80C0, 0xC86A80),
    Palette(0x122A52, 0x2F5A8C, 0xE0A47C, 0x7C90C4, 0xD88858),
    Palette(0x241C50, 0x5E4288, 0xC87098, 0x8878C0, 0xC05888),
];
const NIGHT: [Palette; 3] = [
    Palette(0x060D26, 0x10234E, 0x2C4E80, 0xA8C0F8, 0x7C9CE0),
    Palette(0x0A0A2A, 0x1C1E54, 0x40407E, 0xB0B4F4, 0x8C8CE0),
    Palette(0x04121F, 0x0A2C48, 0x24607A, 0xA4D4F0, 0x6CB4D8),
];

fn blend(palettes: &[Palette], mood: f32) -> [Rgb; 5] {
    let position = mood * (palettes.len() - 1) as f32;
    let low = (position as usize).min(palettes.len() - 1);
    let (a, b) = (&palettes[low], &palettes[(low + 1).min(palettes.len() - 1)]);
    let t = position - low as f32;
    let mix = |x, y| Rgb::hex(x).mix(Rgb::hex(y), t);
    [mix(a.0, b.0), mix(a.1, b.1), mix(a.2, b.2), mix(a.3, b.3), mix(a.4, b.4)]
}

impl Light {
    /// The light of `scene`.
    #[must_use]
    pub fn of(scene: &Scene) -> Self {
        let (palettes, sun, ambient, dark, height): (&[Palette], _, _, _, _) = match scene.time {
            Time::Dawn => (&DAWN, 0.95, 0.42, 0.1, 0.4),
            Time::Day => (&DAY, 1.25, 0.44, 0.0, 0.75),
            Time::Sunset => (&SUNSET, 1.05, 0.42, 0.15, 0.34),
            Time::Dusk => (&DUSK, 0.4, 0.72, 0.6, 0.5),
            Time::Night => (&NIGHT, 0.34, 0.85, 1.0, 0.6),
        };
        let [zenith, middle, horizon, beam, glow] = blend(palettes, scene.mood);
        let side = scene.light_side;
        let length = (side * side + height * height + 0.16f32).sqrt();
        let mut light = Self {
            zenith,
            middle,
            horizon,
            sun: beam * sun,
            ambient: Rgb::BLACK,
            glow,
            haze: horizon.mix(middle, 0.45),
            density: 0.024,
            direction: [side / length, height / length, 0.4 / length],
            dark,
        };
        light.weather(scene);
        // The sky's own light, warmed by what the ground throws back.
        let sky = (light.zenith + light.middle + light.horizon) * (1.0 / 3.0);
        light.ambient = sky.mix(Rgb::grey(sky.luma()), 0.35) * (ambient / 0.55) + Rgb::hex(0x1C2438) * 0.8;
        light
    }

    fn weather(&mut self, scene: &Scene) {
        let (grey, sun, brightness, density) = match scene.weather {
            Weather::Clear => (0.0, 1.0, 1.0, 1.0),
            Weather::Cloudy => (0.2, 0.78, 0.94, 1.25),
            Weather::Foggy => (0.42, 0.5, 0.98, 2.9),
            Weather::Rainy => (0.55, 0.34, 0.72, 1.9),
            Weather::Snowy => (0.5, 0.42, 0.95, 2.6),
            Weather::Stormy => (0.5, 0.5, lerp(0.4, 0.85, self.dark), 1.5),
        };
        let night = self.dark > 0.8;
        let tint = match scene.weather {
            Weather::Stormy => Rgb::hex(0xA9B6B4),
            Weather::Rainy => Rgb::hex(0xAEBCC8),
            Weather::Snowy => Rgb::hex(0xCCD4E4),
            _ => Rgb::hex(0xD6DCE2),
        };
        let level = if night { 0.08 } else { lerp(0.95, 0.34, self.dark) };
        let soften = |c: Rgb| c.mix(tint * lerp(c.luma() / tint.luma(), level, 0.6), grey) * brightness;
        self.zenith = soften(self.zenith);
        self.middle = soften(self.middle);
        self.horizon = soften(self.horizon);
        if scene.weather == Weather::Stormy && !night {
            // A strip of light under the storm.
            self.horizon = self.horizon.mix(self.glow, 0.22) * 1.5;
        }
        self.sun = self.sun * sun;
        self.haze = soften(self.haze);
        if scene.weather == Weather::Foggy {
            self.haze = self.haze.mix(self.horizon, 0.5);
            self.zenith = self.zenith.mix(self.haze, 0.6);
            self.middle = self.middle.mix(self.haze, 0.75);
            self.horizon = self.horizon.mix(self.haze, 0.6);
        }
        self.density *= density;
    }

    /// A lit surface: `normal` is (right, up, towards the painter), `shadow` 0 (dark) to 1 (in the sun).
    #[inline]
    #[must_use]
    pub fn shade(&self, albedo: Rgb, normal: [f32; 3], shadow: f32) -> Rgb {
        let [x, y, z] = normal;
        let facing = (x * self.direction[0] + y * self.direction[1] + z * self.direction[2]).max(0.0);
        albedo * (self.ambient * (0.72 + 0.28 * y) + self.sun * (facing * shadow))
    }

    /// `colour` seen through the haze from `distance`.
    #[inline]
    #[must_use]
    pub fn through_haze(&self, colour: Rgb, distance: f32) -> Rgb {
        colour.mix(self.haze, self.haze_at(distance))
    }

    /// How much of what is seen at `distance` is haze, 0 to 1.
    #[inline]
    #[must_use]
    pub fn haze_at(&self, distance: f32) -> f32 {
        1.0 - exp(-self.density * distance)
    }
}
