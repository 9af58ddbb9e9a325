//! Mouse, pen and fingers.

use underpaint_paint::Rgb8;

use super::driver::Studio;
use crate::{
    BrushEdit, ColourEdit, Cursor, Event, Fingers, Modifiers, PointerButton, PointerEvent, PointerKind, PointerPhase,
    SettingsEdit, Tool, ViewPoint,
};

const INK: Rgb8 = Rgb8::new(10, 20, 30);

fn inked() -> Studio {
    let mut studio = Studio::new();
    studio.handle(Event::Colour(ColourEdit::Foreground(INK)));
    studio.handle(Event::Brush(BrushEdit::SizePx(20.0)));
    studio
}

/// Height of the stroke at a column, in pixels that are at least half covered.
fn thickness(studio: &Studio, x: u32) -> usize {
    (0..96).filter(|y| studio.colour(x, *y).red < 128).count()
}

#[test]
fn a_mouse_paints_at_full_width_whatever_pressure_it_reports() {
    for pressure in [0.0, 0.5, 1.0] {
        let mut studio = inked();
        for (phase, x) in [(PointerPhase::Down, 20.0), (PointerPhase::Move, 90.0), (PointerPhase::Up, 90.0)] {
            studio.point(phase, (PointerKind::Mouse, 1, PointerButton::Primary), (x, 40.0, pressure));
        }
        assert!((18..=20).contains(&thickness(&studio, 50)), "{pressure}: {}", thickness(&studio, 50));
    }
}

#[test]
fn a_pen_paints_as_wide_as_it_is_pressed_down_to_its_end() {
    let mut studio = inked();
    studio.pen(PointerPhase::Down, 20.0, 40.0, 0.2);
    for idx in 1..=20 {
        studio.pen(PointerPhase::Move, 20.0 + 4.0 * idx as f32, 40.0, 0.2);
    }
    studio.pen(PointerPhase::Up, 100.0, 40.0, 0.0);
    let (middle, end) = (thickness(&studio, 60), thickness(&studio, 99));
    assert!((5..10).contains(&middle), "{middle}");
    assert!(end + 2 >= middle, "the end is thinner: {end}");
}

#[test]
fn a_pen_that_knows_no_pressure_paints_at_full_width() {
    let mut studio = inked();
    for (phase, x) in [(PointerPhase::Down, 20.0), (PointerPhase::Move, 60.0), (PointerPhase::Up, 90.0)] {
        studio.pen(phase, x, 40.0, 0.5);
    }
    assert!(thickness(&studio, 50) >= 18);
}

#[test]
fn half_pressure_counts_once_a_pen_has_said_something_else() {
    let mut studio = inked();
    studio.pen(PointerPhase::Down, 20.0, 40.0, 0.4);
    studio.pen(PointerPhase::Move, 60.0, 40.0, 0.5);
    studio.pen(PointerPhase::Up, 90.0, 40.0, 0.0);
    assert!(thickness(&studio, 60) < 16, "{}", thickness(&studio, 60));
}

#[test]
fn a_palm_beside_the_pen_does_nothing_and_a_finger_later_moves_the_view() {
    let mut studio = inked();
    studio.pen(PointerPhase::Move, 20.0, 20.0, 0.0);
    studio.touch(PointerPhase::Down, 1, 100.0, 80.0);
    studio.touch(PointerPhase::Move, 1, 101.0, 80.0);
    studio.touch(PointerPhase::Up, 1, 101.0, 80.0);
    assert_eq!(studio.session.document().revision(), 0);
    let before = studio.session.view().matrix();
    studio.now_secs += 10.0;
    studio.touch(PointerPhase::Down, 1, 100.0, 80.0);
    studio.touch(PointerPhase::Move, 1, 110.0, 85.0);
    studio.touch(PointerPhase::Up, 1, 110.0, 85.0);
    assert_eq!(studio.session.document().revision(), 0);
    let after = studio.session.view().matrix();
    assert_eq!((after[4] - before[4], after[5] - before[5]), (10.0, 5.0));
}

