//! The list of layers as a person goes about it: which groups are folded, and which rows are chosen together.
//!
//! None of it is a step of the history. What is chosen holds as long as the active layer is among it: a new layer or a
//! file that is opened end it by themselves. Copies of several layers are chosen in the place of those they were made of,
//! which are chosen again where undo comes back to them.

use underpaint_paint::{Layer, LayerId};

use crate::{LayerEdit, Session};

/// Which rows are folded, and which are chosen.
#[derive(Debug, Default)]
pub(crate) struct LayerList {
    /// What was chosen together, one set after the other. The last that the active layer is among is what is chosen; where
    /// it is in none, they mean nothing.
    chosen: Vec<Vec<LayerId>>,
    /// Where a stretch of rows begins.
    anchor: Option<LayerId>,
    /// Groups that show nothing of what is in them.
    pub(crate) folded: Vec<LayerId>,
    /// The layer that is shown alone, and what was seen before: see `lone_layer.rs`.
    pub(crate) alone: Option<(LayerId, Vec<(LayerId, bool)>)>,
}

impl LayerList {
    /// These and no others are chosen.
    fn choose(&mut self, chosen: Vec<LayerId>, anchor: LayerId) {
        (self.chosen, self.anchor) = (vec![chosen], Some(anchor));
    }

    /// These are chosen until undo comes back to what was chosen before.
    pub(crate) fn choose_copies(&mut self, copies: Vec<LayerId>) {
        self.chosen.push(copies);
    }

    /// What was chosen before these is not chosen again when they go: the next press would delete it as well.
    pub(crate) fn forget_all_but(&mut self, ids: &[LayerId]) {
        self.chosen.retain(|set| set.iter().any(|id| ids.contains(id)));
    }
}

impl Session {
    /// The layers that have a row, from the top of the list down: all but those in folded groups.
    #[must_use]
    pub fn layer_rows(&self) -> Vec<LayerId> {
        let mut rows = Vec::new();
        let mut folded_depth = None;
        for layer in self.document.layers().iter().rev() {
            if folded_depth.is_none_or(|depth| layer.depth() <= depth) {
                folded_depth = self.is_layer_folded(layer.id()).then_some(layer.depth());
                rows.push(layer.id());
            }
        }
        rows
    }

    /// Whether it is a group that shows nothing of what is in it.
    #[must_use]
    pub fn is_layer_folded(&self, id: LayerId) -> bool {
        self.layer_list.folded.contains(&id) && self.document.layer(id).is_some_and(Layer::is_group)
    }

    /// The layers that are chosen, from the bottom up: the active one, and others where they were chosen together.
    #[must_use]
    pub fn chosen_layers(&self) -> Vec<LayerId> {
        let active = self.document.active_layer();
        let Some(chosen) = self.layer_list.chosen.iter().rfind(|set| set.contains(&active)) else {
            return vec![active];
        };
        self.document.layers().iter().map(Layer::id).filter(|id| chosen.contains(id)).collect()
    }

    /// The row of the active layer, or of the folded group that it lies in.
    #[must_use]
    pub fn active_layer_row(&self) -> LayerId {
        let (rows, active) = (self.layer_rows(), self.document.active_layer());
        // What is in a group stands below it.
        let mut from_active = self.document.layers().iter().map(Layer::id).skip_while(|id| *id != active);
        from_active.find(|id| rows.contains(id)).unwrap_or(active)
    }

    /// Folds and unfolds, chooses one more, or all up to a row. Returns how many are chosen now; `None` for what is
    /// something else.
    pub(crate) fn edit_layer_list(&mut self, edit: &LayerEdit) -> Option<usize> {
        let active = match *edit {
            LayerEdit::Fold(id, is_folded) => {
                self.layer_list.folded.retain(|it| *it != id);
                if is_folded {
                    self.layer_list.folded.push(id);
                }
                return Some(0);
            }
            LayerEdit::ChooseToo(id) => {
                let mut chosen = self.chosen_layers();
                let is_given_up = chosen.len() > 1 && chosen.contains(&id);
                chosen.retain(|it| *it != id);
                if !is_given_up {
                    chosen.push(id);
                }
                let former = self.document.active_layer();
                let active = if is_given_up && former != id { Some(former) } else { chosen.last().copied() };
                self.layer_list.choose(chosen, id);
                active
            }
            LayerEdit::ChooseUpTo(id) => {
                let rows = self.layer_rows();
                let place = |id: LayerId| rows.iter().position(|it| *it == id);
                let start = self.layer_list.anchor.and_then(place).or_else(|| place(self.active_layer_row()));
                let (Some(start), Some(end)) = (start, place(id)) else { return Some(1) };
                self.layer_list.choose(rows[start.min(end)..=start.max(end)].to_vec(), rows[start]);
                Some(id)
            }
            _ => return None,
        };
        if let Some(active) = active {
            self.document.set_active_layer(active);
        }
        Some(self.layer_list.chosen.last().map_or(0, Vec::len))
    }

    /// One layer alone is chosen.
    pub(crate) fn choose_one_layer(&mut self, id: LayerId) -> bool {
        self.layer_list.choose(Vec::new(), id);
        self.document.set_active_layer(id)
    }

    /// Unfolds the groups that the active layer lies in.
    pub(crate) fn reveal_active_layer(&mut self) {
        let active = self.document.active_layer();
        let mut from_active = self.document.layers().iter().skip_while(|layer| layer.id() != active);
        let Some(mut depth) = from_active.next().map(Layer::depth) else { return };
        for layer in from_active {
            if layer.depth() < depth {
                depth = layer.depth();
                self.layer_list.folded.retain(|id| *id != layer.id());
            }
        }
    }

    /// The folded groups by their places in the list, as text for a project.
    pub(crate) fn folded_text(&self) -> String {
        let mut text = String::new();
        for (at, layer) in self.document.layers().iter().enumerate() {
            if self.is_layer_folded(layer.id()) {
                text.push_str(&at.to_string());
                text.push(' ');
            }
        }
        text
    }

    /// Folds what [`Session::folded_text`] names; what is no place in the list is left out.
    pub(crate) fn fold_by_text(&mut self, text: &str) {
        let layers = self.document.layers();
        let places = text.split(' ').filter_map(|it| it.parse::<usize>().ok());
        self.layer_list.folded = places.filter_map(|at| layers.get(at)).map(Layer::id).collect();
    }
}
