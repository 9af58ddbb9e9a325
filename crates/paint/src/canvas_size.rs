//! The canvas itself: cut, extended, scaled, turned and flipped, for layers and masks alike.

use crate::image::check_size;
use crate::raster::Raster;
use crate::resample::resample;
use crate::stored::{ONE, stored_from_float};
use crate::{Document, Mask, PaintError, PixelRect};

/// What is done with a whole canvas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CanvasChange {
    /// Another size, nothing scaled: what lies beyond the new edges is cut off, new paper is bare.
    Extent {
        /// Where the old canvas's left edge comes to lie, in pixels from the new one.
        left: i32,
        /// The same for its top edge.
        top: i32,
        /// New width in pixels.
        width: u32,
        /// New height in pixels.
        height: u32,
    },
    /// Another size, everything scaled with it: an area filter down, Catmull–Rom up.
    Scale {
        /// New width in pixels.
        width: u32,
        /// New height in pixels.
        height: u32,
    },
    /// A quarter turn clockwise.
    TurnRight,
    /// A quarter turn counterclockwise.
    TurnLeft,
    /// Half a turn.
    TurnAround,
    /// Left and right exchanged.
    FlipAcross,
    /// Above and below exchanged.
    FlipDown,
}

/// Which part of the canvas stays where it is when its size changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Anchor {
    /// −1 the left edge, 0 the middle, 1 the right edge.
    pub across: i8,
    /// −1 the top edge, 0 the middle, 1 the bottom edge.
    pub down: i8,
}

impl Anchor {
    /// The change from one size to another one that keeps the anchor's place.
    #[must_use]
    pub fn extent(self, from: (u32, u32), to: (u32, u32)) -> CanvasChange {
        let offset = |from: u32, to: u32, anchor: i8| {
            let room = i64::from(to) - i64::from(from);
            let offset = match anchor {
                ..0 => 0,
                0 => room.div_euclid(2),
                1.. => room,
            };
            offset.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32
        };
        let (left, top) = (offset(from.0, to.0, self.across), offset(from.1, to.1, self.down));
        CanvasChange::Extent { left, top, width: to.0, height: to.1 }
    }
}

impl CanvasChange {
    /// The canvas's size afterwards.
    ///
    /// # Errors
    /// [`PaintError::Size`] when that is no size for a canvas.
    pub fn size_after(self, from: (u32, u32)) -> Result<(u32, u32), PaintError> {
        let size = match self {
            Self::Extent { width, height, .. } | Self::Scale { width, height } => (width, height),
            Self::TurnRight | Self::TurnLeft => (from.1, from.0),
            Self::TurnAround | Self::FlipAcross | Self::FlipDown => from,
        };
        check_size(size.0, size.1)?;
        Ok(size)
    }

    /// A layer as it is on the changed canvas.
    ///
    /// # Errors
    /// [`PaintError::Size`] when the new size does not work.
    pub fn raster(self, raster: &Raster) -> Result<Raster, PaintError> {
        let bounds = raster.bounds();
        let from = (bounds.width(), bounds.height());
        let to = self.size_after(from)?;
        let mut changed = Raster::new(to.0, to.1);
        if let (Self::Scale { .. }, true) = (self, from != to) {
            let mut stored = vec![[0; 4]; from.0 as usize];
            let mut read_row = |y: u32, row: &mut [f32]| {
                raster.read_stored(y, 0, &mut stored);
                for (values, pixel) in row.as_chunks_mut::<4>().0.iter_mut().zip(&stored) {
                    *values = pixel.map(f32::from);
                }
            };
            let mut scaled = vec![[0; 4]; to.0 as usize];
            resample(from, to, ONE, &mut read_row, &mut |y, row| {
                for (pixel, values) in scaled.iter_mut().zip(row.as_chunks::<4>().0) {
                    *pixel = values.map(stored_from_float);
                }
                changed.write_stored(y, 0, &scaled);
            });
            return Ok(changed);
        }
        match self {
            Self::Extent { left, top, .. } => {
                changed = raster.cropped((left.saturating_neg(), top.saturating_neg()), to)
            }
            Self::FlipAcross => changed = raster.flipped(false),
            Self::FlipDown => changed = raster.flipped(true),
            Self::TurnAround => changed = raster.flipped(false).flipped(true),
            Self::Scale { .. } => changed = raster.clone(),
            Self::TurnRight | Self::TurnLeft => {
                let mut all = vec![[0; 4]; from.0 as usize * from.1 as usize];
                for (y, row) in all.chunks_exact_mut(from.0 as usize).enumerate() {
                    raster.read_stored(y as u32, 0, row);
                }
                let mut row = vec![[0; 4]; to.0 as usize];
                for y in 0..to.1 {
                    for (x, pixel) in row.iter_mut().enumerate() {
                        let (from_x, from_y) = self.source(from, x as u32, y);
                        *pixel = all[(from_y * from.0 + from_x) as usize];
                    }
                    changed.write_stored(y, 0, &row);
                }
            }
        }
        Ok(changed)
    }

