//! What holds for any document, whatever a person does: thousands of random actions, and the state after each.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use underpaint_paint::{
    BlendMode, BrushSettings, CanvasPoint, Content, Document, FlatSketch, LayerId, LayerKind, LayerProperties, Mask,
    Paper, PixelRect, Place, Rgb8, RgbaImage, StrokeMode, StrokeSample, Thumbnail,
};

/// Actions in the test suite. `UNDERPAINT_ACTIONS=10000 cargo test --release` makes it as many.
const N_ACTIONS: usize = 800;

struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize % n
    }

    fn unit(&mut self) -> f32 {
        self.below(10_001) as f32 / 10_000.0
    }

    fn layer(&mut self, document: &Document) -> LayerId {
        document.layers()[self.below(document.layers().len())].id()
    }

    /// One layer, or several in any order.
    fn layers(&mut self, document: &Document) -> Vec<LayerId> {
        (0..1 + self.below(3)).map(|_| self.layer(document)).collect()
    }

    fn rect(&mut self, bounds: PixelRect) -> PixelRect {
        let mut span = |edge: u32| {
            let (one, two) = (self.below(edge as usize) as u32, self.below(edge as usize) as u32);
            (one.min(two), one.max(two) + 1)
        };
        let ((left, right), (top, bottom)) = (span(bounds.right), span(bounds.bottom));
        PixelRect::new(left, top, right, bottom)
    }

    fn mask(&mut self, document: &Document) -> Mask {
        let mut mask = Mask::filled(document.width(), document.height(), 0);
        let rect = self.rect(document.bounds());
        let value = 1 + self.below(255) as u8;
        (rect.top..rect.bottom).for_each(|y| mask.row_mut(y, rect.left, rect.right).fill(value));
        mask
    }

    fn picture(&mut self) -> RgbaImage {
        RgbaImage::new(7, 5, (0..7 * 5 * 4).map(|_| self.below(256) as u8).collect()).unwrap()
    }

    fn stroke(&mut self, document: &mut Document) -> PixelRect {
        let brush = BrushSettings { size_px: 2.0 + 40.0 * self.unit(), hardness: self.unit(), ..Default::default() };
        let mode = match self.below(4) {
            0 => StrokeMode::Erase,
            _ => StrokeMode::Paint(Rgb8::new(self.below(256) as u8, self.below(256) as u8, self.below(256) as u8)),
        };
        let mut sample = |idx: usize| StrokeSample {
            canvas_point: CanvasPoint::new(140.0 * self.unit() - 20.0, 120.0 * self.unit() - 20.0),
            pressure: self.unit(),
            time_secs: idx as f64 * 0.01,
            ..StrokeSample::default()
        };
        let mut dirty = document.begin_stroke(brush, mode, "step-brush-stroke", sample(0));
        for idx in 1..5 {
            dirty = dirty.union(document.extend_stroke(&[sample(idx)]));
            // The page reads while the stroke is under way, which fills what is kept of the layers behind.
            let mut pixels = Vec::new();
            document.read_rect(document.bounds(), Paper::Transparent, &mut pixels);
            assert!(idx < 4 || pixels == seen(&copy(document)), "what is kept of the layers behind is stale");
        }
        dirty.union(if self.below(8) == 0 { document.cancel_stroke() } else { document.end_stroke() })
    }

    fn properties(&mut self, mut properties: LayerProperties) -> (&'static str, LayerProperties) {
        let toggle = |flag: &mut bool| *flag = !*flag;
        match self.below(8) {
            0 => properties.opacity = self.unit(),
            1 => properties.blend_mode = BlendMode::ALL[self.below(BlendMode::ALL.len())],
            2 => toggle(&mut properties.is_visible),
            3 => properties.is_locked = self.below(4) == 0,
            4 => toggle(&mut properties.is_alpha_locked),
            5 => toggle(&mut properties.is_clipped),
            6 => properties.kind = [LayerKind::Paint, LayerKind::Reference, LayerKind::Render][self.below(3)],
            _ => properties.name = format!("Layer of {}", self.below(1000)),
        }
        ("step-layer-properties", properties)
    }

    /// Does something, anything, and returns what to show again.
    fn act(&mut self, document: &mut Document) -> PixelRect {
        let layer = self.layer(document);
        let (label, n_layers) = ("step-random", document.layers().len());
        match self.below(30) {
            0..=7 => self.stroke(document),
            8..=10 => {
                let (colour, rect) = ([self.below(9_000) as u16, 3_000, 500, 20_000], self.rect(document.bounds()));
                document.edit("step-fill", layer, |raster, selection| {
                    let row = colour.repeat(rect.width() as usize);
                    let rows = rect.top..rect.bottom;
                    rows.filter(|y| selection.is_none_or(|mask| mask.at(rect.left, *y) > 0))
                        .for_each(|y| raster.write_row(rect.left, y, &row));
                    rect
                })
            }
            11 => document.clear(),
            12 => {
                let picture = self.picture();
                document.fill_with_picture(&picture, "step-keep-picture")
            }
            13 | 14 if n_layers < 9 => {
                let kinds = [LayerKind::Paint, LayerKind::Group, LayerKind::Reference, LayerKind::Render];
                document.add_layer(label, LayerProperties::of_kind(kinds[self.below(4)])).unwrap().1
            }
            15 if n_layers < 7 => document.duplicate_layers(label, &self.layers(document)).unwrap().1,
            16 if n_layers > 3 => document.delete_layers(label, &self.layers(document)),
            17 | 18 => {
                let other = self.layer(document);
                let place = [Place::Above(other), Place::Below(other), Place::Into(other)][self.below(3)];
                document.move_layers(label, &self.layers(document), place)
            }
            19 => match document.place_next_to(layer, self.below(2) == 0) {
                Some(place) => document.move_layer(label, layer, place),
                None => PixelRect::EMPTY,
            },
            20 if n_layers < 9 => document.group_layers(label, &self.layers(document)).unwrap().1,
            21 => document.ungroup_layer(label, layer),
            22 if self.below(2) == 0 => document.merge_down(label, layer),
            22 => document.merge_layers(label, &self.layers(document)),
            23 => match self.below(12) {
                0 => document.flatten_layers(label),
                _ => document.flatten_group(label, layer),
            },
            24 | 25 => {
                let properties = document.layer(layer).unwrap().properties().clone();
                let (label, properties) = self.properties(properties);
                let is_continued = self.below(2) == 0;
                document.set_layer_properties(label, layer, properties, is_continued)
            }
            26 => {
                let mask = (self.below(3) > 0).then(|| self.mask(document));
                match self.below(3) {
                    0 => document.set_strength_map("step-strength", mask),
                    _ => document.set_selection("step-select", mask),
                }
            }
            27 => match self.below(6) {
                0 => document.flip(label, self.below(2) == 0),
                1 => {
                    let corner = (self.below(40) as i32 - 20, self.below(40) as i32 - 20);
                    let size = (60 + self.below(70) as u32, 50 + self.below(60) as u32);
                    document.crop(label, corner, size).unwrap()
                }
                _ => PixelRect::EMPTY,
            },
            28 => {
                document.set_active_layer(layer);
                PixelRect::EMPTY
            }
            _ => match self.below(3) {
                0 => document.undo(),
                1 => document.redo(),
                _ => {
                    let end = document.history_labels().len();
                    let near = document.history_position() + self.below(9);
                    document.jump_to(near.saturating_sub(5).min(end))
                }
            },
        }
    }
}

