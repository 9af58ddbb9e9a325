//! The row of one layer: what it is, whether it is seen, its name, and the press that chooses, drags or folds it.

use leptos::{ev, html, prelude::*, wasm_bindgen::JsCast, web_sys};
use underpaint_paint::{BlendMode, Layer, LayerId, LayerKind, Place, SelectionMode};
use underpaint_studio::{Event, LayerEdit, Part, SelectionEdit, layer_name};

use super::{LayerDrag, List};
use crate::{
    flow::{CollectAny, on_change},
    texts::{say, t, texts},
    views::{
        icon::{Icon, icon},
        thumbnail::thumbnail_view,
    },
};

/// Whether Control is held, or Command on a Mac.
fn has_ctrl(event: &ev::MouseEvent) -> bool {
    event.ctrl_key() || event.meta_key()
}

/// The row of one layer.
pub(super) fn row_view(list: List, id: LayerId) -> impl IntoView {
    let desk = list.desk;
    let kind = move || list.property(Some(id), LayerKind::Paint, |it| it.kind);
    let is_active = move || desk.read(Part::Layers, |session| session.document().active_layer() == id);
    let is_chosen = move || desk.read(Part::Layers, |session| session.chosen_layers().contains(&id));
    // Tab stops at the active layer, or at the folded group that it lies in.
    let is_stop = move || desk.read(Part::Layers, |session| session.active_layer_row() == id);
    let is_group = move || kind() == LayerKind::Group;
    let is_folded = move || desk.read(Part::Layers, |session| session.is_layer_folded(id));
    let depth = move || list.read(Some(id), Layer::depth).unwrap_or_default();
    let name = move || list.read(Some(id), |layer| say(&layer_name(layer))).unwrap_or_default();
    let is_visible = move || list.property(Some(id), true, |it| it.is_visible);
    let is_renaming = move || list.renaming.get() == Some(id);
    let drop = move || match list.drag.get().and_then(|drag| drag.to) {
        Some(Place::Above(at)) if at == id => "above",
        Some(Place::Below(at)) if at == id => "below",
        Some(Place::Into(at)) if at == id => "into",
        _ => "",
    };
    let detail = move || {
        list.property(Some(id), String::new(), |it| match (it.blend_mode, it.opacity) {
            (BlendMode::Normal, 1.0) => String::new(),
            (mode, opacity) => {
                format!("{} · {}", texts().text(mode.message_id()), crate::views::brush::percent(opacity))
            }
        })
    };
    let marks = move || {
        list.property(Some(id), Vec::new(), |it| {
            [
                (it.is_clipped, Icon::Clip),
                (it.is_alpha_locked, Icon::AlphaLock),
                (it.is_locked, Icon::Lock),
                (it.kind == LayerKind::Reference, Icon::Eyedropper),
                (it.kind == LayerKind::Render, Icon::Frame),
            ]
            .into_iter()
            .filter_map(|(is_on, image)| is_on.then_some(image))
            .collect()
        })
    };
    let press = move |event: ev::PointerEvent| {
        if event.button() != 0 || is_renaming() {
            return;
        }
        let is_with_key = has_ctrl(&event);
        let target = event.target().and_then(|it| it.dyn_into::<web_sys::Element>().ok());
        let thumb = target.and_then(|it| it.closest(".layer__thumb").ok().flatten());
        if is_with_key && thumb.is_some() {
            let mode = match (event.shift_key(), event.alt_key()) {
                (true, true) => SelectionMode::Intersect,
                (true, false) => SelectionMode::Add,
                (false, true) => SelectionMode::Subtract,
                (false, false) => SelectionMode::Replace,
            };
            return desk.send(Event::Selection(SelectionEdit::Pixels(id, mode)));
        }
        if thumb.is_some_and(|it| it.tag_name() == "BUTTON") {
            // A group's folds it, and drags nothing.
            return;
        }
        let is_one_more = list.is_several.get_untracked() || is_with_key;
        // Of several that are chosen the pressed one may be the handle that all are dragged by.
        let waits = !is_one_more && !event.shift_key() && desk.peek(|session| session.chosen_layers().contains(&id));
        if !waits {
            list.edit(if event.shift_key() {
                LayerEdit::ChooseUpTo(id)
            } else if is_one_more {
                LayerEdit::ChooseToo(id)
            } else {
                LayerEdit::Choose(id)
            });
        }
        list.drag.set(Some(LayerDrag { layer: id, start_y: f64::from(event.client_y()), to: None, chooses: waits }));
        if let Some(row) = event.current_target().and_then(|it| it.dyn_into::<web_sys::Element>().ok()) {
            // A pointer that cannot be captured drags as long as it stays over the list.
            let _ = row.set_pointer_capture(event.pointer_id());
        }
    };
    // A tree's level has no attribute among those that a view knows by name.
    let row = NodeRef::<html::Li>::new();
    on_change(move || {
        if let Some(row) = row.get() {
            // What cannot be set leaves a flat list, which is still one that can be used.
            let _ = row.set_attribute("aria-level", &(depth() + 1).to_string());
        }
    });
    let fold = move || {
        view! {
            <button
                type="button"
                class="layer__thumb layer__fold"
                tabindex="-1"
                data-testid=format!("layer-fold-{}", id.number())
                aria-label=t("layer-fold")
                title=t("layer-fold")
                aria-pressed=move || is_folded().to_string()
                on:dblclick=|event: ev::MouseEvent| event.stop_propagation()
                on:click=move |event: ev::MouseEvent| {
                    // With Ctrl it is a thumbnail like the others, and the row's own press selects what is in the group.
                    if !has_ctrl(&event) {
                        list.edit(LayerEdit::Fold(id, !is_folded()));
                    }
                }
            >
                {icon(Icon::Group)}
            </button>
        }
    };
    view! {
        <li
            class="layer"
            role="treeitem"
            data-layer=id.number()
            data-testid=format!("layer-{}", id.number())
            data-drop=drop
            node_ref=row
            aria-selected=move || is_chosen().to_string()
            aria-current=move || is_active().then_some("true")
            aria-expanded=move || is_group().then(|| (!is_folded()).to_string())
            aria-label=name
            data-holds-active=move || (is_stop() && !is_active()).then_some("")
            tabindex=move || if is_stop() { 0 } else { -1 }
            style=("--depth", move || depth().to_string())
            on:keydown=move |event| {
                if !is_renaming() {
                    list.on_key(&event, id);
                }
            }
            on:pointerdown=press
            on:pointermove=move |event| list.on_drag(&event)
            on:pointerup=move |_| list.on_drop()
            on:pointercancel=move |_| list.drag.set(None)
            on:dblclick=move |_| list.renaming.set(Some(id))
        >
            <button
                type="button"
                class="layer__eye"
                tabindex="-1"
                data-testid=format!("layer-visible-{}", id.number())
                aria-label=t("layer-visible")
                title=t("layer-visible-hint")
                aria-pressed=move || is_visible().to_string()
                on:pointerdown=|event: ev::PointerEvent| event.stop_propagation()
                on:click=move |event: ev::MouseEvent| {
                    list.edit(if event.alt_key() { LayerEdit::Alone(id) } else { LayerEdit::Visible(id, !is_visible()) });
                }
            >
                {move || icon(if is_visible() { Icon::Eye } else { Icon::EyeOff })}
            </button>
            {move || match kind() {
                LayerKind::Group => fold().into_any(),
                _ => thumbnail_view(desk, id).into_any(),
            }}
            <span class="layer__text">
                {move || {
                    if is_renaming() { name_field(list, id).into_any() } else { view! { <span class="layer__name">{name}</span> }.into_any() }
                }}
                <span class="layer__detail">{detail}</span>
            </span>
            <span class="layer__marks">{move || marks().into_iter().map(icon).collect_any()}</span>
        </li>
    }
}

