//! How a picture is made: steps, guidance, sampler, seed, size, what should not be in it, and what few people change.

use leptos::{prelude::*, web_sys::HtmlInputElement};
use underpaint_browser::transfer;
use underpaint_paint::Anchor;
use underpaint_protocol::{Compat, SigmaKind};
use underpaint_studio::{
    ASPECT_PRESETS, Action, EDGE_PRESETS_PX, Event, FormEdit, Part, Phrase, RenderEdit, canvas_size,
};

use super::{
    buttons::ActionButton,
    icon::{Icon, icon},
    slider::Slider,
};
use crate::{
    desk::Desk,
    flow::{CollectAny, When},
    texts::{say, t, texts},
};

/// The ways in which noise levels are spaced, and what each is called.
const SIGMAS: [(&str, Option<SigmaKind>); 4] = [
    ("sigmas-own", None),
    ("sigmas-timesteps", Some(SigmaKind::Timesteps)),
    ("sigmas-karras", Some(SigmaKind::Karras)),
    ("sigmas-exponential", Some(SigmaKind::Exponential)),
];

/// Whose conventions a strength follows, and what each is called.
const COMPATS: [(&str, Compat); 2] =
    [("compat-continuous", Compat::Continuous), ("compat-diffusers", Compat::Diffusers)];

fn edit(desk: Desk, edit: FormEdit) {
    desk.send(Event::Form(edit));
}

/// A list to choose from: the place of the chosen entry, and what each is called.
fn choice(
    id: &'static str,
    title_id: &'static str,
    entries: impl Fn() -> Vec<String> + Send + 'static,
    chosen: impl Fn() -> usize + Copy + Send + 'static,
    choose: impl Fn(usize) + 'static,
) -> AnyView {
    let options = move || {
        let option = |(idx, title): (usize, String)| {
            view! {
                <option value=idx.to_string() prop:selected=move || chosen() == idx>
                    {title}
                </option>
            }
        };
        entries().into_iter().enumerate().map(option).collect_any()
    };
    view! {
        <div class="field">
            <label class="label" for=id>
                {t(title_id)}
            </label>
            <select
                class="input"
                id=id
                data-testid=id
                on:change=move |event| {
                    if let Ok(idx) = event_target_value(&event).parse() {
                        choose(idx);
                    }
                }
            >
                {options}
            </select>
        </div>
    }
    .into_any()
}

/// Something to tick.
fn check(
    id: &'static str,
    title_id: &'static str,
    is_on: impl Fn() -> bool + Send + 'static,
    change: impl Fn(bool) + 'static,
) -> AnyView {
    view! {
        <label class="check">
            <input
                type="checkbox"
                data-testid=id
                prop:checked=is_on
                on:change=move |event| change(event_target_checked(&event))
            />
            {t(title_id)}
        </label>
    }
    .into_any()
}

/// A line that opens what stands below it.
#[component]
fn Disclosure(
    id: &'static str,
    title_id: &'static str,
    #[prop(optional)] is_open_at_first: bool,
    children: Children,
) -> impl IntoView {
    let is_open = RwSignal::new(is_open_at_first);
    view! {
        <div class="field">
            <button
                type="button"
                class="disclosure"
                data-testid=format!("more-{id}")
                aria-expanded=move || is_open.get().to_string()
                aria-controls=id
                on:click=move |_| is_open.update(|it| *it = !*it)
            >
                {icon(Icon::Chevron)}
                {t(title_id)}
            </button>
            <div id=id class="fields" class:is-folded=move || !is_open.get()>
                {children()}
            </div>
        </div>
    }
}

/// How the picture is made, in full.
#[component]
pub fn RenderSettings(desk: Desk) -> impl IntoView {
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
                        change=move |value| edit(desk, FormEdit::Steps(value as u32))
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
                        change=move |value| edit(desk, FormEdit::Guidance(value))
                    />
                </div>
            </div>
            <Size desk />
            <Sampler desk />
            <Seed desk />
            <When when=move || desk.read(Part::Status, |session| session.upscale_factor().is_some())>
                {check(
                    "upscaled",
                    "upscaled",
                    move || desk.read(Part::Form, |session| session.form().is_upscaled),
                    move |is_on| edit(desk, FormEdit::IsUpscaled(is_on)),
                )}
            </When>
            {check(
                "free-paper",
                "free-paper",
                move || desk.read(Part::Form, |session| session.form().is_paper_free),
                move |is_free| edit(desk, FormEdit::IsPaperFree(is_free)),
            )}
            {check(
                "selection-only",
                "selection-only",
                move || desk.read(Part::Form, |session| session.form().is_selection_only),
                move |is_only| edit(desk, FormEdit::IsSelectionOnly(is_only)),
            )}
            <Disclosure id="negative-field" title_id="negative-title" is_open_at_first=true>
                <textarea
                    class="text text--small"
                    data-testid="negative"
                    aria-label=t("negative-title")
                    rows="2"
                    placeholder=t("negative-hint")
                    prop:value=negative
                    on:input=move |event| edit(desk, FormEdit::Negative(event_target_value(&event)))
                ></textarea>
            </Disclosure>
            <Disclosure id="render-more" title_id="render-more">
                <More desk />
            </Disclosure>
        </div>
    }
}

