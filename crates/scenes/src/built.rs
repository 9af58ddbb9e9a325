//! What people built beside houses and lighthouses: castles, windmills, churches, bridges, fences, cities.

use crate::canvas::{Label, Point};
use crate::colour::Rgb;
use crate::parts::{Part, Pattern};
use crate::rng::Rng;
use crate::scene::{Built, Kind, Thing};

/// The parts of a building, back to front.
#[must_use]
pub fn parts(built: &Built, snow: bool) -> Vec<Part> {
    let thing = &built.thing;
    match built.kind {
        Kind::Castle => castle(thing, snow),
        Kind::Windmill => windmill(thing, snow),
        Kind::Church => church(thing, snow),
        Kind::Bridge => bridge(thing),
        Kind::Fence => fence(thing, snow),
        Kind::City => city(thing),
        Kind::House => Vec::new(),
    }
}

fn quad(x: f32, low: f32, half: f32, tall: f32) -> Vec<Point> {
    vec![(x - half, low), (x - half, low - tall), (x + half, low - tall), (x + half, low)]
}

/// A wall from `left` to `right` with battlements on top.
fn battlements(left: f32, right: f32, low: f32, tall: f32, tooth: f32) -> Vec<Point> {
    let count = (((right - left) / tooth) as usize).max(3) | 1;
    let step = (right - left) / count as f32;
    let mut outline = vec![(left, low)];
    for i in 0..count {
        let top = low - tall - if i % 2 == 0 { step * 0.9 } else { 0.0 };
        outline.push((left + step * i as f32, top));
        outline.push((left + step * (i + 1) as f32, top));
    }
    outline.push((right, low));
    outline
}

fn castle(thing: &Thing, snow: bool) -> Vec<Part> {
    let mut rng = Rng::new(u64::from(thing.seed), 8);
    let ((x, y), h, f) = (thing.at, thing.height, thing.facing);
    let stone = Rgb::hex(rng.pick(&[0xB8AC98, 0xA09890, 0xC8B494, 0x8E8A8C]));
    let tiles = Rgb::hex(if snow { 0xE8EEF8 } else { rng.pick(&[0x9A3A2C, 0x3E5A86, 0x5A4E56, 0x2E6A66]) });
    let pointed = rng.chance(0.65);
    let course = h * 0.045;
    let mut parts = Vec::new();
    let tower = |parts: &mut Vec<Part>, dx: f32, half: f32, tall: f32| {
        let at = x + f * dx * h;
        let wall = Part::flat(Label::Castle, quad(at, y, half * h, tall * h), stone * 0.96);
        parts.push(wall.round().with(Pattern::Stone(course)));
        let top = y - tall * h;
        let crown = battlements(at - half * h * 1.2, at + half * h * 1.2, top + 0.03 * h, 0.05 * h, half * h * 0.5);
        parts.push(Part::flat(Label::Castle, crown, stone).round());
        if pointed {
            let cone = vec![(at - half * h * 1.15, top), (at, top - half * h * 3.0), (at + half * h * 1.15, top)];
            parts.push(Part::flat(Label::Roof, cone, tiles).round());
            let mast = (at, top - half * h * 3.0);
            let flag = vec![mast, (mast.0, mast.1 - 0.11 * h), (mast.0 + 0.1 * h * f, mast.1 - 0.08 * h)];
            parts.push(Part::flat(Label::Roof, flag, Rgb::hex(0xC8322A)).detail());
        }
        for level in [0.55, 0.8] {
            let slit = quad(at, y - tall * h * level, half * h * 0.16, 0.06 * h);
            parts.push(Part::flat(Label::Castle, slit, stone).with(Pattern::Lamp).detail());
        }
    };
    // The keep behind, the curtain wall before it, towers at its ends.
    tower(&mut parts, rng.range(-0.18, 0.1), 0.1, rng.range(0.72, 0.86));
    if rng.chance(0.7) {
        tower(&mut parts, rng.range(0.12, 0.26), 0.07, rng.range(0.55, 0.7));
    }
    let keep = battlements(x - 0.3 * h, x + 0.32 * h, y, 0.5 * h, 0.05 * h);
    parts.push(Part::flat(Label::Castle, keep, stone * 0.9).with(Pattern::Stone(course)));
    let wall = battlements(x - 0.55 * h, x + 0.55 * h, y, 0.28 * h, 0.06 * h);
    parts.push(Part::flat(Label::Castle, wall, stone).facing([f * 0.2, 0.2, 0.8]).with(Pattern::Stone(course)));
    tower(&mut parts, -0.56, 0.085, rng.range(0.44, 0.56));
    tower(&mut parts, 0.56, 0.085, rng.range(0.4, 0.52));
    let arch: Vec<Point> = (0..=8)
        .map(|i| {
            let angle = std::f32::consts::PI * (1.0 - i as f32 / 8.0);
            (x + angle.cos() * 0.075 * h, y - 0.1 * h - angle.sin() * 0.075 * h)
        })
        .chain([(x + 0.075 * h, y), (x - 0.075 * h, y)])
        .collect();
    parts.push(Part::flat(Label::Castle, arch, Rgb::hex(0x2A2018)).detail());
    parts
}

