//! Files: what other programs write, what comes back of what is written here, and bytes that are broken on purpose.

use std::path::Path;

use png::{BitDepth, ColorType};
use underpaint_paint::files::{self, Effort, Entry, FileKind, PngText, open, read_png, write_ora, write_png};
use underpaint_paint::{
    BlendMode, BrushSettings, CanvasPoint, Content, Document, LayerKind, LayerParts, LayerProperties, Mask, Paper,
    PixelRect, Raster, Rgb8, RgbaImage, StrokeMode, StrokeSample,
};

struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize % n
    }
}

fn fixture(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/files").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A painting of soft strokes on several layers, 8 bits a channel at heart so that every format can hold it.
fn painting() -> Document {
    let mut document = Document::new(150, 100).unwrap();
    let stroke = |document: &mut Document, colour, from: (f32, f32), to: (f32, f32)| {
        let sample = |(x, y), time_secs| StrokeSample::new(CanvasPoint::new(x, y), 0.7, time_secs);
        let brush = BrushSettings { size_px: 30.0, hardness: 0.1, ..BrushSettings::default() };
        document.begin_stroke(brush, StrokeMode::Paint(colour), "step-brush-stroke", sample(from, 0.0));
        document.extend_stroke(&[sample(to, 0.1)]);
        document.end_stroke();
    };
    stroke(&mut document, Rgb8::new(30, 90, 200), (10.0, 20.0), (140.0, 40.0));
    stroke(&mut document, Rgb8::new(240, 200, 20), (20.0, 80.0), (80.0, 10.0));
    let mut parts = document.to_parts();
    let layer = |raster: &Raster, depth, properties| LayerParts { raster: raster.clone(), depth, properties };
    let (plain, raster) = (LayerProperties::default(), parts.layers[0].raster.clone());
    let mut paper = Raster::new(150, 100);
    let filled = RgbaImage::new(150, 100, [230, 220, 200, 255].repeat(15_000)).unwrap();
    paper.write_rgba(PixelRect::new(0, 0, 150, 100), filled.pixels());
    let mut moved = Raster::new(150, 100);
    let mut pixels = Vec::new();
    raster.read_rgba(PixelRect::new(0, 0, 150, 60), &mut pixels);
    moved.write_rgba(PixelRect::new(0, 40, 150, 100), &pixels);
    parts.layers = vec![
        layer(&paper, 0, LayerProperties { name: "papel".into(), ..plain.clone() }),
        layer(&raster, 0, LayerProperties { name: "água ✎".into(), opacity: 0.5, ..plain.clone() }),
        layer(&moved, 1, LayerProperties { name: "fogo".into(), ..plain.clone() }),
        layer(&raster, 1, LayerProperties { name: "oculto".into(), is_visible: false, ..plain.clone() }),
        layer(
            &Raster::new(150, 100),
            0,
            LayerProperties { name: "grupo".into(), opacity: 0.8, ..LayerProperties::of_kind(LayerKind::Group) },
        ),
    ];
    parts.active = 2;
    Document::from_parts(parts).unwrap()
}

/// A painting with everything that only some formats know.
fn busy_painting() -> Document {
    let mut parts = painting().to_parts();
    let raster = parts.layers[2].raster.clone();
    let clipped = LayerProperties { is_clipped: true, blend_mode: BlendMode::LinearBurn, ..Default::default() };
    let kinds = [LayerKind::Reference, LayerKind::Render];
    let kinds = kinds.map(|kind| LayerProperties { opacity: 0.25, ..LayerProperties::of_kind(kind) });
    for properties in [clipped.clone(), clipped].into_iter().chain(kinds) {
        parts.layers.push(LayerParts { properties, depth: 0, raster: raster.clone() });
    }
    parts.layers[1].properties.is_alpha_locked = true;
    parts.layers[2].properties.is_clipped = true;
    parts.layers[3].properties.is_clipped = true;
    parts.layers[3].properties.is_locked = true;
    parts.strength_map = Some(Mask::filled(150, 100, 99));
    Document::from_parts(parts).unwrap()
}

fn shown(document: &Document, content: Content) -> RgbaImage {
    document.flatten_content(content, document.width(), document.height(), Paper::Transparent).unwrap()
}

/// The largest difference of two pictures in 255ths, colours counted as far as they are seen.
fn difference(one: &RgbaImage, other: &RgbaImage) -> f32 {
    assert_eq!((one.width(), one.height()), (other.width(), other.height()));
    let mut largest = 0.0f32;
    for (one, other) in one.pixels().chunks_exact(4).zip(other.pixels().chunks_exact(4)) {
        let seen = |pixel: &[u8], channel: usize| f32::from(pixel[channel]) * f32::from(pixel[3]) / 255.0;
        (0..3).for_each(|channel| largest = largest.max((seen(one, channel) - seen(other, channel)).abs()));
        largest = largest.max((f32::from(one[3]) - f32::from(other[3])).abs());
    }
    largest
}

/// A PNG by another writer.
fn encoded(size: (u32, u32), colour: ColorType, depth: BitDepth, data: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, size.0, size.1);
    encoder.set_color(colour);
    encoder.set_depth(depth);
    encoder.set_filter(png::Filter::Adaptive);
    if colour == ColorType::Indexed {
        encoder.set_palette(vec![1, 2, 3, 4, 5, 6]);
        encoder.set_trns(vec![9]);
    }
    encoder.add_text_chunk("Title".into(), "água".into()).unwrap();
    encoder.add_ztxt_chunk("Long".into(), "x".repeat(5000)).unwrap();
    encoder.add_itxt_chunk("Comment".into(), "日本".into()).unwrap();
    encoder.write_header().unwrap().write_image_data(data).unwrap();
    bytes
}

