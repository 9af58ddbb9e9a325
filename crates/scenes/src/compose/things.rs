//! Places what stands on the land and floats on the water: houses, lighthouses, boats, trees.

use super::ground_distance;
use crate::rng::Rng;
use crate::scene::{Ground, Place, Scene, Season, Species, Thing, Tree};

/// A place on dry land, from `low` to `high` of the way from its far edge (0) to the bottom of the picture (1).
fn stand(rng: &mut Rng, scene: &Scene, low: f32, high: f32) -> (f32, f32) {
    let top = land_top(scene);
    (rng.range(0.12, 0.88), top + (1.0 - top) * rng.range(low, high))
}

/// The height on the picture where dry ground begins.
fn land_top(scene: &Scene) -> f32 {
    match scene.shore {
        Some(shore) => shore.line.0.max(shore.line.1) + 0.02,
        None => scene.horizon + 0.012,
    }
}

/// A house, a lighthouse, a boat.
pub fn place_things(rng: &mut Rng, scene: &mut Scene) {
    let dry = scene.ground != Ground::Water;
    let facing = |rng: &mut Rng| if rng.chance(0.5) { -1.0 } else { 1.0 };
    let housed = match scene.place {
        Place::Hills | Place::Meadow => 0.42,
        Place::Mountains => 0.3,
        Place::Forest => 0.14,
        Place::Lake | Place::MountainLake => 0.22,
        Place::Beach | Place::Sea => 0.12,
        Place::River | Place::FlowerField => 0.25,
        Place::Volcano => 0.1,
        Place::Desert | Place::Canyon | Place::Cliffs | Place::Waterfall | Place::City => 0.0,
    };
    if rng.chance(housed) {
        let (at, distance) = if dry {
            let at = stand(rng, scene, 0.02, 0.4);
            (at, ground_distance(scene.horizon, at.1))
        } else if scene.shore.is_some() && rng.chance(0.6) {
            (stand(rng, scene, 0.0, 0.2), 2.2)
        } else {
            ((rng.range(0.12, 0.88), scene.horizon + 0.004), 6.0)
        };
        let height = (0.6 / distance).clamp(0.14, 0.28) * rng.range(0.9, 1.2);
        // On the far shore there must be land to build on.
        let founded = dry || at.1 > scene.horizon + 0.01 || scene.treeline.is_some() || !scene.terrains.is_empty();
        if founded {
            scene.house = Some(Thing { at, height, distance, facing: facing(rng), seed: rng.seed() });
        }
    }
    let coast = matches!(scene.place, Place::Sea | Place::Beach | Place::Cliffs);
    if coast && scene.house.is_none() && rng.chance(0.26) {
        let x = if rng.chance(0.5) { rng.range(0.1, 0.34) } else { rng.range(0.66, 0.9) };
        let at = (x, scene.horizon + 0.01);
        scene.lighthouse =
            Some(Thing { at, height: rng.range(0.27, 0.42), distance: 5.0, facing: facing(rng), seed: rng.seed() });
    }
    let sailed = match scene.place {
        Place::Sea => 0.5,
        Place::Lake | Place::Beach | Place::City if scene.ground == Ground::Water => 0.28,
        Place::Cliffs => 0.3,
        Place::MountainLake => 0.18,
        _ => 0.0,
    };
    if rng.chance(sailed) {
        let end = scene.shore.map_or(0.95, |s| s.line.0.min(s.line.1) - 0.05);
        let y = scene.horizon + (end - scene.horizon).max(0.02) * rng.range(0.12, 0.6);
        let distance = ground_distance(scene.horizon, y);
        let height = (0.75 / distance).clamp(0.15, 0.38) * rng.range(0.9, 1.15);
        scene.boat =
            Some(Thing { at: (rng.range(0.15, 0.85), y), height, distance, facing: facing(rng), seed: rng.seed() });
    }
}

fn species(rng: &mut Rng, scene: &Scene, conifers: bool) -> Species {
    match scene.place {
        Place::Beach | Place::Desert | Place::Canyon => Species::Palm,
        _ if conifers => Species::Conifer,
        _ if scene.season == Season::Winter => Species::Bare,
        _ if scene.season == Season::Spring && rng.chance(0.35) => Species::Blossom,
        _ => Species::Broad,
    }
}

/// Trees, one by one.
pub fn place_trees(rng: &mut Rng, scene: &mut Scene) {
    let conifers = rng.chance(match scene.place {
        Place::Mountains | Place::MountainLake => 0.75,
        Place::Forest => 0.5,
        _ => 0.3,
    });
    let mixed = rng.chance(0.25);
    let mut trees = Vec::new();
    if scene.place == Place::Forest {
        // Rows of trees from the far edge of the wood to the painter, with a clearing in the middle.
        let clearing = scene.path.map_or(rng.range(0.35, 0.65), |p| (p.from + p.to) * 0.5);
        for (depth, count) in [(0.02, 16), (0.1, 11), (0.26, 8), (0.55, 5)] {
            for i in 0..count {
                let x = (i as f32 + rng.range(0.1, 0.9)) / count as f32 * 1.2 - 0.1;
                let y = scene.horizon + (1.0 - scene.horizon) * depth * rng.range(0.8, 1.3);
                let room = 0.06 + depth * 0.55;
                if (x - clearing).abs() < room * 0.5 {
                    continue;
                }
                let distance = ground_distance(scene.horizon, y);
                let height = scene.horizon * rng.range(0.5, 0.72) * (0.62 + depth * 1.1);
                let other = mixed && rng.chance(0.3);
                let kind = species(rng, scene, conifers != other);
                trees.push(Tree { at: (x, y), height, species: kind, distance, seed: rng.seed() });
            }
        }
    } else {
        let dry = scene.ground != Ground::Water;
        let (few, many) = match scene.place {
            Place::Mountains | Place::Hills | Place::Meadow | Place::Volcano | Place::River => (0, 9),
            Place::FlowerField => (0, 4),
            Place::Lake | Place::MountainLake | Place::Waterfall => (0, 5),
            Place::Beach => (0, 4),
            Place::Desert => (0, 4),
            _ => (0, 0),
        };
        if dry || scene.shore.is_some() {
            for _ in 0..rng.between(few, many) {
                let depth = rng.unit();
                let mut at = stand(rng, scene, 0.02, 0.35 + 0.4 * depth);
                at.0 = rng.range(0.0, 1.0);
                let distance = if dry { ground_distance(scene.horizon, at.1) } else { 1.9 };
                let tall = if dry { (0.75 / distance).clamp(0.11, 0.5) } else { rng.range(0.22, 0.42) };
                let other = mixed && rng.chance(0.3);
                let kind = species(rng, scene, conifers != other);
                // A broad path and a house keep their ground free.
                let blocked = scene.path.is_some_and(|p| {
                    let (middle, half) = crate::ground::path_at(scene, &p, at.1);
                    (at.0 - middle).abs() < half + 0.04
                }) || scene
                    .built
                    .iter()
                    .any(|b| (at.0 - b.thing.at.0).abs() < b.thing.height && at.1 > b.thing.at.1 - 0.02)
                    || scene.house.is_some_and(|h| (at.0 - h.at.0).abs() < h.height * 0.9 && at.1 > h.at.1 - 0.03);
                if !blocked {
                    let height = tall * rng.range(0.8, 1.25);
                    trees.push(Tree { at, height, species: kind, distance, seed: rng.seed() });
                }
            }
        }
    }
    trees.sort_by(|a: &Tree, b| a.at.1.total_cmp(&b.at.1));
    scene.trees = trees;
}
