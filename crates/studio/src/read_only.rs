//! A document that may only be looked at, since another tab paints it: what would change it is answered by a sentence.

use crate::effect::Effects;
use crate::{Action, Event, LayerEdit, Part, PointerButton, PointerKind, PointerPhase, RenderEdit, Session, Tool};

impl Action {
    /// Whether it changes what is kept of a document.
    fn changes_document(self) -> bool {
        matches!(
            self,
            Self::Undo
                | Self::Redo
                | Self::Clear
                | Self::SelectAll
                | Self::Deselect
                | Self::InvertSelection
                | Self::SelectPixels
                | Self::ShowLayer
                | Self::LayerAlone
                | Self::Cut
                | Self::Paste
                | Self::FillSelection
                | Self::DeleteSelected
                | Self::FlipAcross
                | Self::FlipDown
                | Self::TurnCanvasRight
                | Self::TurnCanvasLeft
                | Self::FlipCanvas
                | Self::Apply
                | Self::Render
                | Self::AddToQueue
                | Self::ToggleLive
                | Self::Keep
                | Self::KeepAsLayer
        )
    }
}

impl Session {
    /// Whether the document may only be looked at.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.is_read_only
    }

    pub(crate) fn set_read_only(&mut self, is_on: bool, effects: &mut Effects) {
        if is_on {
            // What was begun is finished while it can still be kept.
            self.finish_gesture(effects);
            self.leave_tool(effects);
        }
        self.is_read_only = is_on;
        effects.changed(Part::Document);
    }

    /// Says so where an event would change a document that may only be looked at; the event is then to be left.
    pub(crate) fn refuses(&mut self, event: &Event, effects: &mut Effects) -> bool {
        let is_refused = self.is_read_only && self.would_change(event);
        if is_refused {
            self.say_problem("said-read-only".into(), effects);
        }
        is_refused
    }

    fn would_change(&self, event: &Event) -> bool {
        match event {
            Event::Pointer(pointer) => {
                let looks = matches!(self.effective_tool(), Tool::Pan | Tool::Eyedropper);
                // A finger moves the view then.
                let is_finger = pointer.kind == PointerKind::Touch;
                pointer.phase == PointerPhase::Down && pointer.button != PointerButton::Middle && !looks && !is_finger
            }
            Event::KeyDown(key) if self.recording.is_none() => {
                let action = self.settings.keymap.action_for(key);
                self.is_tool_key(key)
                    || self.is_canvas_key(key)
                    || action.is_some_and(|action| action.changes_document())
            }
            Event::Action(action) => action.changes_document(),
            Event::Layers(edit) => !matches!(
                edit,
                LayerEdit::Choose(_) | LayerEdit::ChooseToo(_) | LayerEdit::ChooseUpTo(_) | LayerEdit::Fold(..)
            ),
            Event::Document(edit) => matches!(edit, crate::DocumentEdit::AddPicture { .. }),
            Event::Rendering(edit) => !matches!(
                edit,
                RenderEdit::ShowPicture(_)
                    | RenderEdit::SavePicture(_)
                    | RenderEdit::Compare(..)
                    | RenderEdit::Wipe(_)
                    | RenderEdit::EndComparison
                    | RenderEdit::CancelCell(_)
                    | RenderEdit::CancelWaiting
                    | RenderEdit::PromptHistory(_)
            ),
            Event::Import(_)
            | Event::TryExample(_)
            | Event::JumpTo(_)
            | Event::Selection(_)
            | Event::Transform(_)
            | Event::Canvas(_) => true,
            _ => false,
        }
    }
}
