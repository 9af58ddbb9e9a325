//! The session: its state, what can be read from it, and the one entry for events.

use std::cell::RefCell;
use std::rc::Rc;

use underpaint_paint::{BrushSettings, CanvasPoint, Document, FlatSketch, PaintError, Rgb8, RgbaImage, SnapLine};
use underpaint_protocol::{DeviceKind, DeviceReport, GenerateInput, ModelReport};

use crate::effect::Effects;
use crate::engine_link::EngineLink;
use crate::film::Film;
use crate::gesture::{Gesture, RestingFinger};
use crate::keeping::Keeping;
use crate::layer_list::LayerList;
use crate::live::Live;
use crate::strength::FollowedMask;
use crate::tools::ToolState;
use crate::{
    Action, Brushes, Colours, Cursor, Effect, EngineState, Event, Form, Gallery, Handle, KeyEvent, KeyFocus, LiveState,
    Phrase, PointerKind, PromptHistory, RenderQueue, Settings, StrengthMap, StyleBook, TimingBook, Tool, View,
    ViewPoint,
};

/// Where seeds come from. Any `FnMut() -> u64` will do; only the lower 32 bits are used, so that a seed can be read,
/// written down and typed again.
pub trait RandomSource {
    /// The next random number, all bits equally likely.
    fn next_u64(&mut self) -> u64;
}

impl<F: FnMut() -> u64> RandomSource for F {
    fn next_u64(&mut self) -> u64 {
        self()
    }
}

/// What a session starts with.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionConfig {
    /// Width of the canvas in pixels.
    pub canvas_width: u32,
    /// Height of the canvas in pixels.
    pub canvas_height: u32,
    /// Which device to ask for; `None` lets the engine choose.
    pub device: Option<DeviceKind>,
    /// Address of the model's folder, with a trailing slash.
    pub model_url: String,
    /// The settings of the last visit, as [`Effect::KeepSettings`] gave them.
    pub settings_text: Option<String>,
    /// How long after a pen was seen a touch counts as the palm, in seconds.
    pub palm_rejection_secs: f64,
}

impl Default for SessionConfig {
    fn default() -> Self {
        Self {
            canvas_width: 512,
            canvas_height: 512,
            device: None,
            model_url: "starter/".into(),
            settings_text: None,
            palm_rejection_secs: 3.0,
        }
    }
}

/// A finished picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// Its pixels: opaque, since what a model returns unpainted lies on white paper.
    pub image: RgbaImage,
    /// Everything it was made from.
    pub input: GenerateInput,
    /// The form as it was: the person's own words, and the style apart from them.
    pub form: Form,
    /// How long it took, in seconds.
    pub duration_secs: f64,
}

/// Which fields of the form a person has set, so that a model's own defaults do not overwrite them.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Touched {
    pub(crate) strength: bool,
    pub(crate) steps: bool,
    pub(crate) guidance: bool,
}

impl Touched {
    /// The whole form was set.
    pub(crate) fn all(&mut self) {
        *self = Self { strength: true, steps: true, guidance: true };
    }
}