#[test]
fn a_pen_that_comes_down_takes_back_what_its_palm_painted() {
    let mut studio = inked();
    studio.touch(PointerPhase::Down, 1, 100.0, 80.0);
    studio.touch(PointerPhase::Move, 1, 90.0, 80.0);
    studio.pen(PointerPhase::Down, 30.0, 30.0, 1.0);
    studio.touch(PointerPhase::Move, 1, 80.0, 80.0);
    studio.touch(PointerPhase::Up, 1, 80.0, 80.0);
    studio.pen(PointerPhase::Up, 30.0, 30.0, 0.0);
    assert_eq!(studio.colour(95, 80), Rgb8::WHITE);
    assert_eq!(studio.colour(30, 30), INK);
}

#[test]
fn a_pen_paints_though_its_palm_moves_the_view_or_takes_a_colour_since_the_pen_was_long_away() {
    for rests in [false, true] {
        let mut studio = inked();
        studio.pen(PointerPhase::Move, 20.0, 20.0, 0.0);
        studio.now_secs += 10.0;
        studio.touch(PointerPhase::Down, 1, 100.0, 80.0);
        if rests {
            for secs in [0.45, 0.25] {
                studio.now_secs += secs;
                studio.handle(Event::Tick { now_secs: studio.now_secs });
            }
            assert!(studio.session.is_finger_picking());
        }
        studio.pen(PointerPhase::Down, 30.0, 30.0, 1.0);
        studio.touch(PointerPhase::Move, 1, 110.0, 85.0);
        studio.pen(PointerPhase::Move, 60.0, 30.0, 1.0);
        studio.touch(PointerPhase::Up, 1, 110.0, 85.0);
        studio.pen(PointerPhase::Up, 60.0, 30.0, 0.0);
        assert_eq!(studio.colour(45, 30), INK, "{rests}");
        assert_eq!(studio.session.colours().foreground, INK, "{rests}");
    }
}

#[test]
fn the_other_end_of_the_pen_erases_and_its_barrel_button_takes_a_colour() {
    let mut studio = inked();
    studio.drag(Tool::Brush, &[(20.0, 40.0), (100.0, 40.0)]);
    for (phase, x) in [(PointerPhase::Down, 60.0), (PointerPhase::Up, 60.0)] {
        studio.point(phase, (PointerKind::Pen, 7, PointerButton::Eraser), (x, 40.0, 1.0));
    }
    assert_eq!(studio.colour(60, 40), Rgb8::WHITE);
    assert_eq!(studio.session.tool(), Tool::Brush);
    for (phase, x) in [(PointerPhase::Down, 60.0), (PointerPhase::Up, 60.0)] {
        studio.point(phase, (PointerKind::Pen, 7, PointerButton::Secondary), (x, 40.0, 1.0));
    }
    assert_eq!(studio.session.colours().foreground, Rgb8::WHITE);
}

#[test]
fn alt_takes_colours_as_long_as_it_is_held() {
    let mut studio = inked();
    let alt = Studio::key_event("Alt", "AltLeft", Modifiers { alt: true, ..Modifiers::default() });
    assert!(studio.session.claims_key(&alt));
    studio.handle(Event::KeyDown(alt.clone()));
    assert_eq!((studio.session.effective_tool(), studio.session.cursor()), (Tool::Eyedropper, Cursor::Pick));
    studio.modifiers.alt = true;
    studio.drag_again(&[(60.0, 40.0)]);
    assert_eq!(studio.session.colours().foreground, Rgb8::WHITE);
    studio.handle(Event::KeyUp(alt));
    assert_eq!(studio.session.effective_tool(), Tool::Brush);
    assert_eq!(studio.session.document().revision(), 0);
}

#[test]
fn space_and_the_middle_button_move_the_view_and_paint_nothing() {
    let mut studio = inked();
    studio.handle(Event::ViewResized { width: 256.0, height: 192.0 });
    let space = Studio::key_event(" ", "Space", Modifiers::default());
    studio.handle(Event::KeyDown(space.clone()));
    assert_eq!(studio.session.cursor(), Cursor::Grab);
    studio.drag_again(&[(50.0, 50.0), (70.0, 40.0)]);
    studio.handle(Event::KeyUp(space));
    assert_eq!(studio.session.view().offset(), ViewPoint::new(20.0, -10.0));
    for (phase, x) in [(PointerPhase::Down, 60.0), (PointerPhase::Move, 50.0), (PointerPhase::Up, 50.0)] {
        studio.point(phase, (PointerKind::Mouse, 1, PointerButton::Middle), (x, 40.0, 0.5));
    }
    assert_eq!(studio.session.view().offset(), ViewPoint::new(10.0, -10.0));
    assert_eq!(studio.session.document().revision(), 0);
}

