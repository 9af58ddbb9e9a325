//! Pictures of fills, shapes, gradients and transforms as they were looked at and found good.
//!
//! `UNDERPAINT_BLESS=1 cargo test --package underpaint-paint --test golden_tools` writes them anew; look at them then.
#![expect(clippy::unwrap_used, reason = "a test that cannot read its pictures has failed")]

use std::path::PathBuf;

use underpaint_paint::{
    CanvasPoint, Corners, Gradient, GradientKind, GradientStop, Homography, Ink, Mask, Patch, PixelRect, Quality,
    Raster, Reference, RegionOptions, Rgb8, Shape, ShapeStyle, Symmetry, SymmetryKind, copy_pixels, draw_gradient,
    draw_shape, fill_selected, flood_fill, paste_pixels, similar_region,
};

const INK: Rgb8 = Rgb8::new(38, 32, 48);
const PAPER: Rgb8 = Rgb8::new(250, 246, 236);

const fn point(x: f32, y: f32) -> CanvasPoint {
    CanvasPoint::new(x, y)
}

fn paper(width: u32, height: u32) -> Raster {
    let mut raster = Raster::new(width, height);
    fill_selected(&mut raster, Ink::opaque(PAPER), None);
    raster
}

fn style(fill: Option<Rgb8>, outline: Option<Rgb8>, width_px: f32, corners: Corners) -> ShapeStyle {
    ShapeStyle { fill: fill.map(Ink::opaque), outline: outline.map(Ink::opaque), width_px, corners }
}

/// Compares with the picture of this name: no value may be off by more than one, since the last digit of a float may
/// differ between processors.
fn expect(name: &str, raster: &Raster) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/paint").join(format!("{name}.png"));
    let bounds = raster.bounds();
    let mut pixels = Vec::new();
    raster.read_rgba(bounds, &mut pixels);
    if std::env::var_os("UNDERPAINT_BLESS").is_some() {
        let file = std::fs::File::create(&path).unwrap();
        let mut encoder = png::Encoder::new(std::io::BufWriter::new(file), bounds.width(), bounds.height());
        encoder.set_color(png::ColorType::Rgba);
        encoder.set_compression(png::Compression::High);
        encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
        return;
    }
    let file = std::fs::File::open(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut reader = png::Decoder::new(std::io::BufReader::new(file)).read_info().unwrap();
    let mut golden = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut golden).unwrap();
    assert_eq!(golden.len(), pixels.len(), "{name} has another size");
    let worst = golden.iter().zip(&pixels).map(|(one, other)| one.abs_diff(*other)).max();
    assert!(worst <= Some(1), "{name} differs by {worst:?}");
}

#[test]
fn shapes_are_drawn_as_they_were_found_good() {
    let mut raster = paper(320, 200);
    let (blue, ochre, red) = (Rgb8::new(60, 110, 170), Rgb8::new(226, 168, 60), Rgb8::new(190, 60, 50));
    let rectangle = Shape::Rectangle { from: point(14.0, 14.0), to: point(94.5, 70.5) };
    draw_shape(&mut raster, &rectangle, &style(Some(ochre), Some(INK), 4.0, Corners::Sharp), None);
    let ellipse = Shape::Ellipse { from: point(110.0, 12.0), to: point(206.0, 72.0) };
    draw_shape(&mut raster, &ellipse, &style(Some(blue), Some(INK), 3.0, Corners::Round), None);
    let star = |x: f32, y: f32, radius: f32| -> Vec<CanvasPoint> {
        (0..10)
            .map(|idx| {
                let angle = idx as f32 * std::f32::consts::TAU / 10.0;
                let reach = if idx % 2 == 0 { radius } else { radius * 0.42 };
                point(x + reach * angle.sin(), y - reach * angle.cos())
            })
            .collect()
    };
    draw_shape(
        &mut raster,
        &Shape::Polygon(star(262.0, 46.0, 36.0)),
        &style(Some(red), Some(INK), 5.0, Corners::Sharp),
        None,
    );
    draw_shape(
        &mut raster,
        &Shape::Polygon(star(262.0, 140.0, 36.0)),
        &style(None, Some(red), 7.0, Corners::Round),
        None,
    );
    for (idx, width_px) in [0.5, 1.0, 2.0, 4.0, 9.0].into_iter().enumerate() {
        let y = 90.0 + 13.0 * idx as f32;
        let line = Shape::Line { from: point(16.0, y), to: point(96.0, y + 9.0) };
        draw_shape(&mut raster, &line, &style(None, Some(INK), width_px, Corners::Round), None);
    }
    let zigzag = (0..7).map(|idx| point(116.0 + 15.0 * idx as f32, if idx % 2 == 0 { 90.0 } else { 150.0 })).collect();
    draw_shape(&mut raster, &Shape::Polyline(zigzag), &style(None, Some(blue), 6.0, Corners::Round), None);
    for idx in 0..24 {
        let angle = idx as f32 * std::f32::consts::TAU / 24.0;
        let line =
            Shape::Line { from: point(60.0, 176.0), to: point(60.0 + 44.0 * angle.cos(), 176.0 + 20.0 * angle.sin()) };
        draw_shape(&mut raster, &line, &style(None, Some(INK), 1.0, Corners::Sharp), None);
    }
    expect("shapes", &raster);
}

