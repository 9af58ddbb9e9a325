//! An editing session: tools, colours, the view, the generation form, and the state of the engine, as one value that is
//! changed by [`Event`]s and answers with [`Effect`]s.
//!
//! The page turns what happens (pointers, keys, fields, the worker's answers) into events, hands them to
//! [`Session::handle`] and carries out the effects in their order. All decisions are made here, so all of them are tested
//! natively. This crate must never depend on burn, wgpu or web-sys; it has no clock (events carry the time) and no random
//! numbers of its own (a [`RandomSource`] is handed in).
//!
//! ```
//! use underpaint_studio::{Action, Effect, Event, Session, SessionConfig};
//!
//! let mut session = Session::new(SessionConfig::default(), Box::new(|| 7))?;
//! let effects = session.handle(Event::Action(Action::EraserTool));
//! assert!(effects.contains(&Effect::Announce("action-eraser".into())));
//! # Ok::<(), underpaint_paint::PaintError>(())
//! ```

mod action;
mod colours;
mod command;
mod effect;
mod engine_link;
mod engine_state;
mod event;
mod form;
mod gesture;
mod layers;
mod phrase;
mod pointer;
mod project;
mod session;
mod texts;
mod timelapse;
mod timelapse_bytes;
mod timelapse_frames;
mod view;

#[cfg(test)]
mod tests;

pub use action::{Action, Binding, KEYMAP, KEYS_SEPARATOR, action_for_key, aria_keyshortcuts, keys_text};
pub use colours::{Colours, PALETTE, Swatch};
pub use effect::{Effect, Part};
pub use engine_state::EngineState;
pub use event::{
    BrushEdit, ColourEdit, Event, FormEdit, KeyEvent, KeyFocus, Modifiers, PointerButton, PointerEvent, PointerKind,
    PointerPhase, PointerSample,
};
pub use form::{Form, runs_text};
pub use gesture::{Cursor, Tool};
pub use layers::{LayerEdit, layer_name};
pub use phrase::{Phrase, PhraseValue};
pub use project::{FORM_KEY, TIMELAPSE_KEY, form_entry, parameters_text, read_form_entry, read_parameters};
pub use session::{Picture, RandomSource, Session, SessionConfig};
pub use texts::{Language, Texts};
pub use timelapse::{TIMELAPSE_EDGE_PX, TIMELAPSE_LIMIT_BYTES, Timelapse, timelapse_size};
pub use timelapse_frames::{FilmSettings, TimelapseFrames};
pub use underpaint_protocol::steps_that_run;
pub use view::{View, ViewPoint};
