//! The picture of a document without layers.

use super::Header;
use super::channels::{ChannelSize, number_at, read_channels};
use crate::files::bytes::Bytes;
use crate::files::place::stored_from_straight_16;
use crate::{LayerParts, LayerProperties, PaintError, Raster};

/// Reads the merged picture as one layer. Channels beyond the colours are not transparency here, but selections that were
/// kept: Photoshop lays what is see-through on white.
pub(super) fn read_merged(mut bytes: Bytes<'_>, header: Header) -> Result<LayerParts, PaintError> {
    let Header { width, height, .. } = header;
    let number_bytes = header.number_bytes();
    let size = ChannelSize { width: width as usize, height: height as usize, number_bytes };
    let planes = read_channels(&mut bytes, size, usize::from(header.n_channels))?;
    let plane = |channel: usize| &planes[channel * size.n_bytes()..(channel + 1) * size.n_bytes()];
    let colours = if header.is_grey { [plane(0); 3] } else { [plane(0), plane(1), plane(2)] };
    let mut raster = Raster::new(width, height);
    let mut stored = Vec::with_capacity(size.width * 4);
    for y in 0..height {
        let start = y as usize * size.width;
        stored.clear();
        for at in start..start + size.width {
            let [red, green, blue] = colours.map(|plane| number_at(plane, at, number_bytes));
            stored.extend(stored_from_straight_16([red, green, blue, u16::MAX]));
        }
        raster.write_row(0, y, &stored);
    }
    Ok(LayerParts { properties: LayerProperties::default(), depth: 0, raster })
}
