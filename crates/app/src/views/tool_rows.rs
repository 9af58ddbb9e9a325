//! What can be set of each tool, as tables of rows.

use underpaint_paint::{Corners, GradientKind, MAX_EDGE_PX, MAX_SYMMETRY_FOLDS, SelectionMode, Symmetry, SymmetryKind};
use underpaint_studio::{
    Action, BrushEdit, Event, MAX_OUTLINE_PX, PERSPECTIVE_IDS, SYMMETRY_IDS, SelectionEdit, Session, Tool, ToolEdit,
    TransformEdit,
};

use super::{
    brush::{fraction_of_size, percent, size_of_fraction},
    icon::Icon,
};
use crate::texts::texts;

/// How a row is shown.
pub(super) enum Kind {
    /// A box to tick: 0 or 1.
    Toggle,
    /// A number from, to, by steps of.
    Number(f32, f32, f32),
    /// One of these messages, by its place.
    Choice(&'static [&'static str]),
    /// A slider from 0 to 1, and how its value is shown.
    Slider(fn(f32) -> String),
    /// A number that does something once it is entered, and is this again afterwards.
    Step(f32),
}

/// One setting. Every value is a number, so that one view serves all.
pub(super) struct Row {
    /// Its message, and its handle for tests.
    pub(super) id: &'static str,
    pub(super) kind: Kind,
    /// The value now.
    pub(super) get: fn(&Session) -> f32,
    /// What a new value means.
    pub(super) event: fn(&Session, f32) -> Event,
}

/// Something in the bar.
pub(super) enum Item {
    Row(Row),
    Act(Action, Icon),
}

const fn row(id: &'static str, kind: Kind, get: fn(&Session) -> f32, event: fn(&Session, f32) -> Event) -> Item {
    Item::Row(Row { id, kind, get, event })
}

/// A row that changes the tools' settings.
macro_rules! option {
    ($id:literal, $kind:expr, |$options:ident| $get:expr, |$value:ident| $edit:expr) => {
        row(
            $id,
            $kind,
            |session| {
                let $options = session.tool_options();
                $get
            },
            |_, $value| Event::ToolEdit($edit),
        )
    };
}

/// Further than this nothing is moved by a field.
const MAX_MOVE_PX: f32 = 9999.0;

/// A measured number as a field shows it, without a minus before nothing.
fn tenths(value: f32) -> f32 {
    (value * 10.0).round() / 10.0 + 0.0
}

const PERCENT: Kind = Kind::Number(0.0, 100.0, 1.0);
const MODES: [SelectionMode; 4] =
    [SelectionMode::Replace, SelectionMode::Add, SelectionMode::Subtract, SelectionMode::Intersect];

static OPACITY: Item =
    option!("option-opacity", PERCENT, |it| (it.opacity * 100.0).round(), |value| ToolEdit::Opacity(value / 100.0));
