//! Water: mirrors what stands above it, broken by ripples, with a road of glitter under the sun or moon.

use crate::canvas::{Canvas, Label};
use crate::colour::Rgb;
use crate::light::Light;
use crate::math::exp;
use crate::noise::{Noise, lerp, smoothstep};
use crate::scene::{Place, Scene, Time, Weather};

/// Paints the water below the horizon; everything behind it must be painted already.
pub fn paint(canvas: &mut Canvas, scene: &Scene, light: &Light) {
    canvas.pen = Label::Water;
    let above = canvas.upper(scene.horizon);
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
    let froth = light.shade(Rgb::hex(0xF2F8FA), [0.0, 1.0, 0.0], 0.9);
    let shore = scene.shore.filter(|_| scene.place == Place::Beach);
    let edges: Option<Vec<f32>> =
        shore.map(|shore| (0..canvas.size).map(|c| crate::ground::shore_edge(&shore, canvas.centre(c))).collect());
    let (mut chops, mut longs) = (vec![0.0; canvas.size], vec![0.0; canvas.size]);
    canvas.rows((0.0, line), (1.0, 1.0), |y, xs, cells| {
        let cover = ((y - line) / pixel + 0.5).clamp(0.0, 1.0);
        let t = (y - line).max(0.0);
        // Waves crowd together towards the horizon.
        let depth = 0.32 / (t + 0.022);
        let (across, v) = (depth * 3.2, depth * 9.0);
        noise.fbm_row(&mut chops, 3, |i| ((xs[i] - 0.5) * across, v));
        noise.at_row(&mut longs, |i| ((xs[i] - 0.5) * across * 0.35 + 7.0, v * 0.3));
        // Where waves are smaller than a pixel they average out.
        let visible = smoothstep(13.0, 2.0, depth);
        let calm = lerp(0.4, 1.0, visible);
        let reach = (t * 0.9 + 0.012) * lerp(0.12, 0.75, swell);
        let level = line - t * lerp(1.0, 1.25, swell);
        // Rough water smears the mirror image downwards.
        let blur = reach * 0.5 + pixel * 0.5;
        let look = smoothstep(0.0, 0.62, t) * lerp(0.5, 0.8, swell);
        let contrast = lerp(0.05, 0.3, swell) * visible;
        let foam = lerp(0.75, 0.42, swell);
        let far = exp(-t * 26.0) * 0.45 * (light.density * 22.0).min(1.0);
        for (i, cell) in cells.iter_mut().enumerate() {
            let (x, long) = (xs[i], longs[i]);
            let wave = chops[i] * calm * 0.7 + long * 0.3;
            let slope = wave * swell;
            let mx = x + slope * 0.025;
            let my = (level - slope.abs() * reach * 0.6 + wave * reach * 0.3).min(line - pixel);
            let mirror = (above.sample(mx, my)
                + above.sample(mx - blur * 0.3, (my - blur).max(0.0))
                + above.sample(mx + blur * 0.3, (my + blur).min(line - pixel)))
                * (1.0 / 3.0);
            // Steep looks go into the water, flat ones glance off.
            let steep = look + slope * 0.35 * visible;
            let mut colour = (mirror * 0.94).mix(body, steep.clamp(0.04, 0.9));
            if let Some(edges) = &edges {
                colour = colour.mix(shallow, smoothstep(0.24, 0.0, edges[i] - y) * 0.6);
            }
            if sea {
                let crest = smoothstep(foam, 0.95, wave + 0.15 * long) * visible;
                colour = colour.mix(froth, crest * swell * 0.7);
            }
            colour = colour * (1.0 + wave * contrast);
            *cell = (colour.mix(light.haze, far), cover);
        }
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
    let size = canvas.size;
    let mut sparkles = vec![0.0; size];
    for row in (line * size as f32) as usize..size {
        let t = canvas.centre(row) - line;
        let width = lerp(0.03, 0.075, scene.swell) + t * lerp(0.1, 0.42, scene.swell) + disc.radius * 0.4;
        let clip = |v: f32| (v * size as f32).clamp(0.0, size as f32) as usize;
        let columns = clip(disc.at.0 - 2.4 * width)..clip(disc.at.0 + 2.4 * width);
        let xs = columns.clone().map(|column| canvas.centre(column));
        let depth = 0.32 / (t + 0.03);
        let sparkles = &mut sparkles[columns.clone()];
        let start = columns.start;
        noise.fbm_row(sparkles, 2, |i| ((canvas.centre(start + i) - 0.5) * depth * 4.6 + 70.0, depth * 12.0));
        let fade = strength * exp(-t * 1.9);
        let lights: Vec<f32> = xs
            .zip(&*sparkles)
            .map(|(x, sparkle)| {
                let off = (x - disc.at.0) / width;
                let lane = exp(-off * off);
                let facets = smoothstep(lerp(0.45, -0.05, lane), 0.75, sparkle + 0.35 * lane);
                fade * (lane * 0.16 + lane * facets * 1.1)
            })
            .collect();
        for (pixel, light) in canvas.pixels[row * size + start..].iter_mut().zip(lights) {
            *pixel += tint * light;
        }
    }
}
