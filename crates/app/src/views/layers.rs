//! The layers: the tree from the top down, what is set of the active one, and what can be done with it.

use leptos::{ev, html, prelude::*, wasm_bindgen::JsCast, web_sys};
use underpaint_paint::{BlendMode, Layer, LayerId, LayerKind, LayerProperties, Place};
use underpaint_studio::{Event, LayerEdit, Part, Session, layer_name};

use super::{
    icon::{Icon, icon},
    slider::Slider,
    thumbnail::thumbnail_view,
};
use crate::{
    desk::Desk,
    flow::{CollectAny, on_change},
    texts::{say, t, texts},
};

/// A press that went no farther than this chose a layer, in CSS pixels.
const CLICK_PX: f64 = 5.0;

/// A drag of a layer: which one, where it began, and where it would go.
#[derive(Clone, Copy, PartialEq)]
struct LayerDrag {
    layer: LayerId,
    start_y: f64,
    to: Option<Place>,
}

/// What the views of one dock share.
#[derive(Clone, Copy)]
struct List {
    desk: Desk,
    element: NodeRef<html::Ul>,
    renaming: RwSignal<Option<LayerId>>,
    drag: RwSignal<Option<LayerDrag>>,
}

impl List {
    fn edit(self, edit: LayerEdit) {
        self.desk.send(Event::Layers(edit));
    }

    /// The active layer, or another one; a view that asks follows it.
    fn read<T>(self, id: Option<LayerId>, read: impl FnOnce(&Layer) -> T) -> Option<T> {
        self.desk.read(Part::Layers, |session| {
            let document = session.document();
            document.layer(id.unwrap_or_else(|| document.active_layer())).map(read)
        })
    }

    fn property<T>(self, id: Option<LayerId>, otherwise: T, read: impl FnOnce(&LayerProperties) -> T) -> T {
        self.read(id, |layer| read(layer.properties())).unwrap_or(otherwise)
    }

    fn active(self) -> LayerId {
        self.desk.peek(|session| session.document().active_layer())
    }

    /// The ids from the top of the list down.
    fn ids(self) -> Vec<LayerId> {
        self.desk.read(Part::Layers, |session| session.document().layers().iter().rev().map(Layer::id).collect())
    }

    /// Puts the keyboard's focus on the active layer, which may just have moved.
    fn focus_active(self) {
        request_animation_frame(move || {
            let chosen = self.element.get_untracked().and_then(|it| it.query_selector("[aria-selected=true]").ok()?);
            if let Some(chosen) = chosen.and_then(|it| it.dyn_into::<web_sys::HtmlElement>().ok()) {
                // A list that went away in the meantime has nothing to focus.
                let _ = chosen.focus();
            }
        });
    }

