//! What pointers do: the state machine of gestures, and pressure.

use underpaint_paint::{BrushSettings, PixelRect, Stabiliser, StrokeMode, StrokeSample};

use crate::effect::Effects;
use crate::fingers::angle_degrees;
use crate::gesture::Gesture;
use crate::{
    Modifiers, Part, Phrase, PointerButton, PointerEvent, PointerKind, PointerPhase, PointerSample, Session, Tool,
    ViewPoint,
};

/// Farthest place that is painted on the mere expectation that the pointer goes there, in CSS pixels from where it is: a
/// frame's way of a fast hand.
const FARTHEST_EXPECTED_PX: f32 = 32.0;

impl Session {
    pub(crate) fn on_pointer(&mut self, event: &PointerEvent, effects: &mut Effects) {
        let Some(last) = event.samples.last().copied() else { return };
        if !(last.view_point.x.is_finite() && last.view_point.y.is_finite()) {
            return;
        }
        self.note_time(last.time_secs);
        if !Self::is_keyboard_pointer(event) && event.phase != PointerPhase::Leave {
            self.leave_keyboard_cursor(effects);
        }
        if event.kind == PointerKind::Pen {
            self.last_pen_secs = Some(self.now_secs);
        }
        if event.kind != PointerKind::Touch || self.gesture.holds(event.pointer_id) {
            self.set_alt(event.modifiers.alt, effects);
        }
        match event.phase {
            PointerPhase::Down => self.on_press(event, last, effects),
            PointerPhase::Move => self.on_move(event, last, effects),
            PointerPhase::Up => self.on_release(event, last, effects),
            PointerPhase::Cancel => {
                if self.gesture.holds(event.pointer_id) {
                    self.on_cancel(event.kind, effects);
                }
                self.set_hover(None, effects);
            }
            PointerPhase::Leave => {
                if self.gesture == Gesture::Ready {
                    self.set_hover(None, effects);
                }
            }
        }
    }

    fn on_press(&mut self, event: &PointerEvent, last: PointerSample, effects: &mut Effects) {
        if event.kind == PointerKind::Touch {
            if self.is_palm() {
                return;
            }
            if self.gesture != Gesture::Ready {
                self.on_further_finger(event, last, effects);
                return;
            }
        }
        match &self.gesture {
            Gesture::Ready => {}
            // The pen has the right of way: what a hand did before it is taken back. A palm that came down long after the
            // pen was last seen may move the view by then, or take a colour.
            Gesture::Drawing { kind: PointerKind::Touch, .. }
            | Gesture::Dragging { kind: PointerKind::Touch, .. }
            | Gesture::Picking { kind: PointerKind::Touch, .. }
            | Gesture::Panning { .. }
            | Gesture::Fingers { .. }
                if event.kind == PointerKind::Pen =>
            {
                self.abort_gesture(effects);
            }
            // The other button, pressed during a gesture, aborts it.
            gesture if gesture.holds(event.pointer_id) && event.button == PointerButton::Secondary => {
                self.abort_gesture(effects);
                return;
            }
            _ => return,
        }
        self.set_hover(Some(last.view_point), effects);
        if self.begins_sizing(event) {
            return self.begin_sizing(event, last.view_point, effects);
        }
        let paints =
            matches!(self.effective_tool(), Tool::Brush | Tool::Eraser) && event.button == PointerButton::Primary;
        if paints && self.hold_shown_handle(last.view_point, event.kind, effects) {
            let (pointer_id, kind, started_secs) = (event.pointer_id, event.kind, last.time_secs);
            self.gesture = Gesture::Dragging { pointer_id, kind, started_secs };
            return effects.changed(Part::Cursor);
        }
        match (event.button, self.effective_tool()) {
            // Space with Shift turns the view instead of moving it.
            (PointerButton::Primary, Tool::Pan) if self.is_space_held && event.modifiers.shift => {
                self.gesture = Gesture::Turning { pointer_id: event.pointer_id, last: last.view_point };
            }
            (PointerButton::Middle, _) | (PointerButton::Primary, Tool::Pan) => {
                self.gesture = Gesture::Panning { pointer_id: event.pointer_id, last: last.view_point };
            }
            (PointerButton::Primary, _) if event.kind == PointerKind::Touch && self.does_a_finger_pan() => {
                self.gesture = Gesture::Panning { pointer_id: event.pointer_id, last: last.view_point };
            }
            (PointerButton::Primary, Tool::Eyedropper) => self.start_picking(event, last, effects),
            // The barrel button of a pen takes a colour, as Alt does.
            (PointerButton::Secondary, _) if event.kind == PointerKind::Pen => {
                self.start_picking(event, last, effects);
            }
            (PointerButton::Eraser, Tool::Strength) => self.start_stroke(event, Tool::Strength, effects),
            (PointerButton::Eraser, _) => self.start_stroke(event, Tool::Eraser, effects),
            (PointerButton::Primary, tool @ (Tool::Brush | Tool::Eraser | Tool::Strength)) => {
                self.start_stroke(event, tool, effects);
            }
            (PointerButton::Primary, _) => {
                if self.press_tool(event, last, effects) {
                    let (pointer_id, kind, started_secs) = (event.pointer_id, event.kind, last.time_secs);
                    self.gesture = Gesture::Dragging { pointer_id, kind, started_secs };
                }
            }
            (PointerButton::Secondary | PointerButton::Other, _) => {}
        }
        self.note_rest(event, last);
        effects.changed(Part::Cursor);
    }

