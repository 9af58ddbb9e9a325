//! Symmetry and drawing aids as actions, so that the palette and keys reach what the bar of a tool has in a sheet.

use underpaint_paint::{CanvasPoint, Guides, SymmetryKind};

use crate::effect::Effects;
use crate::{Action, Phrase, Session, ToolEdit};

/// The messages of the kinds of symmetry, by the number in [`Action::Symmetry`].
pub const SYMMETRY_IDS: [&str; 6] = [
    "symmetry-off",
    "symmetry-vertical",
    "symmetry-horizontal",
    "symmetry-both",
    "symmetry-radial",
    "symmetry-kaleidoscope",
];
/// The messages of the kinds of perspective, by the number of vanishing points in [`Action::Perspective`].
pub const PERSPECTIVE_IDS: [&str; 4] = ["perspective-none", "perspective-one", "perspective-two", "perspective-three"];

/// Folds of a radial symmetry before anybody has chosen another number.
const N_FOLDS: u8 = 6;

impl Session {
    /// Which of [`SYMMETRY_IDS`] is on.
    #[must_use]
    pub fn symmetry_number(&self) -> u8 {
        match self.tools.options.symmetry.kind {
            SymmetryKind::Off => 0,
            SymmetryKind::Vertical => 1,
            SymmetryKind::Horizontal => 2,
            SymmetryKind::Both => 3,
            SymmetryKind::Radial { is_mirrored, .. } => 4 + u8::from(is_mirrored),
        }
    }

    fn symmetry_of(&self, number: u8) -> SymmetryKind {
        let former = self.tools.options.symmetry.kind;
        let n_folds = if let SymmetryKind::Radial { n_folds, .. } = former { n_folds } else { N_FOLDS };
        match number {
            0 => SymmetryKind::Off,
            1 => SymmetryKind::Vertical,
            2 => SymmetryKind::Horizontal,
            3 => SymmetryKind::Both,
            kind => SymmetryKind::Radial { n_folds, is_mirrored: kind > 4 },
        }
    }

    /// One vanishing point in the middle of the horizon; two beside the canvas on it; the third far below.
    fn put_vanishing_points(&self, guides: &mut Guides, n_points: u8) {
        let (width, height) = (self.document.width() as f32, self.document.height() as f32);
        let side = |x: f32| CanvasPoint::new(x, height * 0.4);
        let points = [side(-width * 0.5), side(width * 1.5), CanvasPoint::new(width / 2.0, height * 3.0)];
        guides.vanishing_points = match n_points {
            1 => vec![side(width / 2.0)],
            n => points[..usize::from(n.min(3))].to_vec(),
        };
        guides.has_straight_axes = true;
        guides.snaps &= n_points > 0;
    }

    /// Does what an action of the guides asks for.
    pub(crate) fn act_on_guides(&mut self, action: Action, effects: &mut Effects) {
        if !self.is_enabled(action) {
            return;
        }
        let mut guides = self.tools.options.guides.clone();
        let edit = match action {
            Action::Symmetry(number) => ToolEdit::Symmetry(self.symmetry_of(number)),
            Action::ToggleGuideHandles => ToolEdit::MovesGuides(!self.tools.options.moves_guides),
            _ => {
                match action {
                    Action::Perspective(n_points) => self.put_vanishing_points(&mut guides, n_points),
                    Action::ToggleThirds => guides.shows_thirds = !guides.shows_thirds,
                    _ => guides.snaps = !guides.snaps,
                }
                ToolEdit::Guides(guides)
            }
        };
        self.edit_tool(edit, effects);
        effects.announce(match action {
            Action::Symmetry(_) | Action::Perspective(_) => action.label(),
            _ => {
                let said = if self.is_pressed(action) { "said-guide-on" } else { "said-guide-off" };
                Phrase::new(said).with("guide", action.label())
            }
        });
    }
}
