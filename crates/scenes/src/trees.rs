//! Trees: conifers in tiers, round crowns of leaves, bare branches, blossom, palms, and the far edge of a forest.

use crate::canvas::{Canvas, Label, Point};
use crate::colour::Rgb;
use crate::light::Light;
use crate::math::{fraction, pow};
use crate::noise::{Noise, length, lerp, smoothstep};
use crate::rng::Rng;
use crate::scene::{Scene, Season, Species, Tree};

/// Paints one tree with its shadow on the ground.
pub fn paint(canvas: &mut Canvas, scene: &Scene, light: &Light, tree: &Tree) {
    shadow(canvas, light, tree);
    match tree.species {
        Species::Conifer => conifer(canvas, scene, light, tree),
        Species::Broad | Species::Blossom => broad(canvas, scene, light, tree),
        Species::Bare => bare(canvas, scene, light, tree),
        Species::Palm => palm(canvas, light, tree),
    }
}

fn shadow(canvas: &mut Canvas, light: &Light, tree: &Tree) {
    let strength = (light.sun.luma() * 0.55).min(0.5);
    let (x, y) = tree.at;
    let reach = tree.height * 0.42;
    let middle = (x - light.direction[0] * reach * 0.8, y + reach * 0.05);
    // At most half dark, so that the ground keeps its label.
    canvas.area((middle.0 - reach, y - reach * 0.2), (middle.0 + reach, y + reach * 0.3), |px, py| {
        let (dx, dy) = ((px - middle.0) / reach, (py - middle.1) / (reach * 0.16));
        (light.ambient * 0.1, strength * smoothstep(1.0, 0.3, length(dx, dy)))
    });
}

fn bark(scene: &Scene, light: &Light, distance: f32, lit: f32) -> Rgb {
    let birch = scene.mood > 0.7;
    let albedo = if birch { Rgb::hex(0xC8C0B4) } else { Rgb::hex(0x5E4634) };
    light.through_haze(light.shade(albedo, [light.direction[0] * lit, 0.3, 0.6], 0.7), distance * 0.7)
}

fn trunk(canvas: &mut Canvas, scene: &Scene, light: &Light, tree: &Tree, top: f32, width: f32) {
    canvas.pen = Label::Trunk;
    let (x, y) = tree.at;
    let (dark, lit) = (bark(scene, light, tree.distance, -0.6), bark(scene, light, tree.distance, 1.0));
    let points = [(x - width, y), (x - width * 0.5, y - top), (x + width * 0.5, y - top), (x + width, y)];
    canvas.polygon(&points, |px, _| {
        dark.mix(lit, (0.5 + (px - x) / width * 0.6 * light.direction[0].signum()).clamp(0.0, 1.0))
    });
}

fn conifer(canvas: &mut Canvas, scene: &Scene, light: &Light, tree: &Tree) {
    let mut rng = Rng::new(u64::from(tree.seed), 1);
    let noise = Noise::new(tree.seed);
    let (x, y, height) = (tree.at.0, tree.at.1, tree.height);
    trunk(canvas, scene, light, tree, height * 0.2, height * 0.022);
    canvas.pen = Label::Crown;
    let half = height * rng.range(0.17, 0.25);
    let tiers = rng.range(5.0, 9.0);
    let hue = rng.unit();
    let green = Rgb::hex(0x2E5A34).mix(Rgb::hex(0x1E4C4A), hue) * rng.range(0.85, 1.2);
    let snowy = scene.white_ground();
    let bottom = y - height * 0.09;
    let n = canvas.size as f32;
    let scale = 9.0 / height;
    let (mut roughs, lit) = (Vec::new(), light.haze_at(tree.distance * 0.7));
    canvas.rows((x - half * 1.2, y - height), (x + half * 1.2, bottom), |py, xs, cells| {
        let t = (py - (y - height)) / (height * 0.91);
        if t <= 0.0 {
            return;
        }
        // As wide as the tree can be here.
        let (flare, loose) = (pow(t, 0.85), 0.12 * t.sqrt());
        let wide = (flare * 1.04 + loose * 2.0) * half + 0.5 / n;
        let from = xs.partition_point(|&px| px < x - wide);
        let to = xs.partition_point(|&px| px <= x + wide);
        let (xs, cells) = (&xs[from..to], &mut cells[from..to]);
        roughs.resize(xs.len(), 0.0);
        noise.fbm_row(&mut roughs, 2, |i| (xs[i] * scale * 1.6, py * scale * 1.6));
        for ((cell, &px), &rough) in cells.iter_mut().zip(xs).zip(&roughs) {
            let side = (px - x) / half;
            // Each tier flares out and falls back; drooping outwards.
            let tier = fraction(t * tiers - side.abs() * 0.45);
            let reach = flare * (0.68 + 0.36 * tier) + rough * loose;
            let cover = ((reach - side.abs()) * half * n + 0.5).clamp(0.0, 1.0);
            let round = side / reach.max(0.05);
            let normal = [round * 0.8, 0.25 + 0.4 * tier, 0.6];
            let depth = lerp(0.42, 1.15, tier) * (1.0 + 0.35 * rough);
            let snow = if snowy { smoothstep(0.35, 0.75, tier + rough * 0.4) * 0.85 } else { 0.0 };
            let albedo = (green * depth.max(0.2)).mix(Rgb::hex(0xEAF0FA), snow);
            *cell = (light.shade(albedo, normal, 0.95).mix(light.haze, lit), cover);
        }
    });
}