static REGION: [Item; 4] = [
    option!("option-tolerance", Kind::Number(0.0, 255.0, 1.0), |it| f32::from(it.region.tolerance), |value| {
        ToolEdit::Tolerance(value as u8)
    }),
    option!("option-gap", Kind::Number(0.0, 64.0, 1.0), |it| it.region.gap_radius_px as f32, |value| {
        ToolEdit::GapRadiusPx(value as u32)
    }),
    option!("option-contiguous", Kind::Toggle, |it| f32::from(it.region.is_contiguous), |value| {
        ToolEdit::IsContiguous(value > 0.0)
    }),
    option!("option-all-layers", Kind::Toggle, |it| f32::from(it.samples_all_layers), |value| {
        ToolEdit::SamplesAllLayers(value > 0.0)
    }),
];
static EXPAND: Item = option!("option-expand", Kind::Number(-64.0, 64.0, 1.0), |it| it.region.expand_px, |value| {
    ToolEdit::ExpandPx(value)
});
static SMOOTH: Item = option!("option-smooth-edge", Kind::Toggle, |it| f32::from(it.is_antialiased), |value| {
    ToolEdit::IsAntialiased(value > 0.0)
});
static INSIDE: [Item; 2] = [
    option!("option-outline", Kind::Toggle, |it| f32::from(it.has_outline), |value| ToolEdit::HasOutline(value > 0.0)),
    option!("option-filled", Kind::Toggle, |it| f32::from(it.has_fill), |value| ToolEdit::HasFill(value > 0.0)),
];
static OUTLINE: [Item; 2] = [
    option!("option-width", Kind::Number(1.0, MAX_OUTLINE_PX, 1.0), |it| it.outline_px, |value| {
        ToolEdit::OutlinePx(value)
    }),
    option!("option-round", Kind::Toggle, |it| f32::from(it.corners == Corners::Round), |value| {
        ToolEdit::Corners(if value > 0.0 { Corners::Round } else { Corners::Sharp })
    }),
];
static GRADIENT: [Item; 2] = [
    option!(
        "option-gradient",
        Kind::Choice(&["gradient-linear", "gradient-radial"]),
        |it| f32::from(it.gradient_kind == GradientKind::Radial),
        |value| ToolEdit::GradientKind(if value > 0.0 { GradientKind::Radial } else { GradientKind::Linear })
    ),
    option!("option-fades", Kind::Toggle, |it| f32::from(it.gradient_fades), |value| {
        ToolEdit::GradientFades(value > 0.0)
    }),
];
static JOINING: [Item; 2] = [
    option!(
        "option-selection-mode",
        Kind::Choice(&["selection-replace", "selection-add", "selection-subtract", "selection-intersect"]),
        |it| MODES.iter().position(|mode| *mode == it.selection_mode).unwrap_or_default() as f32,
        |value| ToolEdit::SelectionMode(MODES[(value as usize).min(3)])
    ),
    option!("option-feather", Kind::Number(0.0, 250.0, 1.0), |it| it.feather_px, |value| ToolEdit::FeatherPx(value)),
];
static SELECTED: [Item; 8] = [
    Item::Act(Action::SelectAll, Icon::SelectAll),
    Item::Act(Action::Deselect, Icon::Deselect),
    Item::Act(Action::InvertSelection, Icon::Invert),
    Item::Act(Action::FillSelection, Icon::Fill),
    Item::Act(Action::DeleteSelected, Icon::Trash),
    Item::Act(Action::Cut, Icon::Cut),
    Item::Act(Action::Copy, Icon::Copy),
    Item::Act(Action::Paste, Icon::Paste),
];
static CHANGED: [Item; 3] = [
    row("option-grow", Kind::Step(0.0), |_| 0.0, |_, px| Event::Selection(SelectionEdit::Grow(px))),
    row("option-soften", Kind::Step(0.0), |_| 0.0, |_, px| Event::Selection(SelectionEdit::Feather(px))),
    Item::Act(Action::CopyMerged, Icon::Layers),
];
static TRANSFORM: [Item; 4] = [
    row(
        "option-move-across",
        Kind::Number(-MAX_MOVE_PX, MAX_MOVE_PX, 1.0),
        |session| tenths(session.transform_numbers().dx),
        |session, px| {
            let dx = px - session.transform_numbers().dx;
            Event::Transform(TransformEdit::Move { dx: dx.into(), dy: 0.0 })
        },
    ),
    row(
        "option-move-down",
        Kind::Number(-MAX_MOVE_PX, MAX_MOVE_PX, 1.0),
        |session| tenths(session.transform_numbers().dy),
        |session, px| {
            let dy = px - session.transform_numbers().dy;
            Event::Transform(TransformEdit::Move { dx: 0.0, dy: dy.into() })
        },
    ),
    row(
        "option-turn",
        Kind::Number(-360.0, 360.0, 1.0),
        |session| tenths(session.transform_numbers().degrees),
        |session, degrees| {
            Event::Transform(TransformEdit::Turn((degrees - session.transform_numbers().degrees).into()))
        },
    ),
    row(
        "option-scale",
        Kind::Number(1.0, 10_000.0, 1.0),
        |session| tenths(session.transform_numbers().scale * 100.0),
        |session, percent| {
            let factor = f64::from(percent / 100.0 / session.transform_numbers().scale);
            Event::Transform(TransformEdit::Scale { across: factor, down: factor })
        },
    ),
];
static BENDING: [Item; 3] = [
    row(
        "option-skew",
        Kind::Step(0.0),
        |_| 0.0,
        |_, degrees| Event::Transform(TransformEdit::Skew { across: degrees.into(), down: 0.0 }),
    ),
    Item::Act(Action::FlipAcross, Icon::Mirror),
    Item::Act(Action::FlipDown, Icon::FlipDown),
];
static CROP: [Item; 8] = [
    Item::Act(Action::Apply, Icon::Check),
    Item::Act(Action::Cancel, Icon::Close),
    option!(
        "option-crop-aspect",
        Kind::Choice(&[
            "crop-free",
            "crop-own",
            "crop-1-1",
            "crop-4-3",
            "crop-3-4",
            "crop-3-2",
            "crop-2-3",
            "crop-16-9",
            "crop-9-16",
        ]),
        |it| it.crop_aspect.into(),
        |value| ToolEdit::CropAspect(value as u8)
    ),
    row(
        "option-crop-width",
        Kind::Number(1.0, MAX_EDGE_PX as f32, 1.0),
        |session| session.crop_size().0 as f32,
        |_, px| Event::ToolEdit(ToolEdit::CropWidth(px)),
    ),
    row(
        "option-crop-height",
        Kind::Number(1.0, MAX_EDGE_PX as f32, 1.0),
        |session| session.crop_size().1 as f32,
        |_, px| Event::ToolEdit(ToolEdit::CropHeight(px)),
    ),
    Item::Act(Action::TurnCanvasLeft, Icon::TurnLeft),
    Item::Act(Action::TurnCanvasRight, Icon::TurnRight),
    Item::Act(Action::FlipCanvas, Icon::Mirror),
];
static CLOSING: [Item; 2] = [Item::Act(Action::Apply, Icon::Check), Item::Act(Action::Cancel, Icon::Close)];
static PICKING: Item = option!("option-pick-layer", Kind::Toggle, |it| f32::from(it.picks_from_layer), |value| {
    ToolEdit::PicksFromLayer(value > 0.0)
});
static VIEWING: [Item; 8] = [
    Item::Act(Action::ZoomOut, Icon::ZoomOut),
    Item::Act(Action::ZoomIn, Icon::ZoomIn),
    Item::Act(Action::ActualSize, Icon::ActualSize),
    Item::Act(Action::FitView, Icon::Fit),
    Item::Act(Action::TurnViewLeft, Icon::TurnLeft),
    Item::Act(Action::TurnViewRight, Icon::TurnRight),
    Item::Act(Action::StraightenView, Icon::ArrowUp),
    Item::Act(Action::MirrorView, Icon::Mirror),
];
static BRUSH: [Item; 3] = [
    row(
        "option-size",
        Kind::Slider(|fraction| format!("{} {}", size_of_fraction(fraction), texts().text("brush-size-unit"))),
        |session| fraction_of_size(session.brush().size_px),
        |_, fraction| Event::Brush(BrushEdit::SizePx(size_of_fraction(fraction))),
    ),
    row(
        "option-brush-opacity",
        Kind::Slider(percent),
        |session| session.brush().opacity,
        |_, opacity| Event::Brush(BrushEdit::Opacity(opacity)),
    ),
    row(
        "option-flow",
        Kind::Slider(percent),
        |session| session.brush().flow,
        |_, flow| Event::Brush(BrushEdit::Flow(flow)),
    ),
];
static AIDS: [Item; 7] = [
    row(
        "option-symmetry",
        Kind::Choice(&SYMMETRY_IDS),
        |session| session.symmetry_number().into(),
        |_, value| Event::Action(Action::Symmetry(value as u8)),
    ),
    row(
        "option-folds",
        Kind::Number(2.0, MAX_SYMMETRY_FOLDS as f32, 1.0),
        |session| folds_of(session.tool_options().symmetry).map_or(f32::NAN, f32::from),
        |session, value| {
            let is_mirrored =
                matches!(session.tool_options().symmetry.kind, SymmetryKind::Radial { is_mirrored: true, .. });
            Event::ToolEdit(ToolEdit::Symmetry(SymmetryKind::Radial { n_folds: value as u8, is_mirrored }))
        },
    ),
    option!(
        "option-symmetry-turn",
        Kind::Number(0.0, 359.0, 1.0),
        |it| if it.symmetry.kind == SymmetryKind::Off { f32::NAN } else { it.symmetry.degrees },
        |value| ToolEdit::SymmetryDegrees(value)
    ),
    switch(
        "option-thirds",
        |session| pressed(session, Action::ToggleThirds),
        |_, _| Event::Action(Action::ToggleThirds),
    ),
    row(
        "option-perspective",
        Kind::Choice(&PERSPECTIVE_IDS),
        |session| session.tool_options().guides.vanishing_points.len() as f32,
        |_, value| Event::Action(Action::Perspective(value as u8)),
    ),
    switch("option-snap", |session| pressed(session, Action::ToggleSnap), |_, _| Event::Action(Action::ToggleSnap)),
    switch(
        "option-move-guides",
        |session| pressed(session, Action::ToggleGuideHandles),
        |_, _| Event::Action(Action::ToggleGuideHandles),
    ),
];

