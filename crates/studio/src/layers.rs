//! What a person does with layers and with the history.

use underpaint_paint::{
    BlendMode, Layer, LayerId, LayerKind, LayerProperties, MAX_LAYERS, Obstacle, PaintError, PixelRect, Place,
};

use crate::effect::Effects;
use crate::problem::problem_of;
use crate::{Part, Phrase, Session};

/// Longest name of a layer, in characters.
const MAX_NAME_CHARS: usize = 80;

/// Something that a person asks of the layers. Ids of layers that are gone do nothing. What names one of several chosen
/// layers is done with all of them ([`Session::chosen_layers`]), as one step; a name is given to one alone, and a group is
/// taken away or flattened by itself.
#[derive(Clone, Debug, PartialEq)]
pub enum LayerEdit {
    /// Paint on this one from now on, and on no other; no step of the history.
    Choose(LayerId),
    /// Choose this one too, or no more, so that what is done next is done with all that are chosen.
    ChooseToo(LayerId),
    /// Choose all rows of the list from the one that was chosen last to this one.
    ChooseUpTo(LayerId),
    /// Fold a group in the list (`true`) or open it.
    Fold(LayerId, bool),
    /// A new one above the active layer.
    Add(LayerKind),
    /// Remove it, with all that is in it.
    Delete(LayerId),
    /// Copy it, with all that is in it.
    Duplicate(LayerId),
    /// Merge it into the one below, or all that are chosen into one.
    MergeDown(LayerId),
    /// Make one layer of a group.
    FlattenGroup(LayerId),
    /// Make one layer of all that is seen but references.
    FlattenAll,
    /// Put it into a new group.
    Group(LayerId),
    /// Take a group away and leave what is in it.
    Ungroup(LayerId),
    /// Make paint of a live picture or a reference.
    Bake(LayerId),
    /// Move it, by dragging.
    Move(LayerId, Place),
    /// Move it one place up (`true`) or down in the list, into and out of groups.
    MoveBy(LayerId, bool),
    /// Give it a name; an empty one takes the name away.
    Rename(LayerId, String),
    /// Opacity, 0 to 1. `is_continued` while a slider is being dragged: all of it is one step.
    Opacity {
        /// The layer.
        layer: LayerId,
        /// 0 to 1.
        opacity: f32,
        /// Whether this goes on with the change before.
        is_continued: bool,
    },
    /// The blend mode.
    Blend(LayerId, BlendMode),
    /// Whether it is seen.
    Visible(LayerId, bool),
    /// Show it and no other, or all that was seen before where it is shown alone.
    Alone(LayerId),
    /// Whether nothing in it may change.
    Locked(LayerId, bool),
    /// Whether paint changes colours only.
    AlphaLocked(LayerId, bool),
    /// Whether it shows only where the layer below has paint.
    Clipped(LayerId, bool),
    /// What it is for; a group stays one.
    Kind(LayerId, LayerKind),
}

impl LayerEdit {
    /// The layer that it is about; the active one where it names none.
    fn layer(&self) -> Option<LayerId> {
        match self {
            Self::Add(_) | Self::FlattenAll => None,
            Self::Choose(id)
            | Self::ChooseToo(id)
            | Self::ChooseUpTo(id)
            | Self::Fold(id, _)
            | Self::Delete(id)
            | Self::Duplicate(id)
            | Self::MergeDown(id)
            | Self::FlattenGroup(id)
            | Self::Group(id)
            | Self::Ungroup(id)
            | Self::Bake(id)
            | Self::Move(id, _)
            | Self::MoveBy(id, _)
            | Self::Rename(id, _)
            | Self::Opacity { layer: id, .. }
            | Self::Blend(id, _)
            | Self::Visible(id, _)
            | Self::Alone(id)
            | Self::Locked(id, _)
            | Self::AlphaLocked(id, _)
            | Self::Clipped(id, _)
            | Self::Kind(id, _) => Some(*id),
        }
    }
    /// Whether it is for one layer whatever else is chosen.
    fn is_for_one(&self) -> bool {
        matches!(
            self,
            Self::Choose(_)
                | Self::ChooseToo(_)
                | Self::ChooseUpTo(_)
                | Self::Fold(..)
                | Self::FlattenGroup(_)
                | Self::Ungroup(_)
                | Self::Rename(..)
                | Self::Alone(_)
        )
    }

