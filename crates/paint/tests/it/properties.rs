//! What holds for any stroke.

use underpaint_paint::{
    BrushSettings, CanvasPoint, Document, MAX_EDGE_PX, PaintError, Paper, PixelRect, PressureCurve, Rgb8, RgbaImage,
    StrokeMode, StrokeSample,
};

const INK: StrokeMode = StrokeMode::Paint(Rgb8::new(20, 40, 90));

fn pixels(document: &Document) -> Vec<u8> {
    let mut pixels = Vec::new();
    document.read_rect(document.bounds(), Paper::Transparent, &mut pixels);
    pixels
}

fn sample(x: f32, y: f32, pressure: f32, time_secs: f64) -> StrokeSample {
    StrokeSample { canvas_point: CanvasPoint::new(x, y), pressure, time_secs }
}

fn stroke(document: &mut Document, brush: BrushSettings, mode: StrokeMode, samples: &[StrokeSample]) -> PixelRect {
    let mut dirty = document.begin_stroke(brush, mode, "Brush stroke", samples[0]);
    for chunk in samples[1..].chunks(3) {
        dirty = dirty.union(document.extend_stroke(chunk));
    }
    dirty.union(document.end_stroke())
}

/// Random numbers, the same on every machine (Marsaglia's xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) % n
    }

    fn unit(&mut self) -> f32 {
        self.below(10_001) as f32 / 10_000.0
    }

    fn brush(&mut self) -> BrushSettings {
        let curves = [PressureCurve::CONSTANT, PressureCurve::LINEAR, PressureCurve::SIZE, PressureCurve::OPACITY];
        BrushSettings {
            size_px: 1.0 + 60.0 * self.unit(),
            hardness: self.unit(),
            opacity: self.unit(),
            flow: self.unit(),
            spacing: 0.05 + 0.5 * self.unit(),
            smoothing: self.unit(),
            pressure_size: curves[self.below(4) as usize],
            pressure_opacity: curves[self.below(4) as usize],
        }
    }

    fn samples(&mut self) -> Vec<StrokeSample> {
        (0..2 + self.below(12))
            .map(|idx| sample(220.0 * self.unit() - 30.0, 200.0 * self.unit() - 30.0, self.unit(), idx as f64 * 0.01))
            .collect()
    }

    fn mode(&mut self) -> StrokeMode {
        match self.below(3) {
            0 => StrokeMode::Erase,
            _ => StrokeMode::Paint(Rgb8::new(self.below(256) as u8, self.below(256) as u8, self.below(256) as u8)),
        }
    }
}

#[test]
fn undo_and_redo_return_every_bit_and_every_revision() {
    let mut random = Random(42);
    let mut document = Document::new(150, 130).unwrap();
    let mut states = vec![(document.revision(), pixels(&document))];
    for _ in 0..40 {
        let before = document.revision();
        match random.below(12) {
            0 => _ = document.clear(),
            1 => {
                let bytes = (0..7 * 5 * 4).map(|_| random.below(256) as u8).collect();
                document.fill_with_picture(&RgbaImage::new(7, 5, bytes).unwrap(), "Keep picture");
            }
            _ => {
                let (brush, mode, samples) = (random.brush(), random.mode(), random.samples());
                stroke(&mut document, brush, mode, &samples);
            }
        }
        if document.revision() != before {
            states.push((document.revision(), pixels(&document)));
        }
    }
    assert!(states.len() > 30);
    for (revision, expected) in states.iter().rev().skip(1) {
        document.undo();
        assert_eq!(document.revision(), *revision);
        assert!(pixels(&document) == *expected);
    }
    assert_eq!(document.undo_label(), None);
    assert!(document.undo().is_empty());
    for (revision, expected) in &states[1..] {
        document.redo();
        assert_eq!(document.revision(), *revision);
        assert!(pixels(&document) == *expected);
    }
    assert!(document.redo().is_empty());
}

#[test]
fn pixels_outside_of_the_dirty_rectangle_stay_as_they_were() {
    let mut random = Random(7);
    let mut document = Document::new(150, 130).unwrap();
    for _ in 0..60 {
        let before = pixels(&document);
        let (brush, mode, samples) = (random.brush(), random.mode(), random.samples());
        let dirty = stroke(&mut document, brush, mode, &samples);
        let after = pixels(&document);
        for y in 0..130 {
            for x in 0..150 {
                let at = (y as usize * 150 + x as usize) * 4;
                assert!(dirty.contains(x, y) || before[at..at + 4] == after[at..at + 4], "({x}, {y}) {dirty:?}");
            }
        }
    }
}

