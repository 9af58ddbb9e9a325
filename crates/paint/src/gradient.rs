//! Gradients from one colour to another or to nothing, dithered so that eight bits show no bands.

use crate::lay::{Laying, lay};
use crate::stored::ONE;
use crate::{CanvasPoint, Mask, PixelRect, Raster, Rgb8};

/// How a gradient runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GradientKind {
    /// Along the line from the first point to the second.
    #[default]
    Linear,
    /// In circles around the first point; the second lies on the outermost.
    Radial,
}

/// A colour with its alpha at one end of a gradient.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GradientStop {
    /// The colour.
    pub colour: Rgb8,
    /// 0 (nothing) to 1.
    pub alpha: f32,
}

/// A gradient between two points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gradient {
    /// How it runs.
    pub kind: GradientKind,
    /// Where it starts.
    pub from: CanvasPoint,
    /// Where it ends. Beyond both points the colours of the ends go on.
    pub to: CanvasPoint,
    /// What it starts with.
    pub start: GradientStop,
    /// What it ends with. A transparent end has the colour of the other, whatever it says: paint fades, it does not
    /// change its hue on the way.
    pub end: GradientStop,
}

/// Noise in −½..½ that differs from pixel to pixel without clumps or a visible pattern: interleaved gradient noise
/// (Jimenez, "Next generation post processing in Call of Duty", 2014). Coordinates must not be negative.
fn noise(x: f32, y: f32) -> f32 {
    // Cutting the digits off is rounding down here, and one instruction on every processor.
    let fract = |value: f32| value - value as i32 as f32;
    fract(52.982_918 * fract(0.067_110_56 * x + 0.005_837_15 * y)) - 0.5
}

