//! Three sketches to begin with, as the strokes a person would make: no files, no licences, any size.

use underpaint_paint::{
    BrushSettings, CanvasPoint, Document, PaintError, Paper, Rgb8, RgbaImage, StrokeMode, StrokeSample,
};

use crate::effect::Effects;
use crate::{FormEdit, Phrase, Session, SettingsEdit};

/// One stroke; lengths are hundredths of the canvas's edges.
struct Stroke {
    colour: Rgb8,
    size: f32,
    hardness: f32,
    points: &'static [(f32, f32)],
}

/// A sketch and what to say about it.
pub struct Example {
    /// The message with its title.
    pub title_id: &'static str,
    /// The prompt. Models are told in English, whatever the page speaks.
    pub prompt: &'static str,
    strokes: &'static [Stroke],
}

const fn stroke(rgb: u32, size: f32, hardness: f32, points: &'static [(f32, f32)]) -> Stroke {
    let colour = Rgb8::new((rgb >> 16) as u8, (rgb >> 8) as u8, rgb as u8);
    Stroke { colour, size, hardness, points }
}

/// The sketches of the first-run card.
pub static EXAMPLES: [Example; 3] = [
    Example {
        title_id: "example-meadow",
        prompt: "a sunny meadow with trees under a blue sky, oil painting",
        strokes: &[
            stroke(0xb4_d7f1, 64.0, 0.9, &[(-2.0, 24.0), (102.0, 24.0)]),
            stroke(0x7f_b048, 52.0, 0.9, &[(-2.0, 84.0), (102.0, 84.0)]),
            stroke(0x6f_abe3, 30.0, 0.4, &[(-2.0, 6.0), (102.0, 8.0)]),
            stroke(0x9c_c9ee, 22.0, 0.3, &[(-2.0, 27.0), (102.0, 25.0)]),
            stroke(0xcf_e4f3, 20.0, 0.3, &[(-2.0, 42.0), (102.0, 42.0)]),
            stroke(0x86_a3b8, 13.0, 0.8, &[(-2.0, 54.0), (18.0, 48.0), (40.0, 54.0), (66.0, 47.0), (102.0, 54.0)]),
            stroke(0x9c_c458, 24.0, 0.6, &[(-2.0, 67.0), (50.0, 64.0), (102.0, 67.0)]),
            stroke(0x76_a83e, 22.0, 0.5, &[(-2.0, 82.0), (50.0, 80.0), (102.0, 83.0)]),
            stroke(0x55_8a35, 18.0, 0.5, &[(-2.0, 97.0), (102.0, 96.0)]),
            stroke(0xff_e480, 15.0, 0.9, &[(78.0, 17.0), (78.4, 17.2)]),
            stroke(0xff_ffff, 8.0, 0.5, &[(14.0, 19.0), (22.0, 15.0), (31.0, 18.0), (37.0, 18.0)]),
            stroke(0xff_ffff, 5.0, 0.5, &[(47.0, 29.0), (55.0, 27.0), (63.0, 29.0)]),
            stroke(0xe0_ca94, 6.0, 0.8, &[(46.0, 102.0), (52.0, 88.0), (44.0, 78.0), (50.0, 68.0)]),
            stroke(0x6b_4630, 3.4, 0.9, &[(20.0, 78.0), (19.6, 60.0)]),
            stroke(0x41_7a35, 15.0, 0.7, &[(19.0, 55.0), (15.0, 52.0), (24.0, 51.0), (19.0, 45.0), (20.0, 55.0)]),
            stroke(0x6b_4630, 2.6, 0.9, &[(82.0, 71.0), (82.4, 58.0)]),
            stroke(0x4d_8a3c, 10.0, 0.7, &[(82.0, 55.0), (79.0, 53.0), (85.0, 52.0), (82.0, 48.0)]),
        ],
    },
    Example {
        title_id: "example-lake",
        prompt: "a lake at sunset with mountains, watercolour",
        strokes: &[
            stroke(0xcf_939a, 64.0, 0.9, &[(-2.0, 26.0), (102.0, 26.0)]),
            stroke(0x9c_7d93, 56.0, 0.9, &[(-2.0, 84.0), (102.0, 84.0)]),
            stroke(0x6a_74b0, 24.0, 0.4, &[(-2.0, 5.0), (102.0, 6.0)]),
            stroke(0xb8_829c, 20.0, 0.3, &[(-2.0, 22.0), (102.0, 20.0)]),
            stroke(0xf0_a86c, 22.0, 0.3, &[(-2.0, 38.0), (102.0, 38.0)]),
            stroke(0xff_e39a, 13.0, 0.9, &[(62.0, 37.0), (62.4, 37.1)]),
            stroke(0x5f_5f88, 14.0, 0.9, &[(-2.0, 50.0), (12.0, 42.0), (24.0, 35.0), (36.0, 46.0), (48.0, 52.0)]),
            stroke(0x4b_4b72, 12.0, 0.9, &[(52.0, 54.0), (74.0, 48.0), (88.0, 40.0), (102.0, 46.0)]),
            stroke(0x3f_4062, 8.0, 0.9, &[(-2.0, 55.0), (50.0, 56.0), (102.0, 55.0)]),
            stroke(0xd8_9478, 20.0, 0.5, &[(-2.0, 68.0), (102.0, 68.0)]),
            stroke(0x93_7595, 20.0, 0.4, &[(-2.0, 84.0), (102.0, 84.0)]),
            stroke(0x5d_5f8e, 16.0, 0.4, &[(-2.0, 98.0), (102.0, 98.0)]),
            stroke(0xff_dc92, 4.0, 0.6, &[(58.0, 64.0), (67.0, 64.0)]),
            stroke(0xff_dc92, 3.0, 0.6, &[(55.0, 71.0), (66.0, 71.0)]),
            stroke(0xff_d58c, 2.4, 0.6, &[(60.0, 78.0), (70.0, 78.0)]),
            stroke(0x2d_2b40, 2.2, 0.9, &[(8.0, 102.0), (11.0, 80.0)]),
            stroke(0x2d_2b40, 2.0, 0.9, &[(14.0, 102.0), (15.0, 84.0)]),
            stroke(0x2d_2b40, 1.8, 0.9, &[(19.0, 102.0), (23.0, 86.0)]),
            stroke(0x2d_2b40, 9.0, 0.8, &[(-2.0, 100.0), (28.0, 102.0)]),
        ],
    },
    Example {
        title_id: "example-winter",
        prompt: "a house in a snowy forest in winter at night, gouache",
        strokes: &[
            stroke(0x2c_3d6c, 64.0, 0.9, &[(-2.0, 24.0), (102.0, 24.0)]),
            stroke(0xe4_ecf6, 50.0, 0.9, &[(-2.0, 84.0), (102.0, 84.0)]),
            stroke(0x1d_2a54, 34.0, 0.4, &[(-2.0, 8.0), (102.0, 8.0)]),
            stroke(0x33_4678, 24.0, 0.3, &[(-2.0, 32.0), (102.0, 32.0)]),
            stroke(0x53_6a98, 14.0, 0.3, &[(-2.0, 47.0), (102.0, 47.0)]),
            stroke(0xf6_efd2, 10.0, 0.9, &[(24.0, 17.0), (24.3, 17.1)]),
            stroke(
                0x24_3f46,
                11.0,
                0.8,
                &[(-2.0, 54.0), (14.0, 47.0), (30.0, 54.0), (48.0, 49.0), (66.0, 54.0), (84.0, 46.0), (102.0, 53.0)],
            ),
            stroke(0xc6_d4e8, 18.0, 0.6, &[(-2.0, 66.0), (40.0, 63.0), (102.0, 66.0)]),
            stroke(0xdf_e8f4, 22.0, 0.5, &[(-2.0, 80.0), (102.0, 79.0)]),
            stroke(0xf2_f6fb, 18.0, 0.5, &[(-2.0, 97.0), (102.0, 96.0)]),
            stroke(0x6d_4130, 14.0, 0.9, &[(60.0, 66.0), (72.0, 66.0)]),
            stroke(0xe9_eff7, 6.0, 0.9, &[(51.0, 59.0), (66.0, 50.0), (81.0, 59.0)]),
            stroke(0xff_cf70, 4.6, 0.9, &[(62.0, 66.0), (62.4, 66.0)]),
            stroke(0xff_cf70, 4.6, 0.9, &[(70.0, 66.0), (70.4, 66.0)]),
            stroke(0x1c_3433, 5.0, 0.9, &[(22.0, 44.0), (22.0, 52.0)]),
            stroke(0x1c_3433, 9.0, 0.9, &[(22.0, 55.0), (20.0, 60.0), (24.0, 60.0)]),
            stroke(0x1c_3433, 12.0, 0.9, &[(17.0, 72.0), (22.0, 66.0), (27.0, 72.0)]),
            stroke(0x18_2e2e, 4.0, 0.9, &[(89.0, 50.0), (89.0, 58.0)]),
            stroke(0x18_2e2e, 9.0, 0.9, &[(86.0, 68.0), (89.0, 61.0), (92.0, 68.0)]),
            stroke(0x18_2e2e, 11.0, 0.9, &[(84.0, 78.0), (94.0, 78.0)]),
        ],
    },
];

