//! Rows of a PNG: filters, interlacing, and pixels of every colour type.

use super::FORMAT;
use crate::PaintError;

/// What the file's header and its palette say of the pixels.
#[derive(Clone)]
pub(super) struct Layout {
    pub(super) width: u32,
    pub(super) height: u32,
    /// Bits of a number: 1, 2, 4, 8 or 16.
    pub(super) depth: u8,
    pub(super) colour: Colour,
    pub(super) is_interlaced: bool,
    /// Red, green, blue, alpha of each entry.
    pub(super) palette: Vec<[u8; 4]>,
    /// The one colour, in the file's own numbers, that is see-through.
    pub(super) clear: Option<[u16; 3]>,
}

/// What a pixel is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Colour {
    Grey,
    Rgb,
    Palette,
    GreyAlpha,
    Rgba,
}

impl Colour {
    pub(super) fn n_channels(self) -> usize {
        match self {
            Self::Grey | Self::Palette => 1,
            Self::GreyAlpha => 2,
            Self::Rgb => 3,
            Self::Rgba => 4,
        }
    }

    /// The colour type of the file's header at a depth, where the two go together.
    pub(super) fn of(colour_type: u8, depth: u8) -> Option<Self> {
        let (colour, depths): (_, &[u8]) = match colour_type {
            0 => (Self::Grey, &[1, 2, 4, 8, 16]),
            2 => (Self::Rgb, &[8, 16]),
            3 => (Self::Palette, &[1, 2, 4, 8]),
            4 => (Self::GreyAlpha, &[8, 16]),
            6 => (Self::Rgba, &[8, 16]),
            _ => return None,
        };
        depths.contains(&depth).then_some(colour)
    }
}

/// A part of the picture that is stored by itself: every `dx`th pixel of every `dy`th row from (`x`, `y`) on.
struct Pass {
    x: u32,
    y: u32,
    dx: u32,
    dy: u32,
}

/// The passes of Adam7 (section 8.1).
const ADAM7: [Pass; 7] = [
    Pass { x: 0, y: 0, dx: 8, dy: 8 },
    Pass { x: 4, y: 0, dx: 8, dy: 8 },
    Pass { x: 0, y: 4, dx: 4, dy: 8 },
    Pass { x: 2, y: 0, dx: 4, dy: 4 },
    Pass { x: 0, y: 2, dx: 2, dy: 4 },
    Pass { x: 1, y: 0, dx: 2, dy: 2 },
    Pass { x: 0, y: 1, dx: 1, dy: 2 },
];
const WHOLE: [Pass; 1] = [Pass { x: 0, y: 0, dx: 1, dy: 1 }];

