//! The sketch somebody might have painted before the picture: flat colour for each region, wobbly edges, colours more
//! or less right, things left out. A careful hand traces the shapes and leaves out little.

mod trace;

use crate::canvas::{Canvas, Label, Point, bounds};
use crate::colour::Rgb;
use crate::noise::{Noise, Sheet, length, lerp, smoothstep};
use crate::paint::{Painting, Region, Shape};
use crate::raster;
use crate::rng::Rng;
use crate::scene::{Scene, Time};

/// How much of its straying a careful hand keeps: a pixel of 256 at most.
const CARE: f32 = 0.15;

/// A sketch, and what its strokes are meant to be.
pub struct Sketch {
    /// Its colours.
    pub canvas: Canvas,
    /// What each pixel was meant to show: an index into [`Label::ALL`], [`PAPER`] where nothing was painted. Scribbles and
    /// outlines belong to what they lie on.
    pub meant: Vec<u8>,
}

/// What bare paper is meant to show in [`Sketch::meant`]: nothing.
pub const PAPER: u8 = 255;

/// How one person sketches.
struct Hand {
    /// How far edges stray.
    wobble: f32,
    /// Size of the strays.
    shake: f32,
    /// How wrong colours are, 0 to 1.
    colour_error: f32,
    /// How much of the textbook colour (blue sky, green grass) goes into a colour, 0 to 1.
    textbook: f32,
    /// How much of the detail is there, 0 (two fields of colour) to 1.
    detail: f32,
    /// Width of a dark outline, 0 for none.
    outline: f32,
    /// How likely a region with an outline is left unfilled.
    unfilled: f32,
    /// How much white paper is left between the strokes, 0 to 1.
    bare: f32,
    /// Bands in the sky.
    bands: usize,
    /// Scribbled strokes over the regions.
    scribbles: usize,
    /// How far the whole sketch is shifted.
    shift: Point,
    /// Draws what the picture has where the picture has it.
    careful: bool,
}

impl Hand {
    fn new(rng: &mut Rng) -> Self {
        let detail = rng.weighted(&[(0.32, 0.12), (0.4, 0.5), (0.28, 0.95)]);
        Self {
            wobble: rng.range(0.004, 0.022),
            shake: rng.range(1.5, 6.0),
            colour_error: rng.weighted(&[(0.5, 0.25), (0.35, 0.6), (0.15, 1.2)]),
            textbook: if rng.chance(0.45) { rng.range(0.5, 1.0) } else { rng.range(0.0, 0.3) },
            detail,
            outline: if rng.chance(0.2) { rng.range(0.008, 0.022) } else { 0.0 },
            unfilled: rng.pick(&[0.0, 0.0, 0.3, 0.6, 1.0]),
            bare: if rng.chance(0.13) { rng.range(0.15, 0.5) } else { 0.0 },
            bands: if detail < 0.3 { 1 } else { rng.weighted(&[(0.55, 1), (0.3, 2), (0.15, 3)]) },
            scribbles: if detail > 0.3 && rng.chance(0.45) { rng.between(3, 16) } else { 0 },
            shift: (rng.normal() * 0.008, rng.normal() * 0.008),
            careful: false,
        }
    }

    /// The same hand, taking care.
    fn taking_care(self) -> Self {
        let shift = (self.shift.0 * CARE, self.shift.1 * CARE);
        Self { wobble: self.wobble * CARE, shift, careful: true, ..self }
    }

    /// Whether this hand bothers to draw a thing.
    fn draws(&self, rng: &mut Rng, label: Label) -> bool {
        let minimal = match label {
            Label::Sky => 0.9,
            Label::Water | Label::Meadow | Label::Snow | Label::Sand => 0.96,
            Label::Disc => 0.85,
            Label::Mountain => 0.75,
            Label::Hill => 0.4,
            Label::Wall | Label::Roof | Label::Tower | Label::Sail | Label::Hull => 0.45,
            Label::Rock | Label::Castle | Label::Mill | Label::City => 0.6,
            Label::Fall | Label::Bridge => 0.5,
            Label::Path | Label::Treeline | Label::Fence => 0.2,
            Label::Bird => 0.0,
            Label::Cloud | Label::Crown | Label::Trunk => 0.12,
        };
        let full = if label == Label::Sky { 0.94 } else { 0.95 };
        let detail = if self.careful { 1.0 } else { ((self.detail - 0.12) / 0.6).clamp(0.0, 1.0) };
        rng.chance(lerp(minimal, full, detail))
    }
}

