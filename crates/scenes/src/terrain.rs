//! Land that rises: mountains, hills and dunes, as small height fields seen in perspective.
//!
//! Each layer is a real landscape of a few thousand heights, drawn column by column from near to far. That costs little
//! and gives what flat cut-outs never have: ridges that run towards the viewer, slopes that turn away from the light,
//! and shadows that one crest casts on the next.

use crate::canvas::{Canvas, Label};
use crate::colour::Rgb;
use crate::light::Light;
use crate::noise::{Noise, length, lerp, smoothstep};
use crate::scene::{Place, Relief, Scene, Season, Terrain};

/// Columns of heights at least; large pictures have one for every pixel.
const COLUMNS: usize = 256;
/// How far the back of the layer is, when the front is at 1.
const BACK: f32 = 2.1;

struct Field {
    columns: usize,
    rows: usize,
    heights: Vec<f32>,
    shadow: Vec<f32>,
}

/// Rows of heights from near to far: soft land has smooth crests, on which few rows would show as steps.
fn rows(relief: Relief) -> usize {
    match relief {
        Relief::Dunes => 190,
        Relief::Rolling => 110,
        Relief::Volcano | Relief::Mesa => 72,
        Relief::Alpine | Relief::Cliff | Relief::Wall => 56,
    }
}

/// The distance of a row.
fn depth(row: usize, rows: usize) -> f32 {
    1.0 + (BACK - 1.0) * row as f32 / (rows - 1) as f32
}

impl Field {
    fn depth(&self, row: usize) -> f32 {
        depth(row, self.rows)
    }

    /// How much smaller things look at a depth: gentler than the real law, or the front would hide the back.
    fn shrink(depth: f32) -> f32 {
        1.0 + (depth - 1.0) * 0.3
    }

    fn new(terrain: &Terrain, light: &Light, columns: usize) -> Self {
        let noise = Noise::new(terrain.seed);
        let rows = rows(terrain.relief);
        let mut heights = vec![0.0f32; columns * rows];
        let mut highest = 1e-3f32;
        for row in 0..rows {
            let z = depth(row, rows);
            for column in 0..columns {
                let across = (column as f32 + 0.5) / columns as f32 - 0.5;
                let height = relief_at(terrain, &noise, across, z);
                highest = highest.max(height / Self::shrink(z));
                heights[row * columns + column] = height;
            }
        }
        for height in &mut heights {
            *height *= terrain.rise / highest;
        }
        let shadow = cast_shadows(&heights, columns, rows, light);
        Self { columns, rows, heights, shadow }
    }

    fn normal(&self, column: usize, row: usize) -> [f32; 3] {
        let at = |c: usize, r: usize| self.heights[r * self.columns + c];
        let (left, right) = (column.saturating_sub(1), (column + 1).min(self.columns - 1));
        let (front, back) = (row.saturating_sub(1), (row + 1).min(self.rows - 1));
        let width = (right - left) as f32 / self.columns as f32 * self.depth(row);
        let depth = self.depth(back) - self.depth(front);
        // Steeper than it is: relief reads better, as in every painted mountain.
        let x = -(at(right, row) - at(left, row)) / width * 1.25;
        let z = (at(column, back) - at(column, front)) / depth * 1.6;
        let length = (x * x + 1.0 + z * z).sqrt();
        [x / length, 1.0 / length, z / length]
    }
}