    /// The step that setting properties makes, and what is said of it; `None` where it sets none.
    fn property_texts(&self) -> Option<(&'static str, Option<&'static str>)> {
        Some(match self {
            Self::Bake(_) => ("step-layer-bake", Some("said-layer-baked")),
            Self::Rename(..) => ("step-layer-rename", None),
            Self::Opacity { .. } => ("step-layer-opacity", None),
            Self::Blend(..) => ("step-layer-blend", None),
            Self::Visible(_, true) => ("step-layer-show", Some("said-layer-shown")),
            Self::Visible(_, false) => ("step-layer-hide", Some("said-layer-hidden")),
            Self::Locked(_, true) => ("step-layer-lock", Some("said-layer-locked")),
            Self::Locked(_, false) => ("step-layer-unlock", Some("said-layer-unlocked")),
            Self::AlphaLocked(..) => ("step-layer-lock-alpha", None),
            Self::Clipped(..) => ("step-layer-clip", None),
            Self::Kind(..) => ("step-layer-kind", None),
            _ => return None,
        })
    }

    /// Sets what it names.
    fn set(&self, properties: &mut LayerProperties) {
        let is_live = matches!(properties.kind, LayerKind::Reference | LayerKind::Render);
        match self {
            Self::Bake(_) if is_live => properties.kind = LayerKind::Paint,
            Self::Rename(_, text) => properties.name = text.trim().chars().take(MAX_NAME_CHARS).collect(),
            Self::Opacity { opacity, .. } => properties.opacity = *opacity,
            Self::Blend(_, mode) => properties.blend_mode = *mode,
            Self::Visible(_, is_on) => properties.is_visible = *is_on,
            Self::Locked(_, is_on) => properties.is_locked = *is_on,
            // A group has no paint of its own.
            Self::AlphaLocked(_, is_on) if properties.kind != LayerKind::Group => properties.is_alpha_locked = *is_on,
            Self::Clipped(_, is_on) => properties.is_clipped = *is_on,
            Self::Kind(_, kind) => properties.kind = *kind,
            _ => {}
        }
    }
}

/// What is said and written of one layer, and what of several.
const OF_SEVERAL: [(&str, &str); 13] = [
    ("step-layer-delete", "step-layers-delete"),
    ("step-layer-duplicate", "step-layers-duplicate"),
    ("step-layer-merge", "step-layers-merge"),
    ("step-layer-move", "step-layers-move"),
    ("step-layer-show", "step-layers-show"),
    ("step-layer-hide", "step-layers-hide"),
    ("said-layer-deleted", "said-layers-deleted"),
    ("said-layer-duplicated", "said-layers-duplicated"),
    ("said-layer-merged", "said-layers-merged"),
    ("said-layer-grouped", "said-layers-grouped"),
    ("said-layer-moved", "said-layers-moved"),
    ("said-layer-shown", "said-layers-shown"),
    ("said-layer-hidden", "said-layers-hidden"),
];

