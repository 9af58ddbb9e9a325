//! Photoshop documents coming in: RGB and grayscale of 8 and 16 bits, with their layers, groups and masks.
//!
//! After Adobe's "Photoshop File Formats Specification" (November 2019). Layers of text, shapes and smart objects come as
//! the pixels that Photoshop keeps of them; adjustments and effects are left away. Masks are worked into the pixels, those of
//! groups into the pixels of all that is in them, which is the same but in a soft edge over several layers.

mod channels;
mod layers;
mod merged;

use super::FileKind;
use super::bytes::Bytes;
use super::passing::dissolve_passing;
use super::place::Budget;
use crate::image::check_size;
use crate::{BlendMode, DocumentParts, PaintError};

/// What errors call it.
const FORMAT: &str = "Photoshop";

/// What the header says.
#[derive(Clone, Copy)]
struct Header {
    n_channels: u16,
    width: u32,
    height: u32,
    /// 8 or 16.
    depth: u16,
    is_grey: bool,
}

impl Header {
    /// Bytes of a number.
    fn number_bytes(self) -> usize {
        usize::from(self.depth / 8)
    }
}

/// Whether bytes begin as a Photoshop document does.
pub(super) fn is_psd(bytes: &[u8]) -> Option<FileKind> {
    bytes.starts_with(b"8BPS").then_some(FileKind::Psd)
}

/// Reads a Photoshop document: its layers, or the picture itself where it has none.
///
/// # Errors
/// [`PaintError::File`] where it is broken or of a kind that cannot be read (CMYK, 32 bits, PSB), [`PaintError::Size`] where
/// the canvas is too large, [`PaintError::LayerCount`] for too many layers.
pub fn read_psd(bytes: &[u8]) -> Result<DocumentParts, PaintError> {
    let mut bytes = Bytes::new(bytes, FORMAT);
    let header = read_header(&mut bytes)?;
    // The palette, and settings such as guides and resolution.
    for _ in 0..2 {
        let len = bytes.u32_be()? as usize;
        bytes.take(len)?;
    }
    let len = bytes.u32_be()? as usize;
    let layer_section = bytes.part(len)?;
    let mut budget = Budget::new(FORMAT);
    let (mut layers, passing) = layers::read_layers(layer_section, header, &mut budget)?;
    if layers.is_empty() {
        layers.push(merged::read_merged(bytes, header)?);
    }
    let mut active = layers.len() - 1;
    dissolve_passing(&mut layers, passing, &mut active);
    let (width, height) = (header.width, header.height);
    Ok(DocumentParts { width, height, layers, active, selection: None, strength_map: None })
}

fn read_header(bytes: &mut Bytes<'_>) -> Result<Header, PaintError> {
    if bytes.take(4).ok() != Some(b"8BPS") {
        return Err(bytes.problem("it is not a Photoshop document"));
    }
    match bytes.u16_be()? {
        1 => {}
        2 => return Err(bytes.problem("it is a large document (PSB); save it as PSD")),
        _ => return Err(bytes.problem("it is of an unknown version")),
    }
    bytes.take(6)?;
    let n_channels = bytes.u16_be()?;
    let (height, width) = (bytes.u32_be()?, bytes.u32_be()?);
    let (depth, mode) = (bytes.u16_be()?, bytes.u16_be()?);
    check_size(width, height)?;
    let is_grey = match mode {
        1 | 8 => true,
        3 => false,
        _ => return Err(bytes.problem("its colours are neither RGB nor grayscale; change its mode to RGB")),
    };
    if !matches!(depth, 8 | 16) {
        return Err(bytes.problem("it has neither 8 nor 16 bits a channel; change that to 8"));
    }
    let n_colours = if is_grey { 1 } else { 3 };
    if !(n_colours..=56).contains(&n_channels) {
        return Err(bytes.problem("its number of channels does not fit its colours"));
    }
    Ok(Header { n_channels, width, height, depth, is_grey })
}

/// The blend mode of a key; the normal one for those that we do not have.
fn mode_of(key: &[u8]) -> BlendMode {
    match key {
        b"mul " => BlendMode::Multiply,
        b"scrn" => BlendMode::Screen,
        b"over" => BlendMode::Overlay,
        b"dark" | b"dkCl" => BlendMode::Darken,
        b"lite" | b"lgCl" => BlendMode::Lighten,
        b"div " => BlendMode::ColourDodge,
        b"idiv" => BlendMode::ColourBurn,
        b"hLit" => BlendMode::HardLight,
        b"sLit" => BlendMode::SoftLight,
        b"diff" => BlendMode::Difference,
        b"smud" => BlendMode::Exclusion,
        b"hue " => BlendMode::Hue,
        b"sat " => BlendMode::Saturation,
        b"colr" => BlendMode::Colour,
        b"lum " => BlendMode::Luminosity,
        b"lddg" => BlendMode::Add,
        b"fsub" => BlendMode::Subtract,
        b"fdiv" => BlendMode::Divide,
        b"lbrn" => BlendMode::LinearBurn,
        b"lLit" => BlendMode::LinearLight,
        b"vLit" => BlendMode::VividLight,
        b"pLit" => BlendMode::PinLight,
        b"hMix" => BlendMode::HardMix,
        _ => BlendMode::Normal,
    }
}
