//! Paints a scene from back to front, and remembers the regions a sketch of it would have.

use crate::canvas::{Canvas, Label, Point};
use crate::light::Light;
use crate::scene::{Built, Ground, Kind, Place, Relief, Scene, Species};
use crate::{built, ground, objects, parts, phenomena, sky, styles, terrain, trees, water, weather};

/// The outline of a region.
#[derive(Clone, Debug)]
pub enum Shape {
    /// Everything below a skyline given at evenly spaced columns.
    Below(Vec<f32>),
    /// An ellipse: centre, half width, half height.
    Ellipse(Point, f32, f32),
    /// A polygon.
    Polygon(Vec<Point>),
}

/// A region of the picture, as somebody sketching it would see it.
#[derive(Clone, Debug)]
pub struct Region {
    /// What it is.
    pub label: Label,
    /// Where it is.
    pub shape: Shape,
}

/// A finished picture, in display values, with the regions it consists of (back to front).
pub struct Painting {
    /// The picture.
    pub canvas: Canvas,
    /// The same picture before the style was put on.
    pub plain: Canvas,
    /// Its regions, back to front.
    pub regions: Vec<Region>,
}

/// Paints `scene` at `size` pixels a side.
#[must_use]
pub fn paint(scene: &Scene, size: usize) -> Painting {
    let light = Light::of(scene);
    let mut canvas = Canvas::new(size);
    let mut regions = vec![Region { label: Label::Sky, shape: Shape::Below(vec![0.0, 0.0]) }];
    let mut add = |label, shape| regions.push(Region { label, shape });

    sky::paint(&mut canvas, scene, &light);
    if let Some(disc) = scene.disc {
        add(Label::Disc, Shape::Ellipse(disc.at, disc.radius, disc.radius));
    }
    for cloud in &scene.clouds {
        let ((x, y), (rx, ry)) = (cloud.at, cloud.reach);
        add(Label::Cloud, Shape::Ellipse((x, y - ry * 0.2), rx * 0.95, ry * 0.85));
    }
    for layer in &scene.terrains {
        let skyline = terrain::paint(&mut canvas, scene, &light, layer);
        add(terrain::label(layer.relief), Shape::Below(coarse(&skyline)));
        if layer.relief == Relief::Volcano {
            phenomena::eruption(&mut canvas, scene, &light, layer.peak, &skyline);
        }
        if let Some(x) = scene.fall.filter(|_| phenomena::carries_fall(scene, layer.relief)) {
            let top = skyline[((x * size as f32) as usize).min(size - 1)];
            phenomena::waterfall(&mut canvas, scene, &light, x, top);
            let (a, b) = (phenomena::fall_half_width(scene, top), phenomena::fall_half_width(scene, scene.horizon));
            let foot = scene.horizon + 0.01;
            add(Label::Fall, Shape::Polygon(vec![(x - a, top), (x + a, top), (x + b, foot), (x - b, foot)]));
        }
    }
    if let Some(height) = scene.treeline {
        let skyline = trees::paint_treeline(&mut canvas, scene, &light, height);
        add(Label::Treeline, Shape::Below(coarse(&skyline)));
    }
    // What stands on the far shore must be there before the water mirrors it.
    let far_house = scene.house.filter(|h| scene.ground == Ground::Water && h.at.1 < scene.horizon + 0.01);
    if let Some(house) = &far_house {
        objects::paint_house(&mut canvas, scene, &light, house);
    }
    if let Some(tower) = &scene.lighthouse {
        objects::paint_lighthouse(&mut canvas, scene, &light, tower);
    }
    let far =
        |b: &&Built| b.kind == Kind::City || (scene.ground == Ground::Water && b.thing.at.1 < scene.horizon + 0.02);
    for far in scene.built.iter().filter(far) {
        paint_built(&mut canvas, scene, &light, far);
    }
    if scene.ground == Ground::Water {
        water::paint(&mut canvas, scene, &light);
    } else {
        ground::paint(&mut canvas, scene, &light);
    }
    let edge: Vec<f32> = (0..=32).map(|i| ground::edge(scene, i as f32 / 32.0)).collect();
    add(ground::label(scene, scene.ground), Shape::Below(edge));
    if scene.place == Place::FlowerField {
        phenomena::flower_rows(&mut canvas, scene, &light);
        if let Some(path) = scene.path {
            ground::paint_path(&mut canvas, scene, &light, path);
        }
    }
    if let Some(boat) = &scene.boat {
        objects::paint_boat(&mut canvas, scene, &light, boat);
    }
    if let Some(shore) = &scene.shore {
        ground::paint_shore(&mut canvas, scene, &light, shore);
        let edge: Vec<f32> = (0..=32).map(|i| ground::shore_edge(shore, i as f32 / 32.0)).collect();
        add(ground::label(scene, shore.ground), Shape::Below(edge));
    }
    if let Some(path) = &scene.path {
        let label = if path.water { Label::Water } else { Label::Path };
        add(label, Shape::Polygon(path_outline(scene, path)));
    }
    standing(&mut canvas, scene, &light, far_house.is_some(), &mut add);
    ground::paint_foreground(&mut canvas, scene, &light);
    weather::paint(&mut canvas, scene, &light);

    for pixel in &mut canvas.pixels {
        *pixel = pixel.display();
    }
    let plain = canvas.clone();
    styles::apply(&mut canvas, scene);
    Painting { canvas, plain, regions }
}

fn paint_built(canvas: &mut Canvas, scene: &Scene, light: &Light, built: &Built) {
    if built.kind == Kind::House {
        return objects::paint_house(canvas, scene, light, &built.thing);
    }
    let pieces = built::parts(built, scene.white_ground());
    let dry = scene.ground != Ground::Water || built.thing.at.1 > scene.horizon + 0.02;
    if dry && !matches!(built.kind, Kind::Bridge | Kind::City) {
        parts::shadow(canvas, light, &pieces, built.thing.at.1);
    }
    parts::paint(canvas, light, &pieces, built.thing.distance, built.thing.seed);
}