/// The message for several layers instead of that for one, where there is one.
fn of_several(id: &'static str) -> Option<&'static str> {
    OF_SEVERAL.iter().find(|(one, _)| *one == id).map(|(_, several)| *several)
}

/// What a layer is called: as a person named it, or by its kind and number.
#[must_use]
pub fn layer_name(layer: &Layer) -> Phrase {
    let properties = layer.properties();
    if !properties.name.is_empty() {
        return Phrase::new("layer-named").with("name", properties.name.clone());
    }
    let id = match properties.kind {
        LayerKind::Paint => "layer-unnamed-paint",
        LayerKind::Group => "layer-unnamed-group",
        LayerKind::Reference => "layer-unnamed-reference",
        LayerKind::Render => "layer-unnamed-render",
    };
    Phrase::new(id).with("number", layer.id().number())
}

impl Session {
    /// Whether an edit of the layers would do something now; its button is disabled otherwise.
    #[must_use]
    pub fn is_layer_edit_enabled(&self, edit: &LayerEdit) -> bool {
        let document = &self.document;
        if document.is_stroking() {
            return false;
        }
        let n_layers = document.layers().len();
        let Some(id) = edit.layer() else {
            return match edit {
                LayerEdit::FlattenAll => n_layers > 1,
                _ => n_layers < MAX_LAYERS,
            };
        };
        let Some(layer) = document.layer(id) else { return false };
        let ids = self.meant_by(edit);
        let any = |holds: fn(&Layer) -> bool| ids.iter().filter_map(|id| document.layer(*id)).any(holds);
        match edit {
            LayerEdit::Delete(_) => document.can_delete_layers(&ids) && !any(|layer| layer.properties().is_locked),
            LayerEdit::Duplicate(_) => n_layers < MAX_LAYERS,
            LayerEdit::Alone(_) => n_layers > 1,
            LayerEdit::MergeDown(_) if ids.len() > 1 => document.can_merge_layers(&ids),
            LayerEdit::MergeDown(_) => document.can_merge_down(id),
            LayerEdit::FlattenGroup(_) | LayerEdit::Ungroup(_) => {
                layer.is_group() && n_layers > 1 && !layer.properties().is_locked
            }
            LayerEdit::Group(_) => n_layers < MAX_LAYERS && document.can_group_layers(&ids),
            LayerEdit::Bake(_) => {
                any(|layer| matches!(layer.properties().kind, LayerKind::Reference | LayerKind::Render))
            }
            LayerEdit::Move(_, place) => document.can_move_layers(&ids, *place),
            LayerEdit::MoveBy(_, is_up) => self.place_beside(&ids, *is_up).is_some(),
            LayerEdit::AlphaLocked(..) | LayerEdit::Kind(..) => any(|layer| !layer.is_group()),
            LayerEdit::Fold(..) => layer.is_group(),
            _ => true,
        }
    }

    /// The layers that an edit is for: all that are chosen where it names one of them.
    fn meant_by(&self, edit: &LayerEdit) -> Vec<LayerId> {
        let id = edit.layer().unwrap_or_else(|| self.document.active_layer());
        let chosen = self.chosen_layers();
        if edit.is_for_one() || !chosen.contains(&id) { vec![id] } else { chosen }
    }

    /// Where layers go that are moved one place up (or down): where the uppermost (or lowest) of them would go alone.
    fn place_beside(&self, ids: &[LayerId], is_up: bool) -> Option<Place> {
        let outermost = self.document.outermost_of(ids);
        let first = if is_up { outermost.last() } else { outermost.first() };
        let place = self.document.place_next_to(*first?, is_up)?;
        self.document.can_move_layers(ids, place).then_some(place)
    }

    /// Does what a person asks of the layers.
    pub(crate) fn edit_layers(&mut self, edit: LayerEdit, effects: &mut Effects) {
        if !self.is_layer_edit_enabled(&edit) {
            return;
        }
        let active = self.document.active_layer();
        if !matches!(edit, LayerEdit::Fold(..)) {
            // What is transformed belongs to the layer that it was taken from.
            self.leave_tool(effects);
            effects.repaint(self.document.cancel_preview());
        }
        let said = match self.edit_layer_list(&edit) {
            Some(0) => None,
            Some(n) => Some(Phrase::new("said-layers-chosen").with("layers", n as u32)),
            None => match self.carry_out_layer_edit(&edit, effects) {
                Ok(said) => said,
                Err(error) => return effects.announce(problem_of(&error)),
            },
        };
        if self.document.active_layer() != active {
            self.reveal_active_layer();
        }
        if let Some(said) = said {
            effects.announce(said);
        }
        effects.changed(Part::Layers);
        self.after_document_change(effects);
    }

    /// Returns what to announce.
    fn carry_out_layer_edit(&mut self, edit: &LayerEdit, effects: &mut Effects) -> Result<Option<Phrase>, PaintError> {
        let id = edit.layer().unwrap_or_else(|| self.document.active_layer());
        let ids = self.meant_by(edit);
        let beside = match edit {
            LayerEdit::Move(_, place) => Some(*place),
            LayerEdit::MoveBy(_, is_up) => self.place_beside(&ids, *is_up),
            _ => None,
        };
        let document = &mut self.document;
        let n_layers = document.outermost_of(&ids).len();
        let is_one = ids.len() < 2;
        // What is gone is called by the name it had; what is new by its own.
        let mut name = document.layer(id).map(layer_name);
        let step = |one: &'static str| if is_one { one } else { of_several(one).unwrap_or(one) };
        let dirty;
        let said = match edit {
            LayerEdit::Choose(_) => {
                return Ok(self.choose_one_layer(id).then(|| said_of("said-layer-chosen", name)));
            }
            LayerEdit::Alone(_) => return Ok(Some(self.show_layer_alone(id, effects))),
            LayerEdit::Add(kind) => {
                dirty = document.add_layer("step-layer-add", LayerProperties::of_kind(*kind))?.1;
                name = None;
                "said-layer-added"
            }
            LayerEdit::Delete(_) => {
                self.layer_list.forget_all_but(&ids);
                dirty = document.delete_layers(step("step-layer-delete"), &ids);
                "said-layer-deleted"
            }
            LayerEdit::Duplicate(_) => {
                let copies;
                (copies, dirty) = document.duplicate_layers(step("step-layer-duplicate"), &ids)?;
                self.layer_list.choose_copies(copies);
                "said-layer-duplicated"
            }
            LayerEdit::MergeDown(_) => {
                let label = step("step-layer-merge");
                dirty = if is_one { document.merge_down(label, id) } else { document.merge_layers(label, &ids) };
                name = None;
                "said-layer-merged"
            }
            LayerEdit::FlattenGroup(_) => {
                dirty = document.flatten_group("step-layer-flatten-group", id);
                "said-layer-flattened"
            }
            LayerEdit::FlattenAll => {
                dirty = document.flatten_layers("step-layer-flatten");
                name = None;
                "said-layers-flattened"
            }
            LayerEdit::Group(_) => {
                dirty = document.group_layers("step-layer-group", &ids)?.1;
                "said-layer-grouped"
            }
            LayerEdit::Ungroup(_) => {
                dirty = document.ungroup_layer("step-layer-ungroup", id);
                "said-layer-ungrouped"
            }
            LayerEdit::Move(..) | LayerEdit::MoveBy(..) => {
                let Some(place) = beside else { return Ok(None) };
                dirty = document.move_layers(step("step-layer-move"), &ids, place);
                match edit {
                    LayerEdit::MoveBy(_, true) if is_one => "said-layer-raised",
                    LayerEdit::MoveBy(_, false) if is_one => "said-layer-lowered",
                    _ => "said-layer-moved",
                }
            }
            _ => {
                let Some((label, said)) = edit.property_texts() else { return Ok(None) };
                let is_continued = matches!(edit, LayerEdit::Opacity { is_continued: true, .. });
                let mut set = |properties: &mut LayerProperties| edit.set(properties);
                effects.repaint(document.change_layer_properties(step(label), &ids, &mut set, is_continued));
                let Some(said) = said else { return Ok(None) };
                dirty = PixelRect::EMPTY;
                said
            }
        };
        effects.repaint(dirty);
        if let (false, Some(said)) = (is_one, of_several(said)) {
            return Ok(Some(Phrase::new(said).with("layers", n_layers as u32)));
        }
        let name = name.or_else(|| self.document.layer(self.document.active_layer()).map(layer_name));
        Ok(Some(said_of(said, name)))
    }

    /// Takes steps back, or does them again, until `position` of [`underpaint_paint::Document::history_labels`] are done.
    pub(crate) fn jump_to(&mut self, position: usize, effects: &mut Effects) {
        if self.document.is_stroking() || self.document.history_position() == position {
            return;
        }
        // What is not a step yet is what the way back begins with.
        self.cancel_tool(effects);
        effects.repaint(self.document.cancel_preview());
        effects.repaint(self.document.jump_to(position));
        self.after_document_change(effects);
        match self.document.undo_label() {
            Some(label) => effects.announce(Phrase::new("said-history-at").with("step", label)),
            None => effects.announce("said-history-at-start"),
        }
    }

    /// Says why the active layer cannot be painted on, if so. Returns whether it cannot.
    pub(crate) fn say_obstacle(&mut self, effects: &mut Effects) -> bool {
        let said = match self.document.obstacle(self.document.active_layer()) {
            None => return false,
            Some(Obstacle::Locked) => "said-obstacle-locked",
            Some(Obstacle::Hidden) => "said-obstacle-hidden",
            Some(Obstacle::Group | Obstacle::Missing) => "said-obstacle-group",
        };
        effects.announce(said);
        true
    }
}

/// A message about a layer.
fn said_of(said: &'static str, name: Option<Phrase>) -> Phrase {
    match name {
        Some(name) => Phrase::new(said).with("layer", name),
        None => Phrase::new(said),
    }
}
