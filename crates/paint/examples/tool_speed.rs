//! How long tools take on a large canvas: `cargo run --release --package underpaint-paint --example tool_speed`.
#![expect(clippy::print_stdout, reason = "a program for the terminal")]

use std::hint::black_box;
use std::time::Instant;

use underpaint_paint::{
    CanvasChange, CanvasPoint, Corners, Gradient, GradientKind, GradientStop, Homography, Ink, Mask, PaintError,
    Quality, Raster, Reference, RegionOptions, Rgb8, Shape, ShapeStyle, copy_pixels, draw_gradient, draw_shape,
    fill_selected, flood_fill, paste_pixels, similar_region,
};

const EDGE: u32 = 2048;

/// Time that this thread has had a processor for, in seconds: on a busy machine the wall clock says little. Where the
/// system does not tell, the wall clock it is.
fn now_secs(start: Instant) -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let on_cpu_ns = told.and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    on_cpu_ns.map_or_else(|| start.elapsed().as_secs_f64(), |ns| ns / 1e9)
}

/// The mean of several runs, in milliseconds.
fn report<T>(name: &str, mut run: impl FnMut() -> T) {
    const N_RUNS: u32 = 8;
    let start = Instant::now();
    let before_secs = now_secs(start);
    for _ in 0..N_RUNS {
        black_box(run());
    }
    println!("  {name:<44} {:8.2}", (now_secs(start) - before_secs) * 1e3 / f64::from(N_RUNS));
}

fn main() -> Result<(), PaintError> {
    println!("canvas {EDGE} × {EDGE}, mean of 8, milliseconds of one processor");
    let point = |x: f32, y: f32| CanvasPoint::new(x, y);
    let ink = Ink::opaque(Rgb8::new(30, 90, 160));
    let mut lines = Raster::new(EDGE, EDGE);
    let style = ShapeStyle { fill: None, outline: Some(ink), width_px: 4.0, corners: Corners::Sharp };
    for idx in 0..40 {
        let at = 20.0 + idx as f32 * 25.0;
        draw_shape(&mut lines, &Shape::Ellipse { from: point(at, 40.0), to: point(at + 900.0, 2000.0) }, &style, None);
    }
    let plain = RegionOptions::default();
    report("fill: find the region around 40 lines", || similar_region(Reference::Layer(&lines), (5, 5), &plain, None));
    report("fill: find and paint it", || {
        let mut raster = lines.clone();
        let region = similar_region(Reference::Layer(&raster), (5, 5), &plain, None);
        flood_fill(&mut raster, &region, ink, None)
    });
    report("fill: find and paint, blank canvas", || {
        let mut raster = Raster::new(EDGE, EDGE);
        let region = similar_region(Reference::Layer(&raster), (5, 5), &plain, None);
        flood_fill(&mut raster, &region, ink, None)
    });
    let closing = RegionOptions { gap_radius_px: 6, ..plain };
    report("fill: find it, gaps closed at 6 px", || similar_region(Reference::Layer(&lines), (5, 5), &closing, None));
    let expanding = RegionOptions { expand_px: 2.0, ..plain };
    report("fill: find it, expanded by 2 px", || similar_region(Reference::Layer(&lines), (5, 5), &expanding, None));
    report("flat fill of the whole canvas", || fill_selected(&mut Raster::new(EDGE, EDGE), ink, None));
    let stop = |value: u8| GradientStop { colour: Rgb8::new(value, value, 90), alpha: 1.0 };
    let gradient = Gradient {
        kind: GradientKind::Radial,
        from: point(900.0, 900.0),
        to: point(2000.0, 1800.0),
        start: stop(200),
        end: stop(40),
    };
    let mut painted = Raster::new(EDGE, EDGE);
    report("radial gradient", || draw_gradient(&mut painted, &gradient, 1.0, false, None));
    let ellipse = Mask::ellipse(EDGE, EDGE, point(100.0, 100.0), point(1900.0, 1800.0), true);
    report("ellipse as a mask", || Mask::ellipse(EDGE, EDGE, point(100.0, 100.0), point(1900.0, 1800.0), true));
    report("feather by 20 px", || ellipse.clone().feather(20.0));
    report("grow by 10 px", || ellipse.clone().grow(10.0));
    report("outlines", || ellipse.outlines(100_000));
    let Some(patch) = copy_pixels(&painted, None) else { return Ok(()) };
    let bounds = painted.bounds();
    for (name, transform) in [
        ("turn by 20°", Homography::rotation(20.0, point(1024.0, 1024.0))),
        ("scale to a third", Homography::scaling(0.33, 0.33, point(1024.0, 1024.0))),
        ("move by whole pixels", Homography::translation(100.0, 30.0)),
    ] {
        report(&format!("transform: {name}"), || patch.transformed(&transform, Quality::Fine, bounds));
        report(&format!("transform: {name}, preview"), || patch.transformed(&transform, Quality::Preview, bounds));
    }
    report("copy and paste everything", || {
        let mut raster = painted.clone();
        copy_pixels(&painted, None).map(|patch| paste_pixels(&mut raster, &patch, 1.0, false, None))
    });
    report("scale the canvas to 1500 × 1500", || CanvasChange::Scale { width: 1500, height: 1500 }.raster(&painted));
    report("turn the canvas", || CanvasChange::TurnRight.raster(&painted));
    Ok(())
}
