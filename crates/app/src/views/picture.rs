//! The easel the picture hangs on.

use leptos::prelude::*;
use underpaint_protocol::Stage;
use underpaint_studio::{Action, EngineState, Part, Session};

use super::{
    buttons::{keyshortcuts_of, title_of},
    icon::{Icon, icon},
};
use crate::desk::Desk;

/// What the engine is at, in few words.
pub fn stage_text(stage: Stage, step: u32, n_steps: u32, is_cancelling: bool) -> String {
    match stage {
        _ if is_cancelling => "Stopping…".into(),
        Stage::EncodingPrompt => "Reading the prompt…".into(),
        Stage::EncodingImage => "Looking at the sketch…".into(),
        Stage::Denoising => format!("Step {} of {n_steps}", (step + 1).min(n_steps.max(1))),
        Stage::Decoding => "Finishing…".into(),
    }
}

/// What stands in the progress box: words and a fraction, while something is under way.
fn progress_of(session: &Session) -> Option<(String, Option<f32>)> {
    let words = match session.engine() {
        EngineState::Starting => "Starting the engine…".into(),
        EngineState::Loading { .. } => "Loading the model…".into(),
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
            Some(if prompt.is_empty() { "Without words".to_owned() } else { capitalised(&prompt) })
        })
    };
    let facts = move || {
        desk.read(Part::Status, |session| {
            session.picture().map(|it| {
                let input = &it.input;
                format!(
                    "Seed {} · strength {:.2} · {} · {:.1} s",
                    input.seed,
                    input.strength,
                    steps_text(underpaint_studio::steps_that_run(input.strength, input.steps, input.compat)),
                    it.duration_secs
                )
            })
        })
    };
    let action_button = move |action: Action, image: Icon, text: &'static str| {
        view! {
            <button
                type="button"
                class="button"
                data-testid=action.name()
                title=title_of(action)
                aria-keyshortcuts=keyshortcuts_of(action)
                prop:disabled=move || !desk.read(Part::Status, |session| session.is_enabled(action))
                on:click=move |_| desk.act(action)
            >
                {icon(image)}
                {text}
            </button>
        }
    };
    view! {
        <section class="easel easel--picture" class:is-rendering=is_rendering aria-label="Picture">
            <h2 class="easel__title">"Picture" <span class="easel__note">{size_text}</span></h2>
            <div class="well well--picture" class:has-picture=has_picture>
                <canvas
                    node_ref=desk.stage.picture
                    data-testid="picture"
                    width="1"
                    height="1"
                    role="img"
                    aria-label=move || title().unwrap_or_else(|| "No picture yet".into())
                ></canvas>
                <canvas
                    class="preview"
                    class:has-preview=has_preview
                    node_ref=desk.stage.preview
                    width="1"
                    height="1"
                    aria-hidden="true"
                ></canvas>
                <Show when=move || !has_picture.get() && !is_rendering.get()>
                    <div class="hint">
                        {icon(Icon::Frame)} <p class="hint__line">"The picture hangs here"</p>
                        <p class="hint__detail">"Say what the sketch is, then press Render."</p>
                    </div>
                </Show>
                <Show when=move || progress.get().is_some()>
                    <div class="well__progress">
                        <p class="well__progress-text">
                            {move || progress.get().map(|it| it.0)}
                            <span>
                                {move || {
                                    progress.get().and_then(|it| it.1).map(|it| format!("{:.0} %", it * 100.0))
                                }}
                            </span>
                        </p>
                        <div
                            class="bar"
                            role="progressbar"
                            aria-label="Progress"
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
                </Show>
            </div>
            <div class="plaque">
                <p class="plaque__title">{title}</p>
                <p class="plaque__facts">{facts}</p>
                <div class="plaque__actions">
                    {action_button(Action::Keep, Icon::Keep, "Paint on it")}
                    {action_button(Action::SavePicture, Icon::Save, "Save PNG")}
                </div>
            </div>
        </section>
    }
}

fn steps_text(n_steps: u32) -> String {
    if n_steps == 1 { "1 step".into() } else { format!("{n_steps} steps") }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