fn relief_at(terrain: &Terrain, noise: &Noise, across: f32, z: f32) -> f32 {
    let x = across * z;
    let front = smoothstep(1.0, 1.55, z);
    let peak = (across + 0.5 - terrain.peak) / 0.26;
    let bump = (-peak * peak).exp();
    match terrain.relief {
        Relief::Alpine => {
            let warp = noise.at(x * 2.0 + 31.0, z * 2.0) * 0.12;
            let ridges = noise.ridged(x * 1.9 + warp, z * 1.9 + warp);
            let mass = 0.62 + 0.38 * noise.at(x * 1.3 - 7.0, z * 1.3);
            front * (0.42 + 0.62 * bump) * (0.2 * mass + 0.95 * ridges) * (1.0 - 0.4 * smoothstep(1.8, BACK, z))
        }
        Relief::Rolling => {
            let soft = 0.5 + 0.5 * noise.fbm(x * 1.5, z * 1.5, 3);
            front * (0.35 + 0.3 * bump) * (0.25 + soft) + 0.012 * noise.fbm(x * 14.0, z * 9.0, 2)
        }
        Relief::Dunes => {
            let bend = noise.at(x * 1.1, z * 1.4) * 0.9;
            let wave = noise.at(x * 1.5 + bend, z * 2.4 + bend * 0.7);
            front * (0.4 + 0.35 * bump) * (0.22 + (1.0 - wave.abs()).max(0.0).powf(1.7))
        }
        Relief::Volcano => {
            let (dx, dz) = (across + 0.5 - terrain.peak, (z - 1.62) * 0.55);
            let far = length(dx, dz);
            // Gullies run straight down from the crater.
            let gully = noise.at(dz.atan2(dx) * 4.0 + 20.0, far * 3.0);
            let cone = (-far * 4.4).exp() * (1.0 + 0.1 * gully * smoothstep(0.02, 0.2, far));
            let crater = 0.2 * smoothstep(0.055, 0.02, far);
            let rim = 0.8 + 0.03 * noise.at(x * 30.0, z * 9.0);
            front * (cone.min(rim) - crater + 0.06 * noise.ridged(x * 3.0, z * 3.0))
        }
        Relief::Mesa => {
            let mass = 0.5 + 0.62 * noise.fbm(x * 2.1, z * 2.1, 4) + 0.12 * bump;
            // Layers of hard rock stand as steps.
            let step = |at: f32| smoothstep(at - 0.03, at + 0.03, mass);
            front * (0.08 * mass.max(0.0) + 0.3 * step(0.36) + 0.34 * step(0.52) + 0.3 * step(0.68))
        }
        Relief::Cliff => {
            let side = if terrain.peak < 0.5 { 1.0 } else { -1.0 };
            let edge = (terrain.peak - 0.5) * 0.7 - across;
            let land = edge * side + 0.07 * noise.fbm(z * 4.0, x * 2.0, 3) - 0.16 * (z - 1.0);
            let top = 0.8 + 0.16 * noise.fbm(x * 2.0, z * 2.0, 3);
            (smoothstep(1.0, 1.1, z) * smoothstep(-0.02, 0.05, land) * top).max(0.0)
        }
        Relief::Wall => {
            let gap = (across + 0.5 - terrain.peak) / 0.09;
            let rough = noise.ridged(x * 3.4, z * 2.0);
            let top = 0.8 + 0.22 * noise.fbm(x * 2.4, 0.3, 3) - 0.16 * (-gap * gap).exp();
            smoothstep(1.0, 1.28, z + 0.14 * rough) * (top + 0.1 * rough)
        }
    }
}

/// Sweeps every row from the side of the light: what lies below the falling line of light is in shadow.
fn cast_shadows(heights: &[f32], columns: usize, rows: usize, light: &Light) -> Vec<f32> {
    let slope = (light.direction[1] / light.direction[0].abs().max(0.05)) * 0.75;
    let mut shadow = vec![1.0f32; heights.len()];
    for row in 0..rows {
        let drop = slope * depth(row, rows) / columns as f32;
        let mut ray = f32::NEG_INFINITY;
        for i in 0..columns {
            let column = if light.direction[0] > 0.0 { columns - 1 - i } else { i };
            let index = row * columns + column;
            let height = heights[index];
            ray -= drop;
            shadow[index] = 1.0 - smoothstep(0.0, 0.02, ray - height);
            ray = ray.max(height);
        }
    }
    shadow
}

/// What a layer counts as.
#[must_use]
pub fn label(relief: Relief) -> Label {
    match relief {
        Relief::Alpine | Relief::Volcano => Label::Mountain,
        Relief::Rolling | Relief::Dunes => Label::Hill,
        Relief::Mesa | Relief::Cliff | Relief::Wall => Label::Rock,
    }
}

/// Paints one layer; returns the height on the picture of its skyline for every pixel column.
pub fn paint(canvas: &mut Canvas, scene: &Scene, light: &Light, terrain: &Terrain) -> Vec<f32> {
    canvas.pen = label(terrain.relief);
    let size = canvas.size;
    let across_each = COLUMNS.div_ceil(size);
    let field = Field::new(terrain, light, size * across_each);
    let cover = Cover::new(scene, terrain);
    let mut paint = vec![(Rgb::BLACK, 0.0f32); size * size];
    let mut skyline = vec![terrain.foot; size];
    let n = size as f32;
    for column in 0..field.columns {
        let target = column / across_each;
        let mut covered = terrain.foot;
        for row in 0..field.rows {
            let height = field.heights[row * field.columns + column];
            let z = field.depth(row);
            let y = terrain.foot - height / Field::shrink(z);
            if y >= covered {
                continue;
            }
            let normal = field.normal(column, row);
            let across = (column as f32 + 0.5) / field.columns as f32;
            let albedo = cover.albedo(across, z, height / terrain.rise, normal);
            let lit = light.shade(albedo, normal, field.shadow[row * field.columns + column]);
            // Mist collects at the feet of mountains.
            let mist = 1.0 + 0.5 * (1.0 - height / terrain.rise).max(0.0);
            let distance = terrain.distance * lerp(0.8, 1.25, (z - 1.0) / (BACK - 1.0)) * mist;
            let colour = light.through_haze(lit, distance);
            let first = (y * n).max(0.0);
            let last = covered * n;
            for pixel in first as usize..(last.ceil() as usize).min(size) {
                let share = ((pixel + 1) as f32).min(last) - (pixel as f32).max(first);
                let cell = &mut paint[pixel * size + target];
                let share = share / across_each as f32;
                cell.0 += colour * share;
                cell.1 += share;
            }
            covered = y;
        }
        skyline[target] = skyline[target].min(covered);
    }
    for (index, (colour, alpha)) in paint.into_iter().enumerate() {
        if alpha > 0.0 {
            canvas.blend(index, colour * (1.0 / alpha), alpha);
        }
    }
    skyline
}

