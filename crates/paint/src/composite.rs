//! What a stack of layers looks like: groups, clipping, opacity and blend modes, row by row of one tile.
//!
//! The tree becomes a list of [`Op`]s for a machine with a stack of rows. Rows are floats between the layers and are rounded
//! to 16 bits once at the end, so a cached state in the middle of the list changes no bit of the result.

use crate::LayerKind;
use crate::blend::{BLANK_PLANES, Laying, Planes, greater, lay_row, lesser};
use crate::layer::{Layer, subtree_start};
use std::sync::Arc;

use crate::piece::{Piece, Rounded};
use crate::raster::TilePart;
use crate::stored::{ONE, stored_from_float};
use crate::tile::{BLANK, Pixels, TILE_EDGE, Tile, TileSlot};

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

/// The machine: rows on a stack, the lowest is the result.
pub(crate) struct Machine {
    rows: Vec<Planes>,
    /// How many of `rows` are on the stack.
    n_open: usize,
    /// Whether anything was laid on the row, a bit each; one that is blank is not worth laying on another.
    touched: u32,
    /// Pixels of the layer at work as floats.
    source: Planes,
    rounded: Rounded,
    /// The tiles at work, one for each op, and their pixels.
    held: Vec<TileSlot>,
    pixels: Vec<Option<Arc<Pixels>>>,
}

/// The stack in the middle of a program, for a whole tile: what lies behind a layer.
pub(crate) struct Behind {
    /// Row by row, and in each the rows of the stack.
    rows: Box<[Planes]>,
    n_open: usize,
    touched: u32,
}

impl Behind {
    /// Rows that are on the stack.
    pub(crate) fn n_open(&self) -> usize {
        self.n_open
    }

    /// Numbers that it holds.
    pub(crate) fn n_floats(&self) -> usize {
        self.rows.len() * TILE_EDGE * 4
    }
}

impl Machine {
    pub(crate) fn new() -> Self {
        Self {
            rows: Vec::new(),
            n_open: 0,
            touched: 0,
            source: BLANK_PLANES,
            rounded: Rounded { planes: [[0; TILE_EDGE]; 4], n_pixels: 0 },
            held: Vec::new(),
            pixels: Vec::new(),
        }
    }

    /// Takes a tile of every layer that `ops` name to hand: what is to be done before its rows are run. `n_open` rows are on
    /// the stack before that.
    pub(crate) fn hold(&mut self, ops: &[Op], layers: &[Layer], tile_idx: usize, n_open: usize) {
        self.find(ops, layers, tile_idx, n_open);
        self.pixels.extend(self.held.iter().map(|tile| tile.as_ref().map(Tile::pixels)));
    }

    /// Finds the tiles that are to be unpacked.
    fn find(&mut self, ops: &[Op], layers: &[Layer], tile_idx: usize, n_open: usize) {
        let mut n_open = n_open;
        self.held.clear();
        for op in ops {
            let tile = match op {
                Op::Open => {
                    n_open += 1;
                    None
                }
                Op::Close(_) => {
                    n_open = n_open.saturating_sub(1);
                    None
                }
                Op::Layer { index, laying } => {
                    let tile = layers[*index].raster.slot(tile_idx).as_ref();
                    if n_open == 1 && *laying == Laying::PLAIN && tile.is_some_and(|tile| tile.is_opaque()) {
                        // Nothing shows through: what lies below need neither be unpacked nor laid.
                        self.held.fill(None);
                    }
                    tile
                }
            };
            self.held.push(tile.cloned());
        }
        self.pixels.clear();
    }

    /// The pixels of row `y` of the tile at hand from column `left` up to `right` as all `ops` make them.
    pub(crate) fn row(&mut self, ops: &[Op], y: usize, columns: (usize, usize)) -> &Rounded {
        self.reset();
        self.run(ops, y, columns);
        self.round(columns.1 - columns.0)
    }

