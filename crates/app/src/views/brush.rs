//! The brush: a dock for all of it, and two sliders beside the canvas for the other hand.

use leptos::prelude::*;
use underpaint_paint::{BrushInput, BrushParameter, MAX_SIZE_PX, MIN_SIZE_PX};
use underpaint_studio::{BrushEdit, Event, Part, Phrase};

use super::{
    icon::{Icon, icon},
    slider::{Slider, event_target_number},
};
use crate::{
    desk::Desk,
    texts::{say, t},
};

/// Size, hardness and opacity of the brush of the tool at hand, which one changes all the time.
#[component]
pub fn BrushBasics(desk: Desk) -> impl IntoView {
    let size = Signal::derive(move || desk.read(Part::Brush, |session| session.brush().size_px));
    let hardness = Signal::derive(move || desk.read(Part::Brush, |session| session.brush().hardness));
    let opacity = Signal::derive(move || desk.read(Part::Brush, |session| session.brush().opacity));
    let edit = move |edit: BrushEdit| desk.send(Event::Brush(edit));
    let pressure = move |name: &'static str, text_id: &'static str, is_size: bool| {
        let is_on = move || {
            desk.read(Part::Brush, |session| {
                let brush = session.brush();
                let parameter = if is_size { BrushParameter::Size } else { BrushParameter::Opacity };
                brush.curve(parameter, BrushInput::Pressure).is_active()
            })
        };
        let toggle = move |_| {
            let is_wanted = !is_on();
            edit(if is_size { BrushEdit::PressureSize(is_wanted) } else { BrushEdit::PressureOpacity(is_wanted) });
        };
        view! {
            <button
                type="button"
                class="pressure"
                data-testid=name
                aria-label=t(text_id)
                title=t(text_id)
                aria-pressed=move || is_on().to_string()
                on:click=toggle
            >
                {icon(Icon::Pressure)}
            </button>
        }
    };
    view! {
        <div class="brush">
            <div class="field">
                <div class="field__head">
                    <label class="label" for="brush-size">
                        {t("brush-size")}
                    </label>
                    {pressure("pressure-size", "brush-pressure-size", true)}
                    <span class="value">
                        <input
                            class="input input--bare"
                            id="brush-size"
                            data-testid="brush-size"
                            type="number"
                            inputmode="numeric"
                            min=MIN_SIZE_PX
                            max=MAX_SIZE_PX
                            prop:value=move || format!("{:.0}", size.get())
                            on:input=move |event| {
                                if let Some(size_px) = event_target_number(&event) {
                                    edit(BrushEdit::SizePx(size_px));
                                }
                            }
                            // What was typed may be no size: what the brush has stands there once it is done.
                            on:change=move |event| {
                                let field: leptos::web_sys::HtmlInputElement = event_target(&event);
                                field.set_value(&format!("{:.0}", size.get_untracked()));
                            }
                        />
                        {t("brush-size-unit")}
                    </span>
                </div>
                // Each step of this slider changes the size by the same factor, as a hand feels it.
                <input
                    class="slider slider--plain"
                    type="range"
                    aria-label=t("brush-size")
                    min="0"
                    max="1"
                    step="0.005"
                    prop:value=move || format!("{:.3}", fraction_of_size(size.get()))
                    style=("--at", move || format!("{:.4}", fraction_of_size(size.get())))
                    aria-valuetext=move || say(&Phrase::new("n-pixels").with("pixels", size.get() as u32))
                    on:input=move |event| {
                        if let Some(fraction) = event_target_number(&event) {
                            edit(BrushEdit::SizePx(size_of_fraction(fraction)));
                        }
                    }
                />
            </div>
            <div class="field">
                <Slider
                    id="hardness"
                    title_id="brush-hardness"
                    low=0.0
                    high=1.0
                    step=0.01
                    digits=2
                    value=hardness
                    shown=percent
                    change=move |value| edit(BrushEdit::Hardness(value))
                />
            </div>
            <div class="field">
                <Slider
                    id="opacity"
                    title_id="brush-opacity"
                    beside=pressure("pressure-opacity", "brush-pressure-opacity", false).into_any()
                    low=0.0
                    high=1.0
                    step=0.01
                    digits=2
                    value=opacity
                    shown=percent
                    change=move |value| edit(BrushEdit::Opacity(value))
                />
            </div>
        </div>
    }
}

/// A fraction as a person reads it.
pub fn percent(value: f32) -> String {
    say(&Phrase::new("n-percent").with("percent", (value * 100.0).round() as u32))
}

/// Where a size stands on a slider whose steps change it by the same factor, 0 to 1.
pub fn fraction_of_size(size_px: f32) -> f32 {
    ((size_px / MIN_SIZE_PX).ln() / (MAX_SIZE_PX / MIN_SIZE_PX).ln()).clamp(0.0, 1.0)
}

/// The size at a place of that slider, in pixels.
pub fn size_of_fraction(fraction: f32) -> f32 {
    let size_px = MIN_SIZE_PX * (MAX_SIZE_PX / MIN_SIZE_PX).powf(fraction.clamp(0.0, 1.0));
    // Whole pixels from the hand; finer sizes come from pressure.
    size_px.round()
}

/// Size and opacity right beside the canvas, for a thumb: a pen in one hand, these under the other.
#[component]
pub fn QuickBrush(desk: Desk) -> impl IntoView {
    let size = Signal::derive(move || fraction_of_size(desk.read(Part::Brush, |session| session.brush().size_px)));
    let opacity = Signal::derive(move || desk.read(Part::Brush, |session| session.brush().opacity));
    let slider = move |name: &'static str, title_id: &'static str, value: Signal<f32>, edit: fn(f32) -> BrushEdit| {
        view! {
            <label class="quick__field">
                <span class="quick__name">{t(title_id)}</span>
                <input
                    class="slider slider--plain"
                    type="range"
                    data-testid=name
                    min="0"
                    max="1"
                    step="0.005"
                    prop:value=move || format!("{:.3}", value.get())
                    style=("--at", move || format!("{:.4}", value.get()))
                    on:input=move |event| {
                        if let Some(fraction) = event_target_number(&event) {
                            desk.send(Event::Brush(edit(fraction)));
                        }
                    }
                />
            </label>
        }
    };
    view! {
        <div class="quick" role="group" aria-label=t("quick-title")>
            {slider("quick-size", "brush-size", size, |fraction| BrushEdit::SizePx(size_of_fraction(fraction)))}
            {slider("quick-opacity", "brush-opacity", opacity, BrushEdit::Opacity)}
        </div>
    }
}
