//! The facts of a scene: what is in the picture, where, and in which light. Everything else – the picture, the sketch
//! and the captions – is derived from these facts.

use serde::Serialize;

use crate::canvas::Point;

/// Declares an enum of facts with the plain name of each value (as the attributes file has it).
macro_rules! facts {
    ($(#[$doc:meta])* $name:ident { $($value:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
        pub enum $name {
            $(#[doc = concat!("\"", $text, "\"")] #[serde(rename = $text)] $value),+
        }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$value),+];

            /// The plain name.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$value => $text),+ }
            }
        }
    };
}

facts!(
    /// The time of day.
    Time { Dawn = "dawn", Day = "day", Sunset = "sunset", Dusk = "dusk", Night = "night" }
);
facts!(
    /// The weather.
    Weather { Clear = "clear", Cloudy = "cloudy", Foggy = "foggy", Rainy = "rainy", Snowy = "snowy", Stormy = "stormy" }
);
facts!(
    /// The season.
    Season { Spring = "spring", Summer = "summer", Autumn = "autumn", Winter = "winter" }
);
facts!(
    /// How it is painted.
    Style {
        Photo = "photo",
        Oil = "oil painting",
        Watercolour = "watercolor",
        Pastel = "pastel",
        Ink = "ink drawing",
        Pixel = "pixel art",
        Poster = "flat poster",
        Gouache = "gouache",
        LowPoly = "low poly",
    }
);
facts!(
    /// The kind of landscape.
    Place {
        Mountains = "mountains",
        MountainLake = "mountain lake",
        Hills = "hills",
        Meadow = "meadow",
        Forest = "forest",
        Lake = "lake",
        Sea = "sea",
        Beach = "beach",
        Desert = "desert",
        Volcano = "volcano",
        Canyon = "canyon",
        Cliffs = "cliffs",
        Waterfall = "waterfall",
        River = "river",
        City = "city",
        FlowerField = "flower field",
    }
);

/// The sun or the moon.
#[derive(Clone, Copy, Debug)]
pub struct Disc {
    /// Centre.
    pub at: Point,
    /// Radius.
    pub radius: f32,
    /// A moon rather than the sun.
    pub moon: bool,
    /// How much of the moon is in the dark, 0 (full) to 0.8 (thin crescent).
    pub phase: f32,
}

/// One heap of cloud.
#[derive(Clone, Copy, Debug)]
pub struct Cloud {
    /// Centre.
    pub at: Point,
    /// Half width and half height.
    pub reach: Point,
}

/// The shape of the land in a terrain layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relief {
    /// Sharp, rocky, snow on top.
    Alpine,
    /// Soft and green.
    Rolling,
    /// Sand, with sharp crests.
    Dunes,
    /// One cone with a crater.
    Volcano,
    /// Flat-topped rock in layers of colour.
    Mesa,
    /// A wall of rock with a green top that ends over water on one side.
    Cliff,
    /// A wall of rock from side to side, lowest where the water falls over it.
    Wall,
}

/// One layer of land that rises above its foot.
#[derive(Clone, Copy, Debug)]
pub struct Terrain {
    /// Its shape.
    pub relief: Relief,
    /// The height on the picture of its foot.
    pub foot: f32,
    /// How far its highest point rises above the foot.
    pub rise: f32,
    /// Where its highest part stands, left to right.
    pub peak: f32,
    /// Distance for the haze: 1 is at the feet of the painter, 40 far away.
    pub distance: f32,
    /// Mountains: height of the snow line, 0 (all snow) to above 1 (none).
    pub snow_line: f32,
    /// Seed of its shape.
    pub seed: u32,
}

/// What covers flat ground.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// Grass, with or without flowers (in winter: snow).
    Meadow,
    /// Open water.
    Water,
    /// Sand.
    Sand,
}

/// The near shore: ground in front of the water.
#[derive(Clone, Copy, Debug)]
pub struct Shore {
    /// What it is made of.
    pub ground: Ground,
    /// Where it begins at the left edge and at the right edge.
    pub line: (f32, f32),
    /// Seed of the line's bends.
    pub seed: u32,
}

/// The kind of a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Species {
    /// Spruce or fir.
    Conifer,
    /// A round crown of leaves.
    Broad,
    /// Leafless.
    Bare,
    /// A crown in blossom.
    Blossom,
    /// A palm.
    Palm,
}

/// One tree.
#[derive(Clone, Copy, Debug)]
pub struct Tree {
    /// Where it stands.
    pub at: Point,
    /// Height.
    pub height: f32,
    /// Its kind.
    pub species: Species,
    /// Distance for the haze.
    pub distance: f32,
    /// Seed of its details.
    pub seed: u32,
}

/// A house, a lighthouse or a boat.
#[derive(Clone, Copy, Debug)]
pub struct Thing {
    /// Where it stands: the middle of its foot.
    pub at: Point,
    /// Height.
    pub height: f32,
    /// Distance for the haze.
    pub distance: f32,
    /// Which way it faces, -1 or 1.
    pub facing: f32,
    /// Seed of its details.
    pub seed: u32,
}

facts!(
    /// The kind of a building.
    Kind {
        House = "house",
        Castle = "castle",
        Windmill = "windmill",
        Church = "church",
        Bridge = "bridge",
        Fence = "fence",
        City = "city",
    }
);

