//! Pixels on the system's clipboard: what is copied here can be pasted elsewhere, and the other way round.

use leptos::task::spawn_local;
use underpaint_browser::{
    files::GivenFile,
    picture_file::decode_picture,
    transfer::{copy_picture, read_clipboard},
};
use underpaint_paint::RgbaImage;
use underpaint_studio::Action;

use crate::{desk::Desk, documents::PICTURE_LIMITS, presenter};

/// Puts a picture on the clipboard, as PNG. A browser that refuses is nothing to disturb anybody with: inside the page
/// the pixels are at hand all the same.
pub fn copy(image: RgbaImage) {
    let copied = copy_picture(async move { presenter::png_of(&image).await });
    spawn_local(async move { drop(copied.await) });
}

/// Takes pictures that were pasted. What was copied in here comes back exactly, where it was; else each is a layer.
pub fn take(desk: Desk, files: Vec<GivenFile>) {
    spawn_local(async move {
        if let [file] = files.as_slice()
            && let Ok(picture) = decode_picture(file, PICTURE_LIMITS).await
            && let Ok(image) = RgbaImage::new(picture.width, picture.height, picture.rgba)
            && desk.peek(|session| session.is_copied(&image))
        {
            return desk.act(Action::Paste);
        }
        desk.shelf().take_files(desk, files, true);
    });
}

/// Pastes by a button: what the clipboard holds, or what was copied in here where that may not be read.
pub fn paste(desk: Desk) {
    let reading = read_clipboard();
    spawn_local(async move {
        match reading.await {
            Ok(pasted) if !pasted.files.is_empty() => take(desk, pasted.files),
            _ => desk.act(Action::Paste),
        }
    });
}