/// Lays a gradient over the selected pixels (all without a selection). Returns what changed.
///
/// Colours are mixed premultiplied, in the encoding of the pixels. Each value gets noise below half of an 8-bit step, so
/// that rounding to eight bits, on screen and in files, turns steps into grain too fine to see; flat ends stay exact.
pub fn draw_gradient(
    raster: &mut Raster,
    gradient: &Gradient,
    opacity: f32,
    is_alpha_locked: bool,
    selection: Option<&Mask>,
) -> PixelRect {
    let Gradient { kind, from, to, start, end } = *gradient;
    let (dx, dy) = (to.x - from.x, to.y - from.y);
    let length = dx.hypot(dy);
    if !(from.is_finite() && to.is_finite() && opacity > 0.0) {
        return PixelRect::EMPTY;
    }
    // Without extent there is a hard edge at the point, or one colour around it.
    let inverse = if length > 1e-3 { 1.0 / length } else { 1e6 };
    let (along_x, along_y) = if length > 1e-3 { (dx / length, dy / length) } else { (1.0, 0.0) };
    let alphas = [start.alpha, end.alpha].map(|alpha| if alpha.is_nan() { 1.0 } else { alpha.clamp(0.0, 1.0) });
    let floats = |colour: Rgb8| [colour.red, colour.green, colour.blue].map(|value| f32::from(value) / 255.0);
    let first = floats(if alphas[0] > 0.0 { start.colour } else { end.colour });
    let last = floats(if alphas[1] > 0.0 { end.colour } else { start.colour });
    let fades = alphas[0] != alphas[1];
    let opacity = opacity.min(1.0);
    let laying = Laying { rect: raster.bounds(), selection, is_alpha_locked, erases: false };
    lay(raster, laying, &mut |stretch| {
        let y = stretch.y as f32;
        for (idx, (source, cover)) in stretch.sources.iter_mut().zip(stretch.covers.iter_mut()).enumerate() {
            let x = (stretch.left as usize + idx) as f32;
            let (offset_x, offset_y) = (x + 0.5 - from.x, y + 0.5 - from.y);
            let distance = match kind {
                GradientKind::Linear => offset_x * along_x + offset_y * along_y,
                GradientKind::Radial => offset_x.hypot(offset_y),
            };
            let share = distance * inverse;
            let is_between = share > 0.0 && share < 1.0;
            let share = share.clamp(0.0, 1.0);
            let grain = |channel: usize| {
                // Each channel has grain of its own: taken together it is fainter than grey grain.
                if is_between {
                    noise(x + 37.0 * channel as f32, y + 17.0 * channel as f32) * 0.999 / 255.0
                } else {
                    0.0
                }
            };
            let weights = [alphas[0] * (1.0 - share), alphas[1] * share];
            let exact = weights[0] + weights[1];
            let alpha = if fades { (exact + grain(3)).clamp(0.0, 1.0) } else { exact };
            let scale = alpha / exact.max(1e-6);
            for channel in 0..3 {
                let mixed = (first[channel] * weights[0] + last[channel] * weights[1]) * scale;
                let grained = if first[channel] == last[channel] { mixed } else { mixed + grain(channel) * alpha };
                source[channel] = grained.clamp(0.0, alpha) * ONE;
            }
            source[3] = alpha * ONE;
            *cover = opacity;
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stored::straight_from_stored;

    fn stop(value: u8, alpha: f32) -> GradientStop {
        GradientStop { colour: Rgb8::new(value, value, value), alpha }
    }

    fn bytes(raster: &Raster, y: u32) -> Vec<[u8; 4]> {
        let mut row = vec![[0; 4]; raster.bounds().width() as usize];
        raster.read_stored(y, 0, &mut row);
        row.iter().map(|pixel| straight_from_stored(pixel)).collect()
    }

    #[test]
    fn a_faint_gradient_shows_no_bands_and_keeps_its_mean() {
        // From 100 to 104 over 400 pixels: five bands of 100 pixels without dither.
        let mut raster = Raster::new(400, 64);
        let gradient = Gradient {
            kind: GradientKind::Linear,
            from: CanvasPoint::new(0.0, 0.0),
            to: CanvasPoint::new(400.0, 0.0),
            start: stop(100, 1.0),
            end: stop(104, 1.0),
        };
        draw_gradient(&mut raster, &gradient, 1.0, false, None);
        let rows: Vec<_> = (0..64).map(|y| bytes(&raster, y)).collect();
        for left in (0..400).step_by(20) {
            let values = rows.iter().flat_map(|row| &row[left..left + 20]).map(|pixel| f64::from(pixel[0]));
            let mean = values.sum::<f64>() / (64.0 * 20.0);
            let exact = 100.0 + (left as f64 + 10.0) / 100.0;
            assert!((mean - exact).abs() < 0.04, "{left}: {mean} for {exact}");
        }
        let longest =
            rows.iter().map(|row| row.chunk_by(|one, other| one == other).map(<[_]>::len).max().unwrap_or(0)).max();
        // Runs remain where the value is a whole number, and are broken everywhere else.
        assert!(longest < Some(60), "{longest:?}");
        assert!(rows.iter().flatten().all(|pixel| pixel[3] == 255));
    }

    #[test]
    fn beyond_its_ends_a_gradient_is_exactly_their_colours() {
        for kind in [GradientKind::Linear, GradientKind::Radial] {
            let mut raster = Raster::new(200, 9);
            let gradient = Gradient {
                kind,
                from: CanvasPoint::new(50.0, 4.0),
                to: CanvasPoint::new(150.0, 4.0),
                start: stop(77, 1.0),
                end: stop(201, 0.0),
            };
            draw_gradient(&mut raster, &gradient, 1.0, false, None);
            let row = bytes(&raster, 4);
            assert!(row[152..].iter().all(|pixel| *pixel == [0; 4]));
            if kind == GradientKind::Linear {
                assert!(row[..50].iter().all(|pixel| *pixel == [77, 77, 77, 255]));
            }
            // It fades in its own colour. At a low alpha 8 bits of colour can only be near.
            for (x, pixel) in row[60..140].iter().enumerate() {
                assert!(pixel[0].abs_diff(77) <= 1, "{x}: {pixel:?}");
                assert!((f32::from(pixel[3]) - 255.0 * (1.0 - (x as f32 + 10.5) / 100.0)).abs() <= 1.0);
            }
        }
    }

    #[test]
    fn a_locked_alpha_keeps_bare_paper_bare() {
        let mut raster = Raster::new(64, 64);
        raster.write_stored(3, 5, &[[0, 0, 0, 30000]]);
        let gradient = Gradient {
            kind: GradientKind::Linear,
            from: CanvasPoint::new(0.0, 0.0),
            to: CanvasPoint::new(0.0, 0.0),
            start: stop(255, 1.0),
            end: stop(255, 1.0),
        };
        draw_gradient(&mut raster, &gradient, 1.0, true, None);
        let mut row = [[0; 4]; 3];
        raster.read_stored(3, 4, &mut row);
        assert_eq!(row, [[0; 4], [30000, 30000, 30000, 30000], [0; 4]]);
    }
}