fn seen(document: &Document) -> Vec<u8> {
    let mut pixels = Vec::new();
    document.read_rect(document.bounds(), Paper::Transparent, &mut pixels);
    pixels
}

/// The same document by way of plain data, as a file would bring it.
fn copy(document: &Document) -> Document {
    Document::from_parts(document.to_parts()).unwrap()
}

/// A number that stands for everything that undo brings back, save the choice of the active layer.
fn fingerprint(document: &Document) -> u64 {
    let mut hasher = DefaultHasher::new();
    (document.width(), document.height()).hash(&mut hasher);
    let mut row = vec![0; document.width() as usize * 4];
    for layer in document.layers() {
        (layer.id(), layer.depth(), format!("{:?}", layer.properties())).hash(&mut hasher);
        for y in 0..if layer.raster().is_blank() { 0 } else { document.height() } {
            layer.raster().read_row(0, y, &mut row);
            row.hash(&mut hasher);
        }
    }
    for mask in [document.selection(), document.strength_map()] {
        mask.map(Mask::values).hash(&mut hasher);
    }
    hasher.finish()
}

fn check(document: &Document) {
    let layers = document.layers();
    assert!(document.layer(document.active_layer()).is_some(), "the active layer is one of them");
    for (idx, layer) in layers.iter().enumerate() {
        let next_depth = layers.get(idx + 1).map_or(0, |next| next.depth());
        let closes = layers.get(idx + 1).is_some_and(|next| next.is_group() && next.depth() + 1 == layer.depth());
        assert!(layer.depth() <= next_depth || closes, "{layers:?}");
        assert!(layers[..idx].iter().all(|other| other.id() != layer.id()));
        let size = (layer.raster().width(), layer.raster().height());
        assert_eq!(size, (document.width(), document.height()));
        assert!(!layer.is_group() || layer.raster().is_blank());
    }
    for mask in document.selection().into_iter().chain(document.strength_map()) {
        assert_eq!((mask.width(), mask.height()), (document.width(), document.height()));
    }
    assert!(document.selection().is_none_or(|mask| !mask.bounds().is_empty()));
    assert!(document.history_position() <= document.history_labels().len());
}

