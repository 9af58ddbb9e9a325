//! What is set of the active layer, and what can be done with it; where several are chosen, with all of them.

use leptos::prelude::*;
use underpaint_paint::{BlendMode, LayerId, LayerKind, LayerProperties};
use underpaint_studio::{Action, LayerEdit, Part, Session};

use super::List;
use crate::{
    flow::CollectAny,
    texts::t,
    views::{
        buttons::ActionButton,
        icon::{Icon, icon},
        slider::Slider,
    },
};

/// Opacity, blend mode, kind and locks of the active layer.
pub(super) fn properties_view(list: List) -> impl IntoView {
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
                    shown=crate::views::brush::percent
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
                <ActionButton desk=list.desk action=Action::LayerAlone image=Icon::EyeAlone part=Part::Layers is_toggle=true />
                <ActionButton desk=list.desk action=Action::SelectPixels image=Icon::SelectAll part=Part::Layers />
                <span class="spring"></span>
                <button
                    type="button"
                    class="icon-button"
                    data-testid="layers-several"
                    aria-label=t("layers-several")
                    title=t("layers-several")
                    aria-pressed=move || list.is_several.get().to_string()
                    on:click=move |_| list.is_several.update(|it| *it = !*it)
                >
                    {icon(Icon::Check)}
                </button>
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
pub(super) fn actions_view(list: List) -> impl IntoView {
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
