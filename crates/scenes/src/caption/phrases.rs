//! The wordings. Every function and table here is listed in [`all`], which is the vocabulary of the captions.

use crate::scene::{Place, Season, Species, Style, Time, Weather};

type Phrases = &'static [&'static str];

/// Words the grammar puts between phrases.
const GLUE: Phrases = &["a", "an", "in", "of", "with", "and"];

pub const HOUSE: Phrases = &[
    "a house",
    "a small house",
    "a cottage",
    "a cozy cottage",
    "a cabin",
    "a farmhouse",
    "a lonely house",
    "a little house with a red roof",
];
pub const CASTLE: Phrases =
    &["a castle", "an old castle", "a stone castle", "a medieval castle", "a castle with towers", "a fortress"];
pub const WINDMILL: Phrases = &["a windmill", "an old windmill", "a dutch windmill", "a mill"];
pub const VILLAGE: Phrases =
    &["a village", "a small village", "a village with a church", "houses and a church", "a little town", "some houses"];
pub const BRIDGE: Phrases = &["a bridge", "a stone bridge", "an old bridge", "an arched bridge"];
pub const FENCE: Phrases = &["a fence", "a wooden fence", "a fence in front"];
pub const AURORA: Phrases = &["northern lights", "an aurora", "aurora borealis", "green northern lights in the sky"];
pub const RAINBOW: Phrases = &["a rainbow", "a rainbow in the sky", "a bright rainbow"];
pub const LIGHTHOUSE: Phrases =
    &["a lighthouse", "a tall lighthouse", "a lighthouse on the rocks", "a striped lighthouse on the coast"];
pub const BOAT: Phrases =
    &["a boat", "a sailboat", "a sailing boat", "a small boat", "a boat with sails", "a lonely sailboat"];
pub const FULL_MOON: Phrases = &["a full moon", "the moon", "a bright moon", "the full moon above", "moonlight"];
pub const CRESCENT: Phrases = &["a crescent moon", "the moon", "a thin moon", "a half moon"];
pub const SUN: Phrases = &["the sun", "a bright sun", "the sun in the sky", "the sun shining", "a yellow sun"];
pub const LOW_SUN: Phrases =
    &["a low sun", "the sun on the horizon", "the sun low in the sky", "an orange sun", "the sun near the horizon"];
pub const PATH: Phrases =
    &["a path", "a winding path", "a dirt road", "a road", "a trail", "a footpath", "a country lane"];
pub const STREAM: Phrases = &["a stream", "a brook", "a small river", "a winding river", "a creek"];
pub const FLOWERS: Phrases = &[
    "flowers",
    "wildflowers",
    "colorful flowers",
    "colourful wildflowers",
    "many flowers",
    "blooming flowers",
    "poppies and daisies",
];
pub const FAR_MOUNTAINS: Phrases = &[
    "mountains in the background",
    "distant mountains",
    "far mountains",
    "mountains on the horizon",
    "mountains behind",
    "rocky peaks in the distance",
];
pub const FAR_HILLS: Phrases =
    &["hills in the background", "distant hills", "low hills", "hills behind", "rolling hills in the distance"];
pub const REFLECTION: Phrases =
    &["reflections in the water", "a mirror reflection", "still water", "calm water", "clear reflections"];
pub const WAVES: Phrases = &["waves", "big waves", "rough water", "foamy waves", "breaking waves"];
pub const FEW_CLOUDS: Phrases =
    &["white clouds", "a few clouds", "fluffy clouds", "puffy clouds", "small clouds", "some clouds"];
pub const STARS: Phrases = &["stars", "a starry sky", "many stars", "bright stars", "twinkling stars", "the milky way"];
pub const BIRDS: Phrases = &["birds", "birds in the sky", "flying birds", "a flock of birds", "gulls"];
pub const SNOW_COVER: Phrases = &["snow on the ground", "fresh snow", "deep snow", "white snow", "snow everywhere"];

pub fn tree(species: Option<Species>) -> Phrases {
    match species {
        Some(Species::Conifer) => {
            &["pine trees", "fir trees", "some pines", "spruce trees", "evergreen trees", "conifers"]
        }
        Some(Species::Bare) => &["bare trees", "leafless trees", "naked trees"],
        Some(Species::Blossom) => &["blossoming trees", "cherry trees in bloom", "pink blossom", "blooming trees"],
        Some(Species::Palm) => &["palm trees", "palms", "a palm tree"],
        Some(Species::Broad) | None => {
            &["trees", "a few trees", "green trees", "leafy trees", "some trees", "oak trees", "old trees"]
        }
    }
}

