//! Files on their way to other programs and back, for `tests/parity/check_ora.py` and `check_psd.py`.
//!
//!     cargo run -p underpaint-paint --example round_trip -- write FOLDER
//!     cargo run -p underpaint-paint --example round_trip -- read FILE FOLDER
//!
//! `write` makes documents of everything that OpenRaster can hold, as NAME.ora; `read` opens any file. Both say in
//! FOLDER/NAME what the document is: `layers.tsv` (from the bottom up), each layer's pixels as its number, and `seen.png`,
//! the picture that leaves.

use std::error::Error;
use std::path::Path;

use underpaint_paint::files::{Effort, open, write_ora, write_png};
use underpaint_paint::{
    BlendMode, Content, Document, DocumentParts, LayerKind, LayerParts, LayerProperties, Paper, PixelRect, Raster,
    RgbaImage,
};

const WIDTH: u32 = 192;
const HEIGHT: u32 = 128;
/// Edge of the square of one blend mode.
const CELL: u32 = 32;

/// A picture of 8 bits from a formula of the place, 0 to 1 both ways; straight alpha.
fn picture(width: u32, height: u32, pixel: impl Fn(f32, f32) -> [f32; 4]) -> Vec<u8> {
    let at = |n: u32, of: u32| (n as f32 + 0.5) / of as f32;
    let places = (0..height).flat_map(|y| (0..width).map(move |x| (at(x, width), at(y, height))));
    places.flat_map(|(x, y)| pixel(x, y).map(|it| (it * 255.0).round() as u8)).collect()
}

/// A rainbow from white to black, fading at its left edge.
fn rainbow(x: f32, y: f32) -> [f32; 4] {
    let hue = |shift: f32| ((x * 6.0 + shift).rem_euclid(6.0) - 3.0).abs().clamp(1.0, 2.0) - 1.0;
    let shade = |value: f32| if y < 0.5 { 1.0 - (1.0 - value) * y * 2.0 } else { value * (2.0 - y * 2.0) };
    [shade(hue(0.0)), shade(hue(4.0)), shade(hue(2.0)), (x * 6.0).min(1.0)]
}

/// A soft round cloud, from one colour to another.
fn cloud(x: f32, y: f32) -> [f32; 4] {
    let distance = ((x - 0.5).powi(2) + (y - 0.5).powi(2)).sqrt();
    [0.95 - 0.8 * y, 0.3 + 0.4 * x, 0.15 + 0.8 * y, ((0.5 - distance) * 5.0).clamp(0.0, 1.0)]
}

/// A layer with a picture at a place.
fn layer(
    properties: LayerProperties,
    depth: u8,
    rect: (u32, u32, u32, u32),
    pixel: impl Fn(f32, f32) -> [f32; 4],
) -> LayerParts {
    let (left, top, width, height) = rect;
    let mut raster = Raster::new(WIDTH, HEIGHT);
    raster.write_rgba(PixelRect::new(left, top, left + width, top + height), &picture(width, height, pixel));
    LayerParts { properties, depth, raster }
}

fn group(name: &str, depth: u8, looks: LayerProperties) -> LayerParts {
    let properties = LayerProperties { name: name.into(), kind: LayerKind::Group, ..looks };
    LayerParts { properties, depth, raster: Raster::new(WIDTH, HEIGHT) }
}

fn named(name: &str) -> LayerProperties {
    LayerProperties { name: name.into(), ..LayerProperties::default() }
}

fn document(layers: Vec<LayerParts>) -> DocumentParts {
    let active = layers.len() / 2;
    DocumentParts { width: WIDTH, height: HEIGHT, layers, active, selection: None, strength_map: None }
}

/// Every blend mode in a square of its own, over a rainbow and over nothing, at several opacities.
fn modes() -> DocumentParts {
    let mut layers = vec![layer(named("rainbow"), 0, (0, 0, WIDTH, HEIGHT), rainbow)];
    for (at, mode) in (0u32..).zip(BlendMode::ALL) {
        let (left, top) = (at % 6 * CELL, at / 6 * CELL);
        let opacity = [1.0, 0.75, 0.5][at as usize % 3];
        let looks = LayerProperties { blend_mode: mode, opacity, ..named(mode.name()) };
        layers.push(layer(looks, 0, (left, top, CELL, CELL), cloud));
    }
    document(layers)
}