/// The colours of leaves in the shade and in the light.
fn leaves(rng: &mut Rng, scene: &Scene, species: Species) -> (Rgb, Rgb) {
    let (shade, lit) = match (species, scene.season) {
        (Species::Blossom, _) => rng.pick(&[(0xB06A94, 0xFFC8DC), (0xB894A8, 0xFFF0F2), (0xA8587C, 0xF8A8C4)]),
        (_, Season::Spring) => rng.pick(&[(0x3F7A30, 0xA6D64E), (0x4A8436, 0xB8DC60)]),
        (_, Season::Summer) => rng.pick(&[(0x23502A, 0x6FA63C), (0x2A5426, 0x86AC42), (0x1F4A30, 0x5C9A48)]),
        (_, Season::Autumn) => {
            rng.pick(&[(0x8A3A1C, 0xF08A2C), (0x9A5A1C, 0xF6BE3C), (0x7A2420, 0xD8482C), (0x8A6A24, 0xE0B440)])
        }
        (_, Season::Winter) => (0x4A5A50, 0x9AA89C),
    };
    (Rgb::hex(shade), Rgb::hex(lit))
}

fn broad(canvas: &mut Canvas, scene: &Scene, light: &Light, tree: &Tree) {
    let mut rng = Rng::new(u64::from(tree.seed), 2);
    let noise = Noise::new(tree.seed);
    let ((x, y), height) = (tree.at, tree.height);
    trunk(canvas, scene, light, tree, height * 0.5, height * 0.032);
    canvas.pen = Label::Crown;
    let half = height * rng.range(0.28, 0.38);
    let middle = y - height * 0.64;
    let (shade, lit) = leaves(&mut rng, scene, tree.species);
    // A crown is a heap of balls of leaves.
    let balls: Vec<(f32, f32, f32)> = (0..rng.between(7, 11))
        .map(|i| {
            let angle = i as f32 * 2.4 + rng.range(-0.4, 0.4);
            let out = if i == 0 { 0.0 } else { rng.range(0.35, 0.72) };
            (x + angle.cos() * out * half, middle + angle.sin() * out * height * 0.3, half * rng.range(0.4, 0.56))
        })
        .collect();
    let from = (x - half * 1.4, y - height * 1.12);
    let to = (x + half * 1.4, y - height * 0.16);
    let n = canvas.size as f32;
    let scale = 13.0 / height.max(0.08);
    let (mut roughs, haze) = (Vec::new(), light.haze_at(tree.distance * 0.7));
    canvas.rows(from, to, |py, xs, cells| {
        // Only as far as a ball or its loose leaves can reach in this row.
        let loose = half * 0.26 * 2.0 + 0.5 / n;
        let ends = |&(bx, by, radius): &(f32, f32, f32)| {
            let reach = radius * radius + loose * radius - (py - by) * (py - by);
            (reach > 0.0).then(|| (bx - reach.sqrt(), bx + reach.sqrt()))
        };
        let span = balls.iter().filter_map(ends).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
        let Some((left, right)) = span else { return };
        let start = xs.partition_point(|&px| px < left);
        let end = xs.partition_point(|&px| px <= right);
        let (xs, cells) = (&xs[start..end], &mut cells[start..end]);
        roughs.resize(xs.len(), 0.0);
        noise.fbm_row(&mut roughs, 2, |i| (xs[i] * scale, py * scale));
        let up = (middle - py) / (height * 0.4);
        for ((cell, &px), &rough) in cells.iter_mut().zip(xs).zip(&roughs) {
            // The ball that bulges towards us most decides the shading.
            let (mut best, mut normal) = (-1.0f32, [0.0, 0.0, 1.0]);
            for &(bx, by, radius) in &balls {
                let (dx, dy) = ((px - bx) / radius, (py - by) / radius);
                let bulge = 1.0 - dx * dx - dy * dy;
                if bulge * radius > best {
                    best = bulge * radius;
                    normal = [dx, -dy, bulge];
                }
            }
            normal[2] = normal[2].max(0.0).sqrt();
            let cover = ((best + rough * half * 0.26) * n * 1.3 + 0.2).clamp(0.0, 1.0);
            if cover <= 0.0 {
                continue;
            }
            let toward = normal[0] * light.direction[0] + normal[1] * light.direction[1];
            let bright = (0.36 + 0.42 * toward + 0.16 * up + 0.55 * rough).clamp(0.0, 1.0);
            let facing = [normal[0] * 0.5 + light.direction[0] * 0.25, 0.6 + 0.3 * normal[1], 0.5];
            let lit = light.shade(shade.mix(lit, bright), facing, 0.45 + 0.5 * bright);
            *cell = (lit.mix(light.haze, haze), cover);
        }
    });
}