#[test]
fn pngs_of_every_kind_are_read_with_their_texts() {
    use BitDepth::{Eight, Four, One, Sixteen, Two};
    for (colour, depth, data, rgba) in [
        (ColorType::Rgba, Eight, &[1, 2, 3, 4, 5, 6, 7, 8][..], [1, 2, 3, 4, 5, 6, 7, 8]),
        (ColorType::Rgb, Eight, &[1, 2, 3, 4, 5, 6], [1, 2, 3, 255, 4, 5, 6, 255]),
        (ColorType::Rgb, Sixteen, &[1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6], [1, 2, 3, 255, 4, 5, 6, 255]),
        (ColorType::Grayscale, Eight, &[7, 9], [7, 7, 7, 255, 9, 9, 9, 255]),
        (ColorType::Grayscale, One, &[0b0100_0000], [0, 0, 0, 255, 255, 255, 255, 255]),
        (ColorType::Grayscale, Two, &[0b0110_0000], [85, 85, 85, 255, 170, 170, 170, 255]),
        (ColorType::Grayscale, Four, &[0x3f], [51, 51, 51, 255, 255, 255, 255, 255]),
        (ColorType::GrayscaleAlpha, Eight, &[7, 1, 9, 2], [7, 7, 7, 1, 9, 9, 9, 2]),
        (ColorType::Indexed, Eight, &[1, 0], [4, 5, 6, 255, 1, 2, 3, 9]),
        (ColorType::Indexed, One, &[0b1000_0000], [4, 5, 6, 255, 1, 2, 3, 9]),
    ] {
        let png = read_png(&encoded((2, 1), colour, depth, data)).unwrap();
        assert_eq!(png.image.pixels(), rgba, "{colour:?} {depth:?}");
        assert_eq!(png.deep.is_some(), depth == Sixteen);
        assert_eq!((png.text("Title"), png.text("Comment")), (Some("água"), Some("日本")));
        assert_eq!(png.text("Long").map(str::len), Some(5000));
    }
}