/// What the land is covered with.
struct Cover {
    relief: Relief,
    noise: Noise,
    snow_line: f32,
    white: bool,
    rock: Rgb,
    rock_light: Rgb,
    low: Rgb,
    field: Rgb,
    wood: Rgb,
}

impl Cover {
    fn new(scene: &Scene, terrain: &Terrain) -> Self {
        let (grass, field, wood) = match scene.season {
            Season::Spring => (0x7FB53C, 0xA8C850, 0x3E7A34),
            Season::Summer => (0x6A9E38, 0xC2B84E, 0x2C5E2E),
            Season::Autumn => (0xA89440, 0xC88A3C, 0x9A5A26),
            Season::Winter => (0xE4EAF6, 0xEEF2FA, 0x54606A),
        };
        let red = matches!(scene.place, Place::Desert | Place::Canyon);
        Self {
            relief: terrain.relief,
            noise: Noise::new(terrain.seed ^ 0xC0FE),
            snow_line: terrain.snow_line,
            white: scene.white_ground(),
            rock: Rgb::hex(if red { 0x9A5638 } else { 0x565A6A }),
            rock_light: Rgb::hex(if red { 0xD08A5C } else { 0xA49A92 }),
            low: Rgb::hex(if red { 0xB87048 } else { grass }),
            field: Rgb::hex(field),
            wood: Rgb::hex(wood),
        }
    }

    fn albedo(&self, across: f32, z: f32, height: f32, normal: [f32; 3]) -> Rgb {
        let grain = self.noise.at(across * 38.0, z * 40.0);
        match self.relief {
            Relief::Alpine => {
                let rock = self.rock.mix(self.rock_light, 0.5 + 0.5 * grain);
                let green = 1.0 - smoothstep(0.12, 0.42, height + grain * 0.06);
                let low = self.low.mix(self.wood, 0.55 + 0.4 * grain);
                let ground = rock.mix(low, green * smoothstep(0.45, 0.8, normal[1] + 0.25));
                let snow = smoothstep(self.snow_line - 0.07, self.snow_line + 0.09, height + grain * 0.08)
                    * smoothstep(0.3, 0.58, normal[1] + grain * 0.06);
                ground.mix(Rgb::hex(0xF6F9FF), snow)
            }
            Relief::Rolling => {
                let patch = self.noise.at(across * 7.0, z * 9.0);
                let meadow = self.low.mix(self.field, smoothstep(0.05, 0.3, patch));
                let trees = smoothstep(0.12, 0.32, self.noise.at(across * 5.0 + 40.0, z * 6.0) + grain * 0.35);
                let wood = self.wood * (0.8 + 0.45 * grain);
                let amount = if self.white { 0.7 } else { 0.85 };
                (meadow * (0.95 + 0.12 * grain)).mix(wood.max(0.0), trees * amount)
            }
            Relief::Volcano => {
                let ash = Rgb::hex(0x3A3436).mix(Rgb::hex(0x6E5A54), 0.5 + 0.5 * grain);
                let green = 1.0 - smoothstep(0.08, 0.3, height + grain * 0.08);
                let snow = smoothstep(self.snow_line, self.snow_line + 0.12, height + grain * 0.1);
                ash.mix(self.wood.mix(self.low, 0.4), green * 0.85).mix(Rgb::hex(0xF2F4FA), snow * 0.9)
            }
            Relief::Mesa => {
                // Strata: bands that follow the height and waver a little.
                let layer = (height * 34.0 + 1.6 * self.noise.at(across * 5.0, z * 3.0)).sin();
                let deep = (height * 11.0 + 0.8 * self.noise.at(across * 3.0, z * 2.0) + 2.0).sin();
                let rock = Rgb::hex(0xA84A2C).mix(Rgb::hex(0xE8A468), 0.5 + 0.3 * layer + 0.2 * grain);
                rock.mix(Rgb::hex(0xF0D0A0), 0.4 * deep.max(0.0))
                    .mix(Rgb::hex(0xD89058), smoothstep(0.8, 0.95, normal[1]) * 0.6)
            }
            Relief::Cliff | Relief::Wall => {
                let crack = self.noise.fbm(across * 26.0, height * 4.0, 3);
                let bed = (height * 24.0 + 2.0 * grain).sin();
                let rock = self.rock_light.mix(self.rock, 0.5 + 0.5 * crack) * (1.0 + 0.1 * bed);
                let top = smoothstep(0.62, 0.86, normal[1] + 0.1 * grain) * smoothstep(0.3, 0.55, height);
                rock.mix(self.low.mix(self.wood, 0.3 + 0.35 * grain), top)
            }
            Relief::Dunes => {
                let ripple = (across * 160.0 + z * 60.0 + grain * 3.0).sin() * 0.04;
                Rgb::hex(0xE8B878).mix(Rgb::hex(0xF2CE94), 0.5 + 0.5 * grain) * (1.0 + ripple)
            }
        }
    }
}
