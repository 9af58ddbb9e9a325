//! The easel one paints on.

use leptos::{html::Div, prelude::*};
use underpaint_studio::{Event, Part};

use super::strength::StrengthTint;
use crate::{desk::Desk, input, texts::t};

use crate::flow::on_change;

/// The sketch, its canvas and the paint box below.
#[component]
pub fn SketchEasel(desk: Desk) -> impl IntoView {
    let well = NodeRef::<Div>::new();
    // The presenter sets the canvas's own size, which is that of its pixels.
    let size = move || desk.read(Part::View, |session| (session.document().width(), session.document().height()));
    let is_blank = move || desk.read(Part::History, |session| session.document().is_blank());
    let zoom_text = move || {
        desk.read(Part::View, |session| {
            let view = session.view();
            let degrees = if view.degrees() == 0.0 { String::new() } else { format!(" · {:.0}°", view.degrees()) };
            let mirror = if view.is_mirrored() { " · ⇄" } else { "" };
            let (width, height) = size();
            match view.is_fitted() {
                true => format!("{width} × {height}{mirror}"),
                false => format!("{:.0} %{degrees}{mirror}", view.zoom() * 100.0),
            }
        })
    };
    let on_wheel = move |event: leptos::ev::WheelEvent| {
        if let Some(well) = well.get_untracked() {
            input::wheel(desk, &event, &well);
        }
    };
    // The listeners are dropped with this view.
    let listeners = StoredValue::new_local(None);
    on_change(move || {
        let Some(well) = well.get() else { return };
        match input::listen(desk, &well) {
            Ok(listening) => listeners.set_value(Some(listening)),
            Err(error) => desk.report(&error),
        }
    });
    view! {
        <section
            class="easel easel--sketch"
            aria-label=t("sketch-title")
            data-fitted=move || desk.read(Part::View, |session| session.view().is_fitted()).to_string()
            on:wheel=on_wheel
        >
            <h2 class="easel__title">
                <span class="easel__name">{t("sketch-title")}</span>
                <span class="easel__note">{zoom_text}</span>
            </h2>
            <div
                class="well well--sketch"
                node_ref=well
                tabindex="0"
                role="application"
                aria-label=t("sketch-canvas")
                on:blur=move |_| desk.send(Event::CanvasBlur)
            >
                <div class="well__clip">
                    <canvas
                        node_ref=desk.stage.sketch
                        data-testid="sketch"
                        width="1"
                        height="1"
                        role="img"
                        aria-label=t("sketch-title")
                    ></canvas>
                    <StrengthTint desk />
                    <div class="ring" node_ref=desk.stage.ring></div>
                </div>
                <div class="overlay" data-testid="overlay" aria-hidden="true" node_ref=desk.stage.overlay></div>
                <div class="hint" style:opacity=move || if is_blank() { "1" } else { "0" } aria-hidden="true">
                    <p class="hint__line">{t("sketch-hint")}</p>
                    <p class="hint__detail">{t("sketch-hint-detail")}</p>
                </div>
            </div>
        </section>
    }
}