fn bare(canvas: &mut Canvas, scene: &Scene, light: &Light, tree: &Tree) {
    let mut rng = Rng::new(u64::from(tree.seed), 3);
    canvas.pen = Label::Trunk;
    let colour = bark(scene, light, tree.distance, 0.4);
    let snow = light.through_haze(light.shade(Rgb::hex(0xEEF3FC), [0.0, 1.0, 0.0], 0.8), tree.distance * 0.7);
    branch(
        canvas,
        &mut rng,
        tree.at,
        -std::f32::consts::FRAC_PI_2,
        tree.height * 0.3,
        tree.height * 0.06,
        6,
        (colour, snow),
    );
}

#[expect(clippy::too_many_arguments, reason = "a recursion carries its whole state")]
fn branch(
    canvas: &mut Canvas,
    rng: &mut Rng,
    at: Point,
    angle: f32,
    length: f32,
    width: f32,
    left: usize,
    ink: (Rgb, Rgb),
) {
    let tip = (at.0 + angle.cos() * length, at.1 + angle.sin() * length);
    canvas.line(at, tip, (width, width * 0.7), ink.0, 1.0);
    if left < 5 && angle.sin().abs() < 0.8 && rng.chance(0.4) {
        canvas.line((at.0, at.1 - width * 0.4), (tip.0, tip.1 - width * 0.4), (width * 0.5, width * 0.3), ink.1, 0.8);
    }
    if left == 0 {
        return;
    }
    let count = if left > 3 { 3 } else { 2 };
    for i in 0..count {
        let spread = (i as f32 - (count - 1) as f32 * 0.5) * 0.62;
        let turn = spread + rng.normal() * 0.16;
        let shorter = length * rng.range(0.62, 0.82);
        branch(canvas, rng, tip, angle + turn, shorter, width * 0.62, left - 1, ink);
    }
}

