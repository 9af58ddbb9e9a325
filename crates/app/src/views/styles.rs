//! Styles: one is chosen beside the prompt; the dock changes, adds, keeps and exchanges them.

use leptos::prelude::*;
use underpaint_browser::{download, files};
use underpaint_studio::{Event, FormEdit, Part, RenderEdit, Style, StyleEdit, StyleId, StyleName, Texts};

use crate::{
    desk::Desk,
    flow::CollectAny,
    texts::{t, texts},
};

/// Where the styles are kept.
const STYLES_KEY: &str = "styles";
/// Longest file of styles that is read, in bytes.
const MAX_FILE_BYTES: u64 = 4 << 20;

/// What a style is called.
pub fn style_title(style: &Style, texts: Texts) -> String {
    match &style.name {
        StyleName::Message(id) => texts.text(id),
        StyleName::Own(name) => name.clone(),
    }
}

fn edit(desk: Desk, edit: StyleEdit) {
    desk.send(Event::Rendering(RenderEdit::Style(edit)));
}

fn choose(desk: Desk, style: Option<StyleId>) {
    desk.send(Event::Form(FormEdit::Style(style)));
}

/// The style that is chosen; a view that asks follows it.
fn chosen(desk: Desk) -> Option<StyleId> {
    desk.read(Part::Form, |session| session.form().style)
}

/// The list of styles, none first.
#[component]
pub fn StyleChoice(
    desk: Desk,
    /// The element's id: the list stands beside the prompt and in the dock.
    #[prop(default = "style")]
    id: &'static str,
) -> impl IntoView {
    let styles = move || {
        let texts = texts();
        desk.read(Part::Styles, |session| {
            let titled = session.styles().styles().iter().map(|style| (style.id, style_title(style, texts)));
            titled.collect::<Vec<_>>()
        })
    };
    view! {
        <select
            class="input input--chip"
            id=id
            data-testid=id
            aria-label=t("styles-title")
            on:change=move |event| choose(desk, event_target_value(&event).parse().ok())
        >
            <option value="" prop:selected=move || chosen(desk).is_none()>
                {t("style-none")}
            </option>
            {move || {
                styles()
                    .into_iter()
                    .map(|(id, title)| {
                        view! {
                            <option value=id.to_string() prop:selected=move || chosen(desk) == Some(id)>
                                {title}
                            </option>
                        }
                    })
                    .collect_any()
            }}
        </select>
    }
}

/// The styles, one of them open to be changed.
#[component]
pub fn Styles(desk: Desk) -> impl IntoView {
    keep_styles(desk);
    let field = move |read: fn(&Style) -> String| {
        move || {
            let id = chosen(desk);
            desk.read(Part::Styles, |session| id.and_then(|id| session.styles().style(id)).map(read))
                .unwrap_or_default()
        }
    };
    let change = move |edit_of: fn(StyleId, String) -> StyleEdit| {
        move |event: leptos::ev::Event| {
            if let Some(id) = desk.peek(|session| session.form().style) {
                edit(desk, edit_of(id, event_target_value(&event)));
            }
        }
    };
    let name = move || {
        let (id, texts) = (chosen(desk), texts());
        desk.read(Part::Styles, |session| id.and_then(|id| session.styles().style(id)).map(|it| style_title(it, texts)))
            .unwrap_or_default()
    };
    let add = move |_| {
        let (name, template) = (texts().text("style-new"), String::from("{prompt}, "));
        edit(desk, StyleEdit::Add { name, template, negative: String::new() });
        let newest = desk.peek(|session| session.styles().styles().last().map(|style| style.id));
        choose(desk, newest);
    };
    let remove = move |_| {
        if let Some(id) = desk.peek(|session| session.form().style) {
            edit(desk, StyleEdit::Remove(id));
        }
    };
    let is_none = move || chosen(desk).is_none();
    let area = move |id: &'static str, title_id: &'static str, read: fn(&Style) -> String, edit_of| {
        view! {
            <label class="label" for=id>
                {t(title_id)}
            </label>
            <textarea
                class="text text--small"
                id=id
                data-testid=id
                rows="2"
                prop:value=field(read)
                on:input=change(edit_of)
            ></textarea>
        }
    };
    let button = move |id: &'static str, on_click: fn(Desk)| {
        view! {
            <button type="button" class="button" data-testid=id on:click=move |_| on_click(desk)>
                {t(id)}
            </button>
        }
    };
    view! {
        <div class="fields styles">
            <div class="field">
                <StyleChoice desk id="style-list" />
            </div>
            <div class="field" hidden=is_none>
                <label class="label" for="style-name">
                    {t("style-name")}
                </label>
                <input
                    class="input"
                    id="style-name"
                    data-testid="style-name"
                    type="text"
                    prop:value=name
                    on:change=change(StyleEdit::Rename)
                />
                {area("style-words", "style-words", |style| style.template.clone(), StyleEdit::Template)}
                {area("style-negative", "negative-title", |style| style.negative.clone(), StyleEdit::Negative)}
            </div>
            <div class="button-row">
                <button type="button" class="button" data-testid="style-add" on:click=add>
                    {t("style-add")}
                </button>
                <button type="button" class="button" data-testid="style-remove" prop:disabled=is_none on:click=remove>
                    {t("style-remove")}
                </button>
                {button("styles-import", import)}
                {button("styles-export", export)}
                {button("styles-restore", |desk| edit(desk, StyleEdit::RestoreDefaults))}
            </div>
        </div>
    }
}

fn import(desk: Desk) {
    let picking = files::open_files(".csv,text/csv", false);
    leptos::task::spawn_local(async move {
        let read = async {
            let picked = picking.await?;
            match picked.first() {
                Some(file) => file.bytes(MAX_FILE_BYTES).await.map(Some),
                None => Ok(None),
            }
        };
        match read.await {
            Ok(Some(bytes)) => edit(desk, StyleEdit::Import(String::from_utf8_lossy(&bytes).into_owned())),
            Ok(None) => {}
            Err(error) => desk.report(&error),
        }
    });
}

fn export(desk: Desk) {
    let texts = texts();
    let text = desk.peek(|session| session.styles().to_csv(|id| texts.text(id)));
    if let Err(error) = download::save_file("styles.csv", "text/csv", text.as_bytes()) {
        desk.report(&error);
    }
}

/// The styles of the last visit come back, and changes are kept.
fn keep_styles(desk: Desk) {
    if let Some(kept) = desk.setting(STYLES_KEY) {
        edit(desk, StyleEdit::Replace(kept));
    }
    Effect::new(move |former: Option<String>| {
        // With ids in the place of names, so that those that came along go on speaking the page's language.
        let text = desk.read(Part::Styles, |session| session.styles().to_csv(str::to_owned));
        if former.is_some_and(|former| former != text) {
            desk.keep_setting(STYLES_KEY, &text);
        }
        text
    });
}
