//! Image filters that several styles share.

use std::ops::{Add, Mul, Sub};

use crate::canvas::{Canvas, Label};
use crate::colour::Rgb;
use crate::rng::Rng;

/// Mean over a square of `2 * radius + 1` pixels a side, edges repeated.
pub fn blur<T: Copy + Add<Output = T> + Sub<Output = T> + Mul<f32, Output = T>>(
    pixels: &[T],
    size: usize,
    radius: usize,
) -> Vec<T> {
    if radius == 0 || size == 0 {
        return pixels.to_vec();
    }
    let share = 1.0 / (2 * radius + 1) as f32;
    let mut wide = Vec::with_capacity(pixels.len());
    let mut longer = Vec::with_capacity(size + 2 * radius + 1);
    for source in pixels.chunks_exact(size) {
        // The row with its ends drawn out, so that no pixel has to ask where the picture ends.
        longer.clear();
        longer.resize(radius, source[0]);
        longer.extend_from_slice(source);
        longer.resize(size + 2 * radius + 1, source[size - 1]);
        let mut sum = longer[1..=2 * radius].iter().fold(longer[0], |sum, &pixel| sum + pixel);
        // What enters and leaves is added up by itself, so that a pixel waits for one sum of its neighbour's only.
        wide.extend(longer[2 * radius + 1..].iter().zip(&longer).map(|(&enters, &leaves)| {
            let mean = sum * share;
            sum = sum + (enters - leaves);
            mean
        }));
    }
    // Down the columns, all at once: a row of sums moves through the picture.
    let line = |y: usize| {
        let y = y.saturating_sub(radius).min(size - 1);
        &wide[y * size..(y + 1) * size]
    };
    let mut sums = line(0).to_vec();
    for y in 1..=2 * radius {
        for (sum, &pixel) in sums.iter_mut().zip(line(y)) {
            *sum = *sum + pixel;
        }
    }
    let mut out = Vec::with_capacity(pixels.len());
    for y in 0..size {
        out.extend(sums.iter_mut().zip(line(y + 2 * radius + 1)).zip(line(y)).map(|((sum, &enters), &leaves)| {
            let mean = *sum * share;
            *sum = *sum + (enters - leaves);
            mean
        }));
    }
    out
}

/// How bright each pixel looks.
pub fn lumas(pixels: &[Rgb]) -> Vec<f32> {
    pixels.iter().map(|c| c.luma()).collect()
}

/// Kuwahara filter: each pixel takes the mean of the calmest of the four squares around it. Flattens texture into
/// brush-like patches and keeps edges sharp.
pub fn kuwahara(pixels: &[Rgb], size: usize, radius: usize) -> Vec<Rgb> {
    let squares: Vec<f32> = pixels.iter().map(|c| c.luma() * c.luma()).collect();
    let mean = blur(pixels, size, radius);
    let mut variance = blur(&squares, size, radius);
    for (square, colour) in variance.iter_mut().zip(&mean) {
        *square -= colour.luma() * colour.luma();
    }
    let mut out = Vec::with_capacity(pixels.len());
    let mut calmer = vec![(0.0f32, false); size];
    for y in 0..size {
        let (above, below) = (y.saturating_sub(radius) * size, (y + radius).min(size - 1) * size);
        // The calmer one of the upper and the lower square, for each column.
        for x in 0..size {
            let lower = variance[below + x] < variance[above + x];
            calmer[x] = (if lower { variance[below + x] } else { variance[above + x] }, lower);
        }
        out.extend((0..size).map(|x| {
            let (left, right) = (x.saturating_sub(radius), (x + radius).min(size - 1));
            let best = if calmer[right].0 < calmer[left].0 { right } else { left };
            mean[if calmer[best].1 { below } else { above } + best]
        }));
    }
    out
}

/// Whether a label is that of a thing with a silhouette of its own.
pub fn is_thing(label: Label) -> bool {
    matches!(
        label,
        Label::Wall
            | Label::Roof
            | Label::Tower
            | Label::Hull
            | Label::Sail
            | Label::Castle
            | Label::Mill
            | Label::Bridge
            | Label::Fence
            | Label::City
            | Label::Bird
            | Label::Disc
    )
}

/// Where the eye looks: things with a silhouette of their own and a pixel around them. Styles work finer there, or a
/// house and a boat would melt into their surroundings.
pub fn focus(canvas: &Canvas) -> Vec<bool> {
    let size = canvas.size;
    let mut mask = vec![false; size * size];
    let reach = pixels(size, 0.006, 1);
    for y in 0..size {
        for x in 0..size {
            if is_thing(canvas.labels[y * size + x]) {
                for row in y.saturating_sub(reach)..(y + reach + 1).min(size) {
                    mask[row * size + x.saturating_sub(reach)..row * size + (x + reach + 1).min(size)].fill(true);
                }
            }
        }
    }
    mask
}

