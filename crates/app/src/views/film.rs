//! The time-lapse: played on a canvas, and exported as a video.

use std::{cell::Cell, rc::Rc};

use leptos::{html::Canvas, prelude::*, task::spawn_local};
use underpaint_browser::{
    BrowserError,
    canvas::{PixelCanvas, PixelRect},
    video::{VideoMaker, VideoSettings},
};
use underpaint_studio::{FilmSettings, Session, Timelapse};

use super::{buttons::text_button, dialog::Dialog};
use crate::{
    desk::Desk,
    documents::wait_secs,
    problem::problem_of,
    texts::{say, t},
};

use crate::flow::{When, on_change};

/// Lengths that are offered, in seconds.
const LENGTHS_SECS: [f32; 4] = [10.0, 20.0, 40.0, 90.0];
/// Sizes that are offered: the longer edge of the painting, in pixels.
const EDGES_PX: [u32; 3] = [360, 720, 1080];

/// How long the last stroke may take to come into the film, in seconds.
const LONGEST_WAIT_SECS: f64 = 10.0;
/// How often one looks whether it is there, in seconds.
const LOOK_SECS: f64 = 0.02;

/// The stroke log with everything that was painted: it follows when nothing else goes on, and whoever opens the film right
/// after a stroke wants that stroke in it. None where it is no longer wanted.
async fn whole_log(desk: Desk, is_wanted: impl Fn() -> bool) -> Option<Timelapse> {
    let mut waited_secs = 0.0;
    while waited_secs < LONGEST_WAIT_SECS && is_wanted() && desk.peek(Session::is_timelapse_behind) {
        wait_secs(LOOK_SECS).await;
        waited_secs += LOOK_SECS;
    }
    is_wanted().then(|| desk.peek(|session| session.timelapse().clone()))
}

/// The dialog of the time-lapse.
#[component]
pub fn Film(desk: Desk) -> impl IntoView {
    let shelf = desk.shelf();
    let canvas = NodeRef::<Canvas>::new();
    let length = RwSignal::new(10.0f32);
    let edge = RwSignal::new(720u32);
    // None: nothing is exported; else how far it is, 0 to 1.
    let progress = RwSignal::new(None::<f32>);
    let problem = RwSignal::new(None::<String>);
    let is_empty = RwSignal::new(false);
    // Whatever plays or exports ends when the number is another one.
    let run = StoredValue::new_local(Rc::new(Cell::new(0u32)));
    let next_run = move || {
        let run = run.get_value();
        run.set(run.get().wrapping_add(1));
        (run.get(), run)
    };
    let settings = move || FilmSettings {
        edge_px: edge.get_untracked(),
        duration_secs: length.get_untracked(),
        ..FilmSettings::default()
    };
    let stop = move || {
        next_run();
        progress.set(None);
    };
    let play = move || {
        let Some(element) = canvas.get_untracked() else { return };
        let (own, run) = next_run();
        progress.set(None);
        spawn_local(async move {
            let is_wanted = || run.get() == own && shelf.is_film_shown.get_untracked();
            let Some(log) = whole_log(desk, is_wanted).await else { return };
            is_empty.set(log.is_empty());
            let Ok(shown) = PixelCanvas::new(&element, false) else { return };
            let frames = log.frames(FilmSettings { edge_px: 480, ..settings() });
            let (width, height) = frames.frame_size();
            shown.resize(width, height);
            for (image, secs) in frames {
                if !is_wanted() {
                    return;
                }
                if let Err(error) = shown.put(image.pixels(), PixelRect::of_size(width, height)) {
                    return problem.set(Some(say(&problem_of(&error))));
                }
                wait_secs(f64::from(secs)).await;
            }
        });
    };
    let export = move || {
        let (own, run) = next_run();
        problem.set(None);
        progress.set(Some(0.0));
        spawn_local(async move {
            let settings = settings();
            let made: Result<Option<Vec<u8>>, BrowserError> = async {
                let Some(log) = whole_log(desk, || run.get() == own).await else { return Ok(None) };
                let frames = log.frames(settings);
                let (width, height) = frames.frame_size();
                let frames_per_sec = f64::from(settings.frames_per_sec);
                let bits_per_sec = VideoSettings::good_bits_per_sec(width, height, frames_per_sec);
                let mut video =
                    VideoMaker::start(VideoSettings { width, height, frames_per_sec, bits_per_sec }).await?;
                for (image, secs) in frames {
                    video.add(image.pixels(), f64::from(secs)).await?;
                    if run.get() != own {
                        return Ok(None);
                    }
                    let share = video.duration_secs() as f32 / (settings.duration_secs + 2.0);
                    progress.set(Some(share.min(1.0)));
                    // A slow device still shows how far it is, and hears the button that cancels.
                    wait_secs(0.0).await;
                }
                video.finish().await.map(Some)
            }
            .await;
            if run.get() == own {
                progress.set(None);
            }
            match made {
                Ok(bytes) => shelf.export(desk, ".webm", "video/webm", bytes),
                Err(error) => problem.set(Some(say(&problem_of(&error)))),
            }
        });
    };
    on_change(move || {
        if shelf.is_film_shown.get() {
            play();
        } else {
            stop();
        }
    });
    let can = Signal::derive(move || !is_empty.get());
    let is_exporting = move || progress.get().is_some();
    view! {
        <Dialog
            desk
            name="film"
            title_id="film-title"
            is_open=|desk| desk.shelf().is_film_shown.get()
            close=|desk| desk.shelf().is_film_shown.set(false)
        >
            <div class="dialog__body">
                <canvas class="film" data-testid="film" node_ref=canvas role="img" aria-label=t("film-title")></canvas>
                <When when=move || is_empty.get()>
                    <p class="keys-note">{t("film-empty")}</p>
                </When>
                <div class="files__row">
                    {text_button("film-play", "film-play", Some(can), Box::new(play))}
                    <select
                        class="input"
                        data-testid="film-length"
                        aria-label=t("film-length")
                        on:change=move |event| length.set(event_target_value(&event).parse().map_or(10.0, |secs: u16| secs.into()))
                    >
                        {LENGTHS_SECS.map(|it| view! { <option value=it.to_string()>{format!("{it} s")}</option> })}
                    </select>
                    <select
                        class="input"
                        data-testid="film-size"
                        aria-label=t("film-size")
                        on:change=move |event| edge.set(event_target_value(&event).parse().unwrap_or(720))
                    >
                        {EDGES_PX
                            .map(|it| {
                                view! {
                                    <option value=it.to_string() selected=it == 720>
                                        {format!("{it} px")}
                                    </option>
                                }
                            })}
                    </select>
                    <Show
                        when=is_exporting
                        fallback=move || {
                            view! {
                                <button
                                    type="button"
                                    class="button button--primary"
                                    data-testid="film-export"
                                    prop:disabled=move || is_empty.get()
                                    on:click=move |_| export()
                                >
                                    {t("film-export")}
                                </button>
                            }
                        }
                    >
                        <progress aria-label=t("film-export") prop:value=move || progress.get().unwrap_or(0.0)></progress>
                        <button type="button" class="button" data-testid="film-cancel" on:click=move |_| stop()>
                            {t("film-cancel")}
                        </button>
                    </Show>
                </div>
                <p role="alert" data-testid="film-problem">{move || problem.get()}</p>
            </div>
        </Dialog>
    }
}
