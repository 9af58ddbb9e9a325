//! Things people made: houses, lighthouses, boats.

use crate::canvas::{Canvas, Label, Point};
use crate::colour::Rgb;
use crate::light::Light;
use crate::noise::{Noise, length, lerp};
use crate::rng::Rng;
use crate::scene::{Scene, Thing};

/// The outlines of a house: gable wall, side wall, roof. The sketch draws the same ones.
#[must_use]
pub fn house_outlines(house: &Thing) -> [Vec<Point>; 3] {
    let ((x, y), h, f) = (house.at, house.height, house.facing);
    let p = |dx: f32, dy: f32| (x + f * dx * h, y - dy * h);
    let gable = vec![p(-0.62, 0.0), p(-0.62, 0.5), p(-0.32, 1.0), p(-0.02, 0.5), p(-0.02, 0.0)];
    let side = vec![p(-0.02, 0.0), p(-0.02, 0.5), p(0.66, 0.47), p(0.66, 0.03)];
    let roof = vec![p(-0.32, 1.03), p(0.42, 0.96), p(0.72, 0.44), p(0.03, 0.46)];
    [gable, side, roof]
}

/// Paints a house; lamps are lit in the dark.
pub fn paint_house(canvas: &mut Canvas, scene: &Scene, light: &Light, house: &Thing) {
    let mut rng = Rng::new(u64::from(house.seed), 5);
    let wall = Rgb::hex(rng.pick(&[0xF0E6D2, 0xE8D8B8, 0xF4F0EA, 0xC8644A, 0xE0B870, 0x9A6A48]));
    let tiles = Rgb::hex(rng.pick(&[0xB4442E, 0x9A3A2C, 0x6A4A42, 0x5A5E70, 0xC0623A]));
    let tiles = if scene.white_ground() { Rgb::hex(0xE8EEF8) } else { tiles };
    let [gable, side, roof] = house_outlines(house);
    let ((x, y), h, f) = (house.at, house.height, house.facing);
    let p = |dx: f32, dy: f32| (x + f * dx * h, y - dy * h);
    let haze = |c: Rgb| light.through_haze(c, house.distance * 0.6);
    let grain = Noise::new(house.seed);
    // Contact shadow, on the side away from the light.
    canvas.pen = crate::ground::label(scene, crate::scene::Ground::Meadow);
    let dark = light.ambient * 0.12;
    let away = -light.direction[0].signum() * 0.45 * h;
    canvas.polygon(
        &[(x - 0.7 * h, y), (x + 0.7 * h, y), (x + 0.6 * h + away, y + 0.1 * h), (x - 0.5 * h + away, y + 0.1 * h)],
        |_, _| dark,
    );
    canvas.pen = Label::Wall;
    // The gable looks left or right of the painter, the long side the other way.
    let front = haze(light.shade(wall, [-f * 0.65, 0.25, 0.7], 1.0));
    let flank = haze(light.shade(wall, [f * 0.65, 0.25, 0.7], 1.0));
    canvas.polygon(&gable, |_, py| front * lerp(0.82, 1.05, (y - py) / h));
    canvas.polygon(&side, |_, py| flank * lerp(0.8, 1.02, (y - py) / h));
    // Chimney before the roof, so that the roof hides its foot.
    canvas.polygon(&[p(0.22, 0.8), p(0.22, 1.16), p(0.33, 1.16), p(0.33, 0.8)], |_, _| front * 0.62);
    let lamp = light.dark > 0.5 || scene.weather == crate::scene::Weather::Stormy;
    let pane =
        if lamp { Rgb::hex(0xFFC860) * 1.5 } else { haze(light.shade(Rgb::hex(0x3A4A5C), [0.0, 0.5, 0.5], 0.6)) };
    let frame = |canvas: &mut Canvas, dx: f32, dy: f32, w: f32, tall: f32, colour: Rgb| {
        canvas.polygon(&[p(dx, dy), p(dx + w, dy), p(dx + w, dy + tall), p(dx, dy + tall)], |_, _| colour);
    };
    frame(canvas, -0.38, 0.0, 0.15, 0.3, haze(light.shade(Rgb::hex(0x5A3826), [0.0, 0.3, 0.7], 0.6)));
    frame(canvas, -0.38, 0.55, 0.12, 0.15, pane);
    frame(canvas, 0.12, 0.18, 0.14, 0.17, pane);
    frame(canvas, 0.4, 0.18, 0.14, 0.17, pane);
    canvas.pen = Label::Roof;
    let slope = haze(light.shade(tiles, [f * 0.45, 0.75, 0.45], 1.0));
    canvas.polygon(&roof, |px, py| {
        let rows = ((py - y) / h * 26.0).sin() * 0.07 + 0.1 * grain.at(px * 60.0, py * 60.0);
        slope * (1.0 + rows)
    });
    // The edge of the roof along the gable.
    let edge = haze(light.shade(tiles, [-f * 0.4, 0.5, 0.6], 0.8)) * 0.8;
    canvas.line(p(-0.68, 0.42), p(-0.32, 1.02), (0.05 * h, 0.05 * h), edge, 1.0);
    if lamp {
        canvas.glow((x - h, y - h), (x + h, y + 0.4 * h), |px, py| {
            let d = length(px - p(0.2, 0.2).0, py - (y - 0.2 * h)) / h;
            Rgb::hex(0xFFB040) * (0.22 * (-d * d * 5.0).exp())
        });
    }
    smoke(canvas, scene, light, house, p(0.275, 1.2));
}

