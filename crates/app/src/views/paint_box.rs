//! Colours and the brush, right below the sketch.

use leptos::prelude::*;
use underpaint_paint::{MAX_SIZE_PX, MIN_SIZE_PX, Rgb8};
use underpaint_studio::{Action, BrushEdit, ColourEdit, Event, PALETTE, Part, Phrase};

use super::{
    buttons::{keyshortcuts_of, title_of},
    icon::{Icon, icon},
    slider::Slider,
};
use crate::{
    desk::Desk,
    texts::{say, t},
};

/// Places for colours that were used last, as many as the palette has colours.
const N_RECENT: usize = PALETTE.len();

/// The paint box.
#[component]
pub fn PaintBox(desk: Desk) -> impl IntoView {
    view! {
        <div class="paintbox">
            <ColourWell desk />
            <Palette desk />
            <Brush desk />
        </div>
    }
}

#[component]
fn ColourWell(desk: Desk) -> impl IntoView {
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
                aria-keyshortcuts=keyshortcuts_of(Action::SwapColours)
                title=move || title_of(Action::SwapColours)
                style=("--paint", background)
                on:click=move |_| desk.act(Action::SwapColours)
            ></button>
        </div>
    }
}

#[component]
fn Palette(desk: Desk) -> impl IntoView {
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
        <div class="palette" role="group" aria-label=t("colours-title")>
            {PALETTE.iter().map(|it| swatch(it.colour, it.name.into())).collect_view()}
            {move || {
                recent
                    .get()
                    .into_iter()
                    .take(N_RECENT)
                    .map(|colour| swatch(colour, Phrase::new("colour-used-before").with("colour", colour.to_hex())))
                    .collect_view()
            }}
            {move || {
                (recent.get().len()..N_RECENT)
                    .map(|_| view! { <span class="swatch swatch--empty" aria-hidden="true"></span> })
                    .collect_view()
            }}
        </div>
    }
}

#[component]
fn Brush(desk: Desk) -> impl IntoView {
    let size = Signal::derive(move || desk.read(Part::Brush, |session| session.brush().size_px));
    let hardness = Signal::derive(move || desk.read(Part::Brush, |session| session.brush().hardness));
    let opacity = Signal::derive(move || desk.read(Part::Brush, |session| session.brush().opacity));
    let edit = move |edit: BrushEdit| desk.send(Event::Brush(edit));
    let pressure = move |name: &'static str, text_id: &'static str, is_size: bool| {
        let is_on = move || {
            desk.read(Part::Brush, |session| {
                let brush = session.brush();
                if is_size { brush.pressure_size.is_active() } else { brush.pressure_opacity.is_active() }
            })
        };
        let toggle = move |_| {
            let is_wanted = !is_on();
            edit(if is_size { BrushEdit::PressureSize(is_wanted) } else { BrushEdit::PressureOpacity(is_wanted) });
        };
        view! {
            <button
                type="button"
                class="pressure"
                data-testid=name
                aria-label=t(text_id)
                title=t(text_id)
                aria-pressed=move || is_on().to_string()
                on:click=toggle
            >
                {icon(Icon::Pressure)}
            </button>
        }
    };
    view! {
        <div class="brush">
            <div class="field">
                <div class="field__head">
                    <label class="label" for="brush-size">
                        {t("brush-size")}
                    </label>
                    {pressure("pressure-size", "brush-pressure-size", true)}
                    <span class="value">
                        <input
                            class="input input--bare"
                            id="brush-size"
                            data-testid="brush-size"
                            type="number"
                            inputmode="numeric"
                            min=MIN_SIZE_PX
                            max=MAX_SIZE_PX
                            prop:value=move || format!("{:.0}", size.get())
                            on:input=move |event| {
                                if let Ok(size_px) = event_target_value(&event).parse() {
                                    edit(BrushEdit::SizePx(size_px));
                                }
                            }
                        />
                        {t("brush-size-unit")}
                    </span>
                </div>
                // Each step of this slider changes the size by the same factor, as a hand feels it.
                <input
                    class="slider slider--plain"
                    type="range"
                    aria-label=t("brush-size")
                    min="0"
                    max="1"
                    step="0.005"
                    prop:value=move || format!("{:.3}", fraction_of_size(size.get()))
                    style=("--at", move || format!("{:.4}", fraction_of_size(size.get())))
                    aria-valuetext=move || say(&Phrase::new("n-pixels").with("pixels", size.get() as u32))
                    on:input=move |event| {
                        if let Ok(fraction) = event_target_value(&event).parse() {
                            edit(BrushEdit::SizePx(size_of_fraction(fraction)));
                        }
                    }
                />
            </div>
            <div class="field">
                <Slider
                    id="hardness"
                    title_id="brush-hardness"
                    low=0.0
                    high=1.0
                    step=0.01
                    digits=2
                    value=hardness
                    shown=percent
                    change=move |value| edit(BrushEdit::Hardness(value))
                />
            </div>
            <div class="field">
                <Slider
                    id="opacity"
                    title_id="brush-opacity"
                    beside=pressure("pressure-opacity", "brush-pressure-opacity", false).into_any()
                    low=0.0
                    high=1.0
                    step=0.01
                    digits=2
                    value=opacity
                    shown=percent
                    change=move |value| edit(BrushEdit::Opacity(value))
                />
            </div>
        </div>
    }
}

fn percent(value: f32) -> String {
    say(&Phrase::new("n-percent").with("percent", (value * 100.0).round() as u32))
}

fn fraction_of_size(size_px: f32) -> f32 {
    ((size_px / MIN_SIZE_PX).ln() / (MAX_SIZE_PX / MIN_SIZE_PX).ln()).clamp(0.0, 1.0)
}

fn size_of_fraction(fraction: f32) -> f32 {
    let size_px = MIN_SIZE_PX * (MAX_SIZE_PX / MIN_SIZE_PX).powf(fraction.clamp(0.0, 1.0));
    // Whole pixels from the hand; finer sizes come from pressure.
    size_px.round()
}