/// The regions a sketch of a building has.
fn built_regions(built: &Built, snow: bool, add: &mut impl FnMut(Label, Shape)) {
    if built.kind == Kind::House {
        let [gable, side, roof] = objects::house_outlines(&built.thing);
        for (label, outline) in [(Label::Wall, gable), (Label::Wall, side), (Label::Roof, roof)] {
            add(label, Shape::Polygon(outline));
        }
        return;
    }
    for part in built::parts(built, snow).into_iter().filter(|p| p.sketched) {
        add(part.label, Shape::Polygon(part.outline));
    }
}

/// Trees and the near house, in the order of their distance.
fn standing(canvas: &mut Canvas, scene: &Scene, light: &Light, house_done: bool, add: &mut impl FnMut(Label, Shape)) {
    let mut house = scene.house.as_ref().filter(|_| !house_done);
    let far =
        |b: &Built| b.kind == Kind::City || (scene.ground == Ground::Water && b.thing.at.1 < scene.horizon + 0.02);
    let snow = scene.white_ground();
    for built in scene.built.iter().filter(|b| far(b)) {
        built_regions(built, snow, add);
    }
    let mut near = scene.built.iter().filter(|b| !far(b)).peekable();
    for tree in &scene.trees {
        while let Some(built) = near.next_if(|b| b.thing.at.1 < tree.at.1) {
            paint_built(canvas, scene, light, built);
            built_regions(built, snow, add);
        }
        if let Some(built) = house.take_if(|h| h.at.1 < tree.at.1) {
            objects::paint_house(canvas, scene, light, built);
        }
        trees::paint(canvas, scene, light, tree);
        let ((x, y), h) = (tree.at, tree.height);
        match tree.species {
            Species::Conifer => {
                let crown = vec![(x, y - h), (x + 0.2 * h, y - 0.08 * h), (x - 0.2 * h, y - 0.08 * h)];
                add(Label::Crown, Shape::Polygon(crown));
            }
            Species::Bare => add(Label::Trunk, Shape::Polygon(branches(x, y, h))),
            Species::Broad | Species::Blossom | Species::Palm => {
                add(Label::Trunk, Shape::Polygon(trunk_outline(x, y, h, 0.6)));
                add(Label::Crown, Shape::Ellipse((x, y - h * 0.66), h * 0.34, h * 0.33));
            }
        }
    }
    for built in near {
        paint_built(canvas, scene, light, built);
        built_regions(built, snow, add);
    }
    if let Some(built) = house {
        objects::paint_house(canvas, scene, light, built);
    }
    if let Some(house) = &scene.house {
        let [gable, side, roof] = objects::house_outlines(house);
        add(Label::Wall, Shape::Polygon(gable));
        add(Label::Wall, Shape::Polygon(side));
        add(Label::Roof, Shape::Polygon(roof));
    }
    if let Some(tower) = &scene.lighthouse {
        add(Label::Hill, Shape::Polygon(objects::rock_outline(tower)));
        let mut outline = objects::tower_outline(tower);
        outline.insert(2, (tower.at.0, tower.at.1 - tower.height));
        add(Label::Tower, Shape::Polygon(outline));
    }
    if let Some(boat) = &scene.boat {
        let [hull, main, fore] = objects::boat_outlines(boat);
        add(Label::Sail, Shape::Polygon(main));
        add(Label::Sail, Shape::Polygon(fore));
        add(Label::Hull, Shape::Polygon(hull));
    }
}

fn trunk_outline(x: f32, y: f32, height: f32, share: f32) -> Vec<Point> {
    let (wide, top) = (height * 0.035, y - height * share);
    vec![(x - wide, y), (x - wide * 0.7, top), (x + wide * 0.7, top), (x + wide, y)]
}

/// A trunk with a few prongs: how people draw a tree without leaves.
fn branches(x: f32, y: f32, h: f32) -> Vec<Point> {
    let points = [
        (-0.04, 0.0),
        (-0.03, 0.35),
        (-0.28, 0.72),
        (-0.02, 0.5),
        (-0.1, 0.95),
        (0.03, 0.52),
        (0.14, 0.9),
        (0.05, 0.48),
        (0.3, 0.68),
        (0.03, 0.33),
        (0.04, 0.0),
    ];
    points.iter().map(|p| (x + p.0 * h, y - p.1 * h)).collect()
}

fn path_outline(scene: &Scene, path: &crate::scene::Path) -> Vec<Point> {
    const STEPS: usize = 12;
    let at = |i: usize| scene.horizon + 0.01 + (1.02 - scene.horizon) * (i as f32 / STEPS as f32).powi(2);
    let side = |i: usize, sign: f32| {
        let y = at(i);
        let (middle, half) = ground::path_at(scene, path, y);
        (middle + sign * half, y)
    };
    (0..=STEPS).map(|i| side(i, -1.0)).chain((0..=STEPS).rev().map(|i| side(i, 1.0))).collect()
}

/// A skyline with the small detail taken out, as the hand draws it.
fn coarse(skyline: &[f32]) -> Vec<f32> {
    const POINTS: usize = 40;
    let n = skyline.len();
    (0..=POINTS)
        .map(|i| {
            let middle = i * (n - 1) / POINTS;
            let reach = n / POINTS / 2 + 1;
            let span = &skyline[middle.saturating_sub(reach)..(middle + reach + 1).min(n)];
            span.iter().sum::<f32>() / span.len() as f32
        })
        .collect()
}
