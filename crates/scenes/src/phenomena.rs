//! What nature puts on show: northern lights, rainbows, lava and smoke, falling water, fields of flowers in rows.

use crate::canvas::{Canvas, Label};
use crate::colour::Rgb;
use crate::compose::ground_distance;
use crate::light::Light;
use crate::math::{exp, floor, nearest};
use crate::noise::{Noise, length, lerp, smoothstep};
use crate::rng::Rng;
use crate::scene::{Place, Relief, Scene};

/// Curtains of green and violet light that hang in the night sky.
pub fn aurora(canvas: &mut Canvas, scene: &Scene) {
    let noise = Noise::new(scene.seed ^ 0xA0A0);
    let (low, high) = (scene.horizon * 0.78, scene.horizon * 0.62);
    let curtains: Vec<(f32, f32, f32)> =
        (0..3).map(|i| (low - 0.16 * i as f32 * scene.horizon, 1.0 - 0.22 * i as f32, 9.0 * i as f32)).collect();
    // The fold and the rays of a curtain depend on the column alone.
    let columns: Vec<[(f32, f32); 3]> = (0..canvas.size)
        .map(|c| {
            let x = canvas.centre(c);
            std::array::from_fn(|i| {
                let shift = curtains[i].2;
                let fold = noise.fbm(x * 2.2 + shift, shift, 3) * 0.16;
                let rays = 0.35 + 0.65 * smoothstep(-0.4, 0.5, noise.fbm(x * 16.0 + shift, 4.0, 2));
                (fold, rays * smoothstep(-0.5, 0.1, noise.at(x * 1.7 + shift, 7.0)))
            })
        })
        .collect();
    let n = canvas.size as f32;
    canvas.glow((0.0, 0.0), (1.0, scene.horizon), |x, y| {
        let column = &columns[((x * n) as usize).min(columns.len() - 1)];
        let mut light = Rgb::BLACK;
        for (&(base, strength, _), &(fold, rays)) in curtains.iter().zip(column) {
            let above = base + fold - y;
            if above < -0.02 {
                continue;
            }
            let t = above / high;
            let fall = smoothstep(-0.02, 0.015, above) * exp(-t * 2.6);
            light += Rgb::hex(0x38F09A).mix(Rgb::hex(0xB050E8), smoothstep(0.15, 0.75, t)) * (fall * rays * strength);
        }
        light * 0.62
    });
}

/// A rainbow, faint where the sky is bright.
pub fn rainbow(canvas: &mut Canvas, scene: &Scene, foot: f32, radius: f32) {
    let (cx, cy) = (foot + radius, scene.horizon + 0.12);
    let width = 0.07 * radius.max(0.4);
    let labels = canvas.labels.clone();
    canvas.area((0.0, 0.0), (1.0, scene.horizon), |x, y| {
        let t = (length(x - cx, y - cy) - radius) / width;
        let band = smoothstep(-1.0, -0.6, t) * smoothstep(1.0, 0.6, t);
        if band <= 0.0 {
            return (Rgb::BLACK, 0.0);
        }
        // Red outside, violet inside.
        let hue = lerp(0.8, 0.0, (t * 0.5 + 0.5).clamp(0.0, 1.0));
        (Rgb::from_hsv(hue, 0.85, 1.0), band * 0.42)
    });
    canvas.labels = labels;
}

/// Smoke and lava of a volcano whose crater is at the top of `skyline`.
pub fn eruption(canvas: &mut Canvas, scene: &Scene, light: &Light, peak: f32, skyline: &[f32]) {
    let column = ((peak * canvas.size as f32) as usize).min(skyline.len().saturating_sub(1));
    let Some(&top) = skyline.get(column) else { return };
    let mut rng = Rng::new(u64::from(scene.seed), 17);
    let noise = Noise::new(scene.seed ^ 0x1A7A);
    let active = rng.chance(0.7);
    let tall = rng.range(0.16, 0.4);
    let drift = rng.range(-0.5, 0.5);
    let grey = Rgb::grey(lerp(0.34, 0.05, light.dark)).mix(light.haze, 0.3);
    let glow = Rgb::hex(0xFF5A1C);
    canvas.pen = Label::Cloud;
    canvas.area_soft((0.0, 0.0), (1.0, top + 0.03), |x, y| {
        let up = top + 0.02 - y;
        let t = up / tall;
        let middle = peak + drift * up * (0.6 + t);
        let wide = 0.028 + 0.09 * t.max(0.0).sqrt() + 0.05 * t;
        let side = (x - middle) / wide;
        if side.abs() > 1.8 || up < 0.0 {
            return (grey, 0.0);
        }
        let puff = noise.fbm(x * 13.0, (y + 0.3) * 13.0, 4);
        let amount = smoothstep(0.0, 0.4, 1.0 - side * side + puff * 0.8) * smoothstep(1.5, 0.7, t);
        let lit = (0.5 + 0.5 * side * light.direction[0] + 0.5 * puff).clamp(0.0, 1.0);
        let colour = (grey * 0.55).mix(light.shade(Rgb::grey(0.66), [0.0, 0.6, 0.6], 1.0) + grey * 0.3, lit);
        let hot = if active { exp(-up * 16.0) } else { 0.0 };
        (colour.mix(glow, hot * 0.7), amount * 0.93)
    });
    if active {
        canvas.pen = Label::Mountain;
        for _ in 0..rng.between(2, 4) {
            let mut at = (peak + rng.range(-0.03, 0.03), top + 0.006);
            let lean = (at.0 - peak) * 5.0 + rng.range(-0.2, 0.2);
            let length = rng.range(0.3, 0.75) * (scene.horizon - top);
            for step in 0..10 {
                let t = step as f32 / 10.0;
                let next = (at.0 + (lean * 0.1 + rng.normal() * 0.035) * length, at.1 + length * 0.1);
                let wide = lerp(0.013, 0.004, t);
                canvas.line(at, next, (wide, wide), Rgb::hex(0xFF4A14).mix(Rgb::hex(0xFFE070), 1.0 - t) * 1.2, 1.0);
                at = next;
            }
        }
        canvas.glow_soft(1.0 / 64.0, (0.0, 0.0), (1.0, scene.horizon), |x, y| {
            let d = length(x - peak, y - top);
            glow * (lerp(0.25, 0.7, light.dark) * exp(-d * 13.0))
        });
    }
}