#[test]
fn a_cancelled_stroke_leaves_no_trace() {
    let mut random = Random(99);
    let mut document = Document::new(150, 130).unwrap();
    for _ in 0..20 {
        let (brush, mode, samples) = (random.brush(), random.mode(), random.samples());
        stroke(&mut document, brush, mode, &samples);
        let (before, revision, label) = (pixels(&document), document.revision(), document.undo_label());
        document.begin_stroke(random.brush(), random.mode(), "Cancelled", samples[0]);
        document.extend_stroke(&random.samples());
        document.cancel_stroke();
        assert!(pixels(&document) == before);
        assert_eq!((document.revision(), document.undo_label()), (revision, label));
    }
}

#[test]
fn no_stroke_exceeds_its_opacity() {
    let mut random = Random(3);
    for _ in 0..40 {
        let mut document = Document::new(150, 130).unwrap();
        let brush = random.brush();
        let mut samples = random.samples();
        // Over the same ground again and again.
        let repeated = samples.clone();
        samples.extend(repeated.iter().rev().map(|it| StrokeSample { pressure: 1.0, ..*it }));
        stroke(&mut document, brush, INK, &samples);
        let cap = (brush.opacity * 255.0).round() as u8;
        let most = pixels(&document).chunks_exact(4).map(|pixel| pixel[3]).max();
        assert!(most <= Some(cap), "{most:?} above {cap}");
    }
}

#[test]
fn a_stroke_reaches_its_opacity_at_full_flow() {
    let mut document = Document::new(100, 100).unwrap();
    let brush = BrushSettings { opacity: 0.4, ..BrushSettings::default() };
    stroke(&mut document, brush, INK, &[sample(20.0, 50.0, 1.0, 0.0), sample(80.0, 50.0, 1.0, 0.1)]);
    assert_eq!(document.flatten(100, 100, Paper::Transparent).unwrap().pixel(50, 50), Some([20, 40, 90, 102]));
}

#[test]
fn many_faint_glazes_arrive_at_the_colour_and_many_faint_erasures_at_the_paper() {
    let mut document = Document::new(64, 64).unwrap();
    let brush = BrushSettings { size_px: 30.0, opacity: 0.05, ..BrushSettings::default() };
    let dot = [sample(32.0, 32.0, 1.0, 0.0)];
    for _ in 0..300 {
        stroke(&mut document, brush, INK, &dot);
    }
    let middle = |document: &Document| document.flatten(64, 64, Paper::Transparent).unwrap().pixel(32, 32).unwrap();
    assert_eq!(middle(&document), [20, 40, 90, 255]);
    // The same over another colour: 8 bits would stop 10 levels short of it.
    for _ in 0..300 {
        stroke(&mut document, brush, StrokeMode::Paint(Rgb8::new(250, 200, 0)), &dot);
    }
    assert_eq!(middle(&document), [250, 200, 0, 255]);
    for _ in 0..400 {
        stroke(&mut document, brush, StrokeMode::Erase, &dot);
    }
    assert_eq!(middle(&document)[3], 0);
}

#[test]
fn a_soft_gradient_has_no_bands() {
    let mut document = Document::new(512, 64).unwrap();
    let brush = BrushSettings { size_px: 500.0, hardness: 0.0, flow: 0.1, spacing: 0.05, ..BrushSettings::default() };
    stroke(
        &mut document,
        brush,
        StrokeMode::Paint(Rgb8::BLACK),
        &[sample(0.0, 32.0, 1.0, 0.0), sample(0.0, 40.0, 1.0, 0.1)],
    );
    let image = document.flatten(512, 64, Paper::White).unwrap();
    let greys: Vec<i32> = (0..512).map(|x| i32::from(image.pixel(x, 32).unwrap()[0])).collect();
    assert!(greys.windows(2).all(|pair| (0..=2).contains(&(pair[1] - pair[0]))), "{greys:?}");
}

/// The curve of a quick hand: two loops and a wave.
fn curve(time_secs: f64) -> (f32, f32, f32) {
    let turn = time_secs as f32 * std::f32::consts::TAU;
    let (x, y) = (30.0 + 160.0 * time_secs as f32 + 25.0 * (2.0 * turn).sin(), 64.0 + 40.0 * turn.cos());
    (x, y, 0.6 + 0.4 * (turn * 1.5).sin())
}

