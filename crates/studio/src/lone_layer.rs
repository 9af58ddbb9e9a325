//! One layer shown alone, to look at its paint by itself: by the eye with Alt, its button or its key.
//!
//! As with the eye, what is shown is a step of the history. What is needed to see the layer stays: the groups it lies in, and what
//! it is clipped to. Again brings back what was seen before.

use underpaint_paint::{Layer, LayerId, LayerProperties};

use crate::effect::Effects;
use crate::layers::layer_name;
use crate::{Phrase, Session};

impl Session {
    /// Whether no other layer is shown beside this one.
    #[must_use]
    pub fn is_layer_alone(&self, id: LayerId) -> bool {
        self.document.layers().len() > 1 && self.turned_for(id).is_empty()
    }

    /// The layers whose eyes must turn so that only this one is seen, with what it lies in and what lies in it.
    fn turned_for(&self, id: LayerId) -> Vec<LayerId> {
        let layers = self.document.layers();
        let Some(at) = layers.iter().position(|layer| layer.id() == id) else { return Vec::new() };
        let mut held_by = vec![at];
        for (above, layer) in layers.iter().enumerate().skip(at + 1) {
            if held_by.last().is_some_and(|last| layer.depth() < layers[*last].depth()) {
                held_by.push(above);
            }
        }
        let groups = held_by[1..].to_vec();
        for place in held_by.clone() {
            held_by.extend(base_of(layers, place));
        }
        let (mut turned, mut unseen_depth) = (Vec::new(), None);
        for (place, layer) in layers.iter().enumerate().rev() {
            // What lies in a group goes with it.
            if unseen_depth.is_some_and(|depth| layer.depth() > depth) {
                continue;
            }
            unseen_depth = (!groups.contains(&place)).then_some(layer.depth());
            if layer.properties().is_visible != held_by.contains(&place) {
                turned.push(layer.id());
            }
        }
        turned
    }

    /// Shows one layer alone, or what was seen before. Returns what to announce.
    pub(crate) fn show_layer_alone(&mut self, id: LayerId, effects: &mut Effects) -> Phrase {
        let seen = |layer: &Layer| (layer.id(), layer.properties().is_visible);
        let former = self.layer_list.alone.take();
        let mut turned = self.turned_for(id);
        let is_back = turned.is_empty();
        if is_back {
            // Without a memory of it, as in a document opened anew, everything was seen.
            let is_to_turn = |(id, is_seen): &(LayerId, bool)| match &former {
                Some((_, before)) => before.iter().any(|(of, was_seen)| of == id && was_seen != is_seen),
                None => !is_seen,
            };
            turned = self.document.layers().iter().map(seen).filter(is_to_turn).map(|(id, _)| id).collect();
        } else {
            // From one alone to the next: what comes back is what was seen before the first.
            let former = former.filter(|(of, _)| self.is_layer_alone(*of)).map(|(_, seen)| seen);
            let former = former.unwrap_or_else(|| self.document.layers().iter().map(seen).collect());
            self.layer_list.alone = Some((id, former));
        }
        let mut turn = |properties: &mut LayerProperties| properties.is_visible = !properties.is_visible;
        let label = if is_back { "step-layers-show" } else { "step-layer-alone" };
        effects.repaint(self.document.change_layer_properties(label, &turned, &mut turn, false));
        if is_back {
            return Phrase::new("said-layers-shown").with("layers", turned.len() as u32);
        }
        let name = self.document.layer(id).map(layer_name).unwrap_or_else(|| Phrase::new("layers-title"));
        Phrase::new("said-layer-alone").with("layer", name)
    }
}

/// The place of what a layer is clipped to.
fn base_of(layers: &[Layer], place: usize) -> Option<usize> {
    let depth = layers[place].depth();
    let below = layers[..place].iter().enumerate().rev().take_while(|(_, layer)| layer.depth() >= depth);
    let mut siblings = below.filter(|(_, layer)| layer.depth() == depth);
    let is_clipped = layers[place].properties().is_clipped;
    is_clipped.then(|| siblings.find(|(_, layer)| !layer.properties().is_clipped)).flatten().map(|(at, _)| at)
}
