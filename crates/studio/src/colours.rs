//! The colours at hand.

use underpaint_paint::Rgb8;

/// How many colours the recent palette remembers.
const N_RECENT: usize = 12;

/// A named colour of the palette.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Swatch {
    /// The message that says what a painter calls it; also the button's accessible name.
    pub name: &'static str,
    /// The colour.
    pub colour: Rgb8,
}

const fn swatch(name: &'static str, red: u8, green: u8, blue: u8) -> Swatch {
    Swatch { name, colour: Rgb8::new(red, green, blue) }
}

/// Twelve colours a landscape painter would squeeze out first: light to dark, sky to earth.
pub const PALETTE: [Swatch; 12] = [
    swatch("colour-titanium-white", 250, 248, 242),
    swatch("colour-sky-blue", 135, 185, 228),
    swatch("colour-ultramarine", 44, 70, 150),
    swatch("colour-sea-green", 42, 122, 128),
    swatch("colour-meadow-green", 116, 166, 66),
    swatch("colour-fir-green", 36, 78, 50),
    swatch("colour-lemon-yellow", 250, 220, 80),
    swatch("colour-yellow-ochre", 204, 152, 64),
    swatch("colour-sunset-orange", 240, 130, 60),
    swatch("colour-barn-red", 168, 52, 44),
    swatch("colour-burnt-umber", 92, 62, 44),
    swatch("colour-slate", 62, 70, 84),
];

/// Foreground, background and the colours used last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Colours {
    /// What the brush paints with.
    pub foreground: Rgb8,
    /// What *swap* brings to the front.
    pub background: Rgb8,
    recent: Vec<Rgb8>,
}

impl Default for Colours {
    fn default() -> Self {
        Self { foreground: Self::DEFAULT_FOREGROUND, background: Rgb8::WHITE, recent: Vec::new() }
    }
}

impl Colours {
    /// What a new session paints with: the palette's ultramarine, which shows on white paper and says "paint".
    pub const DEFAULT_FOREGROUND: Rgb8 = PALETTE[2].colour;

    /// The colours that were painted with, the last one first, without repetition.
    #[must_use]
    pub fn recent(&self) -> &[Rgb8] {
        &self.recent
    }

    /// Exchanges foreground and background.
    pub fn swap(&mut self) {
        std::mem::swap(&mut self.foreground, &mut self.background);
    }

    /// Black on white, as *reset* does in every paint program.
    pub fn reset(&mut self) {
        self.foreground = Rgb8::BLACK;
        self.background = Rgb8::WHITE;
    }

    /// Notes that a colour was painted with; true when the list changed.
    pub(crate) fn note_used(&mut self, colour: Rgb8) -> bool {
        if self.recent.first() == Some(&colour) {
            return false;
        }
        self.recent.retain(|other| *other != colour);
        self.recent.insert(0, colour);
        self.recent.truncate(N_RECENT);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recent_colours_come_last_first_without_repetition() {
        let mut colours = Colours::default();
        for grey in [1, 2, 1, 3, 3] {
            colours.note_used(Rgb8::new(grey, grey, grey));
        }
        let reds: Vec<u8> = colours.recent().iter().map(|colour| colour.red).collect();
        assert_eq!(reds, [3, 1, 2]);
        for grey in 0..100 {
            colours.note_used(Rgb8::new(grey, 0, 0));
        }
        assert_eq!(colours.recent().len(), N_RECENT);
    }

    #[test]
    fn no_two_swatches_share_a_name_or_a_colour() {
        for (idx, one) in PALETTE.iter().enumerate() {
            for other in &PALETTE[idx + 1..] {
                assert!(one.name != other.name && one.colour != other.colour, "{one:?} {other:?}");
            }
        }
    }
}