/// Draws the sketch of a painting; the same scene, `seed` and share give the same sketch. `careful` is the share of
/// sketches, 0 to 1, that are drawn by a careful hand.
#[must_use]
pub fn sketch(scene: &Scene, painting: &Painting, seed: u32, careful: f32) -> Sketch {
    let mut rng = Rng::new(u64::from(seed), 51);
    let hand = Hand::new(&mut rng);
    let paper = if rng.chance(0.9) { Rgb::WHITE } else { Rgb::new(0.95, 0.93, 0.88) };
    if Rng::new(u64::from(seed), 52).chance(careful) {
        return trace::trace(scene, painting, &hand.taking_care(), paper, &mut rng);
    }
    let size = painting.canvas.size;
    let mut sketch = Sketch { canvas: Canvas::new(size), meant: vec![PAPER; size * size] };
    sketch.canvas.pixels.fill(paper);
    let colours = Colours::new(painting);
    let mut outlines = Vec::new();
    // Walls and roof belong together, and so do trunk and crown: one decision for a run of things.
    let mut thing: Option<(bool, bool)> = None;
    let mut trees = 0;
    for region in &painting.regions {
        let built = matches!(
            region.label,
            Label::Wall | Label::Roof | Label::Castle | Label::Mill | Label::Bridge | Label::Fence | Label::City
        );
        let sailed = matches!(region.label, Label::Sail | Label::Hull);
        let drawn = match thing {
            Some((drawn, true)) if built => drawn,
            Some((drawn, false)) if sailed => drawn,
            _ => hand.draws(&mut rng, region.label),
        };
        thing = if built || sailed { Some((drawn, built)) } else { None };
        trees += usize::from(region.label == Label::Crown);
        let crowded = region.label == Label::Crown && trees > 14 && hand.detail < 0.9;
        if !drawn || crowded {
            continue;
        }
        let base = colours.of(region.label, painting, region);
        let colour = jitter(&mut rng, &hand, base, textbook(scene, region.label));
        if hand.outline == 0.0 || !rng.chance(hand.unfilled) {
            draw(&mut sketch, region, &hand, colour, &mut rng);
        }
        if region.label == Label::Sky && hand.bands > 1 {
            sky_bands(&mut sketch, scene, painting, &hand, &mut rng);
        }
        if hand.outline > 0.0 && region.label != Label::Sky {
            outlines.push(region);
        }
    }
    scribble(&mut sketch.canvas, painting, &hand, &mut rng);
    let ink = Rgb::grey(rng.range(0.02, 0.2));
    for region in outlines {
        outline(&mut sketch.canvas, region, &hand, ink, &mut rng);
    }
    sketch
}

/// The mean colours of the picture's regions, by label.
struct Colours {
    means: [Option<Rgb>; Label::ALL.len()],
}

impl Colours {
    fn new(painting: &Painting) -> Self {
        let mut sums = [(Rgb::BLACK, 0.0f32); Label::ALL.len()];
        // Halfway between the plain and the styled picture: people copy the palette of what they have in mind.
        for ((&label, &plain), &styled) in
            painting.canvas.labels.iter().zip(&painting.plain.pixels).zip(&painting.canvas.pixels)
        {
            let cell = &mut sums[label as usize];
            cell.0 += plain.mix(styled, 0.5);
            cell.1 += 1.0;
        }
        Self { means: sums.map(|(sum, number)| (number > 0.0).then(|| sum * (1.0 / number))) }
    }

    fn of(&self, label: Label, painting: &Painting, region: &Region) -> Rgb {
        self.mixed(label, middle(region).map(|p| painting.plain.sample(p.0, p.1)))
    }

    /// The colour of a thing whose `own` colour in the picture is known: several hills or trees share a label, so each
    /// takes that as well.
    fn mixed(&self, label: Label, own: Option<Rgb>) -> Rgb {
        match (self.means[label as usize], own, label) {
            (Some(mean), Some(own), Label::Hill | Label::Crown | Label::Mountain) => mean.mix(own, 0.5),
            (Some(mean), _, _) => mean,
            (None, Some(own), _) => own,
            (None, None, _) => Rgb::grey(0.5),
        }
    }
}

