//! Regions of similar colour: what the fill bucket fills and the magic wand selects.

use crate::gaps::close_gaps;
use crate::lay::lay_flat;
use crate::spans::{CLOSED, FILLED, OPEN, fill_spans, run_from};
use crate::{Ink, Mask, PixelRect, Raster, RgbaImage};

/// What colours are compared on.
#[derive(Clone, Copy)]
pub enum Reference<'a> {
    /// The pixels of one layer.
    Layer(&'a Raster),
    /// A picture of the canvas's size, such as all layers as they are seen.
    Picture(&'a RgbaImage),
}

/// How a region of similar colour is found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RegionOptions {
    /// How far a colour may differ from the one at the seed, 0 (only the same) to 255, in the channel (premultiplied
    /// red, green, blue, or alpha) that differs most.
    pub tolerance: u8,
    /// Whether only pixels count that hang together with the seed, side by side.
    pub is_contiguous: bool,
    /// Gaps in lines up to twice this wide are treated as closed, in pixels; 0 closes none. At most 64.
    pub gap_radius_px: u32,
    /// Grows the region by so many pixels, so that it reaches under the lines around it; negative shrinks it.
    pub expand_px: f32,
    /// Whether the pixels along the edge are covered in part, as far as their colour is that of the region.
    pub is_antialiased: bool,
}

impl Default for RegionOptions {
    fn default() -> Self {
        Self { tolerance: 32, is_contiguous: true, gap_radius_px: 0, expand_px: 0.0, is_antialiased: true }
    }
}

impl Reference<'_> {
    fn size(self) -> (u32, u32) {
        match self {
            Self::Layer(raster) => (raster.bounds().width(), raster.bounds().height()),
            Self::Picture(picture) => (picture.width(), picture.height()),
        }
    }

    /// How much each pixel differs from the one at the seed, 0 to 255.
    fn differences(self, seed: (u32, u32)) -> Vec<u8> {
        let (width, height) = self.size();
        let mut differences = vec![0; width as usize * height as usize];
        match self {
            Self::Layer(raster) => {
                let aim = raster.pixel(seed.0, seed.1);
                let difference_of = |pixel: &[u16; 4]| {
                    let mut most = 0;
                    for channel in 0..4 {
                        most = most.max(pixel[channel].abs_diff(aim[channel]));
                    }
                    ((u32::from(most) * 255 + 32767) / 65535) as u8
                };
                let of_bare_paper = difference_of(&[0; 4]);
                for part in raster.grid.parts(raster.bounds()) {
                    let (left, right) = part.columns;
                    let tile = raster.pixels(part.tile_idx);
                    for y in part.rows.0..part.rows.1 {
                        let start = (part.origin_y as usize + y) * width as usize + part.origin_x as usize + left;
                        let row = &mut differences[start..start + right - left];
                        match &tile {
                            None => row.fill(of_bare_paper),
                            Some(tile) => {
                                let pixels = tile.row(y, left, right).as_chunks::<4>().0;
                                row.iter_mut().zip(pixels).for_each(|(it, pixel)| *it = difference_of(pixel));
                            }
                        }
                    }
                }
            }
            Self::Picture(picture) => {
                let row_bytes = width as usize * 4;
                let seed_at = seed.1 as usize * row_bytes + seed.0 as usize * 4;
                let premultiplied = |pixel: &[u8; 4]| {
                    let alpha = u16::from(pixel[3]);
                    let scaled = |value: u8| {
                        let product = u16::from(value) * alpha + 128;
                        ((product + (product >> 8)) >> 8) as u8
                    };
                    [scaled(pixel[0]), scaled(pixel[1]), scaled(pixel[2]), pixel[3]]
                };
                let pixels = picture.pixels();
                let Some(aim) = pixels[seed_at..].first_chunk::<4>().map(premultiplied) else { return differences };
                let rows = differences.chunks_exact_mut(width as usize);
                for (row, pixels) in rows.zip(pixels.chunks_exact(row_bytes)) {
                    for (difference, pixel) in row.iter_mut().zip(pixels.as_chunks::<4>().0) {
                        let pixel = premultiplied(pixel);
                        let mut most = 0;
                        for channel in 0..4 {
                            most = most.max(pixel[channel].abs_diff(aim[channel]));
                        }
                        *difference = most;
                    }
                }
            }
        }
        differences
    }
}

