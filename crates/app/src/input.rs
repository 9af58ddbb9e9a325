//! What the browser reports, as the session's events.

use std::{cell::RefCell, collections::BTreeMap};

use leptos::prelude::*;
use underpaint_browser::{
    BrowserError,
    keyboard::{Focus, KeyInput, KeyboardListener, has_selected_text},
    pointer::{self, PointerInput, PointerListener},
    size::SizeListener,
};
use underpaint_studio::{
    Event, KeyEvent, KeyFocus, Modifiers, PointerButton, PointerEvent, PointerKind, PointerPhase, PointerSample,
    ViewPoint,
};

use crate::desk::Desk;

/// The listeners of the page; dropping them ends the listening.
pub struct Listeners {
    _pointer: PointerListener,
    _size: SizeListener,
    _keyboard: KeyboardListener,
}

/// Listens to the pointers over the sketch and what lies around it, and to the keys of the page.
///
/// # Errors
/// When there is no window to listen to.
pub fn listen(desk: Desk, well: &leptos::web_sys::Element) -> Result<Listeners, BrowserError> {
    let buttons = RefCell::new(BTreeMap::new());
    let view_size = std::cell::Cell::new((0.0, 0.0));
    // A stroke may begin beside the paper, as a wash that runs over its edge does.
    let surface = well.parent_element();
    let pointer = PointerListener::new(surface.as_ref().unwrap_or(well), well, move |input| {
        // The element may have been laid out anew since the last event, and the view is counted in its pixels.
        let size = (input.view_width_px as f32, input.view_height_px as f32);
        if view_size.replace(size) != size {
            desk.send(Event::ViewResized { width: size.0, height: size.1 });
        }
        let button = button_of(&input, &mut buttons.borrow_mut());
        desk.send(Event::Pointer(pointer_event(input, button)));
    });
    let canvas = well.clone();
    let keyboard = KeyboardListener::new(move |input| {
        // A dialog has its keys to itself, also after the element that had the focus has gone.
        let has_own_keys = document().query_selector("dialog[open][data-keys]").is_ok_and(|it| it.is_some());
        if has_own_keys && input.is_down {
            return false;
        }
        let is_down = input.is_down;
        let mut event = key_event(input);
        // The canvas is the one element of the page that arrow keys mean something else to.
        let has_canvas_focus = || document().active_element().is_some_and(|it| it == canvas);
        if event.focus == KeyFocus::Page && has_canvas_focus() {
            event.focus = KeyFocus::Canvas;
        }
        // Who has selected words of the page copies these, not the drawing. A selection stays while one paints elsewhere.
        if event.focus == KeyFocus::Page && event.modifiers.ctrl && event.key == "c" && has_selected_text() {
            event.focus = KeyFocus::TextField;
        }
        let is_claimed = desk.peek(|session| session.claims_key(&event));
        desk.send(if is_down { Event::KeyDown(event) } else { Event::KeyUp(event) });
        is_claimed
    })?;
    let size = SizeListener::new(well, move || desk.with_presenter(|presenter| presenter.follow_size(desk)));
    Ok(Listeners { _pointer: pointer, _size: size, _keyboard: keyboard })
}

/// Which button went down, told from those that are held; the same one goes up later.
fn button_of(input: &PointerInput, held: &mut BTreeMap<i32, PointerButton>) -> PointerButton {
    match input.phase {
        pointer::PointerPhase::Down => {
            let button = match input.buttons {
                buttons if buttons & 32 != 0 => PointerButton::Eraser,
                buttons if buttons & 2 != 0 => PointerButton::Secondary,
                buttons if buttons & 4 != 0 => PointerButton::Middle,
                buttons if buttons > 5 => PointerButton::Other,
                _ => PointerButton::Primary,
            };
            held.insert(input.pointer_id, button);
            button
        }
        pointer::PointerPhase::Up | pointer::PointerPhase::Cancel => held.remove(&input.pointer_id).unwrap_or_default(),
        _ => held.get(&input.pointer_id).copied().unwrap_or_default(),
    }
}

fn pointer_event(input: PointerInput, button: PointerButton) -> PointerEvent {
    PointerEvent {
        phase: match input.phase {
            pointer::PointerPhase::Down => PointerPhase::Down,
            pointer::PointerPhase::Move => PointerPhase::Move,
            pointer::PointerPhase::Up => PointerPhase::Up,
            pointer::PointerPhase::Cancel => PointerPhase::Cancel,
            pointer::PointerPhase::Leave => PointerPhase::Leave,
        },
        pointer_id: input.pointer_id,
        kind: match input.kind {
            pointer::PointerKind::Mouse => PointerKind::Mouse,
            pointer::PointerKind::Pen => PointerKind::Pen,
            pointer::PointerKind::Touch => PointerKind::Touch,
        },
        button,
        modifiers: modifiers_of(input.modifiers),
        samples: samples_of(&input.samples),
        predicted: samples_of(&input.predicted),
    }
}

fn samples_of(samples: &[pointer::PointerSample]) -> Vec<PointerSample> {
    let sample = |sample: &pointer::PointerSample| PointerSample {
        view_point: ViewPoint::new(sample.x_px as f32, sample.y_px as f32),
        pressure: sample.pressure,
        tilt_degrees: (sample.tilt_x_degrees, sample.tilt_y_degrees),
        twist_degrees: sample.twist_degrees,
        time_secs: sample.time_secs,
    };
    samples.iter().map(sample).collect()
}

fn key_event(input: KeyInput) -> KeyEvent {
    KeyEvent {
        key: input.key,
        code: input.code,
        modifiers: modifiers_of(input.modifiers),
        is_repeat: input.is_repeat,
        focus: match input.focus {
            Focus::Page => KeyFocus::Page,
            Focus::Control => KeyFocus::Control,
            Focus::TextField => KeyFocus::TextField,
        },
    }
}

fn modifiers_of(modifiers: pointer::Modifiers) -> Modifiers {
    Modifiers { ctrl: modifiers.command, shift: modifiers.shift, alt: modifiers.alt, meta: false }
}

/// The wheel over the sketch, as an event; the page must not scroll with it.
pub fn wheel(desk: Desk, event: &leptos::ev::WheelEvent, well: &leptos::web_sys::Element) {
    event.prevent_default();
    let bounds = well.get_bounding_client_rect();
    // A mouse may count in lines or pages instead of pixels.
    let px_per_unit = match event.delta_mode() {
        0 => 1.0,
        1 => 33.0,
        _ => 400.0,
    };
    desk.send(Event::Wheel {
        view_point: ViewPoint::new(
            (f64::from(event.client_x()) - bounds.left()) as f32,
            (f64::from(event.client_y()) - bounds.top()) as f32,
        ),
        delta_x: (event.delta_x() * px_per_unit) as f32,
        delta_y: (event.delta_y() * px_per_unit) as f32,
        modifiers: Modifiers {
            ctrl: event.ctrl_key(),
            shift: event.shift_key(),
            alt: event.alt_key(),
            meta: event.meta_key(),
        },
    });
}

/// Listens to what concerns the whole window.
pub fn listen_to_window(desk: Desk) {
    let on_blur = window_event_listener(leptos::ev::blur, move |_| desk.send(Event::Blur));
    on_cleanup(move || on_blur.remove());
}
