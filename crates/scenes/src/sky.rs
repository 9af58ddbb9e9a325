//! The sky: gradient, glow, sun and moon, stars, clouds, birds.

use crate::canvas::{Canvas, Label};
use crate::colour::Rgb;
use crate::light::Light;
use crate::math::exp;
use crate::noise::{Noise, length, lerp, smoothstep};
use crate::rng::Rng;
use crate::scene::{Cloud, Disc, Scene, Time, Weather};

/// The width of a cell in which light changes evenly.
const SOFT: f32 = 1.0 / 64.0;

/// Paints the whole sky.
pub fn paint(canvas: &mut Canvas, scene: &Scene, light: &Light) {
    canvas.pen = Label::Sky;
    gradient(canvas, scene, light);
    if scene.stars() {
        stars(canvas, scene);
    }
    if scene.aurora {
        crate::phenomena::aurora(canvas, scene);
    }
    if let Some(disc) = scene.disc {
        paint_disc(canvas, scene, light, disc);
    }
    if scene.cover > 0.02 {
        cloud_layer(canvas, scene, light);
    }
    for (i, &cloud) in scene.clouds.iter().enumerate() {
        heap(canvas, scene, light, cloud, i as u32);
    }
    if let Some((foot, radius)) = scene.rainbow {
        crate::phenomena::rainbow(canvas, scene, foot, radius);
    }
    birds(canvas, scene, light);
}

fn gradient(canvas: &mut Canvas, scene: &Scene, light: &Light) {
    // Where the light comes from when the sun itself is hidden or out of the picture.
    let source = scene.disc.map_or((0.5 + scene.light_side * 0.7, scene.horizon - 0.05), |d| d.at);
    let strength = match (scene.time, scene.weather) {
        (Time::Night, _) => 0.1,
        (Time::Dusk, _) => 0.25,
        (_, Weather::Rainy | Weather::Snowy | Weather::Stormy) => 0.08,
        (Time::Dawn | Time::Sunset, _) => 0.75,
        (Time::Day, _) => 0.45,
    };
    canvas.rows_soft((0.0, 0.0), (1.0, scene.horizon + 0.05), |y, xs, cells| {
        let t = (y / scene.horizon).min(1.0);
        let base = if t < 0.55 {
            light.zenith.mix(light.middle, smoothstep(-0.15, 1.0, t / 0.55))
        } else {
            light.middle.mix(light.horizon, smoothstep(-0.1, 1.05, (t - 0.55) / 0.45))
        };
        for (cell, x) in cells.iter_mut().zip(xs) {
            // Light lies along the horizon: the glow is wider than high.
            let (dx, dy) = ((x - source.0) * 0.8, (y - source.1) * 1.25);
            let distance = length(dx, dy);
            let glow = strength * (0.8 * exp(-distance * 4.2) + 0.55 * exp(-distance * distance * 26.0));
            *cell = (base.mix(light.glow, (glow * 0.7).min(0.85)) + light.glow * (glow * 0.25), 1.0);
        }
    });
}

fn stars(canvas: &mut Canvas, scene: &Scene) {
    let mut rng = Rng::new(u64::from(scene.seed), 11);
    for _ in 0..(150.0 * scene.horizon) as usize {
        let at = (rng.unit(), rng.unit() * scene.horizon);
        let bright = rng.unit().powi(3) * 0.9 + 0.14;
        let tint = Rgb::hex(0xBFD0FF).mix(Rgb::hex(0xFFE8C8), rng.unit());
        canvas.disc(at, lerp(0.0025, 0.0055, bright), tint, bright);
    }
    // A faint milky way across the sky.
    let band = Noise::new(scene.seed ^ 0x517A);
    let tilt = scene.mood - 0.5;
    canvas.glow_soft(SOFT, (0.0, 0.0), (1.0, scene.horizon), |x, y| {
        let across = y - 0.3 - (x - 0.5) * tilt * 1.6;
        let cloud = (band.fbm(x * 4.0, y * 4.0, 4) * 0.5 + 0.5).powi(2);
        Rgb::hex(0x8094D8) * (0.16 * cloud * exp(-across * across * 30.0))
    });
}