#[test]
fn whatever_is_done_the_document_holds_together_and_undo_and_redo_return_every_bit() {
    let n_actions = std::env::var("UNDERPAINT_ACTIONS").ok().and_then(|text| text.parse().ok()).unwrap_or(N_ACTIONS);
    let mut random = Random(0x5eed);
    let mut document = Document::new(100, 80).unwrap();
    let blank = fingerprint(&document);
    let mut states = HashMap::from([(document.state_number(), blank)]);
    let mut rendered: HashMap<u64, RgbaImage> = HashMap::new();
    let mut sketch = FlatSketch::default();
    for action in 0..n_actions {
        let (before, size) = (seen(&document), (document.width(), document.height()));
        let dirty = random.act(&mut document);
        check(&document);
        let state = fingerprint(&document);
        let known = *states.entry(document.state_number()).or_insert(state);
        assert!(known == state, "action {action}: two states have the number {}", document.state_number());
        if size == (document.width(), document.height()) {
            let after = seen(&document);
            for (idx, (one, two)) in before.as_chunks::<4>().0.iter().zip(after.as_chunks::<4>().0).enumerate() {
                let (x, y) = (idx as u32 % size.0, idx as u32 / size.0);
                assert!(one == two || dirty.contains(x, y), "action {action} changed ({x}, {y}) outside of {dirty:?}");
            }
        }
        if action % 3 == 0 {
            let has_more = sketch.follow(&document, (61, 47), Paper::Transparent, usize::MAX).unwrap();
            let whole = document.flatten(61, 47, Paper::Transparent).unwrap();
            assert!(!has_more && *sketch.image().unwrap() == whole, "action {action}: another sketch");
        }
        if action % 8 == 0 {
            let copied = copy(&document);
            assert!(copied.to_parts() == document.to_parts() && seen(&copied) == seen(&document));
            let picture = document.flatten(document.width(), document.height(), Paper::Transparent).unwrap();
            let known = rendered.entry(document.revision()).or_insert_with(|| picture.clone());
            assert!(*known == picture, "action {action}: two pictures have the revision {}", document.revision());
        }
        if action % 64 == 0 {
            document.tidy();
        }
    }
    document.jump_to(usize::MAX);
    let last = (document.state_number(), fingerprint(&document));
    let n_steps = document.history_position();
    assert!(n_steps > n_actions / 3, "only {n_steps} steps were made");
    while document.undo_label().is_some() {
        document.undo();
        assert_eq!(fingerprint(&document), states[&document.state_number()]);
    }
    assert_eq!((document.state_number(), document.revision(), document.history_position()), (0, 0, 0));
    assert!(fingerprint(&document) == blank && document.is_blank());
    while document.redo_label().is_some() {
        document.redo();
        assert_eq!(fingerprint(&document), states[&document.state_number()]);
    }
    assert_eq!((document.state_number(), fingerprint(&document)), last);
    assert_eq!(document.history_position(), n_steps, "steps were forgotten");
}

