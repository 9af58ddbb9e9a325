//! What is drawn by hand: the sketch, the picture, its preview and the brush's ring. At most once a frame, and only what
//! has changed.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use leptos::{
    html::{Canvas, Div},
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{HtmlCanvasElement, HtmlElement},
};
use underpaint_browser::{
    BrowserError,
    canvas::{self, PixelCanvas},
    clock,
};
use underpaint_paint::{Paper, PixelRect, RgbaImage};
use underpaint_studio::{Cursor, Event, Picture, Session, StageMode, Tool};

use crate::{
    desk::Desk,
    dirty::{Dirty, area},
    flow::on_change,
    overlay,
    texts::say,
};

/// Edge of the ring that shows a colour under the eyedropper, in CSS pixels.
const PICK_RING_PX: f32 = 56.0;

/// Edge of the mark that shows where the keyboard's cursor is when the tool has no ring of its own, in CSS pixels.
const KEYBOARD_RING_PX: f32 = 24.0;

/// How far to the left of the canvas and above it the ring's animations begin, in CSS pixels; they go on by one a second.
const RING_ORIGIN_PX: f32 = 10_000.0;
/// The room that the ring's numbers take, in CSS pixels.
const NUMBERS_PX: f32 = 40.0;

/// Pictures are enlarged smoothly to about this edge, in pixels: what a stage shows at most on most screens.
const SMOOTH_EDGE_PX: u32 = 1024;

/// How long a frame composites before it leaves the rest to the next one, in seconds: in mid-stroke, and else. A frame that
/// takes longer brings more readings of the pen, which make the next one longer still.
const STROKE_FRAME_SECS: f64 = 0.006;
const FRAME_SECS: f64 = 0.03;
/// As many pixels of layers are shown in one frame at least, but in mid-stroke.
const LEAST_PIXELS: u64 = 1 << 22;

/// From so many changed pixels on, the canvas as it was is kept until it is wanted again: compositing them anew would be
/// felt.
const KEPT_FROM_PIXELS: u64 = 1 << 20;

/// The elements that are drawn on, as the views mount them.
#[derive(Clone, Copy)]
pub struct StageRefs {
    /// The canvas that is painted on.
    pub sketch: NodeRef<Canvas>,
    /// The canvas of the finished picture.
    pub picture: NodeRef<Canvas>,
    /// The same picture enlarged smoothly, above it.
    pub smooth: NodeRef<Canvas>,
    /// The canvas of the preview above both.
    pub preview: NodeRef<Canvas>,
    /// The brush's ring.
    pub ring: NodeRef<Div>,
    /// What lies over the canvas without being part of it.
    pub overlay: NodeRef<Div>,
}

impl StageRefs {
    /// Nothing is mounted yet.
    pub fn new() -> Self {
        Self {
            sketch: NodeRef::new(),
            picture: NodeRef::new(),
            smooth: NodeRef::new(),
            preview: NodeRef::new(),
            ring: NodeRef::new(),
            overlay: NodeRef::new(),
        }
    }

    /// Hands the elements to the presenter once all of them are there.
    pub fn mount_when_ready(self, desk: Desk) {
        on_change(move || {
            let canvases = [self.sketch, self.picture, self.smooth, self.preview].map(|it| it.get());
            let [Some(sketch), Some(picture), Some(smooth), Some(preview)] = canvases else { return };
            let (Some(ring), Some(overlay)) = (self.ring.get(), self.overlay.get()) else { return };
            let mounted = desk.with_presenter(|presenter| {
                presenter.mount(desk, [sketch, picture, smooth, preview], [ring.into(), overlay.into()])
            });
            if let Err(error) = mounted {
                desk.report(&error);
            }
        });
    }
}