fn middle(region: &Region) -> Option<Point> {
    match &region.shape {
        Shape::Below(line) => {
            let (i, y) = line.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1))?;
            Some((i as f32 / (line.len() - 1) as f32, (y + 0.05).min(1.0)))
        }
        Shape::Ellipse(centre, _, _) => Some(*centre),
        Shape::Polygon(points) => bounds(points).map(|(a, b)| ((a.0 + b.0) * 0.5, (a.1 + b.1) * 0.5)),
    }
}

/// The colour everybody knows a thing by, in display values.
fn textbook(scene: &Scene, label: Label) -> Rgb {
    let code = match (label, scene.time) {
        (Label::Sky, Time::Day) => 0x5AA8F0,
        (Label::Sky, Time::Dawn) => 0xF2B8A8,
        (Label::Sky, Time::Sunset) => 0xF08848,
        (Label::Sky, Time::Dusk) => 0x50488A,
        (Label::Sky | Label::Cloud, Time::Night) => 0x101C4A,
        (Label::Disc, Time::Night | Time::Dusk) => 0xF4F0D8,
        (Label::Disc, Time::Day) => 0xFFE030,
        (Label::Disc, _) => 0xFFB030,
        (Label::Cloud, _) => 0xF4F6FA,
        (Label::Mountain, Time::Night) => 0x2A2E44,
        (Label::Mountain, _) => 0x7A7A88,
        (Label::Hill | Label::Treeline | Label::Crown, Time::Night) => 0x12301E,
        (Label::Hill, _) => 0x4E9A40,
        (Label::Treeline | Label::Crown, _) => 0x2A7030,
        (Label::Meadow, Time::Night) => 0x1A4028,
        (Label::Meadow, _) => 0x60B838,
        (Label::Snow, _) => 0xF0F4FC,
        (Label::Water, Time::Night) => 0x14285A,
        (Label::Water, _) => 0x2A6AC8,
        (Label::Sand, _) => 0xF0D490,
        (Label::Path, _) => 0xB88850,
        (Label::Trunk, _) => 0x6A4428,
        (Label::Wall, _) => 0xE8D8B8,
        (Label::Roof, _) => 0xC03828,
        (Label::Tower, _) => 0xF4F0EA,
        (Label::Hull, _) => 0x8A4A28,
        (Label::Sail, _) => 0xFAFAF4,
        (Label::Rock, _) => 0x9A8474,
        (Label::Fall, _) => 0xD8F0FA,
        (Label::Castle | Label::City, _) => 0x9C9CA4,
        (Label::Mill | Label::Fence, _) => 0xB08A60,
        (Label::Bridge, _) => 0xA8988A,
        (Label::Bird, _) => 0x303030,
    };
    // `hex` gives linear light; sketches are made of display values.
    Rgb::hex(code).map(f32::sqrt)
}

fn jitter(rng: &mut Rng, hand: &Hand, base: Rgb, known: Rgb) -> Rgb {
    let mixed = base.mix(known, hand.textbook * rng.range(0.5, 1.0));
    let (hue, saturation, value) = mixed.map(|c| c.clamp(0.0, 1.0)).hsv();
    let error = hand.colour_error;
    // Now and then somebody takes a quite different pen.
    let hue = if rng.chance(0.05 * error) { rng.unit() } else { hue };
    // People reach for stronger colours than the world has.
    let saturation = saturation * (1.12 + rng.normal() * 0.2 * error) + rng.normal() * 0.02;
    let value = value * (1.0 + rng.normal() * 0.14 * error) + rng.normal() * 0.03 * error;
    Rgb::from_hsv(hue + rng.normal() * 0.03 * error, saturation.clamp(0.0, 1.0), value.clamp(0.0, 1.0))
}

/// Where the hand puts the points of the layout: slow strays.
struct Strays {
    across: Sheet,
    down: Sheet,
    shift: Point,
}

impl Strays {
    /// Cells of the grid a side; a stray of the quickest hand is a few cells long.
    const CELLS: usize = 24;

