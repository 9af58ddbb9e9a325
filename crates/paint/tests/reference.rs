//! Transforms and masks against numpy and scipy: `tests/parity/make_paint_fixtures.py` made the pictures.
#![expect(clippy::unwrap_used, reason = "a test that cannot read its pictures has failed")]

use std::path::PathBuf;

use underpaint_paint::{CanvasPoint, Homography, Mask, Patch, PixelRect, Quality, RgbaImage};

/// Width, height and bytes of a reference picture.
fn read(name: &str) -> (u32, u32, Vec<u8>) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/paint/reference");
    let path = folder.join(format!("{name}.png"));
    let file = std::fs::File::open(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut reader = png::Decoder::new(std::io::BufReader::new(file)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut pixels).unwrap();
    (reader.info().width, reader.info().height, pixels)
}

fn source() -> Patch {
    let (width, height, pixels) = read("source");
    Patch::from_image(&RgbaImage::new(width, height, pixels).unwrap(), 0, 0)
}

fn compare(name: &str, transform: &Homography) {
    let (width, height, exact) = read(name);
    let patch = source().transformed(transform, Quality::Fine, PixelRect::new(0, 0, width, height)).unwrap();
    let image = patch.to_image().unwrap();
    let mut n_compared = 0;
    for y in 0..height {
        for x in 0..width {
            let start = ((y * width + x) * 4) as usize;
            let exact = &exact[start..start + 4];
            if exact[3] == 0 {
                continue;
            }
            let got = image.pixel(x.wrapping_sub(patch.left() as u32), y.wrapping_sub(patch.top() as u32)).unwrap();
            n_compared += 1;
            for channel in 0..4 {
                let difference = got[channel].abs_diff(exact[channel]);
                assert!(difference <= 1, "{name} at ({x}, {y}): {got:?} for {exact:?}");
            }
        }
    }
    assert!(n_compared > 2000, "{name}: only {n_compared} pixels");
}

#[test]
fn turning_enlarging_and_perspective_equal_their_definition() {
    let origin = CanvasPoint::new(0.0, 0.0);
    compare("turned", &Homography::translation(40.0, 12.0).after(&Homography::rotation(23.0, origin)));
    compare("enlarged", &Homography::translation(5.25, 3.5).after(&Homography::scaling(1.7, 2.1, origin)));
    let quad = [(9.0, 6.0), (120.0, 20.0), (110.0, 105.0), (14.0, 98.0)].map(|(x, y)| CanvasPoint::new(x, y));
    compare("perspective", &Homography::between(source().corners(), quad).unwrap());
}

#[test]
fn feathered_masks_equal_a_gaussian_and_grown_ones_the_distance() {
    let (width, height, values) = read("mask");
    let mask = Mask::new(width, height, values).unwrap();
    let worst = |mask: &Mask, name: &str| {
        let (.., exact) = read(name);
        mask.values().iter().zip(&exact).map(|(one, other)| one.abs_diff(*other)).max().unwrap()
    };
    let mut soft = mask.clone();
    soft.feather(6.0);
    // Three boxes are nearly a Gaussian: within 2 %.
    assert!(worst(&soft, "mask-feathered-6") <= 5, "{}", worst(&soft, "mask-feathered-6"));
    let mut grown = mask;
    grown.grow(5.0);
    assert!(worst(&grown, "mask-grown-5") <= 1, "{}", worst(&grown, "mask-grown-5"));
}
