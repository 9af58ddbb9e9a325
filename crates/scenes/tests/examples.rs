//! Whole examples: the same seed gives the same bytes, other seeds other ones, and the parts of an example agree.

use underpaint_scenes::canvas::Label;
use underpaint_scenes::dataset::{Example, Kind, example, write};
use underpaint_scenes::scene::{Ground, Style};
use underpaint_scenes::sketch::PAPER;

const SIZE: usize = 48;

fn kind(seed: u64) -> Kind {
    Kind { seed, size: SIZE, careful: 0.0 }
}

fn examples(seed: u64, count: u64) -> Vec<Example> {
    (0..count).map(|index| example(kind(seed), index)).collect()
}

#[test]
fn the_same_seed_gives_the_same_example() {
    for index in 0..6 {
        let (a, b) = (example(kind(4), index), example(kind(4), index));
        assert!(a.picture == b.picture && a.sketch == b.sketch && a.captions == b.captions);
        let other = example(kind(5), index);
        assert!(a.picture != other.picture && a.sketch != other.sketch);
    }
}

/// Mean of each colour channel in an 8×8 grid.
fn coarse(image: &[u8]) -> Vec<f32> {
    const GRID: usize = 8;
    let mut sums = vec![0.0f32; GRID * GRID * 3];
    for (i, &byte) in image.iter().enumerate() {
        let (x, y) = (i / 3 % SIZE * GRID / SIZE, i / 3 / SIZE * GRID / SIZE);
        sums[(y * GRID + x) * 3 + i % 3] += f32::from(byte);
    }
    sums
}

fn correlation(a: &[f32], b: &[f32]) -> f32 {
    let mean = |v: &[f32]| v.iter().sum::<f32>() / v.len() as f32;
    let (ma, mb) = (mean(a), mean(b));
    let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
    for (x, y) in a.iter().zip(b) {
        ab += (x - ma) * (y - mb);
        aa += (x - ma) * (x - ma);
        bb += (y - mb) * (y - mb);
    }
    if aa * bb > 0.0 { ab / (aa * bb).sqrt() } else { 0.0 }
}

#[test]
fn sketches_agree_with_their_pictures() {
    let all = examples(8, 40);
    let own: Vec<f32> = all.iter().map(|e| correlation(&coarse(&e.sketch), &coarse(&e.picture))).collect();
    let next = all.iter().skip(1).chain(all.first());
    let foreign: Vec<f32> =
        all.iter().zip(next).map(|(e, other)| correlation(&coarse(&e.sketch), &coarse(&other.picture))).collect();
    let mean = |v: &[f32]| v.iter().sum::<f32>() / v.len() as f32;
    assert!(mean(&own) > 0.45, "own pictures: {}", mean(&own));
    assert!(mean(&own) > mean(&foreign) + 0.25, "own {} others {}", mean(&own), mean(&foreign));
}

/// The share of painted places of the sketches that are meant to be what the picture shows there.
fn followed(examples: &[Example]) -> f32 {
    let painted = examples.iter().flat_map(|e| e.meant.iter().zip(&e.segments)).filter(|(meant, _)| **meant != PAPER);
    let (right, all) =
        painted.fold((0, 0), |(right, all), (meant, shown)| (right + usize::from(meant == shown), all + 1));
    right as f32 / all as f32
}

#[test]
fn a_careful_hand_keeps_to_the_shapes() {
    let sketched = |careful| -> Vec<Example> {
        (0..24).map(|index| example(Kind { careful, size: 2 * SIZE, ..kind(14) }, index)).collect()
    };
    let (hasty, careful) = (sketched(0.0), sketched(1.0));
    let (loose, close) = (followed(&hasty), followed(&careful));
    assert!(
        close > 0.9 && close > loose + 0.1,
        "careful sketches agree in {close}, hasty ones in {loose} of what is painted"
    );
    let known = |&meant: &u8| meant == PAPER || usize::from(meant) < Label::ALL.len();
    assert!(careful.iter().chain(&hasty).all(|e| e.meant.iter().all(known)), "meant to be a label, or bare paper");
}

