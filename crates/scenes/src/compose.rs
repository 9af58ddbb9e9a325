//! The grammar of composition: draws the facts of a scene so that they make sense together.

mod buildings;
mod land;
mod sky;
mod things;

use crate::rng::Rng;
use crate::scene::{Ground, Place, Scene, Season, Style, Time, Weather};

/// The facts of picture `index` of data set `seed`.
#[must_use]
pub fn compose(seed: u64, index: u64) -> Scene {
    let mut rng = Rng::new(seed, index);
    let mut scene = facts(&mut rng);
    sky::place_disc(&mut rng, &mut scene);
    sky::place_clouds(&mut rng, &mut scene);
    land::place_land(&mut rng, &mut scene);
    things::place_things(&mut rng, &mut scene);
    buildings::place_buildings(&mut rng, &mut scene);
    things::place_trees(&mut rng, &mut scene);
    scene
}

/// How far away flat ground is that shows at height `y`.
#[must_use]
pub fn ground_distance(horizon: f32, y: f32) -> f32 {
    0.45 / (y - horizon + 0.012).max(0.012)
}

fn facts(rng: &mut Rng) -> Scene {
    let place = rng.weighted(&[
        (1.1, Place::Mountains),
        (1.3, Place::MountainLake),
        (1.2, Place::Hills),
        (1.3, Place::Meadow),
        (1.2, Place::Forest),
        (1.1, Place::Lake),
        (1.2, Place::Sea),
        (1.0, Place::Beach),
        (0.5, Place::Desert),
        (0.6, Place::Volcano),
        (0.6, Place::Canyon),
        (0.7, Place::Cliffs),
        (0.6, Place::Waterfall),
        (0.8, Place::River),
        (0.8, Place::City),
        (0.7, Place::FlowerField),
    ]);
    let time = rng.weighted(&[
        (0.12, Time::Dawn),
        (0.42, Time::Day),
        (0.20, Time::Sunset),
        (0.09, Time::Dusk),
        (0.17, Time::Night),
    ]);
    let dry = matches!(place, Place::Desert | Place::Canyon);
    let bloom = place == Place::FlowerField;
    let mut season = rng.weighted(&[
        (0.2, Season::Spring),
        (0.4, Season::Summer),
        (if bloom { 0.0 } else { 0.2 }, Season::Autumn),
        (if dry || bloom { 0.0 } else { 0.2 }, Season::Winter),
    ]);
    let wet = if dry { 0.0 } else { 1.0 };
    let weather = rng.weighted(&[
        (0.46, Weather::Clear),
        (0.20, Weather::Cloudy),
        (0.12 * wet, Weather::Foggy),
        (0.08 * wet, Weather::Rainy),
        (if season == Season::Winter { 0.3 } else { 0.02 * wet * if bloom { 0.0 } else { 1.0 } }, Weather::Snowy),
        (0.06, Weather::Stormy),
    ]);
    if weather == Weather::Snowy {
        season = Season::Winter;
    }
    let style = rng.weighted(&[
        (0.22, Style::Photo),
        (0.17, Style::Oil),
        (0.15, Style::Watercolour),
        (0.09, Style::Pastel),
        (0.08, Style::Gouache),
        (0.10, Style::Ink),
        (0.08, Style::Pixel),
        (0.06, Style::Poster),
        (0.06, Style::LowPoly),
    ]);
    let horizon = match place {
        Place::Mountains | Place::Hills | Place::Forest => rng.range(0.56, 0.74),
        Place::MountainLake | Place::Lake => rng.range(0.46, 0.64),
        Place::Volcano | Place::Canyon => rng.range(0.58, 0.74),
        Place::Waterfall => rng.range(0.6, 0.72),
        Place::City => rng.range(0.52, 0.7),
        Place::River => rng.range(0.42, 0.58),
        Place::FlowerField => rng.range(0.36, 0.52),
        Place::Cliffs => rng.range(0.5, 0.68),
        Place::Meadow | Place::Desert => rng.range(0.46, 0.66),
        Place::Sea => rng.range(0.4, 0.66),
        Place::Beach => rng.range(0.36, 0.54),
    };
    let ground = match place {
        Place::MountainLake | Place::Lake | Place::Sea | Place::Beach | Place::Cliffs | Place::Waterfall => {
            Ground::Water
        }
        Place::City if rng.chance(0.7) => Ground::Water,
        Place::Desert | Place::Canyon => Ground::Sand,
        _ => Ground::Meadow,
    };
    let calm = match place {
        Place::Sea | Place::Beach | Place::Cliffs => rng.range(0.35, 0.8),
        _ => rng.range(0.03, 0.4),
    };
    Scene {
        seed: rng.seed(),
        place,
        time,
        weather,
        season,
        style,
        horizon,
        disc: None,
        light_side: if rng.chance(0.5) { rng.range(-1.0, -0.5) } else { rng.range(0.5, 1.0) },
        mood: rng.unit(),
        cover: 0.0,
        clouds: Vec::new(),
        terrains: Vec::new(),
        ground,
        swell: if weather == Weather::Stormy { (calm + 0.4).min(1.0) } else { calm },
        flowers: 0.0,
        shore: None,
        path: None,
        trees: Vec::new(),
        treeline: None,
        house: None,
        built: Vec::new(),
        fall: None,
        aurora: false,
        rainbow: None,
        lighthouse: None,
        boat: None,
        birds: 0,
    }
}
