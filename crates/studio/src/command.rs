//! What buttons, keys and fields do.

use underpaint_paint::{
    BrushInput, BrushParameter, BrushSettings, MAX_SIZE_PX, MIN_SIZE_PX, Paper, ResponseCurve, RgbaImage,
};

use crate::effect::Effects;
use crate::form::{MAX_CLIP_SKIP, MAX_GUIDANCE, MAX_STEPS};
use crate::gesture::Gesture;
use crate::{
    Action, BrushEdit, ColourEdit, Effect, FormEdit, KeepAs, KeyEvent, KeyFocus, LiveState, MAX_PICTURE_EDGE_PX,
    MAX_VARIATIONS, MIN_PICTURE_EDGE_PX, Part, Phrase, Session, StageMode, Tool, ViewPoint,
};

/// How much a press of a key zooms.
const ZOOM_STEP: f32 = 1.25;
/// How far a press of a key turns the view, in degrees.
const TURN_STEP_DEGREES: f32 = 15.0;

impl Session {
    pub(crate) fn on_key_down(&mut self, key: &KeyEvent, effects: &mut Effects) {
        if let Some(action) = self.recording {
            if key.key != "Tab" {
                self.record_key(action, key, effects);
            }
            return;
        }
        if self.on_tool_key(key, effects) {
            return;
        }
        if self.is_canvas_key(key) {
            return self.on_canvas_key(key, effects);
        }
        if matches!(key.focus, KeyFocus::Page | KeyFocus::Canvas) {
            match key.key.as_str() {
                "Alt" => return self.set_alt(true, effects),
                " " => return self.set_space(true, effects),
                _ => {}
            }
        }
        let Some(action) = self.settings.keymap.action_for(key) else { return };
        let may_repeat = matches!(
            action,
            Action::SmallerBrush
                | Action::LargerBrush
                | Action::SofterBrush
                | Action::HarderBrush
                | Action::Undo
                | Action::Redo
                | Action::ZoomIn
                | Action::ZoomOut
                | Action::TurnViewRight
                | Action::TurnViewLeft
        );
        if !key.is_repeat || may_repeat {
            self.act(action, effects);
        }
    }

    pub(crate) fn on_key_up(&mut self, key: &KeyEvent, effects: &mut Effects) {
        // Whatever has the focus by now: a key that came up is no longer held.
        match key.key.as_str() {
            "Alt" => self.set_alt(false, effects),
            " " => self.set_space(false, effects),
            _ => {}
        }
    }

    pub(crate) fn on_blur(&mut self, effects: &mut Effects) {
        self.set_alt(false, effects);
        self.set_space(false, effects);
        self.finish_gesture(effects);
        self.leave_keyboard_cursor(effects);
        self.set_hover(None, effects);
    }

    fn set_space(&mut self, is_held: bool, effects: &mut Effects) {
        if self.is_space_held != is_held {
            self.is_space_held = is_held;
            effects.changed(Part::Cursor);
        }
    }