fn paint_disc(canvas: &mut Canvas, scene: &Scene, light: &Light, disc: Disc) {
    let (cx, cy) = disc.at;
    let halo = if disc.moon { 0.35 } else { 0.9 };
    let veil = if scene.weather == Weather::Foggy { 0.45 } else { 1.0 };
    canvas.glow_soft(SOFT, (0.0, 0.0), (1.0, scene.horizon), |x, y| {
        let distance = length(x - cx, y - cy);
        let near = (distance - disc.radius).max(0.0);
        // Ice crystals draw a ring around the moon on some nights.
        let ring = if disc.moon && scene.mood > 0.6 { 0.16 * exp(-((near - 0.13) / 0.012).powi(2)) } else { 0.0 };
        light.glow * (halo * veil * (0.55 * exp(-near * 17.0) + 0.12 * exp(-near * 5.0) + ring))
    });
    canvas.pen = Label::Disc;
    if !disc.moon {
        let core = light.glow.mix(Rgb::hex(0xFFF9E8), 0.72) * (2.4 * veil);
        canvas.disc(disc.at, disc.radius, core, 1.0);
    } else {
        let spots = Noise::new(scene.seed ^ 0x3300);
        let n = canvas.size as f32;
        let reach = disc.radius + canvas.pixel();
        let side = disc.radius * disc.phase * 1.15;
        canvas.area((cx - reach, cy - reach), (cx + reach, cy + reach), |x, y| {
            let inside = ((disc.radius - length(x - cx, y - cy)) * n + 0.5).clamp(0.0, 1.0);
            // A crescent is the disc less a second disc beside it.
            let dark = if disc.phase > 0.0 {
                ((disc.radius - length(x - cx + side, y - cy + side * 0.4)) * n + 0.5).clamp(0.0, 1.0)
            } else {
                0.0
            };
            let maria = smoothstep(0.0, 0.5, spots.fbm((x - cx) / disc.radius * 1.3, (y - cy) / disc.radius * 1.3, 3));
            let colour = Rgb::hex(0xFFF8E6).mix(Rgb::hex(0xC8CCDA), maria * 0.7) * (1.25 * veil);
            (colour, inside * (1.0 - dark))
        });
    }
    canvas.pen = Label::Sky;
}

/// The colours of clouds: where the light falls on them, and where it does not.
fn cloud_colours(scene: &Scene, light: &Light) -> (Rgb, Rgb) {
    let wet = matches!(scene.weather, Weather::Rainy | Weather::Stormy);
    match scene.time {
        Time::Night => (light.middle.mix(light.horizon, 0.6) * 1.25 + light.sun * 0.12, light.zenith * 1.15),
        Time::Dusk => (light.horizon * 1.05, light.zenith.mix(light.middle, 0.55) * 0.85),
        Time::Dawn | Time::Sunset if !wet => {
            (light.glow.mix(light.horizon, 0.35) * 1.1, light.zenith.mix(light.middle, 0.45) * 0.95)
        }
        _ if scene.weather == Weather::Stormy => (light.middle.mix(light.horizon, 0.45) * 1.15, light.zenith * 0.45),
        _ if wet => (light.middle.mix(light.horizon, 0.5) * 1.1, light.zenith * 0.72),
        _ if scene.weather == Weather::Snowy => (light.horizon * 1.02, light.zenith * 0.9),
        _ => (Rgb::hex(0xFFFDF6), light.zenith.mix(light.horizon, 0.55).mix(Rgb::grey(0.55), 0.3)),
    }
}

fn cloud_layer(canvas: &mut Canvas, scene: &Scene, light: &Light) {
    let noise = Noise::new(scene.seed ^ 0xC10D);
    let (bright, shade) = cloud_colours(scene, light);
    let stretch = if scene.weather == Weather::Clear { 0.5 } else { 0.85 };
    let source = scene.disc.map(|d| d.at);
    let edge = lerp(0.62, -0.25, scene.cover);
    let mut rows: [Vec<f32>; 4] = Default::default();
    canvas.rows_soft((0.0, 0.0), (1.0, scene.horizon + 0.02), |y, xs, cells| {
        for row in &mut rows {
            row.resize(xs.len(), 0.0);
        }
        let [bends, turns, heres, towards] = &mut rows;
        // The layer is a ceiling seen from below: it closes up towards the horizon.
        let depth = 0.5 / (scene.horizon - y + 0.24).max(0.1);
        let v = depth * 3.6 + y * 1.4;
        let u = |i: usize| (xs[i] - 0.5) * depth * 2.6 * stretch;
        let (du, dv) = (light.direction[0] * 0.22, 0.16);
        noise.at_row(bends, |i| (v * 0.9, u(i) * 0.9));
        noise.fbm_row(heres, 5, |i| (u(i) + 0.35 * bends[i], v));
        if heres.iter().all(|&here| here <= edge) {
            cells.fill((bright, 0.0));
            return;
        }
        noise.at_row(turns, |i| ((v + dv) * 0.9, (u(i) + du) * 0.9));
        noise.fbm_row(towards, 5, |i| (u(i) + du + 0.35 * turns[i], v + dv));
        let far = smoothstep(0.0, 0.22, scene.horizon - y);
        for (i, (cell, x)) in cells.iter_mut().zip(xs).enumerate() {
            let (here, toward) = (heres[i], towards[i]);
            let amount = smoothstep(edge, edge + 0.5, here);
            if amount <= 0.0 {
                *cell = (bright, 0.0);
                continue;
            }
            let lit = (0.5 + (here - toward) * 1.5 - (amount - 0.55) * 0.45).clamp(0.0, 1.0);
            let mut colour = shade.mix(bright, lit);
            if let Some(at) = source {
                // Thin cloud near the sun lets its light through.
                let near = exp(-length(x - at.0, y - at.1) * 5.0);
                colour = colour.mix(
                    light.glow * 1.4,
                    near * (1.0 - amount * 0.45) * if scene.time == Time::Night { 0.25 } else { 0.8 },
                );
            }
            *cell = (light.haze.mix(colour, 0.35 + 0.65 * far), amount * (0.35 + 0.6 * far));
        }
    });
}

