//! Files: the documents of this device, what comes in and what goes out.

use leptos::{html, prelude::*, wasm_bindgen::JsCast, web_sys};
use underpaint_browser::documents::DocumentEntry;
use underpaint_paint::MAX_EDGE_PX;
use underpaint_studio::{Action, Export, Phrase};

use super::{
    buttons::{keyshortcuts_of, text_button, title_of},
    dialog::Dialog,
    icon::{Icon, icon},
    slider::Slider,
};
use crate::{
    desk::Desk,
    flow::{CollectAny, When, on_change},
    texts::{say, t},
};

/// Sizes that a new document is offered at, in pixels.
const SIZES_PX: [(u32, u32); 6] = [(512, 512), (768, 512), (512, 768), (1024, 1024), (1536, 1024), (2048, 2048)];

/// What pictures without layers are saved as.
const PICTURES: [(&str, &str); 2] = [("export-jpeg", "image/jpeg"), ("export-webp", "image/webp")];

/// Where the focus is in the list: which document, counted from the first, and the handle of its button or field.
type Place = StoredValue<(u32, Option<String>)>;

/// Notes where the focus went in the list.
fn note_focus(event: &web_sys::FocusEvent, place: Place) {
    let target = event.target().and_then(|it| it.dyn_into::<web_sys::Element>().ok());
    let mut item = target.as_ref().and_then(|it| it.closest("li").ok().flatten());
    let mut n_before = 0;
    while let Some(former) = item.and_then(|it| it.previous_element_sibling()) {
        n_before += 1;
        item = Some(former);
    }
    place.set_value((n_before, target.and_then(|it| it.get_attribute("data-testid"))));
}

/// The list is made anew whenever a document changes. The focus that was in it goes back to where it was, or to what has
/// come to its place.
fn restore_focus(list: &web_sys::Element, place: Place) {
    let (idx, Some(name)) = place.get_value() else { return };
    if document().active_element().is_some_and(|it| it.tag_name() != "BODY") {
        return;
    }
    let items = list.children();
    let item = items.item(idx.min(items.length().saturating_sub(1)));
    let found = item.and_then(|item| {
        let same = item.query_selector(&format!("[data-testid={name}]")).ok().flatten();
        same.or_else(|| item.first_element_child())
    });
    if let Some(element) = found.and_then(|it| it.dyn_into::<web_sys::HtmlElement>().ok()) {
        // A button that takes no focus leaves it lost, as it was.
        let _ = element.focus();
    }
}

