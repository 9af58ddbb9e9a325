//! The layers: the tree from the top down, what is set of the active one, and what can be done with those that are chosen.

mod active;
mod row;

use leptos::{html, prelude::*, wasm_bindgen::JsCast, web_sys};
use underpaint_paint::{Layer, LayerId, LayerProperties, Place};
use underpaint_studio::{Event, LayerEdit, Part, Session};

use self::{
    active::{actions_view, properties_view},
    row::row_view,
};
use crate::{desk::Desk, texts::t};

/// A press that went no farther than this chose a layer, in CSS pixels.
const CLICK_PX: f64 = 5.0;

/// A drag of a layer: which one, where it began, where it would go, and whether it is chosen alone where it goes nowhere.
#[derive(Clone, Copy, PartialEq)]
struct LayerDrag {
    layer: LayerId,
    start_y: f64,
    to: Option<Place>,
    chooses: bool,
}

/// What the views of one dock share.
#[derive(Clone, Copy)]
struct List {
    desk: Desk,
    element: NodeRef<html::Ul>,
    renaming: RwSignal<Option<LayerId>>,
    drag: RwSignal<Option<LayerDrag>>,
    /// Whether each press chooses one more, for hands that hold no key.
    is_several: RwSignal<bool>,
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

    /// The ids of the rows from the top of the list down.
    fn ids(self) -> Vec<LayerId> {
        self.desk.read(Part::Layers, Session::layer_rows)
    }

    /// Puts the keyboard's focus on the row of the active layer, which may just have moved. A name that is being typed by then
    /// keeps it: the field would close.
    fn focus_row(self) {
        request_animation_frame(move || {
            if self.renaming.get_untracked().is_none() {
                self.focus("[role=treeitem][tabindex='0']");
            }
        });
    }

    fn focus(self, row: &str) {
        let row = self.element.get_untracked().and_then(|it| it.query_selector(row).ok()?);
        if let Some(row) = row.and_then(|it| it.dyn_into::<web_sys::HtmlElement>().ok()) {
            // A list that went away in the meantime has nothing to focus.
            let _ = row.focus();
        }
    }

    /// Keys as a tree has them: up and down go along the rows, left and right fold and open groups, Shift chooses all on
    /// the way, Alt moves what is chosen. With Control the focus goes alone, and Space chooses the row it has come to.
    fn on_key(self, event: &web_sys::KeyboardEvent, id: LayerId) {
        let key = event.key();
        let rows = self.ids();
        let Some(at) = rows.iter().position(|it| *it == id) else { return };
        let depth_at = |at: usize| self.desk.peek(|session| session.document().layer(*rows.get(at)?).map(Layer::depth));
        let is_group = self.desk.peek(|session| session.document().layer(id).is_some_and(Layer::is_group));
        let is_folded = self.desk.peek(|session| session.is_layer_folded(id));
        let depth = depth_at(at);
        let is_alone = event.ctrl_key() || event.meta_key();
        let next = match key.as_str() {
            "ArrowUp" | "ArrowDown" if event.alt_key() => {
                self.edit(LayerEdit::MoveBy(id, key == "ArrowUp"));
                None
            }
            "ArrowUp" => at.checked_sub(1),
            "ArrowDown" => Some(at + 1),
            "Home" => Some(0),
            "End" => Some(rows.len() - 1),
            "ArrowRight" if is_folded => {
                self.edit(LayerEdit::Fold(id, false));
                None
            }
            "ArrowRight" => Some(at + 1).filter(|next| depth_at(*next) > depth),
            "ArrowLeft" if is_group && !is_folded => {
                self.edit(LayerEdit::Fold(id, true));
                None
            }
            // The group that it lies in stands above it.
            "ArrowLeft" => (0..at).rev().find(|above| depth_at(*above) < depth),
            "F2" | "Enter" => {
                event.prevent_default();
                event.stop_propagation();
                return self.renaming.set(Some(id));
            }
            " " => {
                event.prevent_default();
                event.stop_propagation();
                return self.edit(if is_alone { LayerEdit::ChooseToo(id) } else { LayerEdit::Choose(id) });
            }
            "Delete" => {
                self.edit(LayerEdit::Delete(id));
                None
            }
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        if let Some(next) = next.and_then(|next| rows.get(next)) {
            if is_alone && !event.shift_key() {
                return self.focus(&format!("[data-layer='{}']", next.number()));
            }
            self.edit(if event.shift_key() { LayerEdit::ChooseUpTo(*next) } else { LayerEdit::Choose(*next) });
        }
        self.focus_row();
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
        match self.drag.get_untracked() {
            Some(LayerDrag { layer, to: Some(to), .. }) => self.edit(LayerEdit::Move(layer, to)),
            Some(LayerDrag { layer, chooses: true, .. }) => self.edit(LayerEdit::Choose(layer)),
            _ => {}
        }
        self.drag.set(None);
    }
}

/// The dock of the layers.
#[component]
pub fn Layers(desk: Desk) -> impl IntoView {
    let list = List {
        desk,
        element: NodeRef::new(),
        renaming: RwSignal::new(None),
        drag: RwSignal::new(None),
        is_several: RwSignal::new(false),
    };
    view! {
        <div class="layers">
            {properties_view(list)}
            <ul
                class="layers__list"
                role="tree"
                aria-multiselectable="true"
                aria-label=t("layers-title")
                data-testid="layers"
                node_ref=list.element
            >
                <For each=move || list.ids() key=|id| *id children=move |id| row_view(list, id) />
            </ul>
            {actions_view(list)}
        </div>
    }
}
