//! Groups that pass through: their layers blend with what lies below the group, as if there were no group.
//!
//! Photoshop makes groups of this kind unless one asks for another, and OpenRaster's groups are of it unless they say
//! `isolate`. Ours are always isolated. Where that makes no difference the group stays; where it does, the group is
//! dissolved, since a picture that looks as it did is worth more than its folders.

use crate::{BlendMode, LayerKind, LayerParts, LayerProperties};

/// Dissolves the groups among `passing` (ascending indices into `layers`, which lie from the bottom up) whose isolation
/// would show: groups in a group are settled before it.
/// `active` goes on naming the same layer, or the topmost one of a group that is gone.
pub(super) fn dissolve_passing(layers: &mut Vec<LayerParts>, mut passing: Vec<usize>, active: &mut usize) {
    passing.retain(|at| {
        let looks = layers.get(*at).map(|group| &group.properties);
        looks.is_some_and(|it| it.kind == LayerKind::Group && it.opacity >= 1.0 && it.blend_mode == BlendMode::Normal)
    });
    for n_dissolved in 0..passing.len() {
        let Some(at) = passing.get(n_dissolved).copied() else { return };
        let start = start_of(layers, at);
        let depth = layers[at].depth;
        let blends = |it: &LayerProperties| it.blend_mode != BlendMode::Normal;
        // What is clipped to the group, or the group to something, is drawn with it as a whole.
        let is_clipped_to = layers.get(at + 1).is_some_and(|it| it.depth == depth && it.properties.is_clipped);
        let is_part_of_clipping = is_clipped_to || layers[at].properties.is_clipped;
        let shows = layers[start..at].iter().any(|it| it.depth == depth + 1 && blends(&it.properties));
        if is_part_of_clipping || !shows {
            continue;
        }
        let is_visible = layers[at].properties.is_visible;
        for (idx, layer) in layers[start..at].iter_mut().enumerate() {
            if layer.depth == depth + 1 {
                layer.properties.is_visible &= is_visible;
                // There was nothing below it in the group.
                layer.properties.is_clipped &= idx > 0;
            }
            layer.depth -= 1;
        }
        layers.remove(at);
        *active -= usize::from(*active >= at);
        passing[n_dissolved + 1..].iter_mut().for_each(|later| *later -= 1);
    }
}

/// Where what a group holds begins.
fn start_of(layers: &[LayerParts], group: usize) -> usize {
    let depth = layers[group].depth;
    layers[..group].iter().rposition(|layer| layer.depth <= depth).map_or(0, |below| below + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Raster;

    /// Layers from the bottom up, as `name depth flags`: `g` a group, `m` multiplied, `c` clipped, `h` hidden.
    fn layers(lines: &[&str]) -> Vec<LayerParts> {
        let layer = |line: &&str| {
            let mut words = line.split(' ');
            let mut word = || words.next().unwrap_or_default();
            let (name, depth, flags) = (word().to_owned(), word().parse().unwrap(), word());
            let properties = LayerProperties {
                name,
                kind: if flags.contains('g') { LayerKind::Group } else { LayerKind::Paint },
                blend_mode: if flags.contains('m') { BlendMode::Multiply } else { BlendMode::Normal },
                is_clipped: flags.contains('c'),
                is_visible: !flags.contains('h'),
                ..LayerProperties::default()
            };
            LayerParts { properties, depth, raster: Raster::new(1, 1) }
        };
        lines.iter().map(layer).collect()
    }

    fn dissolved(lines: &[&str], passing: &[usize]) -> Vec<LayerParts> {
        let mut layers = layers(lines);
        let mut active = layers.len() - 1;
        dissolve_passing(&mut layers, passing.to_vec(), &mut active);
        assert_eq!(active, layers.len() - 1);
        layers
    }

    #[test]
    fn a_group_that_passes_through_goes_only_where_its_isolation_would_show() {
        let plain = ["a 0", "b 1", "c 1", "g 0 g"];
        assert_eq!(dissolved(&plain, &[3]), layers(&plain));
        let blending = ["a 0", "b 1 mc", "c 1", "g 0 gh", "top 0"];
        assert_eq!(dissolved(&blending, &[]), layers(&blending));
        assert_eq!(dissolved(&blending, &[3]), layers(&["a 0", "b 0 mh", "c 0 h", "top 0"]));
        // The inner one first: what was in it then shows in the outer one.
        let nested = ["a 2 m", "in 1 g", "b 1", "out 0 g", "c 1 m", "d 1", "last 0 g"];
        assert_eq!(dissolved(&nested, &[1, 3, 6]), layers(&["a 0 m", "b 0", "c 0 m", "d 0"]));
        assert_eq!(dissolved(&nested, &[3]), layers(&nested));
        // Something is clipped to it.
        let clipped = ["a 1 m", "g 0 g", "cloud 0 c"];
        assert_eq!(dissolved(&clipped, &[1]), layers(&clipped));
    }
}