/// `calm`, but the picture itself where the eye looks.
pub fn careful(canvas: &Canvas, mut calm: Vec<Rgb>, share: f32) -> Vec<Rgb> {
    for ((pixel, &own), looked_at) in calm.iter_mut().zip(&canvas.pixels).zip(focus(canvas)) {
        if looked_at {
            *pixel = pixel.mix(own, share);
        }
    }
    calm
}

/// Gradient of brightnesses (to the right, down) by central differences.
pub fn gradient(lumas: &[f32], size: usize, x: usize, y: usize) -> (f32, f32) {
    let at = |x: usize, y: usize| lumas[y * size + x];
    let (left, right) = (x.saturating_sub(1), (x + 1).min(size - 1));
    let (up, down) = (y.saturating_sub(1), (y + 1).min(size - 1));
    (at(right, y) - at(left, y), at(x, down) - at(x, up))
}

/// The `count` colours that describe the pixels best (k-means, with a fixed start).
pub fn palette(pixels: &[Rgb], count: usize) -> Vec<Rgb> {
    let mut rng = Rng::new(77, pixels.len() as u64);
    let samples: Vec<Rgb> = (0..600).map(|_| pixels[rng.below(pixels.len())]).collect();
    // Start with colours far from each other, so that small bright things (a sun, a roof) get a colour of their own.
    let mut colours = vec![samples[0]];
    while colours.len() < count {
        let far = samples.iter().copied().max_by(|a, b| {
            let gap = |c: &Rgb| colours.iter().map(|k| k.distance(*c)).fold(f32::INFINITY, f32::min);
            gap(a).total_cmp(&gap(b))
        });
        colours.extend(far);
    }
    for _ in 0..6 {
        let mut sums = vec![(Rgb::BLACK, 0.0f32); colours.len()];
        for &sample in &samples {
            let cell = &mut sums[nearest(&colours, sample)];
            cell.0 += sample;
            cell.1 += 1.0;
        }
        for (colour, (sum, number)) in colours.iter_mut().zip(sums) {
            if number > 0.0 {
                *colour = sum * (1.0 / number);
            }
        }
    }
    colours
}

/// The index of the palette colour nearest to `colour`.
pub fn nearest(colours: &[Rgb], colour: Rgb) -> usize {
    let mut best = (f32::INFINITY, 0);
    for (index, candidate) in colours.iter().enumerate() {
        let distance = candidate.distance(colour);
        if distance < best.0 {
            best = (distance, index);
        }
    }
    best.1
}

/// A palette of at most sixteen colours, laid out so that all are compared at once.
pub struct Palette {
    channels: [[f32; 16]; 3],
    colours: [Rgb; 16],
}

impl Palette {
    /// The palette of these colours; those beyond the sixteenth are left out.
    pub fn new(colours: &[Rgb]) -> Self {
        // Places left over are farther from everything than any colour is.
        let mut palette = Self { channels: [[1e9; 16]; 3], colours: [Rgb::BLACK; 16] };
        for (i, &colour) in colours.iter().take(16).enumerate() {
            palette.colours[i] = colour;
            for (channel, value) in palette.channels.iter_mut().zip([colour.r, colour.g, colour.b]) {
                channel[i] = value;
            }
        }
        palette
    }

    /// The colour nearest to `colour`.
    pub fn nearest(&self, colour: Rgb) -> Rgb {
        let [reds, greens, blues] = &self.channels;
        let mut distances = [0.0f32; 16];
        for (i, distance) in distances.iter_mut().enumerate() {
            let (r, g, b) = (reds[i] - colour.r, greens[i] - colour.g, blues[i] - colour.b);
            *distance = 0.3 * r * r + 0.5 * g * g + 0.2 * b * b;
        }
        let mut lanes = [0.0f32; 4];
        for (k, lane) in lanes.iter_mut().enumerate() {
            *lane = distances[k].min(distances[k + 4]).min(distances[k + 8].min(distances[k + 12]));
        }
        let least = lanes[0].min(lanes[1]).min(lanes[2].min(lanes[3]));
        let found = distances.iter().position(|&distance| distance <= least);
        self.colours[found.unwrap_or(0)]
    }
}

/// A length in units of the picture's height, in whole pixels, at least `least`.
pub fn pixels(size: usize, length: f32, least: usize) -> usize {
    ((size as f32 * length).round() as usize).max(least)
}
