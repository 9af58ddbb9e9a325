//! The link to a worker, against small workers written for each test.

use std::{cell::RefCell, rc::Rc};

use underpaint_browser::{
    clock::now_secs,
    worker::{EngineWorker, WorkerEvent},
    worker_scope::breathe,
};
use underpaint_protocol::{GenerateInput, Request, Response};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{blob_url, javascript, sleep_millis};

/// A worker that says `Ready` once it holds its lock, late enough for a request to be sent before.
const READY: &str = "
    navigator.locks.request(self.name, () => {
        setTimeout(() => postMessage({ body: 'ready' }), 100);
        return new Promise(() => {});
    });
";

/// Keeps the workers that the page makes where a test can reach them from outside.
const SPY: &str = "
    if (!window.allWorkers) {
        window.allWorkers = [];
        const Original = window.Worker;
        window.Worker = class extends Original {
            constructor(...args) { super(...args); window.allWorkers.push(this); }
        };
    }
";

type Events = Rc<RefCell<Vec<WorkerEvent>>>;

fn spawn(script: &str) -> (EngineWorker, Events) {
    let events = Events::default();
    let heard = Rc::clone(&events);
    let url = blob_url("text/javascript", script);
    let worker = EngineWorker::spawn(&url, move |event| heard.borrow_mut().push(event)).unwrap();
    (worker, events)
}

async fn wait_for(events: &Events, n_events: usize) {
    let deadline_secs = now_secs() + 15.0;
    while events.borrow().len() < n_events {
        assert!(now_secs() < deadline_secs, "{n_events} events were expected: {:?}", events.borrow());
        sleep_millis(10).await;
    }
}

fn crash_message(event: &WorkerEvent) -> String {
    match event {
        WorkerEvent::Crashed { error } => error.message.clone(),
        WorkerEvent::Message { .. } => panic!("{event:?}"),
    }
}

#[wasm_bindgen_test]
async fn a_request_waits_for_ready_and_its_numbers_and_pixels_come_back_unchanged() {
    let script = format!(
        "{READY}
        onmessage = ({{ data: {{ body, pixels }} }}) => {{
            const {{ job, input }} = body.generate ?? {{}};
            if (!(pixels instanceof ArrayBuffer) || input?.prompt !== 'ein See, 湖') throw new Error('wrong request');
            const picture = {{
                job, revision: input.seed, width: 2, height: input.height, duration_secs: input.strength,
            }};
            postMessage({{ body: {{ picture }}, pixels }}, [pixels]);
        }};"
    );
    let (worker, events) = spawn(&script);
    let pixels: Vec<u8> = (0..16).map(|it| it * 16).collect();
    let seed = u64::MAX - 1;
    let input =
        GenerateInput { prompt: "ein See, 湖".into(), seed, height: 2, strength: 1.0, ..GenerateInput::default() };
    worker.send(&Request::Generate { job: 1 << 60, input }, Some(pixels.clone())).unwrap();
    wait_for(&events, 2).await;
    let picture = Response::Picture { job: 1 << 60, revision: seed, width: 2, height: 2, duration_secs: 1.0 };
    assert_eq!(
        *events.borrow(),
        [
            WorkerEvent::Message { response: Response::Ready, pixels: None },
            WorkerEvent::Message { response: picture, pixels: Some(pixels) },
        ]
    );
}

#[wasm_bindgen_test]
async fn a_worker_that_is_killed_from_outside_is_noticed_also_while_it_computes() {
    javascript(SPY);
    let (worker, events) = spawn(&format!("{READY} onmessage = () => {{ for (;;); }};"));
    wait_for(&events, 1).await;
    worker.send(&Request::Cancel { job: 1 }, None).unwrap();
    // It computes for ever now, and nobody takes that for death.
    sleep_millis(300).await;
    assert_eq!(events.borrow().len(), 1);
    javascript("window.allWorkers.at(-1).terminate()");
    wait_for(&events, 2).await;
    assert_eq!(crash_message(&events.borrow()[1]), "the browser ended it");
    assert!(!worker.is_alive());
}

#[wasm_bindgen_test]
async fn a_worker_that_closes_itself_is_noticed_and_a_new_one_works() {
    let (worker, events) = spawn(&format!("{READY} onmessage = () => self.close();"));
    wait_for(&events, 1).await;
    worker.send(&Request::Cancel { job: 1 }, None).unwrap();
    wait_for(&events, 2).await;
    crash_message(&events.borrow()[1]);
    let (_worker, events) = spawn(READY);
    wait_for(&events, 1).await;
}

#[wasm_bindgen_test]
async fn a_fatal_answer_is_told_once_and_ends_the_worker() {
    let fatal = "{ fatal: { error: { kind: 'bug', message: 'a defect' } } }";
    let (worker, events) =
        spawn(&format!("{READY} onmessage = () => {{ postMessage({{ body: {fatal} }}); self.close(); }};"));
    wait_for(&events, 1).await;
    worker.send(&Request::Cancel { job: 1 }, None).unwrap();
    wait_for(&events, 2).await;
    assert_eq!(crash_message(&events.borrow()[1]), "a defect");
    sleep_millis(300).await;
    assert_eq!(events.borrow().len(), 2);
    // A request to a lost worker is no second failure.
    worker.send(&Request::Cancel { job: 2 }, None).unwrap();
}

#[wasm_bindgen_test]
async fn a_script_that_is_missing_or_throws_is_a_crash_that_says_so() {
    let events = Events::default();
    let heard = Rc::clone(&events);
    let _worker = EngineWorker::spawn("no-such-file.js", move |event| heard.borrow_mut().push(event)).unwrap();
    wait_for(&events, 1).await;
    let message = crash_message(&events.borrow()[0]);
    assert!(message.contains("no-such-file.js") || message.contains("could not be loaded"), "{message}");

    let (_worker, events) = spawn("throw new Error('no simd here');");
    wait_for(&events, 1).await;
    assert!(crash_message(&events.borrow()[0]).contains("no simd here"));
}

#[wasm_bindgen_test]
async fn a_malformed_answer_is_a_crash_and_no_panic() {
    let (_worker, events) = spawn("postMessage({ body: { nonsense: {} } });");
    wait_for(&events, 1).await;
    assert!(crash_message(&events.borrow()[0]).contains("malformed"));
}

#[wasm_bindgen_test]
async fn a_worker_that_is_terminated_by_its_owner_is_no_crash() {
    let (worker, events) = spawn(READY);
    wait_for(&events, 1).await;
    worker.terminate();
    assert!(!worker.is_alive());
    drop(worker);
    sleep_millis(300).await;
    assert_eq!(events.borrow().len(), 1);
}

#[wasm_bindgen_test]
async fn breathing_lets_a_message_in_that_was_posted_before() {
    javascript(
        "window.heard = 0;
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => { window.heard += 1; };
        port2.postMessage(null);",
    );
    breathe().await;
    assert_eq!(javascript("window.heard").as_f64(), Some(1.0));
}
