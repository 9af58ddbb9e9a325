//! How long dabs take: `cargo run --release --package underpaint-paint --example dab_speed`.
//!
//! Times are per dab, with every dab in a pointer event of its own: blending it into the mask, laying the mask over the
//! pixels, and reading the changed rectangle as the page does to show it. Painting feels immediate below 2 ms.
#![expect(clippy::print_stdout, reason = "a program for the terminal")]

use std::time::Instant;

use underpaint_paint::{BrushSettings, CanvasPoint, Document, PaintError, Paper, Rgb8, StrokeMode, StrokeSample};

const N_DABS: usize = 400;

fn main() -> Result<(), PaintError> {
    println!("canvas 512 × 512, {N_DABS} dabs each, microseconds per dab");
    for (name, size_px, hardness, flow) in [
        ("soft, 200 px", 200.0, 0.0, 0.2),
        ("soft, 100 px", 100.0, 0.0, 0.2),
        ("default, 28 px", 28.0, 0.8, 1.0),
        ("hard, 400 px", 400.0, 1.0, 1.0),
    ] {
        let brush = BrushSettings { size_px, hardness, flow, spacing: 0.1, smoothing: 0.0, ..BrushSettings::default() };
        let mut document = Document::new(512, 512)?;
        // A circle in steps of the spacing: each sample brings one dab.
        let sample = |idx: usize| {
            let angle = idx as f32 * size_px * 0.1 / 150.0;
            let radius = 150.0;
            let point = CanvasPoint::new(256.0 + radius * angle.cos(), 256.0 + radius * angle.sin());
            StrokeSample::new(point, 1.0, idx as f64 * 0.004)
        };
        let mut pixels = Vec::new();
        document.begin_stroke(brush, StrokeMode::Paint(Rgb8::new(30, 90, 160)), "Brush stroke", sample(0));
        let start = Instant::now();
        for idx in 1..N_DABS {
            let dirty = document.extend_stroke(&[sample(idx)]);
            document.read_rect(dirty, Paper::White, &mut pixels);
        }
        document.end_stroke();
        let mean_us = start.elapsed().as_secs_f64() * 1e6 / N_DABS as f64;
        println!("  {name:<16} {mean_us:8.1}");
    }
    let mut document = Document::new(512, 512)?;
    document.fill_with_picture(&document.flatten(512, 512, Paper::White)?, "Fill");
    for edge in [128, 256, 512, 1024] {
        let start = Instant::now();
        document.flatten(edge, edge, Paper::Transparent)?;
        println!("  flatten to {edge:<5} {:8.1}", start.elapsed().as_secs_f64() * 1e6);
    }
    Ok(())
}
