//! What holds for every brush.

use super::*;
use crate::{
    BUILT_IN_BRUSHES, BrushBlend, CanvasPoint, Gathering, GrainKind, Rgb8, RotationSource, Stabiliser, Symmetry,
    TipKind,
};

const EDGE: u32 = 160;
const BOUNDS: PixelRect = PixelRect { left: 0, top: 0, right: EDGE, bottom: EDGE };
const FREE: Surface<'_> = Surface { bounds: BOUNDS, selection: None, is_alpha_locked: false };
const INK: StrokeMode = StrokeMode::Paint(Rgb8::new(30, 60, 140));

fn sample(x: f32, y: f32, idx: usize) -> StrokeSample {
    StrokeSample::new(CanvasPoint::new(x, y), 0.4 + 0.05 * (idx % 12) as f32, idx as f64 * 0.008)
}

fn wave(n_samples: usize) -> Vec<StrokeSample> {
    (0..n_samples).map(|idx| sample(15.0 + idx as f32 * 6.0, 80.0 + 30.0 * (idx as f32 * 0.4).sin(), idx)).collect()
}

fn paint_on(
    raster: &mut Raster,
    brush: BrushSettings,
    mode: StrokeMode,
    samples: &[StrokeSample],
    surface: Surface<'_>,
) {
    let mut stroke = Stroke::begin(brush, mode, "stroke", samples[0], Symmetry::default().copies(), raster).unwrap();
    for sample in &samples[1..] {
        stroke.extend(&[*sample]);
        stroke.lay(raster, surface);
    }
    stroke.finish_path();
    stroke.lay(raster, surface);
    stroke.finish(raster);
}

/// A raster with some half-transparent paint on its left.
fn painted() -> Raster {
    let mut raster = Raster::new(EDGE, EDGE);
    let brush = BrushSettings { size_px: 70.0, opacity: 0.6, ..BrushSettings::default() };
    let line = [sample(20.0, 80.0, 11), sample(70.0, 80.0, 11), sample(100.0, 90.0, 11)];
    paint_on(&mut raster, brush, StrokeMode::Paint(Rgb8::new(200, 90, 20)), &line, FREE);
    raster
}

fn pixels(raster: &Raster) -> Vec<[u16; 4]> {
    (0..EDGE * EDGE).map(|at| raster.pixel(at % EDGE, at / EDGE)).collect()
}

/// The built-in brushes and mixtures of what they do not join.
fn brushes() -> Vec<BrushSettings> {
    let mut brushes: Vec<_> = BUILT_IN_BRUSHES.iter().map(|brush| brush.settings).collect();
    brushes.push(BrushSettings {
        tip: TipKind::Bristle,
        gathering: Gathering::BuildUp,
        flow: 0.3,
        rotation_source: RotationSource::Direction,
        tone_jitter: 1.0,
        scatter: 0.5,
        ..BrushSettings::default()
    });
    brushes.push(BrushSettings {
        blend: BrushBlend::Multiply,
        tone_jitter: 0.5,
        grain: GrainKind::Canvas,
        grain_depth: 1.0,
        grain_scale: 2.3,
        edge: 1.0,
        stabiliser: Stabiliser::MovingAverage,
        ..BrushSettings::default()
    });
    brushes.push(BrushSettings {
        smudge_rate: 0.9,
        smudge_colour: 0.3,
        tip: TipKind::Chalk,
        grain: GrainKind::Paper,
        grain_depth: 0.6,
        stabiliser: Stabiliser::PulledString,
        string_px: 8.0,
        ..BrushSettings::default()
    });
    brushes
}

#[test]
fn every_brush_leaves_a_mark_and_can_be_taken_back_to_the_last_bit() {
    for (idx, brush) in brushes().into_iter().enumerate() {
        for mode in [INK, StrokeMode::Erase] {
            let mut raster = painted();
            let before = pixels(&raster);
            let samples = wave(20);
            let mut stroke =
                Stroke::begin(brush, mode, "stroke", samples[0], Symmetry::default().copies(), &raster).unwrap();
            stroke.extend(&samples[1..]);
            stroke.lay(&mut raster, FREE);
            assert!(pixels(&raster) != before, "brush {idx}, {mode:?}");
            stroke.cancel(&mut raster);
            assert!(pixels(&raster) == before, "brush {idx}, {mode:?}");

            paint_on(&mut raster, brush, mode, &samples, FREE);
            let after = pixels(&raster);
            assert!(after.iter().all(|pixel| pixel[..3].iter().all(|value| *value <= pixel[3])), "brush {idx}");
        }
    }
}

