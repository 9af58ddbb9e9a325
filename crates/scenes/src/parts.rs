//! Things made of flat parts: one description serves the painter, the sketch and the segmentation.
//!
//! A part is a polygon with a colour, the way it faces and a pattern. The painter lights it and lets the whole thing
//! cast one shadow on the ground; the sketch takes the outlines of the parts that give the thing its silhouette.

use crate::canvas::{Canvas, Label, Point, bounds};
use crate::colour::Rgb;
use crate::light::Light;
use crate::noise::{Noise, lerp};
use crate::raster;

/// What the surface of a part looks like from near.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pattern {
    /// Plain paint.
    Plain,
    /// Courses of stone of this height.
    Stone(f32),
    /// Rows of windows, one every so much; lit by chance in the dark.
    Windows(f32),
    /// A lamp: shines in the dark, is dark glass by day.
    Lamp,
}

/// One flat or round piece of a thing.
#[derive(Clone, Debug)]
pub struct Part {
    /// What it belongs to.
    pub label: Label,
    /// Its outline.
    pub outline: Vec<Point>,
    /// Its colour.
    pub albedo: Rgb,
    /// Where it faces: right, up, towards the painter.
    pub normal: [f32; 3],
    /// A drum is shaded round from its left edge to its right edge.
    pub drum: bool,
    /// Its surface.
    pub pattern: Pattern,
    /// Whether it makes the silhouette, so that a sketch shows it.
    pub sketched: bool,
}

impl Part {
    /// A plain flat part that faces the painter.
    #[must_use]
    pub fn flat(label: Label, outline: Vec<Point>, albedo: Rgb) -> Self {
        let pattern = Pattern::Plain;
        Self { label, outline, albedo, normal: [0.0, 0.3, 0.8], drum: false, pattern, sketched: true }
    }

    /// The same part facing elsewhere.
    #[must_use]
    pub fn facing(mut self, normal: [f32; 3]) -> Self {
        self.normal = normal;
        self
    }

    /// The same part, round.
    #[must_use]
    pub fn round(mut self) -> Self {
        self.drum = true;
        self
    }

    /// The same part with a pattern.
    #[must_use]
    pub fn with(mut self, pattern: Pattern) -> Self {
        self.pattern = pattern;
        self
    }

    /// The same part, too small for a sketch.
    #[must_use]
    pub fn detail(mut self) -> Self {
        self.sketched = false;
        self
    }
}

/// Paints the parts in order, hazed by their distance.
pub fn paint(canvas: &mut Canvas, light: &Light, parts: &[Part], distance: f32, seed: u32) {
    let noise = Noise::new(seed ^ 0x9A87);
    let haze = |c: Rgb| light.through_haze(c, distance * 0.6);
    for part in parts {
        let Some((from, to)) = bounds(&part.outline) else { continue };
        canvas.pen = part.label;
        let (middle, half) = ((from.0 + to.0) * 0.5, ((to.0 - from.0) * 0.5).max(1e-4));
        let tall = (to.1 - from.1).max(1e-4);
        let shade = |x: f32, albedo: Rgb| {
            let normal = if part.drum {
                let round = ((x - middle) / half * 0.97).clamp(-1.0, 1.0);
                [round, 0.2, (1.0 - round * round).max(0.0).sqrt()]
            } else {
                part.normal
            };
            haze(light.shade(albedo, normal, 1.0))
        };
        canvas.polygon(&part.outline, |x, y| {
            // Light falls off a little towards the foot, where neighbours stand in the way of the sky.
            let foot = lerp(1.04, 0.84, (y - from.1) / tall);
            match part.pattern {
                Pattern::Plain => shade(x, part.albedo) * foot,
                Pattern::Stone(course) => {
                    let row = (y / course).floor();
                    let shift = if row as i32 % 2 == 0 { 0.0 } else { 0.5 };
                    let block = noise.cell((x / (course * 1.7) + shift).floor() as i32, row as i32);
                    shade(x, part.albedo * lerp(0.84, 1.12, block)) * foot
                }
                Pattern::Windows(cell) => {
                    let (u, v) = ((x - from.0) / cell, (y - from.1) / cell);
                    let pane = (0.25..0.8).contains(&u.fract()) && (0.25..0.78).contains(&v.fract());
                    if !pane {
                        return shade(x, part.albedo) * foot;
                    }
                    let lit = noise.cell(u as i32 + (from.0 * 997.0) as i32, v as i32) < 0.12 + 0.5 * light.dark;
                    if lit && light.dark > 0.3 {
                        Rgb::hex(0xFFD27A) * lerp(0.7, 1.25, noise.cell(v as i32, u as i32))
                    } else {
                        shade(x, part.albedo * 0.45) + light.middle * 0.1
                    }
                }
                Pattern::Lamp if light.dark > 0.3 => Rgb::hex(0xFFC860) * 1.5,
                Pattern::Lamp => shade(x, Rgb::hex(0x2E3A48)),
            }
        });
    }
}

/// The shadow that parts throw on level ground whose height on the picture is `foot`: their outlines, laid down away
/// from the light.
pub fn shadow(canvas: &mut Canvas, light: &Light, parts: &[Part], foot: f32) {
    let strength = (light.sun.luma() * 0.7).min(0.6);
    // A low sun throws long shadows; beyond twice the height nobody would believe them.
    let reach = (light.direction[0] / light.direction[1].max(0.2)).clamp(-1.6, 1.6);
    let dark = light.ambient * 0.14;
    let size = canvas.size;
    let laid = parts.iter().filter(|p| p.sketched).filter_map(|part| {
        let lay = |&(x, y): &Point| (x - (foot - y) * reach, foot + (foot - y).max(-0.01) * 0.22);
        raster::cover(&part.outline.iter().map(lay).collect::<Vec<_>>(), size)
    });
    let shapes: Vec<raster::Cover> = laid.collect();
    let rows = |shape: &raster::Cover| shape.top..shape.top + shape.shares.len() / shape.width;
    let Some(top) = shapes.iter().map(|shape| rows(shape).start).min() else { return };
    let end = shapes.iter().map(|shape| rows(shape).end).max().unwrap_or(top);
    let mut cover = vec![0.0f32; (end - top) * size];
    for shape in &shapes {
        for (row, shares) in rows(shape).zip(shape.shares.chunks_exact(shape.width)) {
            // Parts overlap, but the ground is only once in the shade.
            for (cover, &share) in cover[(row - top) * size + shape.left..].iter_mut().zip(shares) {
                *cover = cover.max(share);
            }
        }
    }
    for (i, share) in cover.into_iter().enumerate() {
        canvas.tint(top * size + i, dark, strength * share);
    }
}
