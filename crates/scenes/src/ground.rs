//! Flat ground in perspective: meadows, snow, sand, paths, and the grass and flowers at the painter's feet.

use crate::canvas::{Canvas, Label, Point};
use crate::colour::Rgb;
use crate::compose::ground_distance;
use crate::light::Light;
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
    let surface = Surface::new(scene, light, scene.ground, scene.seed);
    canvas.area((0.0, scene.horizon - 0.03), (1.0, 1.0), |x, y| {
        let cover = ((y - edges[((x * n) as usize).min(edges.len() - 1)]) * n + 0.5).clamp(0.0, 1.0);
        if cover <= 0.0 {
            return (Rgb::BLACK, 0.0);
        }
        (surface.colour(x, y, ground_distance(scene.horizon, y)), cover)
    });
    if let Some(path) = scene.path {
        paint_path(canvas, scene, light, path);
    }
}

/// Paints the near shore, and the wet seam where it meets the water.
pub fn paint_shore(canvas: &mut Canvas, scene: &Scene, light: &Light, shore: &Shore) {
    let n = canvas.size as f32;
    let edges: Vec<f32> = (0..canvas.size).map(|c| shore_edge(shore, canvas.centre(c))).collect();
    let surface = Surface::new(scene, light, shore.ground, shore.seed);
    let top = edges.iter().copied().fold(1.0, f32::min);
    let sand = shore.ground == Ground::Sand;
    let foam = Noise::new(shore.seed ^ 0xF0A3);
    canvas.pen = label(scene, shore.ground);
    canvas.area((0.0, top - 0.12), (1.0, 1.0), |x, y| {
        let below = y - edges[((x * n) as usize).min(edges.len() - 1)];
        if sand {
            // Lines of foam run ahead of the sand; behind them it is wet and shines with the sky.
            let wave = 0.02 * foam.fbm(x * 4.0, 3.0, 3);
            let lace = 0.5 + 0.5 * foam.fbm(x * 26.0, y * 60.0, 2);
            let line = |at: f32, wide: f32| (-((below - at - wave) / wide).powi(2)).exp();
            let white = ((line(-0.006, 0.008) + 0.8 * line(-0.055, 0.006)) * (0.45 + 0.8 * lace)).min(1.0);
            let cover = (below * n + 0.5).clamp(0.0, 1.0);
            let wet = 1.0 - smoothstep(0.0, 0.075, below + wave * 0.5);
            let dry = surface.colour(x, y, 1.6);
            let ground = dry.mix(dry * 0.45 + light.middle * 0.4, wet * 0.8);
            let froth = light.shade(Rgb::hex(0xF6FAFC), [0.0, 1.0, 0.0], 0.9);
            (ground.mix(froth, white), cover.max(white * 0.85))
        } else {
            let cover = (below * n + 0.5).clamp(0.0, 1.0);
            let seam = smoothstep(0.0, 0.03, below);
            (surface.colour(x, y, 1.5) * lerp(0.55, 1.0, seam), cover)
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
}

impl<'a> Surface<'a> {
    fn new(scene: &'a Scene, light: &'a Light, ground: Ground, seed: u32) -> Self {
        Self { scene, light, ground, noise: Noise::new(seed ^ 0x6A55), grass: grass(scene) }
    }

    fn colour(&self, x: f32, y: f32, distance: f32) -> Rgb {
        let (wx, wz) = ((x - 0.5) * distance, distance);
        // Soft swells of the ground catch the light.
        let tilt = self.noise.fbm(wx * 0.8, wz * 0.6, 2) * 0.45;
        let normal = [-tilt * 0.5, 0.9, 0.25];
        let patch = 0.5 + 0.5 * self.noise.fbm(wx * 1.1 + 9.0, wz * 0.9, 3);
        let (albedo, sun) = match self.ground {
            Ground::Sand => {
                let ripple = (wz * 9.0 + 2.5 * self.noise.at(wx * 1.2, wz * 1.6)).sin();
                let fine = self.noise.at(x * 90.0, y * 110.0);
                let sand = Rgb::hex(0xD8B47E).mix(Rgb::hex(0xF0D8A8), patch);
                let near = smoothstep(8.0, 1.5, distance);
                (sand * (1.0 + (0.05 * ripple + 0.05 * fine) * near), 1.0)
            }
            _ if self.scene.white_ground() => {
                let drift = smoothstep(0.35, 0.75, patch);
                (self.grass[2].mix(self.grass[1], 0.45 + 0.55 * drift), 0.85)
            }
            _ => {
                // Blades stand upright on the picture whatever their distance: fine across, long down.
                let scale = (60.0 / distance.max(1.0)).clamp(10.0, 60.0);
                let near = smoothstep(14.0, 1.2, distance);
                let blades = if near > 0.0 { self.noise.fbm(x * scale, y * scale * 0.42, 2) } else { 0.0 };
                let base = self.grass[0].mix(self.grass[1], smoothstep(0.35, 0.8, patch));
                let dark = smoothstep(0.55, 0.15, patch) * 0.55 + (-blades).max(0.0) * 0.8 * near;
                let lit = base.mix(self.grass[2], dark.min(1.0)) * (1.0 + 0.3 * blades.max(0.0) * near);
                // Under trees only spots of sun reach the ground.
                if self.scene.place != Place::Forest {
                    return self.finish(lit, normal, 1.0, distance);
                }
                let spots = smoothstep(-0.1, 0.35, self.noise.fbm(wx * 1.6 + 50.0, wz * 1.2, 2));
                (lit, 0.25 + 0.75 * spots)
            }
        };
        self.finish(albedo, normal, sun, distance)
    }

    fn finish(&self, albedo: Rgb, normal: [f32; 3], sun: f32, distance: f32) -> Rgb {
        // Darker at the feet, lighter far away: the eye is led into the picture.
        let depth = lerp(0.78, 1.05, smoothstep(1.0, 5.0, distance));
        self.light.through_haze(self.light.shade(albedo, normal, sun) * depth, distance * 0.6)
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
    let above = path.water.then(|| canvas.clone());
    let earth = if scene.white_ground() { [0xC2C8D6, 0xDCE2EE] } else { [0xA8845A, 0xD8BC8C] }.map(Rgb::hex);
    canvas.area((0.0, scene.horizon), (1.0, 1.0), |x, y| {
        let (middle, half) = path_at(scene, &path, y);
        let distance = ground_distance(scene.horizon, y);
        let ragged = noise.fbm(x * 14.0, y * 30.0, 2) * 0.12 * half;
        let off = ((x - middle).abs() + ragged) / half;
        let cover = smoothstep(1.08, 0.86, off) * smoothstep(0.0, 0.02, y - scene.horizon);
        if cover <= 0.0 {
            return (Rgb::BLACK, 0.0);
        }
        let grain = 0.5 + 0.5 * noise.fbm(x * 30.0, y * 50.0, 2);
        let colour = if path.water {
            let ripple = noise.fbm(x * 20.0, y * 90.0, 2);
            let t = y - scene.horizon;
            let sky = match &above {
                Some(above) => above
                    .sample(x + ripple * 0.012, (scene.horizon - 0.012 - t * 0.9 + ripple * 0.02 * (0.3 + t)).max(0.0)),
                None => light.middle.mix(light.horizon, 0.45 + 0.3 * ripple),
            };
            let body = light.shade(Rgb::hex(0x2A5C6A), [0.0, 1.0, 0.0], 0.5);
            body.mix(sky, 0.62 + 0.2 * ripple) * lerp(1.0, 0.7, smoothstep(0.6, 1.0, off))
        } else {
            let rut = 1.0 - 0.2 * (-((off - 0.5) / 0.16).powi(2)).exp();
            light.shade(earth[0].mix(earth[1], grain), [0.0, 1.0, 0.1], 0.95) * rut
        };
        (light.through_haze(colour, distance * 0.6), cover)
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
    let blocked = |p: Point, scene: &Scene| {
        let on_path = scene.path.is_some_and(|path| {
            let (middle, half) = path_at(scene, &path, p.1);
            (p.0 - middle).abs() < half * 1.05
        });
        // Whoever lives here has a right to an open front door.
        on_path || scene.house.is_some_and(|h| p.1 < h.at.1 + 0.02 && (p.0 - h.at.0).abs() < h.height)
    };
    let tufts = if scene.place == Place::Forest { 240 } else { 420 };
    let mut places: Vec<Point> = (0..tufts)
        .filter_map(|_| {
            let (x, depth) = (rng.unit(), rng.unit());
            let y = lerp(start(x) + 0.05, 1.04, depth);
            (!blocked((x, y), scene)).then_some((x, y))
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
        canvas.area((0.0, meadow_top), (1.0, 1.0), |x, y| {
            let distance = ground_distance(scene.horizon, y);
            if blocked((x, y), scene) || y < start(x) + 0.015 {
                return (Rgb::BLACK, 0.0);
            }
            let drift = smoothstep(-0.05, 0.4, noise.fbm((x - 0.5) * distance * 0.9, distance * 0.8, 3));
            let dots = smoothstep(0.18, 0.42, noise.at(x * 75.0, y * 120.0));
            (light.shade(main, [0.0, 0.9, 0.3], 0.9), drift * dots * scene.flowers * 0.8)
        });
    }
}

fn petal_colours(rng: &mut Rng) -> Vec<Rgb> {
    const PETALS: [u32; 8] = [0xE8342E, 0xF6D236, 0xFAF6EE, 0xE873B0, 0x8A5AD0, 0x5A78E0, 0xF48A2C, 0xC8407A];
    (0..rng.between(1, 3)).map(|_| Rgb::hex(rng.pick(&PETALS))).collect()
}