#[test]
fn every_filter_is_undone_and_sixteen_bits_are_kept() {
    let mut random = Random(3);
    let data: Vec<u8> = (0..37 * 23 * 8).map(|at| (at / 7 + random.below(9)) as u8).collect();
    let png = read_png(&encoded((37, 23), ColorType::Rgba, BitDepth::Sixteen, &data)).unwrap();
    let numbers: Vec<u16> = data.chunks_exact(2).map(|it| u16::from_be_bytes([it[0], it[1]])).collect();
    assert_eq!(png.deep, Some(numbers.clone()));
    let [red, alpha] = [numbers[0], numbers[3]].map(u32::from);
    let stored = png.to_raster().pixel(0, 0);
    assert_eq!([u32::from(stored[0]), u32::from(stored[3])], [(red * alpha + 32767) / 65535, alpha]);
}

#[test]
fn interlaced_pngs_are_read() {
    // Checked with Pillow by tests/parity/make_file_fixtures.py.
    let (interlaced, plain) = (read_png(&fixture("interlaced.png")).unwrap(), read_png(&fixture("plain.png")).unwrap());
    assert_eq!(interlaced.image, plain.image);
    assert_eq!((plain.image.width(), plain.image.height()), (71, 45));
}

#[test]
fn what_is_written_as_png_is_read_by_another_reader() {
    let mut random = Random(5);
    for alpha in [255, 0] {
        let pixels = (0..61 * 33 * 4).map(|at| if at % 4 == 3 { alpha } else { (at / 9 + random.below(3)) as u8 });
        let image = RgbaImage::new(61, 33, pixels.collect()).unwrap();
        let texts =
            [PngText::new("parameters", "a lake\nSteps: 6"), PngText::new("Comment", "日本"), PngText::new("", "")];
        let bytes = write_png(&image, &texts, Effort::Small);
        let mut reader = png::Decoder::new(std::io::Cursor::new(&bytes)).read_info().unwrap();
        let mut decoded = vec![0; reader.output_buffer_size().unwrap()];
        let frame = reader.next_frame(&mut decoded).unwrap();
        let n_channels = if alpha == 255 { 3 } else { 4 };
        assert_eq!(frame.buffer_size(), 61 * 33 * n_channels);
        let written: Vec<u8> = image.pixels().chunks_exact(4).flat_map(|it| it[..n_channels].to_vec()).collect();
        assert!(decoded == written);
        assert_eq!(reader.info().uncompressed_latin1_text[0].text, "a lake\nSteps: 6");
        assert_eq!(reader.info().utf8_text[0].get_text().unwrap(), "日本");
        let ours = read_png(&bytes).unwrap();
        assert_eq!((ours.image, ours.texts.as_slice()), (image, &texts[..2]));
    }
}

#[test]
fn the_png_is_the_project() {
    let document = busy_painting();
    let entries = [Entry::new("form", b"steps=6"), Entry::new("gallery/1", &[1, 2, 3])];
    let bytes = files::write_project_png(&document, "a lake, Steps: 6", &entries, Effort::Small);
    let opened = open(&bytes).unwrap();
    assert_eq!(opened.kind, FileKind::ProjectPng);
    assert_eq!((opened.document, opened.entries), (document.to_parts(), entries.to_vec()));
    assert_eq!(opened.texts[0], PngText::new("parameters", "a lake, Steps: 6"));
    // What everybody sees.
    assert_eq!(read_png(&bytes).unwrap().image, shown(&document, Content::Exported));
    // A program that drops the chunk leaves a picture.
    let image = read_png(&bytes).unwrap().image;
    assert_eq!(open(&write_png(&image, &[], Effort::Fast)).unwrap().kind, FileKind::Png);
}

