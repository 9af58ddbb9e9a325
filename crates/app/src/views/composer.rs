//! What to paint, how far to go from the sketch, and Render: the bar below the stage.

use leptos::prelude::*;
use underpaint_studio::{Action, CellState, EngineState, Event, FormEdit, LiveState, Part, Session};

use super::{
    buttons::{ActionButton, keys_of, keyshortcuts_of, title_of},
    icon::{Icon, icon},
    picture::stage_text,
    prompt::Prompt,
    slider::Slider,
};
use crate::{
    desk::Desk,
    texts::{say, t, texts},
};

/// The bar below the stage.
#[component]
pub fn Composer(desk: Desk) -> impl IntoView {
    // Where the canvas has little room, all but the prompt and Render waits behind a button.
    let is_open = RwSignal::new(false);
    view! {
        <section class="composer" data-open=move || is_open.get().to_string() aria-label=t("action-render")>
            <button
                type="button"
                class="icon-button composer__more"
                data-testid="composer-more"
                aria-expanded=move || is_open.get().to_string()
                aria-label=t("composer-more")
                title=t("composer-more")
                on:click=move |_| is_open.update(|it| *it = !*it)
            >
                {icon(Icon::Sliders)}
            </button>
            <Prompt desk />
            <Strength desk />
            <Go desk />
            <Plan desk />
        </section>
    }
}

#[component]
fn Strength(desk: Desk) -> impl IntoView {
    let strength = Signal::derive(move || desk.read(Part::Form, |session| session.form().strength));
    let word = move |text_id: &'static str, from: f32, to: f32| {
        let is_here = move || (from..to).contains(&strength.get());
        view! { <span data-here=move || is_here().then_some("")>{t(text_id)}</span> }
    };
    view! {
        <div class="field composer__strength">
            <Slider
                id="strength"
                title_id="strength-title"
                low=0.0
                high=1.0
                step=0.01
                digits=2
                value=strength
                shown=|value| texts().number(value.into(), 2)
                change=move |value| desk.send(Event::Form(FormEdit::Strength(value)))
                is_accented=true
            />
            <div class="words" aria-hidden="true">
                {word("strength-restyle", 0.005, 0.4)}
                {word("strength-transform", 0.4, 0.75)}
                {word("strength-reimagine", 0.75, 2.0)}
            </div>
        </div>
    }
}

/// Whether the job that runs is one that a person asked for, and not live mode's own.
pub fn is_own_render(session: &Session) -> bool {
    matches!(session.engine(), EngineState::Rendering { .. })
        && session.queue().cells().iter().any(|cell| cell.state == CellState::Running)
}

/// Render and Cancel with the progress between them, and live mode.
#[component]
fn Go(desk: Desk) -> impl IntoView {
    let rendering = Memo::new(move |_| {
        desk.read(Part::Status, |session| match session.engine() {
            EngineState::Rendering { stage, step, n_steps, is_cancelling, .. } if is_own_render(session) => {
                Some((stage_text(*stage, *step, *n_steps, *is_cancelling), session.engine().fraction().unwrap_or(0.0)))
            }
            _ => None,
        })
    });
    let is_rendering = move || rendering.get().is_some();
    let can_render = move || {
        // What the form says also decides: an empty prompt may be refused, an unchanged picture need not be made again.
        desk.read(Part::Form, |_| ());
        desk.read(Part::History, |_| ());
        desk.read(Part::Status, |session| session.is_enabled(Action::Render))
    };
    let live = Memo::new(move |_| desk.read(Part::Live, Session::live));
    view! {
        <div class="go" class:is-rendering=is_rendering>
            <button
                type="button"
                class="button button--primary"
                data-testid="render"
                title=move || title_of(desk, Action::Render)
                aria-keyshortcuts=move || keyshortcuts_of(desk, Action::Render)
                prop:disabled=move || is_rendering() || !can_render()
                on:click=move |_| desk.act(Action::Render)
            >
                <span
                    class="go__fill"
                    style:transform=move || format!("scaleX({:.3})", rendering.get().map_or(0.0, |it| it.1))
                ></span>
                <span class="go__text">
                    {move || say(&rendering.get().map_or_else(|| Action::Render.label(), |it| it.0))}
                    <kbd hidden=is_rendering aria-hidden="true">
                        {move || keys_of(desk, Action::Render).into_iter().next()}
                    </kbd>
                </span>
            </button>
            <button
                type="button"
                class="button"
                data-testid="cancel"
                hidden=move || !is_rendering()
                title=move || title_of(desk, Action::Cancel)
                aria-keyshortcuts=move || keyshortcuts_of(desk, Action::Cancel)
                on:click=move |_| desk.act(Action::Cancel)
            >
                {move || say(&Action::Cancel.label())}
            </button>
            <div class="live">
                <button
                    type="button"
                    class="live__switch"
                    role="switch"
                    data-testid="live"
                    data-state=move || match live.get() {
                        LiveState::Off => "off",
                        LiveState::On => "on",
                        LiveState::Paused => "paused",
                    }
                    aria-checked=move || (live.get() != LiveState::Off).to_string()
                    aria-keyshortcuts=move || keyshortcuts_of(desk, Action::ToggleLive)
                    title=move || title_of(desk, Action::ToggleLive)
                    on:click=move |_| desk.act(Action::ToggleLive)
                >
                    <span class="live__track" aria-hidden="true"></span>
                    {t("action-live")}
                </button>
                <span class="live__pause" hidden=move || live.get() == LiveState::Off>
                    <ActionButton desk action=Action::PauseLive image=Icon::Pause part=Part::Live is_toggle=true />
                </span>
            </div>
        </div>
    }
}

/// The honest line: what Render would run now, and how long that takes here.
#[component]
fn Plan(desk: Desk) -> impl IntoView {
    let plan = move || {
        // Sizes come from the document and the model; painted strength and the selection are told through the form.
        desk.read(Part::History, |_| ());
        desk.read(Part::Status, |_| ());
        desk.read(Part::Form, |session| session.plan().phrase())
    };
    view! {
        <p class="runs" data-testid="plan">
            {move || say(&plan())}
        </p>
    }
}
