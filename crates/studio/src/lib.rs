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
mod action_state;
mod brushes;
mod colours;
mod command;
mod documents;
mod effect;
mod engine_link;
mod engine_state;
mod event;
mod examples;
mod film;
mod fingers;
mod form;
mod gallery;
mod generate;
mod gesture;
mod guides;
mod hsv;
mod infotext;
mod keeping;
mod keyboard_cursor;
mod keymap;
mod layer_list;
mod layers;
pub mod letters;
mod live;
mod lone_layer;
mod palette;
mod phrase;
mod plan;
mod pointer;
mod problem;
mod project;
mod prompt_history;
mod prompt_weight;
mod queue;
mod read_only;
mod render_edit;
mod rendering;
mod scale;
mod session;
mod settings;
mod size;
mod sizing;
mod stage;
mod strength;
mod strength_tool;
mod styles;
mod texts;
mod timelapse;
mod timelapse_bytes;
mod timelapse_frames;
mod timelapse_thinning;
mod timing;
mod tools;
mod view;
mod words;

#[cfg(test)]
mod tests;

pub use action::Action;
pub use brushes::{BrushName, Brushes, BrushesEdit, ListedBrush, MAX_LISTED_BRUSHES};
pub use colours::{Colours, PALETTE, Swatch};
pub use documents::{DocumentEdit, Export, OpenedDocument, Snapshot};
pub use effect::{Effect, Part};
pub use engine_state::EngineState;
pub use event::{
    BrushEdit, ColourEdit, Event, FormEdit, KeyEvent, KeyFocus, Modifiers, PointerButton, PointerEvent, PointerKind,
    PointerPhase, PointerSample,
};
pub use examples::{EXAMPLES, Example};
pub use form::Form;
pub use gallery::{Comparison, Gallery, GalleryEntry, PictureId, Side, THUMBNAIL_EDGE_PX};
pub use gesture::{Cursor, Tool};
pub use guides::{PERSPECTIVE_IDS, SYMMETRY_IDS};
pub use hsv::Hsv;
pub use infotext::{Infotext, infotext_from_input, input_from_infotext};
pub use keeping::DocumentMark;
pub use keymap::{Binding, Chord, KEYMAP, Keymap};
pub use layers::{LayerEdit, layer_name};
pub use live::LiveState;
pub use phrase::{Phrase, PhraseValue};
pub use plan::RenderPlan;
pub use problem::problem_of;
pub use project::{FORM_KEY, PICTURE_KEY, TIMELAPSE_KEY, form_from_text, form_text, picture_from_png, picture_png};
pub use prompt_history::PromptHistory;
pub use prompt_weight::{TextSelection, with_weight_changed};
pub use queue::{Cell, CellId, CellState, MAX_QUEUED, MAX_VARIATIONS, RenderQueue};
pub use render_edit::{KeepAs, RenderEdit};
pub use session::{Picture, RandomSource, Session, SessionConfig};
pub use settings::{Fingers, Settings, SettingsEdit, Theme};
pub use size::{ASPECT_PRESETS, EDGE_PRESETS_PX, MAX_PICTURE_EDGE_PX, MIN_PICTURE_EDGE_PX, canvas_size};
pub use stage::{StageMode, StageView};
pub use strength::{NEUTRAL, StrengthMap};
pub use styles::{Style, StyleBook, StyleEdit, StyleId, StyleName};
pub use texts::{Language, Texts};
pub use timelapse::{TIMELAPSE_EDGE_PX, TIMELAPSE_LIMIT_BYTES, Timelapse, timelapse_size};
pub use timelapse_frames::{FilmSettings, TimelapseFrames};
pub use timing::TimingBook;
pub use tools::{
    Handle, MAX_OUTLINE_PX, OverlayShape, SelectionEdit, ToolEdit, ToolOptions, TransformEdit, TransformNumbers,
};
pub use underpaint_protocol::steps_that_run;
pub use view::{View, ViewPoint};
pub use words::{UnknownWord, each_once};
