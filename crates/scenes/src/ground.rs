//! Flat ground in perspective: meadows, snow, sand, paths, and the grass and flowers at the painter's feet.

use crate::canvas::{Canvas, Label, Point};
use crate::colour::Rgb;
use crate::compose::ground_distance;
use crate::light::Light;
use crate::math::{exp, sin};
use crate::noise::{Noise, lerp, smoothstep};
use crate::rng::Rng;
use crate::scene::{Ground, Path, Place, Scene, Season, Shore};

/// The colours of a meadow in a season: lush, dry, shaded.
fn grass(scene: &Scene) -> [Rgb; 3] {
    let wood = scene.place == Place::Forest;
    let codes = match scene.season {
        Season::Spring => [0x86C440, 0xB4D65A, 0x3E8A34],
        Season::Summer if wood => [0x5E8C34, 0x8CA044, 0x2E5A2A],
        Season::Summer => [0x6CAA38, 0xB4BC4C, 0x2F6E30],
        Season::Autumn if wood => [0xA8662A, 0xC8903C, 0x6A4424],
        Season::Autumn => [0xA89A40, 0xD0A850, 0x6E6430],
        Season::Winter => [0xE6ECF8, 0xF4F7FF, 0xB4C4E2],
    };
    codes.map(Rgb::hex)
}

/// The label of ground in this scene.
#[must_use]
pub fn label(scene: &Scene, ground: Ground) -> Label {
    match ground {
        Ground::Meadow if scene.white_ground() => Label::Snow,
        Ground::Meadow => Label::Meadow,
        Ground::Water => Label::Water,
        Ground::Sand => Label::Sand,
    }
}

/// The upper edge of the ground at `x`: not quite straight, unless it is the sea.
#[must_use]
pub fn edge(scene: &Scene, x: f32) -> f32 {
    let noise = Noise::new(scene.seed ^ 0xED6E);
    scene.horizon + if scene.ground == Ground::Meadow { 0.012 * noise.fbm(x * 3.0, 0.5, 3) } else { 0.0 }
}

/// The upper edge of the near shore at `x`.
#[must_use]
pub fn shore_edge(shore: &Shore, x: f32) -> f32 {
    let noise = Noise::new(shore.seed);
    let rough = if shore.ground == Ground::Sand { 0.018 } else { 0.035 };
    lerp(shore.line.0, shore.line.1, x) + rough * noise.fbm(x * 3.0, 0.0, if rough > 0.02 { 4 } else { 2 })
}

/// Paints the dry ground from the horizon down.
pub fn paint(canvas: &mut Canvas, scene: &Scene, light: &Light) {
    canvas.pen = label(scene, scene.ground);
    let n = canvas.size as f32;
    let edges: Vec<f32> = (0..canvas.size).map(|c| edge(scene, canvas.centre(c))).collect();
    let mut surface = Surface::new(scene, light, scene.ground, scene.seed);
    let top = edges.iter().copied().fold(1.0, f32::min);
    canvas.rows((0.0, top - 1.5 / n), (1.0, 1.0), |y, xs, cells| {
        surface.paint_row(xs, y, ground_distance(scene.horizon, y), cells);
        for ((_, cover), edge) in cells.iter_mut().zip(&edges) {
            *cover = ((y - edge) * n + 0.5).clamp(0.0, 1.0);
        }
    });
    if let Some(path) = scene.path {
        paint_path(canvas, scene, light, path);
    }
}