fn smoke(canvas: &mut Canvas, scene: &Scene, light: &Light, house: &Thing, from: Point) {
    if !house.seed.is_multiple_of(3) && !scene.white_ground() {
        return;
    }
    let drift = scene.mood - 0.5;
    let colour = light.haze * 1.05;
    let labels = canvas.labels.clone();
    for i in 0..9 {
        let t = i as f32 / 9.0;
        let sway = (t * 7.0 + scene.mood * 6.0).sin() * 0.05 * house.height;
        let at = (from.0 + drift * t * t * house.height * 0.9 + sway, from.1 - t * house.height * 0.8);
        let radius = house.height * lerp(0.045, 0.13, t);
        canvas.area((at.0 - radius, at.1 - radius), (at.0 + radius, at.1 + radius), |x, y| {
            let d = length(x - at.0, y - at.1) / radius;
            (colour, (1.0 - d).max(0.0) * lerp(0.6, 0.15, t))
        });
    }
    canvas.labels = labels;
}

/// The outline of a lighthouse tower; the sketch draws the same one.
#[must_use]
pub fn tower_outline(tower: &Thing) -> Vec<Point> {
    let ((x, y), h) = (tower.at, tower.height);
    vec![(x - 0.13 * h, y), (x - 0.085 * h, y - 0.76 * h), (x + 0.085 * h, y - 0.76 * h), (x + 0.13 * h, y)]
}

/// The outline of the rock a lighthouse stands on.
#[must_use]
pub fn rock_outline(tower: &Thing) -> Vec<Point> {
    let ((x, y), h) = (tower.at, tower.height);
    let p = |dx: f32, dy: f32| (x + dx * h, y + 0.01 - dy * h);
    vec![
        p(-0.62, 0.0),
        p(-0.42, 0.09),
        p(-0.26, 0.13),
        p(-0.1, 0.19),
        p(0.14, 0.18),
        p(0.3, 0.1),
        p(0.48, 0.07),
        p(0.66, 0.0),
    ]
}

/// Paints a lighthouse on its rock.
pub fn paint_lighthouse(canvas: &mut Canvas, scene: &Scene, light: &Light, tower: &Thing) {
    let mut rng = Rng::new(u64::from(tower.seed), 6);
    let ((x, y), h) = (tower.at, tower.height);
    let haze = |c: Rgb| light.through_haze(c, tower.distance * 0.6);
    let noise = Noise::new(tower.seed);
    canvas.pen = Label::Hill;
    let stone = Rgb::hex(0x6E6258);
    canvas.polygon(&rock_outline(tower), |px, py| {
        let rough = noise.fbm(px * 26.0, py * 40.0, 3);
        let side = (px - x) / (0.6 * h);
        let normal = [side * 0.5 + rough * 0.7, 0.6, 0.5];
        haze(light.shade(stone * (0.85 + 0.4 * rough), normal, 0.9))
    });
    canvas.pen = Label::Tower;
    let white = Rgb::hex(0xF4F0E8);
    let band = Rgb::hex(rng.pick(&[0xC8322A, 0xC8322A, 0x2A4A8A, 0x30363C]));
    let bands = rng.pick(&[0.0, 3.0, 4.0]);
    let lit =
        |albedo: Rgb, round: f32| haze(light.shade(albedo, [round, 0.2, (1.0 - round * round).max(0.0).sqrt()], 1.0));
    canvas.polygon(&tower_outline(tower), |px, py| {
        let t = (y - py) / (0.76 * h);
        let round = ((px - x) / (lerp(0.13, 0.085, t) * h)).clamp(-1.0, 1.0);
        let striped = bands > 0.0 && (t * bands).rem_euclid(1.0) > 0.5;
        lit(if striped { band } else { white }, round)
    });
    let block = |canvas: &mut Canvas, w: f32, low: f32, high: f32, albedo: Rgb| {
        let (w, low, high) = (w * h, y - low * h, y - high * h);
        canvas.polygon(&[(x - w, low), (x - w, high), (x + w, high), (x + w, low)], |px, _| {
            lit(albedo, (px - x) / w * 0.95)
        });
    };
    block(canvas, 0.125, 0.745, 0.785, Rgb::hex(0x3A3E46));
    let lamp = light.dark > 0.1 || scene.weather != crate::scene::Weather::Clear;
    block(canvas, 0.07, 0.785, 0.88, if lamp { Rgb::hex(0xFFE08A) } else { Rgb::hex(0x9AB4C0) });
    let cap = if bands > 0.0 { band } else { Rgb::hex(0xA83A2E) };
    canvas.polygon(&[(x - 0.1 * h, y - 0.875 * h), (x, y - h), (x + 0.1 * h, y - 0.875 * h)], |px, _| {
        lit(cap, (px - x) / (0.1 * h))
    });
    if lamp {
        let at = (x, y - 0.83 * h);
        canvas.disc(at, 0.05 * h, Rgb::hex(0xFFF4C0) * 1.6, 1.0);
        let beam = 0.3 + 0.6 * light.dark;
        canvas.glow_soft(1.0 / 128.0, (0.0, 0.0), (1.0, 1.0), |px, py| {
            let (dx, dy) = ((px - at.0) * tower.facing, py - at.1);
            let halo = (-(dx * dx + dy * dy) / (0.02 * h)).exp() * 0.6;
            let spread = 0.012 + dx.max(0.0) * 0.13;
            let ray =
                if dx > 0.0 { (-(dy + dx * 0.06).powi(2) / (spread * spread)).exp() * (-dx * 2.6).exp() } else { 0.0 };
            Rgb::hex(0xFFE6A0) * (beam * (halo + 0.5 * ray * light.dark))
        });
    }
}

