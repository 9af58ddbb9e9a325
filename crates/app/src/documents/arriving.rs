//! Files that are handed in: picked, dropped or pasted; and what is said of those that cannot be opened.

use leptos::{prelude::Set, task::spawn_local};
use underpaint_browser::{
    BrowserError,
    files::{GivenFile, open_files},
    picture_file::{DecodedPicture, decode_picture},
    picture_header::read_header,
};
use underpaint_paint::{MAX_EDGE_PX, RgbaImage, files::sniff};
use underpaint_studio::{DocumentEdit, Event, OpenedDocument, Phrase};

use super::{FILE_LIMIT_BYTES, PICTURE_LIMITS, Shelf};
use crate::{desk::Desk, problem::problem_of};

/// What the dialog for files accepts.
const ACCEPTED: &str = "image/*,.ora,.psd";

impl Shelf {
    /// Lets the person pick a file.
    pub fn pick(self, desk: Desk, is_layer: bool) {
        let picked = open_files(ACCEPTED, is_layer);
        spawn_local(async move {
            match picked.await {
                Ok(files) => self.take_files(desk, files, is_layer),
                Err(error) => desk.report(&error),
            }
        });
    }

    /// Takes files that were given: as layers, or the first as a document and further pictures as layers of it.
    pub fn take_files(self, desk: Desk, files: Vec<GivenFile>, is_layer: bool) {
        spawn_local(async move {
            let mut refused = Vec::new();
            // The first that can be opened is the document.
            let mut is_layer = is_layer;
            for file in files {
                match self.take_file(desk, &file, is_layer).await {
                    Ok(()) => is_layer = true,
                    Err(problem) => refused.push((file.name().to_owned(), problem)),
                }
            }
            if let Some(sentence) = all_refused(refused) {
                desk.say(sentence);
            }
        });
    }

    async fn take_file(self, desk: Desk, file: &GivenFile, is_layer: bool) -> Result<(), Phrase> {
        let sentence = |error: BrowserError| problem_of(&error);
        let bytes = file.bytes(FILE_LIMIT_BYTES).await.map_err(sentence)?;
        let name = file.name().rsplit_once('.').map_or(file.name(), |(stem, _)| stem).to_owned();
        let mut smaller = None;
        // A picture that is too large for a document comes smaller, which is the browser's work.
        let size_px = read_header(&bytes).and_then(|it| it.size);
        let is_too_large = size_px.is_some_and(|(width, height)| width.max(height) > MAX_EDGE_PX);
        let opened = match sniff(&bytes).filter(|_| !is_too_large) {
            Some(_) => OpenedDocument::read(&bytes)?,
            None => {
                let decoded = decode_picture(file, PICTURE_LIMITS).await.map_err(sentence)?;
                smaller = made_smaller(file.name(), &decoded);
                let image = RgbaImage::new(decoded.width, decoded.height, decoded.rgba);
                let image = image.map_err(|error| underpaint_studio::problem_of(&error))?;
                if is_layer {
                    self.add_layer(desk, image, name, smaller);
                    return Ok(());
                }
                OpenedDocument::of_picture(&image)?
            }
        };
        if is_layer {
            let image = opened.into_picture().ok_or("error-no-picture")?;
            self.add_layer(desk, image, name, smaller);
            return Ok(());
        }
        if !self.may_leave(desk).await {
            return Ok(());
        }
        desk.send(Event::Document(DocumentEdit::IsKept(false)));
        desk.send(Event::Document(DocumentEdit::Open(Box::new(opened))));
        self.settle_anew(desk, Some(name)).await;
        self.is_shown.set(false);
        if let Some(smaller) = smaller {
            desk.say(smaller);
        }
        Ok(())
    }

    fn add_layer(self, desk: Desk, image: RgbaImage, name: String, smaller: Option<Phrase>) {
        desk.send(Event::Document(DocumentEdit::AddPicture { image, name }));
        if let Some(smaller) = smaller {
            desk.say(smaller);
        }
    }
}

/// One sentence for all the files that were refused: what is wrong with the first, and the names of the others. `None`
/// where none was.
fn all_refused(files: Vec<(String, Phrase)>) -> Option<Phrase> {
    let mut files = files.into_iter();
    let (name, problem) = files.next()?;
    let one = Phrase::new("said-file-refused").with("name", name).with("problem", problem);
    let others: Vec<String> = files.map(|(name, _)| name).collect();
    if others.is_empty() {
        return Some(one);
    }
    Some(Phrase::new("said-files-refused").with("first", one).with("others", others.join(", ")))
}

/// Says that a picture was made smaller, where it was.
fn made_smaller(name: &str, picture: &DecodedPicture) -> Option<Phrase> {
    let (width, height) = picture.file_size_px;
    ((width, height) != (picture.width, picture.height)).then(|| {
        Phrase::new("said-made-smaller")
            .with("name", name.to_owned())
            .with("width", width)
            .with("height", height)
            .with("new-width", picture.width)
            .with("new-height", picture.height)
    })
}