impl Example {
    /// The sketch at a size in pixels, unpainted parts transparent.
    ///
    /// # Errors
    /// [`PaintError::Size`] when the size does not work.
    pub fn paint(&self, width: u32, height: u32) -> Result<RgbaImage, PaintError> {
        let mut document = Document::new(width, height)?;
        let (across, down) = (width as f32 / 100.0, height as f32 / 100.0);
        for stroke in self.strokes {
            let brush = BrushSettings {
                size_px: stroke.size * across.min(down),
                hardness: stroke.hardness,
                opacity: 1.0,
                flow: 1.0,
                smoothing: 0.0,
                ..BrushSettings::default()
            };
            let sample = |(x, y): &(f32, f32)| StrokeSample::new(CanvasPoint::new(x * across, y * down), 1.0, 0.0);
            let samples: Vec<_> = stroke.points.iter().map(sample).collect();
            let Some((first, rest)) = samples.split_first() else { continue };
            document.begin_stroke(brush.clamped(), StrokeMode::Paint(stroke.colour), "step-brush-stroke", *first);
            document.extend_stroke(rest);
            document.end_stroke();
        }
        document.flatten(width, height, Paper::Transparent)
    }
}

impl Session {
    /// Lays an example on the canvas, as one step, and its words into the prompt.
    pub(crate) fn try_example(&mut self, idx: usize, effects: &mut Effects) {
        let Some(example) = EXAMPLES.get(idx).filter(|_| !self.document.is_stroking()) else { return };
        // The canvas has a size that works, or there would be no canvas.
        if let Ok(sketch) = example.paint(self.document.width(), self.document.height()) {
            effects.repaint(self.document.fill_with_picture(&sketch, "step-example"));
            self.after_document_change(effects);
        }
        self.edit_form(FormEdit::Prompt(example.prompt.to_owned()), effects);
        self.edit_settings(SettingsEdit::Welcomed, effects);
        effects.announce(Phrase::new("said-example").with("title", example.title_id));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::unknown_words;
    use crate::{Language, Texts};

    #[test]
    fn examples_cover_the_canvas_and_differ() {
        let means: Vec<[u64; 3]> = EXAMPLES
            .iter()
            .map(|example| {
                let image = example.paint(96, 72).unwrap();
                let painted = image.pixels().chunks_exact(4).filter(|pixel| pixel[3] > 200).count();
                assert!(painted > 96 * 72 * 9 / 10, "{}: {painted} pixels are painted", example.title_id);
                [0, 1, 2].map(|channel| image.pixels().iter().skip(channel).step_by(4).map(|it| u64::from(*it)).sum())
            })
            .collect();
        assert!(means[0] != means[1] && means[1] != means[2]);
    }

    #[test]
    fn the_starter_knows_every_word_of_the_examples_and_of_the_hint() {
        let starter = include_str!("../../../web/starter/underpaint.json");
        let (_, known) = starter.split_once("\"known_words\"").unwrap();
        let (known, _) = known.split_once(']').unwrap();
        let known: Vec<String> = known.split('"').skip(1).step_by(2).map(str::to_owned).collect();
        assert!(known.len() > 100);
        // What stands in the empty field is what people type first, in any language.
        let hints = Language::ALL.map(|language| Texts::new(language).text("prompt-hint"));
        let hints = hints.iter().filter_map(|hint| hint.rsplit([':', '?']).next());
        for words in EXAMPLES.iter().map(|example| example.prompt).chain(hints) {
            assert_eq!(unknown_words(words, &known), [], "{words}");
        }
    }
}
