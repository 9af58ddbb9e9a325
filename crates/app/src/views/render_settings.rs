//! How a picture is made: steps, guidance, sampler, seed, and what should not be in it.

use leptos::prelude::*;
use underpaint_studio::{Action, Event, FormEdit, Part, Phrase};

use super::{
    buttons::ActionButton,
    icon::{Icon, icon},
    slider::Slider,
};
use crate::{
    desk::Desk,
    texts::{say, t, texts},
};

/// How the picture is made, in full.
#[component]
pub fn RenderSettings(desk: Desk) -> impl IntoView {
    let is_negative_open = RwSignal::new(true);
    let negative = move || desk.read(Part::Form, |session| session.form().negative.clone());
    let steps = Signal::derive(move || desk.read(Part::Form, |session| session.form().steps as f32));
    let guidance = Signal::derive(move || desk.read(Part::Form, |session| session.form().guidance));
    view! {
        <div class="fields">
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
