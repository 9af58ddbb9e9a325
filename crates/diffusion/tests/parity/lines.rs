//! Lines of pictures: Canny's edges beside OpenCV's (`tests/parity/make_line_fixtures.py`), and what the others find.

use std::path::Path;

use underpaint_diffusion::control::lines::{LineKind, extract};
use underpaint_diffusion::image::RgbaImage;

fn lines(picture: &RgbaImage, kind: LineKind) -> Vec<u8> {
    let found = extract(picture, kind);
    assert_eq!((found.width(), found.height()), (picture.width(), picture.height()));
    assert!(found.pixels().chunks_exact(4).all(|it| it[0] == it[1] && it[1] == it[2] && it[3] == 255));
    found.pixels().iter().step_by(4).copied().collect()
}

/// A picture from what every pixel is.
fn painted(width: u32, height: u32, pixel: impl Fn(i32, i32) -> [u8; 4]) -> RgbaImage {
    let pixels = (0..width * height).flat_map(|idx| pixel((idx % width) as i32, (idx / width) as i32)).collect();
    RgbaImage::new(width, height, pixels).unwrap()
}

#[test]
fn cannys_edges_are_those_of_opencv_pixel_by_pixel() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/lines");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if path.extension().is_none_or(|extension| extension != "rgb") {
            continue;
        }
        let (width, height) = name.split_once('_').unwrap().1.split_once('x').unwrap();
        let (width, height) = (width.parse().unwrap(), height.parse().unwrap());
        let rgb = std::fs::read(&path).unwrap();
        let rgba = rgb.chunks_exact(3).flat_map(|it| [it[0], it[1], it[2], 255]).collect();
        let picture = RgbaImage::new(width, height, rgba).unwrap();
        let expected = std::fs::read(path.with_extension("canny")).unwrap();
        let found = lines(&picture, LineKind::canny());
        let differing = found.iter().zip(&expected).filter(|(found, expected)| found != expected).count();
        println!("{name}: {differing} of {} pixels differ", expected.len());
        assert_eq!(differing, 0, "{name}");
        count += 1;
    }
    assert!(count >= 6);
}

#[test]
fn a_dark_stroke_is_a_scribble_and_faint_shading_is_none() {
    let picture = painted(128, 96, |x, y| match (x, y) {
        // A stroke, four pixels wide.
        (_, 20..24) => [30, 30, 40, 255],
        // A yellow one on blue, in the same brightness.
        (60..64, 40..90) => [150, 150, 20, 255],
        (_, 36..) => [120, 150, 190, 255],
        // Shading that fades over the whole width.
        (x, _) => [255 - x as u8 / 4, 250, 250, 255],
    });
    let found = lines(&picture, LineKind::Scribble);
    let at = |x: usize, y: usize| found[y * 128 + x];
    assert!((2..126).all(|x| at(x, 21) == 255 && at(x, 22) == 255));
    assert!((45..88).all(|y| at(61, y) == 255 && at(62, y) == 255));
    assert!((0..128).all(|x| at(x, 8) == 0));
    assert!((0..40).all(|x| at(x, 70) == 0));
    assert!(found.iter().all(|value| *value == 0 || *value == 255));
}

#[test]
fn light_strokes_on_a_dark_ground_are_lines_too() {
    let chalk = painted(80, 80, |x, _| if (38..42).contains(&x) { [240, 240, 230, 255] } else { [30, 40, 35, 255] });
    for kind in [LineKind::Scribble, LineKind::LineArt] {
        let found = lines(&chalk, kind);
        assert!((0..80).all(|y| found[y * 80 + 39] > 100 && found[y * 80 + 5] == 0), "{kind:?}");
    }
}

#[test]
fn line_art_is_as_strong_as_its_contrast() {
    let picture = painted(96, 60, |_, y| match y {
        15 | 16 => [20, 20, 20, 255],
        40 | 41 => [205, 205, 205, 255],
        _ => [255; 4],
    });
    let found = lines(&picture, LineKind::LineArt);
    let (strong, faint) = (found[15 * 96 + 48], found[40 * 96 + 48]);
    assert!(strong > 150 && faint > 10 && faint < strong / 2, "{strong} {faint}");
    assert_eq!(found[28 * 96 + 48], 0);
}

#[test]
fn transparent_pixels_are_paper_whatever_colour_they_hide() {
    let hidden = painted(40, 40, |x, _| if x < 20 { [0, 0, 0, 0] } else { [255, 255, 255, 0] });
    for (_, kind) in LineKind::all() {
        assert!(lines(&hidden, kind).iter().all(|value| *value == 0), "{kind:?}");
    }
}

#[test]
fn pictures_of_any_size_give_lines_of_that_size() {
    for (width, height) in [(1, 1), (1, 9), (9, 1), (2, 2), (3, 200), (257, 3)] {
        let picture =
            painted(width, height, |x, y| if (x + y) % 3 == 0 { [0, 0, 0, 255] } else { [250, 240, 230, 99] });
        for (name, kind) in LineKind::all() {
            assert_eq!(lines(&picture, kind), lines(&picture, LineKind::from_id(name).unwrap()));
        }
    }
    assert!(LineKind::from_id("hed").is_none());
}