/// The dialog of files.
#[component]
pub fn Files(desk: Desk) -> impl IntoView {
    let shelf = desk.shelf();
    let list = NodeRef::<html::Ul>::new();
    let place = Place::new((0, None));
    on_change(move || {
        shelf.entries.track();
        if let Some(list) = list.get() {
            request_animation_frame(move || restore_focus(&list, place));
        }
    });
    let size = RwSignal::new(SIZES_PX[0]);
    let edge =
        move |name: &'static str, title_id: &'static str, get: fn((u32, u32)) -> u32, set: fn(&mut (u32, u32), u32)| {
            view! {
                <input
                    class="input files__edge"
                    type="number"
                    min="1"
                    max=MAX_EDGE_PX
                    data-testid=name
                    aria-label=t(title_id)
                    prop:value=move || get(size.get()).to_string()
                    on:change=move |event| {
                        if let Ok(px) = event_target_value(&event).parse::<u32>() {
                            size.update(|size| set(size, px.clamp(1, MAX_EDGE_PX)));
                        }
                        size.notify();
                    }
                />
            }
        };
    let button = move |id: &'static str, press: Box<dyn Fn(Desk)>| {
        let name = id.trim_start_matches("action-");
        // What is an action besides has a key, which its button names.
        let action = Action::from_name(name);
        view! {
            <button
                type="button"
                class="button"
                data-testid=name
                aria-keyshortcuts=move || action.and_then(|action| keyshortcuts_of(desk, action))
                title=move || action.map(|action| title_of(desk, action))
                on:click=move |_| press(desk)
            >
                {t(id)}
            </button>
        }
    };
    let quality = RwSignal::new(0.9f32);
    let picture = move |(id, media_type): (&'static str, &'static str)| {
        button(
            id,
            Box::new(move |desk| {
                let picture = Some((media_type, quality.get_untracked()));
                desk.shelf().download(desk, Export::Flat, picture);
            }),
        )
    };
    view! {
        <Dialog
            desk
            name="files"
            title_id="files-title"
            is_open=|desk| desk.shelf().is_shown.get()
            close=|desk| desk.shelf().is_shown.set(false)
        >
            <div class="dialog__body">
                <Deleted desk is_in_dialog=true />
                <div class="files__row">
                    <select
                        class="input"
                        data-testid="new-size"
                        aria-label=t("new-size")
                        on:change=move |event| {
                            let chosen = event_target_value(&event).parse().ok().and_then(|idx: usize| SIZES_PX.get(idx));
                            if let Some(chosen) = chosen {
                                size.set(*chosen);
                            }
                        }
                    >
                        {SIZES_PX
                            .iter()
                            .enumerate()
                            .map(|(idx, (width, height))| {
                                view! {
                                    <option value=idx.to_string() prop:selected=move || size.get() == (*width, *height)>
                                        {format!("{width} × {height}")}
                                    </option>
                                }
                            })
                            .collect_any()}
                        <option value="" hidden prop:selected=move || !SIZES_PX.contains(&size.get())>
                            {t("new-size-own")}
                        </option>
                    </select>
                    {edge("new-width", "option-crop-width", |it| it.0, |it, px| it.0 = px)}
                    "×"
                    {edge("new-height", "option-crop-height", |it| it.1, |it, px| it.1 = px)}
                    <button
                        type="button"
                        class="button button--primary"
                        data-testid="new-document"
                        on:click=move |_| {
                            let (width, height) = size.get_untracked();
                            shelf.new_document(desk, width, height);
                        }
                    >
                        {t("new-document")}
                    </button>
                </div>
                <div class="files__row">
                    {button("action-open-file", Box::new(|desk| desk.act(Action::OpenFile)))}
                    {button("import-layer", Box::new(|desk| desk.shelf().pick(desk, true)))}
                    {button("action-save", Box::new(|desk| desk.act(Action::Save)))}
                    {button("action-save-as", Box::new(|desk| desk.act(Action::SaveAs)))}
                    {button("show-film", Box::new(|desk| {
                        desk.shelf().is_shown.set(false);
                        desk.shelf().is_film_shown.set(true);
                    }))}
                </div>
                <div class="files__row" role="group" aria-labelledby="files-export">
                    <span class="label" id="files-export">{t("files-export")}</span>
                    {button("save-project", Box::new(|desk| desk.shelf().download(desk, Export::Project, None)))}
                    {button("export-ora", Box::new(|desk| desk.shelf().download(desk, Export::OpenRaster, None)))}
                    {button("export-flat", Box::new(|desk| desk.shelf().download(desk, Export::Flat, None)))}
                    {PICTURES.map(picture).collect_any()}
                    {button("copy-picture", Box::new(|desk| desk.shelf().copy(desk)))}
                </div>
                <div class="files__row">
                    <div class="files__quality">
                        <Slider
                            id="export-quality"
                            title_id="export-quality"
                            low=0.5
                            high=1.0
                            step=0.01
                            digits=2
                            value=quality
                            shown=super::brush::percent
                            change=move |value| quality.set(value)
                        />
                    </div>
                    <p class="keys-note">{t("export-note")}</p>
                </div>
                <Writing desk />
                <p class="keys-note">{t("files-note")}</p>
                <ul
                    class="files"
                    data-testid="documents"
                    node_ref=list
                    on:focusin=move |event| note_focus(&event, place)
                >
                    {move || shelf.entries.get().into_iter().map(|entry| view! { <Kept desk entry /> }).collect_any()}
                </ul>
            </div>
        </Dialog>
        <When when=move || shelf.is_dropping.get()>
            <div class="drop" aria-hidden="true">
                <p>{t("drop-here")}</p>
            </div>
        </When>
    }
}

/// How far a file is that takes longer than a moment to write.
#[component]
pub fn Writing(desk: Desk) -> impl IntoView {
    let percent = desk.shelf().written_percent;
    view! {
        <span class="writing" role="status" data-testid="writing">
            <When when=move || percent.get().is_some()>
                {t("writing-file")} <progress max="100" aria-label=t("writing-file") prop:value=move || percent.get()></progress>
            </When>
        </span>
    }
    .into_any()
}

