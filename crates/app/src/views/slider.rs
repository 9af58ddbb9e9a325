//! A slider with its name and value.

use leptos::prelude::*;

use crate::texts::t;

/// Where a value stands between two ends, 0 to 1.
pub fn fraction_of(value: f32, low: f32, high: f32) -> f32 {
    ((value - low) / (high - low)).clamp(0.0, 1.0)
}

/// The number in the slider or number field that an event is about; none where it is empty or no number. The browser has
/// read it already.
pub fn event_target_number(event: &leptos::ev::Event) -> Option<f32> {
    let value = event_target::<leptos::web_sys::HtmlInputElement>(event).value_as_number();
    value.is_finite().then_some(value as f32)
}

/// A named slider. `value` is read inside a view; `change` gets every number that the slider takes.
#[component]
pub fn Slider(
    id: &'static str,
    /// The message that names it.
    title_id: &'static str,
    low: f32,
    high: f32,
    step: f32,
    /// Digits after the point.
    #[prop(optional)]
    digits: usize,
    #[prop(into)] value: Signal<f32>,
    /// How the value is shown and said.
    shown: fn(f32) -> String,
    change: impl Fn(f32) + 'static,
    /// Whether it wears the accent.
    #[prop(optional)]
    is_accented: bool,
    /// What stands beside the name.
    #[prop(optional)]
    beside: Option<AnyView>,
) -> impl IntoView {
    let change = Box::new(change);
    slider_view(Parts { id, title_id, low, high, step, digits, value, shown, change, is_accented, beside })
}

/// What a slider is made of.
struct Parts {
    id: &'static str,
    title_id: &'static str,
    low: f32,
    high: f32,
    step: f32,
    digits: usize,
    value: Signal<f32>,
    shown: fn(f32) -> String,
    change: Box<dyn Fn(f32)>,
    is_accented: bool,
    beside: Option<AnyView>,
}

/// Compiled once for all sliders.
fn slider_view(parts: Parts) -> AnyView {
    let Parts { id, title_id, low, high, step, digits, value, shown, change, is_accented, beside } = parts;
    view! {
        <div class="field__head">
            <label class="label" for=id>
                {t(title_id)}
            </label>
            {beside}
            <span class="value" aria-hidden="true">
                {move || shown(value.get())}
            </span>
        </div>
        <input
            class="slider"
            class=("slider--plain", !is_accented)
            id=id
            data-testid=id
            type="range"
            min=low
            max=high
            step=step
            prop:value=move || format!("{:.*}", digits, value.get())
            style=("--at", move || format!("{:.4}", fraction_of(value.get(), low, high)))
            aria-valuetext=move || shown(value.get())
            on:input=move |event| {
                if let Some(number) = event_target_number(&event) {
                    change(number);
                }
            }
        />
    }
    .into_any()
}
