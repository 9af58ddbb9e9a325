//! The gallery: the variations that are under way, the finished pictures, and what can be done with each.

use leptos::{html::Canvas, prelude::*};
use underpaint_browser::{
    canvas::{PixelCanvas, PixelRect},
    transfer,
};
use underpaint_paint::RgbaImage;
use underpaint_studio::{
    Action, Cell, CellState, Event, FormEdit, KeepAs, MAX_VARIATIONS, Part, Phrase, PictureId, RenderEdit, Session,
    Side,
};

use super::{
    buttons::text_button,
    icon::{Icon, icon},
};
use crate::{
    desk::Desk,
    flow::{CollectAny, When, on_change},
    presenter::put_smooth,
    texts::{say, t},
};

/// Numbers of variations that are offered.
const VARIATIONS: [u32; 5] = [1, 2, 4, 9, MAX_VARIATIONS];

fn ask(desk: Desk, edit: RenderEdit) {
    desk.send(Event::Rendering(edit));
}

/// A picture on a canvas of its size, or enlarged smoothly where it is shown large.
pub fn shown_picture(desk: Desk, image: &RgbaImage, is_large: bool) -> AnyView {
    let canvas = NodeRef::<Canvas>::new();
    let (width, height) = (image.width(), image.height());
    let pixels = StoredValue::new(image.clone());
    on_change(move || {
        let Some(canvas) = canvas.get() else { return };
        let shown = PixelCanvas::new(&canvas, false).and_then(|canvas| {
            pixels.with_value(|it| match is_large {
                true => put_smooth(&canvas, it),
                false => canvas.put(it.pixels(), PixelRect::of_size(width, height)),
            })
        });
        if let Err(error) = shown {
            desk.report(&error);
        }
    });
    view! { <canvas node_ref=canvas width=width height=height aria-hidden="true"></canvas> }.into_any()
}

/// The thumbnail of a picture, where it is still there.
fn thumbnail(desk: Desk, id: PictureId) -> Option<AnyView> {
    let image = desk.peek(|session| session.gallery().entry(id).map(|entry| entry.thumbnail.clone()))?;
    Some(shown_picture(desk, &image, false))
}

/// The picture of the gallery that the stage shows.
fn shown_id(session: &Session) -> Option<PictureId> {
    let shown = session.picture()?;
    let is_shown = |entry: &&underpaint_studio::GalleryEntry| std::rc::Rc::ptr_eq(&entry.picture, shown);
    session.gallery().entries().iter().find(is_shown).map(|entry| entry.id)
}

/// How many pictures one press makes, and the grid of those that were asked for together.
#[component]
pub fn Variations(desk: Desk) -> impl IntoView {
    let n_variations = Memo::new(move |_| desk.read(Part::Form, |session| session.form().n_variations));
    let cells = Memo::new(move |_| desk.read(Part::Queue, |session| session.queue().cells().to_vec()));
    let has_waiting = Signal::derive(move || desk.read(Part::Queue, |session| session.queue().n_waiting() > 0));
    let has_open = Signal::derive(move || cells.with(|cells| cells.iter().any(|cell| cell.state.is_open())));
    let cancel_all = move || {
        ask(desk, RenderEdit::CancelWaiting);
        let running = cells.with_untracked(|cells| cells.iter().find(|cell| cell.state.is_open()).map(|cell| cell.id));
        if let Some(id) = running {
            ask(desk, RenderEdit::CancelCell(id));
        }
    };
    let choice = move |n: u32| {
        view! {
            <label class="choice__item">
                <input
                    type="radio"
                    name="variations"
                    data-testid=format!("variations-{n}")
                    prop:checked=move || n_variations.get() == n
                    on:change=move |_| desk.send(Event::Form(FormEdit::Variations(n)))
                />
                <span>{n}</span>
            </label>
        }
    };
    view! {
        <div class="fields">
            <fieldset class="choice">
                <legend>{t("variations-count")}</legend>
                {VARIATIONS.map(choice).collect_any()}
            </fieldset>
            <div class="button-row">
                {text_button("add-to-queue", "action-add-to-queue", None, Box::new(move || {
                    desk.act(Action::AddToQueue);
                }))}
                {text_button("cancel-waiting", "queue-cancel-waiting", Some(has_waiting), Box::new(move || {
                    ask(desk, RenderEdit::CancelWaiting);
                }))}
                {text_button("cancel-all", "queue-cancel-all", Some(has_open), Box::new(cancel_all))}
            </div>
            <ul class="thumbs" data-testid="variations">
                <For each=move || cells.get() key=|cell| (cell.id, cell.state) let:cell>
                    <VariationCell desk cell />
                </For>
            </ul>
        </div>
    }
}

