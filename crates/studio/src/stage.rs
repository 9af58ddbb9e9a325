//! How sketch and picture share the stage.

/// How sketch and picture are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StageMode {
    /// Beside each other.
    #[default]
    SideBySide,
    /// The picture lies over the sketch, up to a line.
    Wipe,
    /// The picture lies under the strokes, which are painted on without paper.
    Under,
    /// The sketch alone.
    Sketch,
    /// The picture alone.
    Picture,
}

impl StageMode {
    /// Every mode, in the order of the switch.
    pub const ALL: [Self; 5] = [Self::SideBySide, Self::Wipe, Self::Under, Self::Sketch, Self::Picture];

    /// Its name in the settings' text and in style sheets.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SideBySide => "side-by-side",
            Self::Wipe => "wipe",
            Self::Under => "under",
            Self::Sketch => "sketch",
            Self::Picture => "picture",
        }
    }

    /// The mode of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.name() == name)
    }

    /// The mode after this one, around.
    #[must_use]
    pub fn next(self) -> Self {
        let idx = Self::ALL.iter().position(|mode| *mode == self).unwrap_or_default();
        Self::ALL[(idx + 1) % Self::ALL.len()]
    }
}

/// How sketch and picture share the stage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StageView {
    /// Which way.
    pub mode: StageMode,
    /// Where the line of [`StageMode::Wipe`] stands, 0 (all picture) to 1 (all sketch), from the left edge.
    pub wipe: f32,
    /// How opaque the strokes are in [`StageMode::Under`], 0 to 1.
    pub stroke_opacity: f32,
}

impl Default for StageView {
    fn default() -> Self {
        Self { mode: StageMode::default(), wipe: 0.5, stroke_opacity: 0.6 }
    }
}
