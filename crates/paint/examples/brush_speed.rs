//! How long a pointer event takes: `cargo run --release --package underpaint-paint --example brush_speed`.
//!
//! Every built-in brush at 100 pixels, and a soft round one, on a document of 2048 × 2048. A fast hand: each event moves
//! the pointer by 20 pixels and brings two samples, as a pen does. What is measured is the stroke's own work, from samples
//! to changed pixels. An event should take less than 2 ms.
#![expect(clippy::print_stdout, reason = "a program for the terminal")]

use std::time::Instant;

use underpaint_paint::{
    BUILT_IN_BRUSHES, BrushSettings, CanvasPoint, Document, PaintError, Rgb8, StrokeMode, StrokeSample,
};

const N_EVENTS: usize = 400;
const STEP_PX: f32 = 20.0;

fn main() -> Result<(), PaintError> {
    println!("canvas 2048 × 2048, {N_EVENTS} events of {STEP_PX} px, microseconds per event");
    println!("  {:<20} {:>8} {:>8}  with a prediction", "", "median", "99 %");
    let soft = BrushSettings { size_px: 100.0, hardness: 0.0, flow: 0.3, ..BrushSettings::default() };
    let built_in = BUILT_IN_BRUSHES.iter().map(|brush| (brush.id, BrushSettings { size_px: 100.0, ..brush.settings }));
    for (name, brush) in [("soft, 100 px", soft)].into_iter().chain(built_in) {
        let (median_us, late_us) = measure(brush, false)?;
        let (predicted_us, _) = measure(brush, true)?;
        println!("  {name:<20} {median_us:8.0} {late_us:8.0} {predicted_us:8.0}");
    }
    Ok(())
}

/// The median and the 99th percentile of an event's time, in microseconds.
fn measure(brush: BrushSettings, is_predicting: bool) -> Result<(f64, f64), PaintError> {
    let mut document = Document::new(2048, 2048)?;
    let ground = BrushSettings { size_px: 512.0, ..BrushSettings::default() };
    let at = |x: f32, y: f32, time_secs: f64| StrokeSample::new(CanvasPoint::new(x, y), 0.8, time_secs);
    for idx in 0..6 {
        let y = 200.0 + idx as f32 * 340.0;
        document.begin_stroke(ground, StrokeMode::Paint(Rgb8::new(200, 160, 90)), "ground", at(0.0, y, 0.0));
        document.extend_stroke(&[at(2048.0, y, 0.2)]);
        document.end_stroke();
    }
    // A spiral, at an even speed: it meets tiles in every way.
    let mut angle = 0.0f32;
    let mut sample = |idx: usize| {
        let radius = 250.0 + 6.0 * angle;
        angle += STEP_PX / 2.0 / radius;
        at(1024.0 + radius * angle.cos(), 1024.0 + radius * angle.sin(), idx as f64 * 0.004)
    };
    let first = sample(0);
    document.begin_stroke(brush, StrokeMode::Paint(Rgb8::new(30, 90, 160)), "stroke", first);
    let mut times_us = Vec::with_capacity(N_EVENTS);
    let mut samples = Vec::new();
    for idx in 0..N_EVENTS {
        samples.clear();
        samples.extend([sample(2 * idx + 1), sample(2 * idx + 2)]);
        if is_predicting {
            let [from, to] = [samples[0], samples[1]];
            let ahead = CanvasPoint::new(
                2.0 * to.canvas_point.x - from.canvas_point.x,
                2.0 * to.canvas_point.y - from.canvas_point.y,
            );
            samples.push(StrokeSample { canvas_point: ahead, is_predicted: true, ..to });
        }
        let start = Instant::now();
        std::hint::black_box(document.extend_stroke(&samples));
        times_us.push(start.elapsed().as_secs_f64() * 1e6);
    }
    document.end_stroke();
    times_us.sort_by(f64::total_cmp);
    Ok((times_us[N_EVENTS / 2], times_us[N_EVENTS * 99 / 100]))
}