/// The canvases of the page, once they are mounted, and what of them waits for the next frame.
#[derive(Default)]
pub struct Presenter {
    stage: RefCell<Option<Stage>>,
    dirty: RefCell<Dirty>,
    is_picture_stale: Cell<bool>,
    /// The picture that is shown.
    picture: RefCell<Option<Rc<Picture>>>,
    is_cursor_stale: Cell<bool>,
    is_overlay_stale: Cell<bool>,
    is_frame_requested: Cell<bool>,
    /// Width and height of the element that shows the canvas, in CSS pixels.
    well_size: Cell<(f32, f32)>,
    /// Pixels on their way to the canvas; kept, so that a stroke allocates nothing.
    buffer: RefCell<Vec<u8>>,
    /// What the canvas shows, and what it showed before the last large change.
    shown: Cell<Option<Shown>>,
    before: RefCell<Option<(Shown, PixelCanvas)>>,
    /// A canvas that is used in turn with the one that is kept.
    spare: RefCell<Option<PixelCanvas>>,
}

/// Which state of a document a canvas shows. Undo brings the number of a state back, and with it the same pixels.
#[derive(Clone, Copy, PartialEq)]
struct Shown {
    document: u64,
    state_number: u64,
    is_under: bool,
}

/// The elements that are drawn on.
struct Stage {
    sketch: PixelCanvas,
    picture: PixelCanvas,
    smooth: PixelCanvas,
    preview: PixelCanvas,
    /// The elements of these four.
    elements: [HtmlCanvasElement; 4],
    ring: HtmlElement,
    overlay: HtmlElement,
}

impl Presenter {
    /// Takes the mounted elements into use and shows everything.
    ///
    /// # Errors
    /// When the browser refuses a 2D canvas.
    pub fn mount(
        &self,
        desk: Desk,
        elements: [HtmlCanvasElement; 4],
        [ring, overlay]: [HtmlElement; 2],
    ) -> Result<(), BrowserError> {
        let [sketch, picture, smooth, preview] = &elements;
        let stage = Stage {
            sketch: PixelCanvas::new(sketch, true)?,
            picture: PixelCanvas::new(picture, false)?,
            smooth: PixelCanvas::new(smooth, false)?,
            preview: PixelCanvas::new(preview, false)?,
            elements,
            ring,
            overlay,
        };
        self.stage.replace(Some(stage));
        self.shown.set(None);
        self.picture.replace(None);
        self.forget_before();
        self.mark_dirty(desk, desk.peek(|session| session.document().bounds()));
        self.mark_picture(desk);
        self.mark_overlay(desk);
        Ok(())
    }

    /// These pixels of the document have changed.
    pub fn mark_dirty(&self, desk: Desk, rect: PixelRect) {
        if rect.is_empty() {
            return;
        }
        self.dirty.borrow_mut().add(rect);
        self.request_frame(desk);
    }

    /// There is another picture or preview.
    pub fn mark_picture(&self, desk: Desk) {
        self.is_picture_stale.set(true);
        self.request_frame(desk);
    }

    /// Something else lies over the canvas.
    pub fn mark_overlay(&self, desk: Desk) {
        self.is_overlay_stale.set(true);
        self.mark_cursor(desk);
    }

    /// The pointer, the brush or the view has moved.
    pub fn mark_cursor(&self, desk: Desk) {
        self.is_cursor_stale.set(true);
        self.request_frame(desk);
    }

    fn request_frame(&self, desk: Desk) {
        if !self.is_frame_requested.replace(true) {
            request_animation_frame(move || {
                desk.with_presenter(|presenter| presenter.measure(desk));
                if let Err(error) = desk.with_presenter(|presenter| presenter.present(desk)) {
                    desk.report(&error);
                }
            });
        }
    }

    /// Tells the session how large the element is that shows the canvas, where that is news: handles and the keyboard's
    /// cursor have no pointer that would tell it.
    fn measure(&self, desk: Desk) {
        let size = self.stage.borrow().as_ref().and_then(|stage| {
            let well = stage.elements[0].parent_element()?.get_bounding_client_rect();
            Some((well.width() as f32, well.height() as f32))
        });
        if let Some(size) = size
            && self.well_size.replace(size) != size
        {
            desk.send(Event::ViewResized { width: size.0, height: size.1 });
        }
    }

