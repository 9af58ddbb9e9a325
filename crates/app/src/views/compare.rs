//! Two pictures over each other, parted by a line that can be moved.

use leptos::{html, prelude::*};
use underpaint_paint::{Paper, RgbaImage};
use underpaint_studio::{Comparison, Event, Part, Phrase, PictureId, RenderEdit, Session, Side};

use super::{
    gallery::shown_picture,
    icon::{Icon, icon},
    slider::event_target_number,
};
use crate::{
    desk::Desk,
    flow::{CollectAny, on_change},
    texts::{say, t},
};

fn ask(desk: Desk, edit: RenderEdit) {
    desk.send(Event::Rendering(edit));
}

/// What stands on a side.
fn image_of(session: &Session, side: Side) -> Option<RgbaImage> {
    match side {
        Side::Sketch => {
            let document = session.document();
            document.flatten(document.width(), document.height(), Paper::White).ok()
        }
        Side::Picture(id) => session.gallery().entry(id).map(|entry| entry.picture.image.clone()),
    }
}

/// The comparison, while there is one.
#[component]
pub fn Compare(desk: Desk) -> impl IntoView {
    // Moving the line must not draw both pictures again.
    let sides = Memo::new(move |_| {
        desk.read(Part::Gallery, |session| session.gallery().comparison().map(|it| (it.left, it.right)))
    });
    move || sides.get().map(|(left, right)| view! { <Comparing desk left right /> })
}

#[component]
fn Comparing(desk: Desk, left: Side, right: Side) -> impl IntoView {
    let section = NodeRef::<html::Section>::new();
    on_change(move || {
        if let Some(section) = section.get() {
            // Who opens it by keyboard wants to be in it; where focus is refused the mouse still works.
            drop(section.focus());
        }
    });
    let wipe = move || {
        desk.read(Part::Gallery, |session| session.gallery().comparison().map_or(0.5, |Comparison { wipe, .. }| wipe))
    };
    let image = move |side| desk.peek(|session| image_of(session, side)).map(|image| shown_picture(desk, &image, true));
    let choice = move |id: &'static str, side: Side, compare: fn(Side, Side) -> RenderEdit, other: Side| {
        let pictures = desk.peek(|session| session.gallery().entries().iter().map(|it| it.id).collect::<Vec<_>>());
        let choose = move |event: leptos::ev::Event| {
            let side = event_target_value(&event).parse().map_or(Side::Sketch, |id: PictureId| Side::Picture(id));
            ask(desk, compare(side, other));
        };
        view! {
            <select class="input" data-testid=id aria-label=t(id) on:change=choose>
                <option value="" selected=side == Side::Sketch>
                    {t("sketch-title")}
                </option>
                {pictures
                    .into_iter()
                    .map(|id| {
                        let title = move || say(&Phrase::new("gallery-picture").with("number", id as u32));
                        view! {
                            <option value=id.to_string() selected=side == Side::Picture(id)>
                                {title}
                            </option>
                        }
                    })
                    .collect_any()}
            </select>
        }
    };
    let close = move || ask(desk, RenderEdit::EndComparison);
    view! {
        <section
            class="compare"
            data-testid="compare"
            tabindex="-1"
            node_ref=section
            aria-label=t("gallery-compare")
            on:keydown=move |event| {
                if event.key() == "Escape" {
                    event.stop_propagation();
                    close();
                }
            }
        >
            <div class="compare__head">
                {choice("compare-left", left, RenderEdit::Compare, right)}
                {choice("compare-right", right, |side, other| RenderEdit::Compare(other, side), left)}
                <button
                    type="button"
                    class="icon-button"
                    data-testid="compare-close"
                    aria-label=t("close")
                    on:click=move |_| close()
                >
                    {icon(Icon::Close)}
                </button>
            </div>
            <div class="compare__sides" style=("--wipe", move || format!("{:.4}", wipe()))>
                <div class="compare__left">{image(left)}</div>
                <div class="compare__right">{image(right)}</div>
                <input
                    type="range"
                    class="wipe__line"
                    data-testid="compare-wipe"
                    aria-label=t("action-wipe")
                    min="0"
                    max="1"
                    step="0.005"
                    prop:value=move || wipe().to_string()
                    on:input=move |event| {
                        if let Some(wipe) = event_target_number(&event) {
                            ask(desk, RenderEdit::Wipe(wipe));
                        }
                    }
                />
            </div>
        </section>
    }
}