    /// The same where the first of the ops have been run before: `ops` are the rest.
    pub(crate) fn row_before(
        &mut self,
        behind: &Behind,
        ops: &[Op],
        y: usize,
        (left, right): (usize, usize),
    ) -> &Rounded {
        let n_pixels = right - left;
        self.reset();
        while self.n_open < behind.n_open {
            self.open();
        }
        self.touched = behind.touched;
        for (row, kept) in self.rows.iter_mut().zip(&behind.rows[y * behind.n_open..(y + 1) * behind.n_open]) {
            for (plane, kept) in row.iter_mut().zip(kept) {
                plane[..n_pixels].copy_from_slice(&kept[left..right]);
            }
        }
        self.run(ops, y, (left, right));
        self.round(n_pixels)
    }

    /// Runs the first of a program's ops on a whole tile.
    pub(crate) fn behind(&mut self, ops: &[Op], layers: &[Layer], tile_idx: usize) -> Behind {
        // What is kept is looked at in place of the layers: their pixels need not be at hand again.
        self.find(ops, layers, tile_idx, 1);
        self.pixels.extend(self.held.iter().map(|tile| tile.as_deref().map(Tile::peek)));
        let mut rows = Vec::new();
        let (mut n_open, mut touched) = (1, 0);
        for y in 0..TILE_EDGE {
            self.reset();
            self.run(ops, y, (0, TILE_EDGE));
            rows.extend_from_slice(&self.rows[..self.n_open]);
            (n_open, touched) = (self.n_open, self.touched);
        }
        Behind { rows: rows.into_boxed_slice(), n_open, touched }
    }

    fn reset(&mut self) {
        (self.n_open, self.touched) = (0, 0);
        self.open();
    }

    fn open(&mut self) {
        open(&mut self.rows, &mut self.n_open, &mut self.touched);
    }

    fn run(&mut self, ops: &[Op], y: usize, (left, right): (usize, usize)) {
        let n_pixels = right - left;
        for (op, held) in ops.iter().zip(&self.pixels) {
            match *op {
                Op::Open => open(&mut self.rows, &mut self.n_open, &mut self.touched),
                Op::Layer { laying, .. } => {
                    let Some(tile) = held else { continue };
                    take_stored(&mut self.source, tile.row(y, left, right));
                    let top = self.n_open - 1;
                    lay_row(&mut self.rows[top], &self.source, n_pixels, laying);
                    self.touched |= 1 << top;
                }
                Op::Close(laying) => {
                    self.n_open -= 1;
                    if self.touched & (1 << self.n_open) != 0
                        && let (lower, [above, ..]) = self.rows.split_at_mut(self.n_open)
                        && let Some(below) = lower.last_mut()
                    {
                        lay_row(below, above, n_pixels, laying);
                        self.touched |= 1 << (self.n_open - 1);
                    }
                }
            }
        }
    }

    /// The lowest row in the numbers that are stored.
    fn round(&mut self, n_pixels: usize) -> &Rounded {
        let [red, green, blue, alpha] = &self.rows[0];
        self.rounded.n_pixels = n_pixels.min(TILE_EDGE);
        let rounded = &mut self.rounded.planes;
        // Whole groups of four: what lies beyond the last pixel is nobody's.
        for at in 0..n_pixels.next_multiple_of(4).min(TILE_EDGE) {
            // Rounding must not let a colour exceed its alpha.
            let alpha = lesser(alpha[at] * ONE, ONE);
            let value = |value: f32| i32::from(stored_from_float(lesser(greater(value * ONE, 0.0), alpha)));
            rounded[0][at] = value(red[at]);
            rounded[1][at] = value(green[at]);
            rounded[2][at] = value(blue[at]);
            rounded[3][at] = i32::from(stored_from_float(alpha));
        }
        &self.rounded
    }
}

/// Puts a blank row on a stack.
fn open(rows: &mut Vec<Planes>, n_open: &mut usize, touched: &mut u32) {
    match rows.get_mut(*n_open) {
        Some(row) => *row = BLANK_PLANES,
        None => rows.push(BLANK_PLANES),
    }
    *touched &= !(1 << *n_open);
    *n_open += 1;
}