/// The half width of a waterfall at height `y`.
#[must_use]
pub fn fall_half_width(scene: &Scene, y: f32) -> f32 {
    0.032 + 0.03 * scene.mood + 0.03 * (y / scene.horizon).powi(3)
}

/// Water that falls over the rock at `x`, from `top` to the pool, and its spray.
pub fn waterfall(canvas: &mut Canvas, scene: &Scene, light: &Light, x: f32, top: f32) {
    canvas.pen = Label::Fall;
    let noise = Noise::new(scene.seed ^ 0xFA11);
    let white = light.shade(Rgb::hex(0xF4FAFF), [0.0, 0.6, 0.7], 0.9);
    let blue = light.shade(Rgb::hex(0x86B4CC), [0.0, 0.4, 0.8], 0.5);
    let end = scene.horizon + 0.01;
    let (mut threads, mut edges) = (Vec::new(), Vec::new());
    canvas.rows((x - 0.16, top), (x + 0.16, end), |py, xs, cells| {
        threads.resize(xs.len(), 0.0);
        edges.resize(xs.len(), 0.0);
        let half = fall_half_width(scene, py);
        // Threads of water: long down, fine across.
        noise.fbm_row(&mut threads, 2, |i| (xs[i] * 60.0, py * 5.0));
        noise.fbm_row(&mut edges, 2, |i| (xs[i] * 20.0, py * 7.0));
        let start = smoothstep(top, top + 0.012, py);
        for (i, (cell, px)) in cells.iter_mut().zip(xs).enumerate() {
            let off = (px - x) / half;
            let ragged = 1.0 + 0.22 * edges[i];
            let cover = smoothstep(ragged, ragged - 0.14, off.abs()) * start;
            *cell = (blue.mix(white, smoothstep(-0.5, 0.35, threads[i]) * (1.0 - 0.3 * off * off)), cover);
        }
    });
    let labels = canvas.labels.clone();
    canvas.area_soft((x - 0.22, end - 0.14), (x + 0.22, end), |px, py| {
        let (dx, dy) = ((px - x) / 0.17, (py - end) / 0.08);
        let puff = 0.75 + 0.5 * noise.fbm(px * 16.0, py * 16.0, 3);
        (white, (puff * exp(-(dx * dx + dy * dy) * 1.5)).clamp(0.0, 0.9))
    });
    canvas.labels = labels;
}

/// Rows of flowers that run together at the horizon.
pub fn flower_rows(canvas: &mut Canvas, scene: &Scene, light: &Light) {
    const FIELDS: [[u32; 4]; 4] = [
        [0xE8342E, 0xF6D236, 0xFAF6EE, 0xE873B0],
        [0x8A5AD0, 0x7A4AC0, 0x9A6ADC, 0x8450C8],
        [0xF6C21C, 0xF4B81A, 0xF8D040, 0xF0B020],
        [0xD8402C, 0xE0503A, 0xC8302A, 0xE46048],
    ];
    let mut rng = Rng::new(u64::from(scene.seed), 18);
    let colours = rng.pick(&FIELDS).map(Rgb::hex);
    let (rows, turn) = (rng.range(2.2, 4.5), rng.range(-0.6, 0.6));
    let noise = Noise::new(scene.seed ^ 0xF0F0);
    let green = Rgb::hex(0x3A6A28);
    canvas.pen = Label::Meadow;
    let top = scene.horizon + 0.018;
    let mut grains = vec![0.0; canvas.size];
    canvas.rows((0.0, top), (1.0, 1.0), |y, xs, cells| {
        let distance = ground_distance(scene.horizon, y);
        // Furrows disappear where they are finer than a pixel.
        let (visible, haze) = (smoothstep(14.0, 6.0, distance), light.haze_at(distance * 0.6));
        let cover = smoothstep(top, top + 0.012, y) * 0.95;
        noise.fbm_row(&mut grains, 2, |i| (xs[i] * 70.0, y * 90.0));
        for ((cell, &x), &grain) in cells.iter_mut().zip(xs).zip(&grains) {
            let across = ((x - 0.5) * distance + turn * distance) * rows;
            let (row, _) = floor(across);
            let within = (across - row - 0.5).abs() * 2.0;
            let petal = colours[nearest(row) as usize & 3] * (1.0 + 0.35 * grain);
            let furrow = smoothstep(0.6, 0.8, within + grain * 0.2) * visible;
            let albedo = petal.max(0.0).mix(green * (1.0 + 0.4 * grain).max(0.0), furrow * 0.9);
            let bulge = (within * if across > row + 0.5 { 1.0 } else { -1.0 }) * 0.5;
            *cell = (light.shade(albedo, [bulge, 0.85, 0.35], 1.0).mix(light.haze, haze), cover);
        }
    });
}

/// Whether a terrain layer is the wall that the water falls over.
#[must_use]
pub fn carries_fall(scene: &Scene, relief: Relief) -> bool {
    scene.place == Place::Waterfall && relief == Relief::Wall
}