impl Layout {
    fn passes(&self) -> &'static [Pass] {
        if self.is_interlaced { &ADAM7 } else { &WHOLE }
    }

    /// Pixels in a row and rows of a pass.
    fn pass_size(&self, pass: &Pass) -> (u32, u32) {
        let (n_columns, n_rows) = (self.width.saturating_sub(pass.x), self.height.saturating_sub(pass.y));
        match (n_columns.div_ceil(pass.dx), n_rows.div_ceil(pass.dy)) {
            (0, _) | (_, 0) => (0, 0),
            size => size,
        }
    }

    /// Bytes of a row of so many pixels, without its filter.
    fn row_bytes(&self, n_pixels: u32) -> usize {
        (n_pixels as usize * self.colour.n_channels() * usize::from(self.depth)).div_ceil(8)
    }

    /// Bytes of all rows with their filters.
    pub(super) fn data_bytes(&self) -> usize {
        let pass_bytes = |pass: &Pass| {
            let (n_columns, n_rows) = self.pass_size(pass);
            n_rows as usize * (self.row_bytes(n_columns) + 1)
        };
        self.passes().iter().map(pass_bytes).sum()
    }

    /// Hands out every pixel of `data`, whose rows are unfiltered in place: column, row, and four numbers of 16 bits.
    pub(super) fn for_each_pixel(
        &self,
        data: &mut [u8],
        mut put: impl FnMut(u32, u32, [u16; 4]),
    ) -> Result<(), PaintError> {
        let pixel_bytes = (self.colour.n_channels() * usize::from(self.depth)).div_ceil(8);
        let mut rest = data;
        for pass in self.passes() {
            let (n_columns, n_rows) = self.pass_size(pass);
            let row_bytes = self.row_bytes(n_columns);
            let mut former: &[u8] = &vec![0; row_bytes];
            for row_idx in 0..n_rows {
                let Some((row, after)) = rest.split_at_mut_checked(row_bytes + 1) else { return Err(cut_short()) };
                rest = after;
                let Some((filter, row)) = row.split_first_mut() else { return Err(cut_short()) };
                unfilter(*filter, row, former, pixel_bytes)?;
                let y = pass.y + row_idx * pass.dy;
                for column in 0..n_columns {
                    put(pass.x + column * pass.dx, y, self.pixel(row, column as usize));
                }
                former = row;
            }
        }
        Ok(())
    }

    /// The pixel at `at` of an unfiltered row.
    #[inline]
    fn pixel(&self, row: &[u8], at: usize) -> [u16; 4] {
        let n_channels = self.colour.n_channels();
        // In the file's own numbers; only grey and palettes have fewer than 8 bits.
        let number = |channel: usize| -> u16 {
            let index = at * n_channels + channel;
            match self.depth {
                16 => u16::from_be_bytes([row[index * 2], row[index * 2 + 1]]),
                8 => u16::from(row[index]),
                depth => {
                    let bit = index * usize::from(depth);
                    let shift = 8 - usize::from(depth) - bit % 8;
                    u16::from(row[bit / 8] >> shift) & ((1 << depth) - 1)
                }
            }
        };
        let wide = |number: u16| match self.depth {
            16 => number,
            8 => number * 257,
            depth => (u32::from(number) * 65535 / ((1 << depth) - 1)) as u16,
        };
        let alpha_of = |numbers: [u16; 3]| if self.clear == Some(numbers) { 0 } else { 65535 };
        match self.colour {
            Colour::Grey => {
                let grey = number(0);
                [wide(grey), wide(grey), wide(grey), alpha_of([grey; 3])]
            }
            Colour::GreyAlpha => {
                let grey = wide(number(0));
                [grey, grey, grey, wide(number(1))]
            }
            Colour::Rgb => {
                let numbers = [number(0), number(1), number(2)];
                let [red, green, blue] = numbers.map(wide);
                [red, green, blue, alpha_of(numbers)]
            }
            Colour::Rgba => [wide(number(0)), wide(number(1)), wide(number(2)), wide(number(3))],
            // Like other programs: an index beyond the palette is black.
            Colour::Palette => self
                .palette
                .get(usize::from(number(0)))
                .copied()
                .unwrap_or([0, 0, 0, 255])
                .map(|it| u16::from(it) * 257),
        }
    }
}

fn cut_short() -> PaintError {
    PaintError::File { format: FORMAT, problem: "it is cut short" }
}

/// Takes the filter off a row (section 9.2). `former` is the row above, unfiltered.
fn unfilter(filter: u8, row: &mut [u8], former: &[u8], pixel_bytes: usize) -> Result<(), PaintError> {
    let len = row.len();
    match filter {
        0 => {}
        1 => (pixel_bytes..len).for_each(|at| row[at] = row[at].wrapping_add(row[at - pixel_bytes])),
        2 => row.iter_mut().zip(former).for_each(|(value, up)| *value = value.wrapping_add(*up)),
        3 => {
            for at in 0..len {
                let left = if at < pixel_bytes { 0 } else { row[at - pixel_bytes] };
                row[at] = row[at].wrapping_add(((u16::from(left) + u16::from(former[at])) / 2) as u8);
            }
        }
        4 => {
            for at in 0..len {
                let (left, corner) =
                    if at < pixel_bytes { (0, 0) } else { (row[at - pixel_bytes], former[at - pixel_bytes]) };
                row[at] = row[at].wrapping_add(paeth(left, former[at], corner));
            }
        }
        _ => return Err(PaintError::File { format: FORMAT, problem: "it is damaged: a row has an unknown filter" }),
    }
    Ok(())
}

/// Whichever of the three is nearest to left + up − corner (section 9.4).
#[inline]
pub(super) fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let (l, u, c) = (i16::from(left), i16::from(up), i16::from(corner));
    let (to_left, to_up, to_corner) = ((u - c).abs(), (l - c).abs(), (l + u - 2 * c).abs());
    if to_left <= to_up && to_left <= to_corner {
        left
    } else if to_up <= to_corner {
        up
    } else {
        corner
    }
}