/// Files that are out there must open for good. `UNDERPAINT_BLESS=1` writes them, once for each new version of a format.
#[test]
fn a_project_and_an_ora_of_an_earlier_day_still_open() {
    let document = busy_painting();
    let entries = [Entry::new("form", b"steps=6"), Entry::new("gallery/1", &[1, 2, 3])];
    if std::env::var_os("UNDERPAINT_BLESS").is_some() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/files");
        let project = files::write_project_png(&document, "a lake, Steps: 6", &entries, Effort::Small);
        std::fs::write(folder.join("project.png"), project).unwrap();
        std::fs::write(folder.join("project.ora"), write_ora(&document, Effort::Small)).unwrap();
    }
    let properties = |parts: &underpaint_paint::DocumentParts| -> Vec<_> {
        parts.layers.iter().map(|layer| (layer.depth, layer.properties.clone())).collect()
    };
    for (name, kind) in [("project.png", FileKind::ProjectPng), ("project.ora", FileKind::Ora)] {
        let opened = open(&fixture(name)).unwrap();
        assert_eq!(opened.kind, kind);
        assert_eq!(properties(&opened.document), properties(&document.to_parts()), "{name}");
        if kind == FileKind::ProjectPng {
            assert_eq!((&opened.entries[..], opened.text("parameters")), (&entries[..], Some("a lake, Steps: 6")));
            assert_eq!(opened.document.strength_map, document.to_parts().strength_map);
        }
        let again = Document::from_parts(opened.document).unwrap();
        for content in [Content::Seen, Content::Exported, Content::Rendered] {
            assert!(difference(&shown(&again, content), &shown(&document, content)) <= 2.0, "{name} {content:?}");
        }
    }
}

#[test]
fn a_damaged_project_in_a_png_leaves_its_picture() {
    let document = painting();
    let mut bytes = files::write_project_png(&document, "", &[], Effort::Fast);
    let at = bytes.windows(4).position(|window| window == b"upNT").unwrap();
    // The chunk's own checksum fits no more, so that it is passed over.
    bytes[at + 40] ^= 1;
    let opened = open(&bytes).unwrap();
    assert_eq!((opened.kind, opened.project_error), (FileKind::Png, None));
    assert_eq!(opened.document.layers.len(), 1);
}

#[test]
fn ora_files_come_back_and_show_the_same() {
    for document in [painting(), busy_painting()] {
        let opened = open(&write_ora(&document, Effort::Fast)).unwrap();
        assert_eq!(opened.kind, FileKind::Ora);
        let (before, after) = (document.to_parts(), opened.document);
        let properties = |parts: &underpaint_paint::DocumentParts| -> Vec<_> {
            parts.layers.iter().map(|layer| (layer.depth, layer.properties.clone())).collect()
        };
        assert_eq!(properties(&after), properties(&before));
        assert_eq!(after.active, before.active);
        let again = Document::from_parts(after).unwrap();
        for content in [Content::Seen, Content::Exported, Content::Rendered] {
            // Layers have 8 bits in the file.
            assert!(difference(&shown(&again, content), &shown(&document, content)) <= 2.0, "{content:?}");
        }
    }
}

#[test]
fn an_ora_file_by_pyora_shows_what_it_should() {
    let opened = open(&fixture("pyora.ora")).unwrap();
    let names: Vec<_> = opened.document.layers.iter().map(|layer| layer.properties.name.clone()).collect();
    assert!(
        ["paper", "água ✎", "hidden", "fire", "grupo"].iter().all(|it| names.iter().any(|name| name == it)),
        "{names:?}"
    );
    holds("pyora", opened.document);
}

fn holds(name: &str, document: underpaint_paint::DocumentParts) {
    let expected = read_png(&fixture(&format!("{name}.png"))).unwrap().image;
    let document = Document::from_parts(document).unwrap();
    let difference = difference(&shown(&document, Content::Exported), &expected);
    assert!(difference <= 1.01, "{name}: {difference} of 255");
}

