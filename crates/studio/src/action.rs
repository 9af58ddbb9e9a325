//! Everything that a button, a menu entry or a key can ask for.

use crate::{PERSPECTIVE_IDS, Phrase, SYMMETRY_IDS};

/// Something that a button, a menu entry or a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Choose the brush.
    BrushTool,
    /// Choose the eraser.
    EraserTool,
    /// Choose the brush for strength.
    StrengthTool,
    /// Choose the eyedropper.
    EyedropperTool,
    /// Choose the hand that moves the view.
    PanTool,
    /// Choose the tool for lines.
    LineTool,
    /// Choose the tool for rectangles.
    RectangleTool,
    /// Choose the tool for ellipses.
    EllipseTool,
    /// Choose the tool for polygons.
    PolygonTool,
    /// Choose the bucket.
    FillTool,
    /// Choose the tool for gradients.
    GradientTool,
    /// Choose the tool that selects rectangles.
    SelectRectangleTool,
    /// Choose the tool that selects ellipses.
    SelectEllipseTool,
    /// Choose the lasso.
    LassoTool,
    /// Choose the wand.
    WandTool,
    /// Choose the tool that moves and transforms.
    TransformTool,
    /// Choose the tool that cuts the canvas.
    CropTool,
    /// A smaller brush.
    SmallerBrush,
    /// A larger brush.
    LargerBrush,
    /// A softer brush.
    SofterBrush,
    /// A harder brush.
    HarderBrush,
    /// Set the brush's opacity in tenths, 1 to 10.
    Opacity(u8),
    /// Exchange foreground and background colour.
    SwapColours,
    /// Black on white.
    ResetColours,
    /// Take the last step back.
    Undo,
    /// Do it again.
    Redo,
    /// Remove all paint.
    Clear,
    /// Select everything.
    SelectAll,
    /// Let the selection go.
    Deselect,
    /// Select what is not selected.
    InvertSelection,
    /// Select the paint of the layer.
    SelectPixels,
    /// Show the layer, or hide it.
    ShowLayer,
    /// Show the layer and no other, or all again.
    LayerAlone,
    /// Copy the selected pixels of the layer.
    Copy,
    /// Copy what is seen of the selected pixels, all layers together.
    CopyMerged,
    /// Take the selected pixels out of the layer.
    Cut,
    /// Put what was copied on a layer of its own.
    Paste,
    /// Cover what is selected with the foreground colour.
    FillSelection,
    /// Take away the paint that is selected.
    DeleteSelected,
    /// Exchange left and right of the layer, or of what is selected.
    FlipAcross,
    /// Exchange above and below of the layer, or of what is selected.
    FlipDown,
    /// Turn the canvas clockwise.
    TurnCanvasRight,
    /// Turn the canvas counterclockwise.
    TurnCanvasLeft,
    /// Exchange left and right of the canvas.
    FlipCanvas,
    /// Make what a tool has under way a step.
    Apply,
    /// Repeat strokes in one of the kinds of [`crate::SYMMETRY_IDS`], by its number.
    Symmetry(u8),
    /// Show the lines at the thirds of the canvas, or hide them.
    ToggleThirds,
    /// Show a perspective of so many vanishing points, 0 to 3.
    Perspective(u8),
    /// Let strokes follow the perspective, or let them go where they will.
    ToggleSnap,
    /// Show the handles of symmetry and vanishing points, or hide them.
    ToggleGuideHandles,
    /// Render a picture from the sketch.
    Render,
    /// Put a render behind those that run and wait.
    AddToQueue,
    /// Turn live mode on or off.
    ToggleLive,
    /// Let live mode rest, or go on.
    PauseLive,
    /// Stop the render, abort the stroke or close the help.
    Cancel,
    /// Put the picture back as paint to draw on.
    Keep,
    /// Put the picture on the canvas as a layer of its own.
    KeepAsLayer,
    /// Ask for a file to open.
    OpenFile,
    /// Save the document to its file again, or ask for one.
    Save,
    /// Ask for a file to save the document to.
    SaveAs,
    /// Save the picture as PNG.
    SavePicture,
    /// Save the sketch as PNG.
    SaveSketch,
    /// Keep the seed, or take a new one with each render.
    ToggleSeedLock,
    /// Take a new seed now.
    NewSeed,
    /// Zoom in.
    ZoomIn,
    /// Zoom out.
    ZoomOut,
    /// One canvas pixel per CSS pixel.
    ActualSize,
    /// Show the whole canvas.
    FitView,
    /// Exchange left and right of what is seen.
    MirrorView,
    /// Turn the view clockwise.
    TurnViewRight,
    /// Turn the view counterclockwise.
    TurnViewLeft,
    /// Show the canvas upright.
    StraightenView,
    /// Sketch and picture side by side.
    ShowSideBySide,
    /// The picture over the sketch, up to a line that can be moved.
    ShowWipe,
    /// The picture under the strokes.
    ShowUnder,
    /// The sketch alone.
    ShowSketch,
    /// The picture alone.
    ShowPicture,
    /// The next of these views.
    NextView,
    /// Show or hide the docks.
    ToggleDocks,
    /// Show or hide the settings.
    ToggleSettings,
    /// Show or hide the list of keys.
    ToggleHelp,
    /// Show or hide the command palette.
    TogglePalette,
}