#[test]
fn the_history_gets_every_tile_that_a_stroke_changed() {
    for (idx, brush) in brushes().into_iter().enumerate() {
        let mut raster = painted();
        let before = pixels(&raster);
        let samples = wave(20);
        let mut stroke =
            Stroke::begin(brush, INK, "stroke", samples[0], Symmetry::default().copies(), &raster).unwrap();
        stroke.extend(&samples[1..]);
        stroke.finish_path();
        let shown = stroke.lay(&mut raster, FREE);
        let finished = stroke.finish(&mut raster);
        for (at, (before, after)) in before.iter().zip(pixels(&raster)).enumerate() {
            let (x, y) = (at as u32 % EDGE, at as u32 / EDGE);
            assert!(*before == after || (shown.contains(x, y) && finished.dirty.contains(x, y)), "brush {idx}");
        }
        for (tile_idx, slot) in finished.tiles {
            raster.replace(tile_idx, slot);
        }
        assert!(pixels(&raster) == before, "brush {idx}");
    }
}

#[test]
fn a_prediction_leaves_no_trace() {
    for (idx, brush) in brushes().into_iter().enumerate() {
        let samples = wave(20);
        let mut plain = painted();
        paint_on(&mut plain, brush, INK, &samples, FREE);

        let mut predicted = painted();
        let mut stroke =
            Stroke::begin(brush, INK, "stroke", samples[0], Symmetry::default().copies(), &predicted).unwrap();
        for (at, real) in samples[1..].iter().enumerate() {
            // Expectations that never come true, onto tiles that the stroke never comes to.
            let wild = |step: f32| StrokeSample {
                is_predicted: true,
                ..sample(real.canvas_point.x + 9.0 * step, real.canvas_point.y - 40.0 * step, at + 2)
            };
            stroke.extend(&[*real, wild(1.0), wild(2.0)]);
            stroke.lay(&mut predicted, FREE);
        }
        stroke.finish_path();
        stroke.lay(&mut predicted, FREE);
        let finished = stroke.finish(&mut predicted);
        assert!(pixels(&predicted) == pixels(&plain), "brush {idx}");
        let mut undone = predicted;
        for (tile_idx, slot) in finished.tiles {
            undone.replace(tile_idx, slot);
        }
        assert!(pixels(&undone) == pixels(&painted()), "brush {idx}");
    }
}

#[test]
fn a_prediction_shows_at_once() {
    let mut raster = Raster::new(EDGE, EDGE);
    let brush = BrushSettings { smoothing: 0.0, ..BrushSettings::default() };
    let mut stroke =
        Stroke::begin(brush, INK, "stroke", sample(20.0, 80.0, 0), Symmetry::default().copies(), &raster).unwrap();
    let predicted = |x, idx| StrokeSample { is_predicted: true, ..sample(x, 80.0, idx) };
    stroke.extend(&[sample(40.0, 80.0, 1), predicted(80.0, 2), predicted(100.0, 3)]);
    stroke.lay(&mut raster, FREE);
    assert_ne!(raster.pixel(80, 80)[3], 0);
    stroke.extend(&[sample(40.0, 60.0, 2)]);
    let dirty = stroke.lay(&mut raster, FREE);
    assert_eq!(raster.pixel(80, 80)[3], 0);
    assert!(dirty.contains(80, 80));
}