fn windmill(thing: &Thing, snow: bool) -> Vec<Part> {
    let mut rng = Rng::new(u64::from(thing.seed), 9);
    let ((x, y), h, f) = (thing.at, thing.height, thing.facing);
    let wall = Rgb::hex(rng.pick(&[0xF2ECDC, 0xD8B890, 0xA86A4A, 0xE6DCC8]));
    let cap = Rgb::hex(if snow { 0xE8EEF8 } else { rng.pick(&[0x6A3A2A, 0x3E4652, 0x9A4030]) });
    let body = vec![(x - 0.19 * h, y), (x - 0.115 * h, y - 0.6 * h), (x + 0.115 * h, y - 0.6 * h), (x + 0.19 * h, y)];
    let dome: Vec<Point> = (0..=8)
        .map(|i| {
            let angle = std::f32::consts::PI * (1.0 - i as f32 / 8.0);
            (x + angle.cos() * 0.135 * h, y - 0.59 * h - angle.sin() * 0.15 * h)
        })
        .collect();
    let door = quad(x - 0.03 * h * f, y, 0.04 * h, 0.13 * h);
    let mut parts = vec![
        Part::flat(Label::Mill, body, wall).round(),
        Part::flat(Label::Roof, dome, cap).round(),
        Part::flat(Label::Mill, door, Rgb::hex(0x5A3826)).detail(),
        Part::flat(Label::Mill, quad(x + 0.02 * h, y - 0.26 * h, 0.022 * h, 0.06 * h), wall)
            .with(Pattern::Lamp)
            .detail(),
        Part::flat(Label::Mill, quad(x, y - 0.44 * h, 0.02 * h, 0.05 * h), wall).with(Pattern::Lamp).detail(),
    ];
    let hub = (x + 0.03 * h * f, y - 0.62 * h);
    let turn = rng.range(0.15, 1.4);
    let cloth = Rgb::hex(rng.pick(&[0xF6F0E2, 0xE8DCC0, 0xC8543A]));
    for i in 0..4 {
        let angle = turn + i as f32 * std::f32::consts::FRAC_PI_2;
        let (sin, cos) = angle.sin_cos();
        let p = |along: f32, across: f32| {
            (hub.0 + (cos * along - sin * across) * h, hub.1 + (sin * along + cos * across) * h)
        };
        let arm = vec![p(0.0, -0.011), p(0.44, -0.011), p(0.44, 0.011), p(0.0, 0.011)];
        let sail = vec![p(0.09, 0.011), p(0.43, 0.011), p(0.43, 0.1), p(0.09, 0.085)];
        parts.push(Part::flat(Label::Mill, sail, cloth).facing([0.1, 0.3, 0.9]));
        parts.push(Part::flat(Label::Mill, arm, Rgb::hex(0x4A3424)).detail());
        for rung in 1..4 {
            let at = 0.09 + 0.085 * rung as f32;
            let bar = vec![p(at, 0.0), p(at + 0.012, 0.0), p(at + 0.012, 0.095), p(at, 0.095)];
            parts.push(Part::flat(Label::Mill, bar, Rgb::hex(0x6A5036)).detail());
        }
    }
    parts
}