    fn on_key(self, event: &web_sys::KeyboardEvent, id: LayerId) {
        let key = event.key();
        let step = match key.as_str() {
            "ArrowUp" => -1,
            "ArrowDown" => 1,
            "F2" | "Enter" => {
                self.renaming.set(Some(id));
                0
            }
            "Delete" => {
                self.edit(LayerEdit::Delete(id));
                self.focus_active();
                0
            }
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        if step != 0 && event.alt_key() {
            self.edit(LayerEdit::MoveBy(id, step < 0));
            self.focus_active();
        } else if step != 0 {
            let ids = self.ids();
            let next = ids.iter().position(|it| *it == id).and_then(|idx| idx.checked_add_signed(step));
            if let Some(next) = next.and_then(|idx| ids.get(idx)) {
                self.edit(LayerEdit::Choose(*next));
                self.focus_active();
            }
        }
    }

    /// Where a layer that is dragged would go: above or below the row under the pointer, or into it if it is a group.
    fn place_under(self, event: &web_sys::PointerEvent) -> Option<Place> {
        let (x, y) = (event.client_x() as f32, event.client_y() as f32);
        let row = document().element_from_point(x, y)?.closest("[data-layer]").ok()??;
        let id = LayerId::from_number(row.get_attribute("data-layer")?.parse().ok()?);
        let bounds = row.get_bounding_client_rect();
        let share = (f64::from(y) - bounds.top()) / bounds.height();
        let is_group = self.desk.peek(|session| session.document().layer(id).is_some_and(Layer::is_group));
        Some(match share {
            share if is_group && share > 0.3 => Place::Into(id),
            share if share < 0.5 => Place::Above(id),
            _ => Place::Below(id),
        })
    }

    fn on_drag(self, event: &web_sys::PointerEvent) {
        let Some(drag) = self.drag.get_untracked() else { return };
        let has_moved = drag.to.is_some() || (f64::from(event.client_y()) - drag.start_y).abs() > CLICK_PX;
        if !has_moved {
            return;
        }
        let to = self.place_under(event);
        let to =
            to.filter(|to| self.desk.peek(|session| session.is_layer_edit_enabled(&LayerEdit::Move(drag.layer, *to))));
        self.drag.set(Some(LayerDrag { to: to.or(drag.to), ..drag }));
    }

    fn on_drop(self) {
        if let Some(LayerDrag { layer, to: Some(to), .. }) = self.drag.get_untracked() {
            self.edit(LayerEdit::Move(layer, to));
        }
        self.drag.set(None);
    }
}

/// The dock of the layers.
#[component]
pub fn Layers(desk: Desk) -> impl IntoView {
    let list = List { desk, element: NodeRef::new(), renaming: RwSignal::new(None), drag: RwSignal::new(None) };
    view! {
        <div class="layers">
            {properties_view(list)}
            <ul class="layers__list" role="tree" aria-label=t("layers-title") data-testid="layers" node_ref=list.element>
                <For each=move || list.ids() key=|id| *id children=move |id| row_view(list, id) />
            </ul>
            {actions_view(list)}
        </div>
    }
}

fn row_view(list: List, id: LayerId) -> impl IntoView {
    let desk = list.desk;
    let is_active = move || desk.read(Part::Layers, |session| session.document().active_layer() == id);
    let depth = move || list.read(Some(id), Layer::depth).unwrap_or_default();
    let name = move || list.read(Some(id), |layer| say(&layer_name(layer))).unwrap_or_default();
    let is_visible = move || list.property(Some(id), true, |it| it.is_visible);
    let kind = move || list.property(Some(id), LayerKind::Paint, |it| it.kind);
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
            (mode, opacity) => format!("{} · {}", texts().text(mode.message_id()), super::brush::percent(opacity)),
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
        list.edit(LayerEdit::Choose(id));
        list.drag.set(Some(LayerDrag { layer: id, start_y: f64::from(event.client_y()), to: None }));
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
    view! {
        <li
            class="layer"
            role="treeitem"
            data-layer=id.number()
            data-testid=format!("layer-{}", id.number())
            data-drop=drop
            node_ref=row
            aria-selected=move || is_active().to_string()
            aria-label=name
            tabindex=move || if is_active() { 0 } else { -1 }
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
                title=t("layer-visible")
                aria-pressed=move || is_visible().to_string()
                on:pointerdown=|event: ev::PointerEvent| event.stop_propagation()
                on:click=move |_| list.edit(LayerEdit::Visible(id, !is_visible()))
            >
                {move || icon(if is_visible() { Icon::Eye } else { Icon::EyeOff })}
            </button>
            {move || match kind() {
                LayerKind::Group => view! { <span class="layer__thumb">{icon(Icon::Group)}</span> }.into_any(),
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
            list.focus_active();
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
                        list.focus_active();
                    }
                    _ => return,
                }
                event.stop_propagation();
            }
            on:blur=move |_| keep()
        />
    }
}