    fn on_move(&mut self, event: &PointerEvent, last: PointerSample, effects: &mut Effects) {
        if !self.gesture.holds(event.pointer_id) {
            if self.gesture == Gesture::Ready && event.kind != PointerKind::Touch {
                self.set_hover(Some(last.view_point), effects);
            }
            return;
        }
        // The ring stays where the press was.
        if matches!(self.gesture, Gesture::Sizing { .. }) {
            return self.follow_sizing(last.view_point, effects);
        }
        let former = self.hover.unwrap_or(last.view_point);
        self.set_hover(Some(last.view_point), effects);
        self.follow_rest(last.view_point);
        match &mut self.gesture {
            Gesture::Ready | Gesture::Sizing { .. } => {}
            Gesture::Drawing { .. } => {
                let distance = |point: ViewPoint| (point.x - last.view_point.x).hypot(point.y - last.view_point.y);
                // After readings that came late a browser may expect the pointer far away. What is shown of it has to be
                // painted and taken back with each event: never more than the pointer really went since the last one.
                let likely_px = distance(former).min(FARTHEST_EXPECTED_PX);
                let mut samples: Vec<_> =
                    event.samples.iter().map(|sample| self.stroke_sample(event, sample)).collect();
                // Strength has no way back from what does not come true.
                if !self.strength_map.is_stroking() {
                    let pressure = self.last_pressure;
                    let likely = event.predicted.iter().take_while(|it| distance(it.view_point) <= likely_px);
                    samples.extend(likely.map(|sample| {
                        let predicted = self.stroke_sample(event, sample);
                        StrokeSample { pressure, is_predicted: true, ..predicted }
                    }));
                    self.last_pressure = pressure;
                }
                let samples = self.snapped(samples);
                self.extend_strokes(&samples, effects);
            }
            Gesture::Picking { .. } => self.pick_at(last.view_point, effects),
            Gesture::Dragging { .. } => self.move_tool(event, effects),
            Gesture::Turning { last: former, .. } => {
                let (centre, from) = (self.view.view_centre(), *former);
                *former = last.view_point;
                let degrees = angle_degrees(centre, last.view_point) - angle_degrees(centre, from);
                self.view.turn_about(centre, degrees);
                effects.changed(Part::View);
            }
            Gesture::Panning { last: former, .. } => {
                let (dx, dy) = (last.view_point.x - former.x, last.view_point.y - former.y);
                *former = last.view_point;
                self.view.pan_by(dx, dy);
                effects.changed(Part::View);
            }
            Gesture::Fingers { .. } => self.move_finger(event.pointer_id, last.view_point, effects),
        }
    }

    fn on_release(&mut self, event: &PointerEvent, last: PointerSample, effects: &mut Effects) {
        if !self.gesture.holds(event.pointer_id) {
            return;
        }
        if matches!(self.gesture, Gesture::Fingers { .. }) {
            return self.lift_finger(event, last, effects);
        }
        if matches!(self.gesture, Gesture::Drawing { .. }) {
            // A pointer that leaves reports no pressure; the stroke ends as firmly as it was.
            let pressure = self.last_pressure;
            let samples: Vec<_> = event
                .samples
                .iter()
                .map(|sample| StrokeSample { pressure, ..self.stroke_sample(event, sample) })
                .collect();
            self.last_pressure = pressure;
            let samples = self.snapped(samples);
            self.extend_strokes(&samples, effects);
            if let Some(end) = samples.last() {
                self.last_stroke_end = Some((end.canvas_point, pressure));
            }
        }
        self.finish_gesture(effects);
        if event.kind == PointerKind::Touch {
            self.set_hover(None, effects);
        }
    }