fn painted_at(samples_per_sec: u32, brush: BrushSettings) -> Vec<u8> {
    let samples: Vec<_> = (0..=samples_per_sec)
        .map(|idx| {
            let time_secs = f64::from(idx) / f64::from(samples_per_sec);
            let (x, y, pressure) = curve(time_secs);
            sample(x, y, pressure, time_secs)
        })
        .collect();
    let mut document = Document::new(256, 128).unwrap();
    stroke(&mut document, brush, StrokeMode::Paint(Rgb8::BLACK), &samples);
    let mut pixels = Vec::new();
    document.read_rect(document.bounds(), Paper::White, &mut pixels);
    pixels
}

#[test]
fn a_pointer_that_is_read_30_or_240_times_a_second_paints_nearly_the_same() {
    // Without smoothing the curve is found again from a few places. Smoothing sees straight lines between them, which
    // lie up to half a pixel inside of it.
    for (smoothing, flow, limit) in [(0.0, 1.0, 5.0), (0.0, 0.3, 5.0), (0.25, 1.0, 12.0)] {
        let brush = BrushSettings { size_px: 12.0, smoothing, flow, ..BrushSettings::default() };
        let (slow, fast) = (painted_at(30, brush), painted_at(240, brush));
        let n_ink = fast.chunks_exact(4).filter(|pixel| pixel[0] < 250).count();
        let difference: u32 =
            slow.chunks_exact(4).zip(fast.chunks_exact(4)).map(|(a, b)| u32::from(a[0].abs_diff(b[0]))).sum();
        let mean = difference as f32 / n_ink as f32;
        assert!(mean < limit, "smoothing {smoothing}, flow {flow}: {mean} levels of 255 per inked pixel");
    }
}

#[test]
fn the_history_keeps_to_its_limit_and_always_keeps_the_last_step() {
    let mut document = Document::new(256, 256).unwrap();
    document.set_undo_limit_bytes(1 << 20);
    let white = RgbaImage::new(1, 1, vec![255; 4]).unwrap();
    let black = RgbaImage::new(1, 1, vec![0, 0, 0, 255]).unwrap();
    for _ in 0..10 {
        document.fill_with_picture(&white, "White");
        document.fill_with_picture(&black, "Black");
        assert!(document.history_bytes() <= 1 << 20, "{}", document.history_bytes());
    }
    document.set_undo_limit_bytes(0);
    assert_eq!(document.undo_label(), Some("Black"));
    document.undo();
    assert_eq!(document.colour_at(CanvasPoint::new(9.0, 9.0)), Some(Rgb8::WHITE));
    assert_eq!(document.undo_label(), None);
}

#[test]
fn undo_holds_the_touched_tiles_only() {
    let mut document = Document::new(1024, 1024).unwrap();
    document.fill_with_picture(&RgbaImage::new(2, 1, vec![9, 9, 9, 255, 99, 9, 9, 255]).unwrap(), "Fill");
    let before = document.history_bytes();
    stroke(&mut document, BrushSettings::default(), INK, &[sample(32.0, 32.0, 1.0, 0.0)]);
    let grown = document.history_bytes() - before;
    assert!((32768..33200).contains(&grown), "{grown}");
}

#[test]
fn a_canvas_of_one_colour_weighs_as_much_as_a_tile() {
    let mut document = Document::new(1024, 1024).unwrap();
    document.fill_with_picture(&RgbaImage::new(1, 1, vec![9, 9, 9, 255]).unwrap(), "Fill");
    assert!(document.pixel_bytes() <= 32768, "{}", document.pixel_bytes());
    document.fill_with_picture(&RgbaImage::new(1, 1, vec![99, 9, 9, 255]).unwrap(), "Fill");
    assert!(document.history_bytes() < 100_000, "{}", document.history_bytes());
}

#[test]
fn a_step_that_changes_nothing_is_no_step() {
    let mut document = Document::new(100, 100).unwrap();
    let line = [sample(20.0, 20.0, 1.0, 0.0), sample(80.0, 80.0, 1.0, 0.1)];
    stroke(&mut document, BrushSettings::default(), StrokeMode::Erase, &line);
    assert!(document.clear().is_empty());
    stroke(&mut document, BrushSettings::default(), INK, &[sample(-500.0, 20.0, 1.0, 0.0)]);
    assert_eq!((document.revision(), document.undo_label()), (0, None));
    stroke(&mut document, BrushSettings::default(), INK, &line);
    stroke(
        &mut document,
        BrushSettings { size_px: 512.0, hardness: 1.0, ..BrushSettings::default() },
        StrokeMode::Erase,
        &line,
    );
    assert!(document.is_blank() && document.undo_label().is_some());
}

