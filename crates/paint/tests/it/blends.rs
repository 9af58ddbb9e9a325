//! What blend modes, groups and clipping look like: one sheet, looked at before it was committed.
//! `UPDATE_EXPECT=1 cargo test` writes it anew.

use std::path::Path;

use underpaint_paint::{BlendMode, Document, LayerProperties, Paper, PixelRect, RgbaImage};

use super::scenes::{compare, read_png, write_png};

/// Edge of one picture on the sheet.
const EDGE: u32 = 64;
const N_COLUMNS: u32 = 7;
const GAP: u32 = 6;

fn picture(pixel: impl Fn(f32, f32) -> [f32; 4]) -> RgbaImage {
    let place = |at: u32| (at as f32 + 0.5) / EDGE as f32;
    let pixels = (0..EDGE * EDGE).flat_map(|at| pixel(place(at % EDGE), place(at / EDGE)).map(|it| (it * 255.0) as u8));
    RgbaImage::new(EDGE, EDGE, pixels.collect()).unwrap()
}

/// Hues across, from white to black down; at the left it fades into the paper.
fn lower() -> RgbaImage {
    picture(|x, y| {
        let hue = |shift: f32| ((x * 6.0 + shift).rem_euclid(6.0) - 3.0).abs().clamp(1.0, 2.0) - 1.0;
        let shade = |value: f32| if y < 0.5 { 1.0 - (1.0 - value) * y * 2.0 } else { value * (2.0 - y * 2.0) };
        [shade(hue(0.0)), shade(hue(4.0)), shade(hue(2.0)), (x * 4.0).min(1.0)]
    })
}

/// A round cloud from warm to cold, soft at its edge.
fn upper() -> RgbaImage {
    picture(|x, y| {
        let distance = ((x - 0.5).powi(2) + (y - 0.5).powi(2)).sqrt();
        [0.95 - 0.8 * y, 0.55, 0.15 + 0.8 * y, ((0.48 - distance) * 8.0).clamp(0.0, 1.0)]
    })
}

fn two_layers(properties: LayerProperties) -> Document {
    let mut document = Document::new(EDGE, EDGE).unwrap();
    document.fill_with_picture(&lower(), "step-open-picture");
    document.add_picture_layer("step-layer-add", properties, &upper()).unwrap();
    document
}

/// Groups and clipping, after the modes on the sheet.
fn arrangements() -> Vec<Document> {
    let of_mode = |blend_mode| LayerProperties { blend_mode, ..LayerProperties::default() };
    // Multiplied with the layer below; and the same in a group of its own, where there is nothing below.
    let mut isolated = two_layers(of_mode(BlendMode::Multiply));
    isolated.group_layer("step-layer-group", isolated.active_layer()).unwrap();
    // Half transparent as a whole: the layer below does not show through the upper one.
    let mut faint_group = two_layers(LayerProperties::default());
    let group = faint_group.group_layer("step-layer-group", faint_group.layers()[0].id()).unwrap().0.unwrap();
    let top = faint_group.layers()[2].id();
    faint_group.move_layer("step-layer-move", top, underpaint_paint::Place::Into(group));
    let half = LayerProperties { opacity: 0.5, ..faint_group.layer(group).unwrap().properties().clone() };
    faint_group.set_layer_properties("step-layer-opacity", group, half, false);
    // Clipped to a layer that holds a disc.
    let mut clipped = Document::new(EDGE, EDGE).unwrap();
    clipped.fill_with_picture(&upper(), "step-open-picture");
    let properties = LayerProperties { is_clipped: true, ..of_mode(BlendMode::Screen) };
    clipped.add_picture_layer("step-layer-add", properties, &lower()).unwrap();
    // Locked alpha: a fill colours what is there.
    let mut locked = Document::new(EDGE, EDGE).unwrap();
    locked.fill_with_picture(&upper(), "step-open-picture");
    let properties = LayerProperties { is_alpha_locked: true, ..LayerProperties::default() };
    locked.set_layer_properties("step-layer-lock-alpha", locked.active_layer(), properties, false);
    locked.edit("step-fill", locked.active_layer(), |raster, _| {
        let rect = PixelRect::new(0, 0, EDGE / 2, EDGE);
        raster.write_rgba(rect, &[60, 160, 90, 255].repeat((EDGE * EDGE / 2) as usize))
    });
    vec![isolated, faint_group, clipped, locked]
}

#[test]
fn blend_modes_groups_and_clipping_look_as_expected() {
    let of_mode = |blend_mode| two_layers(LayerProperties { blend_mode, ..LayerProperties::default() });
    let documents: Vec<_> = BlendMode::ALL.into_iter().map(of_mode).chain(arrangements()).collect();
    let n_rows = (documents.len() as u32).div_ceil(N_COLUMNS);
    let (width, height) = (N_COLUMNS * (EDGE + GAP) + GAP, n_rows * (EDGE + GAP) + GAP);
    let mut sheet = Document::new(width, height).unwrap();
    let layer = sheet.active_layer();
    for (at, document) in (0u32..).zip(&documents) {
        let image = document.flatten(EDGE, EDGE, Paper::White).unwrap();
        let (left, top) = (GAP + at % N_COLUMNS * (EDGE + GAP), GAP + at / N_COLUMNS * (EDGE + GAP));
        sheet.edit("step-open-picture", layer, |raster, _| {
            raster.write_rgba(PixelRect::new(left, top, left + EDGE, top + EDGE), image.pixels())
        });
    }
    let actual = sheet.flatten(width, height, Paper::White).unwrap();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pictures/blends.png");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        write_png(&path, &actual);
        return;
    }
    let (_, n_outliers) = compare(&actual, &read_png(&path));
    if n_outliers > 4 {
        let written = Path::new(env!("CARGO_TARGET_TMPDIR")).join("blends.actual.png");
        write_png(&written, &actual);
        panic!("{n_outliers} pixels differ; see {}", written.display());
    }
}
