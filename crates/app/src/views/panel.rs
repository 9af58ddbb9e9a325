//! What to paint, how far to go from the sketch, and the fine print.

use leptos::prelude::*;
use underpaint_studio::{Action, EngineState, Event, FormEdit, Part, Phrase};

use super::{
    buttons::{ActionButton, keyshortcuts_of, title_of},
    icon::{Icon, icon},
    picture::stage_text,
    slider::Slider,
};
use crate::{
    desk::Desk,
    texts::{say, t, texts},
};

/// Most example prompts that are offered at a time.
const N_EXAMPLES: usize = 4;

/// The panel: a column on a wide screen, a sheet at the bottom of a phone.
#[component]
pub fn Panel(desk: Desk) -> impl IntoView {
    let is_open = RwSignal::new(false);
    view! {
        <aside class="panel" data-open=move || is_open.get().to_string() aria-label=t("action-render")>
            <button
                type="button"
                class="panel__handle"
                aria-expanded=move || is_open.get().to_string()
                aria-label=move || texts().text(if is_open.get() { "settings-fewer" } else { "settings-more" })
                on:click=move |_| is_open.update(|it| *it = !*it)
            ></button>
            <div class="panel__scroll">
                <div class="panel__main">
                    <Prompt desk />
                    <Strength desk />
                    <Go desk />
                </div>
                <FinePrint desk />
            </div>
        </aside>
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
        <div class="field panel__prompt">
            <div class="field__head">
                <label class="label" for="prompt">
                    {t("prompt-title")}
                </label>
            </div>
            <textarea
                class="text"
                id="prompt"
                data-testid="prompt"
                rows="4"
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
        <div class="field panel__strength">
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
                title=move || title_of(Action::Render)
                aria-keyshortcuts=keyshortcuts_of(Action::Render)
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
                        "Ctrl ↵"
                    </kbd>
                </span>
            </button>
            <button
                type="button"
                class="button"
                data-testid="cancel"
                hidden=move || !is_rendering()
                title=move || title_of(Action::Cancel)
                aria-keyshortcuts=keyshortcuts_of(Action::Cancel)
                on:click=move |_| desk.act(Action::Cancel)
            >
                {move || say(&Action::Cancel.label())}
            </button>
        </div>
    }
}

#[component]
fn FinePrint(desk: Desk) -> impl IntoView {
    let is_negative_open = RwSignal::new(true);
    let negative = move || desk.read(Part::Form, |session| session.form().negative.clone());
    let steps = Signal::derive(move || desk.read(Part::Form, |session| session.form().steps as f32));
    let guidance = Signal::derive(move || desk.read(Part::Form, |session| session.form().guidance));
    let runs = move || desk.read(Part::Form, |session| session.form().runs_text());
    view! {
        <div class="panel__more">
            <div class="pair">
                <div class="field">
                    <Slider
                        id="steps"
                        title_id="steps-title"
                        low=1.0
                        high=50.0
                        step=1.0
                        value=steps
                        shown=|value| format!("{value:.0}")
                        change=move |value| desk.send(Event::Form(FormEdit::Steps(value as u32)))
                    />
                </div>
                <div class="field">
                    <Slider
                        id="guidance"
                        title_id="guidance-title"
                        low=1.0
                        high=12.0
                        step=0.1
                        digits=1
                        value=guidance
                        shown=|value| texts().number(value.into(), 1)
                        change=move |value| desk.send(Event::Form(FormEdit::Guidance(value)))
                    />
                </div>
            </div>
            <p class="runs">{move || format!("{}.", say(&runs()))}</p>
            <Sampler desk />
            <Seed desk />
            <div class="field">
                <button
                    type="button"
                    class="disclosure"
                    aria-expanded=move || is_negative_open.get().to_string()
                    aria-controls="negative-field"
                    on:click=move |_| is_negative_open.update(|it| *it = !*it)
                >
                    {icon(Icon::Chevron)}
                    {t("negative-title")}
                </button>
                <div id="negative-field" class:is-folded=move || !is_negative_open.get()>
                    <textarea
                        class="text text--small"
                        data-testid="negative"
                        aria-label=t("negative-title")
                        rows="2"
                        placeholder=t("negative-hint")
                        prop:value=negative
                        on:input=move |event| {
                            desk.send(Event::Form(FormEdit::Negative(event_target_value(&event))));
                        }
                    ></textarea>
                </div>
            </div>
        </div>
    }
}

/// Which sampler walks from noise to picture, and what bare paper counts as.
#[component]
fn Sampler(desk: Desk) -> impl IntoView {
    let samplers = Memo::new(move |_| {
        desk.read(Part::Status, |session| {
            session.model().map(|model| {
                let own = model.schedulers.iter().find(|it| Some(&it.name) == model.default_scheduler.as_ref());
                let own = say(&own.map_or_else(
                    || "sampler-own".into(),
                    |it| Phrase::new("sampler-own-named").with("sampler", it.title.clone()),
                ));
                let rest = model.schedulers.iter().map(|it| (it.name.clone(), it.title.clone()));
                std::iter::once((String::new(), own)).chain(rest).collect::<Vec<_>>()
            })
        })
        .unwrap_or_default()
    });
    let chosen = move || desk.read(Part::Form, |session| session.form().scheduler.clone().unwrap_or_default());
    let is_free = move || desk.read(Part::Form, |session| session.form().is_paper_free);
    let choose = move |name: String| {
        desk.send(Event::Form(FormEdit::Scheduler((!name.is_empty()).then_some(name))));
    };
    view! {
        <div class="field">
            <label class="label" for="scheduler">
                {t("sampler-title")}
            </label>
            <select
                class="input"
                id="scheduler"
                data-testid="scheduler"
                prop:value=chosen
                prop:disabled=move || samplers.get().is_empty()
                on:change=move |event| choose(event_target_value(&event))
            >
                <For each=move || samplers.get() key=|(name, _)| name.clone() let:sampler>
                    <option value=sampler.0.clone() selected=move || chosen() == sampler.0>
                        {sampler.1}
                    </option>
                </For>
            </select>
        </div>
        <label class="check">
            <input
                type="checkbox"
                data-testid="free-paper"
                prop:checked=is_free
                on:change=move |event| desk.send(Event::Form(FormEdit::IsPaperFree(event_target_checked(&event))))
            />
            {t("free-paper")}
        </label>
    }
}

#[component]
fn Seed(desk: Desk) -> impl IntoView {
    // Before the first render an open seed has no number yet.
    let seed = move || {
        desk.read(Part::Status, |_| ());
        desk.read(Part::Form, |session| {
            let form = session.form();
            let is_known = form.is_seed_locked || session.picture().is_some();
            if is_known { form.seed.to_string() } else { String::new() }
        })
    };
    view! {
        <div class="field">
            <label class="label" for="seed">
                {t("seed-title")}
            </label>
            <div class="seed">
                <input
                    class="input"
                    id="seed"
                    data-testid="seed"
                    type="text"
                    inputmode="numeric"
                    autocomplete="off"
                    placeholder=t("seed-hint")
                    prop:value=seed
                    on:input=move |event| desk.send(Event::Form(FormEdit::SeedText(event_target_value(&event))))
                />
                <ActionButton desk action=Action::ToggleSeedLock image=Icon::Lock part=Part::Form is_toggle=true />
                <ActionButton desk action=Action::NewSeed image=Icon::Dice part=Part::Form />
            </div>
        </div>
    }
}
