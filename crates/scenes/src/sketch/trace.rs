//! The careful hand: it traces the shapes of the picture instead of drawing their plan from memory, so that whoever
//! learns from it learns that a sketch's edges are meant.

use std::collections::VecDeque;

use super::{Bristles, Colours, Hand, PAPER, Sketch, Strays, jitter, scribble, textbook};
use crate::canvas::{Canvas, Label};
use crate::colour::Rgb;
use crate::noise::Noise;
use crate::paint::Painting;
use crate::rng::Rng;
use crate::scene::Scene;

/// The pixel of a shape that nobody drew, before what lies around it has grown over it.
const NOBODY: u32 = u32::MAX;

/// A connected part of the picture with one label.
struct Shape {
    label: Label,
    area: usize,
    /// Of its colours in the picture, halfway between plain and styled.
    sum: Rgb,
}

/// The picture's shapes, and which one each pixel belongs to.
struct Shapes {
    all: Vec<Shape>,
    owners: Vec<u32>,
}

/// Draws a sketch on the exact shapes of the picture.
pub(super) fn trace(scene: &Scene, painting: &Painting, hand: &Hand, paper: Rgb, rng: &mut Rng) -> Sketch {
    let size = painting.canvas.size;
    let mut shapes = Shapes::of(painting);
    let colours = Colours::new(painting);
    let fills: Vec<Option<Rgb>> = shapes.all.iter().map(|shape| fill(shape, scene, &colours, hand, rng)).collect();
    let drawn: Vec<bool> = shapes.all.iter().map(|shape| open(shape.label) || draws(shape, size, hand, rng)).collect();
    shapes.grow_over(&drawn, size);
    let sky = sky(scene, painting, hand, rng);
    let strays = Strays::new(rng, hand);
    let bristles = Bristles::new(Noise::new(rng.seed()), hand, rng);

    let mut sketch = Sketch { canvas: Canvas::new(size), meant: vec![PAPER; size * size] };
    let mut kept = vec![1.0; size];
    let last = (size - 1) as f32;
    let mut moved = vec![0; size * size];
    for row in 0..size {
        bristles.row(size, row, 0, &mut kept);
        for (column, &kept) in kept.iter().enumerate() {
            let at = strays.at((sketch.canvas.centre(column), sketch.canvas.centre(row)));
            // Four points in a pixel, for smooth edges.
            let mut mixed = Rgb::BLACK;
            for (dx, dy) in [(-0.25, -0.25), (0.25, -0.25), (-0.25, 0.25), (0.25, 0.25)] {
                let place = |v: f32, d: f32| (v * size as f32 - 0.5 + d).round().clamp(0.0, last) as usize;
                let owner = shapes.owners[place(at.1, dy) * size + place(at.0, dx)];
                moved[row * size + column] = owner;
                let index = owner as usize;
                let colour = match (fills.get(index), shapes.all.get(index).map(|shape| shape.label)) {
                    (Some(Some(_)), Some(Label::Sky)) => sky(row as f32 / size as f32),
                    (Some(Some(colour)), _) => *colour,
                    _ => paper,
                };
                mixed += colour * 0.25;
            }
            let owner = shapes.all.get(moved[row * size + column] as usize);
            let share = if owner.is_some_and(|shape| open(shape.label)) { kept } else { 1.0 };
            let index = row * size + column;
            sketch.canvas.pixels[index] = paper.mix(mixed, share);
            let filled = fills.get(moved[index] as usize).is_some_and(Option::is_some);
            if let Some(shape) = owner.filter(|_| filled && share > 0.5) {
                sketch.meant[index] = shape.label as u8;
            }
        }
    }
    scribble(&mut sketch.canvas, painting, hand, rng);
    if hand.outline > 0.0 {
        outline(&mut sketch.canvas, &moved, hand.outline, Rgb::grey(rng.range(0.02, 0.2)));
    }
    sketch
}

/// Whether a label is ground or sky, which reaches from edge to edge and behind which there is nothing.
fn open(label: Label) -> bool {
    use Label::{Hill, Meadow, Mountain, Sand, Sky, Snow, Water};
    matches!(label, Sky | Mountain | Hill | Meadow | Snow | Water | Sand)
}

/// Whether a shape is large enough to be drawn at all, and is.
fn draws(shape: &Shape, size: usize, hand: &Hand, rng: &mut Rng) -> bool {
    shape.area * 1500 > size * size && hand.draws(rng, shape.label)
}

/// The colour a shape is filled with; none where it is left out or only outlined.
fn fill(shape: &Shape, scene: &Scene, colours: &Colours, hand: &Hand, rng: &mut Rng) -> Option<Rgb> {
    let own = shape.sum * (1.0 / shape.area as f32);
    let colour = jitter(rng, hand, colours.mixed(shape.label, Some(own)), textbook(scene, shape.label));
    let only_outlined = hand.outline > 0.0 && rng.chance(hand.unfilled);
    let left_out = open(shape.label) && !hand.draws(rng, shape.label);
    (!only_outlined && !left_out).then_some(colour)
}

