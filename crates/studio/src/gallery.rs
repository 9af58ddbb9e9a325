//! The finished pictures with everything they were made from.

use std::rc::Rc;

use underpaint_paint::RgbaImage;

use crate::Picture;
use crate::scale::scaled;

/// Longest edge of a thumbnail in pixels.
pub const THUMBNAIL_EDGE_PX: u32 = 160;
/// Bytes of pixels that a gallery holds by default: some two hundred pictures of 512 × 512.
const DEFAULT_LIMIT_BYTES: usize = 256 << 20;

/// Counts the pictures of a session; a number is never used twice.
pub type PictureId = u64;

/// A finished picture in the gallery.
#[derive(Clone, Debug)]
pub struct GalleryEntry {
    /// Its number.
    pub id: PictureId,
    /// The picture and everything it was made from.
    pub picture: Rc<Picture>,
    /// The same, small: no edge is longer than [`THUMBNAIL_EDGE_PX`].
    pub thumbnail: RgbaImage,
}

impl GalleryEntry {
    fn bytes(&self) -> usize {
        self.picture.image.pixels().len() + self.thumbnail.pixels().len()
    }
}

/// One side of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The sketch as it is now.
    Sketch,
    /// A picture of the gallery.
    Picture(PictureId),
}

/// Two pictures, one over the other, parted by a line that can be moved.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    /// Left of the line.
    pub left: Side,
    /// Right of the line.
    pub right: Side,
    /// Where the line is: the share of the width that belongs to the left side, 0 to 1.
    pub wipe: f32,
}

/// A picture that was deleted, and the picture that followed it.
#[derive(Debug)]
struct Deleted {
    entry: GalleryEntry,
    followed_by: Option<PictureId>,
}

/// The finished pictures, the oldest first, within a limit of memory.
#[derive(Debug)]
pub struct Gallery {
    entries: Vec<GalleryEntry>,
    deleted: Vec<Deleted>,
    comparison: Option<Comparison>,
    last_id: PictureId,
    limit_bytes: usize,
}

impl Default for Gallery {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            deleted: Vec::new(),
            comparison: None,
            last_id: 0,
            limit_bytes: DEFAULT_LIMIT_BYTES,
        }
    }
}

impl Gallery {
    /// The pictures, the oldest first.
    #[must_use]
    pub fn entries(&self) -> &[GalleryEntry] {
        &self.entries
    }

    /// The picture of a number, unless it was deleted or had to go.
    #[must_use]
    pub fn entry(&self, id: PictureId) -> Option<&GalleryEntry> {
        self.entries.iter().find(|entry| entry.id == id)
    }

    /// What is compared; both sides exist.
    #[must_use]
    pub fn comparison(&self) -> Option<Comparison> {
        self.comparison
    }

    /// Whether a picture that was deleted can come back.
    #[must_use]
    pub fn can_undelete(&self) -> bool {
        !self.deleted.is_empty()
    }

    /// Bytes of pixels that it holds, deleted pictures included.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.entries.iter().chain(self.deleted.iter().map(|it| &it.entry)).map(GalleryEntry::bytes).sum()
    }

    /// Changes how much it may hold.
    pub fn set_limit_bytes(&mut self, limit_bytes: usize) {
        self.limit_bytes = limit_bytes;
        self.make_room();
    }

    /// Takes a picture. One that is in it already (the same picture in memory) stays where it is.
    pub(crate) fn add(&mut self, picture: Rc<Picture>) -> PictureId {
        if let Some(entry) = self.entries.iter().find(|entry| Rc::ptr_eq(&entry.picture, &picture)) {
            return entry.id;
        }
        self.last_id += 1;
        let thumbnail = thumbnail_of(&picture.image);
        self.entries.push(GalleryEntry { id: self.last_id, picture, thumbnail });
        self.make_room();
        self.last_id
    }

    /// Deletes a picture; it can come back until memory runs short. Returns whether it was there.
    pub(crate) fn delete(&mut self, id: PictureId) -> bool {
        let Some(idx) = self.entries.iter().position(|entry| entry.id == id) else { return false };
        let entry = self.entries.remove(idx);
        self.deleted.push(Deleted { entry, followed_by: self.entries.get(idx).map(|entry| entry.id) });
        self.close_comparison_of_lost();
        true
    }

    /// Lets everything go, as with another document. Numbers are not used again.
    pub(crate) fn clear(&mut self) {
        self.entries.clear();
        self.deleted.clear();
        self.comparison = None;
    }

    /// Brings the picture back that was deleted last, to its former place.
    pub(crate) fn undelete(&mut self) -> Option<PictureId> {
        let Deleted { entry, followed_by } = self.deleted.pop()?;
        let id = entry.id;
        // The picture that followed may be gone as well; numbers grow, so the order is known all the same.
        let idx = self
            .entries
            .iter()
            .position(|other| Some(other.id) == followed_by)
            .unwrap_or_else(|| self.entries.partition_point(|other| other.id < id));
        self.entries.insert(idx, entry);
        Some(id)
    }

    /// Lays two sides over each other. Returns whether both exist and differ.
    pub(crate) fn compare(&mut self, left: Side, right: Side) -> bool {
        let exists = |side| match side {
            Side::Sketch => true,
            Side::Picture(id) => self.entry(id).is_some(),
        };
        let works = left != right && exists(left) && exists(right);
        if works {
            let wipe = self.comparison.map_or(0.5, |comparison| comparison.wipe);
            self.comparison = Some(Comparison { left, right, wipe });
        }
        works
    }

    /// Moves the line of the comparison.
    pub(crate) fn set_wipe(&mut self, wipe: f32) {
        if let Some(comparison) = &mut self.comparison
            && !wipe.is_nan()
        {
            comparison.wipe = wipe.clamp(0.0, 1.0);
        }
    }

    pub(crate) fn end_comparison(&mut self) {
        self.comparison = None;
    }

    /// What was deleted goes first, then the oldest; the newest always stays.
    fn make_room(&mut self) {
        let mut bytes = self.bytes();
        while bytes > self.limit_bytes && !self.deleted.is_empty() {
            bytes -= self.deleted.remove(0).entry.bytes();
        }
        while bytes > self.limit_bytes && self.entries.len() > 1 {
            bytes -= self.entries.remove(0).bytes();
        }
        self.close_comparison_of_lost();
    }

    fn close_comparison_of_lost(&mut self) {
        let is_lost = |side| matches!(side, Side::Picture(id) if self.entry(id).is_none());
        if self.comparison.is_some_and(|it| is_lost(it.left) || is_lost(it.right)) {
            self.comparison = None;
        }
    }
}

