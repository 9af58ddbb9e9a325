//! Water: mirrors what stands above it, broken by ripples, with a road of glitter under the sun or moon.

use crate::canvas::{Canvas, Label};
use crate::colour::Rgb;
use crate::light::Light;
use crate::noise::{Noise, lerp, smoothstep};
use crate::scene::{Place, Scene, Time, Weather};

/// Paints the water below the horizon; everything behind it must be painted already.
pub fn paint(canvas: &mut Canvas, scene: &Scene, light: &Light) {
    canvas.pen = Label::Water;
    let above = canvas.clone();
    let noise = Noise::new(scene.seed ^ 0x3A7E);
    let line = scene.horizon;
    let pixel = canvas.pixel();
    let sea = matches!(scene.place, Place::Sea | Place::Beach | Place::Cliffs);
    let deep = match (scene.place, scene.weather) {
        (_, Weather::Stormy) => 0x2C4A50,
        (Place::Beach, _) => 0x1A9AA6,
        (Place::Sea | Place::Cliffs, _) => 0x14567E,
        _ => 0x1C4E5C,
    };
    let body = light.shade(Rgb::hex(deep), [0.0, 1.0, 0.0], 0.75) + light.middle * 0.06;
    let shallow = light.shade(Rgb::hex(0x4FD0C0), [0.0, 1.0, 0.0], 0.8);
    let swell = scene.swell;
    canvas.area((0.0, line), (1.0, 1.0), |x, y| {
        let cover = ((y - line) / pixel + 0.5).clamp(0.0, 1.0);
        let t = (y - line).max(0.0);
        // Waves crowd together towards the horizon.
        let depth = 0.32 / (t + 0.022);
        let (u, v) = ((x - 0.5) * depth * 3.2, depth * 9.0);
        // Where waves are smaller than a pixel they average out.
        let visible = smoothstep(13.0, 2.0, depth);
        let chop = noise.fbm(u, v, 3) * lerp(0.4, 1.0, visible);
        let long = noise.at(u * 0.35 + 7.0, v * 0.3);
        let wave = chop * 0.7 + long * 0.3;
        let slope = wave * swell;
        let reach = (t * 0.9 + 0.012) * lerp(0.12, 0.75, swell);
        let (mx, my) =
            (x + slope * 0.025, line - t * lerp(1.0, 1.25, swell) - slope.abs() * reach * 0.6 + wave * reach * 0.3);
        let my = my.min(line - pixel);
        // Rough water smears the mirror image downwards.
        let blur = reach * 0.5 + pixel * 0.5;
        let mirror = (above.sample(mx, my)
            + above.sample(mx - blur * 0.3, (my - blur).max(0.0))
            + above.sample(mx + blur * 0.3, (my + blur).min(line - pixel)))
            * (1.0 / 3.0);
        // Steep looks go into the water, flat ones glance off.
        let steep = smoothstep(0.0, 0.62, t) * lerp(0.5, 0.8, swell) + slope * 0.35 * visible;
        let mut colour = (mirror * 0.94).mix(body, steep.clamp(0.04, 0.9));
        if scene.place == Place::Beach
            && let Some(shore) = scene.shore
        {
            let edge = crate::ground::shore_edge(&shore, x);
            colour = colour.mix(shallow, smoothstep(0.24, 0.0, edge - y) * 0.6);
        }
        if sea {
            let crest = smoothstep(lerp(0.75, 0.42, swell), 0.95, wave + 0.15 * long) * visible;
            colour = colour.mix(light.shade(Rgb::hex(0xF2F8FA), [0.0, 1.0, 0.0], 0.9), crest * swell * 0.7);
        }
        colour = colour * (1.0 + wave * lerp(0.05, 0.3, swell) * visible);
        let far = (-t * 26.0).exp();
        (colour.mix(light.haze, far * 0.45 * (light.density * 22.0).min(1.0)), cover)
    });
    glitter(canvas, scene, light, &noise);
}

fn glitter(canvas: &mut Canvas, scene: &Scene, light: &Light, noise: &Noise) {
    let Some(disc) = scene.disc else { return };
    let strength = match (scene.time, scene.weather) {
        (_, Weather::Foggy) => 0.25,
        (Time::Dawn | Time::Sunset, _) => 1.5,
        (Time::Day, _) => 0.7,
        _ => 0.75,
    };
    let line = scene.horizon;
    let tint = light.glow.mix(Rgb::WHITE, 0.25);
    canvas.glow((0.0, line), (1.0, 1.0), |x, y| {
        let t = y - line;
        let width = lerp(0.03, 0.075, scene.swell) + t * lerp(0.1, 0.42, scene.swell) + disc.radius * 0.4;
        let off = (x - disc.at.0) / width;
        if off.abs() > 2.4 {
            return Rgb::BLACK;
        }
        let lane = (-off * off).exp();
        let depth = 0.32 / (t + 0.03);
        let sparkle = noise.fbm((x - 0.5) * depth * 4.6 + 70.0, depth * 12.0, 2);
        let facets = smoothstep(lerp(0.45, -0.05, lane), 0.75, sparkle + 0.35 * lane);
        let fade = (-t * 1.9).exp();
        tint * (strength * fade * (lane * 0.16 + lane * facets * 1.1))
    });
}
