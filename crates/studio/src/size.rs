//! Sizes of pictures and shapes of canvases.

use underpaint_paint::MAX_EDGE_PX;

/// Longest edge of a picture, in pixels: what the engine takes.
pub const MAX_PICTURE_EDGE_PX: u32 = 2048;
/// Shortest edge that a picture is asked for at, in pixels.
pub const MIN_PICTURE_EDGE_PX: u32 = 64;
/// Sizes that are offered: the edge of the square with as many pixels.
pub const EDGE_PRESETS_PX: [u32; 7] = [256, 384, 512, 640, 768, 1024, 1536];
/// Shapes that are offered, width to height.
pub const ASPECT_PRESETS: [(u32, u32); 9] = [(1, 1), (4, 3), (3, 4), (3, 2), (2, 3), (16, 9), (9, 16), (2, 1), (1, 2)];

/// The size of a picture of a canvas's shape with about `edge_px * edge_px` pixels, each edge a multiple of `multiple`.
#[must_use]
pub fn picture_size(canvas: (u32, u32), edge_px: u32, multiple: u32) -> (u32, u32) {
    let multiple = multiple.clamp(1, MAX_PICTURE_EDGE_PX);
    let most = MAX_PICTURE_EDGE_PX / multiple * multiple;
    let aspect = (f64::from(canvas.0.max(1)) / f64::from(canvas.1.max(1))).sqrt();
    let edge = |factor: f64| {
        let n_multiples = (f64::from(edge_px.max(1)) * factor / f64::from(multiple)).round().max(1.0) as u32;
        n_multiples.saturating_mul(multiple).min(most)
    };
    (edge(aspect), edge(1.0 / aspect))
}

/// The size of a canvas of a shape with about as many pixels as one of `width` by `height`, in multiples of 8.
#[must_use]
pub fn canvas_size((across, down): (u32, u32), (width, height): (u32, u32)) -> (u32, u32) {
    let aspect = (f64::from(across.max(1)) / f64::from(down.max(1))).sqrt();
    let edge_px = (f64::from(width) * f64::from(height)).sqrt();
    let edge = |factor: f64| (((edge_px * factor / 8.0).round() as u32).max(1) * 8).min(MAX_EDGE_PX);
    (edge(aspect), edge(1.0 / aspect))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_has_the_canvass_shape_and_the_pixels_that_were_asked_for() {
        assert_eq!(picture_size((512, 512), 512, 8), (512, 512));
        assert_eq!(picture_size((128, 96), 64, 8), (72, 56));
        assert_eq!(picture_size((1920, 1080), 512, 64), (704, 384));
        for (canvas, edge_px, multiple) in
            [((4096, 1), 1024, 8), ((1, 4096), 3000, 64), ((0, 0), 0, 0), ((9, 7), 2048, 5000)]
        {
            let (width, height) = picture_size(canvas, edge_px, multiple);
            assert!((1..=MAX_PICTURE_EDGE_PX).contains(&width) && (1..=MAX_PICTURE_EDGE_PX).contains(&height));
        }
    }

    #[test]
    fn a_canvas_takes_another_shape_with_as_many_pixels() {
        assert_eq!(canvas_size((1, 1), (1024, 1024)), (1024, 1024));
        assert_eq!(canvas_size((4, 3), (1024, 1024)), (1184, 888));
        assert_eq!(canvas_size((2, 3), (512, 512)), (416, 624));
        for aspect in ASPECT_PRESETS {
            let (width, height) = canvas_size(aspect, (1000, 800));
            let off = (f64::from(width) / f64::from(height)) / (f64::from(aspect.0) / f64::from(aspect.1));
            assert!((0.98..1.02).contains(&off), "{aspect:?}: {width} × {height}");
        }
    }
}