/// An editing session: see the crate's documentation.
pub struct Session {
    pub(crate) config: SessionConfig,
    pub(crate) random: Box<dyn RandomSource>,
    pub(crate) document: Document,
    pub(crate) layer_list: LayerList,
    /// How many documents took the place of the first.
    pub(crate) n_documents: u64,
    pub(crate) film: Film,
    /// What was rendered last.
    pub(crate) sketch: RefCell<FlatSketch>,
    pub(crate) keeping: Keeping,
    /// Another tab paints the document.
    pub(crate) is_read_only: bool,
    pub(crate) tool: Tool,
    pub(crate) tools: ToolState,
    pub(crate) brush: BrushSettings,
    pub(crate) eraser: BrushSettings,
    pub(crate) strength_brush: BrushSettings,
    /// What the strength brush paints: −1 keeps the sketch, 0 is as the slider says, 1 is free.
    pub(crate) freedom: f32,
    pub(crate) brushes: Brushes,
    pub(crate) colours: Colours,
    pub(crate) picked_colour: Option<Rgb8>,
    pub(crate) view: View,
    pub(crate) hover: Option<ViewPoint>,
    pub(crate) gesture: Gesture,
    pub(crate) resting_finger: Option<RestingFinger>,
    pub(crate) is_alt_held: bool,
    pub(crate) is_space_held: bool,
    /// Where the last stroke ended and how firmly, for straight lines.
    pub(crate) last_stroke_end: Option<(CanvasPoint, f32)>,
    /// Where a stroke that follows the guides began, and the line that it follows once that is clear.
    pub(crate) snap_start: Option<CanvasPoint>,
    pub(crate) snap_line: Option<SnapLine>,
    /// When a pen was last seen, in contact or hovering.
    pub(crate) last_pen_secs: Option<f64>,
    /// Whether a pen has reported a pressure other than the one that means "none".
    pub(crate) has_pen_pressure: bool,
    pub(crate) last_pressure: f32,
    pub(crate) form: Form,
    pub(crate) touched: Touched,
    pub(crate) engine: EngineLink,
    pub(crate) styles: StyleBook,
    pub(crate) prompts: PromptHistory,
    pub(crate) timing: TimingBook,
    pub(crate) queue: RenderQueue,
    pub(crate) gallery: Gallery,
    pub(crate) live: Live,
    pub(crate) strength_map: StrengthMap,
    /// The document's selection: only there a picture may change, where the form says so.
    pub(crate) mask: FollowedMask,
    /// When the page was asked to tick.
    pub(crate) wake_secs: Option<f64>,
    pub(crate) is_help_open: bool,
    pub(crate) is_palette_open: bool,
    pub(crate) is_settings_open: bool,
    pub(crate) settings: Settings,
    /// The action that the next key will belong to.
    pub(crate) recording: Option<Action>,
    pub(crate) key_refusal: Option<Phrase>,
    /// Where the keyboard's cursor is, while the keyboard paints.
    pub(crate) keyboard_cursor: Option<ViewPoint>,
    pub(crate) now_secs: f64,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Session({:?}, {:?}, {:?})", self.document, self.gesture, self.engine.state)
    }
}

impl Session {
    /// A new session with an unpainted canvas.
    ///
    /// # Errors
    /// [`PaintError::Size`] when the canvas's size does not work.
    pub fn new(config: SessionConfig, random: Box<dyn RandomSource>) -> Result<Self, PaintError> {
        let document = Document::new(config.canvas_width, config.canvas_height)?;
        let film = Film::new(config.canvas_width, config.canvas_height);
        let strength_map = StrengthMap::new(config.canvas_width, config.canvas_height);
        let brushes = Brushes::default();
        let mut session = Self {
            view: View::new(config.canvas_width, config.canvas_height),
            settings: config.settings_text.as_deref().map(Settings::from_text).unwrap_or_default(),
            config,
            random,
            document,
            layer_list: LayerList::default(),
            n_documents: 0,
            film,
            sketch: RefCell::default(),
            keeping: Keeping::default(),
            is_read_only: false,
            tool: Tool::Brush,
            tools: ToolState::default(),
            brush: brushes.settings(Tool::Brush),
            eraser: brushes.settings(Tool::Eraser),
            brushes,
            strength_brush: BrushSettings { size_px: 64.0, hardness: 0.4, ..BrushSettings::default() },
            freedom: 1.0,
            colours: Colours::default(),
            picked_colour: None,
            hover: None,
            gesture: Gesture::Ready,
            resting_finger: None,
            is_alt_held: false,
            is_space_held: false,
            last_stroke_end: None,
            snap_start: None,
            snap_line: None,
            last_pen_secs: None,
            has_pen_pressure: false,
            last_pressure: 1.0,
            form: Form::default(),
            touched: Touched::default(),
            engine: EngineLink::default(),
            styles: StyleBook::default(),
            prompts: PromptHistory::default(),
            timing: TimingBook::default(),
            queue: RenderQueue::default(),
            gallery: Gallery::default(),
            live: Live::default(),
            strength_map,
            mask: FollowedMask::default(),
            wake_secs: None,
            is_help_open: false,
            is_palette_open: false,
            is_settings_open: false,
            recording: None,
            key_refusal: None,
            keyboard_cursor: None,
            now_secs: 0.0,
        };
        session.form.seed = session.new_seed();
        Ok(session)
    }