#[test]
fn fills_are_painted_as_they_were_found_good() {
    // A house drawn by hand: its roof does not quite close, and its window is crossed.
    let mut raster = Raster::new(240, 160);
    let line = |raster: &mut Raster, points: &[(f32, f32)]| {
        let points = points.iter().map(|(x, y)| point(*x, *y)).collect();
        draw_shape(raster, &Shape::Polyline(points), &style(None, Some(INK), 3.0, Corners::Round), None);
    };
    line(&mut raster, &[(60.0, 80.0), (60.0, 142.0), (176.0, 142.0), (176.0, 80.0)]);
    line(&mut raster, &[(48.0, 82.0), (118.0, 24.0)]);
    line(&mut raster, &[(124.0, 29.0), (190.0, 82.0), (50.0, 82.0)]);
    line(&mut raster, &[(90.0, 98.0), (122.0, 98.0), (122.0, 126.0), (90.0, 126.0), (90.0, 98.0)]);
    line(&mut raster, &[(106.0, 98.0), (106.0, 126.0)]);
    line(&mut raster, &[(4.0, 146.0), (60.0, 142.0)]);
    line(&mut raster, &[(176.0, 142.0), (236.0, 148.0)]);
    let lines = raster.clone();
    let mut fill = |seed: (u32, u32), gap_radius_px: u32, colour: Rgb8| {
        let options = RegionOptions { gap_radius_px, tolerance: 90, expand_px: 0.0, ..RegionOptions::default() };
        let region = similar_region(Reference::Layer(&lines), seed, &options, None);
        flood_fill(&mut raster, &region, Ink::opaque(colour), None);
    };
    fill((120, 60), 6, Rgb8::new(188, 74, 58));
    fill((70, 100), 0, Rgb8::new(240, 214, 160));
    fill((98, 110), 0, Rgb8::new(120, 180, 220));
    fill((114, 110), 0, Rgb8::new(104, 166, 208));
    fill((20, 20), 6, Rgb8::new(172, 208, 236));
    fill((20, 156), 3, Rgb8::new(120, 160, 90));
    expect("fills", &raster);
}

#[test]
fn gradients_are_painted_as_they_were_found_good() {
    let mut raster = paper(320, 120);
    let stop = |red, green, blue, alpha| GradientStop { colour: Rgb8::new(red, green, blue), alpha };
    let mut draw = |kind, from: (f32, f32), to: (f32, f32), start, end, left: f32| {
        let (from, to) = (point(left + from.0, from.1), point(left + to.0, to.1));
        let selection = Mask::rectangle(320, 120, point(left, 8.0), point(left + 68.0, 112.0), true);
        draw_gradient(&mut raster, &Gradient { kind, from, to, start, end }, 1.0, false, Some(&selection));
    };
    let (dusk, dawn) = (stop(34, 40, 96, 1.0), stop(244, 180, 120, 1.0));
    draw(GradientKind::Linear, (0.0, 8.0), (0.0, 112.0), dusk, dawn, 8.0);
    draw(GradientKind::Linear, (0.0, 20.0), (68.0, 90.0), stop(190, 40, 60, 1.0), stop(0, 0, 0, 0.0), 84.0);
    draw(GradientKind::Radial, (34.0, 60.0), (34.0, 116.0), stop(255, 240, 190, 1.0), dusk, 160.0);
    draw(GradientKind::Linear, (0.0, 8.0), (0.0, 112.0), stop(120, 120, 120, 1.0), stop(126, 126, 126, 1.0), 236.0);
    expect("gradients", &raster);
}

