//! The bar of what the tool at hand is set to: one view for the rows of all tools.

use leptos::prelude::*;
use underpaint_studio::{Part, Session, Tool};

use super::{
    buttons::ActionButton,
    slider::event_target_number,
    tool_rows::{Item, Kind, has_aids, items_of, more_of},
    toolbar::close_popover,
};
use crate::{
    desk::Desk,
    flow::CollectAny,
    texts::{t, texts},
};

/// The bar of the tool at hand.
#[component]
pub fn ToolOptions(desk: Desk) -> impl IntoView {
    let tool = Memo::new(move |_| desk.read(Part::Tool, Session::tool));
    view! {
        <section
            class="options"
            data-testid="tool-options"
            aria-label=t("options-title")
            on:keydown=|event| {
                if event.key() == "Escape" && close_popover("more-options") {
                    event.stop_propagation();
                }
            }
        >
            <strong class="options__tool">{move || texts().text(tool.get().label())}</strong>
            {move || items_of(tool.get()).into_iter().map(|item| item_view(desk, item)).collect_any()}
            <super::strength::StrengthOptions desk />
            {move || more_view(desk, tool.get())}
        </section>
    }
}

/// The button at the end of the bar, and what it opens.
fn more_view(desk: Desk, tool: Tool) -> Option<AnyView> {
    let (title, items) = more_of(tool)?;
    let is_active = move || (tool.has_guides() && desk.read(Part::Tool, has_aids)).then_some("true");
    let view = view! {
        <button
            type="button"
            class="button options__more"
            data-testid="more-options"
            data-active=is_active
            popovertarget="more-options"
        >
            {t(title)}
        </button>
        <div
            class="options__sheet"
            id="more-options"
            data-testid="more-options-sheet"
            popover="auto"
        >
            {items.into_iter().map(|item| item_view(desk, item)).collect_any()}
        </div>
    };
    Some(view.into_any())
}

fn item_view(desk: Desk, item: &'static Item) -> AnyView {
    let row = match item {
        Item::Row(row) => row,
        Item::Act(action, image) => {
            return view! { <ActionButton desk action=*action image=*image part=Part::Overlay /> }.into_any();
        }
    };
    let value = Memo::new(move |_| {
        desk.read(Part::Brush, |_| ());
        desk.read(Part::Tool, row.get)
    });
    let send = move |value: f32| {
        let event = desk.peek(|session| (row.event)(session, value));
        desk.send(event);
    };
    // A row that means nothing at the moment has no number.
    let is_idle = move || value.get().is_nan();
    match &row.kind {
        Kind::Toggle => view! {
            <label class="option" hidden=is_idle>
                <input
                    type="checkbox"
                    data-testid=row.id
                    prop:checked=move || { value.get() > 0.0 }
                    on:change=move |event| send(f32::from(event_target_checked(&event)))
                />
                <span>{t(row.id)}</span>
            </label>
        }
        .into_any(),
        Kind::Slider(shown) => {
            let shown = *shown;
            view! {
                <label class="option option--slider">
                    <span>{t(row.id)}</span>
                    <input
                        class="slider slider--plain"
                        data-testid=row.id
                        type="range"
                        min="0"
                        max="1"
                        step="0.005"
                        prop:value=move || format!("{:.3}", value.get())
                        style=("--at", move || format!("{:.4}", value.get()))
                        aria-valuetext=move || shown(value.get())
                        on:input=move |event| {
                            if let Some(value) = event_target_number(&event) {
                                send(value);
                            }
                        }
                    />
                    <span class="value" aria-hidden="true">
                        {move || shown(value.get())}
                    </span>
                </label>
            }
            .into_any()
        }
        Kind::Choice(ids) => {
            let option = |(idx, id): (usize, &&'static str)| {
                let id = *id;
                view! {
                    <option value=idx prop:selected=move || value.get() as usize == idx>
                        {t(id)}
                    </option>
                }
            };
            view! {
                <label class="option">
                    <span>{t(row.id)}</span>
                    <select
                        class="input"
                        data-testid=row.id
                        on:change=move |event| {
                            if let Ok(value) = event_target_value(&event).parse::<u16>() {
                                send(value.into());
                            }
                        }
                    >
                        {ids.iter().enumerate().map(option).collect_any()}
                    </select>
                </label>
            }
            .into_any()
        }
        Kind::Number(low, high, step) => view! {
            <label class="option" hidden=is_idle>
                <span>{t(row.id)}</span>
                <input
                    class="input"
                    type="number"
                    data-testid=row.id
                    min=*low
                    max=*high
                    step=*step
                    prop:value=move || value.get().to_string()
                    on:change=move |event| {
                        if let Some(number) = event_target_number(&event) {
                            send(number.clamp(*low, *high));
                        }
                        // What was no number, or none that may be, gives way to what holds.
                        let shown = value.get_untracked().to_string();
                        event_target::<leptos::web_sys::HtmlInputElement>(&event).set_value(&shown);
                    }
                />
            </label>
        }
        .into_any(),
        Kind::Step(neutral) => {
            let neutral = neutral.to_string();
            let start = neutral.clone();
            view! {
                <label class="option">
                    <span>{t(row.id)}</span>
                    <input
                        class="input"
                        type="number"
                        data-testid=row.id
                        // Not the attribute: an element that was another row's before keeps what stood in it.
                        prop:value=start
                        on:change=move |event| {
                            if let Some(number) = event_target_number(&event) {
                                send(number);
                            }
                            event_target::<leptos::web_sys::HtmlInputElement>(&event).set_value(&neutral);
                        }
                    />
                </label>
            }
            .into_any()
        }
    }
}