const fn switch(id: &'static str, get: fn(&Session) -> f32, event: fn(&Session, f32) -> Event) -> Item {
    row(id, Kind::Toggle, get, event)
}

/// Whether an action is on; no number where it would do nothing.
fn pressed(session: &Session, action: Action) -> f32 {
    if session.is_enabled(action) { f32::from(session.is_pressed(action)) } else { f32::NAN }
}

fn folds_of(symmetry: Symmetry) -> Option<u8> {
    match symmetry.kind {
        SymmetryKind::Radial { n_folds, .. } => Some(n_folds),
        _ => None,
    }
}

/// What the bar shows for a tool.
pub(super) fn items_of(tool: Tool) -> Vec<&'static Item> {
    let parts: &[&'static [Item]] = match tool {
        Tool::Brush | Tool::Eraser => &[&BRUSH],
        Tool::Fill => &[&REGION, std::slice::from_ref(&OPACITY)],
        Tool::Gradient => &[&GRADIENT, std::slice::from_ref(&OPACITY)],
        Tool::Line => &[&OUTLINE, std::slice::from_ref(&OPACITY)],
        Tool::Rectangle | Tool::Ellipse => &[&INSIDE, &OUTLINE, std::slice::from_ref(&OPACITY)],
        Tool::Polygon => &[&CLOSING, &INSIDE, &OUTLINE, std::slice::from_ref(&OPACITY)],
        Tool::SelectRectangle | Tool::SelectEllipse | Tool::Lasso => &[&JOINING, &SELECTED],
        Tool::Wand => &[&JOINING[..1], &REGION[..1], &SELECTED],
        Tool::Transform => &[&CLOSING, &TRANSFORM],
        Tool::Crop => &[&CROP],
        Tool::Eyedropper => &[std::slice::from_ref(&PICKING)],
        Tool::Pan => &[&VIEWING],
        Tool::Strength => &[&BRUSH[..1]],
    };
    parts.iter().copied().flatten().collect()
}

/// What is needed less often, and opens from the end of the bar: the name of it, and what is in it.
pub(super) fn more_of(tool: Tool) -> Option<(&'static str, Vec<&'static Item>)> {
    let (title, parts): (_, &[&'static [Item]]) = match tool {
        _ if tool.has_guides() => ("options-guides", &[&AIDS]),
        Tool::Wand => ("options-more", &[&REGION[2..], &REGION[1..2], &JOINING[1..], &CHANGED]),
        Tool::Transform => ("options-more", &[&BENDING]),
        Tool::Fill => ("options-more", &[std::slice::from_ref(&EXPAND)]),
        _ if tool.selects() => ("options-more", &[std::slice::from_ref(&SMOOTH), &CHANGED]),
        _ => return None,
    };
    Some((title, parts.iter().copied().flatten().collect()))
}

/// Whether something is on that is out of sight in the guides.
pub(super) fn has_aids(session: &Session) -> bool {
    let options = session.tool_options();
    let guides = &options.guides;
    options.symmetry.kind != SymmetryKind::Off || guides.shows_thirds || !guides.vanishing_points.is_empty()
}