#[test]
fn references_are_seen_and_neither_exported_nor_rendered_and_live_pictures_are_not_rendered() {
    let mut document = Document::new(64, 64).unwrap();
    let grey = RgbaImage::new(1, 1, vec![90, 90, 90, 255]).unwrap();
    let before = document.revision();
    for kind in [LayerKind::Reference, LayerKind::Render] {
        let added = document.add_picture_layer("step-layer-add", LayerProperties::of_kind(kind), &grey).unwrap();
        assert_eq!(added.1, document.bounds());
        let alpha = |content| document.flatten_content(content, 64, 64, Paper::Transparent).unwrap().pixels()[3];
        let expected = if kind == LayerKind::Reference { [255, 0, 0] } else { [255, 255, 0] };
        assert_eq!([Content::Seen, Content::Exported, Content::Rendered].map(alpha), expected);
        assert_eq!(document.revision(), before, "nothing that is rendered has changed");
        if kind == LayerKind::Reference {
            document.undo();
        }
    }
    // Baked, it is paint.
    // Where there is no paint there is nothing to render anew.
    let revision = document.revision();
    document.add_layer("step-layer-add", LayerProperties::default()).unwrap();
    assert_eq!(document.revision(), revision);
    document.undo();
    document.set_layer_properties("step-layer-bake", document.active_layer(), LayerProperties::default(), false);
    assert_ne!(document.revision(), before);
    assert_eq!(document.flatten(64, 64, Paper::Transparent).unwrap().pixels()[3], 255);
}

#[test]
fn a_clipped_layer_shows_only_where_the_layer_below_has_paint() {
    let mut document = Document::new(64, 64).unwrap();
    let half = |raster: &mut underpaint_paint::Raster, _: Option<&Mask>| {
        raster.write_rgba(PixelRect::new(0, 0, 32, 64), &[200, 0, 0, 255].repeat(32 * 64))
    };
    document.edit("step-fill", document.active_layer(), half);
    let clipped = LayerProperties { is_clipped: true, ..LayerProperties::default() };
    let blue = RgbaImage::new(1, 1, vec![0, 0, 200, 255]).unwrap();
    document.add_picture_layer("step-layer-add", clipped, &blue).unwrap();
    let pixels = seen(&document);
    assert_eq!((&pixels[..4], &pixels[40 * 4..41 * 4]), (&[0, 0, 200, 255][..], &[0; 4][..]));
    // Merged, it looks the same.
    document.merge_down("step-layer-merge", document.active_layer());
    assert!(seen(&document) == pixels && document.layers().len() == 1);
}

#[test]
fn locks_and_hidden_layers_keep_strokes_and_edits_away_and_locked_alpha_keeps_its_shape() {
    let mut document = Document::new(64, 64).unwrap();
    let layer = document.active_layer();
    document.edit("step-fill", layer, |raster, _| {
        raster.write_rgba(PixelRect::new(8, 8, 40, 40), &[200, 0, 0, 128].repeat(32 * 32))
    });
    let fill = |raster: &mut underpaint_paint::Raster, _: Option<&Mask>| {
        raster.write_rgba(raster.bounds(), &[0, 200, 0, 255].repeat(64 * 64))
    };
    for properties in [
        LayerProperties { is_locked: true, ..LayerProperties::default() },
        LayerProperties { is_visible: false, ..LayerProperties::default() },
    ] {
        document.set_layer_properties("step-layer-lock", layer, properties, false);
        let before = fingerprint(&document);
        assert!(document.obstacle(layer).is_some());
        assert!(document.edit("step-fill", layer, fill).is_empty());
        Random(3).stroke(&mut document);
        assert_eq!(fingerprint(&document), before);
    }
    let locked = LayerProperties { is_alpha_locked: true, ..LayerProperties::default() };
    document.set_layer_properties("step-layer-lock-alpha", layer, locked, false);
    document.edit("step-fill", layer, fill);
    let raster = document.layers()[0].raster();
    assert_eq!((raster.pixel(20, 20), raster.pixel(50, 50)), ([0, 25_801, 0, 32_896], [0; 4]));
}

#[test]
fn a_dragged_slider_is_one_step_and_undo_goes_back_before_it() {
    let mut document = Document::new(64, 64).unwrap();
    let layer = document.active_layer();
    for (idx, opacity) in [0.9, 0.6, 0.3].into_iter().enumerate() {
        let properties = LayerProperties { opacity, ..LayerProperties::default() };
        document.set_layer_properties("step-layer-opacity", layer, properties, idx > 0);
    }
    assert_eq!(document.history_labels(), ["step-layer-opacity"]);
    document.undo();
    assert_eq!((document.layers()[0].properties().opacity, document.state_number()), (1.0, 0));
}

