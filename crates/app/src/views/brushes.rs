//! The brushes: a list whose lines are painted by the brushes themselves, and everything that makes one, from tables.

use leptos::{html, prelude::*};
use underpaint_browser::{
    canvas::{PixelCanvas, PixelRect},
    download, files,
};
use underpaint_paint::{
    BrushBlend, BrushNumber, BrushSettings, CanvasPoint, Document, Gathering, GrainKind, PaintError, Paper, Rgb8,
    RotationSource, Stabiliser, StrokeMode, StrokeSample, TipKind,
};
use underpaint_studio::{BrushName, BrushesEdit, Event, ListedBrush, Part, Tool};

use super::{brush::BrushBasics, curve::CurveEditor, slider::event_target_number};
use crate::{
    desk::Desk,
    flow::{CollectAny, When, on_change},
    texts::{t, texts},
};

/// Size of a preview in pixels; it is shown at half of it.
const PREVIEW_PX: (u32, u32) = (240, 72);
/// A grey that shows on light and on dark furniture.
const PREVIEW_INK: Rgb8 = Rgb8::new(146, 138, 128);
/// What lies under brushes that need something to work on.
const PREVIEW_GROUND: Rgb8 = Rgb8::new(196, 140, 62);
/// How the messages of the numbers begin.
const NUMBER_ID: &str = "brush-number";
/// Longest file of brushes that is read, in bytes.
const BRUSH_FILE_LIMIT_BYTES: u64 = 1 << 20;

/// A choice of a brush: its message, the names of its values, and how it is read and changed by a value's place.
struct Choice {
    id: &'static str,
    names: &'static [&'static str],
    get: fn(&BrushSettings) -> usize,
    edit: fn(usize) -> BrushesEdit,
}

macro_rules! choice {
    ($id:literal, $kind:ident, $field:ident, $edit:ident) => {
        Choice {
            id: $id,
            names: $kind::NAMES,
            get: |brush| brush.$field as usize,
            edit: |idx| BrushesEdit::$edit($kind::ALL.get(idx).copied().unwrap_or_default()),
        }
    };
}

static CHOICES: [Choice; 6] = [
    choice!("brush-tip", TipKind, tip, Tip),
    choice!("brush-grain", GrainKind, grain, Grain),
    choice!("brush-gathering", Gathering, gathering, Gathering),
    choice!("brush-blend", BrushBlend, blend, Blend),
    choice!("brush-rotation-source", RotationSource, rotation_source, Rotation),
    choice!("brush-stabiliser", Stabiliser, stabiliser, Stabiliser),
];

/// The dock of the brushes.
#[component]
pub fn Brushes(desk: Desk) -> impl IntoView {
    let n_brushes = Memo::new(move |_| desk.read(Part::Brushes, |session| session.brushes().list().len()));
    let is_strength = Memo::new(move |_| desk.read(Part::Tool, |session| session.tool() == Tool::Strength));
    view! {
        <div class="brush">
            <div
                class="presets"
                role="group"
                aria-label=t("brushes-title")
                data-testid="brushes"
                hidden=move || is_strength.get()
            >
                <For each=move || 0..n_brushes.get() key=|idx| *idx children=move |idx| preset_view(desk, idx) />
            </div>
            <BrushBasics desk />
            <div class="brush__all" hidden=move || is_strength.get()>
                {actions_view(desk)}
                <details data-testid="brush-all">
                    <summary>{t("brush-all")}</summary>
                    <div class="brush__all">
                        {CHOICES.iter().map(|choice| choice_view(desk, choice)).collect_any()}
                        {BrushNumber::ALL[3..].iter().map(|number| number_view(desk, *number)).collect_any()}
                    </div>
                </details>
                <details data-testid="brush-curves">
                    <summary>{t("brush-curves")}</summary>
                    <CurveEditor desk />
                </details>
            </div>
        </div>
    }
}

fn name_of(brush: &ListedBrush) -> String {
    match brush.name() {
        BrushName::BuiltIn(id) => texts().text(id),
        BrushName::Own(name) => name.clone(),
    }
}

