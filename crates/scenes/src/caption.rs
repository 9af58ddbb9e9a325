//! Captions: a small grammar that says the facts of a scene in many wordings.
//!
//! Everything a caption can contain stands in the tables of [`phrases`], so [`words`] knows the whole vocabulary.

mod phrases;

use std::collections::BTreeSet;

use crate::rng::Rng;
use crate::scene::{Ground, Kind, Place, Relief, Scene, Season, Style, Time, Weather};
use phrases as say;

/// Four captions of growing length: a few words, a plain sentence, the light and the weather, everything.
#[must_use]
pub fn captions(scene: &Scene) -> [String; 4] {
    let mut rng = Rng::new(u64::from(scene.seed), 61);
    std::array::from_fn(|detail| {
        let subject = subject(&mut rng, scene, detail);
        styled(&mut rng, scene.style, subject, detail)
    })
}

/// Every word a caption can contain, sorted.
#[must_use]
pub fn words() -> Vec<&'static str> {
    let words: BTreeSet<&str> =
        say::all().flat_map(|phrase| phrase.split([' ', ',']).filter(|w| !w.is_empty())).collect();
    words.into_iter().collect()
}

fn one(rng: &mut Rng, choices: &[&'static str]) -> &'static str {
    choices.get(rng.below(choices.len())).copied().unwrap_or_default()
}

/// The subject with its light, weather and objects, without the style.
fn subject(rng: &mut Rng, scene: &Scene, detail: usize) -> String {
    let mut text = String::new();
    let mut words: Vec<&str> = Vec::new();
    let place = one(rng, say::place(scene.place));
    let told = |rng: &mut Rng, least: usize, otherwise: f32| detail >= least || rng.chance(otherwise);

    // Adjectives before the place: weather or time, then season.
    let adjective = one(rng, say::adjectives(scene.time, scene.weather));
    let leading = !adjective.is_empty() && rng.chance(if detail == 0 { 0.4 } else { 0.5 });
    let season_counts = scene.season != Season::Summer || rng.chance(0.5);
    let season = if season_counts && told(rng, 2, 0.45) { one(rng, say::season(scene.season)) } else { "" };
    let season_first = rng.chance(0.6);
    if leading {
        words.push(adjective);
    }
    if season_first && !season.is_empty() {
        words.push(season);
    }
    words.push(place);
    if let Some(first) = words.first().filter(|_| rng.chance(if detail == 0 { 0.35 } else { 0.7 })) {
        text.push_str(article(first, place));
    }
    text.push_str(&words.join(" "));
    if !season_first && !season.is_empty() {
        append(&mut text, &["in", season]);
    }
    let time = one(rng, say::time(scene.time));
    if told(rng, 1, 0.55) && !(leading && scene.time == Time::Day) && !time.is_empty() {
        append(&mut text, &[time]);
    }
    if told(rng, 2, if scene.weather == Weather::Clear { 0.25 } else { 0.6 }) {
        append(&mut text, &[one(rng, say::weather(scene.time, scene.weather))]);
    }
    if detail > 0 {
        let limit = [0, 1, 2, 5][detail];
        things(rng, scene, limit, &mut text);
    }
    text
}

/// Appends what else is to be seen.
fn things(rng: &mut Rng, scene: &Scene, limit: usize, text: &mut String) {
    let mut seen: Vec<&'static [&'static str]> = Vec::new();
    let terrain = |relief| scene.terrains.iter().any(|t| t.relief == relief);
    let mountains = matches!(scene.place, Place::Mountains | Place::MountainLake);
    let candidates = [
        (scene.has(Kind::Castle), say::CASTLE),
        (scene.has(Kind::Windmill), say::WINDMILL),
        (scene.village(), say::VILLAGE),
        (scene.has(Kind::Bridge), say::BRIDGE),
        (scene.aurora, say::AURORA),
        (scene.rainbow.is_some(), say::RAINBOW),
        (scene.has(Kind::Fence), say::FENCE),
        (scene.house.is_some(), say::HOUSE),
        (scene.lighthouse.is_some(), say::LIGHTHOUSE),
        (scene.boat.is_some(), say::BOAT),
        (scene.disc.is_some_and(|d| d.moon && d.phase == 0.0), say::FULL_MOON),
        (scene.disc.is_some_and(|d| d.moon && d.phase > 0.0), say::CRESCENT),
        (scene.disc.is_some_and(|d| !d.moon && scene.time == Time::Day), say::SUN),
        (scene.disc.is_some_and(|d| !d.moon && scene.time != Time::Day), say::LOW_SUN),
        (scene.path.is_some_and(|p| !p.water), say::PATH),
        (scene.path.is_some_and(|p| p.water) && scene.place != Place::River, say::STREAM),
        (
            scene.flowers > 0.3
                && scene.place != Place::FlowerField
                && !scene.white_ground()
                && scene.ground == Ground::Meadow,
            say::FLOWERS,
        ),
        (terrain(Relief::Alpine) && !mountains, say::FAR_MOUNTAINS),
        (terrain(Relief::Rolling) && scene.place != Place::Hills, say::FAR_HILLS),
        (scene.place != Place::Forest && !scene.trees.is_empty(), say::tree(scene.trees.first().map(|t| t.species))),
        (scene.ground == Ground::Water && scene.swell < 0.2, say::REFLECTION),
        (scene.ground == Ground::Water && scene.swell > 0.65, say::WAVES),
        (!scene.clouds.is_empty() && scene.weather == Weather::Clear, say::FEW_CLOUDS),
        (scene.stars(), say::STARS),
        (scene.birds > 0, say::BIRDS),
        (scene.white_ground() && scene.ground == Ground::Meadow, say::SNOW_COVER),
    ];
    seen.extend(candidates.iter().filter(|c| c.0).map(|c| c.1));
    // The first ones are the most striking; drop others at random until few enough are left.
    while seen.len() > limit {
        let from = seen.len() / 2;
        seen.remove(from + rng.below(seen.len() - from));
    }
    let chosen: Vec<&str> = seen.iter().map(|choices| one(rng, choices)).collect();
    match chosen.as_slice() {
        [] => {}
        [only] => append(text, &["with", only]),
        [most @ .., last] => append(text, &["with", &most.join(", "), "and", last]),
    }
}

/// Puts the style at the end, at the front, or (for photographs, sometimes) nowhere.
fn styled(rng: &mut Rng, style: Style, subject: String, detail: usize) -> String {
    if style == Style::Photo && rng.chance(0.35) {
        return subject;
    }
    if rng.chance(if detail == 1 { 0.55 } else { 0.25 }) {
        let noun = one(rng, say::style_noun(style));
        let article = if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
        format!("{article} {noun} of {subject}")
    } else {
        format!("{subject}, {}", one(rng, say::style(style)))
    }
}

fn article(first: &str, place: &str) -> &'static str {
    // Plural and mass nouns take none.
    let bare = place.ends_with('s') || place.ends_with("countryside") || place.starts_with("open");
    match first.chars().next() {
        _ if bare => "",
        Some('a' | 'e' | 'i' | 'o' | 'u') => "an ",
        _ => "a ",
    }
}