/// What was deleted last, and the way to have it back: in the dialog while that is open, else among the notices.
#[component]
pub fn Deleted(desk: Desk, is_in_dialog: bool) -> impl IntoView {
    let shelf = desk.shelf();
    view! {
        <div role="status" class="deleted">
            {move || {
                shelf
                    .deleted
                    .get()
                    .filter(|_| shelf.is_shown.get() == is_in_dialog)
                    .map(|name| {
                        view! {
                            <div class="notice" data-testid="deleted">
                                <p>{move || say(&Phrase::new("notice-deleted").with("name", name.clone()))}</p>
                                {text_button("undelete-document", "action-undo", None, Box::new(move || {
                                    shelf.undelete(desk);
                                }))}
                            </div>
                        }
                    })
            }}
        </div>
    }
    .into_any()
}

/// What can be done about a document that is open in another tab.
#[component]
pub fn Elsewhere(desk: Desk) -> impl IntoView {
    let shelf = desk.shelf();
    view! {
        <Dialog
            desk
            name="elsewhere"
            title_id="elsewhere-title"
            is_open=|desk| desk.shelf().elsewhere.get().is_some()
            close=|desk| desk.shelf().elsewhere.set(None)
        >
            <div class="dialog__body">
                <p>
                    {move || {
                        let name = shelf.elsewhere.get().map(|it| it.name).unwrap_or_default();
                        say(&Phrase::new("elsewhere-text").with("name", name))
                    }}
                </p>
                <div class="files__row">
                    <button
                        type="button"
                        class="button button--primary"
                        data-testid="open-here"
                        on:click=move |_| {
                            if let Some(document) = shelf.elsewhere.get_untracked() {
                                shelf.open_here(desk, document);
                            }
                        }
                    >
                        {t("elsewhere-here")}
                    </button>
                    {text_button("open-copy", "elsewhere-copy", None, Box::new(move || {
                        if let Some(document) = shelf.elsewhere.get_untracked() {
                            shelf.open_copy(desk, document);
                        }
                    }))}
                </div>
            </div>
        </Dialog>
    }
}

/// A document of this device.
#[component]
fn Kept(desk: Desk, entry: DocumentEntry) -> impl IntoView {
    let shelf = desk.shelf();
    let DocumentEntry { id, name, thumbnail_png, .. } = entry;
    let id = StoredValue::new(id);
    let is_open = move || id.with_value(|id| shelf.open_id.with(|open| open == id));
    let picture = format!("data:image/png;base64,{}", base64(&thumbnail_png));
    let named = {
        let name = name.clone();
        move |phrase: &'static str| say(&Phrase::new(phrase).with("name", name.clone()))
    };
    let own_name = StoredValue::new(name.clone());
    let (open_label, copy_label, delete_label, rename_label) = (named.clone(), named.clone(), named.clone(), named);
    view! {
        <li class="files__item" data-open=move || is_open().to_string()>
            <button
                type="button"
                class="files__picture"
                data-testid="open-document"
                aria-label=move || open_label("document-open")
                aria-current=move || is_open().then_some("true")
                on:click=move |_| {
                    leptos::task::spawn_local(async move {
                        if is_open() || shelf.open(desk, id.get_value()).await {
                            shelf.is_shown.set(false);
                        }
                    });
                }
            >
                <img src=picture alt="" loading="lazy" />
            </button>
            <div class="files__foot">
                <input
                    class="input files__name"
                    data-testid="document-name"
                    aria-label=move || rename_label("document-rename")
                    prop:value=name
                    maxlength="120"
                    on:change=move |event| shelf.rename(desk, id.get_value(), event_target_value(&event))
                />
                <button
                    type="button"
                    class="icon-button"
                    data-testid="duplicate-document"
                    aria-label=move || copy_label("document-duplicate")
                    title=t("duplicate")
                    on:click=move |_| shelf.duplicate(desk, id.get_value())
                >
                    {icon(Icon::Copy)}
                </button>
                <When when=move || !is_open()>
                    <button
                        type="button"
                        class="icon-button"
                        data-testid="delete-document"
                        aria-label={
                            let label = delete_label.clone();
                            move || label("document-delete")
                        }
                        title=t("delete")
                        on:click=move |_| shelf.delete(desk, id.get_value(), own_name.get_value())
                    >
                        {icon(Icon::Trash)}
                    </button>
                </When>
            </div>
        </li>
    }
}

/// Bytes as an address can hold them (RFC 4648).
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().chain(&[0; 2]).take(3).fold(0u32, |bits, byte| bits << 8 | u32::from(*byte));
        for idx in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * idx)) as usize & 63];
            text.push(if idx > chunk.len() { '=' } else { char::from(letter) });
        }
    }
    text
}