/// Paints the near shore, and the wet seam where it meets the water.
pub fn paint_shore(canvas: &mut Canvas, scene: &Scene, light: &Light, shore: &Shore) {
    let n = canvas.size as f32;
    let edges: Vec<f32> = (0..canvas.size).map(|c| shore_edge(shore, canvas.centre(c))).collect();
    let mut surface = Surface::new(scene, light, shore.ground, shore.seed);
    let top = edges.iter().copied().fold(1.0, f32::min);
    let sand = shore.ground == Ground::Sand;
    canvas.pen = label(scene, shore.ground);
    if !sand {
        canvas.rows((0.0, top - 1.5 / n), (1.0, 1.0), |y, xs, cells| {
            surface.paint_row(xs, y, 1.5, cells);
            for ((colour, cover), edge) in cells.iter_mut().zip(&edges) {
                let below = y - edge;
                *colour = *colour * lerp(0.55, 1.0, smoothstep(0.0, 0.03, below));
                *cover = (below * n + 0.5).clamp(0.0, 1.0);
            }
        });
        return;
    }
    // Lines of foam run ahead of the sand; behind them it is wet and shines with the sky.
    let foam = Noise::new(shore.seed ^ 0xF0A3);
    let froth = light.shade(Rgb::hex(0xF6FAFC), [0.0, 1.0, 0.0], 0.9);
    let (mut waves, mut laces) = (vec![0.0; canvas.size], vec![0.0; canvas.size]);
    foam.fbm_row(&mut waves, 3, |i| (canvas.centre(i) * 4.0, 3.0));
    canvas.rows((0.0, top - 0.12), (1.0, 1.0), |y, xs, cells| {
        surface.paint_row(xs, y, 1.6, cells);
        foam.fbm_row(&mut laces, 2, |i| (xs[i] * 26.0, y * 60.0));
        for (i, (colour, alpha)) in cells.iter_mut().enumerate() {
            let (below, wave, lace) = (y - edges[i], 0.02 * waves[i], 0.5 + 0.5 * laces[i]);
            let line = |at: f32, wide: f32| exp(-((below - at - wave) / wide).powi(2));
            let white = ((line(-0.006, 0.008) + 0.8 * line(-0.055, 0.006)) * (0.45 + 0.8 * lace)).min(1.0);
            let cover = (below * n + 0.5).clamp(0.0, 1.0);
            let wet = 1.0 - smoothstep(0.0, 0.075, below + wave * 0.5);
            let dry = *colour;
            let ground = dry.mix(dry * 0.45 + light.middle * 0.4, wet * 0.8);
            *colour = ground.mix(froth, white);
            // Less than half a step of a byte is no foam at all.
            *alpha = cover.max(if white > 0.002 { white * 0.85 } else { 0.0 });
        }
    });
}

/// The look of one kind of ground under one light.
struct Surface<'a> {
    scene: &'a Scene,
    light: &'a Light,
    ground: Ground,
    noise: Noise,
    grass: [Rgb; 3],
    /// Noise along a row: swells, patches, blades or grains, spots of sun or ripples.
    rows: [Vec<f32>; 4],
}

impl<'a> Surface<'a> {
    fn new(scene: &'a Scene, light: &'a Light, ground: Ground, seed: u32) -> Self {
        let (noise, grass) = (Noise::new(seed ^ 0x6A55), grass(scene));
        Self { scene, light, ground, noise, grass, rows: Default::default() }
    }

    /// Fills in the colours of a row of the picture that is `distance` away.
    fn paint_row(&mut self, xs: &[f32], y: f32, distance: f32, cells: &mut [(Rgb, f32)]) {
        let Self { scene, light, ground, noise, grass, rows } = self;
        for row in rows.iter_mut() {
            row.resize(xs.len(), 0.0);
        }
        let [swells, patches, fines, spots] = rows;
        let wood = scene.place == Place::Forest;
        let (wx, wz) = (|i: usize| (xs[i] - 0.5) * distance, distance);
        noise.fbm_row(swells, 2, |i| (wx(i) * 0.8, wz * 0.6));
        noise.fbm_row(patches, 3, |i| (wx(i) * 1.1 + 9.0, wz * 0.9));
        // Darker at the feet, lighter far away: the eye is led into the picture.
        let depth = lerp(0.78, 1.05, smoothstep(1.0, 5.0, distance));
        let haze = light.haze_at(distance * 0.6);
        // Soft swells of the ground catch the light.
        let mut finish = |i: usize, albedo: Rgb, sun: f32| {
            let lit = light.shade(albedo, [-swells[i] * 0.45 * 0.5, 0.9, 0.25], sun) * depth;
            cells[i].0 = lit.mix(light.haze, haze);
        };
        match ground {
            Ground::Sand => {
                let near = smoothstep(8.0, 1.5, distance);
                noise.at_row(spots, |i| (wx(i) * 1.2, wz * 1.6));
                noise.at_row(fines, |i| (xs[i] * 90.0, y * 110.0));
                for i in 0..xs.len() {
                    let ripple = sin(wz * 9.0 + 2.5 * spots[i]);
                    let sand = Rgb::hex(0xD8B47E).mix(Rgb::hex(0xF0D8A8), 0.5 + 0.5 * patches[i]);
                    finish(i, sand * (1.0 + (0.05 * ripple + 0.05 * fines[i]) * near), 1.0);
                }
            }
            _ if scene.white_ground() => {
                for (i, patch) in patches.iter().enumerate() {
                    let drift = smoothstep(0.35, 0.75, 0.5 + 0.5 * patch);
                    finish(i, grass[2].mix(grass[1], 0.45 + 0.55 * drift), 0.85);
                }
            }
            _ => {
                // Blades stand upright on the picture whatever their distance: fine across, long down.
                let scale = (60.0 / distance.max(1.0)).clamp(10.0, 60.0);
                let near = smoothstep(14.0, 1.2, distance);
                if near > 0.0 {
                    noise.fbm_row(fines, 2, |i| (xs[i] * scale, y * scale * 0.42));
                } else {
                    fines.fill(0.0);
                }
                if wood {
                    noise.fbm_row(spots, 2, |i| (wx(i) * 1.6 + 50.0, wz * 1.2));
                }
                for i in 0..xs.len() {
                    let (patch, blades) = (0.5 + 0.5 * patches[i], fines[i]);
                    let base = grass[0].mix(grass[1], smoothstep(0.35, 0.8, patch));
                    let dark = smoothstep(0.55, 0.15, patch) * 0.55 + (-blades).max(0.0) * 0.8 * near;
                    let lit = base.mix(grass[2], dark.min(1.0)) * (1.0 + 0.3 * blades.max(0.0) * near);
                    // Under trees only spots of sun reach the ground.
                    let sun = if wood { 0.25 + 0.75 * smoothstep(-0.1, 0.35, spots[i]) } else { 1.0 };
                    finish(i, lit, sun);
                }
            }
        }
    }
}

