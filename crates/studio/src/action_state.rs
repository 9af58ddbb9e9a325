//! What the button of an action shows: whether it would do something now, and whether it is on.

use crate::{Action, LayerEdit, LiveState, Session, StageMode};

impl Session {
    /// Whether an action would do something now; its button is disabled otherwise.
    #[must_use]
    pub fn is_enabled(&self, action: Action) -> bool {
        let is_idle = !self.is_stroking();
        match action {
            Action::Undo => is_idle && self.undo_label().is_some(),
            Action::Redo => is_idle && self.redo_label().is_some(),
            Action::Clear => {
                let active = self.document.active_layer();
                let is_painted = self.document.layer(active).is_some_and(|layer| !layer.raster().is_blank());
                is_idle && is_painted && self.document.obstacle(active).is_none()
            }
            Action::Keep | Action::KeepAsLayer => is_idle && self.engine.picture.is_some(),
            Action::SavePicture => self.engine.picture.is_some(),
            Action::Cancel => self.can_cancel() || self.has_tool_under_way(),
            Action::Apply => self.has_tool_under_way(),
            Action::Deselect | Action::InvertSelection => self.document.selection().is_some(),
            Action::PauseLive => self.live.state != LiveState::Off,
            Action::LayerAlone => self.is_layer_edit_enabled(&LayerEdit::Alone(self.document.active_layer())),
            Action::AddToQueue => self.queue.room() > 0,
            Action::ToggleSnap => !self.tools.options.guides.vanishing_points.is_empty(),
            Action::ToggleGuideHandles => {
                self.symmetry_number() > 0 || !self.tools.options.guides.vanishing_points.is_empty()
            }
            _ => true,
        }
    }

    /// Whether a toggle is on: the chosen tool, the seed's lock, the help (for `aria-pressed`).
    #[must_use]
    pub fn is_pressed(&self, action: Action) -> bool {
        match action {
            Action::MirrorView => self.view.is_mirrored(),
            Action::Symmetry(number) => self.symmetry_number() == number,
            Action::Perspective(n) => self.tools.options.guides.vanishing_points.len() == usize::from(n),
            Action::ToggleThirds => self.tools.options.guides.shows_thirds,
            Action::ToggleSnap => self.tools.options.guides.snaps,
            Action::ToggleGuideHandles => self.tools.options.moves_guides,
            Action::ToggleSeedLock => self.form.is_seed_locked,
            Action::ToggleLive => self.live.state != LiveState::Off,
            Action::PauseLive => self.live.state == LiveState::Paused,
            Action::LayerAlone => self.is_layer_alone(self.document.active_layer()),
            Action::ToggleHelp => self.is_help_open,
            Action::TogglePalette => self.is_palette_open,
            Action::ToggleSettings => self.is_settings_open,
            Action::ToggleDocks => !self.settings.are_docks_hidden,
            Action::ShowSideBySide => self.settings.stage.mode == StageMode::SideBySide,
            Action::ShowWipe => self.settings.stage.mode == StageMode::Wipe,
            Action::ShowUnder => self.settings.stage.mode == StageMode::Under,
            Action::ShowSketch => self.settings.stage.mode == StageMode::Sketch,
            Action::ShowPicture => self.settings.stage.mode == StageMode::Picture,
            _ => self.tool.action() == action,
        }
    }
}