/// How many pixels a picture has, and the canvas's shape.
#[component]
fn Size(desk: Desk) -> impl IntoView {
    // What the engine says of each step builds no list anew.
    let own = Memo::new(move |_| desk.read(Part::Status, |session| session.model().map(|model| model.native_size)));
    let edges = move || {
        let own = match own.get() {
            Some(edge) => say(&Phrase::new("size-own-known").with("pixels", edge)),
            None => texts().text("size-own"),
        };
        std::iter::once(own).chain(EDGE_PRESETS_PX.map(|edge| format!("{edge} × {edge}"))).collect()
    };
    let edge = move || {
        let edge = desk.read(Part::Form, |session| session.form().edge_px);
        EDGE_PRESETS_PX.iter().position(|it| Some(*it) == edge).map_or(0, |idx| idx + 1)
    };
    let choose_edge = move |idx: usize| {
        edit(desk, FormEdit::EdgePx(idx.checked_sub(1).and_then(|idx| EDGE_PRESETS_PX.get(idx)).copied()));
    };
    let canvas = move || {
        desk.read(Part::View, |_| ());
        desk.read(Part::History, |session| (session.document().width(), session.document().height()))
    };
    let aspects = move || {
        let (width, height) = canvas();
        let own = say(&Phrase::new("aspect-own").with("width", width).with("height", height));
        std::iter::once(own).chain(ASPECT_PRESETS.map(|(across, down)| format!("{across} : {down}"))).collect()
    };
    let aspect = move || {
        let size = canvas();
        let is_here = |aspect: &(u32, u32)| canvas_size(*aspect, size) == size;
        ASPECT_PRESETS.iter().position(is_here).map_or(0, |idx| idx + 1)
    };
    let choose_aspect = move |idx: usize| {
        let from = desk.peek(|session| (session.document().width(), session.document().height()));
        if let Some(aspect) = idx.checked_sub(1).and_then(|idx| ASPECT_PRESETS.get(idx)) {
            desk.send(Event::Canvas(Anchor::default().extent(from, canvas_size(*aspect, from))));
        }
    };
    view! {
        <div class="pair">
            {choice("picture-size", "size-title", edges, edge, choose_edge)}
            {choice("aspect", "aspect-title", aspects, aspect, choose_aspect)}
        </div>
    }
}

/// Which sampler walks from noise to picture.
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
    let choose = move |name: String| edit(desk, FormEdit::Scheduler((!name.is_empty()).then_some(name)));
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
                    <option value=sampler.0.clone() prop:selected=move || chosen() == sampler.0>
                        {sampler.1}
                    </option>
                </For>
            </select>
        </div>
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
    // What was no seed gives way to the one there is.
    let repair = move |event| event_target::<HtmlInputElement>(&event).set_value(&untrack(seed));
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
                    on:input=move |event| edit(desk, FormEdit::SeedText(event_target_value(&event)))
                    on:change=repair
                />
                <ActionButton desk action=Action::ToggleSeedLock image=Icon::Lock part=Part::Form is_toggle=true />
                <ActionButton desk action=Action::NewSeed image=Icon::Dice part=Part::Form />
            </div>
        </div>
    }
}

/// What few people change: spacing of noise levels, conventions, clip skip, and a picture's parameters taken in as text.
#[component]
fn More(desk: Desk) -> impl IntoView {
    let named = |ids: Vec<&'static str>| move || ids.iter().map(|id| texts().text(id)).collect::<Vec<_>>();
    let sigmas = move || {
        let chosen = desk.read(Part::Form, |session| session.form().sigmas);
        SIGMAS.iter().position(|it| it.1 == chosen).unwrap_or_default()
    };
    let compat = move || {
        let chosen = desk.read(Part::Form, |session| session.form().compat);
        COMPATS.iter().position(|it| it.1 == chosen).unwrap_or_default()
    };
    let clip_skip = Signal::derive(move || desk.read(Part::Form, |session| session.form().clip_skip as f32));
    let paste = move |_| {
        let reading = transfer::read_clipboard();
        leptos::task::spawn_local(async move {
            match reading.await {
                Ok(pasted) => {
                    let text = pasted.text.unwrap_or_default();
                    if text.trim().is_empty() {
                        desk.announcement.set(Some("said-no-parameters".into()));
                    } else {
                        desk.send(Event::Rendering(RenderEdit::Infotext(text)));
                    }
                }
                Err(error) => desk.report(&error),
            }
        });
    };
    view! {
        {choice(
            "sigmas",
            "sigmas-title",
            named(SIGMAS.map(|it| it.0).to_vec()),
            sigmas,
            move |idx| edit(desk, FormEdit::Sigmas(SIGMAS.get(idx).and_then(|it| it.1))),
        )}
        {choice(
            "compat",
            "compat-title",
            named(COMPATS.map(|it| it.0).to_vec()),
            compat,
            move |idx| edit(desk, FormEdit::Compat(COMPATS.get(idx).map_or(Compat::Continuous, |it| it.1))),
        )}
        <div class="field">
            <Slider
                id="clip-skip"
                title_id="clip-skip-title"
                low=0.0
                high=11.0
                step=1.0
                value=clip_skip
                shown=|value| format!("{value:.0}")
                change=move |value| edit(desk, FormEdit::ClipSkip(value as u32))
            />
        </div>
        <button type="button" class="button" data-testid="paste-parameters" on:click=paste>
            {t("parameters-paste")}
        </button>
    }
}
