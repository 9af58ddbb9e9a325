//! The prompt: its field with history and weights, the style around it, the words that the model does not know, examples.

use leptos::{
    ev::KeyboardEvent,
    html::{Div, Textarea},
    prelude::*,
};
use underpaint_browser::keyboard;
use underpaint_studio::{Event, FormEdit, Part, RenderEdit, UnknownWord, each_once};

use super::styles::StyleChoice;
use crate::{
    desk::Desk,
    flow::{CollectAny, When},
    texts::{say, t},
};

/// Most example prompts that are offered at a time.
const N_EXAMPLES: usize = 6;

/// Where the prompts of former visits are kept; they are parted by a sign that nobody types.
const PROMPTS_KEY: &str = "prompts";
const PROMPT_BREAK: &str = "\u{1e}";

/// The prompt and all that belongs to it.
#[component]
pub fn Prompt(desk: Desk) -> impl IntoView {
    keep_prompts(desk);
    let field = NodeRef::<Textarea>::new();
    let mirror = NodeRef::<Div>::new();
    let prompt = move || desk.read(Part::Form, |session| session.form().prompt.clone());
    let unknown = Memo::new(move |_| {
        desk.read(Part::Status, |_| ());
        desk.read(Part::Form, |session| session.unknown_words())
    });
    let pieces = move || {
        let prompt = prompt();
        let mut pieces = Vec::new();
        let mut end = 0;
        for word in unknown.get() {
            // Between a word in the field and the list of those that are unknown an event may pass.
            let (Some(before), Some(inside)) = (prompt.get(end..word.bytes.start), prompt.get(word.bytes.clone()))
            else {
                break;
            };
            pieces.push(view! { {before.to_owned()} <mark>{inside.to_owned()}</mark> });
            end = word.bytes.end;
        }
        pieces
    };
    // What lies under the field scrolls with it.
    let follow_scroll = move |_| {
        if let (Some(field), Some(mirror)) = (field.get_untracked(), mirror.get_untracked()) {
            mirror.set_scroll_top(field.scroll_top());
        }
    };
    let on_key = move |event: KeyboardEvent| {
        if let Some(field) = field.get_untracked() {
            on_prompt_key(desk, &event, &field);
        }
    };
    view! {
        <div class="field composer__prompt">
            <div class="prompt-head">
                <StyleChoice desk />
                <Examples desk />
            </div>
            <div class="prompt">
                <label class="visually-hidden" for="prompt">
                    {t("prompt-title")}
                </label>
                <div class="text prompt__mirror" aria-hidden="true" node_ref=mirror>
                    {pieces}
                </div>
                <textarea
                    class="text"
                    id="prompt"
                    data-testid="prompt"
                    rows="2"
                    placeholder=t("prompt-hint")
                    title=t("prompt-keys")
                    aria-describedby="unknown-words"
                    node_ref=field
                    prop:value=prompt
                    on:input=move |event| desk.send(Event::Form(FormEdit::Prompt(event_target_value(&event))))
                    on:keydown=on_key
                    on:scroll=follow_scroll
                ></textarea>
            </div>
            <div class="unknown" id="unknown-words" aria-live="polite">
                <When when=move || !unknown.with(Vec::is_empty)>
                    <span class="unknown__title">{t("unknown-words")}</span>
                    {move || unknown.with(|it| each_once(it)).into_iter().map(|word| unknown_word(desk, word)).collect_any()}
                </When>
            </div>
        </div>
    }
}

/// A word that the model does not know: a press puts the nearest that it knows in its place.
fn unknown_word(desk: Desk, unknown: UnknownWord) -> AnyView {
    let UnknownWord { bytes, word, nearest } = unknown;
    let Some(nearest) = nearest else {
        return view! {
            <span class="unknown__word" data-testid="unknown-word">
                {word}
            </span>
        }
        .into_any();
    };
    let (name, known, shown) = (word.clone(), nearest.clone(), nearest.clone());
    let label = move || {
        let phrase = underpaint_studio::Phrase::new("unknown-replace").with("word", name.clone());
        say(&phrase.with("known", known.clone()))
    };
    let replace = move |_| {
        let edit = RenderEdit::ReplaceWord { bytes: bytes.clone(), word: nearest.clone() };
        desk.send(Event::Rendering(edit));
    };
    view! {
        <button type="button" class="chip chip--word" data-testid="unknown-word" title=label on:click=replace>
            <s>{word}</s>
            " → "
            {shown}
        </button>
    }
    .into_any()
}

