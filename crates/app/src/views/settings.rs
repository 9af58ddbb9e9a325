//! The settings: language, theme, and the keys.

use leptos::prelude::*;
use underpaint_studio::{Action, Event, Fingers, Language, Part, Session, SettingsEdit, Theme};

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
    let theme = move || desk.read(Part::Settings, |session| session.settings().theme);
    let fingers = move || desk.read(Part::Settings, |session| session.settings().fingers);
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
                <fieldset class="choice">
                    <legend class="label">{t("theme-title")}</legend>
                    {Theme::ALL
                        .map(|it| {
                            view! {
                                <label class="choice__item">
                                    <input
                                        type="radio"
                                        name="theme"
                                        data-testid=format!("theme-{}", it.name())
                                        prop:checked=move || theme() == it
                                        on:change=move |_| edit(SettingsEdit::Theme(it))
                                    />
                                    <span>{t(it.name_id())}</span>
                                </label>
                            }
                        })
                        .collect_any()}
                </fieldset>
                <fieldset class="choice">
                    <legend class="label">{t("fingers-title")}</legend>
                    {Fingers::ALL
                        .map(|it| {
                            view! {
                                <label class="choice__item">
                                    <input
                                        type="radio"
                                        name="fingers"
                                        data-testid=it.name_id()
                                        prop:checked=move || fingers() == it
                                        on:change=move |_| edit(SettingsEdit::Fingers(it))
                                    />
                                    <span>{t(it.name_id())}</span>
                                </label>
                            }
                        })
                        .collect_any()}
                </fieldset>
                <div>
                    <button
                        type="button"
                        class="button"
                        data-testid="welcome-again"
                        on:click=move |_| edit(SettingsEdit::WelcomeAgain)
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
