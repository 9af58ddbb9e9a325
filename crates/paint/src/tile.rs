//! Tiles: 64 × 64 pixels that several layers, steps of the history and files on their way may share, packed or not.
//!
//! Few tiles of a large painting are looked at, at a time. What was packed once (for a file, or since much lay about that
//! was not) is unpacked when it is wanted, and what was unpacked longest ago lets go of its pixels again. None of it can be
//! told from outside: packing loses nothing.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use crate::pack::{pack_flat, pack_tile, packed_flat_pixel, packed_is_opaque, unpack_tile};

/// Edge of a tile in pixels.
pub(crate) const TILE_EDGE: usize = 64;

const TILE_LEN: usize = TILE_EDGE * TILE_EDGE * 4;

/// Bytes of pixels in one tile.
pub(crate) const TILE_BYTES: usize = TILE_LEN * 2;

/// How many tiles that are packed may have their pixels at hand, too: 92 MB of them, a quarter of ten layers of
/// 2048 × 2048, so that a hand that goes to and fro does not unpack the same tiles again and again.
const MOST_AT_HAND: usize = 2816;

thread_local! {
    /// Tiles that are packed and have their pixels at hand, those that came last at the end.
    static AT_HAND: RefCell<VecDeque<Weak<Tile>>> = const { RefCell::new(VecDeque::new()) };
}

/// 64 × 64 pixels of four 16-bit numbers: red, green, blue, alpha, premultiplied.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Pixels {
    values: [u16; TILE_LEN],
}

/// Pixels on which nothing is painted.
pub(crate) static BLANK: Pixels = Pixels { values: [0; TILE_LEN] };

impl Pixels {
    /// The values of row `y` (of the tile) from column `left` up to `right`.
    pub(crate) fn row(&self, y: usize, left: usize, right: usize) -> &[u16] {
        let start = y * TILE_EDGE * 4;
        &self.values[start + left * 4..start + right * 4]
    }

    /// The same, to be written.
    pub(crate) fn row_mut(&mut self, y: usize, left: usize, right: usize) -> &mut [u16] {
        let start = y * TILE_EDGE * 4;
        &mut self.values[start + left * 4..start + right * 4]
    }

    /// All values.
    pub(crate) fn all(&self) -> &[u16] {
        &self.values
    }

    /// All values, to be written.
    pub(crate) fn all_mut(&mut self) -> &mut [u16] {
        &mut self.values
    }

    /// The one pixel that all are equal to.
    pub(crate) fn flat_pixel(&self) -> Option<[u16; 4]> {
        let pixels = self.values.as_chunks::<4>().0;
        pixels.iter().all(|pixel| *pixel == pixels[0]).then_some(pixels[0])
    }
}

/// A tile: its pixels, or what they were packed to, or both.
#[derive(Default)]
pub(crate) struct Tile {
    form: Mutex<Form>,
}

/// Where neither is there the tile is blank.
#[derive(Default)]
struct Form {
    pixels: Option<Arc<Pixels>>,
    packed: Option<Arc<[u8]>>,
    /// Whether `AT_HAND` knows of the tile.
    is_listed: bool,
    /// Whether anybody looked at the pixels since they came to hand.
    was_used: bool,
}

impl Form {
    /// The pixels, which are not kept where they have to be unpacked.
    fn peek(&self) -> Arc<Pixels> {
        let unpacked = || self.packed.as_deref().and_then(unpack_tile);
        self.pixels.clone().or_else(unpacked).unwrap_or_else(|| Arc::new(BLANK.clone()))
    }
}

impl Clone for Tile {
    fn clone(&self) -> Self {
        let form = self.form();
        let (pixels, packed) = (form.pixels.clone(), form.packed.clone());
        Self { form: Mutex::new(Form { pixels, packed, ..Form::default() }) }
    }
}

/// Equal pixels, however they are held.
impl PartialEq for Tile {
    fn eq(&self, other: &Self) -> bool {
        if std::ptr::eq(self, other) {
            return true;
        }
        let of = |tile: &Self| {
            let form = tile.form();
            (form.pixels.clone(), form.packed.clone())
        };
        match (of(self), of(other)) {
            ((Some(one), _), (Some(two), _)) => Arc::ptr_eq(&one, &two) || one == two,
            ((_, Some(one)), (_, Some(two))) if one == two => true,
            _ => match (self.flat_pixel(), other.flat_pixel()) {
                (None, None) => self.peek() == other.peek(),
                (one, two) => one == two,
            },
        }
    }
}

impl Tile {
    /// A tile of these pixels.
    pub(crate) fn new(pixels: Arc<Pixels>) -> Self {
        Self { form: Mutex::new(Form { pixels: Some(pixels), ..Form::default() }) }
    }

    /// A tile all of whose pixels are the same.
    pub(crate) fn flat(pixel: [u16; 4]) -> Self {
        Self::of_packed(&pack_flat(pixel))
    }

    /// A tile of what [`pack_tile`] made.
    pub(crate) fn of_packed(packed: &[u8]) -> Self {
        Self { form: Mutex::new(Form { packed: Some(packed.into()), ..Form::default() }) }
    }

    fn form(&self) -> MutexGuard<'_, Form> {
        // Nothing that is done under the lock leaves it half done.
        self.form.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The pixels, unpacked where they have to be, and kept at hand.
    pub(crate) fn pixels(self: &Arc<Self>) -> Arc<Pixels> {
        let mut form = self.form();
        if let Some(pixels) = form.pixels.clone() {
            form.was_used = true;
            return pixels;
        }
        let pixels = form.peek();
        form.pixels = Some(Arc::clone(&pixels));
        drop(form);
        self.list();
        pixels
    }

