//! Strength as something that is painted: the tint over the sketch, and the strength brush's own settings.

use leptos::{html::Canvas, prelude::*};
use underpaint_studio::{BrushEdit, Event, Part, RenderEdit, Tool};

use super::slider::fraction_of;
use crate::{
    desk::Desk,
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
        <Show when=move || is_shown.get()>
            <TintCanvas desk />
        </Show>
    }
}

#[component]
fn TintCanvas(desk: Desk) -> impl IntoView {
    let canvas = NodeRef::<Canvas>::new();
    Effect::new(move |_| {
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
        <Show when=move || is_shown.get()>
            <StrengthPanel desk />
        </Show>
    }
}

#[component]
fn StrengthPanel(desk: Desk) -> impl IntoView {
    let freedom = move || desk.read(Part::Brush, |session| session.freedom());
    let opacity = move || desk.read(Part::Brush, |session| session.brush().opacity);
    let is_blank = move || desk.read(Part::Strength, |session| session.strength_map().is_neutral());
    let said = move || texts().text(freedom_id(freedom()));
    let choose = move |freedom: f32| desk.send(Event::Rendering(RenderEdit::Freedom(freedom)));
    view! {
        <section class="strength-options" data-testid="strength-options" aria-label=t("action-strength")>
            <label class="label" for="freedom">
                {t("freedom-title")}
            </label>
            <span class="value" aria-hidden="true">
                {said}
            </span>
            <input
                class="slider slider--legend"
                id="freedom"
                data-testid="freedom"
                type="range"
                min="-1"
                max="1"
                step="0.05"
                prop:value=move || freedom().to_string()
                aria-valuetext=said
                on:input=move |event| {
                    if let Ok(freedom) = event_target_value(&event).parse() {
                        choose(freedom);
                    }
                }
            />
            <div class="legend">
                {[(-1.0, "freedom-keep"), (0.0, "freedom-neutral"), (1.0, "freedom-free")]
                    .map(|(freedom, id)| {
                        view! {
                            <button type="button" data-testid=id on:click=move |_| choose(freedom)>
                                {t(id)}
                            </button>
                        }
                    })
                    .collect_view()}
            </div>
            <label class="label" for="strength-opacity">
                {t("freedom-opacity")}
            </label>
            <span class="value" aria-hidden="true">
                {move || super::brush::percent(opacity())}
            </span>
            <input
                class="slider slider--plain"
                id="strength-opacity"
                data-testid="strength-opacity"
                type="range"
                min="0.05"
                max="1"
                step="0.05"
                prop:value=move || opacity().to_string()
                style=("--at", move || format!("{:.4}", fraction_of(opacity(), 0.05, 1.0)))
                aria-valuetext=move || super::brush::percent(opacity())
                on:input=move |event| {
                    if let Ok(opacity) = event_target_value(&event).parse() {
                        desk.send(Event::Brush(BrushEdit::Opacity(opacity)));
                    }
                }
            />
            <button
                type="button"
                class="button"
                data-testid="clear-strength"
                prop:disabled=is_blank
                on:click=move |_| desk.send(Event::Rendering(RenderEdit::ClearStrength))
            >
                {t("step-strength-clear")}
            </button>
        </section>
    }
}
