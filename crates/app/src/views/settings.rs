//! The settings: language, theme, and the keys.

use leptos::prelude::*;
use underpaint_studio::{self as studio, Action, Event, Fingers, Language, Part, Session, SettingsEdit, Theme};

use super::{
    buttons::keys_of,
    dialog::Dialog,
    icon::{Icon, icon},
};
use crate::{
    desk::Desk,
    flow::{CollectAny, When},
    texts::{say, t, texts},
};

/// The settings dialog.
#[component]
pub fn Settings(desk: Desk) -> impl IntoView {
    let edit = move |edit: SettingsEdit| desk.send(Event::Settings(edit));
    let language =
        move || desk.read(Part::Settings, |session| session.settings().language.map(Language::tag).unwrap_or_default());
    view! {
        <Dialog
            desk
            name="settings"
            title_id="action-settings"
            is_open=|desk| desk.read(Part::Settings, Session::is_settings_open)
            close=|desk| {
                if desk.peek(Session::is_settings_open) {
                    desk.act(Action::ToggleSettings);
                }
            }
            is_page_listening=true
        >
            <div class="dialog__body">
                <div class="field">
                    <label class="label" for="language">
                        {t("language-title")}
                    </label>
                    <select
                        class="input"
                        id="language"
                        data-testid="language"
                        prop:value=language
                        on:change=move |event| {
                            edit(SettingsEdit::Language(Language::from_tag(&event_target_value(&event))));
                        }
                    >
                        <option value="" prop:selected=move || language().is_empty()>
                            {t("language-browser")}
                        </option>
                        {Language::ALL
                            .map(|it| {
                                view! {
                                    <option value=it.tag() lang=it.tag() prop:selected=move || language() == it.tag()>
                                        {t(it.name_id())}
                                    </option>
                                }
                            })
                            .collect_any()}
                    </select>
                </div>
                {choice(
                    desk,
                    "theme-title",
                    &Theme::ALL.map(Theme::name_id),
                    |settings| settings.theme as usize,
                    |at| SettingsEdit::Theme(Theme::ALL[at]),
                )}
                {choice(
                    desk,
                    "fingers-title",
                    &Fingers::ALL.map(Fingers::name_id),
                    |settings| settings.fingers as usize,
                    |at| SettingsEdit::Fingers(Fingers::ALL[at]),
                )}
                <p class="keys-note">{t("fingers-note")}</p>
                <div>
                    <button
                        type="button"
                        class="button"
                        data-testid="welcome-again"
                        on:click=move |_| {
                            // The card lies on bare paper; what is painted stays among the documents.
                            let painted = desk.peek(|session| {
                                let document = session.document();
                                (!document.is_blank()).then(|| (document.width(), document.height()))
                            });
                            if let Some((width, height)) = painted {
                                desk.shelf().new_document(desk, width, height);
                            }
                            edit(SettingsEdit::WelcomeAgain);
                        }
                    >
                        {t("welcome-again")}
                    </button>
                </div>
                <div class="keys-head">
                    <h3>{t("keys-title")}</h3>
                    <button
                        type="button"
                        class="button button--quiet"
                        data-testid="reset-keys"
                        on:click=move |_| edit(SettingsEdit::ResetKeys(None))
                    >
                        {t("keys-reset-all")}
                    </button>
                </div>
                <p class="keys-note">{t("keys-note")}</p>
                <ul class="remap">
                    // One after the other: all of them at once would fill the stack.
                    {Action::ALL.into_iter().map(|action| view! { <KeyRow desk action /> }).collect_any()}
                </ul>
            </div>
        </Dialog>
    }
}

/// One of several things, by their messages, which are their handles as well.
fn choice(
    desk: Desk,
    title_id: &'static str,
    ids: &[&'static str],
    chosen: fn(&studio::Settings) -> usize,
    edit: fn(usize) -> SettingsEdit,
) -> AnyView {
    let item = |(at, id): (usize, &&'static str)| {
        let id = *id;
        view! {
            <label class="choice__item">
                <input
                    type="radio"
                    name=title_id
                    data-testid=id
                    prop:checked=move || desk.read(Part::Settings, |session| chosen(session.settings()) == at)
                    on:change=move |_| desk.send(Event::Settings(edit(at)))
                />
                <span>{t(id)}</span>
            </label>
        }
    };
    view! {
        <fieldset class="choice">
            <legend class="label">{t(title_id)}</legend>
            {ids.iter().enumerate().map(item).collect_any()}
        </fieldset>
    }
    .into_any()
}

/// One action, its key, and how to give it another.
#[component]
fn KeyRow(desk: Desk, action: Action) -> impl IntoView {
    let edit = move |edit: SettingsEdit| desk.send(Event::Settings(edit));
    let is_waiting = move || desk.read(Part::Settings, |session| session.recording() == Some(action));
    let is_changed = move || desk.read(Part::Settings, |session| session.settings().keymap.is_changed(action));
    let keys = move || match keys_of(desk, action) {
        _ if is_waiting() => texts().text("keys-press"),
        keys if keys.is_empty() => texts().text("keys-none"),
        keys => keys.join(", "),
    };
    let refusal = move || {
        desk.read(Part::Settings, |session| {
            session.key_refusal().filter(|_| session.recording() == Some(action)).map(say)
        })
    };
    view! {
        <li>
            <span class="remap__name">{move || say(&action.label())}</span>
            <button
                type="button"
                class="remap__key"
                data-testid=format!("remap-{}", action.name())
                aria-pressed=move || is_waiting().to_string()
                aria-label=move || format!("{}: {}", say(&action.label()), keys())
                on:click=move |_| edit(SettingsEdit::Record((!is_waiting()).then_some(action)))
                on:blur=move |_| {
                    if is_waiting() {
                        edit(SettingsEdit::Record(None));
                    }
                }
            >
                {keys}
            </button>
            <button
                type="button"
                class="icon-button"
                aria-label=move || format!("{}: {}", texts().text("keys-remove"), say(&action.label()))
                title=t("keys-remove")
                on:click=move |_| edit(SettingsEdit::Unassign(action))
            >
                {icon(Icon::Close)}
            </button>
            <button
                type="button"
                class="icon-button"
                aria-label=move || format!("{}: {}", texts().text("keys-reset"), say(&action.label()))
                title=t("keys-reset")
                aria-disabled=move || (!is_changed()).then_some("true")
                on:click=move |_| edit(SettingsEdit::ResetKeys(Some(action)))
            >
                {icon(Icon::Undo)}
            </button>
            <When when=move || refusal().is_some()>
                <p class="remap__refusal" role="alert">
                    {refusal}
                </p>
            </When>
        </li>
    }
    .into_any()
}
