//! What a stack of layers looks like: groups, clipping, opacity and blend modes, row by row of one tile.
//!
//! The tree becomes a list of [`Op`]s for a machine with a stack of rows. Rows are floats between the layers and are rounded
//! to 16 bits once at the end, so a cached state in the middle of the list changes no bit of the result.

use crate::LayerKind;
use crate::blend::{Laying, lay_row};
use crate::layer::{Layer, subtree_start};
use crate::raster::{ONE, TILE_EDGE, TilePart, stored_from_float};

/// Which layers count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Content {
    /// All that are visible.
    #[default]
    Seen,
    /// All that are visible but references: what leaves as a picture.
    Exported,
    /// All that are visible but references and live pictures: what is rendered.
    Rendered,
}

impl Content {
    fn holds(self, layer: &Layer) -> bool {
        let properties = &layer.properties;
        let is_kind_held = match properties.kind {
            LayerKind::Paint | LayerKind::Group => true,
            LayerKind::Reference => self == Self::Seen,
            LayerKind::Render => self != Self::Rendered,
        };
        properties.is_visible && is_kind_held
    }
}

/// A step of the machine.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Op {
    /// Puts a blank row on the stack.
    Open,
    /// Lays the pixels of `layers[index]` on the topmost row.
    Layer { index: usize, laying: Laying },
    /// Takes the topmost row and lays it on the one below.
    Close(Laying),
}

/// The list of steps that shows `layers`.
pub(crate) fn program(layers: &[Layer], content: Content) -> Vec<Op> {
    let mut ops = Vec::new();
    emit_siblings(layers, (0, layers.len()), content, &mut ops);
    ops
}

/// The layers of one group, `layers[range]`, from the bottom up.
fn emit_siblings(layers: &[Layer], range: (usize, usize), content: Content, ops: &mut Vec<Op>) {
    // Found from the top down, since a group stands above what is in it.
    let mut siblings = Vec::new();
    let mut end = range.1;
    while end > range.0 {
        siblings.push(end - 1);
        end = subtree_start(layers, end - 1);
    }
    siblings.reverse();
    let is_held = |index: usize| content.holds(&layers[index]);
    let mut first = 0;
    while first < siblings.len() {
        let base = siblings[first];
        let n_clipped = siblings[first + 1..].iter().take_while(|at| layers[**at].properties.is_clipped).count();
        let clipped = &siblings[first + 1..first + 1 + n_clipped];
        first += 1 + n_clipped;
        // What is clipped to something that is not there is not there either.
        if !is_held(base) {
            continue;
        }
        let laying = laying_of(&layers[base], false);
        if clipped.iter().any(|at| is_held(*at)) {
            ops.push(Op::Open);
            emit_layer(layers, base, Laying::PLAIN, content, ops);
            for index in clipped.iter().copied().filter(|at| is_held(*at)) {
                emit_layer(layers, index, laying_of(&layers[index], true), content, ops);
            }
            ops.push(Op::Close(laying));
        } else {
            emit_layer(layers, base, laying, content, ops);
        }
    }
}

fn emit_layer(layers: &[Layer], index: usize, laying: Laying, content: Content, ops: &mut Vec<Op>) {
    if layers[index].is_group() {
        ops.push(Op::Open);
        emit_siblings(layers, (subtree_start(layers, index), index), content, ops);
        ops.push(Op::Close(laying));
    } else {
        ops.push(Op::Layer { index, laying });
    }
}

fn laying_of(layer: &Layer, is_atop: bool) -> Laying {
    Laying { mode: layer.properties.blend_mode, opacity: layer.properties.opacity, is_atop }
}

/// Numbers in a row of a whole tile.
pub(crate) const ROW_LEN: usize = TILE_EDGE * 4;