    /// The element that shows the canvas has another size: the canvas goes to its new place before anything is shown.
    pub fn follow_size(&self, desk: Desk) {
        self.measure(desk);
        if let Some(stage) = self.stage.borrow().as_ref() {
            desk.peek(|session| present_cursor(stage, session));
        }
    }

    fn present(&self, desk: Desk) -> Result<(), BrowserError> {
        self.is_frame_requested.set(false);
        let stage = self.stage.borrow();
        let Some(stage) = stage.as_ref() else { return Ok(()) };
        desk.peek(|session| {
            if self.present_sketch(stage, session)? {
                self.request_frame(desk);
            }
            if self.is_picture_stale.replace(false) {
                self.present_picture(stage, session)?;
            }
            if self.is_cursor_stale.replace(false) {
                // The line from a polygon's last corner follows the pointer.
                let follows_pointer = session.tool() == Tool::Polygon && session.has_tool_under_way();
                if self.is_overlay_stale.replace(false) || follows_pointer {
                    stage.overlay.set_inner_html(&overlay::svg_of(session));
                }
                present_cursor(stage, session);
            }
            Ok(())
        })
    }

    /// Returns whether something is left for the next frame.
    fn present_sketch(&self, stage: &Stage, session: &Session) -> Result<bool, BrowserError> {
        let mut waiting = self.dirty.borrow_mut();
        let mut dirty = waiting.take();
        if dirty.is_empty() {
            return Ok(false);
        }
        // Over the picture the strokes lie without paper.
        let is_under = session.settings().stage.mode == StageMode::Under;
        let paper = if is_under { Paper::Transparent } else { Paper::White };
        let document = session.document();
        let shows = Shown { document: session.document_number(), state_number: document.state_number(), is_under };
        let shown = self.shown.take();
        if (stage.sketch.width(), stage.sketch.height()) != (document.width(), document.height()) {
            // Another size clears a canvas, so that all of it is shown again.
            stage.sketch.resize(document.width(), document.height());
            self.forget_before();
            let mut all = Dirty::default();
            all.add(document.bounds());
            dirty = all.take();
        } else if dirty.iter().map(|rect| area(*rect)).sum::<u64>() >= KEPT_FROM_PIXELS
            && let Some(shown) = shown
            && self.bring_back(stage, shown, shows)?
        {
            self.shown.set(Some(shows));
            return Ok(false);
        }
        let is_stroking = session.is_stroking();
        let (frame_secs, least) = if is_stroking { (STROKE_FRAME_SECS, 0) } else { (FRAME_SECS, LEAST_PIXELS) };
        let (start_secs, mut n_pixels) = (clock::now_secs(), 0);
        let mut buffer = self.buffer.borrow_mut();
        let mut dirty = dirty.into_iter();
        for rect in dirty.by_ref() {
            let shown = document.read_rect(rect, paper, &mut buffer);
            let rect = canvas::PixelRect { x: shown.left, y: shown.top, width: shown.width(), height: shown.height() };
            stage.sketch.put(&buffer, rect)?;
            n_pixels += area(shown) * document.layers().len() as u64;
            if n_pixels >= least && clock::now_secs() >= start_secs + frame_secs {
                break;
            }
        }
        waiting.put_off(dirty.as_slice());
        let is_complete = dirty.as_slice().is_empty();
        self.shown.set(Some(shows).filter(|_| is_complete));
        Ok(!is_complete)
    }

