//! The page's program, which does nothing but start the app.
//!
//! It is a package of its own because a program is put together at the level of optimisation of the package that it is:
//! at level 3 the loops over pixels in `paint` work on several of them at once, which is many times as fast, while the
//! views, which were compiled for their size, stay as small as they are.

fn main() {
    underpaint_app::run();
}