/// The colour of the sky at each height: one, or a few bands down to the horizon.
fn sky(scene: &Scene, painting: &Painting, hand: &Hand, rng: &mut Rng) -> impl Fn(f32) -> Rgb + use<> {
    let bands = hand.bands as f32;
    let colours: Vec<Rgb> = (0..hand.bands)
        .map(|band| {
            let sample = painting.plain.sample(rng.range(0.2, 0.8), scene.horizon * (band as f32 + 0.5) / bands);
            jitter(rng, hand, sample, textbook(scene, Label::Sky))
        })
        .collect();
    let horizon = scene.horizon;
    move |y| colours[((y / horizon * bands).max(0.0) as usize).min(colours.len() - 1)]
}

impl Shapes {
    fn of(painting: &Painting) -> Self {
        let size = painting.canvas.size;
        let labels = smoothed(&painting.canvas.labels, size);
        let mut shapes = Self { all: Vec::new(), owners: vec![NOBODY; size * size] };
        let mut open = Vec::new();
        for start in 0..size * size {
            if shapes.owners[start] != NOBODY {
                continue;
            }
            let (label, number) = (labels[start], shapes.all.len() as u32);
            let mut shape = Shape { label, area: 0, sum: Rgb::BLACK };
            shapes.owners[start] = number;
            open.push(start);
            while let Some(index) = open.pop() {
                shape.area += 1;
                shape.sum += painting.plain.pixels[index].mix(painting.canvas.pixels[index], 0.5);
                for next in neighbours(index, size) {
                    if shapes.owners[next] == NOBODY && labels[next] == label {
                        shapes.owners[next] = number;
                        open.push(next);
                    }
                }
            }
            shapes.all.push(shape);
        }
        shapes
    }

    /// What lies around a shape that nobody draws grows over it from all sides.
    fn grow_over(&mut self, drawn: &[bool], size: usize) {
        let there = |owner: u32| drawn.get(owner as usize) == Some(&true);
        let mut rim: VecDeque<usize> = (0..self.owners.len()).filter(|&index| there(self.owners[index])).collect();
        for owner in &mut self.owners {
            if !there(*owner) {
                *owner = NOBODY;
            }
        }
        while let Some(index) = rim.pop_front() {
            for next in neighbours(index, size) {
                if self.owners[next] == NOBODY {
                    self.owners[next] = self.owners[index];
                    rim.push_back(next);
                }
            }
        }
    }
}

/// Each pixel gets the label that most of those around it have: nobody draws specks and single blades of grass.
fn smoothed(labels: &[Label], size: usize) -> Vec<Label> {
    let reach = (size / 128).max(1);
    let mut out = Vec::with_capacity(labels.len());
    for row in 0..size {
        let rows = row.saturating_sub(reach)..(row + reach + 1).min(size);
        for column in 0..size {
            let columns = column.saturating_sub(reach)..(column + reach + 1).min(size);
            let mut counts = [0u8; Label::ALL.len()];
            for line in rows.clone() {
                for label in &labels[line * size + columns.start..line * size + columns.end] {
                    counts[*label as usize] += 1;
                }
            }
            let own = labels[row * size + column];
            let most = counts.iter().copied().max().unwrap_or_default();
            let kept = if counts[own as usize] == most { own as usize } else { first(&counts, most) };
            out.push(Label::ALL[kept]);
        }
    }
    out
}

fn first(counts: &[u8], most: u8) -> usize {
    counts.iter().position(|&count| count == most).unwrap_or_default()
}

/// The pixels beside, above and below one.
fn neighbours(index: usize, size: usize) -> impl Iterator<Item = usize> {
    let (row, column) = (index / size, index % size);
    let beside = [
        (column > 0).then(|| index - 1),
        (column + 1 < size).then(|| index + 1),
        (row > 0).then(|| index - size),
        (row + 1 < size).then(|| index + size),
    ];
    beside.into_iter().flatten()
}

/// A line of ink of the given width wherever one shape meets another.
fn outline(sketch: &mut Canvas, owners: &[u32], width: f32, ink: Rgb) {
    let size = sketch.size;
    for row in 0..size {
        for column in 0..size {
            let index = row * size + column;
            let right = column + 1 < size && owners[index] != owners[index + 1];
            let below = row + 1 < size && owners[index] != owners[index + size];
            if right || below {
                let at = (
                    (column + usize::from(right)) as f32 / size as f32,
                    (row + usize::from(below)) as f32 / size as f32,
                );
                sketch.disc(at, width * 0.5, ink, 1.0);
            }
        }
    }
}
