//! Styles: words that are put around a prompt, chosen by name, changed and added to by the person.

/// Where the prompt goes in a style's words.
const PLACE: &str = "{prompt}";

/// Counts the styles of a book; a number is never used twice.
pub type StyleId = u32;

/// What a style is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StyleName {
    /// One that came with the studio: the id of a message.
    Message(&'static str),
    /// One that a person named.
    Own(String),
}

/// Words that are put around a prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Style {
    /// Its number.
    pub id: StyleId,
    /// What it is called.
    pub name: StyleName,
    /// The words, with `{prompt}` where the prompt goes; without it they follow the prompt.
    pub template: String,
    /// What to avoid, added to what the person wants to avoid.
    pub negative: String,
}

/// The styles that come with the studio: name, words, what to avoid. The words are those that the starter model knows
/// and larger models do, too.
const DEFAULTS: [(&str, &str, &str); 10] = [
    ("style-oil", "{prompt}, oil painting on canvas, thick brush strokes", "photograph, flat"),
    ("style-watercolour", "{prompt}, watercolour, soft wet wash on paper", "photograph, heavy"),
    ("style-gouache", "{prompt}, gouache painting, flat warm colours, illustration", "photograph"),
    ("style-pastel", "{prompt}, soft pastel drawing, chalk on paper", "photograph"),
    ("style-ink", "{prompt}, ink drawing, fine pen lines, black and white", "colourful"),
    ("style-impressionist", "{prompt}, impressionist painting, loose bright strokes, glowing light", "photograph"),
    ("style-poster", "vintage travel poster of {prompt}, screen print, flat colours", "photograph, blurry"),
    ("style-pixel", "{prompt}, pixel art, retro game background", "blurry, soft"),
    ("style-low-poly", "{prompt}, low poly render, flat polygons", "blurry, rough"),
    ("style-photograph", "photograph of {prompt}, natural light, detailed", "painting, drawing, blurry"),
];

impl Style {
    /// The prompt with the style's words around it. An empty prompt leaves no stray commas behind.
    #[must_use]
    pub fn applied_to(&self, prompt: &str) -> String {
        let prompt = prompt.trim();
        if self.template.contains(PLACE) {
            let text = self.template.replace(PLACE, prompt);
            return if prompt.is_empty() { text.trim_matches([',', ' ']).to_owned() } else { text };
        }
        joined(prompt, &self.template)
    }

    /// What to avoid: the person's words, then the style's.
    #[must_use]
    pub fn negative_with(&self, negative: &str) -> String {
        joined(negative.trim(), &self.negative)
    }
}

fn joined(first: &str, second: &str) -> String {
    match (first, second.trim()) {
        ("", second) => second.to_owned(),
        (first, "") => first.to_owned(),
        (first, second) => format!("{first}, {second}"),
    }
}

/// A change of the styles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StyleEdit {
    /// A new style of the person's own.
    Add {
        /// What it is called.
        name: String,
        /// Its words.
        template: String,
        /// What to avoid.
        negative: String,
    },
    /// Another name, which makes it the person's own.
    Rename(StyleId, String),
    /// Other words.
    Template(StyleId, String),
    /// Other words to avoid.
    Negative(StyleId, String),
    /// It goes.
    Remove(StyleId),
    /// Those that came with the studio come back as they were; the person's own stay.
    RestoreDefaults,
    /// Styles from a file as AUTOMATIC1111's web interface writes it (`styles.csv`): added to those there are.
    Import(String),
    /// All styles as they were kept: what [`StyleBook::to_csv`] wrote with the ids of messages for names.
    Replace(String),
}

/// All styles, in the order in which they are offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StyleBook {
    styles: Vec<Style>,
    last_id: StyleId,
}

impl Default for StyleBook {
    fn default() -> Self {
        let mut book = Self { styles: Vec::new(), last_id: 0 };
        book.add_defaults();
        book
    }
}

impl StyleBook {
    /// The styles.
    #[must_use]
    pub fn styles(&self) -> &[Style] {
        &self.styles
    }

    /// The style of a number.
    #[must_use]
    pub fn style(&self, id: StyleId) -> Option<&Style> {
        self.styles.iter().find(|style| style.id == id)
    }