    fn new(rng: &mut Rng, hand: &Hand) -> Self {
        let noise = Noise::new(rng.seed());
        let shift = 33.0 / hand.shake;
        let stray = |shift: f32| {
            let at = move |x: f32, y: f32| ((x + shift) * hand.shake, y * hand.shake);
            Sheet::of(Self::CELLS, &noise, 2, at).times(hand.wobble)
        };
        let (across, down) = (stray(0.0), stray(shift));
        Self { across, down, shift: hand.shift }
    }

    fn at(&self, p: Point) -> Point {
        (p.0 + self.across.at(p.0, p.1) + self.shift.0, p.1 + self.down.at(p.0, p.1) + self.shift.1)
    }

    /// The outline of a shape as the hand draws it, a little larger by `grow`.
    fn outline(&self, shape: &Shape, grow: f32) -> Vec<Point> {
        match shape {
            Shape::Below(line) => {
                let last = (line.len() - 1).max(1) as f32;
                // Beyond both edges of the paper, wherever the hand was shifted to.
                let from = (-0.1, line[0]);
                let to = (1.1, line[line.len() - 1]);
                let inner = line.iter().enumerate().map(|(i, &y)| (i as f32 / last, y));
                let path: Vec<Point> = std::iter::once(from).chain(inner).chain([to]).collect();
                densified(&path, false).into_iter().map(|p| self.at((p.0, p.1 - grow))).collect()
            }
            Shape::Ellipse((x, y), rx, ry) => (0..28)
                .map(|i| {
                    let (sin, cos) = (i as f32 / 28.0 * std::f32::consts::TAU).sin_cos();
                    self.at((x + cos * (rx + grow), y + sin * (ry + grow)))
                })
                .collect(),
            Shape::Polygon(points) => {
                let Some((a, b)) = bounds(points) else { return Vec::new() };
                let middle = ((a.0 + b.0) * 0.5, (a.1 + b.1) * 0.5);
                let away = |p: Point| {
                    let (dx, dy) = (p.0 - middle.0, p.1 - middle.1);
                    let k = grow / length(dx, dy).max(1e-4);
                    self.at((p.0 + dx * k, p.1 + dy * k))
                };
                densified(points, true).into_iter().map(away).collect()
            }
        }
    }
}

/// The path with more points on its long legs, so that they can wobble too.
fn densified(points: &[Point], closed: bool) -> Vec<Point> {
    const LEG: f32 = 0.04;
    let mut path = Vec::with_capacity(points.len() * 2);
    let Some(&first) = points.first() else { return path };
    let next = points.iter().skip(1).copied().chain(closed.then_some(first));
    for (&a, b) in points.iter().zip(next) {
        let legs = ((length(b.0 - a.0, b.1 - a.1) / LEG) as usize).min(40) + 1;
        path.extend((0..legs).map(|i| {
            let t = i as f32 / legs as f32;
            (lerp(a.0, b.0, t), lerp(a.1, b.1, t))
        }));
    }
    if !closed {
        path.extend(points.last());
    }
    path
}

/// Broad strokes from side to side that do not quite meet.
struct Bristles {
    noise: Noise,
    bare: f32,
    slant: f32,
}

impl Bristles {
    fn new(noise: Noise, hand: &Hand, rng: &mut Rng) -> Self {
        Self { noise, bare: hand.bare, slant: rng.range(-0.25, 0.25) }
    }

    /// How much paint lies on the pixels of a row from column `left` on, 0 to 1.
    fn row(&self, size: usize, row: usize, left: usize, out: &mut [f32]) {
        if self.bare <= 0.0 {
            out.fill(1.0);
            return;
        }
        let (pixel, slant) = (1.0 / size as f32, self.slant);
        let (x, y) = (|i: usize| (left + i) as f32 + 0.5, (row as f32 + 0.5) * pixel);
        self.noise.fbm_row(out, 2, |i| (x(i) * pixel * 2.2 + y * slant, (y + x(i) * pixel * slant) * 22.0));
        for value in out {
            *value = smoothstep(self.bare - 0.62, self.bare - 0.5, *value * 0.9 + 0.12);
        }
    }
}

