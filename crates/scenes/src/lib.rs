//! A procedural painter of landscapes.
//!
//! The starter model that Underpaint ships is trained on nothing but the output of this crate: pictures, the sketches
//! a person might have made of them, and captions. Every picture follows from a seed and an index alone:
//!
//! 1. [`compose`] draws the *facts* of a [`scene::Scene`]: place, time, weather, season, style, where things are;
//! 2. [`paint`] renders the facts, back to front, in the light of [`light`], and gives the result to a style;
//! 3. [`sketch`] draws the same layout the way somebody does in a simple paint program;
//! 4. [`caption`] says the facts in words.
//!
//! All positions are in units of the picture's height, so that any size shows the same picture.
//!
//! # Speed
//!
//! `underpaint-scenes speed` tells the pictures a second of one core, style by style, by the time the program has the core
//! for itself. What makes it fast: painters work row by row ([`canvas::Canvas::rows`]), so that noise looks up the corners
//! of a lattice cell once for many pixels ([`noise`]) and what depends on the height alone is worked out once; a colour
//! fills a vector register ([`colour::Rgb`]); elementary functions are our own ([`math`]). Measured at 256 × 256 on one
//! core of a busy EPYC machine without more than SSE2, in user time, alternating with the painter before: 61 whole
//! examples a second instead of 30.

pub mod built;
pub mod canvas;
pub mod caption;
pub mod colour;
pub mod compose;
pub mod dataset;
pub mod ground;
pub mod light;
pub mod math;
pub mod noise;
pub mod objects;
pub mod paint;
pub mod parts;
pub mod phenomena;
pub mod raster;
pub mod rng;
pub mod scene;
pub mod sketch;
pub mod sky;
pub mod styles;
pub mod terrain;
pub mod trees;
pub mod water;
pub mod weather;
