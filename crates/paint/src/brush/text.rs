//! Brushes as text, for keeping and for giving away.
//!
//! A file of our own: lines of words, so that it can be read, compared and mended by hand. `#` starts a comment.
//! ```text
//! underpaint-brushes 1
//! brush Soft pencil
//! size-px 5
//! tip round
//! curve size pressure 0:0.7 1:1
//! eraser
//! ```
//! A brush says only where it differs from the default one. What a reader does not know (from a later version, say) is
//! left out and the rest is used; only a file that is not of this kind is refused.

use super::number::NUMBER_ROWS;
use super::{
    BrushBlend, BrushInput, BrushNumber, BrushParameter, BrushSettings, Gathering, GrainKind, ResponseCurve,
    RotationSource, Stabiliser, TipKind,
};
use crate::{PaintError, decimal_f32};

/// The first word of a file.
const MAGIC: &str = "underpaint-brushes";
/// The version that is written.
const VERSION: u32 = 1;
/// A longer file is not one of ours.
const MAX_BYTES: usize = 1 << 20;
/// More brushes than anyone would look through.
const MAX_BRUSHES: usize = 1000;
/// Longest name of a brush, in characters.
pub const MAX_BRUSH_NAME_CHARS: usize = 60;

/// A brush with the name that a person gave it.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedBrush {
    /// Its name: one line of at most [`MAX_BRUSH_NAME_CHARS`] characters.
    pub name: String,
    /// Whether it is for taking paint away.
    pub is_eraser: bool,
    /// The brush.
    pub settings: BrushSettings,
}

/// A name as it may be kept: one line, without space at its ends, not too long; `None` when nothing is left.
#[must_use]
pub fn brush_name(text: &str) -> Option<String> {
    let mut name = String::new();
    for word in text.split(|letter: char| letter.is_whitespace() || letter.is_control()).filter(|word| !word.is_empty())
    {
        if !name.is_empty() {
            name.push(' ');
        }
        name.push_str(word);
    }
    let name: String = name.chars().take(MAX_BRUSH_NAME_CHARS).collect();
    let name = name.trim_end();
    (!name.is_empty()).then(|| name.to_owned())
}

/// A choice of a brush: its key, its names, and how to read and set it by the place of a name.
struct ChoiceRow {
    key: &'static str,
    names: &'static [&'static str],
    get: fn(&BrushSettings) -> usize,
    set: fn(&mut BrushSettings, usize),
}

static CHOICE_ROWS: [ChoiceRow; 6] = [
    ChoiceRow {
        key: "tip",
        names: TipKind::NAMES,
        get: |brush| brush.tip as usize,
        set: |brush, idx| brush.tip = TipKind::ALL[idx],
    },
    ChoiceRow {
        key: "grain",
        names: GrainKind::NAMES,
        get: |brush| brush.grain as usize,
        set: |brush, idx| brush.grain = GrainKind::ALL[idx],
    },
    ChoiceRow {
        key: "gathering",
        names: Gathering::NAMES,
        get: |brush| brush.gathering as usize,
        set: |brush, idx| brush.gathering = Gathering::ALL[idx],
    },
    ChoiceRow {
        key: "blend",
        names: BrushBlend::NAMES,
        get: |brush| brush.blend as usize,
        set: |brush, idx| brush.blend = BrushBlend::ALL[idx],
    },
    ChoiceRow {
        key: "rotation-source",
        names: RotationSource::NAMES,
        get: |brush| brush.rotation_source as usize,
        set: |brush, idx| brush.rotation_source = RotationSource::ALL[idx],
    },
    ChoiceRow {
        key: "stabiliser",
        names: Stabiliser::NAMES,
        get: |brush| brush.stabiliser as usize,
        set: |brush, idx| brush.stabiliser = Stabiliser::ALL[idx],
    },
];

/// Writes brushes as text.
#[must_use]
pub fn write_brushes(brushes: &[NamedBrush]) -> String {
    let default = BrushSettings::default();
    let mut text = String::from(MAGIC);
    put(&mut text, &[" ", &VERSION.to_string()]);
    for brush in brushes {
        put(&mut text, &["\nbrush ", &brush.name]);
        if brush.is_eraser {
            put(&mut text, &["\neraser"]);
        }
        let own = &brush.settings;
        for number in BrushNumber::ALL {
            if number.of(own) != number.of(&default) {
                put(&mut text, &["\n", number.key(), " ", &number.of(own).to_string()]);
            }
        }
        for row in &CHOICE_ROWS {
            if (row.get)(own) != (row.get)(&default) {
                put(&mut text, &["\n", row.key, " ", row.names[(row.get)(own)]]);
            }
        }
        for parameter in BrushParameter::ALL {
            for input in BrushInput::ALL {
                let curve = own.curve(*parameter, *input);
                if curve != default.curve(*parameter, *input) {
                    put(&mut text, &["\ncurve ", parameter.name(), " ", input.name()]);
                    for (from, to) in curve.points() {
                        put(&mut text, &[" ", &from.to_string(), ":", &to.to_string()]);
                    }
                }
            }
        }
        text.push('\n');
    }
    text
}

fn put(text: &mut String, parts: &[&str]) {
    for part in parts {
        text.push_str(part);
    }
}

