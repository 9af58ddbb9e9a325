//! A sheet for every built-in brush: `tests/fixtures/paint/<brush>.png`, on white paper.
//!
//! From the top left: a line whose pressure swells and fades; a fast curve as a mouse draws it; dots of growing pressure;
//! two strokes that cross; the same over paint, with the eraser's end of the brush through it; on the right a stroke at
//! 100 pixels, and below it writing at 4. `UPDATE_EXPECT=1 cargo test` writes the sheets anew: look at them before they
//! are committed.

use std::path::Path;

use underpaint_paint::{
    BUILT_IN_BRUSHES, BrushSettings, BuiltInBrush, CanvasPoint, Document, Paper, Rgb8, RgbaImage, StrokeMode,
    StrokeSample,
};

use crate::pictures::{read_png, write_png};

const INDIGO: Rgb8 = Rgb8::new(43, 52, 110);
const RED: Rgb8 = Rgb8::new(196, 62, 44);
/// How far a channel may be off: machines may differ in the last digit of a float.
const TOLERANCE: u8 = 1;
/// How many pixels may be further off, of 10 000.
const MAX_OUTLIERS: usize = 1;

fn stroke(document: &mut Document, brush: BrushSettings, mode: StrokeMode, samples: &[StrokeSample]) {
    document.begin_stroke(brush, mode, "step-brush-stroke", samples[0]);
    document.extend_stroke(&samples[1..]);
    document.end_stroke();
}

/// Samples along a way, given for 0 to 1, with a pressure each.
fn along(n_samples: usize, secs: f64, way: impl Fn(f32) -> (f32, f32, f32)) -> Vec<StrokeSample> {
    (0..=n_samples)
        .map(|idx| {
            let share = idx as f32 / n_samples as f32;
            let (x, y, pressure) = way(share);
            StrokeSample::new(CanvasPoint::new(x, y), pressure, f64::from(share) * secs)
        })
        .collect()
}

fn line(from: (f32, f32), to: (f32, f32)) -> Vec<StrokeSample> {
    along(24, 0.3, |share| (from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share, 1.0))
}

fn sheet(brush: &BuiltInBrush) -> RgbaImage {
    let own = brush.settings;
    let mut document = Document::new(320, 200).unwrap();
    let flat = BrushSettings { size_px: 18.0, hardness: 1.0, smoothing: 0.0, ..BrushSettings::default() };
    let (ochre, teal) = (Rgb8::new(226, 170, 64), Rgb8::new(40, 130, 128));
    let needs_paint = brush.is_eraser || own.smudge_rate > 0.0;
    if needs_paint {
        // Something to smudge and to rub out everywhere: stripes across the sheet.
        for idx in 0..12 {
            let colour = [ochre, teal, INDIGO][idx % 3];
            let y = idx as f32 * 17.0 + 8.0;
            stroke(&mut document, flat, StrokeMode::Paint(colour), &line((-10.0, y), (330.0, y)));
        }
    } else {
        for (idx, colour) in [ochre, teal].into_iter().enumerate() {
            let y = 156.0 + idx as f32 * 17.0;
            stroke(&mut document, flat, StrokeMode::Paint(colour), &line((112.0, y), (190.0, y)));
        }
    }
    let mode = |colour| if brush.is_eraser { StrokeMode::Erase } else { StrokeMode::Paint(colour) };
    let large = BrushSettings { size_px: 100.0, ..own };
    let small = BrushSettings { size_px: 4.0, ..own };
    let swelling = along(60, 0.6, |share| {
        let pressure = (share * std::f32::consts::PI).sin();
        (14.0 + 176.0 * share, 24.0 - 6.0 * (share * 9.0).sin(), pressure)
    });
    stroke(&mut document, own, mode(INDIGO), &swelling);
    let fast = along(16, 0.16, |share| {
        let angle = share * std::f32::consts::TAU * 1.5;
        (18.0 + 170.0 * share, 74.0 - 18.0 * angle.sin(), 1.0)
    });
    stroke(&mut document, own, mode(INDIGO), &fast);
    for idx in 1..=4 {
        let pressure = idx as f32 * 0.25;
        let dot = StrokeSample::new(CanvasPoint::new(idx as f32 * 46.0 - 22.0, 120.0), pressure, f64::from(idx));
        stroke(&mut document, own, mode(INDIGO), &[dot]);
    }
    for (colour, from, to) in [(INDIGO, (12.0, 148.0), (92.0, 190.0)), (RED, (12.0, 188.0), (92.0, 150.0))] {
        stroke(&mut document, own, mode(colour), &line(from, to));
    }
    for (colour, from, to) in [(RED, (120.0, 146.0), (150.0, 186.0)), (INDIGO, (118.0, 176.0), (184.0, 152.0))] {
        stroke(&mut document, own, mode(colour), &line(from, to));
    }
    stroke(
        &mut document,
        BrushSettings { smudge_rate: 0.0, ..own },
        StrokeMode::Erase,
        &line((168.0, 190.0), (182.0, 150.0)),
    );
    let arc = along(20, 0.4, |share| (248.0 + 26.0 * (share * 3.0).sin(), 44.0 + 72.0 * share, 0.4 + 0.6 * share));
    stroke(&mut document, large, mode(RED), &arc);
    let writing = along(60, 0.9, |share| {
        let angle = share * std::f32::consts::TAU * 5.0;
        let pressure = 0.65 - 0.35 * angle.sin();
        (206.0 + 100.0 * share + 7.0 * angle.cos(), 184.0 - 9.0 * angle.sin(), pressure)
    });
    stroke(&mut document, small, mode(INDIGO), &writing);
    document.flatten(320, 200, Paper::White).unwrap()
}

