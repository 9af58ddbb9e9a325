//! Writes data sets: raw pictures, sketches and segmentations, captions and attributes, in order, with bounded memory.
//!
//! A data set is a folder of six files. `n` pictures of `s` pixels a side, picture `i` of all files belongs together:
//!
//! | file             | content                                                                                    |
//! |------------------|--------------------------------------------------------------------------------------------|
//! | `pictures.u8`    | `n × s × s × 3` bytes: RGB in display values, row by row from the top left                  |
//! | `sketches.u8`    | the same, of the sketches                                                                   |
//! | `segments.u8`    | `n × s × s` bytes: what a pixel of the picture shows, an index into `classes`               |
//! | `meant.u8`       | the same, of the sketch: what its strokes are meant to be, 255 where the paper is bare      |
//! | `captions.jsonl` | `n` lines of `{"captions": [4 strings, short to long], "attributes": {...}}`                |
//! | `meta.json`      | `count`, `size`, `seed`, `careful` (share of sketches by a careful hand), `version`,        |
//! |                  | `classes` (names), `groups` (of each class, see below)                                      |
//!
//! `meta.json` is written last: a folder that has it is complete.
//!
//! `groups` has one of `"sky"`, `"land"`, `"water"`, `"foreground"` for each class. `attributes` has `time`, `weather`,
//! `season`, `style`, `scene` (the names of [`crate::scene`]), `objects` (a list of names, see
//! [`Scene::objects`]), `horizon` (height on the picture, 0 top to 1) and `sun` (`[x, y]` of sun or moon, or null).

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use rayon::prelude::*;
use serde::Serialize;

use crate::canvas::{Canvas, Group, Label};
use crate::scene::{Place, Scene, Season, Style, Time, Weather};
use crate::{caption, compose, paint, sketch};

/// Raised whenever the same seed gives other pictures than before.
pub const VERSION: u32 = 4;

/// Pictures painted before they are written: enough to keep all threads busy.
const CHUNK: usize = 256;

/// One picture with its sketch and its captions.
pub struct Example {
    /// The facts.
    pub scene: Scene,
    /// The picture, row-major RGB.
    pub picture: Vec<u8>,
    /// The sketch, row-major RGB.
    pub sketch: Vec<u8>,
    /// What each pixel of the picture shows: indices into [`Label::ALL`], row-major.
    pub segments: Vec<u8>,
    /// What each pixel of the sketch is meant to show ([`sketch::Sketch::meant`]), row-major.
    pub meant: Vec<u8>,
    /// Four captions.
    pub captions: [String; 4],
}

/// What the captions file says about a scene beside the captions.
#[derive(Serialize)]
struct Attributes {
    time: Time,
    weather: Weather,
    season: Season,
    style: Style,
    scene: Place,
    objects: Vec<&'static str>,
    horizon: f32,
    sun: Option<[f32; 2]>,
}

#[derive(Serialize)]
struct Line<'a> {
    captions: &'a [String; 4],
    attributes: Attributes,
}

#[derive(Serialize)]
struct Meta {
    count: usize,
    size: usize,
    seed: u64,
    careful: f32,
    version: u32,
    classes: Vec<&'static str>,
    groups: Vec<&'static str>,
}

/// The name of a group in `meta.json`.
fn group_name(group: Group) -> &'static str {
    match group {
        Group::Sky => "sky",
        Group::Land => "land",
        Group::Water => "water",
        Group::Foreground => "foreground",
    }
}

/// Which examples a data set has.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// Other examples for each number.
    pub seed: u64,
    /// Pixels a side.
    pub size: usize,
    /// The share of sketches, 0 to 1, that are drawn by a careful hand (see [`sketch`](mod@sketch)).
    pub careful: f32,
}

/// Paints example `index` of a data set.
#[must_use]
pub fn example(kind: Kind, index: u64) -> Example {
    render(compose::compose(kind.seed, index), kind.size, kind.careful)
}

/// Paints the example of a scene, `size` pixels a side, with a sketch by a careful hand in the share `careful` of scenes.
#[must_use]
pub fn render(scene: Scene, size: usize, careful: f32) -> Example {
    let painting = paint::paint(&scene, size);
    let drawing = sketch::sketch(&scene, &painting, scene.seed, careful);
    let captions = caption::captions(&scene);
    let segments = painting.canvas.labels.iter().map(|&label| label as u8).collect();
    Example {
        picture: bytes(&painting.canvas),
        sketch: bytes(&drawing.canvas),
        segments,
        meant: drawing.meant,
        captions,
        scene,
    }
}

fn bytes(canvas: &Canvas) -> Vec<u8> {
    let mut out = vec![0; canvas.pixels.len() * 3];
    for (bytes, pixel) in out.chunks_exact_mut(3).zip(&canvas.pixels) {
        bytes.copy_from_slice(&pixel.bytes());
    }
    out
}

/// Writes `count` examples of a data set to `folder`; `progress` hears how many are done.
///
/// # Errors
///
/// When the folder or a file cannot be written.
pub fn write(folder: &Path, count: usize, kind: Kind, mut progress: impl FnMut(usize)) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let create = |name: &str| File::create(folder.join(name)).map(BufWriter::new);
    let (mut pictures, mut sketches) = (create("pictures.u8")?, create("sketches.u8")?);
    let (mut segments, mut meant) = (create("segments.u8")?, create("meant.u8")?);
    let mut captions = create("captions.jsonl")?;
    for start in (0..count).step_by(CHUNK) {
        let end = (start + CHUNK).min(count);
        let chunk: Vec<Example> = (start..end).into_par_iter().map(|index| example(kind, index as u64)).collect();
        for example in &chunk {
            pictures.write_all(&example.picture)?;
            sketches.write_all(&example.sketch)?;
            segments.write_all(&example.segments)?;
            meant.write_all(&example.meant)?;
            let line = Line { captions: &example.captions, attributes: attributes(&example.scene) };
            serde_json::to_writer(&mut captions, &line)?;
            captions.write_all(b"\n")?;
        }
        progress(end);
    }
    pictures.flush()?;
    sketches.flush()?;
    segments.flush()?;
    meant.flush()?;
    captions.flush()?;
    // Last, so that a folder with this file in it is complete.
    let mut meta = create("meta.json")?;
    let classes = Label::ALL.iter().map(|label| label.name()).collect();
    let Kind { seed, size, careful } = kind;
    let groups = Label::ALL.iter().map(|label| group_name(label.group())).collect();
    serde_json::to_writer(&mut meta, &Meta { count, size, seed, careful, version: VERSION, classes, groups })?;
    meta.flush()
}

fn attributes(scene: &Scene) -> Attributes {
    Attributes {
        time: scene.time,
        weather: scene.weather,
        season: scene.season,
        style: scene.style,
        scene: scene.place,
        objects: scene.objects(),
        horizon: scene.horizon,
        sun: scene.disc.map(|disc| [disc.at.0, disc.at.1]),
    }
}