    /// Does what an action asks for; an action that is not enabled says why, or does nothing.
    pub(crate) fn act(&mut self, action: Action, effects: &mut Effects) {
        match action {
            Action::SmallerBrush => {
                let size_px = self.brush().size_px;
                self.edit_brush(BrushEdit::SizePx((size_px / 1.15).round().min(size_px - 1.0)), effects);
            }
            Action::LargerBrush => {
                let size_px = self.brush().size_px;
                self.edit_brush(BrushEdit::SizePx((size_px * 1.15).round().max(size_px + 1.0)), effects);
            }
            Action::SofterBrush => self.step_hardness(-1.0, effects),
            Action::HarderBrush => self.step_hardness(1.0, effects),
            Action::Opacity(tenths) => {
                self.edit_brush(BrushEdit::Opacity(f32::from(tenths.clamp(1, 10)) / 10.0), effects);
                effects.announce(action.label());
            }
            Action::SwapColours => {
                self.colours.swap();
                effects.changed(Part::Colours);
            }
            Action::ResetColours => {
                self.colours.reset();
                effects.changed(Part::Colours);
            }
            // What is not a step yet is what undo takes back first.
            Action::Undo if self.cancel_tool(effects) => {}
            Action::Undo => {
                if let (true, Some(label)) = (self.is_enabled(action), self.undo_label()) {
                    self.undo(effects);
                    self.note_canvas_size(effects);
                    self.after_document_change(effects);
                    effects.announce(Phrase::new("said-undid").with("step", label));
                }
            }
            Action::Redo => {
                if let (true, Some(label)) = (self.is_enabled(action), self.redo_label()) {
                    self.leave_tool(effects);
                    self.redo(effects);
                    self.note_canvas_size(effects);
                    self.after_document_change(effects);
                    effects.announce(Phrase::new("said-redid").with("step", label));
                }
            }
            Action::Clear => {
                if self.is_enabled(action) {
                    effects.repaint(self.document.clear());
                    self.after_document_change(effects);
                    effects.announce("said-cleared");
                }
            }
            Action::Render => self.render(effects),
            Action::AddToQueue => self.add_to_queue(effects),
            Action::Cancel => self.cancel(effects),
            Action::Keep => self.keep_in_place(effects),
            Action::KeepAsLayer => self.keep(KeepAs::NewLayer, effects),
            Action::ToggleLive => {
                let state = if self.live.state == LiveState::Off { LiveState::On } else { LiveState::Off };
                self.set_live(state, effects);
            }
            Action::PauseLive => match self.live.state {
                LiveState::On => self.set_live(LiveState::Paused, effects),
                LiveState::Paused => self.set_live(LiveState::On, effects),
                LiveState::Off => {}
            },
            Action::OpenFile => effects.push(Effect::OpenFile),
            Action::Save | Action::SaveAs => {
                effects.push(Effect::SaveDocument { asks: action == Action::SaveAs });
            }
            Action::SavePicture => self.save_picture(effects),
            Action::SaveSketch => {
                let (width, height) = (self.document.width(), self.document.height());
                if let Ok(image) = self.document.flatten(width, height, Paper::White) {
                    effects.push(Effect::SavePng { image, file_name: "sketch.png".into() });
                }
            }
            Action::ToggleSeedLock => self.edit_form(FormEdit::SeedLocked(!self.form.is_seed_locked), effects),
            Action::NewSeed => {
                self.form.seed = self.new_seed();
                effects.changed(Part::Form);
                effects.changed(Part::Status);
            }
            Action::ZoomIn => self.change_view(effects, |session, centre| session.view.zoom_about(centre, ZOOM_STEP)),
            Action::ZoomOut => {
                self.change_view(effects, |session, centre| session.view.zoom_about(centre, 1.0 / ZOOM_STEP));
            }
            Action::ActualSize => self.change_view(effects, |session, _| session.view.actual_size()),
            Action::FitView => self.change_view(effects, |session, _| session.view.fit()),
            Action::MirrorView => self.change_view(effects, |session, _| session.view.mirror()),
            Action::TurnViewRight => {
                self.change_view(effects, |session, centre| session.view.turn_about(centre, TURN_STEP_DEGREES));
            }
            Action::TurnViewLeft => {
                self.change_view(effects, |session, centre| session.view.turn_about(centre, -TURN_STEP_DEGREES));
            }
            Action::StraightenView => self.change_view(effects, |session, _| session.view.set_degrees(0.0)),
            Action::ShowSideBySide => self.show_stage(StageMode::SideBySide, effects),
            Action::ShowWipe => self.show_stage(StageMode::Wipe, effects),
            Action::ShowUnder => self.show_stage(StageMode::Under, effects),
            Action::ShowSketch => self.show_stage(StageMode::Sketch, effects),
            Action::ShowPicture => self.show_stage(StageMode::Picture, effects),
            Action::NextView => self.show_stage(self.settings.stage.mode.next(), effects),
            Action::ToggleDocks => self.toggle_docks(effects),
            Action::ToggleSettings => self.toggle_settings(effects),
            Action::ToggleHelp => {
                self.is_help_open = !self.is_help_open;
                effects.changed(Part::Help);
            }
            Action::TogglePalette => self.toggle_palette(effects),
            Action::Symmetry(_)
            | Action::Perspective(_)
            | Action::ToggleThirds
            | Action::ToggleSnap
            | Action::ToggleGuideHandles => self.act_on_guides(action, effects),
            _ => self.act_on_tools(action, effects),
        }
    }

