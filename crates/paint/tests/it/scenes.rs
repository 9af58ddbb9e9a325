//! Scenes: `tests/scenes/<name>/stroke.txt` says what to do, `expected.png` what comes of it, on white paper.
//!
//! A line is a word and its values; `#` starts a comment.
//! ```text
//! size 128 96
//! brush size=20 hardness=0.8 opacity=1 flow=1 spacing=0.08 smoothing=0 pressure-size=0,1 pressure-opacity=1,1
//! colour #2c4696
//! stroke 10,10 40,50,0.5 90,20,1        places, with a pressure where it is not 1; 5 ms apart
//! erase 10,50 90,50
//! clear | undo | redo | scale 64 48     (scale: the picture is compared at this size)
//! ```
//! A pressure curve is its minimum and its exponent. What a `brush` line leaves out is as in the line before.
//! `UPDATE_EXPECT=1 cargo test` writes the expected pictures anew: look at them before they are committed.

use std::path::{Path, PathBuf};

use underpaint_paint::{
    BrushSettings, CanvasPoint, Document, Paper, PressureCurve, Rgb8, RgbaImage, StrokeMode, StrokeSample,
};

/// How far a channel may be off: machines may differ in the last digit of a float.
const TOLERANCE: u8 = 2;
/// How many pixels may be further off, of 10 000.
const MAX_OUTLIERS: usize = 2;

fn numbers(text: &str) -> Vec<f32> {
    text.split(',').map(|number| number.parse().unwrap_or_else(|_| panic!("not a number: {number}"))).collect()
}

fn samples<'a>(words: impl Iterator<Item = &'a str>) -> Vec<StrokeSample> {
    words
        .enumerate()
        .map(|(idx, word)| {
            let numbers = numbers(word);
            StrokeSample {
                canvas_point: CanvasPoint::new(numbers[0], numbers[1]),
                pressure: numbers.get(2).copied().unwrap_or(1.0),
                time_secs: idx as f64 * 0.005,
            }
        })
        .collect()
}

fn edit_brush(brush: &mut BrushSettings, word: &str) {
    let (name, value) = word.split_once('=').unwrap_or_else(|| panic!("a setting is name=value, not {word}"));
    let numbers = numbers(value);
    let curve = || PressureCurve { minimum: numbers[0], exponent: numbers[1] };
    match name {
        "size" => brush.size_px = numbers[0],
        "hardness" => brush.hardness = numbers[0],
        "opacity" => brush.opacity = numbers[0],
        "flow" => brush.flow = numbers[0],
        "spacing" => brush.spacing = numbers[0],
        "smoothing" => brush.smoothing = numbers[0],
        "pressure-size" => brush.pressure_size = curve(),
        "pressure-opacity" => brush.pressure_opacity = curve(),
        _ => panic!("there is no setting {name}"),
    }
}

fn paint(scene: &str) -> RgbaImage {
    let mut document = Document::new(128, 96).unwrap();
    let mut brush = BrushSettings::default();
    let mut colour = Rgb8::BLACK;
    let mut size = None;
    for line in scene.lines() {
        let line = line.split(" # ").next().unwrap_or_default().trim();
        let mut words = line.split_whitespace();
        let mut draw = |mode, words: &mut dyn Iterator<Item = &str>| {
            let samples = samples(words);
            document.begin_stroke(brush, mode, "Brush stroke", samples[0]);
            document.extend_stroke(&samples[1..]);
            document.end_stroke();
        };
        match words.next() {
            None | Some("#") => {}
            Some("size") => {
                let edges: Vec<u32> = words.map(|word| word.parse().unwrap()).collect();
                document = Document::new(edges[0], edges[1]).unwrap();
            }
            Some("scale") => size = Some(words.map(|word| word.parse().unwrap()).collect::<Vec<u32>>()),
            Some("brush") => words.for_each(|word| edit_brush(&mut brush, word)),
            Some("colour") => colour = words.next().and_then(Rgb8::from_hex).unwrap(),
            Some("stroke") => draw(StrokeMode::Paint(colour), &mut words),
            Some("erase") => draw(StrokeMode::Erase, &mut words),
            Some("clear") => _ = document.clear(),
            Some("undo") => _ = document.undo(),
            Some("redo") => _ = document.redo(),
            Some(word) => panic!("there is no command {word}"),
        }
    }
    let size = size.unwrap_or(vec![document.width(), document.height()]);
    document.flatten(size[0], size[1], Paper::White).unwrap()
}

pub(super) fn write_png(path: &Path, image: &RgbaImage) {
    let file = std::io::BufWriter::new(std::fs::File::create(path).unwrap());
    let mut encoder = png::Encoder::new(file, image.width(), image.height());
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::High);
    let rgb: Vec<u8> = image.pixels().chunks_exact(4).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
    encoder.write_header().unwrap().write_image_data(&rgb).unwrap();
}

pub(super) fn read_png(path: &Path) -> RgbaImage {
    let file = std::fs::File::open(path)
        .unwrap_or_else(|error| panic!("{} cannot be read ({error}); run with UPDATE_EXPECT=1", path.display()));
    let mut reader = png::Decoder::new(std::io::BufReader::new(file)).read_info().unwrap();
    let mut rgb = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut rgb).unwrap();
    let pixels =
        rgb[..info.buffer_size()].chunks_exact(3).flat_map(|pixel| [pixel[0], pixel[1], pixel[2], 255]).collect();
    RgbaImage::new(info.width, info.height, pixels).unwrap()
}

/// The pixels that differ, white on black; and how many differ by more than the tolerance.
pub(super) fn compare(actual: &RgbaImage, expected: &RgbaImage) -> (RgbaImage, usize) {
    assert_eq!((actual.width(), actual.height()), (expected.width(), expected.height()));
    let mut n_outliers = 0;
    let pairs = actual.pixels().chunks_exact(4).zip(expected.pixels().chunks_exact(4));
    let difference = pairs
        .flat_map(|(actual, expected)| {
            let largest = (0..3).map(|channel| actual[channel].abs_diff(expected[channel])).max().unwrap_or(0);
            n_outliers += usize::from(largest > TOLERANCE);
            let grey = largest.saturating_mul(16);
            [grey, grey, grey, 255]
        })
        .collect();
    (RgbaImage::new(actual.width(), actual.height(), difference).unwrap(), n_outliers)
}

#[test]
fn scenes_look_as_expected() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenes");
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let mut scenes: Vec<PathBuf> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    scenes.sort();
    assert!(scenes.len() >= 6, "scenes are missing");
    let mut failures = Vec::new();
    for scene in scenes {
        let name = scene.file_name().unwrap().to_string_lossy().into_owned();
        let actual = paint(&std::fs::read_to_string(scene.join("stroke.txt")).unwrap());
        let expected_path = scene.join("expected.png");
        if update {
            write_png(&expected_path, &actual);
            continue;
        }
        let (difference, n_outliers) = compare(&actual, &read_png(&expected_path));
        if n_outliers * 10_000 > MAX_OUTLIERS * (actual.width() * actual.height()) as usize {
            let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
            write_png(&target.join(format!("{name}.actual.png")), &actual);
            write_png(&target.join(format!("{name}.difference.png")), &difference);
            failures.push(format!("{name}: {n_outliers} pixels differ; see {}/{name}.*.png", target.display()));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
