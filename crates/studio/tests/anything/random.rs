//! What a person may do, at random: the same numbers give the same sitting on every machine.

use underpaint_paint::{
    BUILT_IN_BRUSHES, BlendMode, BrushBlend, BrushNumber, CanvasChange, CanvasPoint, Corners, Gathering, GradientKind,
    GrainKind, Guides, LayerId, LayerKind, Place, Rgb8, RgbaImage, SelectionMode, Stabiliser, SymmetryKind, TipKind,
};
use underpaint_studio::{
    Action, BrushEdit, BrushesEdit, ColourEdit, DocumentEdit, Event, FormEdit, KeyEvent, KeyFocus, LayerEdit,
    LiveState, Modifiers, PointerButton, PointerEvent, PointerKind, PointerPhase, PointerSample, RenderEdit,
    SelectionEdit, Session, Tool, ToolEdit, TransformEdit, ViewPoint,
};

/// More layers than this are not added to, so that a sitting stays quick.
const MANY_LAYERS: usize = 8;

/// Random numbers (Marsaglia's xorshift), and the clock that events carry.
pub struct Random {
    state: u64,
    pub now_secs: f64,
}

impl Random {
    pub fn new(seed: u64) -> Self {
        // Neighbouring seeds are to give sittings that have nothing in common.
        let state = seed.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let mut random = Self { state, now_secs: 100.0 };
        (0..8).for_each(|_| _ = random.below(2));
        random
    }

    pub fn below(&mut self, n: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (self.state >> 16) as usize % n.max(1)
    }

    pub fn is_one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub fn unit(&mut self) -> f32 {
        self.below(10_001) as f32 / 10_000.0
    }

    fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    fn of<T: Clone>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())].clone()
    }

    fn colour(&mut self) -> Rgb8 {
        Rgb8::new(self.below(256) as u8, self.below(256) as u8, self.below(256) as u8)
    }

    pub fn picture(&mut self, width: u32, height: u32) -> RgbaImage {
        let bytes = (0..width as usize * height as usize * 4).map(|_| self.below(256) as u8).collect();
        RgbaImage::new(width, height, bytes).unwrap()
    }

    fn layer(&mut self, session: &Session) -> LayerId {
        let layers = session.document().layers();
        layers[self.below(layers.len())].id()
    }

    fn view_point(&mut self, session: &Session) -> ViewPoint {
        // Mostly on the canvas, wherever that lies in the view; sometimes beside it.
        let (width, height) = (session.document().width() as f32, session.document().height() as f32);
        let point = CanvasPoint::new(self.between(-0.15, 1.15) * width, self.between(-0.15, 1.15) * height);
        session.view().view_from_canvas(point)
    }

    fn canvas_point(&mut self, session: &Session) -> CanvasPoint {
        let at = self.view_point(session);
        session.view().canvas_from_view(at)
    }

    /// What is done next.
    pub fn action(&mut self, session: &Session) -> Vec<Event> {
        self.now_secs += f64::from(self.unit());
        match self.below(40) {
            0..=9 => self.drag(session),
            10..=12 => vec![Event::Tool(self.of(&Tool::ALL))],
            13 | 14 => vec![self.tool_edit(session)],
            15 | 16 => vec![self.brush_edit()],
            17 => vec![Event::Colour(match self.is_one_in(2) {
                true => ColourEdit::Foreground(self.colour()),
                false => ColourEdit::Background(self.colour()),
            })],
            18..=22 => vec![Event::Layers(self.layer_edit(session))],
            23 => vec![Event::Selection(self.selection_edit())],
            24 | 25 => vec![self.transform_edit(session)],
            26 if self.is_one_in(2) => vec![Event::Canvas(self.canvas_change(session))],
            26..=28 => vec![Event::Action(if self.is_one_in(3) { Action::Redo } else { Action::Undo })],
            29 => {
                let end = session.document().history_labels().len();
                let near = session.document().history_position() + self.below(13);
                vec![Event::JumpTo(near.saturating_sub(6).min(end))]
            }
            30 => vec![self.picture_event(session)],
            31 => vec![self.form_or_render_edit()],
            32 => self.two_fingers(session),
            33 => vec![self.key(true), self.key(false)],
            34 => vec![self.view_event(session)],
            35 => vec![[Event::Blur, Event::CanvasBlur][self.below(2)].clone()],
            36 | 37 => {
                self.now_secs += 0.6;
                vec![Event::Tick { now_secs: self.now_secs }]
            }
            _ => vec![Event::Action(self.of(&Action::ALL))],
        }
    }

    fn sample(&mut self, view_point: ViewPoint, pressure: f32) -> PointerSample {
        self.now_secs += 0.004;
        PointerSample {
            view_point,
            pressure,
            tilt_degrees: (self.between(-60.0, 60.0), self.between(-60.0, 60.0)),
            twist_degrees: self.between(0.0, 360.0),
            time_secs: self.now_secs,
        }
    }

    /// One drag or click with the tool at hand; now and then it is broken off, or never ends.
    fn drag(&mut self, session: &Session) -> Vec<Event> {
        let kind = self.of(&[PointerKind::Mouse, PointerKind::Mouse, PointerKind::Pen, PointerKind::Touch]);
        let (pointer_id, button) = match kind {
            PointerKind::Mouse => (1, self.of(&[PointerButton::Primary; 8])),
            PointerKind::Pen => (
                7,
                self.of(&[
                    PointerButton::Primary,
                    PointerButton::Primary,
                    PointerButton::Eraser,
                    PointerButton::Secondary,
                ]),
            ),
            PointerKind::Touch => (20, PointerButton::Primary),
        };
        let modifiers = Modifiers {
            shift: self.is_one_in(6),
            alt: self.is_one_in(10),
            ctrl: self.is_one_in(20),
            ..Modifiers::default()
        };
        let event = |phase, samples, predicted| {
            Event::Pointer(PointerEvent { phase, pointer_id, kind, button, modifiers, samples, predicted })
        };
        let mut at = self.view_point(session);
        let press = self.unit();
        let mut events = vec![event(PointerPhase::Down, vec![self.sample(at, press)], vec![])];
        for _ in 0..self.below(6) {
            let mut samples = Vec::new();
            for _ in 0..=self.below(3) {
                at = ViewPoint::new(at.x + self.between(-25.0, 25.0), at.y + self.between(-25.0, 25.0));
                let pressure = self.unit();
                samples.push(self.sample(at, pressure));
            }
            let ahead = ViewPoint::new(at.x + self.between(-9.0, 9.0), at.y);
            let predicted = if self.is_one_in(2) { vec![self.sample(ahead, 0.5)] } else { vec![] };
            events.push(event(PointerPhase::Move, samples, predicted));
        }
        match self.below(30) {
            // The pointer stays down: whatever comes next meets an unfinished gesture.
            0 => {}
            1 => events.push(event(PointerPhase::Cancel, vec![self.sample(at, 0.0)], vec![])),
            2 => events.push(Event::Action(self.of(&[Action::Cancel, Action::Undo, Action::Clear, Action::BrushTool]))),
            _ => events.push(event(PointerPhase::Up, vec![self.sample(at, 0.0)], vec![])),
        }
        events
    }

    /// Two fingers on the view, or a tap of two or three of them.
    fn two_fingers(&mut self, session: &Session) -> Vec<Event> {
        let n_fingers = 2 + self.below(2) as i32;
        let places: Vec<ViewPoint> = (0..n_fingers).map(|_| self.view_point(session)).collect();
        let is_tap = self.is_one_in(2);
        let mut events = Vec::new();
        for phase in [PointerPhase::Down, PointerPhase::Move, PointerPhase::Up] {
            for (finger, place) in places.iter().enumerate() {
                let strays = if is_tap || phase == PointerPhase::Down { 0.0 } else { 30.0 };
                let at = ViewPoint::new(place.x + self.between(0.0, strays), place.y + self.between(0.0, strays));
                events.push(Event::Pointer(PointerEvent {
                    phase,
                    pointer_id: 20 + finger as i32,
                    kind: PointerKind::Touch,
                    button: PointerButton::Primary,
                    modifiers: Modifiers::default(),
                    samples: vec![self.sample(at, 0.5)],
                    predicted: vec![],
                }));
            }
        }
        events
    }

    fn key(&mut self, is_down: bool) -> Event {
        let keys = [
            ("Alt", "AltLeft"),
            (" ", "Space"),
            ("Enter", "Enter"),
            ("Escape", "Escape"),
            ("Backspace", "Backspace"),
            ("Delete", "Delete"),
            ("ArrowLeft", "ArrowLeft"),
            ("ArrowRight", "ArrowRight"),
            ("ArrowUp", "ArrowUp"),
            ("ArrowDown", "ArrowDown"),
            ("[", "BracketLeft"),
            ("]", "BracketRight"),
            ("z", "KeyZ"),
            ("x", "KeyX"),
            ("d", "KeyD"),
            ("a", "KeyA"),
        ];
        let (key, code) = self.of(&keys);
        let modifiers = Modifiers { ctrl: self.is_one_in(3), shift: self.is_one_in(4), ..Modifiers::default() };
        let focus = self.of(&[KeyFocus::Page, KeyFocus::Canvas, KeyFocus::Control, KeyFocus::TextField]);
        let event = KeyEvent { key: key.into(), code: code.into(), modifiers, is_repeat: self.is_one_in(5), focus };
        if is_down { Event::KeyDown(event) } else { Event::KeyUp(event) }
    }

    fn tool_edit(&mut self, session: &Session) -> Event {
        let is_on = self.is_one_in(2);
        let symmetries = [
            SymmetryKind::Off,
            SymmetryKind::Off,
            SymmetryKind::Vertical,
            SymmetryKind::Horizontal,
            SymmetryKind::Both,
            SymmetryKind::Radial { n_folds: 3, is_mirrored: is_on },
        ];
        Event::ToolEdit(match self.below(21) {
            0 => ToolEdit::HasOutline(is_on),
            1 => ToolEdit::HasFill(is_on),
            2 => ToolEdit::OutlinePx(self.between(-1.0, 40.0)),
            3 => ToolEdit::Corners(self.of(&[Corners::Sharp, Corners::Round])),
            4 => ToolEdit::Opacity(self.unit()),
            5 => ToolEdit::GradientKind(self.of(&[GradientKind::Linear, GradientKind::Radial])),
            6 => ToolEdit::GradientFades(is_on),
            7 => ToolEdit::Tolerance(self.below(256) as u8),
            8 => ToolEdit::IsContiguous(is_on),
            9 => ToolEdit::GapRadiusPx(self.below(9) as u32),
            10 => ToolEdit::ExpandPx(self.between(-6.0, 6.0)),
            11 => ToolEdit::SamplesAllLayers(is_on),
            12 => ToolEdit::SelectionMode(self.of(&[
                SelectionMode::Replace,
                SelectionMode::Add,
                SelectionMode::Subtract,
                SelectionMode::Intersect,
            ])),
            13 => ToolEdit::IsAntialiased(is_on),
            14 => ToolEdit::FeatherPx(if is_on { 0.0 } else { self.between(0.0, 12.0) }),
            15 => ToolEdit::PicksFromLayer(is_on),
            16 | 17 => ToolEdit::Symmetry(self.of(&symmetries)),
            18 => ToolEdit::SymmetryCentre(self.canvas_point(session)),
            19 => ToolEdit::SymmetryDegrees(self.between(-180.0, 180.0)),
            _ => ToolEdit::Guides(Guides {
                shows_thirds: is_on,
                vanishing_points: (0..self.below(4)).map(|_| self.canvas_point(session)).collect(),
                has_straight_axes: self.is_one_in(2),
                snaps: self.is_one_in(2),
            }),
        })
    }

    fn brush_edit(&mut self) -> Event {
        let edit = |edit| Event::Brushes(edit);
        match self.below(14) {
            0..=3 => edit(BrushesEdit::Choose(self.below(BUILT_IN_BRUSHES.len()))),
            4 | 5 => Event::Brush(BrushEdit::SizePx(self.between(1.0, 40.0))),
            6 => Event::Brush(BrushEdit::Hardness(self.unit())),
            7 => Event::Brush(BrushEdit::Opacity(self.unit())),
            8 => Event::Brush(BrushEdit::Flow(self.unit())),
            9 => Event::Brush(BrushEdit::Spacing(self.between(0.1, 1.0))),
            10 => {
                let number = self.of(&BrushNumber::ALL[..]);
                let (low, high) = number.range();
                // A brush as large as the whole canvas says nothing that a small one does not, and takes its time.
                let value = self.between(low, high).min(60.0);
                edit(BrushesEdit::Number(number, value))
            }
            11 => match self.below(4) {
                0 => edit(BrushesEdit::Tip(self.of(TipKind::ALL))),
                1 => edit(BrushesEdit::Grain(self.of(GrainKind::ALL))),
                2 => edit(BrushesEdit::Gathering(self.of(Gathering::ALL))),
                _ => edit(BrushesEdit::Blend(self.of(BrushBlend::ALL))),
            },
            12 => edit(BrushesEdit::Stabiliser(self.of(Stabiliser::ALL))),
            _ => edit(BrushesEdit::Reset(self.below(BUILT_IN_BRUSHES.len()))),
        }
    }

    fn layer_edit(&mut self, session: &Session) -> LayerEdit {
        let id = self.layer(session);
        let n_layers = session.document().layers().len();
        let is_on = self.is_one_in(2);
        if n_layers > MANY_LAYERS {
            return LayerEdit::Delete(id);
        }
        match self.below(31) {
            0..=3 => LayerEdit::Choose(id),
            27 => LayerEdit::ChooseToo(id),
            28 => LayerEdit::ChooseUpTo(id),
            29 => LayerEdit::Fold(id, is_on),
            30 => LayerEdit::Alone(id),
            4 | 5 => {
                let kinds =
                    [LayerKind::Paint, LayerKind::Paint, LayerKind::Group, LayerKind::Reference, LayerKind::Render];
                LayerEdit::Add(self.of(&kinds))
            }
            6 if n_layers > 3 => LayerEdit::Delete(id),
            7 => LayerEdit::Duplicate(id),
            8 => LayerEdit::MergeDown(id),
            9 => LayerEdit::FlattenGroup(id),
            10 if self.is_one_in(4) => LayerEdit::FlattenAll,
            11 => LayerEdit::Group(id),
            12 => LayerEdit::Ungroup(id),
            13 => LayerEdit::Bake(id),
            14 => {
                let other = self.layer(session);
                LayerEdit::Move(id, self.of(&[Place::Above(other), Place::Below(other), Place::Into(other)]))
            }
            15 => LayerEdit::MoveBy(id, is_on),
            16 => LayerEdit::Rename(id, ["", "sky", "água ✎"][self.below(3)].to_owned()),
            17..=19 => LayerEdit::Opacity { layer: id, opacity: self.unit(), is_continued: is_on },
            20 | 21 => LayerEdit::Blend(id, self.of(&BlendMode::ALL)),
            // Layers that cannot be painted on would soon make the sitting a dull one.
            22 => LayerEdit::Visible(id, !self.is_one_in(3)),
            23 => LayerEdit::Locked(id, self.is_one_in(5)),
            24 => LayerEdit::AlphaLocked(id, self.is_one_in(3)),
            25 => LayerEdit::Clipped(id, is_on),
            _ => LayerEdit::Kind(id, self.of(&[LayerKind::Paint, LayerKind::Paint, LayerKind::Reference])),
        }
    }

    fn selection_edit(&mut self) -> SelectionEdit {
        match self.below(8) {
            0 => SelectionEdit::All,
            1..=3 => SelectionEdit::Clear,
            4 => SelectionEdit::Invert,
            5 => SelectionEdit::Feather(self.between(0.0, 12.0)),
            6 => SelectionEdit::Grow(self.between(-8.0, 8.0)),
            _ => SelectionEdit::Move { dx: self.below(41) as i32 - 20, dy: self.below(41) as i32 - 20 },
        }
    }

    fn transform_edit(&mut self, session: &Session) -> Event {
        let factor = |random: &mut Self| f64::from(random.between(-1.6, 1.6));
        Event::Transform(match self.below(9) {
            0 | 1 => TransformEdit::Move {
                dx: f64::from(self.between(-40.0, 40.0)),
                dy: f64::from(self.between(-30.0, 30.0)),
            },
            2 => TransformEdit::Turn(self.of(&[90.0, 180.0, 33.3, -7.0])),
            3 => TransformEdit::Scale { across: factor(self), down: factor(self) },
            4 => TransformEdit::Skew { across: f64::from(self.between(-90.0, 90.0)), down: 0.0 },
            5 => TransformEdit::Corners(std::array::from_fn(|_| self.canvas_point(session))),
            6 => TransformEdit::Reset,
            7 => return Event::Action(Action::Apply),
            _ => return Event::Action(Action::Cancel),
        })
    }

    fn canvas_change(&mut self, session: &Session) -> CanvasChange {
        let (width, height) = (40 + self.below(80) as u32, 30 + self.below(70) as u32);
        match self.below(8) {
            0 | 1 => {
                let corner = |random: &mut Self| random.below(41) as i32 - 20;
                CanvasChange::Extent { left: corner(self), top: corner(self), width, height }
            }
            2 => CanvasChange::Scale { width, height },
            3 => CanvasChange::TurnRight,
            4 => CanvasChange::TurnLeft,
            5 => CanvasChange::TurnAround,
            6 => CanvasChange::FlipAcross,
            // Refused, and changes nothing.
            _ if self.is_one_in(3) => CanvasChange::Scale { width: 0, height: session.document().height() },
            _ => CanvasChange::FlipDown,
        }
    }

    fn picture_event(&mut self, session: &Session) -> Event {
        let (width, height) = (1 + self.below(40) as u32, 1 + self.below(40) as u32);
        let image = self.picture(width, height);
        match self.below(4) {
            0 => Event::Import(image),
            _ if session.document().layers().len() > MANY_LAYERS => Event::Action(Action::DeleteSelected),
            1 => Event::Document(DocumentEdit::AddPicture { image, name: "photo".into() }),
            2 => Event::Action(Action::Paste),
            _ => Event::Action(self.of(&[Action::Copy, Action::Cut, Action::FillSelection, Action::DeleteSelected])),
        }
    }

    fn form_or_render_edit(&mut self) -> Event {
        match self.below(9) {
            0 => Event::Form(FormEdit::Strength(self.unit())),
            1 => Event::Form(FormEdit::Prompt(["a lake", "", "(red:1.2) hills"][self.below(3)].into())),
            2 => Event::Form(FormEdit::IsSelectionOnly(self.is_one_in(2))),
            3 => Event::Rendering(RenderEdit::Freedom(self.between(-1.0, 1.0))),
            4 => Event::Rendering(RenderEdit::ClearStrength),
            5 => Event::Rendering(RenderEdit::Live(self.of(&[LiveState::Off, LiveState::Off, LiveState::On]))),
            6 => Event::Action(Action::Render),
            7 => Event::Action(Action::KeepAsLayer),
            _ => Event::Action(Action::Keep),
        }
    }

    fn view_event(&mut self, session: &Session) -> Event {
        let view_point = self.view_point(session);
        match self.below(5) {
            0 => Event::ViewResized { width: self.between(20.0, 400.0), height: self.between(20.0, 300.0) },
            1 | 2 => Event::Action(Action::FitView),
            3 => Event::Action(self.of(&[Action::MirrorView, Action::TurnViewRight, Action::StraightenView])),
            _ => Event::Wheel {
                view_point,
                delta_x: self.between(-50.0, 50.0),
                delta_y: self.between(-200.0, 200.0),
                modifiers: Modifiers { shift: self.is_one_in(3), ctrl: self.is_one_in(3), ..Modifiers::default() },
            },
        }
    }
}