impl Action {
    /// Every action, in the order in which a help dialog lists them.
    pub const ALL: [Self; 99] = [
        Self::BrushTool,
        Self::EraserTool,
        Self::StrengthTool,
        Self::EyedropperTool,
        Self::PanTool,
        Self::LineTool,
        Self::RectangleTool,
        Self::EllipseTool,
        Self::PolygonTool,
        Self::FillTool,
        Self::GradientTool,
        Self::SelectRectangleTool,
        Self::SelectEllipseTool,
        Self::LassoTool,
        Self::WandTool,
        Self::TransformTool,
        Self::CropTool,
        Self::SmallerBrush,
        Self::LargerBrush,
        Self::SofterBrush,
        Self::HarderBrush,
        Self::Opacity(1),
        Self::Opacity(2),
        Self::Opacity(3),
        Self::Opacity(4),
        Self::Opacity(5),
        Self::Opacity(6),
        Self::Opacity(7),
        Self::Opacity(8),
        Self::Opacity(9),
        Self::Opacity(10),
        Self::SwapColours,
        Self::ResetColours,
        Self::Undo,
        Self::Redo,
        Self::Clear,
        Self::SelectAll,
        Self::Deselect,
        Self::InvertSelection,
        Self::SelectPixels,
        Self::ShowLayer,
        Self::LayerAlone,
        Self::Copy,
        Self::CopyMerged,
        Self::Cut,
        Self::Paste,
        Self::FillSelection,
        Self::DeleteSelected,
        Self::FlipAcross,
        Self::FlipDown,
        Self::TurnCanvasRight,
        Self::TurnCanvasLeft,
        Self::FlipCanvas,
        Self::Apply,
        Self::Symmetry(0),
        Self::Symmetry(1),
        Self::Symmetry(2),
        Self::Symmetry(3),
        Self::Symmetry(4),
        Self::Symmetry(5),
        Self::ToggleThirds,
        Self::Perspective(0),
        Self::Perspective(1),
        Self::Perspective(2),
        Self::Perspective(3),
        Self::ToggleSnap,
        Self::ToggleGuideHandles,
        Self::Render,
        Self::AddToQueue,
        Self::ToggleLive,
        Self::PauseLive,
        Self::Cancel,
        Self::Keep,
        Self::KeepAsLayer,
        Self::OpenFile,
        Self::Save,
        Self::SaveAs,
        Self::SavePicture,
        Self::SaveSketch,
        Self::ToggleSeedLock,
        Self::NewSeed,
        Self::ZoomIn,
        Self::ZoomOut,
        Self::ActualSize,
        Self::FitView,
        Self::MirrorView,
        Self::TurnViewRight,
        Self::TurnViewLeft,
        Self::StraightenView,
        Self::NextView,
        Self::ShowSideBySide,
        Self::ShowWipe,
        Self::ShowUnder,
        Self::ShowSketch,
        Self::ShowPicture,
        Self::ToggleDocks,
        Self::ToggleSettings,
        Self::ToggleHelp,
        Self::TogglePalette,
    ];