fn preset_view(desk: Desk, idx: usize) -> impl IntoView {
    let canvas = NodeRef::<html::Canvas>::new();
    let brush = Memo::new(move |_| {
        desk.read(Part::Brushes, |session| session.brushes().list().get(idx).map(|it| (*it.settings(), it.is_eraser())))
    });
    let name = Memo::new(move |_| {
        desk.read(Part::Brushes, |session| session.brushes().list().get(idx).map(name_of).unwrap_or_default())
    });
    let mark = move || {
        let is_changed = |it: &ListedBrush| it.is_changed();
        let changed = desk.read(Part::Brushes, |session| session.brushes().list().get(idx).is_some_and(is_changed));
        if changed { " •" } else { "" }
    };
    let is_chosen = move || {
        let tool = desk.read(Part::Tool, |session| session.tool());
        desk.read(Part::Brushes, |session| session.brushes().chosen(tool) == idx)
    };
    on_change(move || {
        let (Some(canvas), Some((settings, is_eraser))) = (canvas.get(), brush.get()) else { return };
        // A brush of a broken kind shows nothing, and can still be chosen.
        let Ok(pixels) = preview(settings, is_eraser) else { return };
        let rect = PixelRect::of_size(PREVIEW_PX.0, PREVIEW_PX.1);
        if let Err(error) = PixelCanvas::new(&canvas, false).and_then(|canvas| canvas.put(&pixels, rect)) {
            desk.report(&error);
        }
    });
    view! {
        <button
            type="button"
            class="preset"
            data-testid=format!("brush-preset-{idx}")
            aria-pressed=move || is_chosen().to_string()
            title=move || name.get()
            on:click=move |_| desk.send(Event::Brushes(BrushesEdit::Choose(idx)))
        >
            <canvas node_ref=canvas width=PREVIEW_PX.0 height=PREVIEW_PX.1 aria-hidden="true"></canvas>
            <span class="preset__name">{move || name.get()} {mark}</span>
        </button>
    }
}

/// A stroke of the brush that swells and ends, RGBA8 on nothing.
fn preview(mut brush: BrushSettings, is_eraser: bool) -> Result<Vec<u8>, PaintError> {
    let (width, height) = PREVIEW_PX;
    let (across, down) = (width as f32, height as f32);
    let mut document = Document::new(width, height)?;
    let mut paint = |brush: BrushSettings, mode: StrokeMode, y_of: &dyn Fn(f32) -> f32, low_pressure: f32| {
        let sample = |share: f32| {
            let pressure = low_pressure + (1.0 - low_pressure) * (share * std::f32::consts::PI).sin();
            let place = CanvasPoint::new(14.0 + share * (across - 28.0), y_of(share));
            StrokeSample::new(place, pressure, f64::from(share))
        };
        document.begin_stroke(brush, mode, "preview", sample(0.0));
        for step in 1..=48 {
            document.extend_stroke(&[sample(step as f32 / 48.0)]);
        }
        document.end_stroke();
    };
    brush.size_px = brush.size_px.clamp(5.0, 26.0);
    brush.string_px = 1.0;
    let is_working_on_paint = is_eraser || brush.smudge_rate > 0.0;
    if is_working_on_paint {
        let ground = BrushSettings { size_px: 24.0, ..BrushSettings::default() };
        paint(ground, StrokeMode::Paint(PREVIEW_GROUND), &|_| down * 0.3, 1.0);
        paint(ground, StrokeMode::Paint(PREVIEW_INK), &|_| down * 0.7, 1.0);
    }
    let mode = if is_eraser { StrokeMode::Erase } else { StrokeMode::Paint(PREVIEW_INK) };
    let wave = |share: f32| down * (0.5 - 0.24 * (share * std::f32::consts::TAU).sin());
    paint(brush, mode, &wave, 0.1);
    let mut pixels = Vec::new();
    document.read_rect(document.bounds(), Paper::Transparent, &mut pixels);
    Ok(pixels)
}

