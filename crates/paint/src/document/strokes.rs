//! Strokes on the active layer.

use super::{Document, StrokeUnderWay};
use crate::change::Change;
use crate::stroke::{Finished, Stroke, Surface};
use crate::{BrushSettings, LayerKind, PixelRect, StrokeMode, StrokeSample, Symmetry};

impl Document {
    /// Starts a stroke on the active layer with its first dab. A stroke that is still under way is ended first.
    ///
    /// `label` is the id of the message that names the step, for example "step-brush-stroke". A place that is not a number
    /// starts nothing, nor does a layer with an [`Document::obstacle`].
    pub fn begin_stroke(
        &mut self,
        brush: BrushSettings,
        mode: StrokeMode,
        label: &'static str,
        first: StrokeSample,
    ) -> PixelRect {
        self.begin_repeated_stroke(brush, mode, label, first, &Symmetry::default())
    }

    /// Starts a stroke that a symmetry repeats: all of them are one step. See [`Document::begin_stroke`].
    pub fn begin_repeated_stroke(
        &mut self,
        brush: BrushSettings,
        mode: StrokeMode,
        label: &'static str,
        first: StrokeSample,
        symmetry: &Symmetry,
    ) -> PixelRect {
        let ended = self.end_stroke();
        let id = self.state.active;
        if self.obstacle(id).is_some() {
            return ended;
        }
        let before = self.revisions;
        let Some(layer) = self.layer(id) else { return ended };
        let stroke = Stroke::begin(brush, mode, label, first, symmetry.copies(), &layer.raster);
        self.stroke = stroke.map(|stroke| StrokeUnderWay { stroke, layer: id, before });
        ended.union(self.lay_dabs())
    }

    /// Continues the stroke through more samples, in their order. Nothing happens without a stroke.
    ///
    /// The path into the last sample shows with the next call: its curve depends on where the pointer goes from there.
    pub fn extend_stroke(&mut self, samples: &[StrokeSample]) -> PixelRect {
        let Some(under_way) = &mut self.stroke else { return PixelRect::EMPTY };
        under_way.stroke.extend(samples);
        self.lay_dabs()
    }

    /// Ends the stroke at its last sample and makes it one step of the history (none when it changed no pixel).
    pub fn end_stroke(&mut self) -> PixelRect {
        let cancelled = self.cancel_preview();
        let Some(under_way) = &mut self.stroke else { return cancelled };
        under_way.stroke.finish_path();
        let shown = self.lay_dabs().union(cancelled);
        let Some(StrokeUnderWay { stroke, layer: id, before }) = self.stroke.take() else { return shown };
        let Some(layer) = self.state.layer_mut(id) else { return shown };
        let Finished { label, tiles, dirty } = stroke.finish(&mut layer.raster);
        if tiles.is_empty() {
            self.revisions = before;
        } else {
            self.push_step(label, vec![Change::Tiles { layer: id, tiles }], before, dirty);
        }
        shown
    }

    /// Takes the stroke under way back, as if it had never begun.
    pub fn cancel_stroke(&mut self) -> PixelRect {
        let Some(StrokeUnderWay { stroke, layer, before }) = self.stroke.take() else { return PixelRect::EMPTY };
        self.revisions = before;
        self.state.layer_mut(layer).map_or(PixelRect::EMPTY, |layer| stroke.cancel(&mut layer.raster))
    }

    /// Whether a stroke is under way.
    #[must_use]
    pub fn is_stroking(&self) -> bool {
        self.stroke.is_some()
    }

    /// Brings the dabs that the path has laid onto the canvas.
    fn lay_dabs(&mut self) -> PixelRect {
        let bounds = self.bounds();
        let selection = self.shared_selection();
        let Some(under_way) = &mut self.stroke else { return PixelRect::EMPTY };
        let Some(layer) = self.state.layer_mut(under_way.layer) else { return PixelRect::EMPTY };
        let surface =
            Surface { bounds, selection: selection.as_deref(), is_alpha_locked: layer.properties.is_alpha_locked };
        let dirty = under_way.stroke.lay(&mut layer.raster, surface);
        let is_rendered = !matches!(layer.properties.kind, LayerKind::Reference | LayerKind::Render);
        if !dirty.is_empty() {
            self.advance(is_rendered);
        }
        dirty
    }
}
