//! Mouse, pen and touch on an element, with every sample the device gave.

use std::f64::consts::FRAC_PI_2;

use gloo::events::{EventListener, EventListenerOptions};
use js_sys::{Array, Function};
use wasm_bindgen::prelude::*;
use web_sys::{Element, Event, HtmlElement, PointerEvent};

use crate::tilt;

/// What kind of pointer it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PointerKind {
    /// A mouse or a touchpad: it has no pressure of its own.
    Mouse,
    /// A pen: it has pressure, and often tilt.
    Pen,
    /// A finger.
    Touch,
}

/// What the pointer did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PointerPhase {
    /// It touched down, or its first button went down.
    Down,
    /// It moved, pressed or hovering (see [`PointerInput::buttons`]), or changed its buttons or pressure.
    Move,
    /// It lifted.
    Up,
    /// The browser took it away (a system gesture, a palm): what it did should be taken back or ended.
    Cancel,
    /// It left the element while hovering.
    Leave,
}

/// One sample of a pointer's path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PointerSample {
    /// CSS pixels from the element's left edge.
    pub x_px: f64,
    /// CSS pixels from the element's upper edge.
    pub y_px: f64,
    /// Pressure, 0 to 1. A device without pressure gives 0.5 while pressed and 0 otherwise.
    pub pressure: f32,
    /// Lean to the right (positive) or left, −90 to 90 degrees.
    pub tilt_x_degrees: f32,
    /// Lean towards the person (positive) or away, −90 to 90 degrees.
    pub tilt_y_degrees: f32,
    /// Turn of the pen around its own axis, clockwise, 0 to 359 degrees; 0 where the device has none.
    pub twist_degrees: f32,
    /// When it was taken, in seconds on the page's clock ([`crate::clock::now_secs`]).
    pub time_secs: f64,
}

impl PointerSample {
    /// How far the pen leans from upright, 0 to 90 degrees.
    #[must_use]
    pub fn lean_degrees(&self) -> f32 {
        (90.0 - self.altitude_azimuth_degrees().0) as f32
    }

    /// Where the pen leans to, 0 to 360 degrees clockwise from the right; 0 for an upright pen.
    #[must_use]
    pub fn azimuth_degrees(&self) -> f32 {
        self.altitude_azimuth_degrees().1 as f32
    }

    fn altitude_azimuth_degrees(&self) -> (f64, f64) {
        tilt::altitude_azimuth_degrees(f64::from(self.tilt_x_degrees), f64::from(self.tilt_y_degrees))
    }
}

/// Keys held during a pointer or key event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Modifiers {
    /// Shift.
    pub shift: bool,
    /// Control, or Command on a Mac: the key that shortcuts use.
    pub command: bool,
    /// Alt, or Option on a Mac.
    pub alt: bool,
}

/// One pointer event with all the samples that the browser had put together into it, oldest first, at least one.
#[derive(Clone, Debug, PartialEq)]
pub struct PointerInput {
    /// What happened.
    pub phase: PointerPhase,
    /// Tells fingers apart; the same from `Down` to `Up`.
    pub pointer_id: i32,
    /// What kind of pointer.
    pub kind: PointerKind,
    /// The first finger, the mouse, the pen: the one to draw with.
    pub is_primary: bool,
    /// Buttons that are down: bit 0 primary (contact), bit 1 secondary (a pen's barrel), bit 2 middle, bit 5 a pen's
    /// eraser end.
    pub buttons: u16,
    /// Keys that are held.
    pub modifiers: Modifiers,
    /// The element's width in CSS pixels, so that a sample can be scaled to the canvas's pixels.
    pub view_width_px: f64,
    /// The element's height in CSS pixels.
    pub view_height_px: f64,
    /// Where the pointer was.
    pub samples: Vec<PointerSample>,
    /// Where the browser expects it next, soonest first: to be shown, and taken back with the next event. Empty where it
    /// expects nothing, and for a pointer that hovers.
    pub predicted: Vec<PointerSample>,
}

/// Buttons of [`PointerInput::buttons`].
const PRIMARY: u16 = 1;
const SECONDARY: u16 = 2;
const ERASER: u16 = 32;

impl PointerInput {
    /// It is over the element without touching.
    #[must_use]
    pub const fn is_hovering(&self) -> bool {
        self.buttons == 0 || self.is_barrel_pressed() && self.buttons & (PRIMARY | ERASER) == 0
    }

    /// The pen touches with its eraser end.
    #[must_use]
    pub const fn is_eraser(&self) -> bool {
        self.buttons & ERASER != 0
    }

    /// The button on the pen's side is pressed, touching or in the air.
    #[must_use]
    pub const fn is_barrel_pressed(&self) -> bool {
        matches!(self.kind, PointerKind::Pen) && self.buttons & SECONDARY != 0
    }
}

/// Listens to the pointers of one element, and of what lies around it, until it is dropped.
///
/// A pointer that goes down is captured, so that a stroke which leaves the element stays with it; the element is focused
/// where it can be, so that shortcuts leave the text fields. The browser's own answers (scrolling, selection, the
/// context menu) are held back; the style sheet has to say `touch-action: none` besides, which only it can.
#[derive(Debug)]
pub struct PointerListener {
    _listeners: Vec<EventListener>,
}

