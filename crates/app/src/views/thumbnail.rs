//! The small picture of a layer in the list of layers.

use leptos::{html, prelude::*};
use underpaint_browser::canvas::{PixelCanvas, PixelRect};
use underpaint_paint::{LayerId, Thumbnail};
use underpaint_studio::Part;

use crate::{desk::Desk, flow::on_change};

/// Longer edge of a thumbnail, in pixels.
const THUMBNAIL_PX: u32 = 64;
/// Tiles of a layer that its thumbnail looks at between two events of the page: a millisecond's work.
const TILES_AT_ONCE: usize = 48;

/// A small picture of a layer, which follows what is painted on it.
#[derive(Clone, Copy)]
struct Small {
    desk: Desk,
    id: LayerId,
    canvas: NodeRef<html::Canvas>,
    /// The picture, and whether it is being looked after.
    picture: StoredValue<(Thumbnail, bool), LocalStorage>,
}

impl Small {
    /// Looks at what was painted, in slices between what else is to be done.
    fn follow(self) {
        let is_followed = self.picture.try_update_value(|(_, is_followed)| std::mem::replace(is_followed, true));
        if is_followed == Some(false) {
            self.go_on();
        }
    }

    fn go_on(self) {
        set_timeout(
            move || {
                // The layer's row may have gone away in the meantime, and all of this with it.
                let has_more = self.picture.try_update_value(|(picture, is_followed)| {
                    *is_followed = self.desk.peek(|session| {
                        let document = session.document();
                        // In mid-stroke it would only take time from the hand; the stroke's end asks again.
                        let layer = document.layer(self.id).filter(|_| !document.is_stroking());
                        layer.is_some_and(|layer| picture.follow(layer.raster(), TILES_AT_ONCE))
                    });
                    *is_followed
                });
                match has_more {
                    Some(true) => self.go_on(),
                    Some(false) => self.show(),
                    None => {}
                }
            },
            std::time::Duration::ZERO,
        );
    }

    fn show(self) {
        let Some(Some(element)) = self.canvas.try_get_untracked() else { return };
        let drawn = self.picture.try_update_value(|(picture, _)| match picture.news() {
            Some(image) => PixelCanvas::new(&element, false).and_then(|canvas| {
                canvas.resize(image.width(), image.height());
                canvas.put(image.pixels(), PixelRect::of_size(image.width(), image.height()))
            }),
            None => Ok(()),
        });
        if let Some(Err(error)) = drawn {
            self.desk.report(&error);
        }
    }
}

/// A canvas with the small picture of a layer.
pub fn thumbnail_view(desk: Desk, id: LayerId) -> impl IntoView {
    let canvas = NodeRef::<html::Canvas>::new();
    let picture = StoredValue::new_local((Thumbnail::new(THUMBNAIL_PX), false));
    on_change(move || {
        desk.read(Part::History, |_| ());
        if canvas.get().is_some() {
            Small { desk, id, canvas, picture }.follow();
        }
    });
    view! { <canvas class="layer__thumb" node_ref=canvas width="1" height="1" aria-hidden="true"></canvas> }
}