pub fn place(place: Place) -> Phrases {
    match place {
        Place::Mountains => &[
            "mountains",
            "mountain landscape",
            "mountain range",
            "alpine landscape",
            "mountain valley",
            "high mountains",
            "rocky mountains",
            "mountain scene",
        ],
        Place::MountainLake => &[
            "mountain lake",
            "alpine lake",
            "lake in the mountains",
            "lake below mountains",
            "lake and mountains",
            "mountains by a lake",
            "mountains and water",
        ],
        Place::Hills => &[
            "hills",
            "rolling hills",
            "green hills",
            "hilly landscape",
            "countryside",
            "rural landscape",
            "hillside",
            "country landscape",
        ],
        Place::Meadow => {
            &["meadow", "field", "grassland", "grassy field", "flat meadow", "pasture", "grassy plain", "wide meadow"]
        }
        Place::Forest => &[
            "forest",
            "woods",
            "woodland",
            "deep forest",
            "forest clearing",
            "forest scene",
            "dense forest",
            "forest glade",
        ],
        Place::Lake => &["lake", "quiet lake", "lake landscape", "calm lake", "lakeside", "lake shore", "wide lake"],
        Place::Sea => &["sea", "ocean", "seascape", "open sea", "ocean view", "coast", "wide ocean", "sea view"],
        Place::Beach => &[
            "beach",
            "sandy beach",
            "seaside",
            "beach by the sea",
            "shore",
            "sandy shore",
            "tropical beach",
            "beach and ocean",
        ],
        Place::Volcano => &["volcano", "smoking volcano", "volcanic landscape", "volcano landscape", "fiery volcano"],
        Place::Canyon => &["canyon", "red canyon", "rocky canyon", "desert canyon", "canyon landscape"],
        Place::Cliffs => &["cliffs", "sea cliffs", "cliffs by the sea", "rocky cliffs", "steep coast"],
        Place::Waterfall => {
            &["waterfall", "tall waterfall", "waterfall and pool", "waterfall over rocks", "waterfall landscape"]
        }
        Place::River => &["river", "wide river", "river landscape", "river valley", "winding river"],
        Place::City => &["city skyline", "city", "skyline", "big city", "skyscrapers", "city by the water"],
        Place::FlowerField => {
            &["flower field", "field of flowers", "tulip field", "rows of flowers", "flower fields", "blooming field"]
        }
        Place::Desert => {
            &["desert", "sand dunes", "dunes", "desert landscape", "sandy desert", "dry desert", "desert dunes"]
        }
    }
}

pub fn season(season: Season) -> Phrases {
    match season {
        Season::Spring => &["spring", "spring", "springtime"],
        Season::Summer => &["summer", "summer", "summertime"],
        Season::Autumn => &["autumn", "autumn", "fall"],
        Season::Winter => &["winter", "winter", "wintertime"],
    }
}

pub fn adjectives(time: Time, weather: Weather) -> Phrases {
    match (weather, time) {
        (Weather::Clear, Time::Day) => &["sunny", "bright", "sunlit", "clear", "beautiful", "sunny", "peaceful"],
        (Weather::Clear, Time::Dawn) => &["peaceful", "rosy", "quiet", "fresh", "soft"],
        (Weather::Clear, Time::Sunset) => &["golden", "glowing", "warm", "fiery", "beautiful"],
        (Weather::Clear, Time::Dusk) => &["quiet", "purple", "dim", "calm"],
        (Weather::Clear, Time::Night) => &["dark", "moonlit", "starry", "nightly", "silent"],
        (Weather::Cloudy, _) => &["cloudy", "overcast", "gray", "dramatic"],
        (Weather::Foggy, _) => &["foggy", "misty", "hazy"],
        (Weather::Rainy, _) => &["rainy", "wet", "gloomy"],
        (Weather::Snowy, _) => &["snowy", "frosty", "cold"],
        (Weather::Stormy, _) => &["stormy", "dark", "wild", "moody"],
    }
}

pub fn time(time: Time) -> Phrases {
    match time {
        Time::Dawn => {
            &["at dawn", "at sunrise", "in the early morning", "in the morning", "at daybreak", "in morning light"]
        }
        Time::Day => &["by day", "at noon", "in daylight", "in the afternoon", "in the daytime", "at midday"],
        Time::Sunset => {
            &["at sunset", "in the evening", "at sundown", "in the setting sun", "at golden hour", "in evening light"]
        }
        Time::Dusk => &["at dusk", "at twilight", "after sunset", "at nightfall", "at blue hour"],
        Time::Night => &["at night", "by night", "at midnight", "under the night sky", "in the dark of night"],
    }
}