fn name_field(list: List, id: LayerId) -> impl IntoView {
    let field = NodeRef::<html::Input>::new();
    // A layer without a name of its own has one in the list, and that is what is changed.
    let former =
        list.desk.peek(|session| session.document().layer(id).map(|it| say(&layer_name(it))).unwrap_or_default());
    let shown = StoredValue::new(former.clone());
    on_change(move || {
        if let Some(field) = field.get() {
            request_animation_frame(move || {
                // A field that went away in the meantime has nothing to focus.
                let _ = field.focus();
                field.select();
            });
        }
    });
    let keep = move || {
        if list.renaming.get_untracked() == Some(id) {
            let name = field.get_untracked().map(|it| it.value()).unwrap_or_default();
            list.renaming.set(None);
            if shown.with_value(|shown| *shown != name) {
                list.edit(LayerEdit::Rename(id, name));
            }
            list.focus_row();
        }
    };
    view! {
        <input
            class="input layer__field"
            node_ref=field
            data-testid="layer-name"
            aria-label=t("layer-rename")
            value=former
            maxlength="80"
            on:keydown=move |event: ev::KeyboardEvent| {
                match event.key().as_str() {
                    "Enter" => keep(),
                    "Escape" => {
                        list.renaming.set(None);
                        list.focus_row();
                    }
                    _ => return,
                }
                event.stop_propagation();
            }
            on:blur=move |_| keep()
        />
    }
}