    /// Changes the styles. Returns how many were added, changed or removed: 0 when there was nothing to do.
    pub fn edit(&mut self, edit: StyleEdit) -> usize {
        match edit {
            StyleEdit::Add { name, template, negative } => self.add(StyleName::Own(name), template, negative),
            StyleEdit::Rename(id, name) => self.change(id, |style| style.name = StyleName::Own(name)),
            StyleEdit::Template(id, template) => self.change(id, |style| style.template = template),
            StyleEdit::Negative(id, negative) => self.change(id, |style| style.negative = negative),
            StyleEdit::Remove(id) => {
                let n_before = self.styles.len();
                self.styles.retain(|style| style.id != id);
                n_before - self.styles.len()
            }
            StyleEdit::RestoreDefaults => {
                let own: Vec<Style> =
                    self.styles.drain(..).filter(|style| matches!(style.name, StyleName::Own(_))).collect();
                self.add_defaults();
                self.styles.extend(own);
                DEFAULTS.len()
            }
            StyleEdit::Import(text) => self.add_rows(&text, StyleName::Own),
            StyleEdit::Replace(text) => {
                self.styles.clear();
                self.add_rows(&text, |name| match DEFAULTS.iter().find(|(id, ..)| *id == name) {
                    Some((id, ..)) => StyleName::Message(id),
                    None => StyleName::Own(name),
                })
            }
        }
    }

