//! Pointers with all their samples.

use std::{cell::RefCell, rc::Rc};

use underpaint_browser::{
    keyboard::{Focus, KeyboardListener},
    pointer::{PointerInput, PointerKind, PointerListener, PointerPhase},
};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{canvas_element, javascript};

/// Puts a canvas at a known place and remembers it as `window.target`.
fn target() -> web_sys::HtmlCanvasElement {
    let canvas = canvas_element(64, 64);
    canvas
        .set_attribute("style", "position:fixed;left:10px;top:20px;width:200px;height:100px;margin:0;border:0")
        .unwrap();
    canvas.set_attribute("tabindex", "0").unwrap();
    js_sys::Reflect::set(&js_sys::global(), &"target".into(), &canvas).unwrap();
    canvas
}

fn listen(canvas: &web_sys::HtmlCanvasElement) -> (PointerListener, Rc<RefCell<Vec<PointerInput>>>) {
    let inputs = Rc::new(RefCell::new(Vec::new()));
    let heard = Rc::clone(&inputs);
    (PointerListener::new(canvas, canvas, move |input| heard.borrow_mut().push(input)), inputs)
}

#[wasm_bindgen_test]
fn a_move_carries_every_coalesced_sample_in_the_elements_own_coordinates() {
    let canvas = target();
    let (_listener, inputs) = listen(&canvas);
    javascript(
        "{
            const sample = (x, y, pressure) => new PointerEvent('pointermove', {
                clientX: x, clientY: y, pressure, tiltX: 30, tiltY: -10, pointerType: 'pen', pointerId: 5,
            });
            window.target.dispatchEvent(new PointerEvent('pointermove', {
                clientX: 60, clientY: 70, pressure: 0.75, pointerType: 'pen', pointerId: 5, isPrimary: true, buttons: 1,
                ctrlKey: true, cancelable: true,
                coalescedEvents: [sample(30.25, 40.5, 0.25), sample(45, 55, 0.5), sample(60, 70, 0.75)],
            }));
        }",
    );
    let inputs = inputs.borrow();
    let [input] = inputs.as_slice() else { panic!("{inputs:?}") };
    assert_eq!((input.phase, input.kind, input.pointer_id), (PointerPhase::Move, PointerKind::Pen, 5));
    assert!(input.is_primary && input.modifiers.command && !input.modifiers.shift);
    assert_eq!((input.buttons, input.view_width_px, input.view_height_px), (1, 200.0, 100.0));
    let places: Vec<_> = input.samples.iter().map(|it| (it.x_px, it.y_px, it.pressure)).collect();
    assert_eq!(places, [(20.25, 20.5, 0.25), (35.0, 35.0, 0.5), (50.0, 50.0, 0.75)]);
    assert_eq!((input.samples[0].tilt_x_degrees, input.samples[0].tilt_y_degrees), (30.0, -10.0));
}

#[wasm_bindgen_test]
fn a_press_beside_the_element_is_told_in_its_coordinates_and_gives_it_the_focus() {
    let canvas = target();
    let around = canvas.parent_element().unwrap();
    let inputs = Rc::new(RefCell::new(Vec::new()));
    let heard = Rc::clone(&inputs);
    let _listener = PointerListener::new(&around, &canvas, move |input| heard.borrow_mut().push(input));
    js_sys::Reflect::set(&js_sys::global(), &"around".into(), &around).unwrap();
    javascript(
        "window.around.dispatchEvent(new PointerEvent('pointerdown', {
            clientX: 4, clientY: 70, pointerType: 'mouse', pointerId: 1, isPrimary: true, buttons: 1, cancelable: true,
        }));",
    );
    let inputs = inputs.borrow();
    let [input] = inputs.as_slice() else { panic!("{inputs:?}") };
    assert_eq!((input.phase, input.view_width_px), (PointerPhase::Down, 200.0));
    assert_eq!((input.samples[0].x_px, input.samples[0].y_px), (-6.0, 50.0));
    let focused = web_sys::window().and_then(|it| it.document()).and_then(|it| it.active_element());
    assert!(focused.is_some_and(|it| it == *canvas.as_ref()));
}