/// Keys of the prompt's field: weights by Ctrl+Up/Down, former prompts by Up at the start and Down at the end.
fn on_prompt_key(desk: Desk, event: &KeyboardEvent, field: &leptos::web_sys::HtmlTextAreaElement) {
    let is_up = match event.key().as_str() {
        "ArrowUp" => true,
        "ArrowDown" => false,
        _ => return,
    };
    let position = |read: Result<Option<u32>, _>| read.ok().flatten().unwrap_or_default() as usize;
    let (start, end) = (position(field.selection_start()), position(field.selection_end()));
    if event.ctrl_key() || event.meta_key() {
        event.prevent_default();
        let tenths = if is_up { 1 } else { -1 };
        desk.send(Event::Rendering(RenderEdit::PromptWeight { selection: start..end, tenths }));
        type_prompt(desk, field);
        return;
    }
    let n_units = field.text_length() as usize;
    let is_at_edge = start == end && start == if is_up { 0 } else { n_units };
    if event.shift_key() || !(is_at_edge || event.alt_key()) {
        return;
    }
    event.prevent_default();
    desk.send(Event::Rendering(if is_up { RenderEdit::OlderPrompt } else { RenderEdit::NewerPrompt }));
    type_prompt(desk, field);
    // At its edge again, so that the next press goes on.
    let field = field.clone();
    request_animation_frame(move || {
        let place = if is_up { 0 } else { field.text_length() };
        // A field that is gone has no caret.
        let _ = field.set_selection_range(place, place);
    });
}

/// Puts the session's prompt into the field as if it had been typed there, so that the field can take it back.
fn type_prompt(desk: Desk, field: &leptos::web_sys::HtmlTextAreaElement) {
    let prompt = desk.peek(|session| session.form().prompt.clone());
    if field.value() != prompt {
        field.select();
        // Where the browser cannot do so the view sets the words by itself, for good.
        keyboard::type_text(&prompt);
    }
}

/// Prompts of former visits come back, and those of this one are kept.
fn keep_prompts(desk: Desk) {
    if let Some(kept) = desk.setting(PROMPTS_KEY) {
        let prompts = kept.split(PROMPT_BREAK).map(str::to_owned).collect();
        desk.send(Event::Rendering(RenderEdit::PromptHistory(prompts)));
    }
    Effect::new(move |former: Option<Vec<String>>| {
        // The queue moves with every render that is asked for.
        let prompts = desk.read(Part::Queue, |session| session.prompt_history().prompts().to_vec());
        if former.is_some_and(|former| former != prompts) {
            desk.keep_setting(PROMPTS_KEY, &prompts.join(PROMPT_BREAK));
        }
        prompts
    });
}

/// Prompts that show what the model can do.
#[component]
fn Examples(desk: Desk) -> impl IntoView {
    let examples = Memo::new(move |_| {
        desk.read(Part::Status, |session| {
            session.model().map(|it| it.example_prompts.iter().take(N_EXAMPLES).cloned().collect::<Vec<_>>())
        })
        .unwrap_or_default()
    });
    view! {
        <When when=move || !examples.with(Vec::is_empty)>
            <div class="examples" role="group" aria-label=t("prompt-examples")>
                <For each=move || examples.get() key=Clone::clone let:example>
                    <button
                        type="button"
                        class="chip"
                        data-testid="example-prompt"
                        on:click={
                            let example = example.clone();
                            move |_| desk.send(Event::Rendering(RenderEdit::ExamplePrompt(example.clone())))
                        }
                    >
                        {example.clone()}
                    </button>
                </For>
            </div>
        </When>
    }
}