/// Opacity, blend mode, kind and locks of the active layer.
fn properties_view(list: List) -> impl IntoView {
    let opacity = Signal::derive(move || list.property(None, 1.0, |it| it.opacity));
    let is_dragging = StoredValue::new(None::<LayerId>);
    let mode = move || list.property(None, BlendMode::Normal, |it| it.blend_mode);
    let kind = move || list.property(None, LayerKind::Paint, |it| it.kind);
    let toggle = move |name: &'static str,
                       image: Icon,
                       get: fn(&LayerProperties) -> bool,
                       edit: fn(LayerId, bool) -> LayerEdit| {
        let is_on = move || list.property(None, false, get);
        view! {
            <button
                type="button"
                class="icon-button"
                data-testid=name
                aria-label=t(name)
                title=t(name)
                aria-pressed=move || is_on().to_string()
                on:click=move |_| list.edit(edit(list.active(), !is_on()))
            >
                {icon(image)}
            </button>
        }
    };
    view! {
        <div class="layers__properties">
            <div class="pair">
                <select
                    class="input"
                    data-testid="layer-blend"
                    aria-label=t("layer-blend")
                    on:change=move |event| {
                        if let Some(mode) = BlendMode::from_name(&event_target_value(&event)) {
                            list.edit(LayerEdit::Blend(list.active(), mode));
                        }
                    }
                >
                    {BlendMode::ALL
                        .map(|it| {
                            view! {
                                <option value=it.name() prop:selected=move || mode() == it>
                                    {t(it.message_id())}
                                </option>
                            }
                        })
                        .collect_any()}
                </select>
                <select
                    class="input"
                    data-testid="layer-kind"
                    aria-label=t("layer-kind")
                    prop:disabled=move || kind() == LayerKind::Group
                    on:change=move |event| {
                        let kind = match event_target_value(&event).as_str() {
                            "1" => LayerKind::Reference,
                            "2" => LayerKind::Render,
                            _ => LayerKind::Paint,
                        };
                        list.edit(LayerEdit::Kind(list.active(), kind));
                    }
                >
                    {[
                        (LayerKind::Paint, "layer-kind-paint"),
                        (LayerKind::Reference, "layer-kind-reference"),
                        (LayerKind::Render, "layer-kind-render"),
                    ]
                        .into_iter()
                        .enumerate()
                        .map(|(idx, (it, id))| {
                            view! {
                                <option value=idx prop:selected=move || kind() == it>
                                    {t(id)}
                                </option>
                            }
                        })
                        .collect_any()}
                </select>
            </div>
            <div class="field" on:change=move |_| is_dragging.set_value(None)>
                <Slider
                    id="layer-opacity"
                    title_id="layer-opacity"
                    low=0.0
                    high=1.0
                    step=0.01
                    digits=2
                    value=opacity
                    shown=super::brush::percent
                    change=move |opacity| {
                        let layer = list.active();
                        let is_continued = is_dragging.get_value() == Some(layer);
                        is_dragging.set_value(Some(layer));
                        list.edit(LayerEdit::Opacity { layer, opacity, is_continued });
                    }
                />
            </div>
            <div class="layers__toggles">
                {toggle("layer-lock", Icon::Lock, |it| it.is_locked, LayerEdit::Locked)}
                {toggle("layer-alpha-lock", Icon::AlphaLock, |it| it.is_alpha_locked, LayerEdit::AlphaLocked)}
                {toggle("layer-clip", Icon::Clip, |it| it.is_clipped, LayerEdit::Clipped)}
                <span class="spring"></span>
                <button
                    type="button"
                    class="icon-button"
                    data-testid="layer-rename"
                    aria-label=t("layer-rename")
                    title=t("layer-rename")
                    on:click=move |_| list.renaming.set(Some(list.active()))
                >
                    {icon(Icon::Pencil)}
                </button>
            </div>
        </div>
    }
}

/// What can be done with the active layer.
fn actions_view(list: List) -> impl IntoView {
    type Make = fn(LayerId) -> LayerEdit;
    const ACTIONS: [(&str, Icon, Make); 8] = [
        ("layer-add", Icon::Plus, |_| LayerEdit::Add(LayerKind::Paint)),
        ("layer-group", Icon::Group, LayerEdit::Group),
        ("layer-duplicate", Icon::Copy, LayerEdit::Duplicate),
        ("layer-up", Icon::ArrowUp, |id| LayerEdit::MoveBy(id, true)),
        ("layer-down", Icon::ArrowDown, |id| LayerEdit::MoveBy(id, false)),
        ("layer-merge", Icon::Merge, LayerEdit::MergeDown),
        ("layer-flatten", Icon::Layers, |_| LayerEdit::FlattenAll),
        ("layer-delete", Icon::Trash, LayerEdit::Delete),
    ];
    // What a group or a live picture can become besides; the rest of the time these are not there.
    const SPECIAL: [(&str, Make); 3] = [
        ("layer-ungroup", LayerEdit::Ungroup),
        ("layer-flatten-group", LayerEdit::FlattenGroup),
        ("layer-bake", LayerEdit::Bake),
    ];
    let is_enabled = move |make: Make| {
        // Steps move what can be merged or deleted as well.
        list.desk.read(Part::History, |_| ());
        list.desk.read(Part::Layers, |session: &Session| {
            session.is_layer_edit_enabled(&make(session.document().active_layer()))
        })
    };
    let button = move |(name, image, make): (&'static str, Icon, Make)| {
        view! {
            <button
                type="button"
                class="icon-button"
                data-testid=name
                aria-label=t(name)
                title=t(name)
                aria-disabled=move || (!is_enabled(make)).then_some("true")
                on:click=move |_| list.edit(make(list.active()))
            >
                {icon(image)}
            </button>
        }
    };
    let special = move |(name, make): (&'static str, Make)| {
        view! {
            <button
                type="button"
                class="button"
                data-testid=name
                hidden=move || !is_enabled(make)
                on:click=move |_| list.edit(make(list.active()))
            >
                {t(name)}
            </button>
        }
    };
    view! {
        <div class="layers__special">{SPECIAL.map(special).collect_any()}</div>
        <div class="layers__actions" role="group" aria-label=t("layers-actions")>
            {ACTIONS.map(button).collect_any()}
        </div>
    }
}