/// A building other than the one house, the lighthouse and the boat.
#[derive(Clone, Copy, Debug)]
pub struct Built {
    /// Its kind.
    pub kind: Kind,
    /// Where and how large.
    pub thing: Thing,
}

/// A path over the ground.
#[derive(Clone, Copy, Debug)]
pub struct Path {
    /// Where it leaves the bottom of the picture.
    pub from: f32,
    /// Where it meets the horizon.
    pub to: f32,
    /// How much it winds.
    pub bend: f32,
    /// Its width at the bottom.
    pub width: f32,
    /// A brook rather than a path.
    pub water: bool,
}

/// Everything about one picture.
#[derive(Clone, Debug)]
pub struct Scene {
    /// Seed of all details below the level of facts.
    pub seed: u32,
    /// The kind of landscape.
    pub place: Place,
    /// The time of day.
    pub time: Time,
    /// The weather.
    pub weather: Weather,
    /// The season.
    pub season: Season,
    /// How it is painted.
    pub style: Style,
    /// The height on the picture where flat ground or water ends.
    pub horizon: f32,
    /// The sun or the moon, when it is in the picture.
    pub disc: Option<Disc>,
    /// The side the light comes from: -1 left to 1 right.
    pub light_side: f32,
    /// Which of several palettes for this time of day, 0 to 1.
    pub mood: f32,
    /// How much of the sky the cloud layer covers, 0 to 1.
    pub cover: f32,
    /// Single clouds.
    pub clouds: Vec<Cloud>,
    /// Land behind the ground, far to near.
    pub terrains: Vec<Terrain>,
    /// What the ground at the horizon is.
    pub ground: Ground,
    /// How rough the water is, 0 (mirror) to 1.
    pub swell: f32,
    /// Flowers in the meadow, 0 to 1.
    pub flowers: f32,
    /// The near shore, in front of water.
    pub shore: Option<Shore>,
    /// A path.
    pub path: Option<Path>,
    /// Trees, far to near.
    pub trees: Vec<Tree>,
    /// The height of a strip of far forest at the horizon.
    pub treeline: Option<f32>,
    /// A house.
    pub house: Option<Thing>,
    /// More houses, castles, windmills, bridges, fences, far to near.
    pub built: Vec<Built>,
    /// Where water falls over the rock, left to right.
    pub fall: Option<f32>,
    /// Northern lights.
    pub aurora: bool,
    /// The left foot of a rainbow and its radius.
    pub rainbow: Option<(f32, f32)>,
    /// A lighthouse.
    pub lighthouse: Option<Thing>,
    /// A sailing boat.
    pub boat: Option<Thing>,
    /// Birds in the sky.
    pub birds: usize,
}

impl Scene {
    /// The objects in the picture, by their plain names.
    #[must_use]
    pub fn objects(&self) -> Vec<&'static str> {
        let mut objects = Vec::new();
        let mut add = |present: bool, name| {
            if present {
                objects.push(name);
            }
        };
        add(self.disc.is_some_and(|d| !d.moon), "sun");
        add(self.disc.is_some_and(|d| d.moon), "moon");
        add(self.stars(), "stars");
        add(!self.clouds.is_empty() || self.cover > 0.3, "clouds");
        add(self.terrains.iter().any(|t| t.relief == Relief::Alpine), "mountains");
        add(self.terrains.iter().any(|t| t.relief == Relief::Rolling), "hills");
        add(self.terrains.iter().any(|t| t.relief == Relief::Dunes), "dunes");
        add(self.terrains.iter().any(|t| t.relief == Relief::Volcano), "volcano");
        add(self.terrains.iter().any(|t| matches!(t.relief, Relief::Mesa | Relief::Cliff | Relief::Wall)), "cliffs");
        add(self.fall.is_some(), "waterfall");
        add(self.aurora, "aurora");
        add(self.rainbow.is_some(), "rainbow");
        add(self.has(Kind::Castle), "castle");
        add(self.has(Kind::Windmill), "windmill");
        add(self.has(Kind::Bridge), "bridge");
        add(self.has(Kind::Fence), "fence");
        add(self.has(Kind::City), "city");
        add(self.has(Kind::Church), "church");
        add(self.village(), "village");
        add(!self.trees.is_empty() || self.treeline.is_some(), "trees");
        add(self.ground == Ground::Water, "water");
        add(self.flowers > 0.3 && !self.white_ground(), "flowers");
        add(self.path.is_some_and(|p| !p.water), "path");
        add(self.path.is_some_and(|p| p.water), "stream");
        add(self.house.is_some(), "house");
        add(self.lighthouse.is_some(), "lighthouse");
        add(self.boat.is_some(), "boat");
        add(self.birds > 0, "birds");
        objects
    }

    /// Whether a building of this kind stands here.
    #[must_use]
    pub fn has(&self, kind: Kind) -> bool {
        self.built.iter().any(|b| b.kind == kind)
    }

    /// Whether the houses make a village.
    #[must_use]
    pub fn village(&self) -> bool {
        self.built.iter().filter(|b| matches!(b.kind, Kind::House | Kind::Church)).count() > 2
    }

    /// Whether stars are out.
    #[must_use]
    pub fn stars(&self) -> bool {
        self.time == Time::Night && matches!(self.weather, Weather::Clear | Weather::Cloudy)
    }

    /// Whether snow lies on the ground.
    #[must_use]
    pub fn white_ground(&self) -> bool {
        self.season == Season::Winter && !matches!(self.place, Place::Desert | Place::Beach | Place::Canyon)
    }
}