    /// The pixels without keeping them at hand.
    pub(crate) fn peek(&self) -> Arc<Pixels> {
        self.form().peek()
    }

    /// The pixels, to be written.
    pub(crate) fn pixels_mut(&mut self) -> &mut Pixels {
        let form = self.form.get_mut().unwrap_or_else(PoisonError::into_inner);
        if form.pixels.is_none() {
            form.pixels = Some(form.peek());
        }
        (form.packed, form.is_listed) = (None, false);
        Arc::make_mut(form.pixels.get_or_insert_with(|| Arc::new(BLANK.clone())))
    }

    /// The tile packed, as it is written to files; it stays so until it is written to.
    pub(crate) fn packed(self: &Arc<Self>) -> Arc<[u8]> {
        let mut form = self.form();
        if let Some(packed) = &form.packed {
            return Arc::clone(packed);
        }
        let packed = pack_tile(&form.peek());
        form.packed = Some(Arc::clone(&packed));
        let has_pixels = form.pixels.is_some();
        drop(form);
        if has_pixels {
            self.list();
        }
        packed
    }

    /// Whether there are pixels that were not packed yet.
    pub(crate) fn is_loose(&self) -> bool {
        let form = self.form();
        form.pixels.is_some() && form.packed.is_none()
    }

    /// Packs the tile, and keeps nothing else.
    pub(crate) fn fold(self: &Arc<Self>) {
        self.packed();
        self.form().pixels = None;
    }

    /// Bytes that it takes.
    pub(crate) fn bytes(&self) -> usize {
        let form = self.form();
        form.pixels.as_ref().map_or(0, |_| TILE_BYTES) + form.packed.as_ref().map_or(0, |packed| packed.len())
    }

    /// The one pixel that all are equal to.
    pub(crate) fn flat_pixel(&self) -> Option<[u16; 4]> {
        let form = self.form();
        match (&form.packed, &form.pixels) {
            (Some(packed), _) => packed_flat_pixel(packed),
            (None, Some(pixels)) => pixels.flat_pixel(),
            (None, None) => Some([0; 4]),
        }
    }

    /// Whether nothing shows through any of its pixels. It is not unpacked for that.
    pub(crate) fn is_opaque(&self) -> bool {
        let form = self.form();
        match (&form.packed, &form.pixels) {
            (Some(packed), _) => packed_is_opaque(packed),
            (None, Some(pixels)) => pixels.values.as_chunks::<4>().0.iter().all(|pixel| pixel[3] == u16::MAX),
            (None, None) => false,
        }
    }

    pub(crate) fn is_blank(&self) -> bool {
        self.flat_pixel() == Some([0; 4])
    }

    /// Notes that a packed tile has its pixels at hand, too; another one lets go of its own where there are too many.
    fn list(self: &Arc<Self>) {
        if std::mem::replace(&mut self.form().is_listed, true) {
            return;
        }
        AT_HAND.with_borrow_mut(|at_hand| {
            at_hand.push_back(Arc::downgrade(self));
            while at_hand.len() > MOST_AT_HAND
                && let Some(first) = at_hand.pop_front()
            {
                let Some(tile) = first.upgrade() else { continue };
                let mut form = tile.form();
                if !form.is_listed {
                    continue;
                }
                if std::mem::take(&mut form.was_used) {
                    drop(form);
                    at_hand.push_back(first);
                    continue;
                }
                form.is_listed = false;
                if form.packed.is_some() {
                    form.pixels = None;
                }
            }
        });
    }
}

/// A tile, or `None` where nothing is painted.
pub(crate) type TileSlot = Option<Arc<Tile>>;

/// Bytes behind a slot; of a tile that several slots hold, its share.
pub(crate) fn held_bytes(slot: &TileSlot) -> usize {
    slot.as_ref().map_or(0, |tile| tile.bytes() / Arc::strong_count(tile))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tile(number: u16) -> Arc<Tile> {
        let mut tile = Tile::default();
        tile.pixels_mut().row_mut(3, 5, 6).copy_from_slice(&[number, 0, 0, u16::MAX]);
        Arc::new(tile)
    }

    #[test]
    fn of_many_packed_tiles_few_have_their_pixels_at_hand_and_all_come_back() {
        let tiles: Vec<_> = (0..3000).map(tile).collect();
        tiles.iter().for_each(|tile| drop(tile.packed()));
        let n_at_hand = || tiles.iter().filter(|tile| tile.form().pixels.is_some()).count();
        assert_eq!(n_at_hand(), MOST_AT_HAND);
        for (tile, number) in tiles.iter().zip(0..) {
            assert_eq!(tile.pixels().row(3, 5, 6), [number, 0, 0, u16::MAX]);
            assert!(**tile == *self::tile(number));
        }
        assert_eq!(n_at_hand(), MOST_AT_HAND);
    }

    #[test]
    fn what_was_written_since_is_what_is_packed_again() {
        let mut one = tile(1);
        one.fold();
        let two = Arc::clone(&one);
        assert!(!one.is_loose() && one.bytes() < 1200);
        Arc::make_mut(&mut one).pixels_mut().row_mut(0, 0, 1)[0] = 9;
        assert!(one.is_loose() && *one != *two && *two == *tile(1));
        one.fold();
        assert_eq!(one.pixels().row(0, 0, 1)[0], 9);
        assert!(one.flat_pixel().is_none() && Tile::default().is_blank());
    }
}