#[test]
fn photoshop_documents_of_every_packing_show_what_they_should() {
    for name in
        ["raw_8", "packbits_8", "zip_8", "zip_prediction_8", "zip_prediction_16", "packbits_16", "grey_8", "psd_tools"]
    {
        let opened = open(&fixture(&format!("{name}.psd"))).unwrap();
        assert_eq!(opened.kind, FileKind::Psd);
        let layers = &opened.document.layers;
        let described: Vec<_> =
            layers.iter().map(|it| (it.properties.name.as_str(), it.depth, it.properties.is_visible)).collect();
        let expected =
            [("paper", 0, true), ("água ✎", 0, true), ("hidden", 0, false), ("fire", 1, true), ("grupo", 0, true)];
        assert_eq!(described, expected, "{name}");
        assert_eq!(layers[4].properties.kind, LayerKind::Group);
        assert!((layers[1].properties.opacity - 0.5).abs() < 0.01);
        if name == "psd_tools" {
            assert_eq!(
                (layers[2].properties.blend_mode, layers[2].properties.is_clipped),
                (BlendMode::LinearBurn, true)
            );
        }
        holds(name, opened.document);
    }
    holds("merged", open(&fixture("merged.psd")).unwrap().document);
    // Groups of both kinds, masks of layers and of a group, clipping, opacity of the fill; made and drawn by psd-tools, as
    // tests/parity/check_psd.py tells.
    holds("psd_groups", open(&fixture("psd_groups.psd")).unwrap().document);
}

#[test]
fn what_cannot_be_read_is_said() {
    let problem = |bytes: &[u8]| open(bytes).unwrap_err().to_string();
    assert!(problem(b"\xff\xd8\xff\xe0 a photograph").contains("none of PNG"));
    let mut psb = fixture("raw_8.psd");
    psb[5] = 2;
    assert!(problem(&psb).contains("PSB"));
    let mut cmyk = fixture("raw_8.psd");
    cmyk[25] = 4;
    assert!(problem(&cmyk).contains("change its mode to RGB"));
    let mut large = fixture("raw_8.psd");
    large[14] = 1;
    assert!(problem(&large).contains("between 1 and"));
}

/// Thousands of broken files, each of which is an error or a document, quickly.
#[test]
fn broken_files_are_errors_or_documents_and_never_panics() {
    let document = busy_painting();
    let small = files::write_project_png(&document, "a lake", &[Entry::new("form", b"x")], Effort::Fast);
    let mut sources = vec![
        small,
        write_ora(&document, Effort::Fast),
        encoded((9, 9), ColorType::Indexed, BitDepth::One, &[0x5a; 18]),
        files::write_project(&document.to_parts(), &[], Effort::Fast),
    ];
    for name in [
        "pyora.ora",
        "raw_8.psd",
        "psd_groups.psd",
        "packbits_16.psd",
        "zip_prediction_16.psd",
        "psd_tools.psd",
        "interlaced.png",
    ] {
        sources.push(fixture(name));
    }
    let mut random = Random(11);
    let mut n_opened = 0;
    for source in &sources {
        for _ in 0..60 {
            let mut bytes = source.clone();
            for _ in 0..1 + random.below(6) {
                let reach = [60, 600, bytes.len()][random.below(3)].min(bytes.len());
                let at = random.below(reach);
                match random.below(4) {
                    0 => bytes[at] = [0, 1, 0x7f, 0x80, 0xff][random.below(5)],
                    1 => bytes[at] ^= 1 << random.below(8),
                    2 => {
                        let end = (at + 4).min(bytes.len());
                        bytes[at..end].fill([0, 0x7f, 0xff][random.below(3)]);
                    }
                    _ => {
                        let other = random.below(bytes.len());
                        bytes.swap(at, other);
                    }
                }
            }
            if random.below(5) == 0 {
                let len = random.below(bytes.len());
                bytes.truncate(len);
            }
            if let Ok(opened) = open(&bytes)
                && opened.document.width <= 500
                && opened.document.height <= 500
            {
                n_opened += 1;
                let document = Document::from_parts(opened.document).unwrap();
                shown(&document, Content::Seen);
            }
        }
    }
    assert!(n_opened > 20, "the broken files were too broken: {n_opened}");
}
