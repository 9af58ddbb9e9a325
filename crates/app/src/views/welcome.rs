//! The first-run card: three sketches to begin with, or bare paper.

use leptos::{html::Canvas, prelude::*};
use underpaint_browser::canvas::{PixelCanvas, PixelRect};
use underpaint_studio::{EXAMPLES, Event, Example, Part, SettingsEdit};

use super::icon::{Icon, icon};
use crate::{desk::Desk, texts::t};

use crate::flow::{CollectAny, When, on_change};

/// Edge of an example's thumbnail, in pixels.
const THUMBNAIL_PX: u32 = 192;

/// The first-run card, until something is chosen or painted.
#[component]
pub fn Welcome(desk: Desk) -> impl IntoView {
    let is_shown = Memo::new(move |_| {
        let is_blank = desk.read(Part::History, |session| session.document().is_blank());
        is_blank && desk.read(Part::Settings, |session| !session.settings().is_welcomed)
    });
    let close = move || desk.send(Event::Settings(SettingsEdit::Welcomed));
    view! {
        <When when=move || is_shown.get()>
            <section class="welcome" data-testid="welcome" aria-labelledby="welcome-title">
                <div class="welcome__head">
                    <h2 id="welcome-title">{t("welcome-title")}</h2>
                    <button
                        type="button"
                        class="icon-button"
                        data-testid="welcome-close"
                        aria-label=t("close")
                        on:click=move |_| close()
                    >
                        {icon(Icon::Close)}
                    </button>
                </div>
                <p class="welcome__text">{t("welcome-text")}</p>
                <div class="welcome__examples">
                    {EXAMPLES
                        .iter()
                        .enumerate()
                        .map(|(idx, example)| {
                            view! {
                                <button
                                    type="button"
                                    class="example"
                                    data-testid=format!("example-{idx}")
                                    on:click=move |_| desk.send(Event::TryExample(idx))
                                >
                                    <Thumbnail desk example />
                                    <span>{t(example.title_id)}</span>
                                </button>
                            }
                        })
                        .collect_any()}
                </div>
                <button type="button" class="button button--quiet" data-testid="welcome-blank" on:click=move |_| close()>
                    {t("welcome-blank")}
                </button>
            </section>
        </When>
    }
}

#[component]
fn Thumbnail(desk: Desk, example: &'static Example) -> impl IntoView {
    let canvas = NodeRef::<Canvas>::new();
    on_change(move || {
        let Some(canvas) = canvas.get() else { return };
        let Ok(sketch) = example.paint(THUMBNAIL_PX, THUMBNAIL_PX) else { return };
        let shown = PixelCanvas::new(&canvas, false)
            .and_then(|canvas| canvas.put(sketch.pixels(), PixelRect::of_size(THUMBNAIL_PX, THUMBNAIL_PX)));
        if let Err(error) = shown {
            desk.report(&error);
        }
    });
    view! { <canvas node_ref=canvas width=THUMBNAIL_PX height=THUMBNAIL_PX aria-hidden="true"></canvas> }
}
