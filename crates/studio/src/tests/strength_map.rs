//! The painted strength by itself: what it means, its strokes, its steps.

use super::*;

fn brush(freedom: f32) -> StrengthBrush {
    StrengthBrush { size_px: 10.0, hardness: 1.0, opacity: 1.0, freedom }
}

fn at(x: f32, y: f32) -> CanvasPoint {
    CanvasPoint::new(x, y)
}

/// Ends the stroke, and takes the map as the document would hand it back.
fn end(map: &mut StrengthMap) {
    if let Some(mask) = map.end_stroke() {
        map.follow((mask.width(), mask.height()), Some(Arc::new(mask)));
    }
}

fn stroke(map: &mut StrengthMap, brush: StrengthBrush, points: &[(f32, f32)]) {
    map.begin_stroke(brush, at(points[0].0, points[0].1), 1.0);
    for (x, y) in &points[1..] {
        map.extend_stroke(at(*x, *y), 1.0);
    }
    end(map);
}

fn for_picture(map: &StrengthMap, strength: f32, size: (u32, u32)) -> (f32, Option<Vec<u8>>) {
    let (strongest, has_map) = map.strongest(strength);
    (strongest, has_map.then(|| map.shares(strength, size)))
}

#[test]
fn what_is_painted_keeps_its_sense_when_the_slider_moves() {
    for strength in [0.0, 0.2, 0.5, 1.0] {
        assert_eq!(strength_at(0, strength), 0.0);
        assert_eq!(strength_at(NEUTRAL, strength), strength);
        assert_eq!(strength_at(255, strength), 1.0);
        assert!((0..255).all(|value| strength_at(value, strength) <= strength_at(value + 1, strength)));
    }
}

#[test]
fn a_map_that_nobody_painted_on_sends_nothing() {
    let mut map = StrengthMap::new(40, 30);
    assert_eq!(for_picture(&map, 0.6, (20, 16)), (0.6, None));
    // Nor does one that was painted with the slider's own value.
    stroke(&mut map, brush(0.0), &[(10.0, 10.0), (30.0, 10.0)]);
    assert_eq!((for_picture(&map, 0.6, (20, 16)), map.revision()), ((0.6, None), 0));
}

#[test]
fn the_strongest_place_is_the_strength_and_the_rest_are_shares_of_it() {
    let mut map = StrengthMap::new(40, 40);
    stroke(&mut map, brush(1.0), &[(10.0, 10.0)]);
    stroke(&mut map, brush(-1.0), &[(30.0, 30.0)]);
    let (strength, shares) = for_picture(&map, 0.5, (40, 40));
    let shares = shares.unwrap();
    let share = |x: usize, y: usize| shares[y * 40 + x];
    assert_eq!((strength, share(10, 10), share(30, 30), share(0, 39)), (1.0, 255, 0, 128));
    // Where everything is kept the slider's own value is the strongest.
    let mut map = StrengthMap::new(40, 40);
    stroke(&mut map, brush(-1.0), &[(10.0, 10.0)]);
    let (strength, shares) = for_picture(&map, 0.5, (20, 20));
    assert_eq!((strength, shares.as_ref().map(|it| (it.len(), it[399], it[5 * 20 + 5]))), (0.5, Some((400, 255, 0))));
}

#[test]
fn at_strength_0_only_what_was_painted_free_is_made() {
    let mut map = StrengthMap::new(40, 40);
    stroke(&mut map, brush(-1.0), &[(10.0, 10.0)]);
    assert_eq!(for_picture(&map, 0.0, (40, 40)), (0.0, None));
    stroke(&mut map, brush(0.5), &[(30.0, 30.0)]);
    let (strength, shares) = for_picture(&map, 0.0, (40, 40));
    assert!((strength - 0.5).abs() < 0.01, "{strength}");
    assert_eq!(shares.map(|it| (it[0], it[30 * 40 + 30])), Some((0, 255)));
}

