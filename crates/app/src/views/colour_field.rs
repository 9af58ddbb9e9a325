//! Where a colour is looked for: a field of saturation and value, the hues below it, and the colour as it is written.

use leptos::{prelude::*, wasm_bindgen::JsCast, web_sys};
use underpaint_paint::Rgb8;
use underpaint_studio::{ColourEdit, Event, Hsv, Part, Phrase};

use super::slider::event_target_number;
use crate::{
    desk::Desk,
    flow::{CollectAny, on_change},
    texts::t,
};

/// A slider of the field: its message and handle, its end, how it is read and set.
type Axis = (&'static str, f32, fn(Hsv) -> f32, fn(&mut Hsv, f32));

/// The hue is seen; the other two are the field's own, for keys and for screen readers.
const AXES: [Axis; 3] = [
    ("colour-hue", 360.0, |it| it.hue_degrees, |it, value| it.hue_degrees = value),
    ("colour-saturation", 100.0, |it| it.saturation * 100.0, |it, value| it.saturation = value / 100.0),
    ("colour-value", 100.0, |it| it.value * 100.0, |it, value| it.value = value / 100.0),
];

/// The field, and the hues.
#[component]
pub fn ColourField(desk: Desk) -> impl IntoView {
    let hsv = RwSignal::new(Hsv::default());
    on_change(move || {
        let colour = desk.read(Part::Colours, |session| session.colours().foreground);
        hsv.update(|it| *it = Hsv::of(colour, *it));
    });
    let choose = move |new: Hsv| {
        hsv.set(new);
        desk.send(Event::Colour(ColourEdit::Foreground(new.colour())));
    };
    let aim = move |event: web_sys::PointerEvent, is_press: bool| {
        let Some(field) = event.current_target().and_then(|it| it.dyn_into::<web_sys::Element>().ok()) else { return };
        if is_press {
            // A pointer that cannot be captured drags as long as it stays inside.
            let _ = field.set_pointer_capture(event.pointer_id());
        } else if event.buttons() & 1 == 0 {
            return;
        }
        let bounds = field.get_bounding_client_rect();
        let share =
            |at: i32, start: f64, length: f64| ((f64::from(at) - start) / length.max(1.0)).clamp(0.0, 1.0) as f32;
        choose(Hsv {
            saturation: share(event.client_x(), bounds.left(), bounds.width()),
            value: 1.0 - share(event.client_y(), bounds.top(), bounds.height()),
            ..hsv.get_untracked()
        });
    };
    let slider = move |(id, high, get, set): Axis| {
        view! {
            <input
                type="range"
                class=if id == "colour-hue" { "hues" } else { "visually-hidden" }
                data-testid=id
                aria-label=t(id)
                min="0"
                max=high
                step="1"
                prop:value=move || get(hsv.get()).round().to_string()
                on:input=move |event| {
                    if let Some(value) = event_target_number(&event) {
                        let mut new = hsv.get_untracked();
                        set(&mut new, value);
                        choose(new);
                    }
                }
            />
        }
    };
    let hex = move || desk.read(Part::Colours, |session| session.colours().foreground.to_hex());
    let write = move |event: web_sys::Event| {
        let text = event_target_value(&event);
        match Rgb8::from_hex(&text) {
            Some(colour) => desk.send(Event::Colour(ColourEdit::Foreground(colour))),
            None => desk.say(Phrase::new("said-no-colour").with("text", text)),
        }
        // What was meant by `abc` is written out, and what was no colour gives way to the one there is.
        event_target::<web_sys::HtmlInputElement>(&event).set_value(&hex());
    };
    let [hue, rest @ ..] = AXES;
    view! {
        <div
            class="colour-field"
            data-testid="colour-field"
            style=("--hue", move || format!("{:.1}", hsv.get().hue_degrees))
            style=("--across", move || format!("{:.4}", hsv.get().saturation))
            style=("--up", move || format!("{:.4}", hsv.get().value))
            on:pointerdown=move |event| aim(event, true)
            on:pointermove=move |event| aim(event, false)
        >
            {rest.map(slider).collect_any()}
        </div>
        <div class="hue-row">
            {slider(hue)}
            <input
                class="input hex"
                data-testid="colour-hex"
                aria-label=t("colour-hex")
                title=t("colour-hex")
                maxlength="32"
                spellcheck="false"
                autocomplete="off"
                prop:value=hex
                on:change=write
            />
        </div>
    }
}
