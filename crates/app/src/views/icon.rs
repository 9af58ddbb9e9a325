//! The icons: one family, drawn for this page on a grid of 20 with a stroke of 1.6.

use leptos::prelude::*;

/// An icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// A round brush.
    Brush,
    /// A rubber.
    Eraser,
    /// An eyedropper.
    Eyedropper,
    /// A hand.
    Hand,
    /// An arrow back.
    Undo,
    /// An arrow forth.
    Redo,
    /// A sheet that is crossed out.
    Clear,
    /// A question mark.
    Help,
    /// A closed lock.
    Lock,
    /// A die.
    Dice,
    /// A picture that goes back to the left.
    Keep,
    /// An arrow into a tray.
    Save,
    /// A sign that something opens.
    Chevron,
    /// A framed landscape.
    Frame,
    /// A cross.
    Close,
    /// A stroke that swells.
    Pressure,
    /// Two sheets side by side.
    SideBySide,
    /// A sheet with a line down its middle, one half filled.
    Wipe,
    /// Two sheets upon each other.
    Under,
    /// A sheet with a scribble.
    Sketch,
    /// A window with a column at its right.
    Docks,
    /// A gear.
    Settings,
    /// A palette.
    Palette,
    /// Three sliders.
    Sliders,
    /// Two bars, for a rest.
    Pause,
    /// Four sheets.
    Grid,
    /// A stack of pictures.
    Gallery,
    /// A brush's swash between quotation marks.
    Style,
    /// A brush stroke that frees itself into dots.
    Strength,
    /// A bucket that pours.
    Fill,
    /// A sheet whose hatching thins out.
    Gradient,
    /// A straight line.
    Line,
    /// A rectangle.
    Rectangle,
    /// An ellipse.
    Ellipse,
    /// A polygon.
    Polygon,
    /// A dashed rectangle.
    SelectRectangle,
    /// A dashed ellipse.
    SelectEllipse,
    /// A lasso.
    Lasso,
    /// A wand with a spark.
    Wand,
    /// A frame with handles.
    Transform,
    /// Two angles that cut.
    Crop,
    /// A dashed frame around a filled one.
    SelectAll,
    /// A dashed frame that is crossed out.
    Deselect,
    /// A disc, one half filled.
    Invert,
    /// A bin.
    Trash,
    /// Two sheets.
    Copy,
    /// Scissors.
    Cut,
    /// A board with a sheet.
    Paste,
    /// A tick.
    Check,
    /// Two sides of a mirror.
    Mirror,
    /// Two sides of water.
    FlipDown,
    /// A round arrow to the left.
    TurnLeft,
    /// A round arrow to the right.
    TurnRight,
    /// A lens with a plus.
    ZoomIn,
    /// A lens with a minus.
    ZoomOut,
    /// One to one.
    ActualSize,
    /// Four corners.
    Fit,
    /// Sheets upon each other.
    Layers,
    /// An open eye.
    Eye,
    /// A closed eye.
    EyeOff,
    /// An eye in a frame.
    EyeAlone,
    /// A plus.
    Plus,
    /// A folder.
    Group,
    /// A sheet that falls onto another.
    Merge,
    /// A board of squares.
    AlphaLock,
    /// An arrow that bends onto what is below.
    Clip,
    /// A clock that runs back.
    History,
    /// A pencil that writes a name.
    Pencil,
    /// An arrow up.
    ArrowUp,
    /// An arrow down.
    ArrowDown,
}