/// One render of the grid: its seed, how far it is, and its picture once that is there.
#[component]
fn VariationCell(desk: Desk, cell: Cell) -> impl IntoView {
    let Cell { id, seed, state } = cell;
    let state_id = match state {
        CellState::Waiting => "cell-waiting",
        CellState::Running => "cell-running",
        CellState::Done(_) => "cell-done",
        CellState::Failed => "cell-failed",
        CellState::Cancelled => "cell-cancelled",
    };
    let fraction = move || match state {
        CellState::Running => desk.read(Part::Status, |session| session.engine().fraction()).unwrap_or(0.0),
        _ => 0.0,
    };
    let said = move || say(&Phrase::new(state_id).with("seed", seed.to_string()));
    let is_shown = move || {
        desk.read(Part::Status, |session| match state {
            CellState::Done(picture) => shown_id(session) == Some(picture),
            _ => false,
        })
    };
    let press = move |_| match state {
        CellState::Done(picture) => ask(desk, RenderEdit::ShowPicture(picture)),
        CellState::Waiting | CellState::Running => ask(desk, RenderEdit::CancelCell(id)),
        _ => {}
    };
    let image = match state {
        CellState::Done(picture) => thumbnail(desk, picture),
        _ => None,
    };
    view! {
        <li>
            <button
                type="button"
                class="thumb"
                data-testid="variation"
                data-state=state_id
                aria-label=said
                title=said
                aria-pressed=move || is_shown().to_string()
                prop:disabled=matches!(state, CellState::Failed | CellState::Cancelled)
                on:click=press
            >
                {image}
                <span class="thumb__note">{seed.to_string()}</span>
                {state.is_open().then(|| icon(Icon::Close))}
                <span class="thumb__line" style:transform=move || format!("scaleX({:.3})", fraction())></span>
            </button>
        </li>
    }
}

/// The finished pictures, the newest first, and what can be done with the one that is shown.
#[component]
pub fn Pictures(desk: Desk) -> impl IntoView {
    let ids = Memo::new(move |_| {
        desk.read(Part::Gallery, |session| {
            session.gallery().entries().iter().rev().map(|entry| entry.id).collect::<Vec<_>>()
        })
    });
    let shown = Memo::new(move |_| {
        desk.read(Part::Gallery, |_| ());
        desk.read(Part::Status, shown_id)
    });
    let note = move || desk.read(Part::Gallery, |session| session.gallery_note().as_ref().map(say));
    let is_any_shown = Signal::derive(move || shown.get().is_some());
    let can_undelete = Signal::derive(move || desk.read(Part::Gallery, |session| session.gallery().can_undelete()));
    let can_remember =
        Signal::derive(move || desk.read(Part::Status, |session| session.picture().is_some()) && shown.get().is_none());
    let parameters = move || {
        let id = shown.get()?;
        desk.peek(|session| session.gallery().entry(id).map(|entry| session.infotext(&entry.picture)))
    };
    let of_shown = move |id: &'static str, can: Signal<bool>, edit: fn(PictureId) -> RenderEdit| {
        // No picture has the number 0.
        text_button(id, id, Some(can), Box::new(move || ask(desk, edit(shown.get_untracked().unwrap_or_default()))))
    };
    let copy = move || {
        if let Some(text) = parameters() {
            copy_text(desk, text);
        }
    };
    let picture_key = move |event: leptos::ev::KeyboardEvent, id: PictureId| {
        if matches!(event.key().as_str(), "Delete" | "Backspace") {
            event.prevent_default();
            ask(desk, RenderEdit::DeletePicture(id));
        }
    };
    view! {
        <div class="fields">
            <p class="quiet" data-testid="gallery-note">
                {note}
            </p>
            <ul class="thumbs" data-testid="gallery">
                <For each=move || ids.get() key=|id| *id let:id>
                    <li>
                        <button
                            type="button"
                            class="thumb"
                            data-testid="gallery-picture"
                            aria-label=say(&Phrase::new("gallery-picture").with("number", id as u32))
                            aria-pressed=move || (shown.get() == Some(id)).to_string()
                            on:click=move |_| ask(desk, RenderEdit::ShowPicture(id))
                            on:keydown=move |event| picture_key(event, id)
                        >
                            {thumbnail(desk, id)}
                        </button>
                    </li>
                </For>
            </ul>
            <div class="button-row">
                {of_shown("gallery-remember", can_remember, |_| RenderEdit::RememberPicture)}
                {of_shown("gallery-restore", is_any_shown, RenderEdit::RestorePicture)}
                {of_shown("gallery-compare", is_any_shown, |id| RenderEdit::Compare(Side::Sketch, Side::Picture(id)))}
                {of_shown("gallery-keep-layer", is_any_shown, |id| RenderEdit::KeepPicture(id, KeepAs::NewLayer))}
                {of_shown("gallery-keep-live", is_any_shown, |id| RenderEdit::KeepPicture(id, KeepAs::RenderLayer))}
                {of_shown("gallery-save", is_any_shown, RenderEdit::SavePicture)}
                {of_shown("gallery-delete", is_any_shown, RenderEdit::DeletePicture)}
                {of_shown("gallery-undelete", can_undelete, |_| RenderEdit::UndeletePicture)}
            </div>
            <When when=move || shown.get().is_some()>
                <pre class="parameters" data-testid="gallery-parameters" tabindex="0" aria-label=t("gallery-parameters")>
                    {parameters}
                </pre>
                {text_button("copy-parameters", "gallery-copy", None, Box::new(copy))}
            </When>
        </div>
    }
}

fn copy_text(desk: Desk, text: String) {
    let copying = transfer::copy_text(&text);
    leptos::task::spawn_local(async move {
        match copying.await {
            Ok(()) => desk.announcement.set(Some("said-parameters-copied".into())),
            Err(error) => desk.report(&error),
        }
    });
}
