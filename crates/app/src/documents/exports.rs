//! The document as files that leave: written in slices, with the page at work in between.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};
use underpaint_browser::{
    BrowserError, clock, download, files::SaveTarget, picture_file::encode_on_white, transfer::copy_picture,
};
use underpaint_studio::{Export, Session};

use super::{BYTES_AT_ONCE, STROKE_WAIT, Shelf, breathe};
use crate::{desk::Desk, texts::texts};

/// How long a file that somebody waits for is worked on between two events of the page.
const SLICE_SECS: f64 = 0.006;
/// A file that takes longer shows how far it is, in seconds.
const UNSEEN_SECS: f64 = 1.0;

impl Shelf {
    /// Saves the document as a file: of this kind, or as a picture on white paper in a format of the browser's (its media
    /// type and a quality from 0 to 1).
    pub fn download(self, desk: Desk, kind: Export, picture: Option<(&'static str, f32)>) {
        let (extension, media_type) = match (kind, picture) {
            (_, Some((media_type @ "image/jpeg", _))) => (".jpg", media_type),
            (_, Some((media_type, _))) => (".webp", media_type),
            (Export::Project, None) => (".png", "image/png"),
            (Export::OpenRaster, None) => (".ora", "image/openraster"),
            (Export::Flat, None) => ("-flat.png", "image/png"),
        };
        let target = SaveTarget::downloads(&format!("{}{extension}", self.file_stem()), media_type);
        spawn_local(async move {
            let saved = async {
                let png = self.write_file(desk, kind, Some(&target).filter(|_| picture.is_none())).await?;
                if let Some((media_type, quality)) = picture {
                    let bytes = encode_on_white(&png, media_type, quality).await?;
                    download::save_file(target.file_name(), media_type, &bytes)?;
                }
                Ok(())
            };
            match saved.await {
                Ok(()) => desk.say("said-file-saved".into()),
                Err(error) => desk.report(&error),
            }
        });
    }

    /// Writes the document to a file in slices, never in mid-stroke and one file at a time; without a target the bytes are
    /// the answer.
    pub async fn write_file(
        self,
        desk: Desk,
        kind: Export,
        target: Option<&SaveTarget>,
    ) -> Result<Vec<u8>, BrowserError> {
        while self.inner().is_writing.get() {
            breathe(STROKE_WAIT).await;
        }
        self.inner().is_writing.set(true);
        let written = self.write_pieces(desk, kind, target).await;
        self.inner().is_writing.set(false);
        self.written_percent.set(None);
        written
    }

    async fn write_pieces(
        self,
        desk: Desk,
        kind: Export,
        target: Option<&SaveTarget>,
    ) -> Result<Vec<u8>, BrowserError> {
        let unseen_secs = clock::now_secs() + UNSEEN_SECS;
        let mut file = desk.peek(|session| session.export(kind, texts()));
        let mut to = match target {
            Some(target) => Some(target.begin().await?),
            None => None,
        };
        let mut bytes = Vec::new();
        loop {
            breathe(Duration::ZERO).await;
            if desk.peek(Session::is_stroking) {
                breathe(STROKE_WAIT).await;
                continue;
            }
            let now_secs = clock::now_secs();
            let mut is_late = || clock::now_secs() >= now_secs + SLICE_SECS;
            let Some(piece) = file.next_piece(BYTES_AT_ONCE, &mut is_late) else { break };
            match &mut to {
                Some(to) => to.add(&piece).await?,
                None => bytes.extend(piece),
            }
            let percent = Some((file.share() * 100.0) as u32).filter(|_| now_secs > unseen_secs);
            if self.written_percent.get_untracked() != percent {
                self.written_percent.set(percent);
            }
        }
        if let Some(to) = to {
            to.finish().await?;
        }
        Ok(bytes)
    }

    /// Copies what is seen to the clipboard.
    pub fn copy(self, desk: Desk) {
        let copied = copy_picture(async move { self.write_file(desk, Export::Flat, None).await });
        spawn_local(async move {
            match copied.await {
                Ok(()) => desk.say("said-picture-copied".into()),
                Err(error) => desk.report(&error),
            }
        });
    }
}
