//! What a large painting holds in memory: layers, whatever of them is unpacked, and undo.

use underpaint_paint::{
    BrushSettings, CanvasPoint, Document, LayerId, LayerProperties, Paper, Rgb8, StrokeMode, StrokeSample,
};

const EDGE: u32 = 2048;
const N_LAYERS: u32 = 10;
/// Layers and undo together, at any time: it is 323 MB. The page's whole memory is to stay below 400 MB.
const MOST_BYTES: usize = 336 << 20;

/// A layer that is painted all over with waves and a little grain, no tile like another: 34 MB of pixels.
fn paint_over(document: &mut Document, layer: LayerId, number: u32) {
    let len = EDGE as usize * 2;
    let mut grain = number;
    let wave: Vec<u16> = (0..len)
        .flat_map(|x| {
            let share = ((x as f32 * 0.011 + number as f32).sin() + 1.0) / 2.0;
            grain = grain.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let value = |share: f32| (share * 60_000.0) as u16 + (grain >> 29) as u16 * 257;
            [value(share), value(1.0 - share), value(0.4), u16::MAX]
        })
        .collect();
    document.edit("step-fill", layer, |raster, _| {
        for y in 0..EDGE {
            // Every row begins elsewhere in the same wave.
            let start = (y as usize * 7 + number as usize * 31) % (len - EDGE as usize) * 4;
            raster.write_row(0, y, &wave[start..start + EDGE as usize * 4]);
        }
        raster.bounds()
    });
}

#[test]
fn a_painting_of_ten_full_layers_with_its_history_stays_within_its_memory() {
    let mut document = Document::new(EDGE, EDGE).unwrap();
    let mut most_bytes = 0;
    let mut look = |document: &Document| {
        most_bytes = most_bytes.max(document.pixel_bytes() + document.history_bytes());
    };
    for number in 0..N_LAYERS {
        if number > 0 {
            document.add_layer("step-layer-add", LayerProperties::default()).unwrap();
        }
        let layer = document.active_layer();
        paint_over(&mut document, layer, number);
        look(&document);
    }
    // A long stroke on each layer, and all of it looked at.
    let layers: Vec<LayerId> = document.layers().iter().map(|layer| layer.id()).collect();
    let brush = BrushSettings { size_px: 100.0, hardness: 0.0, ..BrushSettings::default() };
    let sample = |idx: u32| StrokeSample {
        canvas_point: CanvasPoint::new((100 + idx * 110) as f32, (idx * 120) as f32),
        time_secs: f64::from(idx) / 60.0,
        ..StrokeSample::default()
    };
    for layer in layers {
        document.set_active_layer(layer);
        document.begin_stroke(brush, StrokeMode::Paint(Rgb8::new(30, 90, 160)), "step-brush-stroke", sample(0));
        for idx in 1..17 {
            document.extend_stroke(&[sample(idx)]);
        }
        document.end_stroke();
        look(&document);
        // What the page does while the hand rests.
        while document.tidy() {}
    }
    let mut pixels = Vec::new();
    document.read_rect(document.bounds(), Paper::White, &mut pixels);
    look(&document);
    document.undo();
    look(&document);
    let labels = document.history_labels();
    assert!(labels.iter().filter(|label| **label == "step-brush-stroke").count() == N_LAYERS as usize, "{labels:?}");
    assert!(most_bytes < MOST_BYTES, "{} MB", most_bytes >> 20);
}