    /// All styles as AUTOMATIC1111's web interface keeps them (`styles.csv`). `title` says what a message is in words.
    #[must_use]
    pub fn to_csv(&self, title: impl Fn(&'static str) -> String) -> String {
        let mut text = String::from("name,prompt,negative_prompt\r\n");
        for style in &self.styles {
            let name = match &style.name {
                StyleName::Message(id) => title(id),
                StyleName::Own(name) => name.clone(),
            };
            for (idx, cell) in [&name, &style.template, &style.negative].into_iter().enumerate() {
                text.push_str(["", ",", ","][idx]);
                if cell.contains([',', '"', '\n', '\r']) {
                    text.push('"');
                    text.push_str(&cell.replace('"', "\"\""));
                    text.push('"');
                } else {
                    text.push_str(cell);
                }
            }
            text.push_str("\r\n");
        }
        text
    }

    fn add(&mut self, name: StyleName, template: String, negative: String) -> usize {
        self.last_id += 1;
        self.styles.push(Style { id: self.last_id, name, template, negative });
        1
    }

    fn add_rows(&mut self, text: &str, name_of: impl Fn(String) -> StyleName) -> usize {
        let mut n_added = 0;
        for row in rows_from_csv(text) {
            let Ok([name, template, negative]) = <[String; 3]>::try_from(row) else { continue };
            // The first line names the columns.
            if !name.is_empty() && !(name == "name" && template == "prompt") {
                n_added += self.add(name_of(name), template, negative);
            }
        }
        n_added
    }

    fn add_defaults(&mut self) {
        for (name, template, negative) in DEFAULTS {
            self.add(StyleName::Message(name), template.into(), negative.into());
        }
    }

    fn change(&mut self, id: StyleId, change: impl FnOnce(&mut Style)) -> usize {
        match self.styles.iter_mut().find(|style| style.id == id) {
            Some(style) => {
                change(style);
                1
            }
            None => 0,
        }
    }
}

/// Comma-separated values (RFC 4180): cells may be in quotation marks, and then hold commas, breaks and doubled marks.
fn rows_from_csv(text: &str) -> Vec<Vec<String>> {
    let mut rows = vec![vec![String::new()]];
    let mut is_quoted = false;
    let mut letters = text.trim_start_matches('\u{feff}').chars().peekable();
    while let Some(letter) = letters.next() {
        let Some(row) = rows.last_mut() else { break };
        let Some(cell) = row.last_mut() else { break };
        match letter {
            '"' if is_quoted && letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            '"' if is_quoted || cell.is_empty() => is_quoted = !is_quoted,
            ',' if !is_quoted => row.push(String::new()),
            '\r' if !is_quoted => {}
            '\n' if !is_quoted => rows.push(vec![String::new()]),
            letter => cell.push(letter),
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn style(template: &str, negative: &str) -> Style {
        Style { id: 1, name: StyleName::Own("s".into()), template: template.into(), negative: negative.into() }
    }

    #[test]
    fn the_prompt_goes_where_the_style_says_and_before_it_otherwise() {
        assert_eq!(style("poster of {prompt}, flat", "").applied_to(" a lake "), "poster of a lake, flat");
        assert_eq!(style("flat, vintage", "").applied_to("a lake"), "a lake, flat, vintage");
        assert_eq!(style("{prompt}, oil painting", "").applied_to(""), "oil painting");
        assert_eq!(style("", "").applied_to("a lake"), "a lake");
        // What a person writes is not taken for the style's own words.
        assert_eq!(style("{prompt}!", "").applied_to("a {prompt}"), "a {prompt}!");
    }

    #[test]
    fn what_to_avoid_is_added_up() {
        assert_eq!(style("", "flat").negative_with("people"), "people, flat");
        assert_eq!(style("", "flat").negative_with(""), "flat");
        assert_eq!(style("", "").negative_with("people"), "people");
    }

    #[test]
    fn ten_styles_come_along_each_with_its_place_for_the_prompt() {
        let book = StyleBook::default();
        assert_eq!(book.styles().len(), 10);
        assert!(book.styles().iter().all(|style| style.template.matches(PLACE).count() == 1));
    }

    #[test]
    fn styles_are_changed_and_come_back_as_they_were() {
        let mut book = StyleBook::default();
        let first = book.styles()[0].clone();
        assert_eq!(book.edit(StyleEdit::Template(first.id, "{prompt}, mine".into())), 1);
        assert_eq!(book.style(first.id).unwrap().applied_to("x"), "x, mine");
        book.edit(StyleEdit::Add { name: "Own".into(), template: "own".into(), negative: String::new() });
        book.edit(StyleEdit::Remove(book.styles()[1].id));
        assert_eq!(book.edit(StyleEdit::Remove(999)), 0);
        assert_eq!(book.styles().len(), 10);
        book.edit(StyleEdit::RestoreDefaults);
        assert_eq!(book.styles().len(), 11);
        assert_eq!(book.styles()[0].template, first.template);
        assert_eq!(book.styles()[10].name, StyleName::Own("Own".into()));
        let mut ids: Vec<StyleId> = book.styles().iter().map(|style| style.id).collect();
        ids.dedup();
        assert_eq!(ids.len(), 11);
    }

    #[test]
    fn a_styles_file_of_other_tools_is_read_and_written() {
        let mut book = StyleBook { styles: Vec::new(), last_id: 0 };
        let text = "\u{feff}name,prompt,negative_prompt\nBold,\"a \"\"big\"\" {prompt}, thick\",\n\nbad row\nTwo,\"x\ny\",no\n";
        assert_eq!(book.edit(StyleEdit::Import(text.into())), 2);
        assert_eq!(book.styles()[0].template, "a \"big\" {prompt}, thick");
        assert_eq!((book.styles()[1].template.as_str(), book.styles()[1].negative.as_str()), ("x\ny", "no"));
        let mut again = StyleBook { styles: Vec::new(), last_id: 0 };
        again.edit(StyleEdit::Import(book.to_csv(str::to_owned)));
        assert_eq!(again, book);
    }

    #[test]
    fn kept_styles_come_back_as_they_were_also_those_that_came_along() {
        let mut book = StyleBook::default();
        book.edit(StyleEdit::Template(2, "{prompt}, wet".into()));
        book.edit(StyleEdit::Remove(3));
        book.edit(StyleEdit::Add { name: "Own".into(), template: "own".into(), negative: String::new() });
        let mut again = StyleBook::default();
        again.edit(StyleEdit::Replace(book.to_csv(str::to_owned)));
        let content = |book: &StyleBook| -> Vec<_> {
            book.styles().iter().map(|it| (it.name.clone(), it.template.clone(), it.negative.clone())).collect()
        };
        assert_eq!(content(&again), content(&book));
    }
}