/// Takes stored pixels apart, as floats from 0 to 1. What follows them in `planes` up to a multiple of four may change, too.
fn take_stored(planes: &mut Planes, stored: &[u16]) {
    let [red, green, blue, alpha] = planes.each_mut().map(|plane| plane.as_chunks_mut::<4>().0.iter_mut());
    let (fours, rest) = stored.as_chunks::<16>();
    let mut last = [0; 16];
    last[..rest.len()].copy_from_slice(rest);
    // Four pixels at once, colour by colour: a compiler makes SIMD of that, and takes three times as long pixel by pixel.
    for ((((red, green), blue), alpha), four) in red.zip(green).zip(blue).zip(alpha).zip(fours.iter().chain([&last])) {
        let channel = |channel: usize| std::array::from_fn(|at| i32::from(four[at * 4 + channel]) as f32 * (1.0 / ONE));
        (*red, *green, *blue, *alpha) = (channel(0), channel(1), channel(2), channel(3));
    }
}

/// Runs `ops` on parts of tiles and hands the pixels out in pieces of rows: canvas column, canvas row, pixels.
///
/// It is in the program once, whoever asks.
#[inline(never)]
pub(crate) fn for_each_piece(
    layers: &[Layer],
    ops: &[Op],
    machine: &mut Machine,
    parts: &mut dyn Iterator<Item = TilePart>,
    take: &mut dyn FnMut(u32, u32, Piece<'_>),
) {
    let is_plain = is_plain(ops);
    for part in parts {
        let (left, right) = part.columns;
        machine.hold(ops, layers, part.tile_idx, 1);
        let only = is_plain.then(|| machine.pixels.pop().flatten());
        for y in part.rows.0..part.rows.1 {
            let (x, canvas_y) = (part.origin_x + left as u32, part.origin_y + y as u32);
            match &only {
                Some(only) => {
                    take(x, canvas_y, Piece::Stored(only.as_deref().unwrap_or(&BLANK).row(y, left, right)));
                }
                None => take(x, canvas_y, Piece::Rounded(machine.row(ops, y, (left, right)))),
            }
        }
    }
}

/// Whether a program shows one layer as it is.
pub(crate) fn is_plain(ops: &[Op]) -> bool {
    let plain = Laying { opacity: 1.0, mode: crate::BlendMode::Normal, is_atop: false };
    matches!(ops, [Op::Layer { laying, .. }] if *laying == plain)
}

#[cfg(test)]
mod tests {
    use crate::{Document, LayerProperties, Paper, PixelRect};

    /// A document of a layer with a pattern, packed, and an opaque layer above it, of one colour where its pattern is 0.
    fn covered(opacity: f32, pattern: u16) -> Document {
        let mut document = Document::new(128, 64).unwrap();
        document.edit("step-fill", document.active_layer(), |raster, _| {
            let row: Vec<u16> = (0..128u16).flat_map(|x| [x * 300, x * 100, 0, 50_000]).collect();
            (0..64).for_each(|y| raster.write_row(0, y, &row));
            raster.bounds()
        });
        document.layers()[0].raster.fold();
        document.add_layer("step-layer-add", LayerProperties { opacity, ..LayerProperties::default() }).unwrap();
        document.edit("step-fill", document.active_layer(), |raster, _| {
            raster.fill([9 * 257, 0, 65535, 65535]);
            let row: Vec<u16> = (0..128u16).flat_map(|x| [9 * 257, 0, 65535 - x * pattern, 65535]).collect();
            (0..64).for_each(|y| raster.write_row(0, y, &row));
            raster.bounds()
        });
        document.layers()[1].raster.fold();
        document
    }

    #[test]
    fn what_is_covered_is_not_unpacked_and_what_shines_through_is() {
        for (opacity, is_covered) in [(1.0, true), (0.5, false)] {
            for pattern in [0, 257] {
                let document = covered(opacity, pattern);
                let packed_bytes = document.layers()[0].raster.pixel_bytes();
                let mut pixels = Vec::new();
                document.read_rect(PixelRect::new(0, 0, 128, 64), Paper::White, &mut pixels);
                assert_eq!(document.layers()[0].raster.pixel_bytes() == packed_bytes, is_covered);
                let blue = |at: usize| 255 - (at % 128 * usize::from(pattern / 257)) as u8;
                let pixels = pixels.as_chunks::<4>().0.iter().enumerate();
                let is_what_covers = pixels.clone().all(|(at, pixel)| *pixel == [9, 0, blue(at), 255]);
                assert_eq!(is_what_covers, is_covered);
            }
        }
    }
}
