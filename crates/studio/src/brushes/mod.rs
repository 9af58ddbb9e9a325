//! The list of brushes: choosing one, changing it, keeping the change or giving it up, and taking brushes in and out.

mod edit;

pub use edit::BrushesEdit;

use std::borrow::Cow;

use underpaint_paint::{
    BUILT_IN_BRUSHES, BrushSettings, NamedBrush, PaintError, brush_name, read_brushes, write_brushes,
};

use crate::Tool;

/// The most brushes that a list holds.
pub const MAX_LISTED_BRUSHES: usize = 200;

/// What a brush is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BrushName {
    /// The id of a message: a brush that came with the program.
    BuiltIn(&'static str),
    /// As a person named it.
    Own(String),
}

/// A brush of the list.
#[derive(Clone, Debug, PartialEq)]
pub struct ListedBrush {
    name: BrushName,
    is_eraser: bool,
    /// As it is kept.
    saved: BrushSettings,
    /// As it is in the hand: with changes that are not kept yet.
    current: BrushSettings,
    /// The built-in brush that it was in the beginning; `None` for a person's own.
    origin: Option<&'static str>,
}

impl ListedBrush {
    fn own(name: String, is_eraser: bool, settings: BrushSettings) -> Self {
        Self { name: BrushName::Own(name), is_eraser, saved: settings, current: settings, origin: None }
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &BrushName {
        &self.name
    }

    /// Whether it is for taking paint away.
    #[must_use]
    pub fn is_eraser(&self) -> bool {
        self.is_eraser
    }

    /// The brush as it is in the hand.
    #[must_use]
    pub fn settings(&self) -> &BrushSettings {
        &self.current
    }

    /// Whether it has changes that are not kept.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.current != self.saved
    }

    /// Whether a reset would change anything: to the kept state, or from there to the way it came with the program.
    #[must_use]
    pub fn can_be_reset(&self) -> bool {
        self.is_changed() || self.factory().is_some_and(|factory| factory != self.saved)
    }

    fn factory(&self) -> Option<BrushSettings> {
        let origin = self.origin?;
        BUILT_IN_BRUSHES.iter().find(|brush| brush.id == origin).map(|brush| brush.settings)
    }

    /// As it is written to a file: a name that nobody gave is the id.
    fn named(&self) -> NamedBrush {
        let name = match &self.name {
            BrushName::BuiltIn(id) => (*id).to_owned(),
            BrushName::Own(name) => name.clone(),
        };
        NamedBrush { name, is_eraser: self.is_eraser, settings: self.saved }
    }
}

/// The list of brushes, and which of them brush and eraser use. It is never empty.
#[derive(Clone, Debug, PartialEq)]
pub struct Brushes {
    list: Vec<ListedBrush>,
    chosen: usize,
    chosen_eraser: usize,
}

impl Default for Brushes {
    fn default() -> Self {
        let list: Vec<_> = BUILT_IN_BRUSHES
            .iter()
            .map(|brush| ListedBrush {
                name: BrushName::BuiltIn(brush.id),
                is_eraser: brush.is_eraser,
                saved: brush.settings,
                current: brush.settings,
                origin: Some(brush.id),
            })
            .collect();
        let chosen_eraser = list.iter().position(|brush| brush.is_eraser).unwrap_or(0);
        Self { list, chosen: 0, chosen_eraser }
    }
}

impl Brushes {
    /// All brushes, in the order of the list.
    #[must_use]
    pub fn list(&self) -> &[ListedBrush] {
        &self.list
    }

    /// The place in the list of the brush that a tool uses: the eraser's own one for the eraser.
    #[must_use]
    pub fn chosen(&self, tool: Tool) -> usize {
        let chosen = if tool == Tool::Eraser { self.chosen_eraser } else { self.chosen };
        chosen.min(self.list.len().saturating_sub(1))
    }

    /// The brush that a tool uses.
    #[must_use]
    pub fn settings(&self, tool: Tool) -> BrushSettings {
        self.list.get(self.chosen(tool)).map_or_else(BrushSettings::default, |brush| brush.current)
    }

    /// Changes the brush that a tool uses, without keeping the change.
    pub(crate) fn set(&mut self, tool: Tool, settings: BrushSettings) {
        let chosen = self.chosen(tool);
        if let Some(brush) = self.list.get_mut(chosen) {
            brush.current = settings.clamped();
        }
    }

    /// All brushes as they are kept, as a text for [`Brushes::from_text`]: what the page keeps between two visits, and
    /// what a person exports.
    #[must_use]
    pub fn to_text(&self) -> String {
        write_brushes(&self.list.iter().map(ListedBrush::named).collect::<Vec<_>>())
    }

    /// One brush as such a text; `None` when there is none at this place.
    #[must_use]
    pub fn brush_to_text(&self, brush_idx: usize) -> Option<String> {
        self.list.get(brush_idx).map(|brush| write_brushes(&[brush.named()]))
    }

    /// The list from a text that was kept. Which brushes are chosen starts anew.
    ///
    /// # Errors
    /// [`PaintError::BrushFile`] when it is no such text; the list to go on with is then the default one.
    pub fn from_text(text: &str) -> Result<Self, PaintError> {
        let mut list: Vec<ListedBrush> = Vec::new();
        for read in read_brushes(text)?.into_iter().take(MAX_LISTED_BRUSHES) {
            list.push(Self::listed(read, &list));
        }
        // There is always something to erase with, and something to paint with.
        for is_eraser in [true, false] {
            if !list.iter().any(|brush| brush.is_eraser == is_eraser) {
                list.extend(Self::default().list.into_iter().find(|brush| brush.is_eraser == is_eraser));
            }
        }
        let first = |is_eraser| list.iter().position(|brush| brush.is_eraser == is_eraser).unwrap_or(0);
        let (chosen, chosen_eraser) = (first(false), first(true));
        Ok(Self { list, chosen, chosen_eraser })
    }

    /// A brush that was read: one that came with the program is known again by its id, unless the list has it already.
    fn listed(read: NamedBrush, list: &[ListedBrush]) -> ListedBrush {
        let built_in = BUILT_IN_BRUSHES.iter().find(|built_in| built_in.id == read.name);
        match built_in.filter(|built_in| list.iter().all(|brush| brush.origin != Some(built_in.id))) {
            Some(built_in) => ListedBrush {
                name: BrushName::BuiltIn(built_in.id),
                is_eraser: read.is_eraser,
                saved: read.settings,
                current: read.settings,
                origin: Some(built_in.id),
            },
            None => ListedBrush::own(free_name(list, &read.name), read.is_eraser, read.settings),
        }
    }
}

/// A name that no brush of the list has: with a number behind it where it is taken.
fn free_name(list: &[ListedBrush], wanted: &str) -> String {
    let wanted = brush_name(wanted).unwrap_or_else(|| String::from("?"));
    let is_taken = |name: &str| {
        list.iter().any(|brush| match &brush.name {
            BrushName::Own(own) => own == name,
            BrushName::BuiltIn(id) => *id == name,
        })
    };
    let mut name = Cow::from(&wanted);
    let mut number = 2u32;
    while is_taken(&name) {
        // Room for the number, so that the name stays one that can be kept.
        let short: String = wanted.chars().take(underpaint_paint::MAX_BRUSH_NAME_CHARS - 6).collect();
        name = Cow::from(short + " " + &number.to_string());
        number += 1;
    }
    name.into_owned()
}