    /// The action of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.name() == name)
    }

    /// A stable name in kebab-case, for test handles and settings.
    #[must_use]
    pub fn name(self) -> &'static str {
        // Without the part of the id that says that it is an action's.
        match self {
            Self::Opacity(tenths) => OPACITY_NAMES[usize::from(tenths.clamp(1, 10)) - 1],
            Self::Symmetry(number) => of_number(&SYMMETRY_IDS, number),
            Self::Perspective(number) => of_number(&PERSPECTIVE_IDS, number),
            _ => self.label_id().strip_prefix("action-").unwrap_or_default(),
        }
    }

    /// What a person reads on its button.
    #[must_use]
    pub fn label(self) -> Phrase {
        match self {
            Self::Opacity(tenths) => Phrase::new("action-opacity").with("percent", u32::from(tenths.clamp(1, 10)) * 10),
            Self::Symmetry(number) => self.label_with(of_number(&SYMMETRY_IDS, number)),
            Self::Perspective(number) => self.label_with(of_number(&PERSPECTIVE_IDS, number)),
            _ => Phrase::new(self.label_id()),
        }
    }

    fn label_with(self, kind: &'static str) -> Phrase {
        Phrase::new(self.label_id()).with("kind", Phrase::new(kind))
    }

    fn label_id(self) -> &'static str {
        match self {
            Self::BrushTool => "action-brush",
            Self::EraserTool => "action-eraser",
            Self::StrengthTool => "action-strength-brush",
            Self::EyedropperTool => "action-eyedropper",
            Self::PanTool => "action-pan",
            Self::SmallerBrush => "action-smaller-brush",
            Self::LargerBrush => "action-larger-brush",
            Self::SofterBrush => "action-softer-brush",
            Self::HarderBrush => "action-harder-brush",
            Self::SwapColours => "action-swap-colours",
            Self::ResetColours => "action-reset-colours",
            Self::Undo => "action-undo",
            Self::Redo => "action-redo",
            Self::Clear => "action-clear",
            Self::Render => "action-render",
            Self::AddToQueue => "action-add-to-queue",
            Self::ToggleLive => "action-live",
            Self::PauseLive => "action-pause-live",
            Self::Cancel => "action-cancel",
            Self::Keep => "action-keep",
            Self::KeepAsLayer => "action-keep-layer",
            Self::OpenFile => "action-open-file",
            Self::Save => "action-save",
            Self::SaveAs => "action-save-as",
            Self::SavePicture => "action-save-picture",
            Self::SaveSketch => "action-save-sketch",
            Self::ToggleSeedLock => "action-lock-seed",
            Self::NewSeed => "action-new-seed",
            Self::ZoomIn => "action-zoom-in",
            Self::ZoomOut => "action-zoom-out",
            Self::ActualSize => "action-actual-size",
            Self::FitView => "action-fit-view",
            Self::LineTool => "action-line",
            Self::RectangleTool => "action-rectangle",
            Self::EllipseTool => "action-ellipse",
            Self::PolygonTool => "action-polygon",
            Self::FillTool => "action-fill",
            Self::GradientTool => "action-gradient",
            Self::SelectRectangleTool => "action-select-rectangle",
            Self::SelectEllipseTool => "action-select-ellipse",
            Self::LassoTool => "action-lasso",
            Self::WandTool => "action-wand",
            Self::TransformTool => "action-transform",
            Self::CropTool => "action-crop",
            Self::SelectAll => "action-select-all",
            Self::Deselect => "action-deselect",
            Self::InvertSelection => "action-invert-selection",
            Self::SelectPixels => "action-select-pixels",
            Self::ShowLayer => "action-show-layer",
            Self::LayerAlone => "action-layer-alone",
            Self::Copy => "action-copy",
            Self::CopyMerged => "action-copy-merged",
            Self::Cut => "action-cut",
            Self::Paste => "action-paste",
            Self::FillSelection => "action-fill-selection",
            Self::DeleteSelected => "action-delete-selected",
            Self::FlipAcross => "action-flip-across",
            Self::FlipDown => "action-flip-down",
            Self::TurnCanvasRight => "action-turn-canvas-right",
            Self::TurnCanvasLeft => "action-turn-canvas-left",
            Self::FlipCanvas => "action-flip-canvas",
            Self::Apply => "action-apply",
            Self::Symmetry(_) => "action-symmetry",
            Self::ToggleThirds => "action-thirds",
            Self::Perspective(_) => "action-perspective",
            Self::ToggleSnap => "action-snap",
            Self::ToggleGuideHandles => "action-guide-handles",
            Self::MirrorView => "action-mirror-view",
            Self::TurnViewRight => "action-turn-view-right",
            Self::TurnViewLeft => "action-turn-view-left",
            Self::StraightenView => "action-straighten-view",
            Self::ShowSideBySide => "action-side-by-side",
            Self::ShowWipe => "action-wipe",
            Self::ShowUnder => "action-under",
            Self::ShowSketch => "action-sketch-only",
            Self::ShowPicture => "action-picture-only",
            Self::NextView => "action-next-view",
            Self::ToggleDocks => "action-docks",
            Self::ToggleSettings => "action-settings",
            Self::ToggleHelp => "action-help",
            Self::TogglePalette => "action-palette",
            Self::Opacity(_) => "action-opacity",
        }
    }
}

fn of_number(ids: &[&'static str], number: u8) -> &'static str {
    ids.get(usize::from(number)).copied().unwrap_or_default()
}

const OPACITY_NAMES: [&str; 10] = [
    "opacity-10",
    "opacity-20",
    "opacity-30",
    "opacity-40",
    "opacity-50",
    "opacity-60",
    "opacity-70",
    "opacity-80",
    "opacity-90",
    "opacity-100",
];