fn heap(canvas: &mut Canvas, scene: &Scene, light: &Light, cloud: Cloud, index: u32) {
    canvas.pen = Label::Cloud;
    let noise = Noise::new(scene.seed ^ index.wrapping_mul(0x9E37) ^ 0x4EA9);
    let (bright, shade) = cloud_colours(scene, light);
    let ((cx, cy), (rx, ry)) = (cloud.at, cloud.reach);
    let scale = 1.0 / rx;
    let far = smoothstep(0.0, 0.3, scene.horizon - cy);
    let step = rx * 0.16;
    let (mut heres, mut towards) = (Vec::new(), Vec::new());
    canvas.rows_soft((cx - rx * 1.5, cy - ry * 1.9), (cx + rx * 1.5, cy + ry * 1.4), |y, xs, cells| {
        // Clear air has the colour of the cloud beside it, or edges would be dark.
        cells.fill((bright, 0.0));
        let dy = (y - cy) / ry;
        // Flat below, towering above.
        let squash = if dy > 0.0 { dy * 1.7 } else { dy * 0.85 };
        let room = 2.0 - squash * squash;
        if room < 0.0 {
            return;
        }
        // Where the body is so thin that no noise makes a cloud of it.
        let wide = room.sqrt() * rx;
        let from = xs.partition_point(|&x| x < cx - wide);
        let to = xs.partition_point(|&x| x <= cx + wide);
        let (xs, cells) = (&xs[from..to], &mut cells[from..to]);
        heres.resize(xs.len(), 0.0);
        towards.resize(xs.len(), 0.0);
        let field = |x: f32, y: f32| ((x - cx) * scale * 1.7, (y - cy) * scale * 2.3);
        noise.fbm_row(&mut heres, 5, |i| field(xs[i], y));
        noise.fbm_row(&mut towards, 5, |i| field(xs[i] + light.direction[0] * step, y - step));
        for (i, (cell, x)) in cells.iter_mut().zip(xs).enumerate() {
            let (here, toward) = (heres[i], towards[i]);
            let dx = (x - cx) / rx;
            let body = 1.0 - dx * dx - squash * squash;
            let density = body * 0.85 + here * 1.05 - 0.12;
            let amount = smoothstep(0.0, 0.42, density);
            let lit = (0.62 + (here - toward) * 0.9 - dy * 0.42 + dx * light.direction[0] * 0.15).clamp(0.0, 1.0);
            let colour = light.haze.mix(shade.mix(bright, lit), 0.45 + 0.55 * far);
            *cell = (if amount > 0.0 { colour } else { bright }, amount * 0.96);
        }
    });
    canvas.pen = Label::Sky;
}

fn birds(canvas: &mut Canvas, scene: &Scene, light: &Light) {
    let mut rng = Rng::new(u64::from(scene.seed), 12);
    let flock = (rng.range(0.2, 0.8), rng.range(0.12, scene.horizon * 0.55));
    let ink = light.zenith * 0.12;
    canvas.pen = Label::Bird;
    for _ in 0..scene.birds {
        let (x, y) = (flock.0 + rng.normal() * 0.08, flock.1 + rng.normal() * 0.04);
        let span = rng.range(0.026, 0.052);
        let dip = span * rng.range(0.3, 0.6);
        for side in [-1.0, 1.0] {
            let elbow = (x + side * span * 0.5, y - dip);
            canvas.line((x, y), elbow, (0.009, 0.008), ink, 0.9);
            canvas.line(elbow, (x + side * span, y - dip * 0.6), (0.008, 0.004), ink, 0.9);
        }
    }
}
