//! Several layers at once: each thing that is done with them is one step, and what is seen stays as it should.

use underpaint_paint::{Document, LayerId, LayerKind, LayerProperties, MAX_DEPTH, Paper, Place, RgbaImage};

/// Layers of one colour each, as a list from the bottom up.
fn painted(n: u8) -> (Document, Vec<LayerId>) {
    let mut document = Document::new(64, 64).unwrap();
    for at in 1..n {
        let picture = RgbaImage::new(1, 1, vec![at * 20, 90, 200 - at * 20, 128]).unwrap();
        document.add_picture_layer("step-layer-add", LayerProperties::default(), &picture).unwrap();
    }
    let ids = document.layers().iter().map(|layer| layer.id()).collect();
    (document, ids)
}

/// Numbers and depths from the bottom up: "1 2* 3" is a layer, one in a group, the group.
fn list(document: &Document) -> String {
    let row = |layer: &underpaint_paint::Layer| format!("{}{}", layer.id().number(), "*".repeat(layer.depth().into()));
    document.layers().iter().map(row).collect::<Vec<_>>().join(" ")
}

fn seen(document: &Document) -> Vec<u8> {
    let mut pixels = Vec::new();
    document.read_rect(document.bounds(), Paper::White, &mut pixels);
    pixels
}

/// Holds that `act` is one step, that undo takes all of it back, and redo does all of it again.
fn as_one_step(document: &mut Document, act: impl FnOnce(&mut Document)) {
    let (before, picture, active) = (list(document), seen(document), document.active_layer());
    let position = document.history_position();
    act(document);
    let (after, picture_after) = (list(document), seen(document));
    assert_eq!(document.history_position(), position + 1);
    document.undo();
    assert_eq!((list(document), document.active_layer()), (before, active));
    assert!(seen(document) == picture);
    document.redo();
    assert_eq!(list(document), after);
    assert!(seen(document) == picture_after);
}

#[test]
fn layers_that_lie_apart_move_together_and_keep_their_order() {
    let (mut document, ids) = painted(5);
    as_one_step(&mut document, |document| {
        document.move_layers("step-layers-move", &[ids[3], ids[0]], Place::Above(ids[4]));
    });
    assert_eq!(list(&document), "2 3 5 1 4");
    as_one_step(&mut document, |document| {
        document.move_layers("step-layers-move", &[ids[2], ids[4]], Place::Below(ids[1]));
    });
    assert_eq!(list(&document), "3 5 2 1 4");
    assert!(!document.can_move_layers(&[ids[1], ids[2]], Place::Above(ids[1])), "beside themselves");
    assert!(!document.can_move_layers(&[], Place::Above(ids[1])));
}

#[test]
fn a_group_holds_several_layers_in_their_order_and_nothing_that_is_seen_changes() {
    let (mut document, ids) = painted(4);
    as_one_step(&mut document, |document| {
        document.group_layers("step-layer-group", &[ids[2], ids[1]]).unwrap();
    });
    assert_eq!(list(&document), "1 2* 3* 5 4");
    let group = document.active_layer();
    assert!(document.layer(group).unwrap().is_group());
    // A layer that lies in a group that is chosen as well goes with the group.
    assert_eq!(document.outermost_of(&[ids[1], group, ids[3]]), [group, ids[3]]);
    as_one_step(&mut document, |document| {
        document.group_layers("step-layer-group", &[ids[1], group, ids[0]]).unwrap();
    });
    assert_eq!(list(&document), "1* 2** 3** 5* 6 4");
    // What is taken out of a group leaves the rest of it.
    as_one_step(&mut document, |document| {
        document.move_layers("step-layers-move", &[ids[1], ids[3]], Place::Below(ids[0]));
    });
    assert_eq!(list(&document), "2* 4* 1* 3** 5* 6");
}

#[test]
fn a_group_of_clipped_layers_is_clipped_in_their_place_and_looks_the_same() {
    let (mut document, ids) = painted(4);
    for id in [ids[1], ids[2]] {
        document.change_layer_properties("step-layer-clip", &[id], &mut |it| it.is_clipped = true, false);
    }
    let before = seen(&document);
    document.group_layers("step-layer-group", &[ids[1], ids[2]]).unwrap();
    let clipped: Vec<_> = document.layers().iter().map(|layer| layer.properties().is_clipped).collect();
    // Both were clipped to the lowest layer; the group is, now.
    assert_eq!(clipped, [false, false, false, true, false]);
    assert!(before.iter().zip(seen(&document)).all(|(one, two)| one.abs_diff(two) <= 1));
}

#[test]
fn copies_lie_above_the_uppermost_and_can_be_deleted_together() {
    let (mut document, ids) = painted(3);
    let mut copies = Vec::new();
    as_one_step(&mut document, |document| {
        copies = document.duplicate_layers("step-layers-duplicate", &[ids[1], ids[0]]).unwrap().0;
    });
    assert_eq!(list(&document), "1 2 4 5 3");
    assert_eq!(copies.iter().map(|id| id.number()).collect::<Vec<_>>(), [4, 5]);
    as_one_step(&mut document, |document| {
        document.delete_layers("step-layers-delete", &[ids[0], copies[1], copies[0]]);
    });
    assert_eq!(list(&document), "2 3");
    assert!(!document.can_delete_layers(&[ids[1], ids[2]]), "something must be left");
    assert!(document.delete_layers("step-layers-delete", &[ids[1], ids[2]]).is_empty());
    // The active layer goes: the one below becomes active.
    document.delete_layers("step-layers-delete", &[ids[2]]);
    assert_eq!(document.active_layer(), ids[1]);
}