#[test]
fn a_kept_picture_of_the_canvas_size_comes_out_byte_for_byte() {
    let mut random = Random(11);
    let bytes: Vec<u8> = (0..100 * 70 * 4).map(|_| random.below(256) as u8).collect();
    let picture = RgbaImage::new(100, 70, bytes).unwrap();
    let mut document = Document::new(100, 70).unwrap();
    document.fill_with_picture(&picture, "Keep picture");
    let out = document.flatten(100, 70, Paper::Transparent).unwrap();
    for (came, went) in out.pixels().chunks_exact(4).zip(picture.pixels().chunks_exact(4)) {
        assert!(came == went || (came == [0; 4] && went[3] == 0), "{came:?} {went:?}");
    }
    // What is seen is the same whether white comes under it before or after.
    assert!(document.flatten(100, 70, Paper::White).unwrap() == picture.on_white());
}

#[test]
fn flatten_scales_without_bleeding_the_colour_of_unpainted_pixels() {
    let mut document = Document::new(200, 200).unwrap();
    let brush = BrushSettings { size_px: 90.0, hardness: 1.0, ..BrushSettings::default() };
    stroke(&mut document, brush, StrokeMode::Paint(Rgb8::new(255, 200, 100)), &[sample(100.0, 100.0, 1.0, 0.0)]);
    for edge in [25, 64, 128, 333] {
        let image = document.flatten(edge, edge, Paper::Transparent).unwrap();
        for pixel in image.pixels().chunks_exact(4).filter(|pixel| pixel[3] > 20) {
            // The colour of the paint at every alpha, within the rounding of 8 bits.
            assert!(pixel[0] >= 250 && pixel[1].abs_diff(200) <= 4 && pixel[2].abs_diff(100) <= 4, "{pixel:?}");
        }
        let cover: u64 = image.pixels().chunks_exact(4).map(|pixel| u64::from(pixel[3])).sum();
        let area = cover as f64 / 255.0 / f64::from(edge * edge) * 40000.0;
        assert!((area / (std::f64::consts::PI * 45.0 * 45.0) - 1.0).abs() < 0.02, "{edge}: {area}");
    }
}

#[test]
fn sizes_and_buffers_that_do_not_work_are_refused_in_words() {
    assert_eq!(Document::new(0, 5).err(), Some(PaintError::Size { width: 0, height: 5 }));
    assert!(Document::new(MAX_EDGE_PX + 1, 5).is_err());
    let document = Document::new(8, 8).unwrap();
    assert!(document.flatten(0, 1, Paper::White).is_err());
    assert!(document.flatten(1, u32::MAX, Paper::White).is_err());
    let error = RgbaImage::new(2, 2, vec![0; 5]).unwrap_err();
    assert_eq!(error.to_string(), "a picture of 2 × 2 pixels needs 16 bytes, but 5 came");
}

#[test]
fn the_eyedropper_sees_paint_on_white_paper() {
    let mut document = Document::new(64, 64).unwrap();
    let brush = BrushSettings { opacity: 0.5, ..BrushSettings::default() };
    stroke(&mut document, brush, StrokeMode::Paint(Rgb8::BLACK), &[sample(32.0, 32.0, 1.0, 0.0)]);
    assert_eq!(document.colour_at(CanvasPoint::new(32.9, 32.1)), Some(Rgb8::new(127, 127, 127)));
    assert_eq!(document.colour_at(CanvasPoint::new(1.0, 1.0)), Some(Rgb8::WHITE));
    for outside in [(-0.1, 3.0), (64.0, 3.0), (3.0, 64.0), (f32::NAN, 3.0), (f32::INFINITY, 3.0)] {
        assert_eq!(document.colour_at(CanvasPoint::new(outside.0, outside.1)), None);
    }
}

#[test]
fn a_new_stroke_after_undo_takes_a_revision_that_was_never_used() {
    let mut document = Document::new(64, 64).unwrap();
    let dot = |x| [sample(x, 32.0, 1.0, 0.0)];
    stroke(&mut document, BrushSettings::default(), INK, &dot(10.0));
    let first = document.revision();
    document.undo();
    stroke(&mut document, BrushSettings::default(), INK, &dot(50.0));
    assert!(document.revision() > first);
    assert_eq!(document.redo_label(), None);
}