/// Groups in groups with looks of their own, hidden ones, empty ones, names that need care, and layers at odd places.
fn groups() -> DocumentParts {
    let half = LayerProperties { opacity: 0.5, ..LayerProperties::default() };
    let screen = LayerProperties { blend_mode: BlendMode::Screen, opacity: 0.8, ..LayerProperties::default() };
    let hidden = LayerProperties { is_visible: false, ..LayerProperties::default() };
    let multiply = LayerProperties { blend_mode: BlendMode::Multiply, opacity: 0.9, ..named("vermelho × azul") };
    document(vec![
        layer(named("papel"), 0, (0, 0, WIDTH, HEIGHT), |x, y| [0.9 - 0.2 * y, 0.85, 0.7 + 0.2 * x, 1.0]),
        layer(named("água ✎ 水 🎨"), 3, (100, 3, 70, 90), rainbow),
        layer(multiply, 3, (90, 30, 60, 60), cloud),
        group("deepest <&\"'>", 2, screen),
        layer(LayerProperties { is_visible: false, ..named("oculto") }, 2, (0, 0, 64, 64), cloud),
        layer(named(""), 2, (3, 71, 61, 57), cloud),
        group("half", 1, half),
        group("empty", 1, LayerProperties::default()),
        layer(LayerProperties { is_locked: true, ..named("locked") }, 1, (130, 64, 62, 64), rainbow),
        group("outer", 0, LayerProperties::default()),
        layer(named("in a hidden group"), 1, (0, 0, WIDTH, HEIGHT), rainbow),
        group("hidden", 0, hidden),
        LayerParts { properties: named("blank"), depth: 0, raster: Raster::new(WIDTH, HEIGHT) },
        layer(LayerProperties { is_alpha_locked: true, ..named("a pixel") }, 0, (191, 127, 1, 1), |_, _| {
            [1.0, 0.0, 0.0, 1.0]
        }),
    ])
}

/// Clipped layers on a layer and on a group, at the bottom where there is nothing to be clipped to, and the kinds of
/// layers that only this program has.
fn clipping() -> DocumentParts {
    let clipped = |name: &str| LayerProperties { is_clipped: true, ..named(name) };
    let base = LayerProperties { blend_mode: BlendMode::Multiply, opacity: 0.7, ..named("base") };
    let kind = |name: &str, kind| LayerProperties { name: name.into(), ..LayerProperties::of_kind(kind) };
    document(vec![
        layer(clipped("lowest"), 0, (0, 0, WIDTH, HEIGHT), |x, y| [0.6 + 0.3 * x, 0.8, 0.9 - 0.3 * y, 1.0]),
        layer(base, 0, (10, 10, 90, 100), cloud),
        layer(clipped("stripes"), 0, (0, 0, 70, 70), |x, _| {
            [x, 0.2, 0.1, if x * 10.0 % 1.0 < 0.5 { 0.9 } else { 0.0 }]
        }),
        layer(LayerProperties { opacity: 0.5, ..clipped("on it too") }, 0, (20, 40, 90, 80), rainbow),
        layer(named("in the group"), 1, (110, 20, 80, 90), cloud),
        group("clipped to", 0, LayerProperties { opacity: 0.8, ..LayerProperties::default() }),
        layer(clipped("on the group"), 0, (100, 0, 92, HEIGHT), rainbow),
        layer(kind("guide", LayerKind::Reference), 0, (0, 0, WIDTH, HEIGHT), rainbow),
        layer(kind("live", LayerKind::Render), 0, (60, 90, 64, 32), rainbow),
    ])
}

/// Says in a folder what a document is.
fn describe(parts: &DocumentParts, folder: &Path) -> Result<(), Box<dyn Error>> {
    std::fs::create_dir_all(folder)?;
    let mut lines = format!("{}\t{}\n", parts.width, parts.height);
    for (at, layer) in parts.layers.iter().enumerate() {
        let it = &layer.properties;
        let flags = [it.is_visible, it.is_locked, it.is_alpha_locked, it.is_clipped, at == parts.active];
        let flags: String = flags.iter().map(|is_set| if *is_set { '1' } else { '0' }).collect();
        let (kind, mode) = (format!("{:?}", it.kind), it.blend_mode.name());
        lines += &format!("{}\t{kind}\t{}\t{mode}\t{flags}\t{}\n", layer.depth, it.opacity, it.name);
        let mut pixels = Vec::new();
        layer.raster.read_rgba(layer.raster.bounds(), &mut pixels);
        let image = RgbaImage::new(parts.width, parts.height, pixels)?;
        std::fs::write(folder.join(format!("{at}.png")), write_png(&image, &[], Effort::Fast))?;
    }
    std::fs::write(folder.join("layers.tsv"), lines)?;
    let document = Document::from_parts(parts.clone())?;
    let seen = document.flatten_content(Content::Exported, parts.width, parts.height, Paper::Transparent)?;
    std::fs::write(folder.join("seen.png"), write_png(&seen, &[], Effort::Fast))?;
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["write", folder] => {
            for (name, parts) in [("modes", modes()), ("groups", groups()), ("clipping", clipping())] {
                describe(&parts, &Path::new(folder).join(name))?;
                let bytes = write_ora(&Document::from_parts(parts)?, Effort::Small);
                std::fs::write(Path::new(folder).join(format!("{name}.ora")), bytes)?;
            }
            Ok(())
        }
        ["read", file, folder] => describe(&open(&std::fs::read(file)?)?.document, Path::new(folder)),
        _ => Err("write FOLDER, or read FILE FOLDER".into()),
    }
}
