//! What lies behind the active layer, kept while a stroke is under way: only what lies in front is blended for each event.

use std::collections::HashMap;

use crate::composite::{Behind, Machine, Op, is_plain};
use crate::layer::Layer;
use crate::raster::TilePart;

/// Most numbers that are kept: 16 MB, which is 256 tiles outside of groups.
const MAX_FLOATS: usize = 4 << 20;

/// The tiles that a stroke came to, as all that is behind the active layer makes them.
///
/// Whoever changes anything but the active layer's pixels, or the choice of the active layer, clears it.
#[derive(Default)]
pub(crate) struct Backdrop {
    tiles: HashMap<usize, Behind>,
    n_floats: usize,
}

impl Backdrop {
    pub(crate) fn clear(&mut self) {
        self.tiles.clear();
        self.n_floats = 0;
    }

    /// Does what [`crate::composite::for_each_piece`] does, for a stack in which `layers[active]` is being painted on.
    pub(crate) fn for_each_piece(
        &mut self,
        layers: &[Layer],
        active: usize,
        ops: &[Op],
        parts: &mut dyn Iterator<Item = TilePart>,
        take: &mut dyn FnMut(u32, u32, &[u16]),
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
            if self.n_floats > MAX_FLOATS {
                self.clear();
            }
            let n_floats = &mut self.n_floats;
            let behind = self.tiles.entry(part.tile_idx).or_insert_with(|| {
                let behind = machine.behind(first, layers, part.tile_idx);
                *n_floats += behind.n_floats();
                behind
            });
            machine.hold(rest, layers, part.tile_idx, behind.n_open());
            for y in part.rows.0..part.rows.1 {
                let (x, canvas_y) = (part.origin_x + part.columns.0 as u32, part.origin_y + y as u32);
                take(x, canvas_y, machine.row_before(behind, rest, y, part.columns));
            }
        }
    }
}