    /// The finished picture stays as it is below the preview of the next one, so that its canvas always holds a picture.
    fn present_picture(&self, stage: &Stage, session: &Session) -> Result<(), BrowserError> {
        let (picture, shown) = (session.picture(), self.picture.borrow().clone());
        if picture.map(Rc::as_ptr) != shown.as_ref().map(Rc::as_ptr) {
            match picture {
                Some(picture) => {
                    put_whole(&stage.picture, &picture.image)?;
                    put_smooth(&stage.smooth, &picture.image)?;
                }
                None => {
                    stage.picture.clear();
                    stage.smooth.clear();
                }
            }
            self.picture.replace(picture.cloned());
        }
        match session.shown_picture().filter(|_| session.is_preview_shown()) {
            // Nobody looks at a preview so closely while painting that it were worth the time.
            Some(preview) if session.is_stroking() => put_whole(&stage.preview, preview),
            Some(preview) => put_smooth(&stage.preview, preview),
            None => {
                stage.preview.clear();
                Ok(())
            }
        }
    }

    fn forget_before(&self) {
        self.before.replace(None);
        self.spare.replace(None);
    }

    /// Keeps the canvas as it is, and shows in its place what was kept before where that is what is wanted now. Returns
    /// whether it was.
    fn bring_back(&self, stage: &Stage, shown: Shown, shows: Shown) -> Result<bool, BrowserError> {
        let kept = match self.spare.take() {
            Some(spare) => spare,
            None => PixelCanvas::detached(stage.sketch.width(), stage.sketch.height())?,
        };
        kept.copy_from(&stage.sketch)?;
        let Some((of, former)) = self.before.replace(Some((shown, kept))) else { return Ok(false) };
        let is_wanted = of == shows;
        if is_wanted {
            stage.sketch.copy_from(&former)?;
        }
        self.spare.replace(Some(former));
        Ok(is_wanted)
    }
}

fn put_whole(canvas: &PixelCanvas, image: &RgbaImage) -> Result<(), BrowserError> {
    canvas.resize(image.width(), image.height());
    canvas.put(image.pixels(), canvas::PixelRect::of_size(image.width(), image.height()))
}

/// Shows a picture enlarged by a whole factor, as well as the browser can. What is left to the style sheet's own scaling,
/// which draws straight lines from pixel to pixel, is then too little to be seen.
///
/// # Errors
/// When the browser has no memory for it.
pub fn put_smooth(canvas: &PixelCanvas, image: &RgbaImage) -> Result<(), BrowserError> {
    let (width, height) = (image.width(), image.height());
    let factor = SMOOTH_EDGE_PX.div_ceil(width.max(height).max(1)).min(8);
    canvas.resize(width * factor, height * factor);
    canvas.put_scaled(image.pixels(), width, height, canvas::PixelRect::of_size(width * factor, height * factor))
}