fn church(thing: &Thing, snow: bool) -> Vec<Part> {
    let mut rng = Rng::new(u64::from(thing.seed), 10);
    let ((x, y), h, f) = (thing.at, thing.height, thing.facing);
    let wall = Rgb::hex(rng.pick(&[0xF4EFE4, 0xE2D2B4, 0xC0B4A4]));
    let tiles = Rgb::hex(if snow { 0xE8EEF8 } else { rng.pick(&[0x8A3A2C, 0x4A4E5A, 0x5A6A62]) });
    let p = |dx: f32, dy: f32| (x + f * dx * h, y - dy * h);
    let nave = vec![p(0.08, 0.0), p(0.08, 0.3), p(0.6, 0.29), p(0.6, 0.01)];
    let roof = vec![p(0.06, 0.29), p(0.14, 0.48), p(0.56, 0.46), p(0.64, 0.28)];
    let tower = vec![p(-0.1, 0.0), p(-0.1, 0.6), p(0.1, 0.6), p(0.1, 0.0)];
    let spire = vec![p(-0.13, 0.59), p(0.0, 1.0), p(0.13, 0.59)];
    let mut parts = vec![
        Part::flat(Label::Wall, nave, wall).facing([f * 0.6, 0.25, 0.7]),
        Part::flat(Label::Roof, roof, tiles).facing([f * 0.3, 0.8, 0.45]),
        Part::flat(Label::Wall, tower, wall).facing([-f * 0.5, 0.25, 0.8]),
        Part::flat(Label::Roof, spire, tiles).round(),
        Part::flat(Label::Wall, quad(x, y, 0.045 * h, 0.15 * h), Rgb::hex(0x4A3020)).detail(),
        Part::flat(Label::Wall, quad(x, y - 0.42 * h, 0.03 * h, 0.09 * h), wall).with(Pattern::Lamp).detail(),
    ];
    for i in 0..3 {
        let at = p(0.2 + 0.15 * i as f32, 0.08);
        parts.push(Part::flat(Label::Wall, quad(at.0, at.1, 0.025 * h, 0.13 * h), wall).with(Pattern::Lamp).detail());
    }
    parts
}

/// A stone bridge; the height of the thing is half its span.
fn bridge(thing: &Thing) -> Vec<Part> {
    let mut rng = Rng::new(u64::from(thing.seed), 14);
    let ((x, y), span) = (thing.at, thing.height);
    let stone = Rgb::hex(rng.pick(&[0xB4A48C, 0xA89C94, 0xC09878, 0x8C8680]));
    let arches = rng.pick(&[1usize, 2, 3, 3]);
    let (rise, thick) = (span * 0.16, span * 0.1);
    let high = span * 0.62 / (arches as f32).sqrt();
    let deck = |t: f32| y - high - thick - rise * (1.0 - (2.0 * t - 1.0).powi(2));
    let left = x - span;
    let mut outline: Vec<Point> =
        (0..=16).map(|i| (left + span * 2.0 * i as f32 / 16.0, deck(i as f32 / 16.0))).collect();
    outline.push((x + span, y));
    // Back along the feet and under the arches, right to left.
    let bay = span * 2.0 / arches as f32;
    for arch in (0..arches).rev() {
        let middle = left + bay * (arch as f32 + 0.5);
        for i in 0..=10 {
            let angle = std::f32::consts::PI * i as f32 / 10.0;
            outline.push((middle + angle.cos() * bay * 0.4, y - angle.sin() * high.min(bay * 0.42)));
        }
    }
    outline.push((left, y));
    let rail: Vec<Point> = (0..=16)
        .map(|i| (left + span * 2.0 * i as f32 / 16.0, deck(i as f32 / 16.0)))
        .chain((0..=16).rev().map(|i| (left + span * 2.0 * i as f32 / 16.0, deck(i as f32 / 16.0) - thick * 0.45)))
        .collect();
    vec![
        Part::flat(Label::Bridge, outline, stone).with(Pattern::Stone(span * 0.06)),
        Part::flat(Label::Bridge, rail, stone * 1.1).facing([0.0, 0.6, 0.6]),
    ]
}

