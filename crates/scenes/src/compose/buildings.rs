//! Places buildings beside the one house: villages, castles, windmills, bridges, fences, cities.

use super::ground_distance;
use crate::ground::path_at;
use crate::rng::Rng;
use crate::scene::{Built, Ground, Kind, Place, Scene, Thing};

/// Adds the buildings, far to near.
pub fn place_buildings(rng: &mut Rng, scene: &mut Scene) {
    let dry = scene.ground != Ground::Water;
    if scene.place == Place::City {
        let at = (rng.range(0.25, 0.75), scene.horizon + 0.012);
        let tall = scene.horizon * rng.range(0.55, 0.85);
        add(rng, scene, Kind::City, at, tall, 7.0);
    }
    let castled = match scene.place {
        Place::Hills | Place::Mountains | Place::MountainLake => 0.2,
        Place::River | Place::Lake | Place::Meadow => 0.12,
        Place::Cliffs => 0.16,
        _ => 0.0,
    };
    let milled = match scene.place {
        Place::FlowerField => 0.5,
        Place::Meadow | Place::Hills => 0.16,
        Place::River => 0.12,
        _ => 0.0,
    };
    let settled = match scene.place {
        Place::Hills | Place::Meadow | Place::River => 0.2,
        Place::Lake | Place::MountainLake | Place::Mountains => 0.14,
        _ => 0.0,
    };
    if scene.house.is_none() && rng.chance(castled) {
        let large = rng.range(0.26, 0.46);
        let at = if dry {
            let y = scene.horizon + rng.range(0.02, 0.1);
            (free(rng, scene, y, large * 0.6), y)
        } else {
            (rng.range(0.25, 0.75), scene.horizon + 0.012)
        };
        add(rng, scene, Kind::Castle, at, large, 4.5);
    } else if dry && scene.house.is_none() && rng.chance(milled) {
        for i in 0..rng.weighted(&[(0.75, 1), (0.25, 2)]) {
            let y = scene.horizon + rng.range(0.015, 0.05) + 0.06 * i as f32;
            let large = rng.range(0.26, 0.4);
            let at = (free(rng, scene, y, large * 0.35), y);
            add(rng, scene, Kind::Windmill, at, large, 3.5);
        }
    } else if scene.house.is_none() && rng.chance(settled) {
        village(rng, scene, dry);
    }
    bridge(rng, scene);
    if dry && scene.place != Place::City && scene.ground == Ground::Meadow && rng.chance(0.16) {
        let (y, tall) = (rng.range(0.8, 0.93), rng.range(0.07, 0.11));
        let left = rng.chance(0.5);
        let at = (if left { rng.range(-0.05, 0.02) } else { rng.range(0.98, 1.05) }, y);
        scene.built.push(Built {
            kind: Kind::Fence,
            thing: Thing { at, height: tall, distance: 1.6, facing: if left { 1.0 } else { -1.0 }, seed: rng.seed() },
        });
    }
    scene.built.sort_by(|a, b| a.thing.at.1.total_cmp(&b.thing.at.1));
}

fn add(rng: &mut Rng, scene: &mut Scene, kind: Kind, at: (f32, f32), height: f32, distance: f32) {
    let facing = if rng.chance(0.5) { -1.0 } else { 1.0 };
    scene.built.push(Built { kind, thing: Thing { at, height, distance, facing, seed: rng.seed() } });
}

/// A place left or right that leaves a path or river free, if there is one.
fn free(rng: &mut Rng, scene: &Scene, y: f32, room: f32) -> f32 {
    let mut x = rng.range(0.15, 0.85);
    for _ in 0..8 {
        let taken = scene.path.is_some_and(|path| {
            let (middle, half) = path_at(scene, &path, y);
            (x - middle).abs() < half + room
        }) || scene.built.iter().any(|b| (b.thing.at.0 - x).abs() < room + b.thing.height * 0.3);
        if !taken {
            break;
        }
        x = rng.range(0.1, 0.9);
    }
    x
}

/// A church and the houses around it.
fn village(rng: &mut Rng, scene: &mut Scene, dry: bool) {
    let middle = rng.range(0.25, 0.75);
    let count = rng.between(4, 8);
    for i in 0..count {
        let depth = i as f32 / count as f32;
        let y = if dry { scene.horizon + 0.012 + 0.1 * depth } else { scene.horizon + 0.006 };
        let x = middle + rng.range(-0.34, 0.34);
        if scene.path.is_some_and(|path| {
            let (at, half) = path_at(scene, &path, y);
            (x - at).abs() < half + 0.06
        }) {
            continue;
        }
        let distance = if dry { ground_distance(scene.horizon, y).min(9.0) } else { 6.0 };
        let large = (0.085 + 0.06 * depth) * rng.range(0.85, 1.2);
        if i == 1 {
            add(rng, scene, Kind::Church, (x, y), large * 2.2, distance);
        } else {
            add(rng, scene, Kind::House, (x, y), large, distance);
        }
    }
}

fn bridge(rng: &mut Rng, scene: &mut Scene) {
    match scene.path {
        Some(path) if path.water && rng.chance(if scene.place == Place::River { 0.45 } else { 0.3 }) => {
            let y = scene.horizon + (1.0 - scene.horizon) * rng.range(0.2, 0.42);
            let (middle, half) = path_at(scene, &path, y);
            add(rng, scene, Kind::Bridge, (middle, y), (half * 1.35).max(0.12), ground_distance(scene.horizon, y));
        }
        None if matches!(scene.place, Place::Lake | Place::City | Place::MountainLake)
            && scene.ground == Ground::Water
            && scene.built.iter().all(|b| b.kind == Kind::City)
            && scene.house.is_none()
            && rng.chance(0.22) =>
        {
            let at = (rng.range(0.3, 0.7), scene.horizon + 0.016);
            let span = rng.range(0.22, 0.4);
            add(rng, scene, Kind::Bridge, at, span, 3.5);
        }
        _ => {}
    }
}
