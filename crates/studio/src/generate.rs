//! What is sent to be rendered: the input from form, document, painted strength and selection, and the pixels beside it.

use std::rc::Rc;

use underpaint_paint::{Mask, PaintError, Paper};
use underpaint_protocol::{GenerateInput, Part, Unpainted};

use crate::plan::RenderPlan;
use crate::scale::scaled;
use crate::size::picture_size;
use crate::{Form, LiveState, Session};

/// Places of tiles, counted for each layer, that the sketch is brought up to date at between two events of the page: a few
/// milliseconds.
const PLACES_AT_ONCE: usize = 64;

impl Session {
    /// What Render would send now with the form's seed, its revisions and sizes included.
    #[must_use]
    pub fn generate_input(&self) -> GenerateInput {
        let form = &self.form;
        let (strength, has_map) = self.strength_map.strongest(form.strength);
        let (width, height) = self.picture_size();
        let style = form.style.and_then(|id| self.styles.style(id));
        let negative = style.map_or_else(|| form.negative.clone(), |style| style.negative_with(&form.negative));
        let has_mask = form.is_selection_only && self.mask.mask.is_some() && strength > 0.0;
        let mut parts = Vec::new();
        parts.extend(has_mask.then_some(Part::Mask));
        parts.extend(has_map.then_some(Part::StrengthMap));
        GenerateInput {
            // Every document counts its own, and the worker knows sketches by this number alone.
            revision: (self.n_documents << 32) | (self.document.revision() & 0xffff_ffff),
            width,
            height,
            prompt: style.map_or_else(|| form.prompt.clone(), |style| style.applied_to(&form.prompt)),
            // Nothing to avoid is not the empty text: some models treat the two differently, and were trained on nothing.
            negative: (!negative.trim().is_empty()).then_some(negative),
            strength,
            steps: form.steps,
            guidance: form.guidance,
            seed: form.seed,
            scheduler: form.scheduler.clone(),
            sigmas: form.sigmas,
            compat: form.compat,
            clip_skip: form.clip_skip,
            unpainted: if form.is_paper_free { Unpainted::Unknown } else { Unpainted::Paper },
            parts,
            is_upscaled: self.upscale_factor().is_some() && form.is_upscaled && strength > 0.0,
            mask_revision: if has_mask { self.mask.revision } else { 0 },
            strength_map_revision: if has_map { self.strength_map.revision() } else { 0 },
            ..GenerateInput::default()
        }
    }

    /// The size that pictures are made at, in pixels: the canvas's shape with as many pixels as the form says, or as the
    /// model was trained on. At strength 0 the picture is the sketch itself, so it has the canvas's own size.
    #[must_use]
    pub fn picture_size(&self) -> (u32, u32) {
        let canvas = (self.document.width(), self.document.height());
        match &self.engine.model {
            Some(model) if self.strength_map.strongest(self.form.strength).0 > 0.0 => {
                let edge_px = self.form.edge_px.unwrap_or(model.native_size);
                picture_size(canvas, edge_px, model.size_multiple)
            }
            _ => canvas,
        }
    }

    /// How much larger the model can make a picture; `None` where it cannot.
    #[must_use]
    pub fn upscale_factor(&self) -> Option<u32> {
        self.engine.model.as_ref().and_then(|model| model.upscale_factor).filter(|factor| *factor > 1)
    }

    /// What Render would run now, and how long it is likely to take.
    #[must_use]
    pub fn plan(&self) -> RenderPlan {
        let device = self.engine.device.as_ref().map(|device| device.kind);
        let input = self.generate_input();
        let plan = RenderPlan::new(&input, self.form.n_variations, device, &self.timing);
        RenderPlan { enlarged: self.upscale_factor().filter(|_| input.is_upscaled), ..plan }
    }

    /// The bytes beside an input: the sketch, and the parts that it names.
    pub(crate) fn payload(&self, input: &GenerateInput) -> Result<Vec<u8>, PaintError> {
        let size = (input.width, input.height);
        let mut sketch = self.sketch.borrow_mut();
        sketch.follow(&self.document, size, Paper::Transparent, usize::MAX)?;
        let mut bytes = sketch.image().map(|it| it.pixels().to_vec()).unwrap_or_default();
        let canvas = (self.document.width(), self.document.height());
        for part in &input.parts {
            match part {
                Part::Mask => {
                    let values = self.mask.mask.as_deref().map(Mask::values).unwrap_or_default();
                    bytes.extend(scaled::<1>(values, canvas, size));
                }
                Part::StrengthMap => bytes.extend(self.strength_map.shares(self.form.strength, size)),
                Part::Control => {}
            }
        }
        Ok(bytes)
    }

    /// While pictures follow the painting the sketch does, too, a little at a time, so that the next one can begin at once.
    /// Returns whether there is more to do.
    pub(crate) fn follow_sketch(&self) -> bool {
        let n_places = (PLACES_AT_ONCE / self.document.layers().len().max(1)).max(1);
        // A size that works not is told when it is to be rendered.
        self.live.state == LiveState::On
            && self.sketch.borrow_mut().follow(&self.document, self.picture_size(), Paper::Transparent, n_places)
                == Ok(true)
    }

    /// The form as it is now, to be kept with a picture.
    pub(crate) fn form_of_render(&self) -> Rc<Form> {
        Rc::new(self.form.clone())
    }
}