/// Keeping, naming and taking off; files.
fn actions_view(desk: Desk) -> impl IntoView {
    // `Some(true)` while a new brush gets its name, `Some(false)` while the present one gets another.
    let naming = RwSignal::new(None::<bool>);
    let field = NodeRef::<html::Input>::new();
    let chosen = move || desk.peek(|session| session.brushes().chosen(session.tool()));
    let edit = move |edit: BrushesEdit| {
        desk.send(Event::Brushes(edit));
        desk.keep_brushes();
    };
    let keep_name = move || {
        let name = field.get_untracked().map(|it| it.value()).unwrap_or_default();
        match naming.get_untracked() {
            Some(true) => edit(BrushesEdit::SaveAs(name)),
            Some(false) => edit(BrushesEdit::Rename(chosen(), name)),
            None => {}
        }
        naming.set(None);
    };
    on_change(move || {
        if let (Some(_), Some(field)) = (naming.get(), field.get()) {
            // A field that cannot be focused is reached by Tab.
            let _ = field.focus();
        }
    });
    let export = move |is_all: bool| {
        let (text, name) = desk.peek(|session| {
            let (brushes, idx) = (session.brushes(), session.brushes().chosen(session.tool()));
            let name = brushes.list().get(idx).map(name_of).unwrap_or_default();
            (if is_all { Some(brushes.to_text()) } else { brushes.brush_to_text(idx) }, name)
        });
        let name = if is_all { "Underpaint" } else { name.as_str() };
        let saved = download::save_file(&format!("{name}.brushes"), "text/plain", text.unwrap_or_default().as_bytes());
        if let Err(error) = saved {
            desk.report(&error);
        }
    };
    let import = move || {
        let picking = files::open_files(".brushes,text/plain", false);
        leptos::task::spawn_local(async move {
            let read = async {
                match picking.await?.first() {
                    Some(file) => Ok(Some(file.bytes(BRUSH_FILE_LIMIT_BYTES).await?)),
                    None => Ok(None),
                }
            };
            match read.await {
                Ok(Some(bytes)) => edit(BrushesEdit::Import(String::from_utf8_lossy(&bytes).into_owned())),
                Ok(None) => {}
                Err(error) => desk.report(&error),
            }
        });
    };
    let act = move |id: &'static str| match id {
        "brush-save" => edit(BrushesEdit::Save),
        "brush-save-as" => naming.set(Some(true)),
        "brush-rename" => naming.set(Some(false)),
        "brush-reset" => edit(BrushesEdit::Reset(chosen())),
        "brush-delete" => edit(BrushesEdit::Delete(chosen())),
        "brush-export" => export(false),
        "brushes-export" => export(true),
        "brushes-import" => import(),
        _ => edit(BrushesEdit::RestoreBuiltIn),
    };
    let is_idle = move |id: &'static str| {
        let tool = desk.read(Part::Tool, |session| session.tool());
        desk.read(Part::Brushes, |session| {
            let brush = session.brushes().list().get(session.brushes().chosen(tool));
            match id {
                "brush-save" => !brush.is_some_and(ListedBrush::is_changed),
                "brush-reset" => !brush.is_some_and(ListedBrush::can_be_reset),
                _ => false,
            }
        })
    };
    let button = move |id: &'static str| {
        view! {
            <button
                type="button"
                class="button"
                data-testid=id
                hidden=move || is_idle(id)
                title=move || (id == "brush-reset").then(|| texts().text("brush-reset-hint"))
                on:click=move |_| act(id)
            >
                {t(id)}
            </button>
        }
    };
    view! {
        <div class="brush__actions">{["brush-save-as", "brush-save", "brush-reset"].map(button).collect_any()}</div>
        <When when=move || naming.get().is_some()>
            <div class="seed">
                <input
                    class="input"
                    node_ref=field
                    data-testid="brush-name"
                    aria-label=t("brush-name")
                    placeholder=t("brush-name")
                    maxlength="60"
                    on:keydown=move |event| {
                        match event.key().as_str() {
                            "Enter" => keep_name(),
                            "Escape" => naming.set(None),
                            _ => {}
                        }
                    }
                />
                <button type="button" class="button" data-testid="brush-keep-name" on:click=move |_| keep_name()>
                    {t("brush-keep-name")}
                </button>
            </div>
        </When>
        <details data-testid="brush-more">
            <summary>{t("brush-more")}</summary>
            <div class="brush__actions">
                {[
                    "brush-rename",
                    "brush-delete",
                    "brush-export",
                    "brushes-export",
                    "brushes-import",
                    "brushes-restore",
                ]
                    .map(button)
                    .collect_any()}
            </div>
        </details>
    }
}

fn choice_view(desk: Desk, choice: &'static Choice) -> impl IntoView {
    let value = Memo::new(move |_| desk.read(Part::Brush, |session| (choice.get)(&session.brush())));
    let option = |(idx, name): (usize, &&'static str)| {
        let id = format!("{}-{name}", choice.id);
        view! {
            <option value=idx prop:selected=move || value.get() == idx>
                {move || texts().text(&id)}
            </option>
        }
    };
    view! {
        <label class="field">
            <span class="label">{t(choice.id)}</span>
            <select
                class="input"
                data-testid=choice.id
                on:change=move |event| {
                    if let Ok(idx) = event_target_value(&event).parse() {
                        desk.send(Event::Brushes((choice.edit)(idx)));
                    }
                }
            >
                {choice.names.iter().enumerate().map(option).collect_any()}
            </select>
        </label>
    }
}

/// A number of the brush as a slider; the table of `paint` says from where to where.
fn number_view(desk: Desk, number: BrushNumber) -> impl IntoView {
    let (low, high) = number.range();
    let id = format!("{NUMBER_ID}-{}", number.key());
    let value = Memo::new(move |_| desk.read(Part::Brush, |session| number.of(&session.brush())));
    let step = if high - low > 100.0 { 1.0 } else { 0.01 };
    let shown = move || match () {
        () if step == 1.0 => format!("{:.0}", value.get()),
        () if high <= 1.0 => super::brush::percent(value.get()),
        () => format!("{:.2}", value.get()),
    };
    let title = id.clone();
    view! {
        <label class="field">
            <span class="field__head">
                <span class="label">{move || texts().text(&title)}</span>
                <span class="value">{shown}</span>
            </span>
            <input
                class="slider slider--plain"
                type="range"
                data-testid=id
                min=low
                max=high
                step=step
                prop:value=move || value.get().to_string()
                style=("--at", move || format!("{:.3}", super::slider::fraction_of(value.get(), low, high)))
                on:input=move |event| {
                    if let Some(value) = event_target_number(&event) {
                        desk.send(Event::Brushes(BrushesEdit::Number(number, value)));
                    }
                }
            />
        </label>
    }
}