    /// Ends the gesture under way as it stands.
    pub(crate) fn finish_gesture(&mut self, effects: &mut Effects) {
        match std::mem::take(&mut self.gesture) {
            Gesture::Ready => return,
            Gesture::Drawing { colour, .. } => {
                self.end_strokes(effects);
                if colour.is_some_and(|colour| self.colours.note_used(colour)) {
                    effects.changed(Part::Colours);
                }
                effects.changed(Part::History);
                effects.changed(Part::Status);
            }
            Gesture::Picking { .. } => {
                if let Some(colour) = self.picked_colour.take() {
                    effects.announce(Phrase::new("said-colour-taken").with("colour", colour.to_hex()));
                }
                effects.changed(Part::Colours);
            }
            Gesture::Dragging { .. } => self.release_tool(effects),
            Gesture::Sizing { .. } => effects.announce(self.brush_in_numbers()),
            Gesture::Panning { .. } | Gesture::Turning { .. } | Gesture::Fingers { .. } => {}
        }
        effects.changed(Part::Cursor);
    }

    /// Takes the gesture under way back. Returns whether there was one.
    pub(crate) fn abort_gesture(&mut self, effects: &mut Effects) -> bool {
        match std::mem::take(&mut self.gesture) {
            Gesture::Ready => return false,
            Gesture::Drawing { .. } => {
                self.cancel_strokes(effects);
                effects.changed(Part::History);
                effects.changed(Part::Status);
            }
            Gesture::Picking { former, .. } => {
                self.picked_colour = None;
                self.colours.foreground = former;
                effects.changed(Part::Colours);
            }
            Gesture::Dragging { .. } => self.abort_tool(effects),
            Gesture::Sizing { former, tool, .. } => self.abort_sizing(former, tool, effects),
            Gesture::Panning { .. } | Gesture::Turning { .. } | Gesture::Fingers { .. } => {}
        }
        effects.changed(Part::Cursor);
        true
    }

    fn start_stroke(&mut self, event: &PointerEvent, tool: Tool, effects: &mut Effects) {
        let Some(first) = event.samples.first() else { return };
        if self.say_obstacle(effects) {
            return;
        }
        let samples: Vec<_> = event.samples.iter().map(|sample| self.stroke_sample(event, sample)).collect();
        let Some(start) = samples.first().copied() else { return };
        let (brush, mode, label) = match tool {
            Tool::Eraser => (self.eraser, StrokeMode::Erase, "step-eraser-stroke"),
            _ => (self.brush, StrokeMode::Paint(self.colours.foreground), "step-brush-stroke"),
        };
        let colour = match mode {
            StrokeMode::Paint(colour) => Some(colour),
            StrokeMode::Erase => None,
        };
        let colour = colour.filter(|_| tool != Tool::Strength);
        match (event.modifiers.shift, self.last_stroke_end) {
            (shift, last) if tool == Tool::Strength => {
                let corner = last.filter(|_| shift);
                let corner = corner.map(|(canvas_point, pressure)| StrokeSample { canvas_point, pressure, ..start });
                // The eraser's end of a pen takes strength back to what the slider says.
                let freedom = if event.button == PointerButton::Eraser { 0.0 } else { self.freedom };
                let samples: Vec<_> = corner.into_iter().chain(samples).collect();
                self.begin_strength(freedom, &samples, effects);
            }
            (true, Some((canvas_point, pressure))) => {
                // A straight line from where the last stroke ended, as firm as it was. Without smoothing: the line
                // arrives under the pointer at once.
                let brush = BrushSettings { smoothing: 0.0, stabiliser: Stabiliser::None, ..brush };
                let corner = StrokeSample { canvas_point, pressure, ..start };
                effects.repaint(self.begin_stroke(brush, mode, "step-straight-line", corner));
                let firm: Vec<_> = samples.iter().map(|sample| StrokeSample { pressure, ..*sample }).collect();
                effects.repaint(self.document.extend_stroke(&firm));
            }
            _ => {
                effects.repaint(self.begin_stroke(brush, mode, label, start));
                effects.repaint(self.document.extend_stroke(samples.get(1..).unwrap_or_default()));
            }
        }
        self.snap_line = None;
        self.snap_start = self.tools.options.guides.snaps.then_some(start.canvas_point);
        if self.is_stroking() {
            let started_secs = first.time_secs;
            self.gesture = Gesture::Drawing { pointer_id: event.pointer_id, kind: event.kind, started_secs, colour };
            effects.changed(Part::History);
        }
    }

    fn begin_stroke(
        &mut self,
        brush: BrushSettings,
        mode: StrokeMode,
        label: &'static str,
        first: StrokeSample,
    ) -> PixelRect {
        self.document.begin_repeated_stroke(brush, mode, label, first, &self.tools.options.symmetry)
    }

