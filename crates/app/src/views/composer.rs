//! What to paint, how far to go from the sketch, and Render: the bar below the stage.

use leptos::prelude::*;
use underpaint_studio::{Action, EngineState, Event, FormEdit, Part};

use super::{
    buttons::{keys_of, keyshortcuts_of, title_of},
    picture::stage_text,
    slider::Slider,
};
use crate::{
    desk::Desk,
    texts::{say, t, texts},
};

/// Most example prompts that are offered at a time.
const N_EXAMPLES: usize = 4;

/// The bar below the stage.
#[component]
pub fn Composer(desk: Desk) -> impl IntoView {
    view! {
        <section class="composer" aria-label=t("action-render")>
            <Prompt desk />
            <Strength desk />
            <Go desk />
        </section>
    }
}

#[component]
fn Prompt(desk: Desk) -> impl IntoView {
    let prompt = move || desk.read(Part::Form, |session| session.form().prompt.clone());
    let examples = Memo::new(move |_| {
        desk.read(Part::Status, |session| {
            session.model().map(|it| it.example_prompts.iter().take(N_EXAMPLES).cloned().collect::<Vec<_>>())
        })
        .unwrap_or_default()
    });
    let edit = move |text: String| desk.send(Event::Form(FormEdit::Prompt(text)));
    view! {
        <div class="field composer__prompt">
            <div class="field__head">
                <label class="label" for="prompt">
                    {t("prompt-title")}
                </label>
            </div>
            <textarea
                class="text"
                id="prompt"
                data-testid="prompt"
                rows="2"
                placeholder=t("prompt-hint")
                prop:value=prompt
                on:input=move |event| edit(event_target_value(&event))
            ></textarea>
            <Show when=move || !examples.get().is_empty()>
                <div class="examples" role="group" aria-label=t("prompt-examples")>
                    <For each=move || examples.get() key=Clone::clone let:example>
                        <button
                            type="button"
                            class="chip"
                            on:click={
                                let example = example.clone();
                                move |_| edit(example.clone())
                            }
                        >
                            {example.clone()}
                        </button>
                    </For>
                </div>
            </Show>
        </div>
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

/// Render and Cancel, with the progress between them.
#[component]
fn Go(desk: Desk) -> impl IntoView {
    let rendering = Memo::new(move |_| {
        desk.read(Part::Status, |session| match session.engine() {
            EngineState::Rendering { stage, step, n_steps, is_cancelling, .. } => {
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
            <p class="runs">{move || say(&desk.read(Part::Form, |session| session.form().runs_text()))}</p>
        </div>
    }
}
