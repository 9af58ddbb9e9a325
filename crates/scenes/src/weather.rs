//! What falls from the sky or hangs in the air: mist, rain, snow, lightning, shafts of light.

use crate::canvas::Canvas;
use crate::colour::Rgb;
use crate::light::Light;
use crate::math::exp;
use crate::noise::{Noise, length, lerp, smoothstep};
use crate::rng::Rng;
use crate::scene::{Place, Scene, Time, Weather};

/// Paints the weather in front of everything.
pub fn paint(canvas: &mut Canvas, scene: &Scene, light: &Light) {
    let labels = canvas.labels.clone();
    match scene.weather {
        Weather::Foggy => mist(canvas, scene, light, 0.45),
        Weather::Rainy => {
            mist(canvas, scene, light, 0.22);
            rain(canvas, scene, light, 260);
        }
        Weather::Snowy => {
            mist(canvas, scene, light, 0.2);
            snow(canvas, scene, light);
        }
        Weather::Stormy => rain(canvas, scene, light, 120),
        // Cool air over low ground keeps a little mist in the morning.
        Weather::Clear | Weather::Cloudy if scene.time == Time::Dawn => mist(canvas, scene, light, 0.22),
        Weather::Clear | Weather::Cloudy => {}
    }
    let low_sun = matches!(scene.time, Time::Dawn | Time::Sunset | Time::Day);
    if scene.place == Place::Forest && low_sun && matches!(scene.weather, Weather::Clear | Weather::Foggy) {
        shafts(canvas, scene, light);
    }
    canvas.labels = labels;
}

fn mist(canvas: &mut Canvas, scene: &Scene, light: &Light, strength: f32) {
    let noise = Noise::new(scene.seed ^ 0x0F06);
    let colour = light.haze.mix(light.horizon, 0.4);
    let mut wisps = Vec::new();
    let all = if scene.weather == Weather::Foggy { 0.1 } else { 0.0 };
    canvas.rows_soft((0.0, 0.0), (1.0, 1.0), |y, xs, cells| {
        wisps.resize(xs.len(), 0.0);
        let band = (y - scene.horizon) / 0.16;
        let low = strength * exp(-band * band);
        // Far from the ground there is nothing to see, and no need for noise.
        if low > 1e-3 {
            noise.fbm_row(&mut wisps, 3, |i| (xs[i] * 2.2, y * 7.0));
        }
        for (cell, wisp) in cells.iter_mut().zip(&wisps) {
            *cell = (colour, (low * (0.55 + 0.6 * wisp) + all).clamp(0.0, 0.92));
        }
    });
}

fn rain(canvas: &mut Canvas, scene: &Scene, light: &Light, drops: usize) {
    let mut rng = Rng::new(u64::from(scene.seed), 31);
    let slant = rng.range(-0.3, 0.3);
    let colour = light.horizon.mix(Rgb::grey(light.horizon.luma()), 0.4) * 1.25 + Rgb::hex(0x202830);
    for _ in 0..drops {
        let (x, y) = (rng.range(-0.05, 1.05), rng.range(-0.05, 1.0));
        let length = rng.range(0.03, 0.09);
        canvas.line((x, y), (x + slant * length, y + length), (0.003, 0.003), colour, rng.range(0.25, 0.6));
    }
    if scene.weather == Weather::Stormy && scene.mood > 0.45 {
        lightning(canvas, scene, &mut rng);
    }
}

fn lightning(canvas: &mut Canvas, scene: &Scene, rng: &mut Rng) {
    let mut at = (rng.range(0.2, 0.8), 0.0);
    let foot = at.0;
    let colour = Rgb::hex(0xF4F0FF) * 1.6;
    while at.1 < scene.horizon - 0.02 {
        let next = (at.0 + rng.normal() * 0.03, (at.1 + rng.range(0.02, 0.06)).min(scene.horizon));
        canvas.line(at, next, (0.008, 0.006), colour, 1.0);
        if rng.chance(0.25) {
            let fork = (next.0 + rng.normal() * 0.07, next.1 + rng.range(0.03, 0.09));
            canvas.line(next, fork, (0.005, 0.002), colour, 0.8);
        }
        at = next;
    }
    canvas.glow_soft(1.0 / 64.0, (0.0, 0.0), (1.0, scene.horizon), |x, _| {
        Rgb::hex(0x9A94D8) * (0.16 * exp(-((x - foot) / 0.18).powi(2)))
    });
}

fn snow(canvas: &mut Canvas, scene: &Scene, light: &Light) {
    let mut rng = Rng::new(u64::from(scene.seed), 32);
    let colour = Rgb::WHITE.mix(light.haze, 0.25) * lerp(1.0, 0.5, light.dark);
    for _ in 0..240 {
        let near = rng.unit();
        let at = (rng.unit(), rng.unit());
        canvas.disc(at, lerp(0.0025, 0.008, near * near), colour, lerp(0.5, 0.9, near));
    }
}

fn shafts(canvas: &mut Canvas, scene: &Scene, light: &Light) {
    let noise = Noise::new(scene.seed ^ 0x5A4F);
    let source = scene.disc.map_or((0.5 + scene.light_side * 0.6, -0.1), |d| (d.at.0, d.at.1 - 0.1));
    let strength = if scene.weather == Weather::Foggy { 0.35 } else { 0.2 };
    canvas.glow_soft(1.0 / 128.0, (0.0, 0.0), (1.0, 1.0), |x, y| {
        let (dx, dy) = (x - source.0, y - source.1);
        let angle = dx.atan2(dy.max(0.02));
        let beam = smoothstep(0.05, 0.6, noise.fbm(angle * 7.0, 1.5, 2));
        let fall = smoothstep(1.0, 0.2, y) * smoothstep(-0.1, 0.35, y);
        light.glow * (strength * beam * fall * exp(-length(dx, dy) * 0.9))
    });
}