/// The region of colours like the one at the seed pixel (column, row). What `within` does not select is never part of
/// it, and stops it. Empty when the seed lies outside of the canvas or the masks and pictures are of different sizes.
#[must_use]
pub fn similar_region(
    reference: Reference<'_>,
    seed: (u32, u32),
    options: &RegionOptions,
    within: Option<&Mask>,
) -> Mask {
    let (width, height) = reference.size();
    let fits = within.is_none_or(|mask| (mask.width(), mask.height()) == (width, height));
    if seed.0 >= width || seed.1 >= height || !fits {
        return Mask::filled(width, height, 0);
    }
    let differences = reference.differences(seed);
    let tolerance = options.tolerance;
    let mut states: Vec<u8> = differences.iter().map(|difference| u8::from(*difference <= tolerance)).collect();
    if let Some(within) = within {
        for (state, share) in states.iter_mut().zip(within.values()) {
            *state &= u8::from(*share > 0);
        }
    }
    if !options.is_contiguous {
        states.iter_mut().for_each(|state| *state = if *state == OPEN { FILLED } else { CLOSED });
    } else if options.gap_radius_px > 0 {
        close_gaps(&mut states, (width as usize, height as usize), seed, options.gap_radius_px.min(64));
    } else {
        fill_spans(&mut states, (width as usize, height as usize), seed, FILLED);
    }
    // What stayed open was never reached.
    states.iter_mut().for_each(|state| *state = if *state == FILLED { FILLED } else { 0 });
    if options.is_antialiased && tolerance < 255 {
        soften_edge(&mut states, &differences, width as usize, tolerance);
    }
    let Some(mut mask) = Mask::new(width, height, states) else { return Mask::filled(width, height, 0) };
    if options.expand_px != 0.0 && options.expand_px.is_finite() {
        mask.grow(options.expand_px);
        if !options.is_antialiased {
            mask.values_mut().iter_mut().for_each(|value| *value = if *value >= 128 { 255 } else { 0 });
        }
    }
    mask
}

/// Fills the region around the seed with a colour (or takes it away). Returns what changed.
pub fn flood_fill(raster: &mut Raster, region: &Mask, ink: Ink, selection: Option<&Mask>) -> PixelRect {
    let rect = region.bounds();
    lay_flat(raster, rect, ink, selection, &mut |y, left, covers| {
        let shares = region.row(y, left, left + covers.len() as u32);
        for (cover, share) in covers.iter_mut().zip(shares) {
            *cover = f32::from(*share) / 255.0;
        }
    })
}