/// The outlines of a boat: hull, mainsail, foresail. The sketch draws the same ones.
#[must_use]
pub fn boat_outlines(boat: &Thing) -> [Vec<Point>; 3] {
    let ((x, y), h, f) = (boat.at, boat.height, boat.facing);
    let p = |dx: f32, dy: f32| (x + f * dx * h, y - dy * h);
    let hull = vec![p(-0.42, 0.15), p(0.5, 0.17), p(0.36, 0.02), p(0.28, 0.0), p(-0.3, 0.0)];
    let main = vec![p(0.0, 0.2), p(-0.02, 0.6), p(0.0, 1.0), p(-0.2, 0.62), p(-0.38, 0.2)];
    let fore = vec![p(0.04, 0.2), p(0.04, 0.86), p(0.22, 0.55), p(0.42, 0.2)];
    [hull, main, fore]
}

/// Paints a sailing boat and its reflection.
pub fn paint_boat(canvas: &mut Canvas, scene: &Scene, light: &Light, boat: &Thing) {
    let mut rng = Rng::new(u64::from(boat.seed), 7);
    let paint = Rgb::hex(rng.pick(&[0x7A4426, 0xB03A2E, 0x2A4A7A, 0xF0ECE2, 0x2E5A4A]));
    let cloth = Rgb::hex(rng.pick(&[0xFAF4E6, 0xFAF4E6, 0xD8583A, 0xF0C890]));
    let haze = |c: Rgb| light.through_haze(c, boat.distance * 0.4);
    let [hull, main, fore] = boat_outlines(boat);
    let ((x, y), h) = (boat.at, boat.height);
    let noise = Noise::new(boat.seed);
    let hull_colour = haze(light.shade(paint, [light.direction[0] * 0.3, 0.3, 0.8], 0.9));
    let sail = |round: f32| haze(light.shade(cloth, [round, 0.35, 0.75], 1.0) + cloth * light.sun * 0.12);
    let (left, right) = (sail(-0.7), sail(0.5));
    // The reflection first: the same shapes upside down, drawn out and broken by ripples.
    canvas.pen = Label::Water;
    let mirror = |points: &[Point], k: f32| -> Vec<Point> { points.iter().map(|p| (p.0, y + (y - p.1) * k)).collect() };
    let before = canvas.clone();
    for (points, colour) in [(&main, left), (&fore, right), (&hull, hull_colour * 0.8)] {
        canvas.polygon(&mirror(points, 0.85), |px, py| {
            let broken = 0.5 + 0.5 * noise.fbm(px * 12.0, py * 70.0, 2);
            let fade = 1.0 - ((py - y) / h).clamp(0.0, 1.0) * 0.7;
            let amount = fade * lerp(0.75, 0.25 + 0.5 * broken, (scene.swell * 1.6).min(1.0));
            before.sample(px, py).mix(colour, amount)
        });
    }
    canvas.pen = Label::Sail;
    let mast = haze(light.shade(Rgb::hex(0x5A3E2A), [0.0, 0.3, 0.7], 0.8));
    canvas.line(
        (x + 0.02 * h * boat.facing, y - 0.15 * h),
        (x + 0.02 * h * boat.facing, y - 1.03 * h),
        (0.024 * h, 0.018 * h),
        mast,
        1.0,
    );
    canvas.polygon(&main, |px, _| left.mix(right, ((px - x) / h + 0.4).clamp(0.0, 1.0)));
    canvas.polygon(&fore, |px, _| right * lerp(1.0, 0.86, ((px - x).abs() / h * 2.0).min(1.0)));
    canvas.pen = Label::Hull;
    canvas.polygon(&hull, |_, py| hull_colour * lerp(0.7, 1.15, (y - py) / (0.17 * h)));
}