fn append(text: &mut String, words: &[&str]) {
    for word in words.iter().filter(|w| !w.is_empty()) {
        text.push(' ');
        text.push_str(word);
    }
}

#[cfg(test)]
mod tests {
    use super::{captions, words};
    use crate::compose::compose;
    use crate::scene::{Style, Time};

    #[test]
    fn the_word_list_covers_all_captions() {
        let known = words();
        assert!((280..=700).contains(&known.len()), "{} words", known.len());
        for index in 0..3000 {
            for caption in captions(&compose(5, index)) {
                assert!(caption.is_ascii() && caption == caption.to_lowercase(), "{caption}");
                assert!(!caption.contains("  ") && !caption.contains(" ,"), "{caption}");
                for word in caption.split([' ', ',']).filter(|w| !w.is_empty()) {
                    assert!(known.binary_search(&word).is_ok(), "{word:?} of {caption:?} is not listed");
                }
            }
        }
    }

    #[test]
    fn captions_name_the_style_and_the_time() {
        for index in 0..500 {
            let scene = compose(6, index);
            let all = captions(&scene);
            let named = |words: &[&str]| all.iter().filter(|c| words.iter().any(|w| c.contains(w))).count();
            match scene.style {
                Style::Oil => assert_eq!(named(&["oil"]), 4),
                Style::Watercolour => assert_eq!(named(&["watercolo", "aquarelle"]), 4),
                Style::Pixel => assert_eq!(named(&["pixel", "8-bit", "retro"]), 4),
                _ => {}
            }
            if scene.time == Time::Night {
                assert!(named(&["night", "midnight", "moonl", "star", "dark"]) >= 3, "{all:?}");
            }
            if scene.time == Time::Sunset {
                assert!(named(&["sunset", "evening", "golden", "setting", "sundown"]) >= 3, "{all:?}");
            }
        }
    }
}
