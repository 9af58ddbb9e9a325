//! How long pixels take to the canvas. The figures are printed; what is held is their order.

use underpaint_browser::{
    canvas::{PixelCanvas, PixelRect},
    clock::now_secs,
};
use wasm_bindgen_test::{console_log, wasm_bindgen_test};

use crate::canvas_element;

const EDGE: u32 = 2048;

/// Milliseconds of the page's thread for one call, the median of several.
fn median_millis(n: usize, mut call: impl FnMut()) -> f64 {
    let mut millis: Vec<f64> = (0..n)
        .map(|_| {
            let before = now_secs();
            call();
            (now_secs() - before) * 1e3
        })
        .collect();
    millis.sort_by(f64::total_cmp);
    millis[n / 2]
}

#[wasm_bindgen_test]
fn a_small_rectangle_costs_a_small_part_of_the_whole() {
    let canvas = PixelCanvas::new(&canvas_element(EDGE, EDGE), true).unwrap();
    let whole = vec![200; (EDGE * EDGE * 4) as usize];
    let small = vec![100; 200 * 200 * 4];
    let whole_millis = median_millis(7, || canvas.put(&whole, PixelRect::of_size(EDGE, EDGE)).unwrap());
    let rect = PixelRect { x: 900, y: 700, width: 200, height: 200 };
    let small_millis = median_millis(31, || canvas.put(&small, rect).unwrap());
    console_log!("put: whole {whole_millis:.2} ms, rectangle {small_millis:.3} ms");
    assert!(small_millis < whole_millis / 5.0, "{small_millis} {whole_millis}");
}
