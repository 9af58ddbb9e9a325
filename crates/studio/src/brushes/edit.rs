//! What a person does with brushes.

use underpaint_paint::{
    BUILT_IN_BRUSHES, BrushBlend, BrushInput, BrushNumber, BrushParameter, BrushSettings, Gathering, GrainKind,
    ResponseCurve, RotationSource, Stabiliser, TipKind, brush_name, read_brushes,
};

use super::{BrushName, Brushes, ListedBrush, MAX_LISTED_BRUSHES, free_name};
use crate::effect::Effects;
use crate::problem::problem_of;
use crate::{Part, Phrase, Session, Tool};

/// What a person does with brushes. Places in the list that do not exist change nothing.
#[derive(Clone, Debug, PartialEq)]
pub enum BrushesEdit {
    /// Takes a brush of the list in the hand. With the eraser chosen it erases; one made for erasing chooses the eraser.
    Choose(usize),
    /// Keeps the changes of the brush in the hand.
    Save,
    /// Adds the brush in the hand to the list under a name of its own, and takes that one in the hand.
    SaveAs(String),
    /// Calls a brush something else.
    Rename(usize, String),
    /// Takes a brush off the list. The last one that paints and the last one that erases stay.
    Delete(usize),
    /// Gives up the changes of a brush; without any, one that came with the program becomes as it came.
    Reset(usize),
    /// Puts the brushes that came with the program and were taken off back on the list.
    RestoreBuiltIn,
    /// Adds the brushes of a text that [`Brushes::to_text`] wrote.
    Import(String),
    /// Changes a number of the brush in the hand.
    Number(BrushNumber, f32),
    /// Changes a curve.
    Curve(BrushParameter, BrushInput, ResponseCurve),
    /// Changes the tip.
    Tip(TipKind),
    /// Changes the grain.
    Grain(GrainKind),
    /// Changes how dabs come together.
    Gathering(Gathering),
    /// Changes how the colour joins what is under it.
    Blend(BrushBlend),
    /// Changes what turns the tip.
    Rotation(RotationSource),
    /// Changes what steadies the hand.
    Stabiliser(Stabiliser),
}

/// What came of an edit.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Outcome {
    /// The tool to go on with, where it changes.
    pub(super) tool: Option<Tool>,
    /// What to say.
    pub(super) says: Option<Phrase>,
}

impl Outcome {
    fn saying(phrase: impl Into<Phrase>) -> Self {
        Self { tool: None, says: Some(phrase.into()) }
    }
}

impl Brushes {
    /// Carries an edit out, for the tool that is in the hand.
    pub(super) fn edit(&mut self, edit: BrushesEdit, tool: Tool) -> Outcome {
        let chosen = self.chosen(tool);
        match edit {
            BrushesEdit::Choose(brush_idx) => self.choose(brush_idx, tool),
            BrushesEdit::Save => {
                let Some(brush) = self.list.get_mut(chosen) else { return Outcome::default() };
                brush.saved = brush.current;
                Outcome::saying("brush-saved")
            }
            BrushesEdit::SaveAs(name) => self.save_as(&name, tool),
            BrushesEdit::Rename(brush_idx, name) => self.rename(brush_idx, &name),
            BrushesEdit::Delete(brush_idx) => self.delete(brush_idx),
            BrushesEdit::Reset(brush_idx) => {
                let Some(brush) = self.list.get_mut(brush_idx) else { return Outcome::default() };
                if !brush.is_changed()
                    && let Some(factory) = brush.factory()
                {
                    brush.saved = factory;
                }
                brush.current = brush.saved;
                Outcome::saying("brush-was-reset")
            }
            BrushesEdit::RestoreBuiltIn => self.restore_built_in(),
            BrushesEdit::Import(text) => self.import(&text),
            change => {
                let mut settings = self.settings(tool);
                apply(&mut settings, change);
                self.set(tool, settings);
                Outcome::default()
            }
        }
    }

    fn choose(&mut self, brush_idx: usize, tool: Tool) -> Outcome {
        let Some(brush) = self.list.get(brush_idx) else { return Outcome::default() };
        let tool = if brush.is_eraser || tool == Tool::Eraser { Tool::Eraser } else { Tool::Brush };
        if tool == Tool::Eraser {
            self.chosen_eraser = brush_idx
        } else {
            self.chosen = brush_idx
        }
        let says = match &brush.name {
            BrushName::BuiltIn(id) => Phrase::from(*id),
            BrushName::Own(name) => Phrase::new("brush-chosen").with("name", name.clone()),
        };
        Outcome { tool: Some(tool), says: Some(says) }
    }

