//! Writes a small painting as a project PNG and as OpenRaster, for other programs to open, and measures how long a large
//! document takes to save and to open.
//!
//!     cargo run --release -p underpaint-paint --example write_files -- FOLDER

#![expect(clippy::print_stdout, reason = "an example talks to the terminal")]

use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

use underpaint_paint::files::{Effort, Entry, open, write_ora, write_png, write_project, write_project_png};
use underpaint_paint::{
    BrushSettings, CanvasPoint, Content, Document, LayerParts, Paper, Rgb8, StrokeMode, StrokeSample,
};

/// Time that the processor spent on this thread, which on a busy machine is not the time of the clock; zero where the
/// system does not tell.
fn processor_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(stat.split(' ').next().and_then(|nanos| nanos.parse().ok()).unwrap_or(0))
}

/// Soft strokes all over a layer, as a busy painter leaves it.
fn paint(document: &mut Document, seed: u32, n_strokes: u32) {
    let mut number = seed.wrapping_mul(2_654_435_761) | 1;
    let mut below = |n: u32| {
        number ^= number << 13;
        number ^= number >> 17;
        number ^= number << 5;
        number % n
    };
    let (width, height) = (document.width(), document.height());
    for _ in 0..n_strokes {
        let size_px = (40 + below(160)) as f32 * width as f32 / 2048.0;
        let brush = BrushSettings { size_px, hardness: below(100) as f32 / 100.0, opacity: 0.7, ..Default::default() };
        let colour = Rgb8::new(below(256) as u8, below(256) as u8, below(256) as u8);
        let mut sample = |at: u32| StrokeSample {
            canvas_point: CanvasPoint::new(below(width) as f32, below(height) as f32),
            pressure: below(100) as f32 / 100.0,
            time_secs: f64::from(at) * 0.02,
            ..StrokeSample::default()
        };
        document.begin_stroke(brush, StrokeMode::Paint(colour), "step-brush-stroke", sample(0));
        document.extend_stroke(&[sample(1), sample(2)]);
        document.end_stroke();
    }
}

fn layered(width: u32, height: u32, n_layers: u32, n_strokes: u32) -> Result<Document, Box<dyn Error>> {
    let mut layers: Vec<LayerParts> = Vec::new();
    let mut parts = Document::new(width, height)?.to_parts();
    for seed in 0..n_layers {
        let mut document = Document::new(width, height)?;
        paint(&mut document, seed + 1, n_strokes);
        layers.extend(document.to_parts().layers);
    }
    parts.layers = layers;
    parts.layers[0].properties.name = "água ✎".into();
    parts.layers[1].properties.opacity = 0.5;
    Ok(Document::from_parts(parts)?)
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "/tmp".into()));
    std::fs::create_dir_all(&folder)?;
    let document = layered(320, 200, 3, 5)?;
    let entries = [Entry::new("form", b"steps=6")];
    let png = write_project_png(&document, "a lake, Steps: 6", &entries, Effort::Small);
    std::fs::write(folder.join("painting.png"), png)?;
    let ora = write_ora(&document, Effort::Small);
    // What the file shows here: its layers have 8 bits, those of the painting 16.
    let again = Document::from_parts(open(&ora)?.document)?;
    let image = again.flatten_content(Content::Exported, 320, 200, Paper::Transparent)?;
    std::fs::write(folder.join("painting_ora.png"), write_png(&image, &[], Effort::Small))?;
    std::fs::write(folder.join("painting.ora"), ora)?;

    let document = layered(2048, 2048, 10, 12)?;
    let parts = document.to_parts();
    println!("2048 × 2048, 10 layers, {} MB of pixels", document.pixel_bytes() >> 20);
    for effort in [Effort::Fast, Effort::Small] {
        let start = processor_time();
        let bytes = write_project(&parts, &[], effort);
        let (written, start) = (processor_time() - start, processor_time());
        let opened = open(&bytes)?;
        println!(
            "{effort:?}: written in {written:.0?}, {:.1} MB, read in {:.0?}, equal: {}",
            bytes.len() as f64 / 1e6,
            processor_time() - start,
            opened.document == parts
        );
    }
    let start = processor_time();
    let bytes = write_project_png(&document, "", &[], Effort::Small);
    println!("project PNG: {:.0?}, {:.1} MB", processor_time() - start, bytes.len() as f64 / 1e6);
    let start = processor_time();
    let bytes = write_ora(&document, Effort::Small);
    println!("OpenRaster: {:.0?}, {:.1} MB", processor_time() - start, bytes.len() as f64 / 1e6);
    Ok(())
}
