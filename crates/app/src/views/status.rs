//! One line at the bottom: what is going on, and where it is computed.

use leptos::prelude::*;
use underpaint_protocol::DeviceKind;
use underpaint_studio::Part;

use crate::{
    desk::Desk,
    offline::Offline,
    texts::{say, t},
};

/// The status line.
#[component]
pub fn Status(desk: Desk, offline: Offline) -> impl IntoView {
    let state = move || desk.read(Part::Status, |session| session.engine().data_state());
    let device = move || {
        desk.read(Part::Status, |session| {
            session.device().map(|it| match it.kind {
                DeviceKind::Cpu => "cpu",
                DeviceKind::Gpu => "gpu",
            })
        })
    };
    let text = move || desk.read(Part::Status, |session| say(&session.status_text()));
    let why = move || desk.read(Part::Status, |session| session.device_reason().as_ref().map(say));
    view! {
        <footer class="status">
            <p class="status__text" data-testid="status" data-state=state data-device=device title=why>
                <span>{text}</span>
            </p>
            <super::files::Writing desk />
            <span class="status__spring"></span>
            <span class="status__aside status__why">{why}</span>
            <span class="status__aside" hidden=move || !offline.is_ready.get()>
                {t("status-offline")}
            </span>
        </footer>
    }
}
