//! The document: a tree of layers, a selection, a painted strength, its history and the stroke under way.
//!
//! Everything that changes it is a named step of the history: strokes in `strokes`, everything else through
//! `Document::transact`, which compares what was with what is and keeps only what differs.

mod canvas;
mod layers;
mod masks;
mod memory;
mod parts;
mod pictures;
mod previews;
mod several;
mod sketch;
mod strokes;
mod thumbnails;

use std::cell::RefCell;
use std::sync::Arc;

pub use layers::Place;
pub use masks::NEUTRAL_STRENGTH;
pub use parts::{DocumentParts, LayerParts};
pub use sketch::FlatSketch;
pub use thumbnails::Thumbnail;
pub(crate) use thumbnails::sample_places;

use crate::backdrop::Backdrop;
use crate::change::{Change, changes_between, effect_of};
use crate::history::{History, Revisions, Step, UNDO_LIMIT_BYTES};
use crate::image::check_size;
use crate::layer::parent_of;
use crate::state::State;
use crate::stroke::Stroke;
use crate::{Layer, LayerId, LayerProperties, Mask, Obstacle, PaintError, PixelRect, Raster};

/// Longest edge of a document or picture, in pixels.
pub const MAX_EDGE_PX: u32 = 4096;

/// A painting: layers, a selection, undo and redo, and at most one stroke under way.
///
/// Every method that changes what is seen returns the rectangle to show again (empty when nothing changed). A stroke that
/// is under way is ended first by everything but undo and redo, which wait for it.
pub struct Document {
    state: State,
    history: History,
    revisions: Revisions,
    last_revision: u64,
    last_layer_id: u32,
    undo_limit_bytes: usize,
    stroke: Option<StrokeUnderWay>,
    backdrop: RefCell<Backdrop>,
    preview: Option<previews::Preview>,
}

/// A stroke, where it is, and what was before it.
struct StrokeUnderWay {
    stroke: Stroke,
    layer: LayerId,
    before: Revisions,
}

impl std::fmt::Debug for Document {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let State { width, height, layers, .. } = &self.state;
        write!(formatter, "Document({width} × {height}, {} layers, revision {})", layers.len(), self.revisions.rendered)
    }
}

impl Document {
    /// An unpainted document with one layer.
    ///
    /// # Errors
    /// [`PaintError::Size`] when an edge is 0 or above [`MAX_EDGE_PX`].
    pub fn new(width: u32, height: u32) -> Result<Self, PaintError> {
        check_size(width, height)?;
        let (id, raster) = (LayerId(1), Raster::new(width, height));
        let layer = Layer { id, depth: 0, properties: LayerProperties::default(), raster };
        let state = State { width, height, layers: vec![layer], active: id, selection: None, strength_map: None };
        Ok(Self::of_state(state, 1))
    }

    fn of_state(state: State, last_layer_id: u32) -> Self {
        let (history, revisions) = (History::new(), Revisions::default());
        Self {
            state,
            history,
            revisions,
            last_revision: 0,
            last_layer_id,
            undo_limit_bytes: UNDO_LIMIT_BYTES,
            stroke: None,
            backdrop: RefCell::default(),
            preview: None,
        }
    }