impl PointerListener {
    /// Hears the pointers over `surface`, in the coordinates of `element`, through `on_input`. The surface is the element
    /// itself, or one around it where a stroke may begin beside the element.
    pub fn new(surface: &Element, element: &Element, on_input: impl FnMut(PointerInput) + 'static) -> Self {
        let on_input = std::rc::Rc::new(std::cell::RefCell::new(on_input));
        let phases = [
            ("pointerdown", PointerPhase::Down),
            ("pointermove", PointerPhase::Move),
            ("pointerup", PointerPhase::Up),
            ("pointercancel", PointerPhase::Cancel),
            ("pointerleave", PointerPhase::Leave),
        ];
        let mut listeners: Vec<EventListener> = phases
            .into_iter()
            .map(|(name, phase)| {
                let on_input = on_input.clone();
                let (holder, target) = (surface.clone(), element.clone());
                let options = EventListenerOptions::enable_prevent_default();
                EventListener::new_with_options(surface, name, options, move |event| {
                    let event: &PointerEvent = event.unchecked_ref();
                    // While a pointer is captured the browser reports no leaving; this one is a hovering pointer's.
                    event.prevent_default();
                    if phase == PointerPhase::Down {
                        take_hold(&holder, &target, event);
                    }
                    // A callback that opens a dialog can let another event in; that one is dropped, not a panic.
                    if let Ok(mut on_input) = on_input.try_borrow_mut() {
                        on_input(input_of(&target, event, phase));
                    }
                })
            })
            .collect();
        let options = EventListenerOptions::enable_prevent_default();
        listeners.push(EventListener::new_with_options(surface, "contextmenu", options, Event::prevent_default));
        Self { _listeners: listeners }
    }
}

fn take_hold(surface: &Element, element: &Element, event: &PointerEvent) {
    // A synthetic pointer cannot be captured, and a stroke that stays inside does not need it.
    let _ = surface.set_pointer_capture(event.pointer_id());
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        // An element that cannot be focused stays as it is.
        let _ = element.focus();
    }
}

fn input_of(element: &Element, event: &PointerEvent, phase: PointerPhase) -> PointerInput {
    let bounds = element.get_bounding_client_rect();
    let sample_of = |event: &PointerEvent| sample_of(event, bounds.left(), bounds.top());
    let coalesced = match phase {
        PointerPhase::Move => events_of(event, "getCoalescedEvents"),
        _ => Vec::new(),
    };
    let predicted = match phase {
        PointerPhase::Move if event.buttons() != 0 => events_of(event, "getPredictedEvents"),
        _ => Vec::new(),
    };
    let samples = if coalesced.is_empty() { vec![sample_of(event)] } else { coalesced.iter().map(sample_of).collect() };
    PointerInput {
        phase,
        pointer_id: event.pointer_id(),
        kind: match event.pointer_type().as_str() {
            "pen" => PointerKind::Pen,
            "touch" => PointerKind::Touch,
            _ => PointerKind::Mouse,
        },
        is_primary: event.is_primary(),
        buttons: event.buttons(),
        modifiers: Modifiers {
            shift: event.shift_key(),
            command: event.ctrl_key() || event.meta_key(),
            alt: event.alt_key(),
        },
        view_width_px: bounds.width(),
        view_height_px: bounds.height(),
        samples,
        predicted: predicted.iter().map(sample_of).collect(),
    }
}

fn sample_of(event: &PointerEvent, left_px: f64, top_px: f64) -> PointerSample {
    let precise: &PreciseEvent = event.unchecked_ref();
    let mut tilt = (precise.tilt_x(), precise.tilt_y());
    // Some browsers tell the lean of a pen in angles alone, and leave the tilt at 0.
    if tilt == (0.0, 0.0)
        && let (Some(altitude), Some(azimuth)) = (precise.altitude_angle(), precise.azimuth_angle())
        && altitude < FRAC_PI_2
    {
        tilt = tilt::tilt_degrees(altitude, azimuth);
    }
    PointerSample {
        x_px: precise.client_x() - left_px,
        y_px: precise.client_y() - top_px,
        pressure: event.pressure(),
        tilt_x_degrees: tilt.0 as f32,
        tilt_y_degrees: tilt.1 as f32,
        twist_degrees: precise.twist() as f32,
        time_secs: event.time_stamp() / 1000.0,
    }
}

/// The events that an event carries: those put together into it, or those expected after it. Browsers offer them at
/// secure addresses only; none is then the answer.
fn events_of(event: &PointerEvent, method: &str) -> Vec<PointerEvent> {
    let method = crate::scope::property(event, method).and_then(|it| it.dyn_into::<Function>().ok());
    let events = method.and_then(|it| it.call0(event).ok());
    events.map(|it| Array::from(&it).iter().map(JsCast::unchecked_into).collect()).unwrap_or_default()
}

#[wasm_bindgen]
extern "C" {
    /// A pointer event with the fractions of a pixel and of a degree that a pen gives and whole numbers lose.
    type PreciseEvent;
    #[wasm_bindgen(method, getter, js_name = clientX)]
    fn client_x(this: &PreciseEvent) -> f64;
    #[wasm_bindgen(method, getter, js_name = clientY)]
    fn client_y(this: &PreciseEvent) -> f64;
    #[wasm_bindgen(method, getter, js_name = tiltX)]
    fn tilt_x(this: &PreciseEvent) -> f64;
    #[wasm_bindgen(method, getter, js_name = tiltY)]
    fn tilt_y(this: &PreciseEvent) -> f64;
    #[wasm_bindgen(method, getter)]
    fn twist(this: &PreciseEvent) -> f64;
    #[wasm_bindgen(method, getter, js_name = altitudeAngle)]
    fn altitude_angle(this: &PreciseEvent) -> Option<f64>;
    #[wasm_bindgen(method, getter, js_name = azimuthAngle)]
    fn azimuth_angle(this: &PreciseEvent) -> Option<f64>;
}