#[wasm_bindgen_test]
fn a_pens_expected_way_its_turn_and_its_buttons_are_told() {
    let canvas = target();
    let (_listener, inputs) = listen(&canvas);
    javascript(
        "{
            const fire = (name, more) => window.target.dispatchEvent(new PointerEvent(name, {
                clientX: 60, clientY: 70, pointerType: 'pen', pointerId: 5, isPrimary: true, cancelable: true, ...more,
            }));
            const expected = x => new PointerEvent('pointermove', { clientX: x, clientY: 70, pointerType: 'pen' });
            fire('pointermove', {
                buttons: 1, pressure: 0.5, twist: 123, predictedEvents: [expected(64), expected(68)],
            });
            fire('pointermove', { buttons: 0, predictedEvents: [expected(64)] });
            fire('pointermove', { buttons: 2 });
            fire('pointerdown', { buttons: 32, pressure: 0.5 });
            fire('pointermove', { buttons: 1, altitudeAngle: Math.PI / 4, azimuthAngle: Math.PI / 2 });
        }",
    );
    let inputs = inputs.borrow();
    let [drawing, hovering, barrel, eraser, leaning] = inputs.as_slice() else { panic!("{inputs:?}") };
    assert_eq!(drawing.predicted.iter().map(|it| it.x_px).collect::<Vec<_>>(), [54.0, 58.0]);
    assert_eq!(drawing.samples[0].twist_degrees, 123.0);
    assert_eq!((drawing.samples[0].lean_degrees(), drawing.samples[0].azimuth_degrees()), (0.0, 0.0));
    let told = |input: &PointerInput| (input.is_hovering(), input.is_barrel_pressed(), input.is_eraser());
    assert_eq!(told(drawing), (false, false, false));
    assert_eq!((told(hovering), hovering.predicted.len()), ((true, false, false), 0));
    assert_eq!(told(barrel), (true, true, false));
    assert_eq!(told(eraser), (false, false, true));
    let sample = leaning.samples[0];
    assert!((sample.tilt_y_degrees - 45.0).abs() < 0.01 && sample.tilt_x_degrees.abs() < 0.01, "{sample:?}");
    assert!((sample.lean_degrees() - 45.0).abs() < 0.01 && (sample.azimuth_degrees() - 90.0).abs() < 0.01);
}

#[wasm_bindgen_test]
fn a_device_that_tells_the_lean_in_angles_alone_has_a_tilt() {
    let canvas = target();
    let (_listener, inputs) = listen(&canvas);
    // As Safari's events of before tilt: angles, and a tilt that stays 0.
    javascript(
        "{
            const event = new PointerEvent('pointermove', { clientX: 60, clientY: 70, pointerType: 'pen' });
            for (const [name, value] of [['tiltX', 0], ['tiltY', 0], ['altitudeAngle', Math.PI / 6], ['azimuthAngle', 0]])
                Object.defineProperty(event, name, { value });
            window.target.dispatchEvent(event);
        }",
    );
    let sample = inputs.borrow()[0].samples[0];
    assert!((sample.tilt_x_degrees - 60.0).abs() < 0.01 && sample.tilt_y_degrees.abs() < 0.01, "{sample:?}");
}

#[wasm_bindgen_test]
fn pressing_takes_the_focus_and_holds_the_browser_back() {
    let canvas = target();
    let (_listener, inputs) = listen(&canvas);
    let was_allowed = javascript(
        "window.target.dispatchEvent(new PointerEvent('pointerdown', {
            clientX: 110, clientY: 70, pointerType: 'touch', buttons: 1, cancelable: true,
        }))",
    );
    assert_eq!(was_allowed.as_bool(), Some(false));
    assert_eq!(javascript("document.activeElement === window.target").as_bool(), Some(true));
    assert_eq!(inputs.borrow()[0].phase, PointerPhase::Down);
    assert_eq!(inputs.borrow()[0].kind, PointerKind::Touch);
    assert_eq!((inputs.borrow()[0].samples[0].x_px, inputs.borrow()[0].samples[0].y_px), (100.0, 50.0));
}

#[wasm_bindgen_test]
fn a_dropped_listener_hears_nothing() {
    let canvas = target();
    let (listener, inputs) = listen(&canvas);
    drop(listener);
    javascript("window.target.dispatchEvent(new PointerEvent('pointerdown', { clientX: 1, clientY: 1 }))");
    assert!(inputs.borrow().is_empty());
}

#[wasm_bindgen_test]
fn a_key_that_is_used_is_kept_from_the_browser_and_typing_is_told() {
    let keys = Rc::new(RefCell::new(Vec::new()));
    let heard = Rc::clone(&keys);
    let _listener = KeyboardListener::new(move |key| {
        let is_used = key.key == "b";
        heard.borrow_mut().push(key);
        is_used
    })
    .unwrap();
    let press = |key: &str, target: &str| {
        let source = format!(
            "{target}.dispatchEvent(new KeyboardEvent('keydown', {{ key: '{key}', bubbles: true, cancelable: true }}))"
        );
        javascript(&source).as_bool()
    };
    assert_eq!(press("b", "document.body"), Some(false));
    assert_eq!(press("c", "document.body"), Some(true));
    javascript("window.field = document.body.appendChild(document.createElement('textarea'))");
    press("d", "window.field");
    assert_eq!(
        keys.borrow().iter().map(|it| it.focus).collect::<Vec<_>>(),
        [Focus::Page, Focus::Page, Focus::TextField]
    );
}