#[test]
fn built_in_brushes_look_as_reviewed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/paint");
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let mut failures = Vec::new();
    for brush in &BUILT_IN_BRUSHES {
        let actual = sheet(brush);
        let path = folder.join(format!("{}.png", brush.id));
        if update {
            std::fs::create_dir_all(&folder).unwrap();
            write_png(&path, &actual);
            continue;
        }
        let expected = read_png(&path);
        let n_outliers = actual
            .pixels()
            .chunks_exact(4)
            .zip(expected.pixels().chunks_exact(4))
            .filter(|(actual, expected)| (0..3).any(|channel| actual[channel].abs_diff(expected[channel]) > TOLERANCE))
            .count();
        if n_outliers * 10_000 > MAX_OUTLIERS * 320 * 200 {
            let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}.actual.png", brush.id));
            write_png(&target, &actual);
            failures.push(format!("{}: {n_outliers} pixels differ; see {}", brush.id, target.display()));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn built_in(id: &str) -> BrushSettings {
    BUILT_IN_BRUSHES.iter().find(|brush| brush.id == id).unwrap().settings
}

#[test]
fn a_pencil_at_half_pressure_draws_a_line_and_not_a_row_of_dots() {
    let mut document = Document::new(200, 40).unwrap();
    let level = along(40, 0.6, |share| (10.0 + 180.0 * share, 20.0, 0.5));
    stroke(&mut document, built_in("brush-pencil"), StrokeMode::Paint(INDIGO), &level);
    let image = document.flatten(200, 40, Paper::White).unwrap();
    let is_inked = |x: usize| (0..40).any(|y| image.pixels()[(y * 200 + x) * 4] < 215);
    let n_bare = (14..186).filter(|x| !is_inked(*x)).count();
    assert!(n_bare * 20 < 172, "{n_bare} of 172 columns are bare");
}

#[test]
fn a_light_smudge_bends_a_line_that_it_crosses_and_a_firm_one_breaks_it() {
    let reds_left = |pressure: f32| {
        let mut document = Document::new(120, 160).unwrap();
        let flat = BrushSettings { size_px: 30.0, hardness: 1.0, smoothing: 0.0, ..BrushSettings::default() };
        stroke(&mut document, flat, StrokeMode::Paint(RED), &line((-10.0, 70.0), (130.0, 70.0)));
        let across = along(40, 0.6, |share| (60.0, 10.0 + 140.0 * share, pressure));
        stroke(&mut document, built_in("brush-smudge"), StrokeMode::Paint(INDIGO), &across);
        let image = document.flatten(120, 160, Paper::White).unwrap();
        let green = |x: usize, y: usize| image.pixels()[(y * 120 + x) * 4 + 1];
        (255 - green(60, 76), 255 - green(60, 116))
    };
    let (light, firm) = (reds_left(0.3), reds_left(1.0));
    assert!(light.0 > 120, "the line is still there: {light:?}");
    assert!(firm.0 < light.0 && firm.1 > light.1, "pressure drags more of it along: {light:?}, {firm:?}");
}
