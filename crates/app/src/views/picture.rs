//! The easel the picture hangs on.

use leptos::prelude::*;
use underpaint_protocol::Stage;
use underpaint_studio::{Action, EngineState, Part, Phrase, PhraseValue, Session, letters};

use super::{
    buttons::{ActionButton, keyshortcuts_of, title_of},
    icon::{Icon, icon},
};
use crate::{
    desk::Desk,
    flow::When,
    texts::{say, t, texts},
};

/// What the engine is at, in few words.
pub fn stage_text(stage: Stage, step: u32, n_steps: u32, is_cancelling: bool) -> Phrase {
    match stage {
        _ if is_cancelling => "progress-stopping".into(),
        Stage::EncodingPrompt => "progress-reading-prompt".into(),
        Stage::EncodingImage => "progress-looking".into(),
        Stage::Denoising => {
            Phrase::new("progress-step").with("step", (step + 1).min(n_steps.max(1))).with("steps", n_steps)
        }
        Stage::Decoding => "progress-finishing".into(),
    }
}

/// What stands in the progress box: words and a fraction, while something is under way.
fn progress_of(session: &Session) -> Option<(Phrase, Option<f32>)> {
    let words = match session.engine() {
        EngineState::Starting => "progress-starting".into(),
        EngineState::Loading { .. } => "progress-loading".into(),
        EngineState::Rendering { stage, step, n_steps, is_cancelling, .. } => {
            stage_text(*stage, *step, *n_steps, *is_cancelling)
        }
        _ => return None,
    };
    Some((words, session.engine().fraction()))
}

/// The picture, what is known of it, and what can be done with it.
#[component]
pub fn PictureEasel(desk: Desk) -> impl IntoView {
    let has_picture = Memo::new(move |_| desk.read(Part::Status, |session| session.picture().is_some()));
    let is_rendering = Memo::new(move |_| {
        desk.read(Part::Status, |session| matches!(session.engine(), EngineState::Rendering { .. }))
    });
    let has_preview = move || desk.read(Part::Status, Session::is_preview_shown);
    let progress = Memo::new(move |_| desk.read(Part::Status, progress_of));
    let size_text = move || {
        desk.read(Part::Status, |session| {
            session.picture().map(|it| format!("{} × {}", it.image.width(), it.image.height())).unwrap_or_default()
        })
    };
    let title = move || {
        desk.read(Part::Status, |session| {
            let prompt = session.picture().map(|it| it.input.prompt.trim().to_owned())?;
            Some(if prompt.is_empty() { texts().text("picture-untitled") } else { letters::capitalised(&prompt) })
        })
    };
    let facts = move || {
        desk.read(Part::Status, |session| {
            session.picture().map(|it| {
                let input = &it.input;
                let n_steps = underpaint_studio::steps_that_run(input.strength, input.steps, input.compat);
                say(&Phrase::new("picture-facts")
                    .with("seed", input.seed.to_string())
                    .with("strength", PhraseValue::number(input.strength, 2))
                    .with("steps", Phrase::new("n-steps").with("steps", n_steps))
                    .with("seconds", PhraseValue::number(it.duration_secs, 1)))
            })
        })
    };
    let has_live_layer = move || desk.read(Part::Layers, Session::has_live_layer);
    // The picture becomes a layer to paint on, or what the live layer shows: then a layer of its own is another button's.
    let text_of = move |action: Action, text_id: &'static str| {
        texts().text(if action == Action::Keep && has_live_layer() { "gallery-keep-live" } else { text_id })
    };
    let action_button = move |action: Action, image: Icon, text_id: &'static str| {
        view! {
            <button
                type="button"
                class="button"
                data-testid=action.name()
                title=move || title_of(desk, action)
                aria-keyshortcuts=move || keyshortcuts_of(desk, action)
                prop:disabled=move || !desk.read(Part::Status, |session| session.is_enabled(action))
                on:click=move |_| desk.act(action)
            >
                {icon(image)}
                {move || text_of(action, text_id)}
            </button>
        }
    };
    view! {
        <section class="easel easel--picture" class:is-rendering=is_rendering aria-label=t("picture-title")>
            <h2 class="easel__title">{t("picture-title")} <span class="easel__note">{size_text}</span></h2>
            <div class="well well--picture" class:has-picture=has_picture class:has-preview=has_preview>
                <canvas
                    node_ref=desk.stage.picture
                    data-testid="picture"
                    width="1"
                    height="1"
                    role="img"
                    aria-label=move || title().unwrap_or_else(|| texts().text("picture-none"))
                ></canvas>
                <canvas
                    class="smooth"
                    data-testid="picture-smooth"
                    node_ref=desk.stage.smooth
                    width="1"
                    height="1"
                    aria-hidden="true"
                ></canvas>
                <canvas
                    class="preview"
                    class:has-preview=has_preview
                    node_ref=desk.stage.preview
                    width="1"
                    height="1"
                    aria-hidden="true"
                ></canvas>
                <When when=move || !has_picture.get() && !is_rendering.get()>
                    <div class="hint">
                        {icon(Icon::Frame)} <p class="hint__line">{t("picture-hint")}</p>
                        <p class="hint__detail">{t("picture-hint-detail")}</p>
                    </div>
                </When>
                // On a phone the picture beside the sketch is small, and a press of it shows it large.
                <button
                    type="button"
                    class="well__enlarge"
                    aria-label=t("action-picture-only")
                    on:click=move |_| desk.act(Action::ShowPicture)
                ></button>
                <When when=move || progress.get().is_some()>
                    <div class="well__progress" class:is-thin=has_picture>
                        <p class="well__progress-text">
                            {move || progress.get().map(|it| say(&it.0))}
                            <span>
                                {move || {
                                    progress.get().and_then(|it| it.1).map(|it| say(&Phrase::new("n-percent").with("percent", (it * 100.0).round() as u32)))
                                }}
                            </span>
                        </p>
                        <div
                            class="bar"
                            role="progressbar"
                            aria-label=t("progress-title")
                            aria-valuemin="0"
                            aria-valuemax="100"
                            aria-valuenow=move || {
                                progress.get().and_then(|it| it.1).map(|it| format!("{:.0}", it * 100.0))
                            }
                        >
                            <div
                                class="bar__fill"
                                style:transform=move || {
                                    format!("scaleX({:.3})", progress.get().and_then(|it| it.1).unwrap_or(0.0))
                                }
                            ></div>
                        </div>
                    </div>
                </When>
            </div>
            <div class="plaque">
                <p class="plaque__title">{title}</p>
                <p class="plaque__facts">{facts}</p>
                <div class="plaque__actions">
                    {action_button(Action::Keep, Icon::Keep, "picture-keep")}
                    <span hidden=move || !has_live_layer()>
                        <ActionButton desk action=Action::KeepAsLayer image=Icon::Layers part=Part::Status />
                    </span>
                    {action_button(Action::SavePicture, Icon::Save, "picture-save")}
                </div>
            </div>
        </section>
    }
}