#[test]
fn any_size_shows_the_same_picture() {
    // Photographs only: other styles have strokes and blocks of their own.
    let photos = (0..40).filter(|&i| example(Kind { size: 16, ..kind(9) }, i).scene.style == Style::Photo).take(4);
    for index in photos {
        let (small, large) = (example(kind(9), index), example(Kind { size: SIZE * 2, ..kind(9) }, index));
        let halved: Vec<u8> = (0..SIZE * SIZE * 3)
            .map(|i| {
                let (x, y, c) = (i / 3 % SIZE, i / 3 / SIZE, i % 3);
                let at =
                    |dx: usize, dy: usize| u32::from(large.picture[((2 * y + dy) * SIZE * 2 + 2 * x + dx) * 3 + c]);
                ((at(0, 0) + at(1, 0) + at(0, 1) + at(1, 1)) / 4) as u8
            })
            .collect();
        let agreement = correlation(&coarse(&small.picture), &coarse(&halved));
        assert!(agreement > 0.97, "picture {index}: {agreement}");
    }
}

#[test]
fn scenes_make_sense() {
    for index in 0..400 {
        let scene = underpaint_scenes::compose::compose(10, index);
        assert!((0.3..0.8).contains(&scene.horizon));
        assert!(scene.boat.is_none() || scene.ground == Ground::Water);
        if let Some(disc) = scene.disc {
            assert!((0.0..1.0).contains(&disc.at.0) && disc.at.1 < scene.horizon);
        }
        assert_eq!(scene.objects().contains(&"house"), scene.house.is_some());
    }
}

#[test]
fn a_data_set_is_complete_on_disk() {
    let folder = std::env::temp_dir().join(format!("underpaint-scenes-test-{}", std::process::id()));
    let mut told = 0;
    write(&folder, 5, Kind { size: 16, ..kind(3) }, |done| told = done).unwrap();
    assert_eq!(told, 5);
    let size = |name: &str| std::fs::metadata(folder.join(name)).unwrap().len();
    assert_eq!((size("pictures.u8"), size("sketches.u8")), (5 * 16 * 16 * 3, 5 * 16 * 16 * 3));
    assert_eq!((size("segments.u8"), size("meant.u8")), (5 * 16 * 16, 5 * 16 * 16));
    let captions = std::fs::read_to_string(folder.join("captions.jsonl")).unwrap();
    assert_eq!(captions.lines().count(), 5);
    for line in captions.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(line["captions"].as_array().unwrap().len(), 4);
        assert!(line["attributes"]["style"].is_string() && line["attributes"]["horizon"].is_number());
    }
    let meta: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(folder.join("meta.json")).unwrap()).unwrap();
    assert_eq!((meta["count"].as_u64(), meta["size"].as_u64()), (Some(5), Some(16)));
    assert_eq!(meta["classes"].as_array().unwrap().len(), meta["groups"].as_array().unwrap().len());
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn every_pixel_is_a_colour() {
    for index in 0..100 {
        let scene = underpaint_scenes::compose::compose(21, index);
        let painting = underpaint_scenes::paint::paint(&scene, 24);
        let finite = |canvas: &underpaint_scenes::canvas::Canvas| {
            canvas.pixels.iter().all(|p| p.r.is_finite() && p.g.is_finite() && p.b.is_finite())
        };
        // `bytes` would turn what is not a number into black and hide it.
        assert!(finite(&painting.plain) && finite(&painting.canvas), "picture {index} of data set 21");
        assert!(painting.plain.pixels.iter().any(|p| p.luma() > 0.04), "picture {index} is black");
    }
}

#[test]
fn segmentations_agree_with_the_facts() {
    use underpaint_scenes::canvas::Group;
    let mut seen = std::collections::HashSet::new();
    for example in examples(12, 110) {
        let labels: Vec<Label> = example.segments.iter().map(|&i| Label::ALL[usize::from(i)]).collect();
        assert_eq!(labels.len(), SIZE * SIZE);
        let share = |group| labels.iter().filter(|l| l.group() == group).count() as f32 / labels.len() as f32;
        assert!(share(Group::Sky) > 0.03, "{:?}", example.captions);
        assert!(share(Group::Land) + share(Group::Water) > 0.15, "{:?}", example.captions);
        if example.scene.ground == Ground::Water {
            assert!(share(Group::Water) > 0.05, "{:?}", example.captions);
        }
        seen.extend(labels);
    }
    for (number, label) in Label::ALL.iter().enumerate() {
        assert_eq!(*label as usize, number, "{}", label.name());
        // The wings of a bird are thinner than half a pixel at this size.
        assert!(seen.contains(label) || *label == Label::Bird, "nothing is labelled {}", label.name());
    }
}