/// Covers the pixels just outside of the region in part.
///
/// Such a pixel is often a mixture: of the region's colour and of what bounds it. How much of the latter there is in it
/// shows in its difference from the region's colour against the largest one beside it.
fn soften_edge(states: &mut [u8], differences: &[u8], width: usize, tolerance: u8) {
    let height = states.len() / width;
    let mut edge = Vec::new();
    for y in 0..height {
        let row = &states[y * width..(y + 1) * width];
        let mut next = 0;
        while next < width {
            // Runs of region are long, and so are runs of what is far from it.
            if row[next] == FILLED {
                next += run_from(&row[next..], FILLED);
                continue;
            }
            let x = next;
            next += 1;
            let beside = (x > 0 && row[x - 1] == FILLED)
                || (x + 1 < width && row[x + 1] == FILLED)
                || (y > 0 && states[(y - 1) * width + x] == FILLED)
                || (y + 1 < height && states[(y + 1) * width + x] == FILLED);
            let difference = differences[y * width + x];
            if !beside || difference <= tolerance {
                continue;
            }
            let mut most = difference;
            for near_y in y.saturating_sub(1)..(y + 2).min(height) {
                let near = &differences[near_y * width..(near_y + 1) * width];
                for near in &near[x.saturating_sub(1)..(x + 2).min(width)] {
                    most = most.max(*near);
                }
            }
            let share = 255 - (u32::from(difference) * 255 / u32::from(most)) as u8;
            if share > 0 {
                edge.push((y * width + x, share));
            }
        }
    }
    for (idx, share) in edge {
        states[idx] = share;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CanvasPoint, Corners, Rgb8, Shape, ShapeStyle, draw_shape};

    const SIZE: u32 = 120;

    /// A black ring on bare paper, with a gap of so many pixels on its right side.
    fn ring(gap_px: f32) -> Raster {
        let mut raster = Raster::new(SIZE, SIZE);
        let points = (0..=100).map(|idx| {
            let half_gap = gap_px / 2.0 / 40.0;
            let angle = half_gap + (std::f32::consts::TAU - 2.0 * half_gap) * idx as f32 / 100.0;
            CanvasPoint::new(60.0 + 40.0 * angle.cos(), 60.0 + 40.0 * angle.sin())
        });
        let points: Vec<_> = points.collect();
        let ink = Ink::opaque(Rgb8::new(0, 0, 0));
        let shape = if gap_px > 0.0 { Shape::Polyline(points) } else { Shape::Polygon(points) };
        let style = ShapeStyle { fill: None, outline: Some(ink), width_px: 3.0, corners: Corners::Sharp };
        draw_shape(&mut raster, &shape, &style, None);
        raster
    }

    fn area(mask: &Mask) -> f32 {
        mask.values().iter().map(|value| f32::from(*value) / 255.0).sum()
    }

    const PLAIN: RegionOptions =
        RegionOptions { tolerance: 20, is_contiguous: true, gap_radius_px: 0, expand_px: 0.0, is_antialiased: false };

    #[test]
    fn a_fill_stays_inside_of_a_closed_line() {
        let raster = ring(0.0);
        let inside = similar_region(Reference::Layer(&raster), (60, 60), &PLAIN, None);
        assert_eq!((inside.at(60, 60), inside.at(100, 60), inside.at(5, 5)), (255, 0, 0));
        let everywhere = RegionOptions { is_contiguous: false, ..PLAIN };
        let paper = similar_region(Reference::Layer(&raster), (60, 60), &everywhere, None);
        assert_eq!((paper.at(60, 60), paper.at(100, 60), paper.at(5, 5)), (255, 0, 255));
        let outside = similar_region(Reference::Layer(&raster), (5, 5), &PLAIN, None);
        assert_eq!(area(&outside) + area(&inside), area(&paper));
        assert!(similar_region(Reference::Layer(&raster), (120, 5), &PLAIN, None).is_empty());
    }

    #[test]
    fn an_anti_aliased_fill_leaves_no_halo_and_does_not_cross_the_line() {
        let raster = ring(0.0);
        let options = RegionOptions { is_antialiased: true, ..PLAIN };
        let mut painted = raster.clone();
        let inside = similar_region(Reference::Layer(&raster), (60, 60), &options, None);
        // The disc inside of the line, whose own edge pixels are shared between line and paper.
        let exact = std::f32::consts::PI * 38.5 * 38.5;
        assert!((area(&inside) - exact).abs() < 12.0, "{} of {exact}", area(&inside));
        let ink = Ink::opaque(Rgb8::new(255, 0, 0));
        flood_fill(&mut painted, &inside, ink, None);
        assert_eq!(painted.pixel(60, 60), [65535, 0, 0, 65535]);
        assert_eq!(painted.pixel(100, 60), raster.pixel(100, 60));
        // Along a row through the middle nothing of the paper shows between the line and the fill.
        let least = (30..91).map(|x| painted.pixel(x, 60)[3]).min();
        assert!(least > Some(60000), "{least:?}");
    }

    #[test]
    fn gaps_are_closed_up_to_their_radius() {
        let raster = ring(8.0);
        let region = |gap_radius_px, seed| {
            let options = RegionOptions { gap_radius_px, ..PLAIN };
            similar_region(Reference::Layer(&raster), seed, &options, None)
        };
        assert_eq!(region(0, (60, 60)).at(5, 5), 255);
        assert_eq!(region(2, (60, 60)).at(5, 5), 255);
        let inside = region(6, (60, 60));
        assert_eq!((inside.at(60, 60), inside.at(5, 5), inside.at(115, 60)), (255, 0, 0));
        // It fills up to the line everywhere, and ends in the gap.
        let exact = std::f32::consts::PI * 38.5 * 38.5;
        assert!((area(&inside) - exact).abs() < 150.0, "{} of {exact}", area(&inside));
        assert!(inside.at(97, 60) == 255 && inside.at(104, 60) == 0);
        let outside = region(6, (5, 5));
        assert_eq!((outside.at(60, 60), outside.at(119, 0), outside.at(60, 19)), (0, 255, 0));
        // A seed close to the line fills the same as one in the middle.
        assert!(region(6, (60, 23)) == inside);
    }

    #[test]
    fn a_place_too_narrow_for_the_ball_is_filled_as_it_is() {
        let mut raster = ring(0.0);
        let ink = Ink::opaque(Rgb8::new(0, 0, 0));
        let style = ShapeStyle { fill: None, outline: Some(ink), width_px: 2.0, corners: Corners::Sharp };
        let (from, to) = (CanvasPoint::new(50.0, 50.0), CanvasPoint::new(58.0, 58.0));
        draw_shape(&mut raster, &Shape::Rectangle { from, to }, &style, None);
        let options = RegionOptions { gap_radius_px: 20, ..PLAIN };
        let region = similar_region(Reference::Layer(&raster), (54, 54), &options, None);
        assert_eq!(area(&region), 36.0);
    }

    #[test]
    fn expanding_reaches_under_the_line() {
        let raster = ring(0.0);
        let options = RegionOptions { expand_px: 2.0, is_antialiased: true, ..PLAIN };
        let region = similar_region(Reference::Layer(&raster), (60, 60), &options, None);
        let exact = std::f32::consts::PI * 40.5 * 40.5;
        assert!((area(&region) - exact).abs() < 60.0, "{} of {exact}", area(&region));
    }

    #[test]
    fn a_selection_stops_a_fill() {
        let raster = Raster::new(SIZE, SIZE);
        let mut within = Mask::filled(SIZE, SIZE, 255);
        for y in 0..SIZE {
            within.row_mut(y, 50, 52).fill(0);
        }
        let region = similar_region(Reference::Layer(&raster), (10, 10), &PLAIN, Some(&within));
        assert_eq!(area(&region), 50.0 * 120.0);
        assert!(similar_region(Reference::Layer(&raster), (10, 10), &PLAIN, Some(&Mask::filled(3, 3, 255))).is_empty());
    }

    #[test]
    fn what_is_seen_and_what_is_on_the_layer_can_differ() {
        let raster = ring(0.0);
        let picture = RgbaImage::new(SIZE, SIZE, [7, 8, 9, 255].repeat((SIZE * SIZE) as usize)).unwrap();
        let seen = similar_region(Reference::Picture(&picture), (60, 60), &PLAIN, None);
        assert_eq!(area(&seen), (SIZE * SIZE) as f32);
        assert!(area(&similar_region(Reference::Layer(&raster), (60, 60), &PLAIN, None)) < 5000.0);
    }

    #[test]
    fn the_tolerance_counts_in_steps_of_255() {
        let pixels = (0..=255u8).flat_map(|value| [value, 0, 0, 255]).collect();
        let picture = RgbaImage::new(256, 1, pixels).unwrap();
        for tolerance in [0u8, 1, 40, 255] {
            let options = RegionOptions { tolerance, ..PLAIN };
            let region = similar_region(Reference::Picture(&picture), (100, 0), &options, None);
            let low = 100 - i32::from(tolerance).min(100);
            let high = (100 + i32::from(tolerance)).min(255);
            assert_eq!(region.bounds(), PixelRect::new(low as u32, 0, high as u32 + 1, 1));
        }
    }
}
