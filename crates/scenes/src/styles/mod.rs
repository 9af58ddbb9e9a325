//! Painting styles: each takes the finished picture, in display values, and paints it over in its own manner.

mod filters;
mod gouache;
mod ink;
mod lowpoly;
mod oil;
mod pastel;
mod photo;
mod pixel;
mod poster;
mod watercolour;

use crate::canvas::Canvas;
use crate::scene::{Scene, Style};

/// Puts the style of `scene` on its picture.
pub fn apply(canvas: &mut Canvas, scene: &Scene) {
    match scene.style {
        Style::Photo => photo::apply(canvas, scene.seed),
        Style::Oil => oil::apply(canvas, scene.seed),
        Style::Watercolour => watercolour::apply(canvas, scene.seed),
        Style::Pastel => pastel::apply(canvas, scene.seed),
        Style::Ink => ink::apply(canvas, scene.seed),
        Style::Pixel => pixel::apply(canvas),
        Style::Gouache => gouache::apply(canvas, scene.seed),
        Style::Poster => poster::apply(canvas),
        Style::LowPoly => lowpoly::apply(canvas, scene.seed),
    }
}
