//! What a person does with layers and with the history.

use underpaint_paint::{
    BlendMode, Layer, LayerId, LayerKind, LayerProperties, MAX_LAYERS, Obstacle, PaintError, PixelRect, Place,
};

use crate::effect::Effects;
use crate::{Part, Phrase, Session};

/// Longest name of a layer, in characters.
const MAX_NAME_CHARS: usize = 80;

/// Something that a person asks of the layers. Ids of layers that are gone do nothing.
#[derive(Clone, Debug, PartialEq)]
pub enum LayerEdit {
    /// Paint on this one from now on; no step of the history.
    Choose(LayerId),
    /// A new one above the active layer.
    Add(LayerKind),
    /// Remove it, with all that is in it.
    Delete(LayerId),
    /// Copy it, with all that is in it.
    Duplicate(LayerId),
    /// Merge it into the one below.
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
            | Self::Locked(id, _)
            | Self::AlphaLocked(id, _)
            | Self::Clipped(id, _)
            | Self::Kind(id, _) => Some(*id),
        }
    }
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
        match edit {
            LayerEdit::Delete(_) => document.can_delete_layer(id) && !layer.properties().is_locked,
            LayerEdit::Duplicate(_) => n_layers < MAX_LAYERS,
            LayerEdit::MergeDown(_) => document.can_merge_down(id),
            LayerEdit::FlattenGroup(_) | LayerEdit::Ungroup(_) => {
                layer.is_group() && n_layers > 1 && !layer.properties().is_locked
            }
            LayerEdit::Group(_) => n_layers < MAX_LAYERS && layer.depth() < underpaint_paint::MAX_DEPTH,
            LayerEdit::Bake(_) => matches!(layer.properties().kind, LayerKind::Reference | LayerKind::Render),
            LayerEdit::Move(_, place) => document.can_move_layer(id, *place),
            LayerEdit::MoveBy(_, is_up) => document.place_next_to(id, *is_up).is_some(),
            LayerEdit::AlphaLocked(..) | LayerEdit::Kind(..) => !layer.is_group(),
            _ => true,
        }
    }

    /// Does what a person asks of the layers.
    pub(crate) fn edit_layers(&mut self, edit: LayerEdit, effects: &mut Effects) {
        if !self.is_layer_edit_enabled(&edit) {
            return;
        }
        // What is transformed belongs to the layer that it was taken from.
        self.leave_tool(effects);
        effects.repaint(self.document.cancel_preview());
        let (said, named) = match self.carry_out_layer_edit(&edit, effects) {
            Ok(said) => said,
            Err(error) => return effects.announce(Phrase::sentence(error.to_string())),
        };
        if let Some(said) = said {
            // What is gone is called by the name it had; what is new by its own.
            let name = named.or_else(|| self.document.layer(self.document.active_layer()).map(layer_name));
            effects.announce(match name {
                Some(name) => Phrase::new(said).with("layer", name),
                None => Phrase::new(said),
            });
        }
        effects.changed(Part::Layers);
        self.after_document_change(effects);
    }

    /// Returns the message to announce, and the name in it where it is not the active layer's.
    fn carry_out_layer_edit(
        &mut self,
        edit: &LayerEdit,
        effects: &mut Effects,
    ) -> Result<(Option<&'static str>, Option<Phrase>), PaintError> {
        let document = &mut self.document;
        let id = edit.layer().unwrap_or_else(|| document.active_layer());
        let name = document.layer(id).map(layer_name);
        let mut dirty = PixelRect::EMPTY;
        let said = match edit {
            LayerEdit::Choose(_) => {
                if !document.set_active_layer(id) {
                    return Ok((None, None));
                }
                (Some("said-layer-chosen"), name)
            }
            LayerEdit::Add(kind) => {
                dirty = document.add_layer("step-layer-add", LayerProperties::of_kind(*kind))?.1;
                (Some("said-layer-added"), None)
            }
            LayerEdit::Delete(_) => {
                dirty = document.delete_layer("step-layer-delete", id);
                (Some("said-layer-deleted"), name)
            }
            LayerEdit::Duplicate(_) => {
                dirty = document.duplicate_layer("step-layer-duplicate", id)?.1;
                (Some("said-layer-duplicated"), name)
            }
            LayerEdit::MergeDown(_) => {
                dirty = document.merge_down("step-layer-merge", id);
                (Some("said-layer-merged"), None)
            }
            LayerEdit::FlattenGroup(_) => {
                dirty = document.flatten_group("step-layer-flatten-group", id);
                (Some("said-layer-flattened"), name)
            }
            LayerEdit::FlattenAll => {
                dirty = document.flatten_layers("step-layer-flatten");
                (Some("said-layers-flattened"), None)
            }
            LayerEdit::Group(_) => {
                dirty = document.group_layer("step-layer-group", id)?.1;
                (Some("said-layer-grouped"), name)
            }
            LayerEdit::Ungroup(_) => {
                dirty = document.ungroup_layer("step-layer-ungroup", id);
                (Some("said-layer-ungrouped"), name)
            }
            LayerEdit::Move(_, place) => {
                dirty = document.move_layer("step-layer-move", id, *place);
                (Some("said-layer-moved"), name)
            }
            LayerEdit::MoveBy(_, is_up) => {
                if let Some(place) = document.place_next_to(id, *is_up) {
                    dirty = document.move_layer("step-layer-move", id, place);
                }
                (Some(if *is_up { "said-layer-raised" } else { "said-layer-lowered" }), name)
            }
            _ => {
                let Some(layer) = document.layer(id) else { return Ok((None, None)) };
                let mut properties = layer.properties().clone();
                let mut is_continued = false;
                let (label, said) = match edit {
                    LayerEdit::Bake(_) => {
                        properties.kind = LayerKind::Paint;
                        ("step-layer-bake", Some("said-layer-baked"))
                    }
                    LayerEdit::Rename(_, text) => {
                        properties.name = text.trim().chars().take(MAX_NAME_CHARS).collect();
                        ("step-layer-rename", None)
                    }
                    LayerEdit::Opacity { opacity, is_continued: goes_on, .. } => {
                        (properties.opacity, is_continued) = (*opacity, *goes_on);
                        ("step-layer-opacity", None)
                    }
                    LayerEdit::Blend(_, mode) => {
                        properties.blend_mode = *mode;
                        ("step-layer-blend", None)
                    }
                    LayerEdit::Visible(_, is_on) => {
                        properties.is_visible = *is_on;
                        let said = if *is_on { "said-layer-shown" } else { "said-layer-hidden" };
                        (if *is_on { "step-layer-show" } else { "step-layer-hide" }, Some(said))
                    }
                    LayerEdit::Locked(_, is_on) => {
                        properties.is_locked = *is_on;
                        let said = if *is_on { "said-layer-locked" } else { "said-layer-unlocked" };
                        (if *is_on { "step-layer-lock" } else { "step-layer-unlock" }, Some(said))
                    }
                    LayerEdit::AlphaLocked(_, is_on) => {
                        properties.is_alpha_locked = *is_on;
                        ("step-layer-lock-alpha", None)
                    }
                    LayerEdit::Clipped(_, is_on) => {
                        properties.is_clipped = *is_on;
                        ("step-layer-clip", None)
                    }
                    LayerEdit::Kind(_, kind) => {
                        properties.kind = *kind;
                        ("step-layer-kind", None)
                    }
                    _ => return Ok((None, None)),
                };
                dirty = document.set_layer_properties(label, id, properties, is_continued);
                (said, name)
            }
        };
        effects.repaint(dirty);
        Ok(said)
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