    /// Takes an event and says what the page shall do about it.
    pub fn handle(&mut self, event: Event) -> Vec<Effect> {
        let mut effects = Effects::default();
        let is_tick = matches!(event, Event::Tick { .. });
        let may_render = matches!(event, Event::Tick { .. } | Event::Worker { .. });
        if self.refuses(&event, &mut effects) {
            return effects.into_list();
        }
        match event {
            Event::Pointer(pointer) => {
                self.on_pointer(&pointer, &mut effects);
                self.note_film_way(&pointer);
            }
            Event::Document(edit) => self.edit_document(edit, &mut effects),
            Event::Wheel { view_point, delta_x, delta_y, modifiers } => {
                self.on_wheel(view_point, delta_x, delta_y, modifiers, &mut effects);
            }
            Event::KeyDown(key) => self.on_key_down(&key, &mut effects),
            Event::KeyUp(key) => self.on_key_up(&key, &mut effects),
            Event::Blur => self.on_blur(&mut effects),
            Event::Import(image) => self.import(&image, &mut effects),
            Event::TryExample(idx) => self.try_example(idx, &mut effects),
            Event::Action(action) => self.act(action, &mut effects),
            Event::Tool(tool) => self.choose_tool(tool, &mut effects),
            Event::Layers(edit) => self.edit_layers(edit, &mut effects),
            Event::JumpTo(position) => self.jump_to(position, &mut effects),
            Event::Brush(edit) => self.edit_brush(edit, &mut effects),
            Event::Brushes(edit) => self.edit_brushes(edit, &mut effects),
            Event::ToolEdit(edit) => self.edit_tool(edit, &mut effects),
            Event::Selection(edit) => self.edit_selection(edit, &mut effects),
            Event::Transform(edit) => self.edit_transform(edit, &mut effects),
            Event::Canvas(change) => self.change_canvas(change, &mut effects),
            Event::Colour(edit) => self.edit_colour(edit, &mut effects),
            Event::Form(edit) => self.edit_form(edit, &mut effects),
            Event::Settings(edit) => self.edit_settings(edit, &mut effects),
            Event::CanvasBlur => self.leave_keyboard_cursor(&mut effects),
            Event::Rendering(edit) => self.edit_rendering(edit, &mut effects),
            Event::ViewResized { width, height } => self.on_view_resized(width, height, &mut effects),
            Event::Worker { response, pixels } => self.on_response(response, pixels, &mut effects),
            Event::WorkerLost { reason } => self.on_worker_lost(&reason, &mut effects),
            Event::Said(message) => self.say_problem(message, &mut effects),
            Event::Tick { now_secs } => {
                self.on_tick(now_secs, &mut effects);
                self.take_colour_at_rest(&mut effects);
            }
        }
        self.follow_masks(&mut effects);
        self.follow_live(may_render, &mut effects);
        self.follow_document(is_tick, &mut effects);
        effects.cut_to(self.document.bounds());
        effects.into_list()
    }

    /// Whether the session wants this key, so that the page should prevent what the browser would do with it.
    #[must_use]
    pub fn claims_key(&self, event: &KeyEvent) -> bool {
        let is_on_page = matches!(event.focus, KeyFocus::Page | KeyFocus::Canvas);
        let is_held_key = matches!(event.key.as_str(), "Alt" | " ") && is_on_page;
        // Who waits for a key gets it, but Tab goes on leading out of there.
        let is_recorded = self.recording.is_some() && event.key != "Tab";
        is_held_key
            || is_recorded
            || self.is_tool_key(event)
            || self.is_canvas_key(event)
            || self.settings.keymap.action_for(event).is_some()
    }

    /// The painting.
    #[must_use]
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// The tool that was chosen.
    #[must_use]
    pub fn tool(&self) -> Tool {
        self.tool
    }

    /// The tool that a press of the pointer would use now: the chosen one, or what a held key (Alt, Space) makes of it.
    #[must_use]
    pub fn effective_tool(&self) -> Tool {
        match self.tool {
            _ if self.is_space_held => Tool::Pan,
            Tool::Brush | Tool::Eraser | Tool::Fill if self.is_alt_held => Tool::Eyedropper,
            tool => tool,
        }
    }

    /// The brush whose settings the page shows: that of the tool, or the brush's where the tool has none.
    #[must_use]
    pub fn brush(&self) -> BrushSettings {
        match self.tool {
            Tool::Eraser => self.eraser,
            Tool::Strength => self.strength_brush,
            _ => self.brush,
        }
    }

    pub(crate) fn brush_mut(&mut self) -> &mut BrushSettings {
        match self.tool {
            Tool::Eraser => &mut self.eraser,
            Tool::Strength => &mut self.strength_brush,
            _ => &mut self.brush,
        }
    }

    /// The colours at hand.
    #[must_use]
    pub fn colours(&self) -> &Colours {
        &self.colours
    }

    /// The colour under the eyedropper while it is pressed, for a preview.
    #[must_use]
    pub fn picked_colour(&self) -> Option<Rgb8> {
        self.picked_colour
    }

    /// The view.
    #[must_use]
    pub fn view(&self) -> &View {
        &self.view
    }

    /// Where the pointer hovers or paints, in CSS pixels of the canvas's element; `None` when it is elsewhere.
    #[must_use]
    pub fn hover(&self) -> Option<ViewPoint> {
        self.hover
    }