/// Reads brushes from text. Lines that say nothing to this version are passed over, and values are brought into range.
///
/// # Errors
/// [`PaintError::BrushFile`] when the text is not a file of brushes or holds none.
pub fn read_brushes(text: &str) -> Result<Vec<NamedBrush>, PaintError> {
    if text.len() > MAX_BYTES {
        return Err(PaintError::BrushFile("it is far longer than a file of brushes"));
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut first = lines.next().unwrap_or_default().split_whitespace();
    if first.next() != Some(MAGIC) {
        return Err(PaintError::BrushFile("its first line does not say \"underpaint-brushes\""));
    }
    match first.next().and_then(|version| version.parse::<u32>().ok()) {
        Some(VERSION) => {}
        Some(version) if version > VERSION => {
            return Err(PaintError::BrushFile("it was written by a later version of the program; update this one"));
        }
        _ => return Err(PaintError::BrushFile("its first line names no version")),
    }
    let mut brushes: Vec<NamedBrush> = Vec::new();
    for line in lines {
        let (key, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        if key == "brush" {
            if brushes.len() == MAX_BRUSHES {
                return Err(PaintError::BrushFile("it holds more than 1000 brushes"));
            }
            let name = brush_name(rest).ok_or(PaintError::BrushFile("one of its brushes has no name"))?;
            brushes.push(NamedBrush { name, is_eraser: false, settings: BrushSettings::default() });
        } else if let Some(brush) = brushes.last_mut() {
            read_line(brush, key, rest.trim());
        }
    }
    if brushes.is_empty() {
        return Err(PaintError::BrushFile("it holds no brush"));
    }
    Ok(brushes)
}

fn read_line(brush: &mut NamedBrush, key: &str, rest: &str) {
    let settings = &mut brush.settings;
    if key == "eraser" {
        brush.is_eraser = true;
    } else if key == "curve" {
        if let Some((parameter, input, curve)) = read_curve(rest) {
            *settings = settings.with_curve(parameter, input, curve);
        }
    } else if let Some(row) = CHOICE_ROWS.iter().find(|row| row.key == key) {
        if let Some(idx) = row.names.iter().position(|name| *name == rest) {
            (row.set)(settings, idx);
        }
    } else if let Some(idx) = NUMBER_ROWS.iter().position(|row| row.key == key)
        && let Some(value) = decimal_f32(rest)
    {
        BrushNumber::ALL[idx].set(settings, value);
    }
}

fn read_curve(text: &str) -> Option<(BrushParameter, BrushInput, ResponseCurve)> {
    let mut words = text.split_whitespace();
    let named = |names: &[&str], word: Option<&str>| names.iter().position(|name| Some(*name) == word);
    let parameter = BrushParameter::ALL[named(BrushParameter::NAMES, words.next())?];
    let input = BrushInput::ALL[named(BrushInput::NAMES, words.next())?];
    let mut points = Vec::new();
    for word in words.take(super::MAX_CURVE_POINTS + 1) {
        let (from, to) = word.split_once(':')?;
        points.push((decimal_f32(from)?, decimal_f32(to)?));
    }
    Some((parameter, input, ResponseCurve::new(&points)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::BUILT_IN_BRUSHES;

    #[test]
    fn every_built_in_brush_survives_being_written_and_read() {
        let brushes: Vec<_> = BUILT_IN_BRUSHES
            .iter()
            .map(|brush| NamedBrush { name: brush.id.into(), is_eraser: brush.is_eraser, settings: brush.settings })
            .collect();
        let text = write_brushes(&brushes);
        assert_eq!(read_brushes(&text).unwrap(), brushes);
        assert!(text.len() < 6000, "{}", text.len());
    }

    #[test]
    fn unknown_and_broken_lines_are_passed_over() {
        let text = "# mine\nunderpaint-brushes 1\nsize-px 9\nbrush  My\tpen \nsize-px 12\nsize-px many\nhardness 7\n\
                    flow NaN\nglitter 3\ntip star\ncurve size pressure 0:0 1\ncurve size mood 0:1\ncurve\neraser\n";
        let brushes = read_brushes(text).unwrap();
        let settings = BrushSettings { size_px: 12.0, hardness: 1.0, ..BrushSettings::default() };
        assert_eq!(brushes, [NamedBrush { name: "My pen".into(), is_eraser: true, settings }]);
    }

    #[test]
    fn what_is_no_file_of_brushes_is_refused() {
        let long = "x".repeat(MAX_BYTES + 1);
        let many = format!("underpaint-brushes 1\n{}", "brush a\n".repeat(MAX_BRUSHES + 1));
        for text in
            ["", "PNG", "underpaint-brushes", "underpaint-brushes 2\nbrush a", "underpaint-brushes 1\n", &long, &many]
        {
            assert!(read_brushes(text).is_err(), "{}", &text[..text.len().min(40)]);
        }
        assert!(read_brushes("underpaint-brushes 1\nbrush   \n").is_err());
    }

    #[test]
    fn any_bytes_whatever_are_read_or_refused_without_a_panic() {
        let good = write_brushes(&[NamedBrush {
            name: "Ünïcode ✏".into(),
            is_eraser: true,
            settings: BUILT_IN_BRUSHES[1].settings,
        }]);
        let mut state = 1u32;
        for _ in 0..2000 {
            let mut bytes = good.clone().into_bytes();
            for _ in 0..4 {
                state = crate::dab::hash(state, 1, 2);
                let at = state as usize % bytes.len();
                bytes[at] = (state >> 24) as u8;
            }
            if let Ok(brushes) = read_brushes(&String::from_utf8_lossy(&bytes)) {
                assert!(brushes.iter().all(|brush| brush.settings == brush.settings.clamped()));
            }
        }
    }

    #[test]
    fn names_are_one_short_line() {
        assert_eq!(brush_name("  a \n b\u{7} "), Some("a b".into()));
        assert_eq!(brush_name(" \t "), None);
        assert_eq!(brush_name(&"ä".repeat(100)).unwrap().chars().count(), MAX_BRUSH_NAME_CHARS);
    }
}