#[test]
fn plain_data_that_makes_no_document_is_refused_in_words() {
    let document = Document::new(64, 64).unwrap();
    let broken = |change: &dyn Fn(&mut underpaint_paint::DocumentParts)| {
        let mut parts = document.to_parts();
        change(&mut parts);
        Document::from_parts(parts).map_err(|error| error.to_string()).unwrap_err()
    };
    assert!(broken(&|parts| parts.layers.clear()).contains("0 layers"));
    assert!(broken(&|parts| parts.layers[0].depth = 1).contains("tree"));
    assert!(broken(&|parts| parts.width = 65).contains("64 × 64"));
    assert!(broken(&|parts| parts.selection = Some(Mask::filled(3, 3, 1))).contains("3 × 3"));
    let mut parts = document.to_parts();
    parts.layers[0].properties.opacity = f32::NAN;
    assert_eq!(Document::from_parts(parts).unwrap().layers()[0].properties().opacity, 1.0);
}

#[test]
fn thumbnails_show_the_layer_small_whatever_its_opacity_is() {
    let mut document = Document::new(200, 100).unwrap();
    let green = RgbaImage::new(1, 1, vec![0, 200, 0, 255]).unwrap();
    let faint = LayerProperties { opacity: 0.1, ..LayerProperties::default() };
    let (layer, _) = document.add_picture_layer("step-layer-add", faint, &green).unwrap();
    let mut thumbnail = Thumbnail::new(40);
    assert!(!thumbnail.follow(document.layer(layer).unwrap().raster(), usize::MAX));
    let image = thumbnail.news().unwrap();
    assert_eq!((image.width(), image.height(), image.pixel(39, 19)), (40, 20, Some([0, 200, 0, 255])));
}

#[test]
fn merging_down_keeps_what_is_seen() {
    let mut random = Random(9);
    for is_clipped in [false, true] {
        let mut document = Document::new(64, 64).unwrap();
        let properties = LayerProperties { opacity: 0.6, ..LayerProperties::default() };
        document.set_layer_properties("step-layer-opacity", document.active_layer(), properties, false);
        document.edit("step-fill", document.active_layer(), |raster, _| {
            raster.write_rgba(PixelRect::new(3, 3, 50, 40), &[90, 200, 30, 180].repeat(47 * 37))
        });
        let properties = LayerProperties { opacity: 0.7, is_clipped, ..LayerProperties::default() };
        let (layer, _) = document.add_picture_layer("step-layer-add", properties, &random.picture()).unwrap();
        let before = seen(&document);
        document.merge_down("step-layer-merge", layer);
        assert_eq!(document.layers().len(), 1);
        let after = seen(&document);
        // A colour under very little alpha has few digits.
        let near = |one: &[u8; 4], two: &[u8; 4]| one.iter().zip(two).all(|(one, two)| one.abs_diff(*two) <= 1);
        assert!(before.as_chunks::<4>().0.iter().zip(after.as_chunks::<4>().0).all(|(one, two)| near(one, two)));
    }
}

#[test]
fn old_steps_are_packed_and_come_back_to_the_bit() {
    let mut document = Document::new(512, 512).unwrap();
    let layer = document.active_layer();
    let n_steps = 40;
    let fill = |document: &mut Document, step: u32| {
        document.edit("step-fill", layer, |raster, _| {
            let mut row = vec![0; 512 * 4];
            for y in 0..512 {
                let pixels = row.as_chunks_mut::<4>().0.iter_mut().zip(0u32..);
                pixels.for_each(|(pixel, x)| *pixel = [(x * step * 3) as u16, (y * 5) as u16, 7, u16::MAX]);
                raster.write_row(0, y, &row);
            }
            raster.bounds()
        })
    };
    let mut states = Vec::new();
    for step in 1..=n_steps {
        fill(&mut document, step);
        states.push(fingerprint(&document));
    }
    while document.tidy() {}
    let raw_bytes = n_steps as usize * 512 * 512 * 8;
    let held_bytes = document.history_bytes();
    assert!(held_bytes < raw_bytes / 2 + (8 << 20), "{} MB of {} MB", held_bytes >> 20, raw_bytes >> 20);
    document.set_undo_limit_bytes(12 << 20);
    assert_eq!(document.history_position(), n_steps as usize, "packing was enough, nothing was forgotten");
    assert!(document.history_bytes() < 12 << 20);
    for state in states.iter().rev().skip(1) {
        document.undo();
        assert_eq!(fingerprint(&document), *state);
    }
    document.jump_to(n_steps as usize);
    assert_eq!(fingerprint(&document), states[n_steps as usize - 1]);
}