/// A small scene with fine lines, flat areas and a soft edge.
fn scene() -> Patch {
    let mut raster = Raster::new(96, 72);
    let sky = Gradient {
        kind: GradientKind::Linear,
        from: point(0.0, 0.0),
        to: point(0.0, 72.0),
        start: GradientStop { colour: Rgb8::new(90, 150, 210), alpha: 1.0 },
        end: GradientStop { colour: Rgb8::new(236, 226, 190), alpha: 1.0 },
    };
    draw_gradient(&mut raster, &sky, 1.0, false, None);
    let sun = Shape::Ellipse { from: point(58.0, 10.0), to: point(84.0, 36.0) };
    draw_shape(&mut raster, &sun, &style(Some(Rgb8::new(250, 200, 70)), Some(INK), 1.5, Corners::Round), None);
    let hill = Shape::Polygon(vec![
        point(0.0, 72.0),
        point(0.0, 52.0),
        point(30.0, 34.0),
        point(62.0, 58.0),
        point(96.0, 48.0),
        point(96.0, 72.0),
    ]);
    draw_shape(&mut raster, &hill, &style(Some(Rgb8::new(84, 130, 72)), Some(INK), 2.0, Corners::Sharp), None);
    for idx in 0..12 {
        let x = 3.5 + 3.0 * idx as f32;
        let post = Shape::Line { from: point(x, 56.0), to: point(x, 70.0) };
        draw_shape(&mut raster, &post, &style(None, Some(INK), 1.0, Corners::Sharp), None);
    }
    copy_pixels(&raster, None).unwrap()
}

#[test]
fn transforms_are_painted_as_they_were_found_good() {
    let mut raster = paper(400, 250);
    let bounds = raster.bounds();
    let corner = point(0.0, 0.0);
    let mut paste = |transform: Homography, left: i32, top: i32| {
        let moved = Homography::translation(f64::from(left), f64::from(top)).after(&transform);
        let patch = scene().transformed(&moved, Quality::Fine, bounds).unwrap();
        paste_pixels(&mut raster, &patch, 1.0, false, None);
    };
    paste(Homography::IDENTITY, 8, 8);
    paste(Homography::rotation(90.0, corner), 190, 8);
    paste(Homography::rotation(-17.0, corner), 200, 38);
    paste(Homography::scaling(0.37, 0.37, corner), 320, 8);
    paste(Homography::scaling(0.12, 0.12, corner), 360, 8);
    paste(Homography::scaling(1.6, 1.25, corner), 8, 140);
    paste(Homography::skew(0.5, 0.0, corner), 170, 130);
    let quad = [point(0.0, 10.0), point(90.0, 34.0), point(90.0, 62.0), point(0.0, 92.0)];
    paste(Homography::between(scene().corners(), quad).unwrap(), 304, 60);
    paste(Homography::scaling(-1.0, 0.5, corner), 400, 200);
    expect("transforms", &raster);
}

#[test]
fn selections_are_cut_as_they_were_found_good() {
    let mut raster = paper(260, 90);
    let shown =
        |raster: &mut Raster, mask: &Mask| fill_selected(raster, Ink::opaque(Rgb8::new(150, 60, 90)), Some(mask));
    let ring = |left: f32| {
        let mut mask = Mask::ellipse(260, 90, point(left, 14.0), point(left + 62.0, 76.0), true);
        let inner = Mask::rectangle(260, 90, point(left + 20.0, 34.0), point(left + 42.0, 56.0), true);
        mask.combine(&inner, underpaint_paint::SelectionMode::Subtract);
        mask
    };
    shown(&mut raster, &ring(6.0));
    let mut grown = ring(92.0);
    grown.grow(-5.0);
    grown.grow(-3.0);
    shown(&mut raster, &grown);
    let mut soft = ring(186.0);
    soft.feather(9.0);
    shown(&mut raster, &soft);
    expect("selections", &raster);
}

#[test]
fn symmetry_repeats_a_stroke_as_it_was_found_good() {
    let mut raster = paper(180, 180);
    let symmetry = Symmetry {
        kind: SymmetryKind::Radial { n_folds: 7, is_mirrored: true },
        centre: point(90.0, 90.0),
        degrees: 0.0,
    };
    let leaf = [point(93.0, 78.0), point(95.0, 52.0), point(106.0, 20.0), point(112.0, 34.0), point(104.0, 58.0)];
    for copy in symmetry.copies() {
        let points = leaf.map(|it| copy.point(it)).to_vec();
        let leaf_style = style(Some(Rgb8::new(110, 160, 120)), Some(INK), 2.0, Corners::Round);
        draw_shape(&mut raster, &Shape::Polygon(points), &leaf_style, None);
    }
    expect("symmetry", &raster);
    assert_eq!(raster.bounds(), PixelRect::new(0, 0, 180, 180));
}

/// The scene on paper, as a place to select in.
fn sheet(width: u32, height: u32) -> Raster {
    let mut raster = paper(width, height);
    paste_pixels(&mut raster, &scene(), 1.0, false, None);
    raster
}

