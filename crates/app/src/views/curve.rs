//! How a quantity of the brush follows the pen: a curve whose points are dragged, or moved by the arrow keys.

use leptos::{ev, prelude::*, svg::Svg, wasm_bindgen::JsCast, web_sys};
use underpaint_paint::{BrushInput, BrushParameter, MAX_RESPONSE, ResponseCurve};
use underpaint_studio::{BrushesEdit, Event, Part, Phrase};

use crate::{
    desk::Desk,
    flow::CollectAny,
    texts::{say, t, texts},
};

/// Size of the drawing in its own units.
const SIZE: (f32, f32) = (200.0, 100.0);
/// A press this near to a point takes hold of it, in units.
const REACH: f32 = 14.0;
/// What an arrow key moves a point by.
const KEY_STEP: f32 = 0.05;

/// The editor of all curves of the brush at hand, one at a time.
#[component]
pub fn CurveEditor(desk: Desk) -> impl IntoView {
    let parameter = RwSignal::new(BrushParameter::Size);
    let input = RwSignal::new(BrushInput::Pressure);
    let drawing = NodeRef::<Svg>::new();
    let held = RwSignal::new(None::<usize>);
    let curve =
        Memo::new(move |_| desk.read(Part::Brush, |session| *session.brush().curve(parameter.get(), input.get())));
    let send = move |curve: ResponseCurve| {
        let (parameter, input) = (parameter.get_untracked(), input.get_untracked());
        desk.send(Event::Brushes(BrushesEdit::Curve(parameter, input, curve)));
    };
    // Most curves stay below 1, and are drawn large; the scale holds still while a point is dragged.
    let top = Memo::new(move |former: Option<&f32>| match (former, held.get(), curve.get().largest()) {
        (Some(former), Some(_), _) => *former,
        (_, _, largest) if largest <= 1.0 => 1.0,
        (_, _, largest) if largest <= 2.0 => 2.0,
        _ => MAX_RESPONSE,
    });
    let place = move |(input, factor): (f32, f32)| (input * SIZE.0, SIZE.1 * (1.0 - factor / top.get()));
    let line = move || {
        let curve = curve.get();
        let points = (0..=40).map(|step| {
            let share = step as f32 / 40.0;
            let (x, y) = place((share, curve.at(share)));
            format!("{}{x:.1} {y:.1}", if step == 0 { 'M' } else { 'L' })
        });
        points.collect::<String>()
    };
    let point_under = move |event: &web_sys::PointerEvent| {
        let bounds = drawing.get_untracked()?.unchecked_into::<web_sys::Element>().get_bounding_client_rect();
        let share = |at: i32, start: f64, length: f64| ((f64::from(at) - start) / length).clamp(0.0, 1.0) as f32;
        let x = share(event.client_x(), bounds.left(), bounds.width());
        let y = share(event.client_y(), bounds.top(), bounds.height());
        Some((x, (1.0 - y) * top.get_untracked()))
    };
    let near = move |at: (f32, f32)| {
        let (x, y) = place(at);
        let distance = |point: &(f32, f32)| {
            let (px, py) = place(*point);
            (px - x).hypot(py - y)
        };
        let curve = curve.get_untracked();
        let points = curve.points().iter().enumerate().map(|(idx, point)| (idx, distance(point)));
        points.min_by(|one, other| one.1.total_cmp(&other.1)).filter(|it| it.1 < REACH).map(|it| it.0)
    };
    let press = move |event: ev::PointerEvent| {
        let Some(at) = point_under(&event) else { return };
        let mut taken = near(at);
        if taken.is_none() {
            let curve = curve.get_untracked();
            if let Some(more) = curve.with_point(curve.points().len(), at) {
                send(more);
                taken = near(at);
            }
        }
        held.set(taken);
        if let Some(element) = drawing.get_untracked() {
            // A pointer that cannot be captured drags as long as it stays inside.
            let _ = element.unchecked_into::<web_sys::Element>().set_pointer_capture(event.pointer_id());
        }
    };
    let drag = move |event: ev::PointerEvent| {
        let (Some(idx), Some((x, y))) = (held.get_untracked(), point_under(&event)) else { return };
        let curve = curve.get_untracked();
        // A point stays between its neighbours, so that it is always the same that is held.
        let points = curve.points();
        let low = if idx == 0 { 0.0 } else { points[idx - 1].0 + 0.01 };
        let high = points.get(idx + 1).map_or(1.0, |next| next.0 - 0.01);
        if let Some(moved) = curve.with_point(idx, (x.clamp(low, high.max(low)), y)) {
            send(moved);
        }
    };
    let on_key = move |event: &web_sys::KeyboardEvent, idx: usize| {
        let curve = curve.get_untracked();
        let Some((x, y)) = curve.points().get(idx).copied() else { return };
        let changed = match event.key().as_str() {
            "ArrowLeft" => curve.with_point(idx, (x - KEY_STEP, y)),
            "ArrowRight" => curve.with_point(idx, (x + KEY_STEP, y)),
            "ArrowUp" => curve.with_point(idx, (x, y + KEY_STEP)),
            "ArrowDown" => curve.with_point(idx, (x, y - KEY_STEP)),
            "Delete" | "Backspace" => curve.without_point(idx),
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        if let Some(changed) = changed {
            send(changed);
        }
    };
    let point = move |idx: usize| {
        let at = move || curve.get().points().get(idx).copied().unwrap_or_default();
        let percent = |value: f32| (value * 100.0).round() as u32;
        let name = move || {
            let (input, factor) = at();
            let phrase = Phrase::new("brush-curve-point").with("number", idx as u32 + 1);
            say(&phrase.with("input", percent(input)).with("factor", percent(factor)))
        };
        view! {
            <circle
                class="curve__point"
                r="5"
                cx=move || place(at()).0
                cy=move || place(at()).1
                role="button"
                tabindex="0"
                data-testid=format!("curve-point-{idx}")
                aria-label=name
                on:keydown=move |event| on_key(&event, idx)
                on:dblclick=move |_| {
                    if let Some(fewer) = curve.get_untracked().without_point(idx) {
                        send(fewer);
                    }
                }
            ></circle>
        }
    };
    let n_points = Memo::new(move |_| curve.get().points().len());
    let add = move |_| {
        // In the widest gap, on the curve, so that adding changes nothing yet.
        let curve = curve.get_untracked();
        let mut ends = vec![0.0];
        ends.extend(curve.points().iter().map(|point| point.0));
        ends.push(1.0);
        let gap = ends.windows(2).max_by(|one, other| (one[1] - one[0]).total_cmp(&(other[1] - other[0])));
        let middle = gap.map_or(0.5, |gap| (gap[0] + gap[1]) / 2.0);
        if let Some(more) = curve.with_point(curve.points().len(), (middle, curve.at(middle))) {
            send(more);
        }
    };
    view! {
        <div class="brush__all">
            <div class="pair">
                <label class="field">
                    <span class="label">{t("brush-curve-of")}</span>
                    <select
                        class="input"
                        data-testid="curve-of"
                        on:change=move |event| {
                            let idx = event_target_value(&event).parse().unwrap_or(0usize);
                            parameter.set(BrushParameter::ALL.get(idx).copied().unwrap_or_default());
                        }
                    >
                        {names("brush-parameter", BrushParameter::NAMES)}
                    </select>
                </label>
                <label class="field">
                    <span class="label">{t("brush-curve-by")}</span>
                    <select
                        class="input"
                        data-testid="curve-by"
                        on:change=move |event| {
                            let idx = event_target_value(&event).parse().unwrap_or(0usize);
                            input.set(BrushInput::ALL.get(idx).copied().unwrap_or_default());
                        }
                    >
                        {names("brush-input", BrushInput::NAMES)}
                    </select>
                </label>
            </div>
            <svg
                class="curve"
                data-testid="curve"
                viewBox=format!("0 0 {} {}", SIZE.0, SIZE.1)
                role="group"
                aria-label=t("brush-curves")
                node_ref=drawing
                on:pointerdown=press
                on:pointermove=drag
                on:pointerup=move |_| held.set(None)
                on:pointercancel=move |_| held.set(None)
            >
                <path class="curve__grid" d="M0 50H200M100 0V100M50 0V100M150 0V100M0 25H200M0 75H200"></path>
                <path d=line></path>
                <For each=move || 0..n_points.get() key=|idx| *idx children=point />
            </svg>
            <div class="brush__actions">
                <button type="button" class="button" data-testid="curve-add" on:click=add>
                    {t("brush-curve-add")}
                </button>
                <button
                    type="button"
                    class="button"
                    data-testid="curve-reset"
                    on:click=move |_| send(ResponseCurve::CONSTANT)
                >
                    {t("brush-curve-off")}
                </button>
            </div>
        </div>
    }
}

fn names(prefix: &'static str, names: &'static [&'static str]) -> impl IntoView {
    let option = |(idx, name): (usize, &&'static str)| {
        let id = format!("{prefix}-{name}");
        view! { <option value=idx>{move || texts().text(&id)}</option> }
    };
    names.iter().enumerate().map(option).collect_any()
}