/// A fence from `at` towards its facing side; nearer posts are taller.
fn fence(thing: &Thing, snow: bool) -> Vec<Part> {
    let mut rng = Rng::new(u64::from(thing.seed), 15);
    let ((x, y), h, f) = (thing.at, thing.height, thing.facing);
    let wood = Rgb::hex(if snow { 0x8A8078 } else { rng.pick(&[0x8A6A48, 0xF0EBE0, 0x6E5A48, 0xB09070]) });
    let slope = rng.range(0.0, 0.35);
    let count = 9;
    let foot = |i: usize| (x + f * h * 0.95 * i as f32, y - slope * h * i as f32);
    let size = |i: usize| h * (1.0 - slope * 0.2 * i as f32).max(0.3);
    let mut parts = Vec::new();
    for level in [0.42, 0.8] {
        for i in 0..count - 1 {
            let (a, b) = (foot(i), foot(i + 1));
            let (la, lb) = (size(i), size(i + 1));
            let rail = vec![
                (a.0, a.1 - la * level),
                (b.0, b.1 - lb * level),
                (b.0, b.1 - lb * (level - 0.14)),
                (a.0, a.1 - la * (level - 0.14)),
            ];
            parts.push(Part::flat(Label::Fence, rail, wood));
        }
    }
    for i in 0..count {
        let (at, tall) = (foot(i), size(i));
        parts.push(Part::flat(Label::Fence, quad(at.0, at.1, tall * 0.09, tall), wood).round());
    }
    parts
}

/// Towers across the whole picture, far ones first; `height` is that of the tallest.
fn city(thing: &Thing) -> Vec<Part> {
    let mut rng = Rng::new(u64::from(thing.seed), 16);
    let ((x, y), h) = (thing.at, thing.height);
    let mut parts = Vec::new();
    for (row, count) in [(0, 13), (1, 10)] {
        for i in 0..count {
            let at = (i as f32 + rng.range(0.2, 0.8)) / count as f32 * 1.1 - 0.05;
            let swell = (-((at - x) / 0.28).powi(2)).exp();
            let tall = h * (0.25 + 0.6 * swell) * rng.range(0.5, 1.15) * if row == 0 { 1.0 } else { 0.62 };
            let half = rng.range(0.022, 0.042);
            let colour = Rgb::hex(rng.pick(&[0x8A96A6, 0xB0A89C, 0x6A7A8E, 0xA07860, 0xC4C0B8, 0x5A6470]));
            let colour = if row == 0 { colour * 0.9 } else { colour };
            let cell = rng.pick(&[0.016, 0.02, 0.013]);
            let flank = half * rng.range(0.5, 0.9);
            // Two sides of each tower: one to the left, one to the right of its edge.
            let left =
                vec![(at - half, y), (at - half, y - tall), (at - half + flank, y - tall), (at - half + flank, y)];
            let right =
                vec![(at - half + flank, y), (at - half + flank, y - tall), (at + half, y - tall), (at + half, y)];
            parts.push(Part::flat(Label::City, left, colour).facing([-0.75, 0.2, 0.6]).with(Pattern::Windows(cell)));
            parts.push(Part::flat(Label::City, right, colour).facing([0.75, 0.2, 0.6]).with(Pattern::Windows(cell)));
            match rng.below(5) {
                0 => {
                    let mast = quad(at, y - tall, 0.003, h * 0.14);
                    parts.push(Part::flat(Label::City, mast, colour * 0.7).detail());
                }
                1 => {
                    let top = vec![(at - half, y - tall), (at, y - tall - half * 1.6), (at + half, y - tall)];
                    parts.push(Part::flat(Label::City, top, colour * 0.9));
                }
                2 => parts.push(Part::flat(Label::City, quad(at, y - tall, half * 0.6, half * 1.2), colour * 0.95)),
                _ => {}
            }
        }
    }
    parts
}
