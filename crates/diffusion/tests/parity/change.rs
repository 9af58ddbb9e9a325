//! Masks, painted strength and bare paper in whole runs: what may change does, and nothing else.

use underpaint_diffusion::image::{GreyImage, RgbaImage};
use underpaint_diffusion::noise::NoiseKind;
use underpaint_diffusion::pipeline::{ControlRequest, ImageToImage, Unpainted};
use underpaint_diffusion::schedulers::{SchedulerName, SigmaSpacing};

use crate::pipeline::{load, render, sketch};

const SIDE: u32 = 32;

fn request() -> ImageToImage {
    ImageToImage { prompt: "a lake".into(), strength: 0.7, steps: 4, seed: 1, ..ImageToImage::default() }
}

/// Left half 0, right half 255, with a soft edge of four pixels.
fn half() -> GreyImage {
    let value = |x: u32| match x {
        0..14 => 0,
        14..18 => ((x - 13) * 51) as u8,
        _ => 255,
    };
    GreyImage::new(SIDE, SIDE, (0..SIDE * SIDE).map(|idx| value(idx % SIDE)).collect()).unwrap()
}

fn opaque() -> RgbaImage {
    sketch(SIDE, SIDE).on_white_paper()
}

fn columns(image: &RgbaImage, from: u32, to: u32) -> Vec<u8> {
    let row = |row: &[u8]| row[from as usize * 4..to as usize * 4].to_vec();
    image.pixels().chunks_exact(SIDE as usize * 4).flat_map(row).collect()
}

#[test]
fn outside_the_mask_the_sketch_comes_back_bit_for_bit_with_every_scheduler() {
    let mut pipeline = load();
    for scheduler in SchedulerName::all() {
        let request = ImageToImage { mask: Some(half()), scheduler: Some(scheduler), ..request() };
        let picture = render(&mut pipeline, &request, &opaque()).unwrap();
        assert_eq!(columns(&picture, 0, 14), columns(&opaque(), 0, 14), "{scheduler}");
        assert!(columns(&picture, 18, SIDE) != columns(&opaque(), 18, SIDE), "{scheduler}");
    }
}

#[test]
fn a_mask_of_nothing_is_the_sketch_and_a_mask_of_everything_is_no_mask() {
    let mut pipeline = load();
    let even = |value| Some(GreyImage::new(SIDE, SIDE, vec![value; (SIDE * SIDE) as usize]).unwrap());
    let nothing = render(&mut pipeline, &ImageToImage { mask: even(0), ..request() }, &sketch(SIDE, SIDE)).unwrap();
    assert_eq!(nothing, sketch(SIDE, SIDE));
    let everything = render(&mut pipeline, &ImageToImage { mask: even(255), ..request() }, &opaque()).unwrap();
    assert_eq!(everything, render(&mut pipeline, &request(), &opaque()).unwrap());
    let full = render(&mut pipeline, &ImageToImage { strength_map: even(255), ..request() }, &opaque()).unwrap();
    assert_eq!(full, everything);
}

#[test]
fn painted_strength_changes_the_picture_more_where_it_is_higher() {
    let mut pipeline = load();
    let value = |x: u32| if x < SIDE / 2 { 64 } else { 255 };
    let map = GreyImage::new(SIDE, SIDE, (0..SIDE * SIDE).map(|idx| value(idx % SIDE)).collect()).unwrap();
    let request = ImageToImage { strength_map: Some(map), strength: 1.0, steps: 8, ..request() };
    let picture = render(&mut pipeline, &request, &opaque()).unwrap();
    let none =
        render(&mut pipeline, &ImageToImage { strength: 0.02, steps: 1, strength_map: None, ..request }, &opaque());
    let none = none.unwrap();
    let difference = |from, to| {
        let pairs = columns(&picture, from, to).into_iter().zip(columns(&none, from, to));
        pairs.map(|(a, b)| u64::from(a.abs_diff(b))).sum::<u64>()
    };
    // Against what the autoencoder alone makes of the sketch.
    let (weak, strong) = (difference(0, SIDE / 2 - 4), difference(SIDE / 2 + 4, SIDE));
    assert!(strong > weak + weak / 5, "{weak} {strong}");
}

#[test]
fn bare_paper_that_counts_as_unknown_starts_from_noise_alone() {
    let mut pipeline = load();
    let request = ImageToImage { unpainted: Unpainted::Unknown, strength: 0.3, ..request() };
    let blank = RgbaImage::new(SIDE, SIDE, vec![0; (SIDE * SIDE * 4) as usize]).unwrap();
    let unknown = render(&mut pipeline, &request, &blank).unwrap();
    let free = ImageToImage { unpainted: Unpainted::Paper, strength: 1.0, ..request.clone() };
    assert_eq!(unknown, render(&mut pipeline, &free, &opaque()).unwrap());
    let paper = ImageToImage { unpainted: Unpainted::Paper, ..request.clone() };
    assert!(render(&mut pipeline, &paper, &blank).unwrap() != unknown);
    // Paint is known, whatever lies around it.
    assert!(render(&mut pipeline, &request, &sketch(SIDE, SIDE)).unwrap() != unknown);
}

#[test]
fn noise_spacing_and_the_layers_of_the_text_encoder_count() {
    let mut pipeline = load();
    let euler = ImageToImage { scheduler: Some(SchedulerName::EULER), ..request() };
    let picture = render(&mut pipeline, &euler, &opaque()).unwrap();
    for other in [
        ImageToImage { noise: NoiseKind::Philox, ..euler.clone() },
        ImageToImage { sigma_spacing: Some(SigmaSpacing::Karras), ..euler.clone() },
        ImageToImage { clip_skip: 1, ..euler.clone() },
        ImageToImage { prompt: "a (lake:1.4)".into(), ..euler.clone() },
    ] {
        assert!(render(&mut pipeline, &other, &opaque()).unwrap() != picture, "{other:?}");
    }
}

#[test]
fn a_control_picture_without_a_network_says_what_is_missing() {
    let mut pipeline = load();
    let control = Some(ControlRequest { image: opaque(), scale: 1.0, start: 0.0, end: 1.0 });
    let message = render(&mut pipeline, &ImageToImage { control, ..request() }, &opaque()).unwrap_err().to_string();
    assert!(message.contains("no control network"), "{message}");
}