fn draw(sketch: &mut Sketch, region: &Region, hand: &Hand, colour: Rgb, rng: &mut Rng) {
    let strays = Strays::new(rng, hand);
    let noise = Noise::new(rng.seed());
    let size = sketch.canvas.size;
    let mut put = |index: usize, share: f32| {
        sketch.canvas.blend(index, colour, share);
        if share > 0.5 {
            sketch.meant[index] = region.label as u8;
        }
    };
    // Discs and boats are drawn a little too large, never too small to see.
    let grow = match region.label {
        Label::Disc => rng.range(0.0, 0.02),
        Label::Trunk => 0.004,
        _ => rng.range(-0.004, 0.006),
    };
    let everything = region.label == Label::Sky;
    // A lazy hand draws the horizon as one straight line.
    let simple = match &region.shape {
        Shape::Below(line) if hand.detail < 0.3 && region.label != Label::Mountain => {
            let mean = line.iter().sum::<f32>() / line.len() as f32;
            Some(Shape::Below(vec![mean + rng.normal() * 0.008, mean + rng.normal() * 0.008]))
        }
        _ => None,
    };
    let shape = simple.as_ref().unwrap_or(&region.shape);
    let bristles = Bristles::new(noise, hand, rng);
    let broad = matches!(region.shape, Shape::Below(_)) || everything;
    let mut kept = vec![1.0; size];
    if everything {
        for row in 0..size {
            bristles.row(size, row, 0, &mut kept);
            for (column, &share) in kept.iter().enumerate() {
                put(row * size + column, share);
            }
        }
        return;
    }
    let mut outline = strays.outline(shape, grow);
    if matches!(shape, Shape::Below(_)) {
        outline.extend([(1.3, 1.3), (-0.3, 1.3)]);
    }
    let Some(cover) = raster::cover(&outline, size) else { return };
    for (down, shares) in cover.shares.chunks_exact(cover.width).enumerate() {
        let row = cover.top + down;
        if broad {
            bristles.row(size, row, cover.left, &mut kept[..cover.width]);
        }
        for (across, (&share, &kept)) in shares.iter().zip(&kept).enumerate() {
            if share > 0.0 {
                put(row * size + cover.left + across, share * kept);
            }
        }
    }
}

fn sky_bands(sketch: &mut Sketch, scene: &Scene, painting: &Painting, hand: &Hand, rng: &mut Rng) {
    for band in 1..hand.bands {
        let top = scene.horizon * band as f32 / hand.bands as f32;
        let sample = painting.plain.sample(rng.range(0.2, 0.8), top + scene.horizon * 0.5 / hand.bands as f32);
        let colour = jitter(rng, hand, sample, sample);
        let line = (0..=12).map(|_| top + rng.normal() * 0.006).collect();
        let region = Region { label: Label::Cloud, shape: Shape::Below(line) };
        draw(sketch, &region, hand, colour, rng);
    }
}

/// Short strokes in the colours of the picture: shade on a mountain, waves, grass.
fn scribble(sketch: &mut Canvas, painting: &Painting, hand: &Hand, rng: &mut Rng) {
    for _ in 0..hand.scribbles {
        let at = (rng.unit(), rng.range(0.1, 1.0));
        let sample = painting.plain.sample(at.0, at.1);
        let colour = jitter(rng, hand, sample, sample);
        let (reach, width) = (rng.range(0.03, 0.1), rng.range(0.01, 0.03));
        let turns = rng.between(1, 4);
        let mut from = at;
        for turn in 0..turns {
            let side = if turn % 2 == 0 { 1.0 } else { -1.0 };
            let to = (from.0 + side * reach, from.1 + width * rng.range(0.2, 1.1));
            sketch.line(from, to, (width, width), colour, 1.0);
            from = to;
        }
    }
}

fn outline(sketch: &mut Canvas, region: &Region, hand: &Hand, ink: Rgb, rng: &mut Rng) {
    let strays = Strays::new(rng, hand);
    let open = matches!(region.shape, Shape::Below(_));
    let width = hand.outline * if open { 1.0 } else { 0.8 };
    let path = strays.outline(&region.shape, 0.0);
    let next = path.iter().skip(1).chain(path.first().filter(|_| !open));
    for (&a, &b) in path.iter().zip(next) {
        sketch.line(a, b, (width, width), ink, 1.0);
    }
}
