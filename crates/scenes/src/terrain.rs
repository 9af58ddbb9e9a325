//! Land that rises: mountains, hills and dunes, as small height fields seen in perspective.
//!
//! Each layer is a real landscape of a few thousand heights, drawn row by row from near to far. That costs little
//! and gives what flat cut-outs never have: ridges that run towards the viewer, slopes that turn away from the light,
//! and shadows that one crest casts on the next.

use crate::canvas::{Canvas, Label};
use crate::colour::Rgb;
use crate::light::Light;
use crate::math::{exp, pow, sin};
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
        let mut scratch = Scratch::new(terrain, columns);
        for (row, heights) in heights.chunks_exact_mut(columns).enumerate() {
            let z = depth(row, rows);
            relief_row(terrain, &noise, z, &mut scratch, heights);
            let top = heights.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            highest = highest.max(top / Self::shrink(z));
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

/// What the rows of a layer share, and room for their noise.
struct Scratch {
    /// Where the columns are, -0.5 to 0.5.
    across: Vec<f32>,
    /// How much higher the land is around the peak, for each column.
    bump: Vec<f32>,
    first: Vec<f32>,
    second: Vec<f32>,
    third: Vec<f32>,
}

impl Scratch {
    fn new(terrain: &Terrain, columns: usize) -> Self {
        let across: Vec<f32> = (0..columns).map(|c| (c as f32 + 0.5) / columns as f32 - 0.5).collect();
        let bump = across
            .iter()
            .map(|across| {
                let peak = (across + 0.5 - terrain.peak) / 0.26;
                exp(-peak * peak)
            })
            .collect();
        let room = || vec![0.0; columns];
        Self { across, bump, first: room(), second: room(), third: room() }
    }
}

/// The heights of a row at distance `z`, before they are scaled.
fn relief_row(terrain: &Terrain, noise: &Noise, z: f32, scratch: &mut Scratch, out: &mut [f32]) {
    let Scratch { across, bump, first, second, third } = scratch;
    let (across, bump) = (&across[..out.len()], &bump[..out.len()]);
    let x = |i: usize| across[i] * z;
    let front = smoothstep(1.0, 1.55, z);
    match terrain.relief {
        Relief::Alpine => {
            noise.at_row(first, |i| (x(i) * 2.0 + 31.0, z * 2.0));
            noise.ridged_row(second, |i| (x(i) * 1.9 + first[i] * 0.12, z * 1.9 + first[i] * 0.12));
            noise.at_row(third, |i| (x(i) * 1.3 - 7.0, z * 1.3));
            let back = 1.0 - 0.4 * smoothstep(1.8, BACK, z);
            for (i, height) in out.iter_mut().enumerate() {
                let mass = 0.62 + 0.38 * third[i];
                *height = front * (0.42 + 0.62 * bump[i]) * (0.2 * mass + 0.95 * second[i]) * back;
            }
        }
        Relief::Rolling => {
            noise.fbm_row(first, 3, |i| (x(i) * 1.5, z * 1.5));
            noise.fbm_row(second, 2, |i| (x(i) * 14.0, z * 9.0));
            for (i, height) in out.iter_mut().enumerate() {
                let soft = 0.5 + 0.5 * first[i];
                *height = front * (0.35 + 0.3 * bump[i]) * (0.25 + soft) + 0.012 * second[i];
            }
        }
        Relief::Dunes => {
            noise.at_row(first, |i| (x(i) * 1.1, z * 1.4));
            noise.at_row(second, |i| (x(i) * 1.5 + first[i] * 0.9, z * 2.4 + first[i] * 0.9 * 0.7));
            for (i, height) in out.iter_mut().enumerate() {
                let crest = pow((1.0 - second[i].abs()).max(0.0), 1.7);
                *height = front * (0.4 + 0.35 * bump[i]) * (0.22 + crest);
            }
        }
        Relief::Volcano => {
            let dz = (z - 1.62) * 0.55;
            let dx = |i: usize| across[i] + 0.5 - terrain.peak;
            // Gullies run straight down from the crater.
            noise.at_row(first, |i| (dz.atan2(dx(i)) * 4.0 + 20.0, length(dx(i), dz) * 3.0));
            noise.at_row(second, |i| (x(i) * 30.0, z * 9.0));
            noise.ridged_row(third, |i| (x(i) * 3.0, z * 3.0));
            for (i, height) in out.iter_mut().enumerate() {
                let far = length(dx(i), dz);
                let cone = exp(-far * 4.4) * (1.0 + 0.1 * first[i] * smoothstep(0.02, 0.2, far));
                let crater = 0.2 * smoothstep(0.055, 0.02, far);
                let rim = 0.8 + 0.03 * second[i];
                *height = front * (cone.min(rim) - crater + 0.06 * third[i]);
            }
        }
        Relief::Mesa => {
            noise.fbm_row(first, 4, |i| (x(i) * 2.1, z * 2.1));
            for (i, height) in out.iter_mut().enumerate() {
                let mass = 0.5 + 0.62 * first[i] + 0.12 * bump[i];
                // Layers of hard rock stand as steps.
                let step = |at: f32| smoothstep(at - 0.03, at + 0.03, mass);
                *height = front * (0.08 * mass.max(0.0) + 0.3 * step(0.36) + 0.34 * step(0.52) + 0.3 * step(0.68));
            }
        }
        Relief::Cliff => {
            noise.fbm_row(first, 3, |i| (z * 4.0, x(i) * 2.0));
            noise.fbm_row(second, 3, |i| (x(i) * 2.0, z * 2.0));
            let side = if terrain.peak < 0.5 { 1.0 } else { -1.0 };
            let rise = smoothstep(1.0, 1.1, z);
            for (i, height) in out.iter_mut().enumerate() {
                let edge = (terrain.peak - 0.5) * 0.7 - across[i];
                let land = edge * side + 0.07 * first[i] - 0.16 * (z - 1.0);
                let top = 0.8 + 0.16 * second[i];
                *height = (rise * smoothstep(-0.02, 0.05, land) * top).max(0.0);
            }
        }
        Relief::Wall => {
            noise.ridged_row(first, |i| (x(i) * 3.4, z * 2.0));
            noise.fbm_row(second, 3, |i| (x(i) * 2.4, 0.3));
            for (i, height) in out.iter_mut().enumerate() {
                let gap = (across[i] + 0.5 - terrain.peak) / 0.09;
                let top = 0.8 + 0.22 * second[i] - 0.16 * exp(-gap * gap);
                *height = smoothstep(1.0, 1.28, z + 0.14 * first[i]) * (top + 0.1 * first[i]);
            }
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
    let columns = field.columns;
    let mut cover = Cover::new(scene, terrain);
    let n = size as f32;
    // The rows of the picture that the layer can reach.
    let top = ((terrain.foot - terrain.rise) * n - 1.0).max(0.0) as usize;
    let end = ((terrain.foot * n).ceil() as usize).clamp(top, size);
    let mut colours = vec![Rgb::BLACK; (end - top) * size];
    let mut alphas = vec![0.0f32; (end - top) * size];
    let mut covered = vec![terrain.foot; columns];
    let mut seen: Vec<Spot> = Vec::with_capacity(columns);
    let each = 1.0 / across_each as f32;
    for row in 0..field.rows {
        let z = field.depth(row);
        let shrink = Field::shrink(z);
        let heights = &field.heights[row * columns..(row + 1) * columns];
        seen.clear();
        for (column, &height) in heights.iter().enumerate() {
            if terrain.foot - height / shrink < covered[column] {
                let normal = field.normal(column, row);
                let across = (column as f32 + 0.5) / columns as f32;
                seen.push(Spot { column, across, height: height / terrain.rise, normal });
            }
        }
        cover.noise_row(&seen, z);
        let distance = terrain.distance * lerp(0.8, 1.25, (z - 1.0) / (BACK - 1.0));
        for (i, spot) in seen.iter().enumerate() {
            let y = terrain.foot - heights[spot.column] / shrink;
            let albedo = cover.albedo(i, spot, z);
            let lit = light.shade(albedo, spot.normal, field.shadow[row * columns + spot.column]);
            // Mist collects at the feet of mountains.
            let mist = 1.0 + 0.5 * (1.0 - spot.height).max(0.0);
            let colour = light.through_haze(lit, distance * mist);
            let target = spot.column / across_each;
            let first = (y * n).max(top as f32);
            let last = covered[spot.column] * n;
            for pixel in first as usize..(last.ceil() as usize).min(end) {
                let share = (((pixel + 1) as f32).min(last) - (pixel as f32).max(first)) * each;
                let index = (pixel - top) * size + target;
                colours[index] += colour * share;
                alphas[index] += share;
            }
            covered[spot.column] = y;
        }
    }
    let mut skyline = vec![terrain.foot; size];
    for (column, &y) in covered.iter().enumerate() {
        let target = column / across_each;
        skyline[target] = skyline[target].min(y);
    }
    for (i, (&colour, &alpha)) in colours.iter().zip(&alphas).enumerate() {
        if alpha > 0.0 {
            canvas.blend(top * size + i, colour * (1.0 / alpha), alpha);
        }
    }
    skyline
}

/// A spot of the land that can be seen.
struct Spot {
    column: usize,
    /// Left to right, 0 to 1.
    across: f32,
    /// In shares of the layer's rise.
    height: f32,
    normal: [f32; 3],
}

/// What the land is covered with.
struct Cover {
    relief: Relief,
    noise: Noise,
    /// Noise of the spots of a row: fine grain, and two of larger things.
    grain: Vec<f32>,
    patch: Vec<f32>,
    woods: Vec<f32>,
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
            grain: Vec::new(),
            patch: Vec::new(),
            woods: Vec::new(),
            snow_line: terrain.snow_line,
            white: scene.white_ground(),
            rock: Rgb::hex(if red { 0x9A5638 } else { 0x565A6A }),
            rock_light: Rgb::hex(if red { 0xD08A5C } else { 0xA49A92 }),
            low: Rgb::hex(if red { 0xB87048 } else { grass }),
            field: Rgb::hex(field),
            wood: Rgb::hex(wood),
        }
    }

    /// Works out the noise for the spots of a row that is `z` away.
    fn noise_row(&mut self, spots: &[Spot], z: f32) {
        for values in [&mut self.grain, &mut self.patch, &mut self.woods] {
            values.resize(spots.len(), 0.0);
        }
        let across = |i: usize| spots[i].across;
        let noise = &self.noise;
        noise.at_row(&mut self.grain, |i| (across(i) * 38.0, z * 40.0));
        match self.relief {
            Relief::Rolling => {
                noise.at_row(&mut self.patch, |i| (across(i) * 7.0, z * 9.0));
                noise.at_row(&mut self.woods, |i| (across(i) * 5.0 + 40.0, z * 6.0));
            }
            Relief::Mesa => {
                noise.at_row(&mut self.patch, |i| (across(i) * 5.0, z * 3.0));
                noise.at_row(&mut self.woods, |i| (across(i) * 3.0, z * 2.0));
            }
            Relief::Cliff | Relief::Wall => {
                noise.fbm_row(&mut self.patch, 3, |i| (across(i) * 26.0, spots[i].height * 4.0));
            }
            Relief::Alpine | Relief::Volcano | Relief::Dunes => {}
        }
    }

    /// The colour of the `i`-th spot of the row that [`Self::noise_row`] was told last.
    fn albedo(&self, i: usize, spot: &Spot, z: f32) -> Rgb {
        let &Spot { across, height, normal, .. } = spot;
        let (grain, patch, woods) = (self.grain[i], self.patch[i], self.woods[i]);
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
                let meadow = self.low.mix(self.field, smoothstep(0.05, 0.3, patch));
                let trees = smoothstep(0.12, 0.32, woods + grain * 0.35);
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
                let layer = sin(height * 34.0 + 1.6 * patch);
                let deep = sin(height * 11.0 + 0.8 * woods + 2.0);
                let rock = Rgb::hex(0xA84A2C).mix(Rgb::hex(0xE8A468), 0.5 + 0.3 * layer + 0.2 * grain);
                rock.mix(Rgb::hex(0xF0D0A0), 0.4 * deep.max(0.0))
                    .mix(Rgb::hex(0xD89058), smoothstep(0.8, 0.95, normal[1]) * 0.6)
            }
            Relief::Cliff | Relief::Wall => {
                let bed = sin(height * 24.0 + 2.0 * grain);
                let rock = self.rock_light.mix(self.rock, 0.5 + 0.5 * patch) * (1.0 + 0.1 * bed);
                let top = smoothstep(0.62, 0.86, normal[1] + 0.1 * grain) * smoothstep(0.3, 0.55, height);
                rock.mix(self.low.mix(self.wood, 0.3 + 0.35 * grain), top)
            }
            Relief::Dunes => {
                let ripple = sin(across * 160.0 + z * 60.0 + grain * 3.0) * 0.04;
                Rgb::hex(0xE8B878).mix(Rgb::hex(0xF2CE94), 0.5 + 0.5 * grain) * (1.0 + ripple)
            }
        }
    }
}