    /// What the pointer looks like over the canvas.
    #[must_use]
    pub fn cursor(&self) -> Cursor {
        let circle = |brush: BrushSettings| Cursor::Circle { diameter_px: brush.size_px * self.view.zoom() };
        match &self.gesture {
            Gesture::Panning { .. } | Gesture::Turning { .. } | Gesture::Fingers { .. } => Cursor::Grabbing,
            Gesture::Picking { .. } => Cursor::Pick,
            Gesture::Sizing { .. } => circle(self.brush()),
            Gesture::Drawing { .. } if self.strength_map.is_stroking() => circle(self.strength_brush),
            Gesture::Drawing { colour, .. } => circle(if colour.is_some() { self.brush } else { self.eraser }),
            Gesture::Ready | Gesture::Dragging { .. } => match self.effective_tool() {
                Tool::Pan => Cursor::Grab,
                Tool::Eyedropper => Cursor::Pick,
                tool if tool != Tool::Transform
                    && let Some(handle) =
                        self.hover.and_then(|hover| self.shown_handle_at(hover, PointerKind::Mouse)) =>
                {
                    if handle == Handle::Inside { Cursor::Move } else { Cursor::Arrow }
                }
                Tool::Brush => circle(self.brush),
                Tool::Eraser => circle(self.eraser),
                Tool::Strength => circle(self.strength_brush),
                Tool::Transform => match self.hover.and_then(|hover| self.handle_at(hover, PointerKind::Mouse)) {
                    None | Some(Handle::Inside) => Cursor::Move,
                    Some(Handle::Outside) => Cursor::Turn,
                    Some(_) => Cursor::Arrow,
                },
                _ => Cursor::Cross,
            },
        }
    }

    /// The generation form.
    #[must_use]
    pub fn form(&self) -> &Form {
        &self.form
    }

    /// What the engine is doing.
    #[must_use]
    pub fn engine(&self) -> &EngineState {
        &self.engine.state
    }

    /// What the engine computes on, once the model is loaded.
    #[must_use]
    pub fn device(&self) -> Option<&DeviceReport> {
        self.engine.device.as_ref()
    }

    /// What was loaded.
    #[must_use]
    pub fn model(&self) -> Option<&ModelReport> {
        self.engine.model.as_ref()
    }

    /// The last finished picture.
    #[must_use]
    pub fn picture(&self) -> Option<&Rc<Picture>> {
        self.engine.picture.as_ref()
    }

    /// What the picture's canvas shows: the preview of the running job, else the last picture.
    #[must_use]
    pub fn shown_picture(&self) -> Option<&RgbaImage> {
        self.engine.preview.as_ref().or(self.engine.picture.as_ref().map(|picture| &picture.image))
    }

    /// Whether [`Session::shown_picture`] is a preview.
    #[must_use]
    pub fn is_preview_shown(&self) -> bool {
        self.engine.preview.is_some()
    }

    /// Whether the last picture is what Render would make now (the seed only counts when it is locked): nothing that it
    /// depends on has changed since.
    #[must_use]
    pub fn is_picture_current(&self) -> bool {
        self.engine.picture.as_ref().is_some_and(|picture| {
            let now = self.generate_input();
            let seed = if self.form.is_seed_locked { now.seed } else { picture.input.seed };
            GenerateInput { seed, ..now } == picture.input
        })
    }

    /// Whether pictures follow the painting.
    #[must_use]
    pub fn live(&self) -> LiveState {
        self.live.state
    }

    /// The renders that were asked for, with the grid that shows them.
    #[must_use]
    pub fn queue(&self) -> &RenderQueue {
        &self.queue
    }

    /// The finished pictures.
    #[must_use]
    pub fn gallery(&self) -> &Gallery {
        &self.gallery
    }

    /// The styles.
    #[must_use]
    pub fn styles(&self) -> &StyleBook {
        &self.styles
    }

    /// The prompts that were rendered.
    #[must_use]
    pub fn prompt_history(&self) -> &PromptHistory {
        &self.prompts
    }

    /// How free the model is, place by place.
    #[must_use]
    pub fn strength_map(&self) -> &StrengthMap {
        &self.strength_map
    }

    /// What the strength brush paints: −1 keeps the sketch, 0 is as the slider says, 1 is free.
    #[must_use]
    pub fn freedom(&self) -> f32 {
        self.freedom
    }

    /// Whether the list of keys is shown.
    #[must_use]
    pub fn is_help_open(&self) -> bool {
        self.is_help_open
    }

    pub(crate) fn new_seed(&mut self) -> u64 {
        self.random.next_u64() & 0xffff_ffff
    }
}
