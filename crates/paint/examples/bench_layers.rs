//! How long a stroke takes on a large document: `cargo run --release --package underpaint-paint --example bench_layers`.
//!
//! 2048 × 2048 pixels and ten layers that are painted all over, half of them with alpha. An event lays the dabs of one
//! reading of the pointer and composites the changed rectangle through the stack, as the page does to show it. Targets:
//! 4 ms in the middle, 16 ms at the 99th percentile; 50 ms for undo of a fill; 400 MB in all.
#![expect(clippy::print_stdout, reason = "a program for the terminal")]

use std::time::Instant;

use underpaint_paint::{
    BlendMode, BrushSettings, CanvasPoint, Document, LayerId, LayerProperties, PaintError, Paper, PixelRect, Rgb8,
    StrokeMode, StrokeSample, Thumbnail,
};

const EDGE: u32 = 2048;
const N_EVENTS: usize = 400;
const N_RUNS: usize = 5;
const INK: StrokeMode = StrokeMode::Paint(Rgb8::new(30, 90, 160));

fn main() -> Result<(), PaintError> {
    use BlendMode as Mode;
    let simple = [Mode::Normal; 10];
    let mixed = [
        Mode::Normal,
        Mode::Multiply,
        Mode::Normal,
        Mode::Screen,
        Mode::Overlay,
        Mode::Normal,
        Mode::SoftLight,
        Mode::Normal,
        Mode::Colour,
        Mode::Add,
    ];
    let separable = [Mode::SoftLight; 10];
    let hardest = [Mode::Luminosity; 10];
    println!("{EDGE} × {EDGE}, ten full layers, one core; milliseconds per event: median, 99th percentile, most");
    for (name, modes, active) in [
        ("all normal, topmost", simple, 9),
        ("all normal, lowest", simple, 0),
        ("mixed modes, middle", mixed, 5),
        ("mixed modes, lowest", mixed, 0),
        ("all soft light, lowest", separable, 0),
        ("all luminosity, lowest", hardest, 0),
    ] {
        let mut document = ten_layers(&modes)?;
        let layers: Vec<LayerId> = document.layers().iter().map(|layer| layer.id()).collect();
        document.set_active_layer(layers[active]);
        let mut pixels = Vec::new();
        let mut event_ms = vec![f64::INFINITY; N_EVENTS + 1];
        for _ in 0..N_RUNS {
            // What was composited for the run before is forgotten.
            document.set_active_layer(layers[(active + 1) % 10]);
            document.set_active_layer(layers[active]);
            stroke(&mut document, &mut pixels, &mut event_ms);
            document.undo();
        }
        event_ms.sort_by(f64::total_cmp);
        let at = |share: f64| event_ms[((event_ms.len() - 1) as f64 * share) as usize];
        println!("  {name:<24} {:6.2} {:6.2} {:6.2}", at(0.5), at(0.99), at(1.0));
        if active == 5 {
            fill_and_undo(&mut document);
            show_whole(&document);
        }
    }
    Ok(())
}

/// One stroke; each of its events is noted where it was faster than before: what other programs take away does not count.
fn stroke(document: &mut Document, pixels: &mut Vec<u8>, event_ms: &mut [f64]) {
    let brush = BrushSettings { size_px: 100.0, hardness: 0.0, ..BrushSettings::default() };
    let sample = |idx: usize| {
        // A spiral at some 2500 pixels a second, read 240 times a second.
        let turn = (idx as f32 * 0.09).sqrt() * 2.0;
        let radius = 60.0 + turn * 28.0;
        StrokeSample {
            canvas_point: CanvasPoint::new(1024.0 + radius * turn.cos(), 1024.0 + radius * turn.sin()),
            pressure: 1.0,
            time_secs: idx as f64 / 240.0,
            ..StrokeSample::default()
        }
    };
    for (idx, event_ms) in event_ms.iter_mut().enumerate() {
        let start = Instant::now();
        let dirty = match idx {
            0 => document.begin_stroke(brush, INK, "step-brush-stroke", sample(0)),
            N_EVENTS => document.end_stroke(),
            _ => document.extend_stroke(&[sample(idx)]),
        };
        document.read_rect(dirty, Paper::White, pixels);
        *event_ms = event_ms.min(start.elapsed().as_secs_f64() * 1e3);
    }
}

fn ten_layers(modes: &[BlendMode; 10]) -> Result<Document, PaintError> {
    let mut document = Document::new(EDGE, EDGE)?;
    for (idx, mode) in modes.iter().enumerate() {
        let properties = LayerProperties { blend_mode: *mode, opacity: 0.9, ..LayerProperties::default() };
        if idx == 0 {
            document.set_layer_properties("step-layer-blend", document.active_layer(), properties, false);
        } else {
            document.add_layer("step-layer-add", properties)?;
        }
        document.edit("step-fill", document.active_layer(), |raster, _| {
            let mut row = vec![0u16; EDGE as usize * 4];
            for y in 0..EDGE {
                for (x, pixel) in row.as_chunks_mut::<4>().0.iter_mut().enumerate() {
                    // Waves with a little grain: neither flat nor noise, as paint is.
                    let wave = ((x as f32 * 0.011 + idx as f32).sin() * (y as f32 * 0.013).cos() + 1.0) * 0.5;
                    let grain = ((x as u32).wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503)) >> 25;
                    let alpha = if idx % 2 == 0 { 1.0 } else { wave };
                    let value = |share: f32| (share * alpha * 65000.0) as u16 + grain as u16 * u16::from(alpha > 0.1);
                    *pixel = [value(wave), value(1.0 - wave), value(0.4), (alpha * 65535.0) as u16];
                    pixel[3] = pixel[3].max(pixel[0]).max(pixel[1]).max(pixel[2]);
                }
                raster.write_row(0, y, &row);
            }
            raster.bounds()
        });
    }
    Ok(document)
}

fn fill_and_undo(document: &mut Document) {
    let layer = document.active_layer();
    for idx in 0..6u16 {
        let start = Instant::now();
        document.edit("step-fill", layer, |raster, _| {
            let row = [10_000 + idx, 20_000, 30_000, 65_535].repeat(EDGE as usize);
            (0..EDGE).for_each(|y| raster.write_row(0, y, &row));
            raster.bounds()
        });
        println!("    a fill of the canvas     {:6.1} ms", start.elapsed().as_secs_f64() * 1e3);
    }
    println!(
        "    memory: pixels {} MB, history {} MB, the program {} MB",
        document.pixel_bytes() >> 20,
        document.history_bytes() >> 20,
        resident_mb()
    );
    for _ in 0..6 {
        let start = Instant::now();
        let dirty: PixelRect = document.undo();
        println!("    undo of it               {:6.1} ms", start.elapsed().as_secs_f64() * 1e3);
        assert!(dirty == document.bounds());
    }
}

fn show_whole(document: &Document) {
    let mut pixels = Vec::new();
    let start = Instant::now();
    document.read_rect(document.bounds(), Paper::White, &mut pixels);
    println!("    compositing all of it    {:6.1} ms", start.elapsed().as_secs_f64() * 1e3);
    let start = Instant::now();
    let mut thumbnail = Thumbnail::new(64);
    let has_more = document.layers().last().is_some_and(|layer| thumbnail.follow(layer.raster(), usize::MAX));
    println!("    a thumbnail              {:6.1} ms", start.elapsed().as_secs_f64() * 1e3);
    assert!(!has_more && thumbnail.news().is_some());
}

/// What the operating system says the program holds, in MB; 0 where it cannot be asked.
fn resident_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or(0) >> 10
}