    fn change_view(&mut self, effects: &mut Effects, change: impl FnOnce(&mut Self, ViewPoint)) {
        if self.gesture == Gesture::Ready {
            change(self, self.view.view_centre());
            effects.changed(Part::View);
            effects.changed(Part::Cursor);
        }
    }

    fn step_hardness(&mut self, tenths: f32, effects: &mut Effects) {
        let hardness = (self.brush().hardness * 10.0 + tenths).round() / 10.0;
        self.edit_brush(BrushEdit::Hardness(hardness), effects);
    }

    pub(crate) fn choose_tool(&mut self, tool: Tool, effects: &mut Effects) {
        if self.tool != tool {
            self.leave_tool(effects);
            self.tool = tool;
            for part in [Part::Tool, Part::Brush, Part::Cursor, Part::Overlay] {
                effects.changed(part);
            }
            effects.announce(tool.label());
        }
    }

    pub(crate) fn edit_brush(&mut self, edit: BrushEdit, effects: &mut Effects) {
        let curve = |is_on: bool, curve| if is_on { curve } else { ResponseCurve::CONSTANT };
        let former = self.brush();
        let mut brush = former;
        match edit {
            BrushEdit::SizePx(size_px) => brush.size_px = size_px.clamp(MIN_SIZE_PX, MAX_SIZE_PX),
            BrushEdit::Hardness(hardness) => brush.hardness = hardness,
            BrushEdit::Opacity(opacity) => brush.opacity = opacity,
            BrushEdit::Flow(flow) => brush.flow = flow,
            BrushEdit::Spacing(spacing) => brush.spacing = spacing,
            BrushEdit::Smoothing(smoothing) => brush.smoothing = smoothing,
            BrushEdit::PressureSize(is_on) => {
                let curve = curve(is_on, ResponseCurve::SIZE);
                brush = brush.with_curve(BrushParameter::Size, BrushInput::Pressure, curve);
            }
            BrushEdit::PressureOpacity(is_on) => {
                let curve = curve(is_on, ResponseCurve::OPACITY);
                brush = brush.with_curve(BrushParameter::Opacity, BrushInput::Pressure, curve);
            }
        }
        let brush: BrushSettings = brush.clamped();
        if brush != former {
            *self.brush_mut() = brush;
            // The strength brush is none of the list.
            if self.tool != Tool::Strength {
                self.brushes.set(self.tool, brush);
            }
            effects.changed(Part::Brushes);
            effects.changed(Part::Brush);
            effects.changed(Part::Cursor);
        }
    }

    pub(crate) fn edit_colour(&mut self, edit: ColourEdit, effects: &mut Effects) {
        match edit {
            ColourEdit::Foreground(colour) => self.colours.foreground = colour,
            ColourEdit::Background(colour) => self.colours.background = colour,
        }
        effects.changed(Part::Colours);
    }