    fn save_as(&mut self, name: &str, tool: Tool) -> Outcome {
        let Some(name) = brush_name(name) else { return Outcome::saying("brush-needs-name") };
        if self.list.len() >= MAX_LISTED_BRUSHES {
            return Outcome::saying("brush-list-full");
        }
        let chosen = self.chosen(tool);
        let name = free_name(&self.list, &name);
        let is_eraser = self.list.get(chosen).is_some_and(|brush| brush.is_eraser);
        let settings = self.settings(tool);
        if let Some(brush) = self.list.get_mut(chosen) {
            // The changes went into the new brush.
            brush.current = brush.saved;
        }
        let says = Phrase::new("brush-saved-as").with("name", name.clone());
        let brush_idx = (chosen + 1).min(self.list.len());
        self.list.insert(brush_idx, ListedBrush::own(name, is_eraser, settings));
        for other in [&mut self.chosen, &mut self.chosen_eraser] {
            *other += usize::from(*other >= brush_idx);
        }
        if tool == Tool::Eraser {
            self.chosen_eraser = brush_idx
        } else {
            self.chosen = brush_idx
        }
        Outcome::saying(says)
    }

    fn rename(&mut self, brush_idx: usize, name: &str) -> Outcome {
        let Some(name) = brush_name(name) else { return Outcome::saying("brush-needs-name") };
        let Some(brush) = self.list.get(brush_idx) else { return Outcome::default() };
        if brush.name == BrushName::Own(name.clone()) {
            return Outcome::default();
        }
        let name = free_name(&self.list, &name);
        let says = Phrase::new("brush-renamed").with("name", name.clone());
        self.list[brush_idx].name = BrushName::Own(name);
        Outcome::saying(says)
    }

    fn delete(&mut self, brush_idx: usize) -> Outcome {
        let Some(brush) = self.list.get(brush_idx) else { return Outcome::default() };
        let is_eraser = brush.is_eraser;
        if self.list.iter().filter(|other| other.is_eraser == is_eraser).count() == 1 {
            return Outcome::saying("brush-last-stays");
        }
        self.list.remove(brush_idx);
        let first = |is_eraser| self.list.iter().position(|brush| brush.is_eraser == is_eraser).unwrap_or(0);
        let firsts = [first(false), first(true)];
        for (chosen, first) in [&mut self.chosen, &mut self.chosen_eraser].into_iter().zip(firsts) {
            match (*chosen).cmp(&brush_idx) {
                std::cmp::Ordering::Less => {}
                std::cmp::Ordering::Equal => *chosen = first,
                std::cmp::Ordering::Greater => *chosen -= 1,
            }
        }
        Outcome::saying("brush-deleted")
    }

    fn restore_built_in(&mut self) -> Outcome {
        let missing: Vec<_> = Self::default()
            .list
            .into_iter()
            .filter(|built_in| self.list.iter().all(|brush| brush.origin != built_in.origin))
            .collect();
        debug_assert!(missing.len() <= BUILT_IN_BRUSHES.len());
        self.list.extend(missing);
        Outcome::saying("brushes-restored")
    }

    fn import(&mut self, text: &str) -> Outcome {
        match read_brushes(text) {
            Err(error) => Outcome::saying(Phrase::new("brush-import-failed").with("reason", problem_of(&error))),
            Ok(brushes) => {
                let mut n_added = 0u32;
                for read in brushes {
                    // What is on the list just so needs no second copy.
                    if self.list.iter().any(|brush| brush.named() == read) {
                        continue;
                    }
                    if self.list.len() >= MAX_LISTED_BRUSHES {
                        return Outcome::saying("brush-list-full");
                    }
                    let brush = Self::listed(read, &self.list);
                    self.list.push(brush);
                    n_added += 1;
                }
                Outcome::saying(Phrase::new("brushes-imported").with("count", n_added))
            }
        }
    }
}

/// Changes one thing of a brush.
fn apply(brush: &mut BrushSettings, change: BrushesEdit) {
    match change {
        BrushesEdit::Number(number, value) => number.set(brush, value),
        BrushesEdit::Curve(parameter, input, curve) => *brush = brush.with_curve(parameter, input, curve),
        BrushesEdit::Tip(tip) => brush.tip = tip,
        BrushesEdit::Grain(grain) => brush.grain = grain,
        BrushesEdit::Gathering(gathering) => brush.gathering = gathering,
        BrushesEdit::Blend(blend) => brush.blend = blend,
        BrushesEdit::Rotation(source) => brush.rotation_source = source,
        BrushesEdit::Stabiliser(stabiliser) => brush.stabiliser = stabiliser,
        _ => {}
    }
}

impl Session {
    /// The list of brushes.
    #[must_use]
    pub fn brushes(&self) -> &Brushes {
        &self.brushes
    }

    /// Puts a list in the place of the present one: what the page kept from the last visit.
    pub fn restore_brushes(&mut self, brushes: Brushes) {
        self.brushes = brushes;
        self.take_brushes_in_hand();
    }

    pub(crate) fn edit_brushes(&mut self, edit: BrushesEdit, effects: &mut Effects) {
        let Outcome { tool, says } = self.brushes.edit(edit, self.tool);
        self.take_brushes_in_hand();
        if let Some(tool) = tool.filter(|tool| *tool != self.tool) {
            self.tool = tool;
            effects.changed(Part::Tool);
        }
        if let Some(says) = says {
            effects.announce(says);
        }
        for part in [Part::Brush, Part::Brushes, Part::Cursor] {
            effects.changed(part);
        }
    }

    fn take_brushes_in_hand(&mut self) {
        self.brush = self.brushes.settings(Tool::Brush);
        self.eraser = self.brushes.settings(Tool::Eraser);
    }
}
