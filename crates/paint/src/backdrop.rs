//! What lies behind the active layer, kept while a stroke is under way: only what lies in front is blended for each event.

use std::collections::HashMap;

use crate::composite::{Behind, Machine, Op, is_plain};
use crate::layer::Layer;
use crate::piece::Piece;
use crate::raster::TilePart;

/// Numbers that are kept of what was looked at last, and as many of what was looked at before: 16 MB each, which is 256 tiles
/// outside of groups. A hand that goes to and fro finds both again.
const MAX_FLOATS: usize = 4 << 20;

/// The tiles that a stroke came to, as all that is behind the active layer makes them.
///
/// Whoever changes anything but the active layer's pixels, or the choice of the active layer, clears it.
#[derive(Default)]
pub(crate) struct Backdrop {
    tiles: HashMap<usize, Behind>,
    former: HashMap<usize, Behind>,
    n_floats: usize,
}

impl Backdrop {
    pub(crate) fn clear(&mut self) {
        self.tiles.clear();
        self.former.clear();
        self.n_floats = 0;
    }

    /// Does what [`crate::composite::for_each_piece`] does, for a stack of which `layers[active]` is painted on. Where a stroke is
    /// under way (`is_stroking`) tiles are kept, else those that are there are made use of: whoever looks at a stroke that is
    /// over need not unpack what lies behind it, and a hundred megabytes of it would push all else from hand.
    pub(crate) fn for_each_piece(
        &mut self,
        layers: &[Layer],
        (active, is_stroking): (usize, bool),
        ops: &[Op],
        parts: &mut dyn Iterator<Item = TilePart>,
        take: &mut dyn FnMut(u32, u32, Piece<'_>),
    ) {
        let mut machine = Machine::new();
        let split = ops.iter().position(|op| matches!(op, Op::Layer { index, .. } if *index == active)).unwrap_or(0);
        // Two layers are blended as fast as one is read from here.
        if split < 2 || is_plain(ops) {
            crate::composite::for_each_piece(layers, ops, &mut machine, parts, take);
            return;
        }
        let (first, rest) = ops.split_at(split);
        for part in parts {
            let is_kept = self.tiles.contains_key(&part.tile_idx) || self.former.contains_key(&part.tile_idx);
            if !(is_kept || is_stroking) {
                crate::composite::for_each_piece(layers, ops, &mut machine, &mut std::iter::once(part), take);
                continue;
            }
            if self.n_floats > MAX_FLOATS {
                self.former = std::mem::take(&mut self.tiles);
                self.n_floats = 0;
            }
            let (former, n_floats) = (&mut self.former, &mut self.n_floats);
            let behind = self.tiles.entry(part.tile_idx).or_insert_with(|| {
                let behind = former.remove(&part.tile_idx);
                let behind = behind.unwrap_or_else(|| machine.behind(first, layers, part.tile_idx));
                *n_floats += behind.n_floats();
                behind
            });
            machine.hold(rest, layers, part.tile_idx, behind.n_open());
            for y in part.rows.0..part.rows.1 {
                let (x, canvas_y) = (part.origin_x + part.columns.0 as u32, part.origin_y + y as u32);
                take(x, canvas_y, Piece::Rounded(machine.row_before(behind, rest, y, part.columns)));
            }
        }
    }
}