    /// A selection as it is on the changed canvas. New paper is not selected.
    ///
    /// # Errors
    /// [`PaintError::Size`] when the new size does not work.
    pub fn mask(self, mask: &Mask) -> Result<Mask, PaintError> {
        let from = (mask.width(), mask.height());
        let to = self.size_after(from)?;
        let mut changed = Mask::filled(to.0, to.1, 0);
        if let (Self::Scale { .. }, true) = (self, from != to) {
            let mut read_row = |y: u32, row: &mut [f32]| {
                for (values, value) in row.as_chunks_mut::<4>().0.iter_mut().zip(mask.row(y, 0, from.0)) {
                    *values = [0.0, 0.0, 0.0, f32::from(*value)];
                }
            };
            resample(from, to, 255.0, &mut read_row, &mut |y, row| {
                for (value, values) in changed.row_mut(y, 0, to.0).iter_mut().zip(row.as_chunks::<4>().0) {
                    *value = (values[3] + 0.5) as u8;
                }
            });
            return Ok(changed);
        }
        match self {
            Self::Extent { left, top, .. } => changed = mask.cropped((left.saturating_neg(), top.saturating_neg()), to),
            Self::FlipAcross => changed = mask.flipped(false),
            Self::FlipDown => changed = mask.flipped(true),
            Self::TurnAround => changed = mask.flipped(false).flipped(true),
            Self::Scale { .. } => changed = mask.clone(),
            Self::TurnRight | Self::TurnLeft => {
                for y in 0..to.1 {
                    for (x, value) in changed.row_mut(y, 0, to.0).iter_mut().enumerate() {
                        let (from_x, from_y) = self.source(from, x as u32, y);
                        *value = mask.at(from_x, from_y);
                    }
                }
            }
        }
        Ok(changed)
    }

    /// Where a pixel of the turned canvas comes from.
    fn source(self, from: (u32, u32), x: u32, y: u32) -> (u32, u32) {
        match self {
            Self::TurnRight => (y, from.1 - 1 - x),
            _ => (from.0 - 1 - y, x),
        }
    }
}