pub fn weather(time: Time, weather: Weather) -> Phrases {
    match (weather, time) {
        (Weather::Clear, Time::Day) => {
            &["under a blue sky", "under a clear sky", "in sunshine", "in bright sunlight", "in clear weather"]
        }
        (Weather::Clear, Time::Dawn) => &["under a pink sky", "under a clear sky", "in soft light", "under a pale sky"],
        (Weather::Clear, Time::Sunset) => {
            &["under an orange sky", "under a red sky", "in warm light", "in golden light", "under a glowing sky"]
        }
        (Weather::Clear, Time::Dusk) => &["under a purple sky", "in the last light", "under a violet sky"],
        (Weather::Clear, Time::Night) => {
            &["under a starry sky", "under the stars", "under a dark sky", "under a clear sky"]
        }
        (Weather::Cloudy, _) => &[
            "under a cloudy sky",
            "under clouds",
            "under dramatic clouds",
            "in cloudy weather",
            "under an overcast sky",
        ],
        (Weather::Foggy, _) => &["in fog", "in mist", "in the fog", "in thick fog", "in morning mist", "in haze"],
        (Weather::Rainy, _) => {
            &["in the rain", "in rain", "under a gray sky", "under rain clouds", "on a rainy day", "in heavy rain"]
        }
        (Weather::Snowy, _) => {
            &["in the snow", "in falling snow", "in snowfall", "on a snowy day", "with snowflakes falling"]
        }
        (Weather::Stormy, _) => {
            &["in a storm", "under storm clouds", "in a thunderstorm", "under dark clouds", "before a storm"]
        }
    }
}

/// Ways to name a style after a comma.
pub fn style(style: Style) -> Phrases {
    match style {
        Style::Photo => &[
            "photo",
            "photograph",
            "photorealistic",
            "realistic photo",
            "photography",
            "landscape photography",
            "detailed photo",
        ],
        Style::Oil => &[
            "oil painting",
            "oil painting",
            "oil on canvas",
            "impressionist oil painting",
            "oil paint with thick brush strokes",
            "painted in oil",
        ],
        Style::Watercolour => &[
            "watercolor",
            "watercolour",
            "watercolor painting",
            "watercolour painting",
            "loose watercolor",
            "soft watercolor on paper",
        ],
        Style::Pastel => &["pastel", "pastel drawing", "soft pastel", "chalk pastel", "pastel painting"],
        Style::Ink => &["ink drawing", "pen and ink", "ink sketch", "ink and wash", "line drawing in ink"],
        Style::Pixel => &["pixel art", "pixel art", "8-bit pixel art", "retro game pixel art"],
        Style::Poster => &[
            "flat poster",
            "flat illustration",
            "poster",
            "vintage travel poster",
            "minimalist flat poster",
            "screen print",
        ],
        Style::Gouache => {
            &["gouache", "gouache painting", "flat gouache", "gouache illustration", "painted in gouache"]
        }
        Style::LowPoly => &["low poly", "low poly art", "low poly render", "low poly style", "polygon art"],
    }
}

/// Ways to name a style before "of".
pub fn style_noun(style: Style) -> Phrases {
    match style {
        Style::Photo => &["photo", "photograph", "realistic photo", "picture"],
        Style::Oil => &["oil painting", "thick oil painting"],
        Style::Watercolour => &["watercolor", "watercolor painting", "watercolour", "watercolour painting"],
        Style::Pastel => &["pastel", "pastel drawing", "soft pastel drawing"],
        Style::Ink => &["ink drawing", "pen and ink drawing", "ink sketch"],
        Style::Pixel => &["pixel art", "pixel art picture", "pixel art scene"],
        Style::Poster => &["flat poster", "poster", "flat illustration"],
        Style::Gouache => &["gouache", "gouache painting", "gouache picture"],
        Style::LowPoly => &["low poly render", "low poly picture", "low poly scene"],
    }
}

/// Every phrase there is.
pub fn all() -> impl Iterator<Item = &'static str> {
    let species = [Species::Conifer, Species::Broad, Species::Bare, Species::Blossom, Species::Palm];
    let light = Time::ALL.iter().flat_map(|&t| Weather::ALL.iter().map(move |&w| (t, w)));
    let objects = [
        GLUE,
        HOUSE,
        CASTLE,
        WINDMILL,
        VILLAGE,
        BRIDGE,
        FENCE,
        AURORA,
        RAINBOW,
        LIGHTHOUSE,
        BOAT,
        FULL_MOON,
        CRESCENT,
        SUN,
        LOW_SUN,
        PATH,
        STREAM,
        FLOWERS,
        FAR_MOUNTAINS,
        FAR_HILLS,
        REFLECTION,
        WAVES,
        FEW_CLOUDS,
        STARS,
        BIRDS,
        SNOW_COVER,
    ];
    objects
        .into_iter()
        .chain(species.into_iter().map(|s| tree(Some(s))))
        .chain(Place::ALL.iter().map(|&p| place(p)))
        .chain(Season::ALL.iter().map(|&s| season(s)))
        .chain(Time::ALL.iter().map(|&t| time(t)))
        .chain(light.flat_map(|(t, w)| [adjectives(t, w), weather(t, w)]))
        .chain(Style::ALL.iter().flat_map(|&s| [style(s), style_noun(s)]))
        .flatten()
        .copied()
}