#[test]
fn a_stroke_is_one_wash_with_a_smooth_edge_however_often_it_crosses_itself() {
    let soft = StrengthBrush { size_px: 20.0, hardness: 0.0, opacity: 1.0, freedom: 1.0 };
    let mut once = StrengthMap::new(60, 40);
    stroke(&mut once, soft, &[(10.0, 20.0), (50.0, 20.0)]);
    let mut often = StrengthMap::new(60, 40);
    stroke(&mut often, soft, &[(10.0, 20.0), (50.0, 20.0), (10.0, 20.0), (30.0, 20.0), (50.0, 20.0)]);
    assert_eq!(once.values(), often.values());
    let column: Vec<u8> = (0..40).map(|y| once.value(30, y)).collect();
    assert_eq!((column[20], column[0]), (column.iter().copied().max().unwrap(), NEUTRAL));
    assert!(column[..20].windows(2).all(|pair| pair[0] <= pair[1]), "{column:?}");
    // Evenly along the way: no beads.
    assert!((15..45).all(|x| once.value(x, 20) == column[20] && once.value(x, 14) == column[14]));
}

#[test]
fn a_revision_names_what_is_painted_and_not_how_it_came_there() {
    let mut map = StrengthMap::new(40, 30);
    stroke(&mut map, brush(1.0), &[(5.0, 9.0), (20.0, 20.0)]);
    let (revision, mask) = (map.revision(), map.painted.mask.clone());
    stroke(&mut map, brush(-0.5), &[(9.0, 9.0)]);
    assert!(revision != 0 && map.revision() != revision);
    let copy = mask.as_deref().cloned().map(Arc::new);
    assert!(map.follow((40, 30), copy.clone()) && !map.follow((40, 30), copy));
    assert_eq!(map.revision(), revision);
    assert!(map.follow((40, 30), None));
    assert!(map.is_neutral() && map.revision() == 0 && map.value(5, 9) == NEUTRAL);
}

#[test]
fn a_stroke_that_is_taken_back_leaves_nothing() {
    let mut map = StrengthMap::new(40, 30);
    map.begin_stroke(brush(1.0), at(10.0, 10.0), 1.0);
    let revision = map.revision();
    map.extend_stroke(at(20.0, 20.0), 0.3);
    assert!(map.revision() != revision);
    assert!(!map.cancel_stroke().is_empty());
    assert!(map.is_neutral() && map.revision() == 0 && map.end_stroke().is_none());
}

#[test]
fn the_tint_is_clear_where_nothing_was_painted() {
    let mut map = StrengthMap::new(20, 20);
    stroke(&mut map, brush(-1.0), &[(5.0, 5.0)]);
    stroke(&mut map, brush(1.0), &[(15.0, 15.0)]);
    let mut pixels = Vec::new();
    assert_eq!(map.tint(PixelRect::new(0, 0, 99, 99), &mut pixels), PixelRect::new(0, 0, 20, 20));
    let alpha = |x: usize, y: usize| pixels[(y * 20 + x) * 4 + 3];
    let blue = |x: usize, y: usize| pixels[(y * 20 + x) * 4 + 2];
    assert_eq!((alpha(5, 5), alpha(15, 15), alpha(19, 0)), (170, 169, 0));
    assert!(blue(5, 5) > 200 && blue(15, 15) < 50);
}

#[test]
fn nonsense_from_outside_neither_hangs_nor_panics() {
    let mut map = StrengthMap::new(20, 20);
    assert!(map.begin_stroke(brush(1.0), at(f32::NAN, 0.0), 1.0).is_empty());
    let wild = StrengthBrush { size_px: f32::MAX, hardness: f32::NAN, opacity: f32::NAN, freedom: f32::NAN };
    map.begin_stroke(wild, at(1e30, -1e30), f32::NAN);
    map.extend_stroke(at(f32::INFINITY, 0.0), 1.0);
    map.extend_stroke(at(-1e30, 1e30), -5.0);
    end(&mut map);
    map.begin_stroke(StrengthBrush { size_px: f32::NAN, ..wild }, at(5.0, 5.0), 1.0);
    end(&mut map);
    assert_eq!(map.value(19, 19), NEUTRAL);
}