/// The machine: rows on a stack, the lowest is the result.
pub(crate) struct Machine {
    rows: Vec<[f32; ROW_LEN]>,
    /// Whether anything was laid on the row; one that is blank is not worth laying on another.
    is_touched: Vec<bool>,
    /// Pixels of the layer at work as floats.
    source: [f32; ROW_LEN],
    stored: [u16; ROW_LEN],
}

impl Machine {
    pub(crate) fn new() -> Self {
        Self { rows: Vec::new(), is_touched: Vec::new(), source: [0.0; ROW_LEN], stored: [0; ROW_LEN] }
    }

    /// The pixels of one tile's row from column `left` up to `right` as all `ops` make them, stored.
    pub(crate) fn row(
        &mut self,
        ops: &[Op],
        layers: &[Layer],
        (tile_idx, y): (usize, usize),
        (left, right): (usize, usize),
    ) -> &[u16] {
        let len = (right - left) * 4;
        self.rows.clear();
        self.is_touched.clear();
        self.open();
        self.run(ops, layers, (tile_idx, y), (left, right));
        for (stored, pixel) in self.stored.as_chunks_mut::<4>().0.iter_mut().zip(self.rows[0][..len].as_chunks::<4>().0)
        {
            // Rounding must not let a colour exceed its alpha.
            let alpha = (pixel[3] * ONE).min(ONE);
            let value = |value: f32| stored_from_float((value * ONE).clamp(0.0, alpha));
            *stored = [value(pixel[0]), value(pixel[1]), value(pixel[2]), stored_from_float(alpha)];
        }
        &self.stored[..len]
    }

    fn open(&mut self) {
        self.rows.push([0.0; ROW_LEN]);
        self.is_touched.push(false);
    }

    fn run(&mut self, ops: &[Op], layers: &[Layer], (tile_idx, y): (usize, usize), (left, right): (usize, usize)) {
        let len = (right - left) * 4;
        for op in ops {
            match *op {
                Op::Open => self.open(),
                Op::Layer { index, laying } => {
                    let Some(tile) = layers[index].raster.slot(tile_idx) else { continue };
                    for (value, stored) in self.source.iter_mut().zip(tile.row(y, left, right)) {
                        *value = f32::from(*stored) * (1.0 / ONE);
                    }
                    let top = self.rows.len() - 1;
                    lay_row(&mut self.rows[top][..len], &self.source[..len], laying);
                    self.is_touched[top] = true;
                }
                Op::Close(laying) => {
                    let (Some(above), Some(is_touched)) = (self.rows.pop(), self.is_touched.pop()) else { return };
                    if let (true, Some(below)) = (is_touched, self.rows.last_mut()) {
                        lay_row(&mut below[..len], &above[..len], laying);
                        if let Some(is_touched) = self.is_touched.last_mut() {
                            *is_touched = true;
                        }
                    }
                }
            }
        }
    }
}

/// Runs `ops` on parts of tiles and hands the pixels out in pieces of rows: canvas column, canvas row, stored pixels.
pub(crate) fn for_each_piece(
    layers: &[Layer],
    ops: &[Op],
    machine: &mut Machine,
    parts: impl Iterator<Item = TilePart>,
    mut take: impl FnMut(u32, u32, &[u16]),
) {
    let plain = plain_layer(ops);
    for part in parts {
        let (left, right) = part.columns;
        for y in part.rows.0..part.rows.1 {
            let (x, canvas_y) = (part.origin_x + left as u32, part.origin_y + y as u32);
            match plain {
                Some(index) => take(x, canvas_y, layers[index].raster.tile(part.tile_idx).row(y, left, right)),
                None => take(x, canvas_y, machine.row(ops, layers, (part.tile_idx, y), (left, right))),
            }
        }
    }
}

/// The only layer of a program that shows one layer as it is.
fn plain_layer(ops: &[Op]) -> Option<usize> {
    match ops {
        [Op::Layer { index, laying: Laying { opacity: 1.0, mode: crate::BlendMode::Normal, is_atop: false } }] => {
            Some(*index)
        }
        _ => None,
    }
}