    /// Width in pixels.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.state.width
    }

    /// Height in pixels.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.state.height
    }

    /// All pixels.
    #[must_use]
    pub fn bounds(&self) -> PixelRect {
        self.state.bounds()
    }

    /// Moves with every change of what is rendered ([`crate::Content::Rendered`]), and returns to its former value with
    /// undo: equal revisions of one document mean equal pictures for the model. A new document has revision 0. Names,
    /// the selection, references and live pictures do not move it.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revisions.rendered
    }

    /// The same for everything that undo brings back: equal numbers of one document mean that there is nothing to save.
    #[must_use]
    pub fn state_number(&self) -> u64 {
        self.revisions.state
    }

    /// Whether nothing is painted on any layer. While an eraser is at work the answer may come late.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.state.layers.iter().all(|layer| layer.raster.is_blank())
    }

    /// All layers from the bottom up; see [`Layer`] for how groups stand in the list.
    #[must_use]
    pub fn layers(&self) -> &[Layer] {
        &self.state.layers
    }

    /// A layer by its id.
    #[must_use]
    pub fn layer(&self, id: LayerId) -> Option<&Layer> {
        self.state.index_of(id).map(|at| &self.state.layers[at])
    }

    /// The layer that is painted on, or the group that was chosen.
    #[must_use]
    pub fn active_layer(&self) -> LayerId {
        self.state.active
    }

    /// Chooses a layer; no step of the history. Returns whether another one is active now.
    pub fn set_active_layer(&mut self, id: LayerId) -> bool {
        let is_other = self.state.active != id && self.layer(id).is_some();
        if is_other {
            self.end_stroke();
            self.state.active = id;
            self.backdrop.get_mut().clear();
        }
        is_other
    }

    /// What keeps a layer from being painted on; `None` when nothing does.
    #[must_use]
    pub fn obstacle(&self, id: LayerId) -> Option<Obstacle> {
        let layers = &self.state.layers;
        let Some(mut at) = self.state.index_of(id) else { return Some(Obstacle::Missing) };
        if layers[at].is_group() {
            return Some(Obstacle::Group);
        }
        loop {
            let properties = &layers[at].properties;
            if properties.is_locked {
                return Some(Obstacle::Locked);
            }
            if !properties.is_visible {
                return Some(Obstacle::Hidden);
            }
            match parent_of(layers, at) {
                Some(parent) => at = parent,
                None => return None,
            }
        }
    }

    /// Changes the pixels of a layer as one undoable step; the one entry for tools.
    ///
    /// `change` gets the pixels and the selection, whose coverage (0 to 255) is to multiply the change, and returns the
    /// rectangle that it touched. Where alpha is locked, alpha is put back afterwards. Nothing happens where there is an
    /// [`Document::obstacle`]; no step is made when no pixel changed. Returns what to show again.
    pub fn edit(
        &mut self,
        label: &'static str,
        layer: LayerId,
        change: impl FnOnce(&mut Raster, Option<&Mask>) -> PixelRect,
    ) -> PixelRect {
        let mut change = Some(change);
        self.edit_layers(label, &[layer], &mut |_, raster, selection| match change.take() {
            Some(change) => change(raster, selection),
            None => PixelRect::EMPTY,
        })
    }

    /// The same for several layers at once: `change` is called for each that can be painted on.
    pub fn edit_layers(
        &mut self,
        label: &'static str,
        layers: &[LayerId],
        change: &mut dyn FnMut(LayerId, &mut Raster, Option<&Mask>) -> PixelRect,
    ) -> PixelRect {
        let ended = self.end_stroke();
        let editable: Vec<_> = layers.iter().copied().filter(|id| self.obstacle(*id).is_none()).collect();
        if editable.is_empty() {
            return ended;
        }
        let edited = self.transact(label, |state| {
            let selection = state.selection.clone();
            for id in editable {
                let Some(layer) = state.layer_mut(id) else { continue };
                let before = layer.properties.is_alpha_locked.then(|| layer.raster.clone());
                change(id, &mut layer.raster, selection.as_deref());
                if let Some(before) = before {
                    layer.raster.restore_alpha(&before);
                }
                layer.raster.tidy();
            }
        });
        ended.union(edited)
    }

    /// Changes the state as one step, and keeps what differs. Returns what to show again. No stroke may be under way.
    fn transact(&mut self, label: &'static str, change: impl FnOnce(&mut State)) -> PixelRect {
        let mut change = Some(change);
        self.transact_once(label, &mut |state| {
            if let Some(change) = change.take() {
                change(state);
            }
        })
    }

    /// The same, compiled once for all kinds of changes.
    fn transact_once(&mut self, label: &'static str, change: &mut dyn FnMut(&mut State)) -> PixelRect {
        let before = self.state.clone();
        change(&mut self.state);
        let changes = changes_between(&before, &self.state);
        if changes.is_empty() {
            return PixelRect::EMPTY;
        }
        let (dirty, is_render_changed) = effect_of(&changes, &before, &self.state);
        if !matches!(changes.as_slice(), [Change::Tiles { layer, .. }] if *layer == self.state.active) {
            self.backdrop.get_mut().clear();
        }
        // The history packs only what nobody else holds.
        drop(before);
        self.push_step(label, changes, self.revisions, dirty);
        self.pack_loose(usize::MAX, memory::MOST_LOOSE_BYTES);
        self.advance(is_render_changed);
        dirty
    }

    fn push_step(&mut self, label: &'static str, changes: Vec<Change>, before: Revisions, dirty: PixelRect) {
        self.history.push(Step::new(label, changes, before, dirty));
        self.share_memory();
    }

    /// Takes revisions that have never been used.
    fn advance(&mut self, is_render_changed: bool) {
        self.last_revision += 1;
        self.revisions.state = self.last_revision;
        if is_render_changed {
            self.revisions.rendered = self.last_revision;
        }
    }

    /// Whether undo and redo have to wait: for the end of a stroke, or until a preview is taken back.
    fn is_busy(&self) -> bool {
        self.is_stroking() || self.is_previewing()
    }

    /// Takes the last step back. Nothing happens while a stroke is under way or a preview shown.
    pub fn undo(&mut self) -> PixelRect {
        self.cross(true)
    }

    /// Does the step again that was taken back last. Nothing happens while a stroke is under way.
    pub fn redo(&mut self) -> PixelRect {
        self.cross(false)
    }

    fn cross(&mut self, is_back: bool) -> PixelRect {
        if self.is_busy() {
            return PixelRect::EMPTY;
        }
        if self.history.next(is_back).is_some_and(|step| step.only_painted() != Some(self.state.active)) {
            self.backdrop.get_mut().clear();
        }
        if is_back {
            self.history.undo(&mut self.state, &mut self.revisions)
        } else {
            self.history.redo(&mut self.state, &mut self.revisions)
        }
    }

    /// The name of the step that undo would take back.
    #[must_use]
    pub fn undo_label(&self) -> Option<&'static str> {
        self.history.undo_label()
    }

    /// The name of the step that redo would do again.
    #[must_use]
    pub fn redo_label(&self) -> Option<&'static str> {
        self.history.redo_label()
    }

    /// The names of all steps in the order in which they were done, those that were taken back at the end.
    #[must_use]
    pub fn history_labels(&self) -> Vec<&'static str> {
        self.history.labels().0.collect()
    }

    /// How many of [`Document::history_labels`] are done; the rest was taken back.
    #[must_use]
    pub fn history_position(&self) -> usize {
        self.history.labels().1
    }

    /// Takes steps back or does them again until `position` of them are done (as many as there are, where there are not so
    /// many). Nothing happens while a stroke is under way.
    pub fn jump_to(&mut self, position: usize) -> PixelRect {
        let mut dirty = PixelRect::EMPTY;
        while !self.is_busy() && self.history_position() != position {
            let is_back = self.history_position() > position;
            if !is_back && self.redo_label().is_none() {
                break;
            }
            dirty = dirty.union(if is_back { self.undo() } else { self.redo() });
        }
        dirty.intersection(self.bounds())
    }

    /// What is selected; `None` when nothing is, and everything may change.
    #[must_use]
    pub fn selection(&self) -> Option<&Mask> {
        self.state.selection.as_deref()
    }

    /// How free the model is in each pixel, where that was painted; `None` when the form's strength holds everywhere.
    #[must_use]
    pub fn strength_map(&self) -> Option<&Mask> {
        self.state.strength_map.as_deref()
    }

    /// A share of [`Document::strength_map`] that outlives changes of the document; the same one as long as it holds.
    #[must_use]
    pub fn shared_strength_map(&self) -> Option<Arc<Mask>> {
        self.state.strength_map.clone()
    }

    /// A share of the selection that outlives changes of the document; the same one as long as it holds.
    #[must_use]
    pub fn shared_selection(&self) -> Option<Arc<Mask>> {
        self.state.selection.clone()
    }
}