#[test]
fn what_is_not_selected_stays_to_the_last_bit() {
    let mut selection = Mask::filled(EDGE, EDGE, 0);
    for y in 40..120 {
        for (x, value) in selection.row_mut(y, 50, 90).iter_mut().enumerate() {
            *value = (x * 6) as u8;
        }
    }
    let surface = Surface { selection: Some(&selection), ..FREE };
    for (idx, brush) in brushes().into_iter().enumerate() {
        for mode in [INK, StrokeMode::Erase] {
            let mut raster = painted();
            let before = pixels(&raster);
            paint_on(&mut raster, brush, mode, &wave(20), surface);
            let after = pixels(&raster);
            assert!(after != before, "brush {idx}");
            for (at, (before, after)) in before.iter().zip(&after).enumerate() {
                let is_selected = selection.values()[at] > 0;
                assert!(is_selected || before == after, "brush {idx}, {mode:?}");
            }
        }
    }
}

#[test]
fn locked_alpha_stays_to_the_last_bit() {
    let surface = Surface { is_alpha_locked: true, ..FREE };
    for (idx, brush) in brushes().into_iter().enumerate() {
        for mode in [INK, StrokeMode::Erase] {
            let mut raster = painted();
            let before = pixels(&raster);
            paint_on(&mut raster, brush, mode, &wave(20), surface);
            let after = pixels(&raster);
            assert!(before.iter().zip(&after).all(|(before, after)| before[3] == after[3]), "brush {idx}, {mode:?}");
            if mode == INK {
                assert!(after != before, "brush {idx}");
            }
        }
    }
}

#[test]
fn a_smudge_drags_colour_and_needs_some_to_drag() {
    let brush = BUILT_IN_BRUSHES.iter().find(|brush| brush.id == "brush-smudge").unwrap().settings;
    let mut raster = painted();
    assert_eq!(raster.pixel(150, 90)[3], 0);
    let line: Vec<_> = (0..14).map(|idx| sample(80.0 + idx as f32 * 5.0, 90.0, 11 + idx - idx % 12)).collect();
    paint_on(&mut raster, BrushSettings { smudge_rate: 1.0, ..brush }, INK, &line, FREE);
    let dragged = raster.pixel(142, 90);
    assert!(dragged[3] > 8000, "{dragged:?}");
    // Brown as it was picked up: the smudge brings nothing of the brush's own blue.
    assert!(dragged[0] > dragged[2]);

    let mut blank = Raster::new(EDGE, EDGE);
    paint_on(&mut blank, brush, INK, &line, FREE);
    assert!(blank.is_blank());
    paint_on(&mut blank, BrushSettings { smudge_colour: 0.5, ..brush }, INK, &line, FREE);
    assert!(!blank.is_blank());
}

#[test]
fn the_same_samples_paint_the_same_picture() {
    for brush in brushes() {
        let (mut one, mut other) = (painted(), painted());
        paint_on(&mut one, brush, INK, &wave(20), FREE);
        paint_on(&mut other, brush, INK, &wave(20), FREE);
        assert!(pixels(&one) == pixels(&other));
    }
}

#[test]
fn a_symmetry_repeats_every_brush_as_in_a_mirror() {
    let kind = SymmetryKind::Vertical;
    let symmetry = Symmetry { kind, centre: CanvasPoint::new(EDGE as f32 / 2.0, 0.0), degrees: 0.0 };
    let brush = BrushSettings { size_px: 16.0, ..BrushSettings::default() };
    for brush in [brush, BrushSettings { aspect: 0.3, rotation_degrees: 30.0, ..brush }] {
        let mut raster = Raster::new(EDGE, EDGE);
        let line: Vec<_> = (0..9).map(|idx| sample(20.0 + 4.0 * idx as f32, 60.0 + 3.0 * idx as f32, 11)).collect();
        let mut stroke = Stroke::begin(brush, INK, "stroke", line[0], symmetry.copies(), &raster).unwrap();
        stroke.extend(&line[1..]);
        stroke.finish_path();
        stroke.lay(&mut raster, FREE);
        stroke.finish(&mut raster);
        assert_ne!(raster.pixel(35, 72)[3], 0);
        for (x, y) in (0..EDGE).flat_map(|y| (0..EDGE / 2).map(move |x| (x, y))) {
            let (left, right) = (raster.pixel(x, y)[3], raster.pixel(EDGE - 1 - x, y)[3]);
            assert!(left.abs_diff(right) < 700, "{x}, {y}: {left} and {right}");
        }
    }
}
