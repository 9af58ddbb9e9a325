//! Strength as something that is painted: the tint over the sketch, and the strength brush's own settings.

use leptos::{html::Canvas, prelude::*};
use underpaint_studio::{BrushEdit, Event, Part, RenderEdit, Tool};

use super::slider::{event_target_number, fraction_of};
use crate::{
    desk::Desk,
    flow::{When, on_change},
    texts::{t, texts},
};

/// Whether the strength brush is the tool at hand.
fn is_strength_tool(desk: Desk) -> Memo<bool> {
    Memo::new(move |_| desk.read(Part::Tool, |session| session.tool() == Tool::Strength))
}

/// The tint over the sketch, while the strength brush is at hand.
#[component]
pub fn StrengthTint(desk: Desk) -> impl IntoView {
    let is_shown = is_strength_tool(desk);
    view! {
        <When when=move || is_shown.get()>
            <TintCanvas desk />
        </When>
    }
}

#[component]
fn TintCanvas(desk: Desk) -> impl IntoView {
    let canvas = NodeRef::<Canvas>::new();
    on_change(move || {
        let Some(canvas) = canvas.get() else { return };
        if let Err(error) = desk.with_tint(|tint| tint.mount(desk, &canvas)) {
            desk.report(&error);
        }
    });
    on_cleanup(move || desk.with_tint(crate::tint::Tint::unmount));
    // The canvas lies in its own pixels, and goes where the view carries the document.
    let transform = move || {
        desk.read(Part::View, |session| {
            let [a, b, c, d, e, f] = session.view().matrix();
            format!("matrix({a},{b},{c},{d},{e},{f})")
        })
    };
    view! {
        <canvas
            class="tint"
            data-testid="strength-tint"
            width="1"
            height="1"
            node_ref=canvas
            style:transform=transform
            aria-hidden="true"
        ></canvas>
    }
}

/// The message for what a freedom means.
fn freedom_id(freedom: f32) -> &'static str {
    match freedom {
        ..-0.95 => "freedom-keep",
        ..-0.05 => "freedom-less",
        ..0.05 => "freedom-neutral",
        ..0.95 => "freedom-more",
        _ => "freedom-free",
    }
}

/// What the strength brush paints, with the colours that show it, its size, and the way to start afresh.
#[component]
pub fn StrengthOptions(desk: Desk) -> impl IntoView {
    let is_shown = is_strength_tool(desk);
    view! {
        <When when=move || is_shown.get()>
            <StrengthPanel desk />
        </When>
    }
}

#[component]
fn StrengthPanel(desk: Desk) -> impl IntoView {
    let freedom = move || desk.read(Part::Brush, |session| session.freedom());
    let opacity = move || desk.read(Part::Brush, |session| session.brush().opacity);
    let is_blank = move || desk.read(Part::Strength, |session| session.strength_map().is_neutral());
    let said = move || texts().text(freedom_id(freedom()));
    let choose = move |freedom: f32| desk.send(Event::Rendering(RenderEdit::Freedom(freedom)));
    // The ends and the middle of the scale, which are its legend as well.
    let mark = move |id: &'static str, at: f32| {
        view! {
            <button
                type="button"
                class="chip"
                data-testid=id
                aria-pressed=move || (freedom_id(freedom()) == id).to_string()
                on:click=move |_| choose(at)
            >
                <span class="legend" data-kind=id aria-hidden="true"></span>
                {t(id)}
            </button>
        }
    };
    let slider = move |id: &'static str, title_id: &'static str, class: &'static str, low: f32, value: Signal<f32>| {
        let text = move || if low < 0.0 { said() } else { super::brush::percent(value.get()) };
        view! {
            <label class="option">
                <span>{t(title_id)}</span>
                <input
                    class=class
                    data-testid=id
                    type="range"
                    min=low
                    max="1"
                    step="0.05"
                    prop:value=move || value.get().to_string()
                    style=("--at", move || format!("{:.4}", fraction_of(value.get(), low, 1.0)))
                    aria-valuetext=text
                    on:input=move |event| {
                        let Some(value) = event_target_number(&event) else { return };
                        if low < 0.0 {
                            choose(value);
                        } else {
                            desk.send(Event::Brush(BrushEdit::Opacity(value)));
                        }
                    }
                />
                <span class="value strength-options__value" aria-hidden="true">
                    {text}
                </span>
            </label>
        }
    };
    view! {
        <div class="strength-options" data-testid="strength-options">
            {slider("freedom", "freedom-title", "slider slider--legend", -1.0, Signal::derive(freedom))}
            {mark("freedom-keep", -1.0)}
            {mark("freedom-neutral", 0.0)}
            {mark("freedom-free", 1.0)}
            {slider("strength-opacity", "freedom-opacity", "slider slider--plain", 0.05, Signal::derive(opacity))}
            <button
                type="button"
                class="button"
                data-testid="clear-strength"
                title=t("step-strength-clear")
                aria-label=t("step-strength-clear")
                prop:disabled=is_blank
                on:click=move |_| desk.send(Event::Rendering(RenderEdit::ClearStrength))
            >
                {t("action-clear")}
            </button>
        </div>
    }
}
