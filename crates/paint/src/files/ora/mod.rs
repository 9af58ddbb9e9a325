//! OpenRaster: layers as PNGs in a zip archive, with a list in XML.
//!
//! After the OpenRaster specification 0.0.5 (freedesktop.org). Blend modes that it has no name for are written as Krita
//! names them, clipped layers as Krita writes what inherits alpha (`svg:src-atop`), and what nobody else has (kinds of
//! layers, locks of alpha) in attributes of our own, which others pass over.

mod read;
mod write;

pub use read::read_ora;
pub(crate) use write::OraWriting;
pub use write::write_ora;

use super::FileKind;
use crate::BlendMode;

/// What errors call it.
const FORMAT: &str = "OpenRaster";
const MIMETYPE: &str = "image/openraster";
/// What a clipped layer is to programs that do not know of clipping.
const ATOP: &str = "svg:src-atop";

/// Our own attributes.
const KIND: &str = "underpaint-kind";
const CLIPPED: &str = "underpaint-clipped";
const ALPHA_LOCKED: &str = "underpaint-alpha-locked";
const VISIBLE: &str = "underpaint-visible";
const OPERATION: &str = "underpaint-composite-op";
/// Marks a group that is only there for clipping.
const CLIP_GROUP: &str = "underpaint-clip-group";

/// What a blend mode is called in the list of layers.
fn operation_of(mode: BlendMode) -> &'static str {
    match mode {
        BlendMode::Normal => "svg:src-over",
        BlendMode::Multiply => "svg:multiply",
        BlendMode::Screen => "svg:screen",
        BlendMode::Overlay => "svg:overlay",
        BlendMode::Darken => "svg:darken",
        BlendMode::Lighten => "svg:lighten",
        BlendMode::ColourDodge => "svg:color-dodge",
        BlendMode::ColourBurn => "svg:color-burn",
        BlendMode::HardLight => "svg:hard-light",
        BlendMode::SoftLight => "svg:soft-light",
        BlendMode::Difference => "svg:difference",
        BlendMode::Colour => "svg:color",
        BlendMode::Luminosity => "svg:luminosity",
        BlendMode::Hue => "svg:hue",
        BlendMode::Saturation => "svg:saturation",
        BlendMode::Add => "svg:plus",
        BlendMode::Exclusion => "krita:exclusion",
        BlendMode::Subtract => "krita:subtract",
        BlendMode::Divide => "krita:divide",
        BlendMode::LinearBurn => "krita:linear_burn",
        BlendMode::LinearLight => "krita:linear light",
        BlendMode::VividLight => "krita:vivid_light",
        BlendMode::PinLight => "krita:pin_light",
        BlendMode::HardMix => "krita:hard mix",
    }
}

/// The blend mode of a name; the normal one for those that we do not have.
fn mode_of(operation: &str) -> BlendMode {
    let known = BlendMode::ALL.into_iter().find(|mode| operation_of(*mode) == operation);
    known.unwrap_or_else(|| {
        let name = operation.split_once(':').map_or(operation, |(_, name)| name);
        match name {
            "add" | "linear_dodge" => BlendMode::Add,
            "dodge" => BlendMode::ColourDodge,
            "burn" => BlendMode::ColourBurn,
            "diff" => BlendMode::Difference,
            "hard_mix_photoshop" => BlendMode::HardMix,
            "soft_light_svg" | "soft_light" => BlendMode::SoftLight,
            _ => BlendMode::from_name(&name.replace([' ', '_'], "-")).unwrap_or_default(),
        }
    })
}

/// Whether bytes are an OpenRaster file: an archive that stores its type first, as it should be, or that lists layers.
pub(super) fn is_ora(bytes: &[u8]) -> Option<FileKind> {
    let has = |part: &[u8], word: &str| part.windows(word.len()).any(|window| window == word.as_bytes());
    let head = &bytes[..bytes.len().min(256)];
    let tail = &bytes[bytes.len().saturating_sub(1 << 16)..];
    let is_zip = bytes.starts_with(b"PK\x03\x04");
    (is_zip && (has(head, MIMETYPE) || has(tail, "stack.xml"))).then_some(FileKind::Ora)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_blend_mode_has_a_name_of_its_own_and_krita_s_other_names_are_known() {
        for mode in BlendMode::ALL {
            assert_eq!(mode_of(operation_of(mode)), mode);
            assert_eq!(BlendMode::ALL.iter().filter(|it| operation_of(**it) == operation_of(mode)).count(), 1);
        }
        assert_eq!(mode_of("svg:exclusion"), BlendMode::Exclusion);
        assert_eq!(mode_of("krita:linear_light"), BlendMode::LinearLight);
        assert_eq!(mode_of("svg:dst-out"), BlendMode::Normal);
    }
}
