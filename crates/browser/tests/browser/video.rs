//! Videos, made by the browser's encoder and played by its player.

use underpaint_browser::{
    BrowserError,
    video::{VideoMaker, VideoSettings},
};
use wasm_bindgen_test::{console_log, wasm_bindgen_test};

use crate::{javascript, javascript_async};

/// Loads the video into a player and gives, as JSON, what it says of it, with the colours in the middle at some times.
async fn play(bytes: &[u8], times_secs: &[f64]) -> String {
    js_sys::Reflect::set(&js_sys::global(), &"videoBytes".into(), &js_sys::Uint8Array::from(bytes)).unwrap();
    let source = format!(
        "const video = document.createElement('video');
         video.muted = true;
         document.body.append(video);
         video.src = URL.createObjectURL(new Blob([window.videoBytes], {{ type: 'video/webm' }}));
         const heard = name => new Promise((resolve, reject) => {{
             video.addEventListener(name, resolve, {{ once: true }});
             video.addEventListener('error', () => reject(video.error), {{ once: true }});
         }});
         await heard('loadeddata');
         const canvas = document.createElement('canvas');
         canvas.width = video.videoWidth; canvas.height = video.videoHeight;
         const context = canvas.getContext('2d', {{ willReadFrequently: true }});
         const colours = [];
         for (const time of {times_secs:?}) {{
             const shown = new Promise(resolve => video.requestVideoFrameCallback(resolve));
             const seeked = heard('seeked');
             video.currentTime = time;
             await Promise.all([seeked, shown]);
             context.drawImage(video, 0, 0);
             colours.push(Array.from(context.getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data).slice(0, 3));
         }}
         const ended = heard('ended');
         video.currentTime = Math.max(0, video.duration - 0.3);
         await video.play();
         await ended;
         video.remove();
         return JSON.stringify([video.videoWidth, video.videoHeight, video.duration, colours,
             video.seekable.length && video.seekable.end(0) === video.duration]);"
    );
    javascript_async(&source).await.as_string().unwrap()
}

fn settings(width: u32, height: u32) -> VideoSettings {
    let bits_per_sec = VideoSettings::good_bits_per_sec(width, height, 25.0);
    VideoSettings { width, height, frames_per_sec: 25.0, bits_per_sec }
}

/// Red, green, blue, for ten frames each.
const COLOURS: [[u8; 4]; 3] = [[200, 30, 40, 255], [20, 160, 60, 255], [40, 60, 220, 255]];

async fn make_video(width: u32, height: u32) -> Vec<u8> {
    let mut maker = VideoMaker::start(settings(width, height)).await.unwrap();
    for colour in COLOURS {
        let pixels = colour.repeat((width * height) as usize);
        for _ in 0..10 {
            maker.add(&pixels, 0.04).await.unwrap();
        }
    }
    assert!((maker.duration_secs() - 1.2).abs() < 1e-9);
    maker.finish().await.unwrap()
}

#[wasm_bindgen_test]
async fn the_player_shows_the_frames_at_their_times_in_their_colours() {
    let bytes = make_video(320, 180).await;
    let report = play(&bytes, &[0.2, 0.6, 1.0]).await;
    console_log!("{} bytes: {report}", bytes.len());
    let numbers: Vec<f64> = report
        .split(|it: char| !it.is_ascii_digit() && it != '.')
        .filter(|it| !it.is_empty())
        .map(|it| it.parse().unwrap())
        .collect();
    assert_eq!((numbers[0], numbers[1]), (320.0, 180.0));
    assert!((numbers[2] - 1.2).abs() < 0.01, "{report}");
    assert!(report.ends_with("true]"), "it can be sought in: {report}");
    for (shown, colour) in numbers[3..].chunks(3).zip(COLOURS) {
        for channel in 0..3 {
            assert!((shown[channel] - f64::from(colour[channel])).abs() <= 8.0, "{shown:?} for {colour:?}");
        }
    }
}

#[wasm_bindgen_test]
async fn an_odd_size_loses_its_last_line() {
    let bytes = make_video(65, 49).await;
    let report = play(&bytes, &[]).await;
    assert!(report.starts_with("[64,48,1.2"), "{report}");
}

#[wasm_bindgen_test]
async fn a_maker_that_is_dropped_cancels_and_a_wrong_size_is_said() {
    let mut maker = VideoMaker::start(settings(64, 64)).await.unwrap();
    maker.add(&[128; 64 * 64 * 4], 0.04).await.unwrap();
    let error = maker.add(&[128; 10], 0.04).await.unwrap_err();
    assert!(matches!(error, BrowserError::PixelCount { received_bytes: 10, .. }), "{error}");
    drop(maker);
    let mut second = VideoMaker::start(settings(64, 64)).await.unwrap();
    second.add(&[128; 64 * 64 * 4], 0.04).await.unwrap();
    assert!(!second.finish().await.unwrap().is_empty());
}

#[wasm_bindgen_test]
async fn a_browser_without_an_encoder_says_so() {
    javascript("window.OriginalEncoder = window.VideoEncoder; window.VideoEncoder = undefined");
    let outcome = VideoMaker::start(settings(64, 64)).await;
    javascript("window.VideoEncoder = window.OriginalEncoder");
    let error = outcome.unwrap_err();
    assert!(matches!(error, BrowserError::NoVideo { .. }), "{error}");
    let error = VideoMaker::start(settings(1, 64)).await.unwrap_err();
    assert!(error.to_string().contains("1 × 64"), "{error}");
}

#[wasm_bindgen_test]
async fn a_large_video_is_fed_without_piling_up() {
    let mut maker = VideoMaker::start(settings(1024, 1024)).await.unwrap();
    let before_secs = underpaint_browser::clock::now_secs();
    for frame in 0..12u32 {
        let pixels: Vec<u8> = (0..1024 * 1024u32)
            .flat_map(|it| [(it % 1024 / 4) as u8, (it / 4096) as u8, (frame * 20) as u8, 255])
            .collect();
        maker.add(&pixels, 1.0 / 25.0).await.unwrap();
    }
    let bytes = maker.finish().await.unwrap();
    let elapsed_secs = underpaint_browser::clock::now_secs() - before_secs;
    console_log!("12 frames of 1024 × 1024 in {elapsed_secs:.2} s, {} bytes", bytes.len());
    assert!(play(&bytes, &[]).await.starts_with("[1024,1024,0.48"));
}