/// The middle and half width of a path at height `y`.
#[must_use]
pub fn path_at(scene: &Scene, path: &Path, y: f32) -> (f32, f32) {
    let t = ((y - scene.horizon) / (1.0 - scene.horizon)).clamp(0.0, 1.0);
    let middle = lerp(path.to, path.from, t.sqrt()) + path.bend * (t.sqrt() * 7.0).sin() * (0.25 + 0.75 * t);
    (middle, path.width * 0.5 * (0.04 + 0.96 * t))
}

/// Paints a path or a brook; a brook mirrors what stands behind it.
pub fn paint_path(canvas: &mut Canvas, scene: &Scene, light: &Light, path: Path) {
    canvas.pen = if path.water { Label::Water } else { Label::Path };
    let noise = Noise::new(scene.seed ^ 0x9A74);
    let above = path.water.then(|| canvas.upper(scene.horizon + 0.05));
    let body = light.shade(Rgb::hex(0x2A5C6A), [0.0, 1.0, 0.0], 0.5);
    let earth = if scene.white_ground() { [0xC2C8D6, 0xDCE2EE] } else { [0xA8845A, 0xD8BC8C] }.map(Rgb::hex);
    let size = canvas.size as f32;
    let mut rows: [Vec<f32>; 3] = std::array::from_fn(|_| vec![0.0; canvas.size]);
    canvas.rows((0.0, scene.horizon), (1.0, 1.0), |y, xs, cells| {
        let (middle, half) = path_at(scene, &path, y);
        // Where the edge can be at its most ragged.
        let clip = |v: f32| ((v * size).max(0.0) as usize).min(xs.len());
        let (from, to) = (clip(middle - 1.4 * half - 1.0 / size), clip(middle + 1.4 * half + 1.0 / size));
        let (xs, cells) = (&xs[from..to], &mut cells[from..to]);
        let [ragged, grains, ripples] = rows.each_mut().map(|row| &mut row[from..to]);
        let t = y - scene.horizon;
        let (start, haze) = (smoothstep(0.0, 0.02, t), light.haze_at(ground_distance(scene.horizon, y) * 0.6));
        noise.fbm_row(ragged, 2, |i| (xs[i] * 14.0, y * 30.0));
        if path.water {
            noise.fbm_row(ripples, 2, |i| (xs[i] * 20.0, y * 90.0));
        } else {
            noise.fbm_row(grains, 2, |i| (xs[i] * 30.0, y * 50.0));
        }
        for (i, cell) in cells.iter_mut().enumerate() {
            let x = xs[i];
            let off = ((x - middle).abs() + ragged[i] * 0.12 * half) / half;
            let cover = smoothstep(1.08, 0.86, off) * start;
            if cover <= 0.0 {
                continue;
            }
            let colour = if path.water {
                let ripple = ripples[i];
                let sky = match &above {
                    Some(above) => above.sample(
                        x + ripple * 0.012,
                        (scene.horizon - 0.012 - t * 0.9 + ripple * 0.02 * (0.3 + t)).max(0.0),
                    ),
                    None => light.middle.mix(light.horizon, 0.45 + 0.3 * ripple),
                };
                body.mix(sky, 0.62 + 0.2 * ripple) * lerp(1.0, 0.7, smoothstep(0.6, 1.0, off))
            } else {
                let rut = 1.0 - 0.2 * exp(-((off - 0.5) / 0.16).powi(2));
                light.shade(earth[0].mix(earth[1], 0.5 + 0.5 * grains[i]), [0.0, 1.0, 0.1], 0.95) * rut
            };
            *cell = (colour.mix(light.haze, haze), cover);
        }
    });
}

