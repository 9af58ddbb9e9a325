//! A stroke log of any bytes, and the first frames of its film.

#![no_main]

use libfuzzer_sys::fuzz_target;
use underpaint_studio::{FilmSettings, Timelapse};

fuzz_target!(|data: &[u8]| {
    if let Some(log) = Timelapse::decode(data) {
        let settings = FilmSettings { edge_px: 64, frames_per_sec: 4.0, duration_secs: 1.0, is_picture_beside: true };
        log.frames(settings).take(8).for_each(drop);
    }
});