    pub(crate) fn edit_form(&mut self, edit: FormEdit, effects: &mut Effects) {
        let within = |value: f32, low: f32, high: f32, former: f32| {
            if value.is_nan() { former } else { value.clamp(low, high) }
        };
        let form = &mut self.form;
        match edit {
            FormEdit::Prompt(prompt) => form.prompt = prompt,
            FormEdit::Negative(negative) => form.negative = negative,
            FormEdit::Strength(strength) => {
                form.strength = within(strength, 0.0, 1.0, form.strength);
                self.touched.strength = true;
            }
            FormEdit::Steps(steps) => {
                form.steps = steps.clamp(1, MAX_STEPS);
                self.touched.steps = true;
            }
            FormEdit::Guidance(guidance) => {
                form.guidance = within(guidance, 1.0, MAX_GUIDANCE, form.guidance);
                self.touched.guidance = true;
            }
            FormEdit::SeedText(text) => {
                let text = text.trim();
                match text.parse() {
                    Ok(seed) => {
                        form.seed = seed;
                        form.is_seed_locked = true;
                    }
                    Err(_) if text.is_empty() => form.is_seed_locked = false,
                    Err(_) => effects.announce(Phrase::new("said-no-seed").with("text", text.to_owned())),
                }
            }
            FormEdit::SeedLocked(is_locked) => form.is_seed_locked = is_locked,
            FormEdit::Scheduler(name) => {
                let listed = self.engine.model.iter().flat_map(|model| &model.schedulers);
                form.scheduler = name.filter(|name| listed.into_iter().any(|known| known.name == *name));
            }
            FormEdit::IsPaperFree(is_free) => form.is_paper_free = is_free,
            FormEdit::Style(style) => form.style = style.filter(|id| self.styles.style(*id).is_some()),
            FormEdit::Sigmas(sigmas) => form.sigmas = sigmas,
            FormEdit::Compat(compat) => form.compat = compat,
            FormEdit::ClipSkip(n_layers) => form.clip_skip = n_layers.min(MAX_CLIP_SKIP),
            FormEdit::EdgePx(edge_px) => {
                form.edge_px = edge_px.map(|it| it.clamp(MIN_PICTURE_EDGE_PX, MAX_PICTURE_EDGE_PX));
            }
            FormEdit::IsUpscaled(is_on) => form.is_upscaled = is_on,
            FormEdit::IsSelectionOnly(is_only) => form.is_selection_only = is_only,
            FormEdit::Variations(n) => form.n_variations = n.clamp(1, MAX_VARIATIONS),
        }
        effects.changed(Part::Form);
        // The picture may have ceased, or begun again, to be what Render would make.
        effects.changed(Part::Status);
    }

    pub(crate) fn import(&mut self, image: &RgbaImage, effects: &mut Effects) {
        if self.is_stroking() {
            return;
        }
        effects.repaint(self.document.fill_with_picture(image, "step-open-picture"));
        self.after_document_change(effects);
        effects.announce("said-picture-opened");
    }

    /// Escape, and the Cancel button: the innermost thing that is under way ends.
    fn cancel(&mut self, effects: &mut Effects) {
        if self.abort_gesture(effects) {
            effects.announce("said-stroke-taken-back");
        } else if self.leave_handle(effects) && !self.has_tool_under_way() {
            effects.announce("said-handle-left");
        } else if self.cancel_tool(effects) {
            effects.announce("said-tool-taken-back");
        } else if self.is_help_open {
            self.is_help_open = false;
            effects.changed(Part::Help);
        } else if self.is_settings_open {
            self.toggle_settings(effects);
        } else {
            self.cancel_render(effects);
        }
    }

    pub(crate) fn after_document_change(&mut self, effects: &mut Effects) {
        effects.changed(Part::History);
        effects.changed(Part::Layers);
        effects.changed(Part::Status);
        if self.tool == Tool::Transform {
            effects.changed(Part::Overlay);
        }
        // Cropping, and taking it back, change the size.
        if self.view.set_canvas_size(self.document.width(), self.document.height()) {
            self.last_stroke_end = None;
            effects.changed(Part::View);
            effects.changed(Part::Cursor);
        }
    }
}

/// A file name that says what is in the picture: the prompt's first words and the seed.
pub(crate) fn file_name(prompt: &str, seed: u64) -> String {
    let mut name = String::new();
    for word in prompt.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()) {
        if name.chars().count() + word.chars().count() > 48 {
            break;
        }
        name.push_str(&crate::letters::in_small(word));
        name.push('-');
    }
    if name.is_empty() {
        name.push_str("underpaint-");
    }
    format!("{name}{seed}.png")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_hold_the_prompt_and_nothing_that_a_file_system_minds() {
        assert_eq!(file_name("A sunny meadow, oil / canvas", 7), "a-sunny-meadow-oil-canvas-7.png");
        assert_eq!(file_name("", 7), "underpaint-7.png");
        assert_eq!(file_name("../..:*?", 7), "underpaint-7.png");
        assert_eq!(file_name("Übersee im Herbst", 1), "übersee-im-herbst-1.png");
        assert!(file_name(&"word ".repeat(50), 1).len() < 64);
    }
}
