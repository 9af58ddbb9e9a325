//! The words of the page in the language of the moment. Whatever reads them inside a view is written anew when the
//! language changes.

use leptos::prelude::*;
use underpaint_studio::{Language, Phrase, Texts};

thread_local! {
    /// One for the page: words are needed in places that no view's context reaches.
    static TEXTS: ArcRwSignal<Texts> = ArcRwSignal::new(Texts::new(Language::English));
}

/// The texts of the moment; a view that asks for them follows the language.
pub fn texts() -> Texts {
    TEXTS.with(Get::get)
}

/// The words of a message, to stand in a view or an attribute.
pub fn t(id: &'static str) -> impl Fn() -> String + Copy + Send + Sync + 'static {
    move || texts().text(id)
}

/// The words of a phrase.
pub fn say(phrase: &Phrase) -> String {
    texts().say(phrase)
}

/// Speaks this language from now on.
pub fn speak(language: Language) {
    let texts = Texts::new(language);
    if TEXTS.with(|it| it.get_untracked() != texts) {
        TEXTS.with(|it| it.set(texts));
    }
    if let Some(root) = document().document_element() {
        // A screen reader that is not told the language reads Portuguese with an English tongue; nothing else depends on it.
        let _ = root.set_attribute("lang", language.tag());
    }
}

/// The first of the browser's languages that the page speaks.
pub fn browser_language() -> Language {
    let tags: Vec<String> = window().navigator().languages().iter().filter_map(|it| it.as_string()).collect();
    Language::preferred(tags.iter().map(String::as_str))
}