/// A small version of an opaque picture.
fn thumbnail_of(image: &RgbaImage) -> RgbaImage {
    let (width, height) = (image.width(), image.height());
    let longest = width.max(height);
    if longest <= THUMBNAIL_EDGE_PX {
        return image.clone();
    }
    let edge = |edge: u32| (edge * THUMBNAIL_EDGE_PX / longest).max(1);
    let pixels = scaled::<4>(image.pixels(), (width, height), (edge(width), edge(height)));
    RgbaImage::new(edge(width), edge(height), pixels).unwrap_or_else(|_| image.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Form;
    use underpaint_protocol::GenerateInput;

    fn picture(edge: u32) -> Rc<Picture> {
        let image = RgbaImage::new(edge, edge, vec![200; edge as usize * edge as usize * 4]).unwrap();
        Rc::new(Picture { image, input: GenerateInput::default(), form: Form::default(), duration_secs: 1.0 })
    }

    fn ids(gallery: &Gallery) -> Vec<PictureId> {
        gallery.entries().iter().map(|entry| entry.id).collect()
    }

    fn with_pictures(n: usize) -> Gallery {
        let mut gallery = Gallery::default();
        for _ in 0..n {
            gallery.add(picture(8));
        }
        gallery
    }

    #[test]
    fn a_thumbnail_keeps_the_shape() {
        let image = RgbaImage::new(640, 320, vec![255; 640 * 320 * 4]).unwrap();
        let small = thumbnail_of(&image);
        assert_eq!((small.width(), small.height(), small.pixel(9, 9)), (160, 80, Some([255; 4])));
        let thin = RgbaImage::new(1000, 1, vec![7; 4000]).unwrap();
        assert_eq!((thumbnail_of(&thin).width(), thumbnail_of(&thin).height()), (160, 1));
    }

    #[test]
    fn the_same_picture_is_in_it_once() {
        let mut gallery = Gallery::default();
        let one = picture(8);
        assert_eq!(gallery.add(Rc::clone(&one)), gallery.add(one));
        assert_eq!(ids(&gallery), [1]);
    }

    #[test]
    fn the_oldest_go_when_memory_runs_short_deleted_ones_before_them() {
        let mut gallery = with_pictures(4);
        let one = gallery.bytes() / 4;
        gallery.delete(4);
        gallery.set_limit_bytes(one * 3);
        assert_eq!((ids(&gallery), gallery.can_undelete()), (vec![1, 2, 3], false));
        gallery.add(picture(8));
        assert_eq!(ids(&gallery), [2, 3, 5]);
        gallery.set_limit_bytes(0);
        assert_eq!(ids(&gallery), [5]);
    }

    #[test]
    fn deleted_pictures_come_back_to_their_places_in_any_order() {
        let mut gallery = with_pictures(5);
        for id in [2, 3, 5, 1] {
            assert!(gallery.delete(id));
        }
        assert!(!gallery.delete(2));
        assert_eq!(ids(&gallery), [4]);
        while gallery.undelete().is_some() {}
        assert_eq!(ids(&gallery), [1, 2, 3, 4, 5]);
    }

    #[test]
    fn a_comparison_ends_with_its_pictures() {
        let mut gallery = with_pictures(2);
        assert!(!gallery.compare(Side::Picture(1), Side::Picture(1)));
        assert!(!gallery.compare(Side::Picture(1), Side::Picture(9)));
        assert!(gallery.compare(Side::Picture(1), Side::Sketch));
        gallery.set_wipe(7.0);
        gallery.set_wipe(f32::NAN);
        assert_eq!(gallery.comparison().unwrap().wipe, 1.0);
        gallery.delete(1);
        assert_eq!(gallery.comparison(), None);
    }
}