fn present_cursor(stage: &Stage, session: &Session) {
    let view = session.view();
    let [sketch, picture, smooth, preview] = &stage.elements;
    let style = HtmlElement::style(sketch);
    // The style sheet lets the canvas fill its well; the view moves it from there.
    let fitted_zoom = sketch.offset_width() as f32 / session.document().width().max(1) as f32;
    let [a, b, c, d, x, y] = view.matrix();
    let is_in_place = view.is_fitted() && x.abs() < 0.5 && y.abs() < 0.5;
    let transform = if is_in_place && !view.is_mirrored() || fitted_zoom <= 0.0 {
        String::new()
    } else {
        let [a, b, c, d] = [a, b, c, d].map(|it| it / fitted_zoom);
        format!("matrix({a},{b},{c},{d},{x},{y})")
    };
    let lines = stage.overlay.get_elements_by_tag_name("g");
    for lines in (0..lines.length()).filter_map(|idx| lines.item(idx)) {
        // Without it the lines lie a little beside, which the next frame may mend.
        let _ = lines.set_attribute("transform", &format!("matrix({a},{b},{c},{d},{x},{y})"));
    }
    // A property that the browser refuses leaves the last one, which is the best there is.
    let _ = style.set_property("transform", &transform);
    // Where both lie upon each other they move together.
    let is_joined = matches!(session.settings().stage.mode, StageMode::Wipe | StageMode::Under);
    let joined = if is_joined { transform.as_str() } else { "" };
    for element in [picture, smooth, preview] {
        let _ = HtmlElement::style(element).set_property("transform", joined);
    }
    let rendering = |is_crisp: bool| if is_crisp { "pixelated" } else { "" };
    let _ = style.set_property("image-rendering", rendering(view.is_crisp()));
    let is_picture_crisp = is_joined && view.is_crisp();
    let _ = HtmlElement::style(picture).set_property("image-rendering", rendering(is_picture_crisp));
    let hidden = if is_picture_crisp { "hidden" } else { "" };
    let _ = HtmlElement::style(smooth).set_property("visibility", hidden);

    let (cursor, ring_px) = match session.cursor() {
        Cursor::Circle { diameter_px } => ("none", Some(diameter_px)),
        Cursor::Pick => {
            // A fingertip covers the ring that a mouse's pointer leaves free.
            let ring_px = if session.is_finger_picking() { PICK_RING_PX * 2.0 } else { PICK_RING_PX };
            ("crosshair", session.picked_colour().map(|_| ring_px))
        }
        Cursor::Cross => ("crosshair", None),
        Cursor::Arrow => ("pointer", None),
        Cursor::Move => ("move", None),
        Cursor::Turn => ("alias", None),
        Cursor::Grab => ("grab", None),
        Cursor::Grabbing => ("grabbing", None),
    };
    // A ring of a few pixels is lost on the paper: there the cross hairs serve better.
    let cursor = if ring_px.is_some_and(|it| it < 5.0) { "crosshair" } else { cursor };
    let _ = style.set_property("cursor", cursor);
    let ring_style = HtmlElement::style(&stage.ring);
    match session.hover().zip(ring_px.or(session.is_keyboard_painting().then_some(KEYBOARD_RING_PX))) {
        Some((point, diameter)) => {
            let left = point.x - diameter / 2.0;
            let top = point.y - diameter / 2.0;
            let colour = session.picked_colour().map(|it| it.to_hex()).unwrap_or_default();
            // Where the style sheet's two resting animations are is where the ring is. A transform of its own makes Chromium
            // lay the layers of the whole page out anew in each frame, 1.6 ms; an animation does not.
            let place = format!("-{:.2}s,-{:.2}s", RING_ORIGIN_PX + left, RING_ORIGIN_PX + top);
            let _ = ring_style.set_property("animation-delay", &place);
            let _ = ring_style.set_property("width", &format!("{diameter:.2}px"));
            let _ = ring_style.set_property("height", &format!("{diameter:.2}px"));
            let _ = ring_style.set_property("--picked", &colour);
            let _ = ring_style.set_property("visibility", "visible");
            let _ =
                stage.ring.set_attribute("data-by", if session.is_keyboard_painting() { "keys" } else { "pointer" });
            // While the brush's size is dragged the ring says it, above itself where there is no room below.
            let Some(numbers) = session.sizing_text() else {
                let _ = stage.ring.remove_attribute("data-says");
                return;
            };
            let is_low = top + diameter + NUMBERS_PX > view.view_centre().y * 2.0;
            let _ = ring_style.set_property("--hard", &session.brush().hardness.to_string());
            let _ = stage.ring.set_attribute("data-side", if is_low { "above" } else { "below" });
            let _ = stage.ring.set_attribute("data-says", &say(&numbers));
        }
        None => {
            let _ = ring_style.set_property("visibility", "hidden");
        }
    }
}

/// The bytes of a PNG file, as the browser writes them.
///
/// # Errors
/// When the browser has no canvas for it.
pub async fn png_of(image: &RgbaImage) -> Result<Vec<u8>, BrowserError> {
    let missing = BrowserError::Missing { interface: "canvas" };
    let Ok(element) = document().create_element("canvas") else { return Err(missing) };
    let Ok(element) = element.dyn_into::<HtmlCanvasElement>() else { return Err(missing) };
    let canvas = PixelCanvas::new(&element, false)?;
    put_whole(&canvas, image)?;
    canvas.to_png().await
}
