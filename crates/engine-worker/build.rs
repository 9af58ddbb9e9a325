//! Leaves the names of functions out of the program: they are a quarter of what would have to be downloaded.
//!
//! A profile's `strip` does the same, but would also compile every dependency anew.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_ARCH").as_deref() == Ok("wasm32") {
        println!("cargo::rustc-link-arg-bins=--strip-all");
        // wasm-bindgen reads from it what the program may use.
        println!("cargo::rustc-link-arg-bins=--keep-section=target_features");
    }
}
