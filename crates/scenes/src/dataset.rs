//! Writes data sets: raw pictures and sketches, captions and attributes, in order, with bounded memory.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use rayon::prelude::*;
use serde::Serialize;

use crate::canvas::Canvas;
use crate::scene::{Place, Scene, Season, Style, Time, Weather};
use crate::{caption, compose, paint, sketch};

/// Raised whenever the same seed gives other pictures than before.
pub const VERSION: u32 = 2;

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
    version: u32,
}

/// Paints example `index` of data set `seed`.
#[must_use]
pub fn example(seed: u64, index: u64, size: usize) -> Example {
    render(compose::compose(seed, index), size)
}

/// Paints the example of a scene.
#[must_use]
pub fn render(scene: Scene, size: usize) -> Example {
    let painting = paint::paint(&scene, size);
    let drawing = sketch::sketch(&scene, &painting, scene.seed);
    let captions = caption::captions(&scene);
    Example { picture: bytes(&painting.canvas), sketch: bytes(&drawing), captions, scene }
}

fn bytes(canvas: &Canvas) -> Vec<u8> {
    canvas.pixels.iter().flat_map(|pixel| pixel.bytes()).collect()
}

/// Writes `count` examples of data set `seed` to `folder`; `progress` hears how many are done.
///
/// # Errors
///
/// When the folder or a file cannot be written.
pub fn write(
    folder: &Path,
    count: usize,
    seed: u64,
    size: usize,
    mut progress: impl FnMut(usize),
) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let create = |name: &str| File::create(folder.join(name)).map(BufWriter::new);
    let (mut pictures, mut sketches) = (create("pictures.u8")?, create("sketches.u8")?);
    let mut captions = create("captions.jsonl")?;
    for start in (0..count).step_by(CHUNK) {
        let end = (start + CHUNK).min(count);
        let chunk: Vec<Example> = (start..end).into_par_iter().map(|index| example(seed, index as u64, size)).collect();
        for example in &chunk {
            pictures.write_all(&example.picture)?;
            sketches.write_all(&example.sketch)?;
            let line = Line { captions: &example.captions, attributes: attributes(&example.scene) };
            serde_json::to_writer(&mut captions, &line)?;
            captions.write_all(b"\n")?;
        }
        progress(end);
    }
    pictures.flush()?;
    sketches.flush()?;
    captions.flush()?;
    // Last, so that a folder with this file in it is complete.
    let mut meta = create("meta.json")?;
    serde_json::to_writer(&mut meta, &Meta { count, size, seed, version: VERSION })?;
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