fn palm(canvas: &mut Canvas, light: &Light, tree: &Tree) {
    let mut rng = Rng::new(u64::from(tree.seed), 4);
    let ((x, y), height) = (tree.at, tree.height);
    let lean = rng.range(-0.25, 0.25) * height;
    let wood = light.shade(Rgb::hex(0x86684A), [light.direction[0] * 0.6, 0.3, 0.6], 0.8);
    canvas.pen = Label::Trunk;
    let mut last = (x, y);
    for i in 1..=8 {
        let t = i as f32 / 8.0;
        let next = (x + lean * t * t, y - height * 0.82 * t);
        let wide = height * lerp(0.04, 0.022, t);
        canvas.line(last, next, (wide, wide), wood * if i % 2 == 0 { 0.85 } else { 1.05 }, 1.0);
        last = next;
    }
    canvas.pen = Label::Crown;
    for i in 0..11 {
        let angle = i as f32 / 11.0 * std::f32::consts::TAU + rng.range(-0.2, 0.2);
        let reach = height * rng.range(0.26, 0.36);
        let lit = 0.5 + 0.5 * (angle.cos() * light.direction[0] - angle.sin() * light.direction[1]);
        let green = Rgb::hex(0x1F4A28).mix(Rgb::hex(0x7FAE40), lit);
        let colour = light.through_haze(light.shade(green, [0.0, 0.7, 0.6], lit), tree.distance * 0.5);
        let mut from = last;
        for step in 1..=5 {
            let t = step as f32 / 5.0;
            let droop = reach * 0.75 * t * t;
            let to = (
                last.0 + angle.cos() * reach * t,
                last.1 + angle.sin() * reach * 0.55 * t - reach * 0.12 + droop * 0.8,
            );
            let wide = height * 0.05 * (1.0 - t * 0.75);
            canvas.line(from, to, (wide, wide * 0.7), colour, 1.0);
            from = to;
        }
    }
}

/// Paints the strip of far forest; returns its skyline for every pixel column.
pub fn paint_treeline(canvas: &mut Canvas, scene: &Scene, light: &Light, height: f32) -> Vec<f32> {
    canvas.pen = Label::Treeline;
    let noise = Noise::new(scene.seed ^ 0x77EE);
    let conifers = scene.mood < 0.55;
    let (shade, lit) = match scene.season {
        Season::Spring => (0x34622E, 0x7CA844),
        Season::Summer => (0x234C2C, 0x567F3A),
        Season::Autumn => (0x7A3C1E, 0xD08A34),
        Season::Winter => (0x42505C, 0xA8B6C6),
    };
    let (shade, lit) = (Rgb::hex(shade), Rgb::hex(lit));
    let foot = scene.horizon + 0.01;
    let distance = 7.0;
    let top = |x: f32| {
        let mass = 0.72 + 0.5 * noise.fbm(x * 2.6, 0.5, 2);
        // Single tree tops: peaks for conifers, domes for the rest.
        let cell = x / (height * 0.34);
        let within = (cell - cell.floor()) * 2.0 - 1.0;
        let tall = 0.65 + 0.35 * noise.cell(cell.floor() as i32, 3);
        let shape = if conifers { 1.0 - within.abs() * 0.6 } else { (1.0 - within * within * 0.55).sqrt() };
        foot - height * mass.max(0.2) * tall * shape
    };
    let skyline: Vec<f32> = (0..canvas.size).map(|c| top(canvas.centre(c))).collect();
    let n = canvas.size as f32;
    let (mut roughs, haze) = (vec![0.0; canvas.size], light.haze_at(distance));
    canvas.rows((0.0, scene.horizon - height * 1.6), (1.0, foot), |y, xs, cells| {
        noise.fbm_row(&mut roughs, 2, |i| (xs[i] * 60.0, y * 50.0));
        for ((cell, &edge), &rough) in cells.iter_mut().zip(&skyline).zip(&roughs) {
            let cover = ((y - edge) * n + 0.5).clamp(0.0, 1.0);
            if cover <= 0.0 {
                continue;
            }
            let up = smoothstep(height, 0.0, y - edge);
            let albedo = shade.mix(lit, (0.45 * up + 0.5 * rough).clamp(0.0, 1.0));
            let colour = light.shade(albedo, [light.direction[0] * 0.3, 0.7, 0.5], 0.5 + 0.5 * up);
            *cell = (colour.mix(light.haze, haze), cover);
        }
    });
    skyline
}
