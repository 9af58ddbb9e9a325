//! The colours at hand.

use leptos::prelude::*;
use underpaint_paint::Rgb8;
use underpaint_studio::{Action, ColourEdit, Event, PALETTE, Part, Phrase};

use super::{
    buttons::{keyshortcuts_of, title_of},
    colour_field::ColourField,
};
use crate::{
    desk::Desk,
    flow::CollectAny,
    texts::{say, t},
};

/// Places for colours that were used last, as many as the palette has colours.
const N_RECENT: usize = PALETTE.len();

/// The colour that is painted with, and the one behind it.
#[component]
pub fn ColourWell(desk: Desk) -> impl IntoView {
    let foreground = move || desk.read(Part::Colours, |session| session.colours().foreground.to_hex());
    let background = move || desk.read(Part::Colours, |session| session.colours().background.to_hex());
    view! {
        <div class="colour">
            <input
                type="color"
                data-testid="colour"
                aria-label=t("colour-title")
                title=t("colour-title")
                prop:value=foreground
                on:input=move |event| {
                    if let Some(colour) = Rgb8::from_hex(&event_target_value(&event)) {
                        desk.send(Event::Colour(ColourEdit::Foreground(colour)));
                    }
                }
            />
            <button
                type="button"
                class="colour__back"
                data-testid=Action::SwapColours.name()
                aria-label=move || say(&Action::SwapColours.label())
                aria-keyshortcuts=move || keyshortcuts_of(desk, Action::SwapColours)
                title=move || title_of(desk, Action::SwapColours)
                style=("--paint", background)
                on:click=move |_| desk.act(Action::SwapColours)
            ></button>
        </div>
    }
}

/// The palette, and the colours used last.
#[component]
pub fn Palette(desk: Desk) -> impl IntoView {
    let swatch = move |colour: Rgb8, name: Phrase| {
        let name = Memo::new(move |_| say(&name));
        let is_pressed = move || desk.read(Part::Colours, |session| session.colours().foreground == colour);
        view! {
            <button
                type="button"
                class="swatch"
                style=("--paint", colour.to_hex())
                title=move || name.get()
                aria-label=move || name.get()
                aria-pressed=move || is_pressed().to_string()
                on:click=move |_| desk.send(Event::Colour(ColourEdit::Foreground(colour)))
            ></button>
        }
    };
    let recent = Memo::new(move |_| desk.read(Part::Colours, |session| session.colours().recent().to_vec()));
    view! {
        <ColourField desk />
        <div class="palette" role="group" aria-label=t("colours-title")>
            {PALETTE.iter().map(|it| swatch(it.colour, it.name.into())).collect_any()}
            {move || {
                recent
                    .get()
                    .into_iter()
                    .take(N_RECENT)
                    .map(|colour| swatch(colour, Phrase::new("colour-used-before").with("colour", colour.to_hex())))
                    .collect_any()
            }}
            {move || {
                // One line waits for colours; the second comes with them.
                (recent.get().len()..N_RECENT / 2)
                    .map(|_| view! { <span class="swatch swatch--empty" aria-hidden="true"></span> })
                    .collect_any()
            }}
        </div>
    }
}
