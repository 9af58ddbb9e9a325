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

/// How a shape is painted.
struct Paint {
    /// None: the sky's, which is another one at each height.
    colour: Option<Rgb>,
    /// What it is meant to be.
    meant: u8,
    /// Whether with broad strokes, which leave some paper bare.
    broad: bool,
}

impl Paint {
    fn of(label: Label, fill: Option<Rgb>, paper: Rgb) -> Self {
        let sky = label == Label::Sky && fill.is_some();
        Self {
            colour: (!sky).then_some(fill.unwrap_or(paper)),
            meant: if fill.is_some() { label as u8 } else { PAPER },
            broad: open(label),
        }
    }
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
    let paints: Vec<Paint> =
        shapes.all.iter().zip(&fills).map(|(shape, fill)| Paint::of(shape.label, *fill, paper)).collect();
    let bare = Paint { colour: Some(paper), meant: PAPER, broad: false };
    let mut kept = vec![1.0; size];
    let last = (size - 1) as f32;
    let mut moved = vec![0; size * size];
    for row in 0..size {
        bristles.row(size, row, 0, &mut kept);
        let above = sky(row as f32 / size as f32);
        let paint_of = |owner: u32| paints.get(owner as usize).unwrap_or(&bare);
        for (column, &kept) in kept.iter().enumerate() {
            let at = strays.at((sketch.canvas.centre(column), sketch.canvas.centre(row)));
            let place = |v: f32, d: f32| ((v * size as f32 - 0.5 + d).clamp(0.0, last) + 0.5) as usize;
            let (left, right) = (place(at.0, -0.25), place(at.0, 0.25));
            let (upper, lower) = (place(at.1, -0.25) * size, place(at.1, 0.25) * size);
            // Four points in a pixel, for smooth edges.
            let owners = [upper + left, upper + right, lower + left, lower + right].map(|place| shapes.owners[place]);
            let colours = owners.map(|owner| paint_of(owner).colour.unwrap_or(above) * 0.25);
            let index = row * size + column;
            moved[index] = owners[3];
            let paint = paint_of(owners[3]);
            let share = if paint.broad { kept } else { 1.0 };
            sketch.canvas.pixels[index] = paper.mix(colours[0] + colours[1] + colours[2] + colours[3], share);
            if share > 0.5 {
                sketch.meant[index] = paint.meant;
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
        let lines = &labels[row.saturating_sub(reach) * size..(row + reach + 1).min(size) * size];
        let column_of = |column: usize| lines[column..].iter().step_by(size).map(|label| *label as usize);
        // What is around moves by one column from pixel to pixel. A vector register has room for all labels.
        let mut counts = [0u8; 32];
        for column in 0..reach.min(size) {
            column_of(column).for_each(|label| counts[label] += 1);
        }
        for column in 0..size {
            if column + reach < size {
                column_of(column + reach).for_each(|label| counts[label] += 1);
            }
            if column > reach {
                column_of(column - reach - 1).for_each(|label| counts[label] -= 1);
            }
            let own = labels[row * size + column];
            let most = counts.iter().fold(0, |most, &count| most.max(count));
            out.push(if counts[own as usize] == most { own } else { Label::ALL[first(&counts, most)] });
        }
    }
    out
}

fn first(counts: &[u8], most: u8) -> usize {
    counts.iter().position(|&count| count == most).unwrap_or_default()
}

/// The pixels beside, above and below one; the pixel itself in the place of one that is not on the paper.
fn neighbours(index: usize, size: usize) -> [usize; 4] {
    let column = index % size;
    let there = |is: bool, next: usize| if is { next } else { index };
    [
        there(column > 0, index.wrapping_sub(1)),
        there(column + 1 < size, index + 1),
        there(index >= size, index.wrapping_sub(size)),
        there(index + size < size * size, index + size),
    ]
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