#[test]
fn several_that_lie_upon_each_other_merge_into_one_that_looks_the_same() {
    let (mut document, ids) = painted(5);
    document.change_layer_properties("step-layer-rename", &[ids[1]], &mut |it| it.name = "ground".into(), false);
    document.change_layer_properties("step-layer-opacity", &[ids[2]], &mut |it| it.opacity = 0.5, false);
    document.change_layer_properties("step-layer-clip", &[ids[3]], &mut |it| it.is_clipped = true, false);
    let before = seen(&document);
    as_one_step(&mut document, |document| {
        document.merge_layers("step-layers-merge", &[ids[3], ids[1], ids[2]]);
    });
    assert_eq!(list(&document), "1 2 5");
    let merged = document.layer(ids[1]).unwrap().properties();
    assert_eq!((merged.name.as_str(), document.active_layer()), ("ground", ids[1]));
    assert!(before.iter().zip(seen(&document)).all(|(one, two)| one.abs_diff(two) <= 1));
    // A group among them becomes paint.
    let group = document.group_layer("step-layer-group", ids[0]).unwrap().0.unwrap();
    let before = seen(&document);
    document.merge_layers("step-layers-merge", &[ids[1], group]);
    assert_eq!(document.layers()[0].properties().kind, LayerKind::Paint);
    assert!(before.iter().zip(seen(&document)).all(|(one, two)| one.abs_diff(two) <= 1));
    document.change_layer_properties("step-layer-hide", &[ids[4]], &mut |it| it.is_visible = false, false);
    assert!(!document.can_merge_layers(&[group, ids[4]]), "what is not seen would be lost");
    assert!(!document.can_merge_layers(&[group, group]));
}

#[test]
fn properties_of_several_are_set_in_one_step_and_a_slider_goes_on_with_it() {
    let (mut document, ids) = painted(3);
    // One of them has what is set already: it takes part all the same from then on.
    document.change_layer_properties("step-layer-opacity", &ids[..1], &mut |it| it.opacity = 0.9, false);
    let position = document.history_position();
    for (at, opacity) in [0.9, 0.5, 0.2].into_iter().enumerate() {
        document.change_layer_properties("step-layer-opacity", &ids[..2], &mut |it| it.opacity = opacity, at > 0);
    }
    let opacities = |document: &Document| -> Vec<f32> {
        document.layers().iter().map(|layer| layer.properties().opacity).collect()
    };
    assert_eq!((document.history_position(), opacities(&document)), (position + 1, vec![0.2, 0.2, 1.0]));
    document.undo();
    assert_eq!(opacities(&document), [0.9, 1.0, 1.0]);
    document.redo();
    assert_eq!(opacities(&document), [0.2, 0.2, 1.0]);
    // Other layers do not join.
    document.change_layer_properties("step-layer-opacity", &ids[2..], &mut |it| it.opacity = 0.1, true);
    assert_eq!(document.history_position(), position + 2);
}

#[test]
fn nothing_goes_deeper_than_groups_may() {
    let (mut document, ids) = painted(3);
    for _ in 0..MAX_DEPTH {
        document.group_layer("step-layer-group", ids[0]).unwrap();
    }
    assert_eq!(document.layer(ids[0]).unwrap().depth(), MAX_DEPTH);
    assert!(!document.can_group_layers(&[ids[0], ids[1]]) || document.layer(ids[1]).unwrap().depth() == 0);
    let (group, _) = document.group_layers("step-layer-group", &[ids[0]]).unwrap();
    assert_eq!(group, None);
    assert!(!document.can_group_layers(&[ids[0]]));
    // The outermost group holds all of these levels, and goes into no other.
    let outermost = document.layers().iter().find(|it| it.is_group() && it.depth() == 0).unwrap().id();
    assert!(!document.can_group_layers(&[outermost, ids[1]]));
    assert!(document.can_group_layers(&[ids[1], ids[2]]));
}

#[test]
fn a_picture_on_top_lies_above_everything_but_references_and_undo_goes_back_to_the_layer_at_hand() {
    let (mut document, ids) = painted(3);
    document.group_layers("step-layer-group", &[ids[1], ids[2]]).unwrap();
    document.set_active_layer(ids[2]);
    let reference = LayerProperties::of_kind(LayerKind::Reference);
    document.set_active_layer(document.layers().last().unwrap().id());
    document.add_layer("step-layer-add", reference).unwrap();
    document.set_active_layer(ids[0]);
    let picture = RgbaImage::new(1, 1, vec![7, 8, 9, 255]).unwrap();
    as_one_step(&mut document, |document| {
        document.add_picture_on_top("step-keep-layer", LayerProperties::default(), &picture).unwrap();
    });
    assert_eq!(list(&document), "1 2* 3* 4 6 5");
    assert_eq!(seen(&document)[..3], [7, 8, 9]);
    document.undo();
    assert_eq!(document.active_layer(), ids[0]);
}