#[test]
fn paint_lands_under_the_pointer_in_a_zoomed_view() {
    let mut studio = inked();
    studio.handle(Event::ViewResized { width: 256.0, height: 192.0 });
    studio.handle(Event::Wheel {
        view_point: ViewPoint::new(0.0, 0.0),
        delta_x: 0.0,
        delta_y: -200.0,
        modifiers: Modifiers::default(),
    });
    let zoom = studio.session.view().zoom();
    assert!(zoom > 2.5, "{zoom}");
    studio.drag_again(&[(40.0 * zoom, 50.0 * zoom)]);
    assert_eq!(studio.colour(40, 50), INK);
    assert_eq!(studio.session.cursor(), Cursor::Circle { diameter_px: 20.0 * zoom });
}

#[test]
fn two_fingers_zoom_and_move_and_what_the_first_painted_is_taken_back() {
    let mut studio = inked();
    studio.touch(PointerPhase::Down, 1, 40.0, 40.0);
    studio.touch(PointerPhase::Down, 2, 80.0, 40.0);
    assert_eq!(studio.session.document().revision(), 0);
    let held = studio.session.view().canvas_from_view(ViewPoint::new(60.0, 40.0));
    studio.touch(PointerPhase::Move, 2, 120.0, 40.0);
    studio.touch(PointerPhase::Move, 1, 20.0, 40.0);
    assert!((studio.session.view().zoom() - 2.5).abs() < 1e-3, "{}", studio.session.view().zoom());
    let now = studio.session.view().canvas_from_view(ViewPoint::new(70.0, 40.0));
    assert!(held.distance_to(now) < 0.01, "{held:?} {now:?}");
    studio.touch(PointerPhase::Up, 1, 20.0, 40.0);
    studio.touch(PointerPhase::Move, 2, 10.0, 10.0);
    studio.touch(PointerPhase::Up, 2, 10.0, 10.0);
    assert_eq!(studio.session.document().revision(), 0);
}

#[test]
fn two_fingers_move_the_view_from_their_first_pixel_and_a_tap_puts_it_back() {
    let mut studio = inked();
    studio.touch(PointerPhase::Down, 1, 40.0, 40.0);
    studio.touch(PointerPhase::Down, 2, 60.0, 40.0);
    let held = studio.session.view().canvas_from_view(ViewPoint::new(50.0, 40.0));
    for step in 1..=30 {
        for (finger, x) in [(1, 40.0), (2, 60.0)] {
            studio.touch(PointerPhase::Move, finger, x + step as f32, 40.0);
        }
    }
    let now = studio.session.view().canvas_from_view(ViewPoint::new(80.0, 40.0));
    assert!(held.distance_to(now) < 0.1, "{held:?} {now:?}");
    studio.touch(PointerPhase::Up, 1, 70.0, 40.0);
    studio.touch(PointerPhase::Up, 2, 90.0, 40.0);
    // Fingers tremble in a tap.
    let view = *studio.session.view();
    studio.now_secs += 1.0;
    for (phase, x) in [(PointerPhase::Down, 40.0), (PointerPhase::Move, 43.0), (PointerPhase::Up, 43.0)] {
        studio.touch(phase, 1, x, 40.0);
        studio.touch(phase, 2, x + 30.0, 44.0);
    }
    assert_eq!(*studio.session.view(), view);
}

#[test]
fn fingers_paint_or_move_the_view_as_the_settings_say() {
    let stroke = |studio: &mut Studio| {
        studio.now_secs += 10.0;
        studio.act(crate::Action::FitView);
        let view = *studio.session.view();
        let revision = studio.session.document().revision();
        for (phase, x) in [(PointerPhase::Down, 30.0), (PointerPhase::Move, 70.0), (PointerPhase::Up, 70.0)] {
            studio.touch(phase, 1, x, 40.0);
        }
        (studio.session.document().revision() != revision, *studio.session.view() != view)
    };
    let set = |studio: &mut Studio, fingers| studio.handle(Event::Settings(SettingsEdit::Fingers(fingers)));
    let mut studio = inked();
    assert_eq!(stroke(&mut studio), (true, false));
    set(&mut studio, Fingers::Pan);
    assert_eq!(stroke(&mut studio), (false, true));
    // A pen is seen.
    set(&mut studio, Fingers::Automatic);
    studio.pen(PointerPhase::Move, 90.0, 90.0, 0.3);
    assert_eq!(stroke(&mut studio), (false, true));
    set(&mut studio, Fingers::Paint);
    assert_eq!(stroke(&mut studio), (true, false));
    assert!(studio.session.settings().to_text().contains("fingers = paint"));
}