/// Single blades of grass and flowers at the bottom of the picture, in front of everything.
pub fn paint_foreground(canvas: &mut Canvas, scene: &Scene, light: &Light) {
    let bank = scene.shore.filter(|s| s.ground == Ground::Meadow);
    if (scene.ground != Ground::Meadow && bank.is_none()) || scene.white_ground() || scene.place == Place::FlowerField {
        return;
    }
    let start = |x: f32| bank.map_or(scene.horizon, |s| shore_edge(&s, x));
    canvas.pen = Label::Meadow;
    let mut rng = Rng::new(u64::from(scene.seed), 21);
    let [lush, dry, shade] = grass(scene);
    // Whoever lives here has a right to an open front door.
    let door = |x: f32, y: f32| scene.house.is_some_and(|h| y < h.at.1 + 0.02 && (x - h.at.0).abs() < h.height);
    let blocked = |(x, y): Point| {
        let on_path = scene.path.is_some_and(|path| {
            let (middle, half) = path_at(scene, &path, y);
            (x - middle).abs() < half * 1.05
        });
        on_path || door(x, y)
    };
    let tufts = if scene.place == Place::Forest { 240 } else { 420 };
    let mut places: Vec<Point> = (0..tufts)
        .filter_map(|_| {
            let (x, depth) = (rng.unit(), rng.unit());
            let y = lerp(start(x) + 0.05, 1.04, depth);
            (!blocked((x, y))).then_some((x, y))
        })
        .collect();
    places.sort_by(|a, b| a.1.total_cmp(&b.1));
    let wind = rng.range(-0.5, 0.5);
    let petals = petal_colours(&mut rng);
    let meadow_top = scene.horizon + 0.02;
    for at in places {
        let near = ((at.1 - meadow_top) / (1.0 - meadow_top)).clamp(0.08, 1.0);
        let height = near * rng.range(0.02, 0.05);
        let lean = (wind + rng.normal() * 0.4) * height * 0.7;
        let tip = (at.0 + lean, at.1 - height);
        let sunny = rng.unit();
        let colour = light.shade(shade.mix(if rng.chance(0.5) { lush } else { dry }, sunny), [0.0, 0.9, 0.3], sunny);
        canvas.line(at, tip, (0.0035 + 0.004 * near, 0.002), colour * 1.1, 0.8);
        if rng.chance(scene.flowers * 0.55) {
            let petal = petals[rng.below(petals.len())];
            let lit = light.shade(petal, [light.direction[0] * 0.4, 0.8, 0.4], 0.95);
            canvas.disc(tip, 0.0035 + 0.007 * near, lit, 0.95);
        }
    }
    if scene.flowers > 0.3 {
        // Far flowers are a veil of colour.
        let noise = Noise::new(scene.seed ^ 0xF10);
        let main = petals[0];
        let lit = light.shade(main, [0.0, 0.9, 0.3], 0.9);
        let starts: Vec<f32> = (0..canvas.size).map(|c| start(canvas.centre(c)) + 0.015).collect();
        let (mut drifts, mut dots) = (vec![0.0; canvas.size], vec![0.0; canvas.size]);
        canvas.rows((0.0, meadow_top), (1.0, 1.0), |y, xs, cells| {
            let distance = ground_distance(scene.horizon, y);
            let path = scene.path.map(|path| path_at(scene, &path, y));
            noise.fbm_row(&mut drifts, 3, |i| ((xs[i] - 0.5) * distance * 0.9, distance * 0.8));
            noise.at_row(&mut dots, |i| (xs[i] * 75.0, y * 120.0));
            for (i, (&x, cell)) in xs.iter().zip(cells).enumerate() {
                if y < starts[i] || path.is_some_and(|(middle, half)| (x - middle).abs() < half * 1.05) || door(x, y) {
                    continue;
                }
                let share = smoothstep(-0.05, 0.4, drifts[i]) * smoothstep(0.18, 0.42, dots[i]);
                *cell = (lit, share * scene.flowers * 0.8);
            }
        });
    }
}

fn petal_colours(rng: &mut Rng) -> Vec<Rgb> {
    const PETALS: [u32; 8] = [0xE8342E, 0xF6D236, 0xFAF6EE, 0xE873B0, 0x8A5AD0, 0x5A78E0, 0xF48A2C, 0xC8407A];
    (0..rng.between(1, 3)).map(|_| Rgb::hex(rng.pick(&PETALS))).collect()
}
