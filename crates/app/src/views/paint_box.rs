//! Colours and the brush, right below the sketch.

use leptos::prelude::*;
use underpaint_paint::{BrushInput, BrushParameter, MAX_SIZE_PX, MIN_SIZE_PX, Rgb8};
use underpaint_studio::{Action, BrushEdit, ColourEdit, Event, PALETTE, Part};

use super::{
    buttons::{keyshortcuts_of, title_of},
    icon::{Icon, icon},
    slider::Slider,
};
use crate::desk::Desk;

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
                aria-label="Colour"
                title="Colour"
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
                aria-label=Action::SwapColours.label()
                aria-keyshortcuts=keyshortcuts_of(Action::SwapColours)
                title=title_of(Action::SwapColours)
                style=("--paint", background)
                on:click=move |_| desk.act(Action::SwapColours)
            ></button>
        </div>
    }
}

#[component]
fn Palette(desk: Desk) -> impl IntoView {
    let swatch = move |colour: Rgb8, name: String| {
        let is_pressed = move || desk.read(Part::Colours, |session| session.colours().foreground == colour);
        view! {
            <button
                type="button"
                class="swatch"
                style=("--paint", colour.to_hex())
                title=name.clone()
                aria-label=name
                aria-pressed=move || is_pressed().to_string()
                on:click=move |_| desk.send(Event::Colour(ColourEdit::Foreground(colour)))
            ></button>
        }
    };
    let recent = Memo::new(move |_| desk.read(Part::Colours, |session| session.colours().recent().to_vec()));
    view! {
        <div class="palette" role="group" aria-label="Colours">
            {PALETTE.iter().map(|it| swatch(it.colour, it.name.to_owned())).collect_view()}
            {move || {
                recent
                    .get()
                    .into_iter()
                    .take(N_RECENT)
                    .map(|colour| swatch(colour, format!("Used before: {}", colour.to_hex())))
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
    let pressure = move |name: &'static str, text: &'static str, is_size: bool| {
        let is_on = move || {
            desk.read(Part::Brush, |session| {
                let brush = session.brush();
                let parameter = if is_size { BrushParameter::Size } else { BrushParameter::Opacity };
                brush.curve(parameter, BrushInput::Pressure).is_active()
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
                aria-label=text
                title=text
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
                        "Size"
                    </label>
                    {pressure("pressure-size", "Pen pressure changes the size", true)}
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
                        "px"
                    </span>
                </div>
                // Each step of this slider changes the size by the same factor, as a hand feels it.
                <input
                    class="slider slider--plain"
                    type="range"
                    aria-label="Size"
                    min="0"
                    max="1"
                    step="0.005"
                    prop:value=move || format!("{:.3}", fraction_of_size(size.get()))
                    style=("--at", move || format!("{:.4}", fraction_of_size(size.get())))
                    aria-valuetext=move || format!("{:.0} pixels", size.get())
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
                    label="Hardness"
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
                    label="Opacity"
                    beside=pressure("pressure-opacity", "Pen pressure changes the opacity", false).into_any()
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
    format!("{:.0} %", value * 100.0)
}

fn fraction_of_size(size_px: f32) -> f32 {
    ((size_px / MIN_SIZE_PX).ln() / (MAX_SIZE_PX / MIN_SIZE_PX).ln()).clamp(0.0, 1.0)
}

fn size_of_fraction(fraction: f32) -> f32 {
    let size_px = MIN_SIZE_PX * (MAX_SIZE_PX / MIN_SIZE_PX).powf(fraction.clamp(0.0, 1.0));
    // Whole pixels from the hand; finer sizes come from pressure.
    size_px.round()
}