    fn start_picking(&mut self, event: &PointerEvent, last: PointerSample, effects: &mut Effects) {
        let (pointer_id, kind, former) = (event.pointer_id, event.kind, self.colours.foreground);
        self.gesture = Gesture::Picking { pointer_id, kind, former };
        self.pick_at(last.view_point, effects);
    }

    pub(crate) fn pick_at(&mut self, view_point: ViewPoint, effects: &mut Effects) {
        if let Some(colour) = self.colour_under(self.view.canvas_from_view(view_point)) {
            self.picked_colour = Some(colour);
            self.colours.foreground = colour;
            effects.changed(Part::Colours);
        }
    }

    /// The colour that the eyedropper takes: of all that is seen, or of the active layer where that has paint.
    fn colour_under(&self, point: underpaint_paint::CanvasPoint) -> Option<underpaint_paint::Rgb8> {
        if !self.tools.options.picks_from_layer {
            return self.document.colour_at(point);
        }
        let (x, y) = self.pixel_at(point)?;
        let layer = self.document.layer(self.document.active_layer())?;
        let mut pixel = Vec::new();
        layer.raster().read_rgba(PixelRect::new(x, y, x + 1, y + 1), &mut pixel);
        match pixel.as_slice() {
            [red, green, blue, alpha] if *alpha > 0 => Some(underpaint_paint::Rgb8::new(*red, *green, *blue)),
            _ => None,
        }
    }

    /// The samples on the line that the guides snap the stroke to. Until it shows which line is meant they wait: the next
    /// ones go there from the start.
    fn snapped(&mut self, samples: Vec<StrokeSample>) -> Vec<StrokeSample> {
        let Some(start) = self.snap_start else { return samples };
        let mut snapped = Vec::with_capacity(samples.len());
        for sample in samples {
            if self.snap_line.is_none() {
                self.snap_line = self.tools.options.guides.snap_line(start, sample.canvas_point);
            }
            if let Some(line) = self.snap_line {
                snapped.push(StrokeSample { canvas_point: line.nearest(sample.canvas_point), ..sample });
            }
        }
        snapped
    }

    pub(crate) fn on_wheel(
        &mut self,
        view_point: ViewPoint,
        delta_x: f32,
        delta_y: f32,
        modifiers: Modifiers,
        effects: &mut Effects,
    ) {
        if self.gesture != Gesture::Ready || !(delta_x.is_finite() && delta_y.is_finite()) {
            return;
        }
        if modifiers.shift {
            // Browsers differ in whether Shift turns the wheel's axis; both come to a move across.
            self.view.pan_by(-(delta_x + delta_y), 0.0);
        } else if delta_x != 0.0 && !modifiers.ctrl {
            self.view.pan_by(-delta_x, -delta_y);
        } else {
            let speed = if modifiers.ctrl { 0.01 } else { 0.002 };
            self.view.zoom_about(view_point, (-delta_y.clamp(-400.0, 400.0) * speed).exp());
        }
        effects.changed(Part::View);
        effects.changed(Part::Cursor);
    }

    /// A reading on the canvas, with a pressure that means something.
    ///
    /// Devices without pressure report 0 or 0.5; a pen may pass through 0.5 as well, so a pen is believed as soon as it
    /// has said anything else.
    fn stroke_sample(&mut self, event: &PointerEvent, sample: &PointerSample) -> StrokeSample {
        let says_none = sample.pressure == 0.0 || sample.pressure == 0.5 || sample.pressure.is_nan();
        if event.kind == PointerKind::Pen && !says_none {
            self.has_pen_pressure = true;
        }
        let pressure = match event.kind {
            PointerKind::Pen if self.has_pen_pressure && !sample.pressure.is_nan() => sample.pressure.clamp(0.0, 1.0),
            _ => 1.0,
        };
        self.last_pressure = pressure;
        StrokeSample {
            canvas_point: self.view.canvas_from_view(sample.view_point),
            pressure,
            time_secs: sample.time_secs,
            tilt_x_degrees: sample.tilt_degrees.0,
            tilt_y_degrees: sample.tilt_degrees.1,
            twist_degrees: sample.twist_degrees,
            ..StrokeSample::default()
        }
    }

    pub(crate) fn set_hover(&mut self, hover: Option<ViewPoint>, effects: &mut Effects) {
        if self.hover != hover {
            self.hover = hover;
            effects.changed(Part::Cursor);
        }
    }

    pub(crate) fn set_alt(&mut self, is_held: bool, effects: &mut Effects) {
        if self.is_alt_held != is_held {
            self.is_alt_held = is_held;
            effects.changed(Part::Cursor);
        }
    }

    pub(crate) fn note_time(&mut self, now_secs: f64) {
        if now_secs.is_finite() && now_secs > self.now_secs {
            self.now_secs = now_secs;
        }
    }
}