#[test]
fn a_tap_of_two_fingers_undoes_and_one_of_three_redoes() {
    let mut studio = inked();
    studio.drag(Tool::Brush, &[(20.0, 40.0), (100.0, 40.0)]);
    let revision = studio.session.document().revision();
    let tap = |studio: &mut Studio, n_fingers: i32| {
        for finger in 0..n_fingers {
            studio.touch(PointerPhase::Down, finger, 30.0 + 20.0 * finger as f32, 50.0);
        }
        for finger in 0..n_fingers {
            studio.touch(PointerPhase::Up, finger, 30.0 + 20.0 * finger as f32, 50.0);
        }
    };
    tap(&mut studio, 2);
    assert_eq!(studio.session.document().revision(), 0);
    tap(&mut studio, 3);
    assert_eq!(studio.session.document().revision(), revision);
}

#[test]
fn a_palm_laid_down_late_in_a_finger_stroke_does_not_cost_the_stroke() {
    let mut studio = inked();
    studio.touch(PointerPhase::Down, 1, 20.0, 40.0);
    for idx in 0..20 {
        studio.now_secs += 0.05;
        studio.touch(PointerPhase::Move, 1, 20.0 + idx as f32 * 4.0, 40.0);
    }
    studio.touch(PointerPhase::Down, 2, 100.0, 90.0);
    studio.touch(PointerPhase::Up, 2, 100.0, 90.0);
    studio.touch(PointerPhase::Up, 1, 96.0, 40.0);
    assert_eq!(studio.colour(60, 40), INK);
}

#[test]
fn a_cancelled_pointer_takes_its_stroke_back() {
    let mut studio = inked();
    studio.mouse(PointerPhase::Down, 20.0, 40.0);
    studio.mouse(PointerPhase::Move, 90.0, 40.0);
    studio.mouse(PointerPhase::Cancel, 90.0, 40.0);
    assert!(studio.session.document().is_blank());
    assert_eq!(studio.session.undo_label(), None);
}

#[test]
fn a_window_that_loses_the_focus_ends_the_stroke_and_lets_keys_go() {
    let mut studio = inked();
    studio.handle(Event::KeyDown(Studio::key_event(" ", "Space", Modifiers::default())));
    studio.handle(Event::Blur);
    assert_eq!(studio.session.effective_tool(), Tool::Brush);
    studio.mouse(PointerPhase::Down, 20.0, 40.0);
    studio.mouse(PointerPhase::Move, 90.0, 40.0);
    studio.handle(Event::Blur);
    assert_eq!(studio.session.undo_label(), Some("step-brush-stroke"));
    assert_eq!(studio.colour(88, 40), INK);
}

#[test]
fn the_right_button_aborts_a_stroke() {
    let mut studio = inked();
    studio.mouse(PointerPhase::Down, 20.0, 40.0);
    studio.point(PointerPhase::Down, (PointerKind::Mouse, 1, PointerButton::Secondary), (30.0, 40.0, 0.5));
    assert!(studio.session.document().is_blank());
}

#[test]
fn coalesced_samples_paint_the_same_as_single_events() {
    let mut single = inked();
    let mut packed = inked();
    let points: Vec<(f32, f32)> = (0..40).map(|idx| (20.0 + 2.0 * idx as f32, 40.0 + (idx % 7) as f32)).collect();
    single.drag_again(&points);
    packed.mouse(PointerPhase::Down, points[0].0, points[0].1);
    for chunk in points[1..].chunks(5) {
        let samples = chunk.iter().map(|(x, y)| packed.sample(*x, *y, 0.5)).collect();
        packed.handle(Event::Pointer(PointerEvent {
            phase: PointerPhase::Move,
            pointer_id: 1,
            kind: PointerKind::Mouse,
            button: PointerButton::Primary,
            modifiers: Modifiers::default(),
            samples,
            predicted: Vec::new(),
        }));
    }
    packed.mouse(PointerPhase::Up, points[39].0, points[39].1);
    assert!(single.pixels() == packed.pixels());
}