impl Document {
    /// Changes the whole canvas (all layers and both masks) as one undoable step. Returns what to show again.
    ///
    /// # Errors
    /// [`PaintError::Size`] when the new size does not work; nothing has changed then.
    pub fn change_canvas(&mut self, label: &'static str, change: CanvasChange) -> Result<PixelRect, PaintError> {
        let size = change.size_after((self.width(), self.height()))?;
        // The size works, so that each layer's change does.
        let mut raster = |raster: &Raster| change.raster(raster).unwrap_or_else(|_| raster.clone());
        let mask = |mask: &Mask| change.mask(mask).unwrap_or_else(|_| mask.clone());
        self.edit_canvas(label, size, &mut raster, &mask)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each pixel tells where it was.
    fn numbered(width: u32, height: u32) -> Raster {
        let mut raster = Raster::new(width, height);
        for y in 0..height {
            let row: Vec<[u16; 4]> = (0..width).map(|x| [x as u16, y as u16, 1, 2000]).collect();
            raster.write_stored(y, 0, &row);
        }
        raster
    }

    fn place(raster: &Raster, x: u32, y: u32) -> Option<(u16, u16)> {
        let pixel = raster.pixel(x, y);
        (pixel[3] > 0).then_some((pixel[0], pixel[1]))
    }

    #[test]
    fn turns_and_flips_carry_corners_where_they_belong() {
        let raster = numbered(100, 70);
        let after = |change: CanvasChange| change.raster(&raster).unwrap();
        let right = after(CanvasChange::TurnRight);
        assert_eq!((right.bounds().width(), right.bounds().height()), (70, 100));
        assert_eq!((place(&right, 69, 0), place(&right, 0, 0)), (Some((0, 0)), Some((0, 69))));
        let left = after(CanvasChange::TurnLeft);
        assert_eq!((place(&left, 0, 99), place(&left, 0, 0)), (Some((0, 0)), Some((99, 0))));
        assert_eq!(place(&after(CanvasChange::TurnAround), 0, 0), Some((99, 69)));
        assert_eq!(place(&after(CanvasChange::FlipAcross), 0, 5), Some((99, 5)));
        assert_eq!(place(&after(CanvasChange::FlipDown), 5, 0), Some((5, 69)));
        let back = CanvasChange::TurnLeft.raster(&right).unwrap();
        for (x, y) in [(0, 0), (99, 69), (13, 64), (64, 13)] {
            assert_eq!(place(&back, x, y), Some((x as u16, y as u16)));
        }
    }

    #[test]
    fn masks_go_the_same_way_as_layers() {
        let mut raster = Raster::new(9, 7);
        raster.write_stored(2, 3, &[[0, 0, 0, 65535]]);
        let mut mask = Mask::filled(9, 7, 0);
        mask.row_mut(2, 3, 4)[0] = 255;
        for change in [
            CanvasChange::TurnRight,
            CanvasChange::TurnLeft,
            CanvasChange::TurnAround,
            CanvasChange::FlipAcross,
            CanvasChange::FlipDown,
            CanvasChange::Extent { left: -2, top: 3, width: 11, height: 12 },
            CanvasChange::Extent { left: 4, top: -1, width: 8, height: 2 },
            CanvasChange::Scale { width: 18, height: 21 },
        ] {
            let (raster, mask) = (change.raster(&raster).unwrap(), change.mask(&mask).unwrap());
            assert_eq!(raster.bounds(), PixelRect::new(0, 0, mask.width(), mask.height()));
            for y in 0..mask.height() {
                for x in 0..mask.width() {
                    let alpha = (u32::from(raster.pixel(x, y)[3]) * 255 + 32767) / 65535;
                    assert!(alpha.abs_diff(u32::from(mask.at(x, y))) <= 1, "{change:?} at ({x}, {y})");
                }
            }
        }
    }

    #[test]
    fn another_extent_cuts_and_adds_paper() {
        let raster = numbered(100, 70);
        let cut = CanvasChange::Extent { left: -20, top: -10, width: 30, height: 200 }.raster(&raster).unwrap();
        assert_eq!(
            (place(&cut, 0, 0), place(&cut, 29, 59), place(&cut, 0, 60)),
            (Some((20, 10)), Some((49, 69)), None)
        );
        let far =
            CanvasChange::Extent { left: i32::MIN, top: i32::MAX, width: 30, height: 20 }.raster(&raster).unwrap();
        assert!(far.is_blank());
        assert!(CanvasChange::Extent { left: 0, top: 0, width: 0, height: 20 }.raster(&raster).is_err());
        assert!(CanvasChange::Scale { width: 9999, height: 20 }.mask(&Mask::filled(3, 3, 1)).is_err());
    }

    #[test]
    fn the_anchor_stays_in_place() {
        let extent = |across, down| Anchor { across, down }.extent((100, 70), (140, 61));
        assert_eq!(extent(-1, -1), CanvasChange::Extent { left: 0, top: 0, width: 140, height: 61 });
        assert_eq!(extent(0, 0), CanvasChange::Extent { left: 20, top: -5, width: 140, height: 61 });
        assert_eq!(extent(1, 1), CanvasChange::Extent { left: 40, top: -9, width: 140, height: 61 });
    }

    #[test]
    fn a_scaled_layer_keeps_its_colours() {
        let mut raster = Raster::new(64, 64);
        for y in 0..64 {
            raster.write_stored(y, 0, &[[1000, 2000, 3000, 40000]; 64]);
        }
        for (width, height) in [(200, 30), (64, 64), (7, 190)] {
            let scaled = CanvasChange::Scale { width, height }.raster(&raster).unwrap();
            for (x, y) in [(0, 0), (width - 1, height - 1), (width / 2, height / 3)] {
                assert_eq!(scaled.pixel(x, y), [1000, 2000, 3000, 40000]);
            }
        }
    }
}
