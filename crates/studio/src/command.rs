//! What buttons, keys and fields do.

use underpaint_paint::{BrushSettings, MAX_SIZE_PX, MIN_SIZE_PX, Paper, PressureCurve, RgbaImage};

use crate::effect::Effects;
use crate::form::{MAX_GUIDANCE, MAX_STEPS};
use crate::gesture::Gesture;
use crate::{
    Action, BrushEdit, ColourEdit, Effect, FormEdit, KeyEvent, KeyFocus, Part, Phrase, Session, Tool, ViewPoint,
    action_for_key,
};

/// How much a press of a key zooms.
const ZOOM_STEP: f32 = 1.25;

impl Session {
    pub(crate) fn on_key_down(&mut self, key: &KeyEvent, effects: &mut Effects) {
        if key.focus == KeyFocus::Page {
            match key.key.as_str() {
                "Alt" => return self.set_alt(true, effects),
                " " => return self.set_space(true, effects),
                _ => {}
            }
        }
        let Some(action) = action_for_key(key) else { return };
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
            Action::BrushTool => self.choose_tool(Tool::Brush, effects),
            Action::EraserTool => self.choose_tool(Tool::Eraser, effects),
            Action::EyedropperTool => self.choose_tool(Tool::Eyedropper, effects),
            Action::PanTool => self.choose_tool(Tool::Pan, effects),
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
            Action::Undo => {
                if let (true, Some(label)) = (self.is_enabled(action), self.document.undo_label()) {
                    effects.repaint(self.document.undo());
                    self.after_document_change(effects);
                    effects.announce(Phrase::new("said-undid").with("step", label));
                }
            }
            Action::Redo => {
                if let (true, Some(label)) = (self.is_enabled(action), self.document.redo_label()) {
                    effects.repaint(self.document.redo());
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
            Action::Cancel => self.cancel(effects),
            Action::Keep => self.keep(effects),
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
            Action::ToggleHelp => {
                self.is_help_open = !self.is_help_open;
                effects.changed(Part::Help);
            }
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
            self.tool = tool;
            effects.changed(Part::Tool);
            effects.changed(Part::Brush);
            effects.changed(Part::Cursor);
            effects.announce(tool.label());
        }
    }

    pub(crate) fn edit_brush(&mut self, edit: BrushEdit, effects: &mut Effects) {
        let curve = |is_on: bool, curve| if is_on { curve } else { PressureCurve::CONSTANT };
        let former = self.brush();
        let mut brush = former;
        match edit {
            BrushEdit::SizePx(size_px) => brush.size_px = size_px.clamp(MIN_SIZE_PX, MAX_SIZE_PX),
            BrushEdit::Hardness(hardness) => brush.hardness = hardness,
            BrushEdit::Opacity(opacity) => brush.opacity = opacity,
            BrushEdit::Flow(flow) => brush.flow = flow,
            BrushEdit::Spacing(spacing) => brush.spacing = spacing,
            BrushEdit::Smoothing(smoothing) => brush.smoothing = smoothing,
            BrushEdit::PressureSize(is_on) => brush.pressure_size = curve(is_on, PressureCurve::SIZE),
            BrushEdit::PressureOpacity(is_on) => brush.pressure_opacity = curve(is_on, PressureCurve::OPACITY),
        }
        let brush: BrushSettings = brush.clamped();
        if brush != former {
            *self.brush_mut() = brush;
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
        }
        effects.changed(Part::Form);
        // The picture may have ceased, or begun again, to be what Render would make.
        effects.changed(Part::Status);
    }

    pub(crate) fn import(&mut self, image: &RgbaImage, effects: &mut Effects) {
        if self.document.is_stroking() {
            return;
        }
        effects.repaint(self.document.fill_with_picture(image, "step-open-picture"));
        self.after_document_change(effects);
        effects.announce("said-picture-opened");
    }

    fn keep(&mut self, effects: &mut Effects) {
        if self.document.is_stroking() {
            return;
        }
        let Some(picture) = &self.engine.picture else {
            effects.announce("said-nothing-to-keep");
            return;
        };
        effects.repaint(self.document.fill_with_picture(&picture.image, "step-keep-picture"));
        self.after_document_change(effects);
        effects.announce("said-kept");
    }

    fn save_picture(&mut self, effects: &mut Effects) {
        let Some(picture) = &self.engine.picture else {
            effects.announce("said-nothing-to-save");
            return;
        };
        let file_name = file_name(&picture.input.prompt, picture.input.seed);
        effects.push(Effect::SavePng { image: picture.image.clone(), file_name });
    }

    /// Escape, and the Cancel button: the innermost thing that is under way ends.
    fn cancel(&mut self, effects: &mut Effects) {
        if self.abort_gesture(effects) {
            effects.announce("said-stroke-taken-back");
        } else if self.is_help_open {
            self.is_help_open = false;
            effects.changed(Part::Help);
        } else {
            self.cancel_render(effects);
        }
    }

    pub(crate) fn after_document_change(&mut self, effects: &mut Effects) {
        effects.changed(Part::History);
        effects.changed(Part::Layers);
        effects.changed(Part::Status);
        // Cropping, and taking it back, change the size.
        if self.view.set_canvas_size(self.document.width(), self.document.height()) {
            self.last_stroke_end = None;
            effects.changed(Part::View);
            effects.changed(Part::Cursor);
        }
    }
}

/// A file name that says what is in the picture: the prompt's first words and the seed.
fn file_name(prompt: &str, seed: u64) -> String {
    let mut name = String::new();
    for word in prompt.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()) {
        if name.chars().count() + word.chars().count() > 48 {
            break;
        }
        name.push_str(&word.to_lowercase());
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