#[test]
fn any_heap_of_pointer_events_leaves_a_session_in_order() {
    // A fixed linear congruential generator: the same heap on every machine. The driver checks the invariants.
    let mut state = 12345u32;
    let mut next = |n: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) % n
    };
    let mut studio = inked();
    let phases = [
        PointerPhase::Down,
        PointerPhase::Move,
        PointerPhase::Move,
        PointerPhase::Up,
        PointerPhase::Cancel,
        PointerPhase::Leave,
    ];
    let kinds = [PointerKind::Mouse, PointerKind::Pen, PointerKind::Touch, PointerKind::Touch];
    let buttons = [
        PointerButton::Primary,
        PointerButton::Primary,
        PointerButton::Middle,
        PointerButton::Secondary,
        PointerButton::Eraser,
    ];
    for _ in 0..1500 {
        let (kind, id) = (kinds[next(4) as usize], next(3) as i32);
        let button = buttons[next(5) as usize];
        let place = (next(200) as f32 - 30.0, next(160) as f32 - 30.0, next(11) as f32 / 10.0);
        match next(40) {
            0 => studio.act(crate::Action::ALL[next(35) as usize]),
            1 => studio.handle(Event::Tool(Tool::ALL[next(4) as usize])),
            2 => studio.handle(Event::Blur),
            3 => studio.now_secs += 2.0,
            4 => studio.point(PointerPhase::Move, (kind, id, button), (f32::NAN, place.1, f32::NAN)),
            _ => studio.point(phases[next(6) as usize], (kind, id, button), place),
        }
    }
}

#[test]
fn a_finger_that_rests_takes_the_colour_below_it_and_leaves_no_dot() {
    let mut studio = inked();
    studio.drag(Tool::Brush, &[(20.0, 40.0), (100.0, 40.0)]);
    studio.handle(Event::Colour(ColourEdit::Foreground(Rgb8::WHITE)));
    let revision = studio.session.document().revision();
    let tick = |studio: &mut Studio, secs: f64| {
        studio.now_secs += secs;
        studio.handle(Event::Tick { now_secs: studio.now_secs });
    };
    studio.touch(PointerPhase::Down, 1, 60.0, 40.0);
    // A finger trembles.
    studio.touch(PointerPhase::Move, 1, 63.0, 42.0);
    tick(&mut studio, 0.45);
    assert!(!studio.session.is_finger_picking(), "the first look may come before the news of a move");
    tick(&mut studio, 0.25);
    assert!(studio.session.is_finger_picking());
    assert_eq!(studio.session.colours().foreground, INK);
    assert_eq!(studio.session.document().revision(), revision);
    // It goes on to where there is paper, and lifts there.
    studio.touch(PointerPhase::Move, 1, 60.0, 80.0);
    studio.touch(PointerPhase::Up, 1, 60.0, 80.0);
    assert_eq!(studio.session.colours().foreground, Rgb8::WHITE);
    assert_eq!(studio.session.document().revision(), revision);
    // Neither a finger on its way nor a pen takes anything.
    studio.touch(PointerPhase::Down, 1, 60.0, 40.0);
    studio.touch(PointerPhase::Move, 1, 90.0, 40.0);
    tick(&mut studio, 1.0);
    tick(&mut studio, 1.0);
    studio.touch(PointerPhase::Up, 1, 90.0, 40.0);
    studio.pen(PointerPhase::Down, 60.0, 80.0, 1.0);
    tick(&mut studio, 1.0);
    tick(&mut studio, 1.0);
    assert!(!studio.session.is_finger_picking());
    studio.pen(PointerPhase::Up, 60.0, 80.0, 0.0);
    assert_eq!(studio.session.colours().foreground, Rgb8::WHITE);
}

