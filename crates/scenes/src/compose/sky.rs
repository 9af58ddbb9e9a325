//! Places the sun or the moon, the clouds and the birds.

use crate::rng::Rng;
use crate::scene::{Cloud, Disc, Scene, Season, Time, Weather};

/// The sun or the moon, if the weather lets it through.
pub fn place_disc(rng: &mut Rng, scene: &mut Scene) {
    let seen = match (scene.time, scene.weather) {
        (_, Weather::Rainy | Weather::Snowy | Weather::Stormy) => 0.0,
        (Time::Dusk, _) => 0.25,
        (Time::Day, Weather::Clear) => 0.72,
        (Time::Day, Weather::Cloudy) => 0.35,
        (_, Weather::Foggy) => 0.5,
        _ => 0.85,
    };
    let x = rng.range(0.1, 0.9);
    let low = scene.horizon - rng.range(0.02, 0.16);
    if !rng.chance(seen) {
        return;
    }
    let moon = matches!(scene.time, Time::Night | Time::Dusk);
    let y = match scene.time {
        Time::Dawn | Time::Sunset => low,
        Time::Day => rng.range(0.09, 0.28),
        _ => rng.range(0.1, 0.34),
    };
    let radius = match scene.time {
        Time::Dawn | Time::Sunset => rng.range(0.035, 0.075),
        Time::Day => rng.range(0.03, 0.055),
        _ => rng.range(0.03, 0.07),
    };
    let phase = if moon && rng.chance(0.35) { rng.range(0.45, 0.8) } else { 0.0 };
    scene.disc = Some(Disc { at: (x, y), radius, moon, phase });
    // Even a light straight ahead is shaded as if from one side: fully back-lit land would be a black cut-out.
    let side = if (x - 0.5).abs() < 0.06 { scene.light_side } else { (x - 0.5) * 2.4 };
    scene.light_side = side.signum() * side.abs().clamp(0.5, 1.0);
}

/// Cloud cover, single clouds, and birds on quiet days.
pub fn place_clouds(rng: &mut Rng, scene: &mut Scene) {
    scene.cover = match scene.weather {
        Weather::Clear => rng.pick(&[0.0, 0.0, 0.08, 0.2]) * rng.range(0.7, 1.3),
        Weather::Cloudy => rng.range(0.42, 0.7),
        Weather::Foggy => 0.0,
        Weather::Rainy | Weather::Snowy => rng.range(0.7, 0.9),
        Weather::Stormy => rng.range(0.8, 0.95),
    };
    let heaps = match scene.weather {
        Weather::Clear if scene.cover < 0.06 && rng.chance(0.6) => rng.between(1, 5),
        Weather::Cloudy if rng.chance(0.6) => {
            scene.cover = rng.range(0.1, 0.35);
            rng.between(4, 9)
        }
        _ => 0,
    };
    for _ in 0..heaps {
        let y = rng.range(0.06, scene.horizon * 0.72);
        // Clouds lower in the sky are farther away, so they are smaller.
        let reach = rng.range(0.08, 0.22) * (1.25 - y / scene.horizon * 0.8);
        scene.clouds.push(Cloud { at: (rng.unit(), y), reach: (reach, reach * rng.range(0.32, 0.5)) });
    }
    scene.clouds.sort_by(|a, b| b.at.1.total_cmp(&a.at.1));
    scene.aurora = scene.stars() && rng.chance(if scene.season == Season::Winter { 0.45 } else { 0.15 });
    let wet = matches!(scene.weather, Weather::Rainy) || (scene.weather == Weather::Cloudy && scene.cover > 0.3);
    let bow = rng.chance(if wet && scene.time != Time::Night && scene.time != Time::Dusk { 0.35 } else { 0.01 });
    let (foot, radius) = (rng.range(-0.15, 0.55), rng.range(0.35, 0.6));
    if bow && scene.time == Time::Day && scene.disc.is_none() {
        scene.rainbow = Some((foot, radius));
    }
    let quiet = matches!(scene.weather, Weather::Clear | Weather::Cloudy) && scene.time != Time::Night;
    if quiet && rng.chance(0.2) {
        scene.birds = rng.between(2, 6);
    }
}