impl Icon {
    fn paths(self) -> &'static str {
        match self {
            Self::Brush => {
                r#"<path d="M14.600 3.400c1-1 2.600-.9 3 0 .5.900-.1 2-.8 2.800L11 12.300 8.400 9.700z"/><path d="M8.400 9.700c-2.400.1-3.500 1.600-3.800 3.400-.2 1.300-.7 2.400-2.100 3 3.300 1.100 8.300.8 8.500-3.800"/>"#
            }
            Self::Eraser => {
                r#"<path d="M8.200 16.500 3.400 11.700a1.500 1.500 0 0 1 0-2.100l6.200-6.200a1.500 1.500 0 0 1 2.100 0l4.900 4.900a1.500 1.500 0 0 1 0 2.100l-6.100 6.100z"/><path d="m6.500 6.500 7 7M8.200 16.500h8.300"/>"#
            }
            Self::Eyedropper => {
                r#"<path d="m11.300 5.400 3.300 3.300M3 17l1-3.600 7.300-7.300 2.600 2.600L6.600 16zM12.200 6.300l1.900-1.900c.7-.7 1.600-.8 2.200-.2.6.6.5 1.500-.2 2.200l-1.900 1.900"/>"#
            }
            Self::Hand => {
                r#"<path d="M6.800 11V5.600a1.200 1.200 0 0 1 2.400 0V9.500M9.200 9V4a1.200 1.200 0 0 1 2.400 0v5M11.600 9.300V5.200a1.200 1.200 0 0 1 2.400 0v5.600M14 10V7.600a1.200 1.200 0 0 1 2.400 0v4.600c0 3-1.900 5-5 5-2.300 0-3.600-.8-4.700-2.600l-2.500-4.100c-.8-1.400 1-2.500 2-1.300l.6.8"/>"#
            }
            Self::Undo => r#"<path d="M7.500 4 3.500 8l4 4"/><path d="M3.800 8h8.200a4.400 4.400 0 0 1 0 8.800H8"/>"#,
            Self::Redo => r#"<path d="m12.500 4 4 4-4 4"/><path d="M16.200 8H8a4.400 4.400 0 0 0 0 8.800h4"/>"#,
            Self::Clear => r#"<path d="M4.500 3.500h8l3 3v10h-11z"/><path d="m8 9 4 4m0-4-4 4"/>"#,
            Self::Help => {
                r#"<circle cx="10" cy="10" r="7.200"/><path d="M7.800 7.800c.2-1.200 1.100-1.900 2.300-1.900 1.300 0 2.200.8 2.200 1.900 0 1.600-2.200 1.700-2.200 3.400M10.100 14h0"/>"#
            }
            Self::Lock => {
                r#"<rect x="4.500" y="9" width="11" height="8" rx="1.600"/><path d="M7 9V6.500a3 3 0 0 1 6 0V9"/>"#
            }
            Self::Dice => {
                r#"<rect x="3.500" y="3.500" width="13" height="13" rx="2.600"/><path d="M7.200 7.200h0M12.800 12.800h0M10 10h0M12.800 7.200h0M7.200 12.800h0" stroke-width="2.200"/>"#
            }
            Self::Keep => r#"<path d="M8 7.500v-3h9v11H8v-3M12.500 10h-10m2.800-2.800L2.500 10l2.800 2.800"/>"#,
            Self::Save => r#"<path d="M10 3.500v9m-3.600-3.400 3.600 3.600 3.600-3.600M3.800 16.500h12.400"/>"#,
            Self::Chevron => r#"<path d="m8 5.500 4.500 4.500L8 14.500"/>"#,
            Self::Frame => {
                r#"<path d="M3.500 4.500h13v11h-13z"/><path d="m3.800 13.500 3.700-3.800 2.600 2.600 2.700-2.600 3.500 3.600"/><circle cx="12.900" cy="7.400" r="1"/>"#
            }
            Self::Close => r#"<path d="m5.500 5.500 9 9m0-9-9 9"/>"#,
            Self::SideBySide => {
                r#"<rect x="2.500" y="5" width="6.500" height="10" rx="1"/><rect x="11" y="5" width="6.500" height="10" rx="1"/>"#
            }
            Self::Wipe => {
                r#"<rect x="3" y="4" width="14" height="12" rx="1.400"/><path d="M10 4v12"/><path d="M10 4.800h5a1.200 1.200 0 0 1 1.200 1.200v8a1.200 1.200 0 0 1-1.200 1.200h-5z" fill="currentcolor" stroke="none" opacity=".45"/>"#
            }
            Self::Under => {
                r#"<path d="m10 3 7 3.800-7 3.800-7-3.800z"/><path d="m3 10.800 7 3.800 7-3.800" opacity=".7"/><path d="m3 13.800 7 3.800 7-3.800" opacity=".45"/>"#
            }
            Self::Sketch => {
                r#"<rect x="3" y="4" width="14" height="12" rx="1.400"/><path d="M6 12.500c1.500-4 3-4.500 3.500-2.500s1 2.300 2 .5 1.800-2 2.500-.3"/>"#
            }
            Self::Docks => {
                r#"<rect x="3" y="4" width="14" height="12" rx="1.400"/><path d="M12 4v12M14 7.300h1M14 10h1"/>"#
            }
            Self::Settings => {
                r#"<circle cx="10" cy="10" r="2.600"/><path d="M10 2.800v2.400M10 14.800v2.400M2.800 10h2.400M14.800 10h2.400M4.900 4.900l1.700 1.700M13.400 13.400l1.700 1.700M4.900 15.100l1.700-1.700M13.400 6.600l1.700-1.700"/>"#
            }
            Self::Palette => {
                r#"<path d="M10 3a7 7 0 1 0 0 14c1.300 0 1.700-.9 1.300-1.800-.5-1.100.1-2.200 1.400-2.200H15a2.200 2.200 0 0 0 2-2.300C17 6.200 13.900 3 10 3z"/><path d="M6.500 10.500h0M8 6.800h0M12 6.500h0" stroke-width="2.200"/>"#
            }
            Self::Sliders => {
                r#"<path d="M3 5.500h8M15 5.500h2M3 10h2M9 10h8M3 14.500h6M13 14.500h4"/><circle cx="13" cy="5.500" r="1.800"/><circle cx="7" cy="10" r="1.800"/><circle cx="11" cy="14.500" r="1.800"/>"#
            }
            Self::Pause => r#"<path d="M7 4.500v11M13 4.500v11" stroke-width="2.400"/>"#,
            Self::Grid => {
                r#"<rect x="3.500" y="3.500" width="5.500" height="5.500" rx="1"/><rect x="11" y="3.500" width="5.500" height="5.500" rx="1"/><rect x="3.500" y="11" width="5.500" height="5.500" rx="1"/><rect x="11" y="11" width="5.500" height="5.500" rx="1"/>"#
            }
            Self::Gallery => {
                r#"<rect x="3" y="6.500" width="12" height="10" rx="1.400"/><path d="M6 3.500h9.600A1.400 1.400 0 0 1 17 4.900V13M3.500 14.500l3.500-3.500 2.500 2.500 2-2 3 3"/>"#
            }
            Self::Style => {
                r#"<path d="M3 13.500c3-6 5-7 6-5.500s-1 5 .5 5.500 3.500-4 4.500-6 2.500-1.500 3 .5"/><path d="M4 16.800h12" opacity=".6"/>"#
            }
            Self::Strength => {
                r#"<path d="M3 14.500c3-6 5.500-8 7.500-7.500M13 6.500h0M15.500 9h0M13.800 11.500h0M16.800 5h0M11.500 9.800h0" stroke-width="2"/>"#
            }
            Self::Fill => {
                r#"<path d="m9 3.500 6.500 6.500-5.500 5.500a1.500 1.500 0 0 1-2.100 0L3.500 11a1.500 1.500 0 0 1 0-2.100z"/><path d="M3.400 10h12M6.500 1.500 9 4M17 12.500c.9 1.300 1.300 2 1.300 2.700a1.300 1.300 0 0 1-2.600 0c0-.7.4-1.400 1.300-2.700z"/>"#
            }
            Self::Gradient => {
                r#"<rect x="3" y="4" width="14" height="12" rx="1.400"/><path d="M5.500 6.500v7M7.500 6.500v7M10 7.500v5M12.500 8.500v3M14.800 9.800v.4"/>"#
            }
            Self::Line => r#"<path d="M4.500 15.500 15.500 4.500"/>"#,
            Self::Rectangle => r#"<rect x="3.500" y="5" width="13" height="10" rx=".6"/>"#,
            Self::Ellipse => r#"<ellipse cx="10" cy="10" rx="7" ry="5.500"/>"#,
            Self::Polygon => r#"<path d="m10 3 6.800 5-2.600 8H5.800L3.200 8z"/>"#,
            Self::SelectRectangle => {
                r#"<rect x="3.500" y="4.500" width="13" height="11" stroke-dasharray="2.600 2.100"/>"#
            }
            Self::SelectEllipse => r#"<ellipse cx="10" cy="10" rx="7" ry="6" stroke-dasharray="2.600 2.100"/>"#,
            Self::Lasso => {
                r#"<path d="M6.500 12.300C4.300 11.500 3 10.200 3 8.500 3 5.700 6.100 3.800 10 3.800s7 1.900 7 4.700-3.100 4.700-7 4.700c-.7 0-1.300 0-1.900-.1"/><circle cx="7.200" cy="13" r="1.500"/><path d="M6.500 14.400c.3 1.300-.2 2.200-1.500 2.900"/>"#
            }
            Self::Wand => {
                r#"<path d="m3.500 16.500 8-8M13.500 2.500v3M13.500 9v2.500M9.500 6h2.300M15.300 6h2.200M15.800 3.700l-.9.900M15.800 8.800l-.9-.9M11.200 3.700l.9.900"/>"#
            }
            Self::Transform => {
                r#"<path d="M4.500 4.500h11v11h-11z"/><path d="M3.300 3.300h2.400v2.400H3.300zM14.300 3.300h2.400v2.400h-2.400zM3.300 14.300h2.400v2.400H3.300zM14.300 14.300h2.400v2.400h-2.400z" fill="currentcolor" stroke="none"/>"#
            }
            Self::Crop => r#"<path d="M5.500 2.500v12h12M2.500 5.500h12v12"/>"#,
            Self::SelectAll => {
                r#"<rect x="3" y="3" width="14" height="14" stroke-dasharray="2.600 2.100"/><path d="M6.500 6.500h7v7h-7z" fill="currentcolor" stroke="none" opacity=".6"/>"#
            }
            Self::Deselect => {
                r#"<rect x="3" y="3" width="14" height="14" stroke-dasharray="2.600 2.100"/><path d="m7.500 7.500 5 5m0-5-5 5"/>"#
            }
            Self::Invert => {
                r#"<circle cx="10" cy="10" r="6.800"/><path d="M10 3.200a6.800 6.800 0 0 1 0 13.600z" fill="currentcolor" stroke="none"/>"#
            }
            Self::Trash => {
                r#"<path d="M4 5.500h12M8 5.500V3.700h4v1.800M5.500 5.500l.7 11h7.600l.7-11M8.500 8.500v5M11.500 8.500v5"/>"#
            }
            Self::Copy => {
                r#"<rect x="7" y="7" width="9.500" height="9.500" rx="1.200"/><path d="M13 7V4.700A1.200 1.200 0 0 0 11.800 3.500H4.700a1.200 1.200 0 0 0-1.200 1.200v7.100A1.200 1.200 0 0 0 4.700 13H7"/>"#
            }
            Self::Cut => {
                r#"<circle cx="5.500" cy="14.500" r="2.200"/><circle cx="14.500" cy="14.500" r="2.200"/><path d="M6.600 12.500 13.500 3M13.400 12.500 6.500 3"/>"#
            }
            Self::Paste => r#"<path d="M7 4.500H4.500v12h11v-12H13M7 3h6v3H7zM7.500 10h5M7.500 13h3.500"/>"#,
            Self::Check => r#"<path d="m4 10.500 4 4 8-9"/>"#,
            Self::Mirror => r#"<path d="M10 3v14M7.500 6v8l-4.500 0zM12.500 6v8h4.500z"/>"#,
            Self::FlipDown => r#"<path d="M3 10h14M6 7.500h8L6 3zM6 12.500h8L6 17z"/>"#,
            Self::TurnLeft => r#"<path d="M5 8.500a6 6 0 1 1-.5 4M4.500 4.500v4.200h4.200"/>"#,
            Self::TurnRight => r#"<path d="M15 8.500a6 6 0 1 0 .5 4M15.500 4.500v4.200h-4.200"/>"#,
            Self::ZoomIn => {
                r#"<circle cx="8.800" cy="8.800" r="5.300"/><path d="m12.800 12.800 4 4M6.500 8.800h4.600M8.800 6.500v4.600"/>"#
            }
            Self::ZoomOut => {
                r#"<circle cx="8.800" cy="8.800" r="5.300"/><path d="m12.800 12.800 4 4M6.500 8.800h4.600"/>"#
            }
            Self::ActualSize => r#"<path d="M4.500 6.500 6 5.500v9M13.500 6.500l1.500-1v9M10.200 8h0M10.200 12h0"/>"#,
            Self::Fit => r#"<path d="M3.500 7V3.500H7M13 3.500h3.500V7M16.500 13v3.500H13M7 16.500H3.500V13"/>"#,
            Self::Layers => r#"<path d="m10 3 7 4-7 4-7-4zM3 10.500l7 4 7-4"/>"#,
            Self::Eye => {
                r#"<path d="M2.500 10c2-3.400 4.500-5 7.500-5s5.500 1.600 7.500 5c-2 3.400-4.500 5-7.500 5s-5.500-1.600-7.500-5z"/><circle cx="10" cy="10" r="2.200"/>"#
            }
            Self::EyeOff => {
                r#"<path d="M2.500 8.500c2 3 4.500 4.500 7.500 4.500s5.500-1.500 7.500-4.500M5 11.800l-1.200 2M10 13v2.400M15 11.800l1.200 2"/>"#
            }
            Self::EyeAlone => {
                r#"<path d="M3 6V3h3M14 3h3v3M17 14v3h-3M6 17H3v-3M4.500 10c1.500-2.500 3.300-3.700 5.500-3.700s4 1.200 5.500 3.700c-1.500 2.500-3.300 3.700-5.500 3.700S6 12.500 4.500 10z"/><circle cx="10" cy="10" r="1.300"/>"#
            }
            Self::Plus => r#"<path d="M10 4v12M4 10h12"/>"#,
            Self::Group => r#"<path d="M3 5.500h5l1.500 2H17v8.500H3z"/>"#,
            Self::Merge => r#"<path d="M10 2.500v7.500M7 7.200 10 10l3-2.800M3 11.500l7 4 7-4"/>"#,
            Self::AlphaLock => {
                r#"<rect x="3.500" y="3.500" width="13" height="13" rx="1"/><path d="M3.500 3.500H8v4.300H3.500zM8 7.800h4.300v4.400H8zM12.300 3.500h4.200v4.300h-4.200zM3.500 12.200H8v4.300H3.500zM12.300 12.200h4.200v4.300h-4.200z" fill="currentcolor" stroke="none" opacity=".7"/>"#
            }
            Self::Clip => r#"<path d="M6 3.500v8h9M12 8.500l3 3-3 3"/>"#,
            Self::History => {
                r#"<path d="M4.300 7.500a6.500 6.500 0 1 1-.6 4M3.700 3.700l.4 4 4-.4M10 6.500V10l2.500 1.700"/>"#
            }
            Self::Pencil => {
                r#"<path d="m3.500 16.500.8-3.400L13.200 4.200a1.500 1.500 0 0 1 2.100 0l.5.500a1.500 1.500 0 0 1 0 2.100L6.900 15.700z"/>"#
            }
            Self::ArrowUp => r#"<path d="M10 16V4.500M5.500 9 10 4.500 14.500 9"/>"#,
            Self::ArrowDown => r#"<path d="M10 4v11.500M5.500 11l4.500 4.500 4.500-4.500"/>"#,
            Self::Pressure => r#"<path d="M2.500 13.500c5-.5 9.500-3.500 14.500-8 .8 4.500-6 9.500-14.500 8z"/>"#,
        }
    }
}

/// The icon's drawing. It is never the only name of a thing, so it is hidden from screen readers.
pub fn icon(icon: Icon) -> AnyView {
    view! { <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" inner_html=icon.paths()></svg> }.into_any()
}