#[test]
fn two_fingers_that_close_quickly_show_the_whole_canvas() {
    let mut studio = inked();
    studio.handle(Event::ViewResized { width: 256.0, height: 192.0 });
    let fitted = *studio.session.view();
    let pinch = |studio: &mut Studio, from: f32, to: f32, secs: f64| {
        studio.touch(PointerPhase::Down, 1, 120.0 - from, 90.0);
        studio.touch(PointerPhase::Down, 2, 120.0 + from, 90.0);
        studio.now_secs += secs;
        for (finger, side) in [(1, -1.0), (2, 1.0)] {
            studio.touch(PointerPhase::Move, finger, 120.0 + side * to, 90.0);
        }
        for (finger, side) in [(1, -1.0), (2, 1.0)] {
            studio.touch(PointerPhase::Up, finger, 120.0 + side * to, 90.0);
        }
    };
    pinch(&mut studio, 20.0, 80.0, 0.1);
    assert!(studio.session.view().zoom() > fitted.zoom() * 3.0);
    // Slowly they only zoom.
    pinch(&mut studio, 80.0, 40.0, 0.6);
    assert!(!studio.session.view().is_fitted());
    pinch(&mut studio, 80.0, 40.0, 0.1);
    assert_eq!(*studio.session.view(), fitted);
}

#[test]
fn a_tap_of_four_fingers_folds_the_panels_and_brings_them_back() {
    let mut studio = inked();
    for is_hidden in [true, false] {
        for phase in [PointerPhase::Down, PointerPhase::Up] {
            (0..4).for_each(|finger| studio.touch(phase, finger, 20.0 + 20.0 * finger as f32, 50.0));
        }
        assert_eq!(studio.session.settings().are_docks_hidden, is_hidden);
    }
    assert!(studio.session.document().is_blank());
}

#[test]
fn a_stroke_that_the_system_interrupts_or_a_turned_screen_cuts_short_is_kept() {
    for is_turned in [false, true] {
        let mut studio = inked();
        studio.handle(Event::ViewResized { width: 128.0, height: 96.0 });
        studio.touch(PointerPhase::Down, 1, 20.0, 40.0);
        studio.now_secs += 0.5;
        studio.touch(PointerPhase::Move, 1, 90.0, 40.0);
        if is_turned {
            studio.handle(Event::ViewResized { width: 96.0, height: 128.0 });
            // The finger is still down, and now lies elsewhere.
            studio.touch(PointerPhase::Move, 1, 20.0, 90.0);
        }
        studio.touch(PointerPhase::Cancel, 1, 20.0, 90.0);
        assert_eq!(studio.session.undo_label(), Some("step-brush-stroke"), "turned: {is_turned}");
        assert_eq!(studio.colour(60, 40), INK);
        assert_eq!(studio.colour(40, 80), Rgb8::WHITE);
    }
    // What has just begun was a palm.
    let mut studio = inked();
    studio.touch(PointerPhase::Down, 1, 20.0, 40.0);
    studio.touch(PointerPhase::Cancel, 1, 20.0, 40.0);
    assert!(studio.session.document().is_blank());
}

/// A stroke that came from (20, 40) to (40, 40), with a place where the browser expects it next, if any.
fn stroke_with_guess(guess: Option<(f32, f32)>) -> Studio {
    let mut driver = inked();
    driver.mouse(PointerPhase::Down, 20.0, 40.0);
    let predicted = guess.map(|(x, y)| driver.sample(x, y, 0.5)).into_iter().collect();
    let samples = vec![driver.sample(40.0, 40.0, 0.5)];
    driver.handle(Event::Pointer(PointerEvent {
        phase: PointerPhase::Move,
        pointer_id: 1,
        kind: PointerKind::Mouse,
        button: PointerButton::Primary,
        modifiers: Modifiers::default(),
        samples,
        predicted,
    }));
    driver
}

#[test]
fn what_the_browser_expects_of_a_stroke_is_shown_and_taken_back() {
    let mut guessed = stroke_with_guess(Some((55.0, 50.0)));
    let mut plain = stroke_with_guess(None);
    assert!(guessed.pixels() != plain.pixels(), "the guess is seen");
    for driver in [&mut guessed, &mut plain] {
        driver.mouse(PointerPhase::Up, 60.0, 40.0);
    }
    assert!(guessed.pixels() == plain.pixels(), "and gone");
}

#[test]
fn a_guess_farther_than_the_pointer_went_is_not_shown() {
    assert!(stroke_with_guess(Some((80.0, 60.0))).pixels() == stroke_with_guess(None).pixels());
}