#[test]
fn wands_and_lassos_select_as_they_were_found_good() {
    let mut raster = paper(412, 84);
    let tint = Ink::opaque(Rgb8::new(232, 60, 140));
    let mut show = |left: i32, mask: &Mask| {
        let mut part = sheet(96, 72);
        fill_selected(&mut part, tint, Some(mask));
        let patch = copy_pixels(&part, None).unwrap();
        let moved = patch.transformed(&Homography::translation(f64::from(left), 6.0), Quality::Fine, raster.bounds());
        paste_pixels(&mut raster, &moved.unwrap(), 1.0, false, None);
    };
    let scene = sheet(96, 72);
    let wand = |options: RegionOptions| similar_region(Reference::Layer(&scene), (70, 24), &options, None);
    // The sun without its rim, and the sky from a wide tolerance.
    show(6, &wand(RegionOptions { expand_px: -2.0, ..RegionOptions::default() }));
    let sky = RegionOptions { tolerance: 120, ..RegionOptions::default() };
    show(108, &similar_region(Reference::Layer(&scene), (10, 6), &sky, None));
    // All dark lines at once, wherever they are.
    let lines =
        RegionOptions { tolerance: 60, is_contiguous: false, is_antialiased: false, ..RegionOptions::default() };
    show(210, &similar_region(Reference::Layer(&scene), (30, 34), &lines, None));
    // A lasso that crosses itself: what it goes around twice is in it as well.
    let loops: Vec<_> = (0..90)
        .map(|idx| {
            let angle = idx as f32 * std::f32::consts::TAU / 45.0;
            let reach = 12.0 + 20.0 * (angle * 0.5).cos().abs();
            point(48.0 + 1.3 * reach * angle.cos(), 36.0 + reach * angle.sin())
        })
        .collect();
    let mut lasso = Mask::polygon(96, 72, &loops, true);
    lasso.invert();
    show(312, &lasso);
    expect("wands", &raster);
}

#[test]
fn selection_modes_and_feathers_are_as_they_were_found_good() {
    use underpaint_paint::SelectionMode::{Add, Intersect, Replace, Subtract};
    let mut raster = paper(316, 152);
    let tint = Ink::opaque(Rgb8::new(60, 90, 160));
    for (idx, mode) in (0u16..).zip([Replace, Add, Subtract, Intersect]) {
        let left = 8.0 + 77.0 * f32::from(idx);
        let round = Mask::ellipse(316, 152, point(left, 8.0), point(left + 48.0, 56.0), true);
        let corners = [(left + 22.0, 34.0), (left + 70.0, 22.0), (left + 58.0, 68.0)].map(|(x, y)| point(x, y));
        let mut mask = round;
        mask.combine(&Mask::polygon(316, 152, &corners, true), mode);
        fill_selected(&mut raster, tint, Some(&mask));
        // The same form ever softer; the last one is more haze than form.
        let mut soft = Mask::ellipse(316, 152, point(left + 6.0, 84.0), point(left + 60.0, 140.0), true);
        let hole = Mask::rectangle(316, 152, point(left + 24.0, 104.0), point(left + 42.0, 120.0), true);
        soft.combine(&hole, Subtract);
        soft.feather([1.0, 3.0, 7.0, 15.0][usize::from(idx)]);
        fill_selected(&mut raster, tint, Some(&soft));
    }
    expect("selection_modes", &raster);
}

#[test]
fn canvases_are_changed_as_they_were_found_good() {
    use underpaint_paint::{Anchor, CanvasChange};
    let mut raster = Raster::new(330, 190);
    fill_selected(&mut raster, Ink::opaque(Rgb8::new(90, 90, 96)), None);
    let scene = sheet(96, 72);
    let mut show = |left: f64, top: f64, change: CanvasChange| {
        let changed = change.raster(&scene).unwrap();
        let patch = copy_pixels(&changed, None).unwrap();
        let moved = patch.transformed(&Homography::translation(left, top), Quality::Fine, raster.bounds()).unwrap();
        paste_pixels(&mut raster, &moved, 1.0, false, None);
    };
    // Cut to a corner, extended about the middle, smaller, larger and out of shape; turned and flipped.
    show(6.0, 6.0, CanvasChange::Extent { left: -40, top: -4, width: 52, height: 52 });
    show(64.0, 6.0, Anchor { across: 0, down: 1 }.extent((96, 72), (110, 52)));
    show(180.0, 6.0, CanvasChange::Scale { width: 34, height: 26 });
    show(220.0, 6.0, CanvasChange::Scale { width: 104, height: 100 });
    show(6.0, 84.0, CanvasChange::TurnRight);
    show(84.0, 64.0, CanvasChange::TurnAround);
    show(184.0, 112.0, CanvasChange::FlipAcross);
    let cropped = scene.cropped((50, 4), (40, 40));
    let patch = copy_pixels(&cropped, None).unwrap();
    let moved = patch.transformed(&Homography::translation(284.0, 140.0), Quality::Fine, raster.bounds()).unwrap();
    paste_pixels(&mut raster, &moved, 1.0, false, None);
    expect("canvases", &raster);
}
