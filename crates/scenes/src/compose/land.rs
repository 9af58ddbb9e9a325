//! Places the land: mountains, hills, the near shore, paths and flowers.

use crate::rng::Rng;
use crate::scene::{Ground, Path, Place, Relief, Scene, Season, Shore, Terrain};

/// Terrain, far forest, shore, flowers and path.
pub fn place_land(rng: &mut Rng, scene: &mut Scene) {
    let foot = scene.horizon;
    let mut add = |rng: &mut Rng, relief, rise: f32, distance, snow_line| {
        let peak = rng.range(0.15, 0.85);
        let seed = rng.seed();
        scene.terrains.push(Terrain { relief, foot: foot + 0.004, rise, peak, distance, snow_line, seed });
    };
    let snow = match scene.season {
        Season::Winter => rng.range(0.05, 0.4),
        Season::Summer => rng.range(0.6, 1.1),
        _ => rng.range(0.45, 0.85),
    };
    match scene.place {
        Place::Mountains | Place::MountainLake => {
            if rng.chance(0.6) {
                let rise = rng.range(0.16, 0.3);
                add(rng, Relief::Alpine, rise, 26.0, snow);
            }
            let rise = foot * rng.range(0.38, 0.72);
            add(rng, Relief::Alpine, rise, 12.0, snow);
            if rng.chance(0.6) {
                let rise = rng.range(0.05, 0.13);
                add(rng, Relief::Rolling, rise, 6.0, snow);
            }
        }
        Place::Hills => {
            if rng.chance(0.3) {
                let rise = rng.range(0.2, 0.34);
                add(rng, Relief::Alpine, rise, 24.0, snow);
            }
            for (distance, low, high) in [(14.0, 0.18, 0.3), (8.0, 0.11, 0.2), (4.5, 0.05, 0.12)] {
                let rise = rng.range(low, high);
                add(rng, Relief::Rolling, rise, distance, snow);
            }
        }
        Place::Volcano => {
            let rise = foot * rng.range(0.55, 0.8);
            add(rng, Relief::Volcano, rise, 13.0, snow.max(0.5));
            if rng.chance(0.6) {
                let rise = rng.range(0.04, 0.1);
                add(rng, Relief::Rolling, rise, 6.0, snow);
            }
        }
        Place::Canyon => {
            for (distance, low, high) in [(18.0, 0.26, 0.38), (8.0, 0.24, 0.42)] {
                let rise = rng.range(low, high);
                add(rng, Relief::Mesa, rise, distance, 2.0);
            }
        }
        Place::Cliffs => {
            if rng.chance(0.4) {
                let rise = rng.range(0.08, 0.16);
                add(rng, Relief::Cliff, rise, 16.0, 2.0);
            }
            let rise = rng.range(0.2, 0.38);
            add(rng, Relief::Cliff, rise, 4.0, 2.0);
        }
        Place::Waterfall => {
            if rng.chance(0.4) {
                let rise = foot * rng.range(0.6, 0.8);
                add(rng, Relief::Alpine, rise, 20.0, snow);
            }
            let rise = foot * rng.range(0.52, 0.74);
            add(rng, Relief::Wall, rise, 4.0, 2.0);
        }
        Place::City => {
            if rng.chance(0.3) {
                let rise = rng.range(0.1, 0.22);
                add(rng, Relief::Alpine, rise, 26.0, snow);
            }
        }
        Place::Desert => {
            if rng.chance(0.3) {
                let rise = rng.range(0.1, 0.24);
                add(rng, Relief::Alpine, rise, 20.0, 2.0);
            }
            for (distance, low, high) in [(11.0, 0.1, 0.2), (5.0, 0.06, 0.14)] {
                let rise = rng.range(low, high);
                add(rng, Relief::Dunes, rise, distance, 2.0);
            }
        }
        _ => {
            let sea = matches!(scene.place, Place::Sea | Place::Beach);
            if rng.chance(if sea { 0.22 } else { 0.35 }) {
                let rise = rng.range(0.08, 0.24);
                add(rng, Relief::Alpine, rise, 26.0, snow);
            }
            if rng.chance(if sea { 0.2 } else { 0.7 }) {
                let rise = rng.range(0.04, 0.14);
                add(rng, Relief::Rolling, rise, 9.0, snow);
            }
        }
    }
    if scene.place == Place::Waterfall {
        scene.fall = scene.terrains.last().map(|wall| wall.peak);
    }
    let wooded = match scene.place {
        Place::Lake | Place::Forest => 0.9,
        Place::River => 0.7,
        Place::MountainLake => 0.5,
        Place::Meadow | Place::Mountains => 0.4,
        _ => 0.0,
    };
    if rng.chance(wooded) {
        scene.treeline = Some(rng.range(0.025, 0.075));
    }
    let bank = match scene.place {
        Place::Beach => 1.0,
        Place::Lake | Place::MountainLake => 0.55,
        Place::Waterfall => 0.8,
        Place::City => 0.25,
        Place::Sea => 0.15,
        _ => 0.0,
    };
    if rng.chance(bank) {
        let sand = scene.place == Place::Beach;
        let base = if sand { rng.range(0.66, 0.8) } else { rng.range(0.8, 0.92) };
        let tilt = rng.range(-0.12, 0.12);
        let ground = if sand { Ground::Sand } else { Ground::Meadow };
        scene.shore = Some(Shore { ground, line: (base - tilt, base + tilt), seed: rng.seed() });
    }
    let warm = matches!(scene.season, Season::Spring | Season::Summer);
    if warm && scene.place == Place::Meadow {
        scene.flowers = if rng.chance(0.75) { rng.range(0.35, 1.0) } else { 0.0 };
    } else if scene.place == Place::FlowerField {
        scene.flowers = rng.range(0.7, 1.0);
    } else if warm && rng.chance(0.3) {
        scene.flowers = rng.range(0.1, 0.6);
    }
    let walked = match scene.place {
        Place::Meadow | Place::Hills | Place::Forest => 0.4,
        Place::Mountains | Place::Volcano | Place::Canyon => 0.3,
        _ => 0.0,
    };
    if scene.place == Place::River {
        let from = rng.range(0.3, 0.7);
        let (to, bend) = (from + rng.range(-0.25, 0.25), rng.range(-0.16, 0.16));
        scene.path = Some(Path { from, to, bend, width: rng.range(0.45, 0.8), water: true });
    } else if rng.chance(walked) {
        let from = rng.range(0.25, 0.75);
        scene.path = Some(Path {
            from,
            to: from + rng.range(-0.25, 0.25),
            bend: rng.range(-0.14, 0.14),
            width: rng.range(0.1, 0.22),
            water: scene.season != Season::Winter && rng.chance(0.3),
        });
    }
}
