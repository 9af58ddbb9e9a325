// How long painting keeps the page's thread: the built site in headless Chromium, a document of 2048 × 2048 pixels with
// ten painted layers, real pointer events. `cargo xtask bench painting` runs it; docs/performance.md has what came out.
import { readFileSync } from 'node:fs';
import { loadavg, cpus } from 'node:os';
import { browser, DIST, stop } from '../e2e/support/browser.mjs';
import { serve } from '../e2e/support/server.mjs';
import { open } from '../e2e/support/studio.mjs';
import { install, joined, quantile } from './probe.mjs';

const EDGE = 2048;
const N_LAYERS = 10;
const BRUSH_PX = 100;
/** How often a pen is read. */
const READINGS_PER_SEC = 240;
/** How fast the hand is, in pixels of the canvas. */
const PX_PER_SEC = 2500;
const STROKE_SECS = Number(process.env.UNDERPAINT_STROKE_SECS ?? 3);
const MODES = ['normal', 'multiply', 'normal', 'screen', 'overlay', 'normal', 'soft-light', 'normal', 'color', 'add'];
// What the page must keep, in milliseconds and MB.
const AIMS = { median: 4, percentile99: 16, undo: 50, memory: 400, slice: 8 };
// What is measured by clocks of 5 µs, and memory at all, are for pages that are isolated from others.
const ISOLATED = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };

const problems = [];
const results = {};

function report(name, value, unit, aim) {
  const isMet = aim === undefined || value <= aim;
  results[name] = value;
  if (!isMet) problems.push(name);
  const said = aim === undefined ? '' : `   aim ${aim} ${isMet ? '✓' : '✗ MISSED'}`;
  console.log(`  ${name.padEnd(58)} ${value.toFixed(2).padStart(8)} ${unit}${said}`);
}

/** Drops ten pictures on the page as from a folder: the first becomes the document, the others layers above it. */
async function makeDocument(studio) {
  await studio.page.evaluate(async ([edge, nLayers]) => {
    const data = new DataTransfer();
    for (let layer = 0; layer < nLayers; layer += 1) {
      const canvas = new OffscreenCanvas(edge, edge);
      const context = canvas.getContext('2d');
      const image = context.createImageData(edge, edge);
      const words = new Uint32Array(image.data.buffer);
      for (let y = 0; y < edge; y += 1) {
        const down = Math.cos(y * 0.013);
        for (let x = 0; x < edge; x += 1) {
          // Waves with a little grain: neither flat nor noise, as paint is.
          const wave = (Math.sin(x * 0.011 + layer) * down + 1) / 2;
          let mixed = Math.imul(x + layer * 4096, 0x9e3779b1) ^ Math.imul(y, 0x85ebca6b);
          mixed = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35);
          const grain = (mixed ^ (mixed >>> 13)) >>> 29;
          const alpha = layer % 2 === 0 ? 255 : Math.round(wave * 255);
          const value = (share) => Math.round(share * 240) + grain;
          words[y * edge + x] = (alpha << 24) | (value(0.4) << 16) | (value(1 - wave) << 8) | value(wave);
        }
      }
      context.putImageData(image, 0, 0);
      const blob = await canvas.convertToBlob({ type: 'image/png' });
      data.items.add(new File([blob], `layer ${layer}.png`, { type: 'image/png' }));
    }
    document.body.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: data }));
  }, [EDGE, N_LAYERS]);
  await studio.page.waitForFunction((n) => document.querySelectorAll('[data-layer]').length === n, N_LAYERS, { timeout: 120_000 });
  const layers = await studio.page.locator('[data-layer]').evaluateAll((rows) => rows.map((row) => row.dataset.layer));
  for (const [idx, layer] of layers.reverse().entries()) {
    await studio.handle(`layer-${layer}`).locator('.layer__text').click();
    if (MODES[idx] !== 'normal') await studio.handle('layer-blend').selectOption(MODES[idx]);
    await studio.set('layer-opacity', 0.9);
  }
  return layers;
}

/** One stroke in a spiral about the middle, its readings sent as fast as a pen's and not waited for. */
async function stroke(studio, devtools, box) {
  const scale = box.width / EDGE;
  const point = (secs) => {
    const length = PX_PER_SEC * secs;
    const turn = Math.sqrt(length / 14);
    const radius = 60 + turn * 28;
    return { x: box.x + (EDGE / 2 + radius * Math.cos(turn)) * scale, y: box.y + (EDGE / 2 + radius * Math.sin(turn)) * scale };
  };
  const send = (type, at, buttons) =>
    devtools.send('Input.dispatchMouseEvent', { type, ...at, button: type === 'mouseMoved' && !buttons ? 'none' : 'left', buttons, clickCount: 1, pointerType: 'pen', force: 1 });
  await send('mouseMoved', point(0), 0);
  await studio.settled();
  await studio.page.evaluate(() => window.probe.clear());
  await (await browser()).startTracing(studio.page, { categories: ['devtools.timeline'] });
  const before = await metrics(devtools);
  await send('mousePressed', point(0), 1);
  const start = performance.now();
  const sent = [];
  for (let reading = 1; reading <= STROKE_SECS * READINGS_PER_SEC; reading += 1) {
    const due = start + (reading * 1000) / READINGS_PER_SEC;
    while (performance.now() < due) await new Promise((done) => setTimeout(done, Math.max(0, due - performance.now())));
    sent.push(send('mouseMoved', point(reading / READINGS_PER_SEC), 1));
  }
  await Promise.all(sent);
  const measured = await studio.page.evaluate(() => ({ ...window.probe, memories: undefined, memoryBytes: undefined, clear: undefined }));
  const after = await metrics(devtools);
  const trace = readTrace(await (await browser()).stopTracing());
  await send('mouseReleased', point(STROKE_SECS), 0);
  await studio.settled();
  return { ...measured, trace, busySecs: after.TaskDuration - before.TaskDuration };
}

/** From a trace: what each pointer event and the frame that showed it took of the processor, whoever else was at work. */
function readTrace(buffer) {
  const { traceEvents } = JSON.parse(buffer.toString());
  const complete = traceEvents.filter(({ ph, tdur }) => ph === 'X' && tdur !== undefined).sort((one, two) => one.ts - two.ts);
  const moves = complete.filter(({ name, args }) => name === 'EventDispatch' && args.data?.type === 'pointermove');
  const frames = complete.filter(({ name }) => name === 'FireAnimationFrame');
  return moves.map(({ ts, tdur, pid, tid }) => {
    const frame = frames.find((it) => it.ts >= ts && it.pid === pid && it.tid === tid);
    return { handling: tdur / 1000, presenting: (frame?.tdur ?? 0) / 1000, millis: (tdur + (frame?.tdur ?? 0)) / 1000 };
  });
}

/** From a trace: what the tasks of the page's timers took of the processor, with the promises that went on behind them. */
function readTimers(buffer) {
  const { traceEvents } = JSON.parse(buffer.toString());
  return traceEvents.filter(({ name, ph, tdur }) => name === 'TimerFire' && ph === 'X' && tdur !== undefined).map(({ tdur }) => tdur / 1000);
}

/** Files that leave: how long they take, and what they keep the page from. */
async function measureExports(studio) {
  await studio.handle('files').click();
  for (const [name, button] of [['a project PNG', 'save-project'], ['OpenRaster', 'export-ora']]) {
    await studio.settled();
    await studio.page.evaluate(() => window.probe.clear());
    const start = performance.now();
    const [file] = await Promise.all([studio.page.waitForEvent('download', { timeout: 180_000 }), studio.handle(button).click()]);
    await file.path();
    const millis = performance.now() - start;
    const longest = await studio.page.evaluate(() => Math.max(0, ...window.probe.longTasks.map((it) => it.millis)));
    report(`${name}: press to file`, millis / 1000, 's');
    report(`${name}: longest task of more than 50 ms`, longest, 'ms');
    report(`${name}: memory of the page’s program then`, (await studio.page.evaluate(() => window.probe.memoryBytes())) / 1e6, 'MB', AIMS.memory);
  }
  await studio.page.keyboard.press('Escape');
}

async function metrics(devtools) {
  const { metrics: list } = await devtools.send('Performance.getMetrics');
  return Object.fromEntries(list.map(({ name, value }) => [name, value]));
}

async function measureStroke(name, studio, devtools, box) {
  const strokes = [];
  for (let run = 0; run < 3; run += 1) {
    strokes.push(await stroke(studio, devtools, box));
    await studio.page.keyboard.press('Control+z');
    await studio.settled();
  }
  const moves = strokes.flatMap(joined);
  const millis = moves.map((move) => move.millis);
  const readings = moves.reduce((sum, move) => sum + move.readings, 0);
  console.log(`${name}: ${moves.length} events with ${(readings / moves.length).toFixed(1)} readings each`);
  report(`${name}: event to pixels, median`, quantile(millis, 0.5), 'ms', AIMS.median);
  report(`${name}: event to pixels, 99th percentile`, quantile(millis, 0.99), 'ms', AIMS.percentile99);
  report(`${name}: event to pixels, most`, Math.max(...millis), 'ms');
  report(`${name}: handling alone, median`, quantile(moves.map((move) => move.handling), 0.5), 'ms');
  report(`${name}: presenting alone, median`, quantile(moves.map((move) => move.presenting), 0.5), 'ms');
  const traced = strokes.flatMap((it) => it.trace);
  if (traced.length > 0) {
    report(`${name}: processor time, median`, quantile(traced.map((it) => it.millis), 0.5), 'ms', AIMS.median);
    report(`${name}: processor time, 99th percentile`, quantile(traced.map((it) => it.millis), 0.99), 'ms', AIMS.percentile99);
    report(`${name}: processor time of handling, median`, quantile(traced.map((it) => it.handling), 0.5), 'ms');
    report(`${name}: processor time of presenting, median`, quantile(traced.map((it) => it.presenting), 0.5), 'ms');
  }
  const busySecs = strokes.reduce((sum, it) => sum + it.busySecs, 0);
  report(`${name}: all of the page's thread per event, mean`, (busySecs * 1000) / moves.length, 'ms');
  const longTasks = strokes.flatMap((it) => it.longTasks);
  report(`${name}: tasks of more than 50 ms`, longTasks.length, '', 0);
}

/** From the key to the pixels of the last frame that shows some of it: what the page's thread did, and how long it took. */
async function measureKey(studio, key) {
  await studio.settled();
  await studio.page.evaluate(() => window.probe.clear());
  await studio.page.keyboard.press(key);
  // A large change is shown in several frames.
  await studio.page.waitForFunction(() => {
    const last = window.probe.frames.at(-1);
    return last && performance.now() > last.start + last.millis + 200;
  });
  return studio.page.evaluate(() => {
    const { events, frames } = window.probe;
    const sum = (list) => list.reduce((all, it) => all + it.millis, 0);
    const end = Math.max(...frames.map((it) => it.start + it.millis));
    const longest = Math.max(...frames.map((it) => it.millis));
    return { handling: sum(events), presenting: sum(frames), shown: end - events[0].start, longest };
  });
}

/** A number that stands for what the canvas shows. */
function canvasPrint(studio) {
  return studio.handle('sketch').evaluate(async (canvas) => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const sum = new Uint8Array(await crypto.subtle.digest('SHA-256', data));
    return sum.slice(0, 8).join('.');
  });
}

async function measureFill(studio) {
  // First what it must show, then how fast that is.
  const before = await canvasPrint(studio);
  await studio.page.locator('.well--sketch').focus();
  await measureKey(studio, 'Shift+Backspace');
  const filled = await canvasPrint(studio);
  await measureKey(studio, 'Control+z');
  if (filled === before || (await canvasPrint(studio)) !== before) problems.push('undo of a fill shows something else');
  await measureKey(studio, 'Control+Shift+z');
  if ((await canvasPrint(studio)) !== filled) problems.push('redo of a fill shows something else');
  await measureKey(studio, 'Control+z');
  const name = 'a fill of the canvas';
  const [fills, undos, redos] = [[], [], []];
  for (let run = 0; run < 5; run += 1) {
    await studio.set('colour', run % 2 ? '#3070a0' : '#a07030');
    await studio.page.locator('.well--sketch').focus();
    fills.push(await measureKey(studio, 'Shift+Backspace'));
    await studio.page.waitForTimeout(1500);
    undos.push(await measureKey(studio, 'Control+z'));
    await studio.page.waitForTimeout(500);
    redos.push(await measureKey(studio, 'Control+Shift+z'));
    await measureKey(studio, 'Control+z');
    await studio.page.waitForTimeout(1500);
  }
  const all = (list) => quantile(list.map((it) => it.handling + it.presenting), 0.5);
  report(`${name}`, all(fills), 'ms');
  report(`${name}: key to the last pixels, by the clock`, quantile(fills.map((it) => it.shown), 0.5), 'ms');
  report(`${name}: longest frame`, quantile(fills.map((it) => it.longest), 0.5), 'ms');
  report(`undo of it, key to pixels`, all(undos), 'ms', AIMS.undo);
  report(`undo of it: handling alone`, quantile(undos.map((it) => it.handling), 0.5), 'ms');
  report(`redo of it, key to pixels`, all(redos), 'ms', AIMS.undo);
}

async function measureMemory(studio) {
  const bytes = await studio.page.evaluate(() => window.probe.memoryBytes());
  report('memory of the page’s program', bytes / 1e6, 'MB', AIMS.memory);
  const all = await studio.page.evaluate(async () => {
    if (!performance.measureUserAgentSpecificMemory) return null;
    const wait = new Promise((done) => setTimeout(() => done(null), 90_000));
    const measured = await Promise.race([performance.measureUserAgentSpecificMemory(), wait]);
    return measured && { bytes: measured.bytes, parts: measured.breakdown.filter((it) => it.bytes > 1e6).map((it) => [it.bytes, it.types.join(' '), it.attribution.map((from) => `${from.scope} ${from.url}`).join(' ')]) };
  });
  if (all) {
    report('memory of page and worker, as the browser counts it', all.bytes / 1e6, 'MB');
    for (const [size, types, from] of all.parts) console.log(`      ${(size / 1e6).toFixed(0).padStart(5)} MB  ${types}  ${from}`);
  }
  const devtools = await (await browser()).newBrowserCDPSession();
  const { processInfo } = await devtools.send('SystemInfo.getProcessInfo');
  for (const { type, id } of processInfo.filter((it) => ['renderer', 'GPU'].includes(it.type))) {
    const resident = readFileSync(`/proc/${id}/status`, 'utf8').match(/VmRSS:\s+(\d+)/);
    report(`resident memory of the ${type} process`, Number(resident?.[1] ?? Number.NaN) / 1024, 'MB');
  }
}

/** What keeping the document costs while nobody and while somebody paints. */
async function measureKeeping(studio, devtools, box) {
  // A new document has been packed nowhere yet: everything is new after the layers were touched.
  await studio.page.evaluate(() => window.probe.clear());
  const timers = [];
  const longTasks = [];
  const traced = [];
  for (let run = 0; run < 3; run += 1) {
    const { timers: during, longTasks: tasks } = await stroke(studio, devtools, box);
    timers.push(...during);
    longTasks.push(...tasks);
    await studio.page.evaluate(() => window.probe.clear());
    await (await browser()).startTracing(studio.page, { categories: ['devtools.timeline'] });
    await studio.page.waitForTimeout(4000);
    traced.push(...readTimers(await (await browser()).stopTracing()));
    const after = await studio.page.evaluate(() => ({ timers: window.probe.timers, longTasks: window.probe.longTasks }));
    timers.push(...after.timers);
    longTasks.push(...after.longTasks);
  }
  const millis = timers.map((it) => it.millis);
  report('keeping: tasks of timers', millis.length, '');
  report('keeping: a task, 99th percentile', quantile(millis, 0.99), 'ms');
  report('keeping: a task, most', Math.max(0, ...millis), 'ms', AIMS.slice);
  report('keeping: with what waits for it, processor time, 99th percentile', quantile(traced, 0.99), 'ms');
  report('keeping: with what waits for it, processor time, most', Math.max(0, ...traced), 'ms', AIMS.slice);
  report('keeping: tasks of more than 50 ms', longTasks.length, '', 0);
  for (const task of longTasks) console.log(`      long task of ${task.millis.toFixed(0)} ms`);
}

async function run() {
  console.log(`${cpus()[0]?.model}, load ${loadavg().map((it) => it.toFixed(1)).join(' ')}, ${new Date().toISOString()}`);
  const server = await serve(DIST, 0, ISOLATED);
  const wanted = new Set((process.env.UNDERPAINT_BENCH ?? 'paint,render,fill,keep,save,memory').split(','));
  const studio = await open({ url: server.url, query: '?device=cpu', beforeLoad: (page) => page.addInitScript(install) });
  try {
    await studio.ready();
    const layers = await makeDocument(studio);
    const devtools = await studio.context.newCDPSession(studio.page);
    await devtools.send('Performance.enable');
    await studio.handle(`layer-${layers[5]}`).locator('.layer__text').click();
    await studio.handle('brush').click();
    await studio.set('colour', '#1e5aa0');
    await studio.set('brush-size', BRUSH_PX);
    await studio.set('hardness', 0);
    await studio.page.waitForTimeout(6000);
    const box = await studio.handle('sketch').boundingBox();
    console.log(`${EDGE} × ${EDGE}, ${N_LAYERS} painted layers, a soft brush of ${BRUSH_PX} px on the sixth; the canvas shown at ${Math.round(box.width)} px`);
    if (wanted.has('paint')) await measureStroke('painting', studio, devtools, box);
    if (wanted.has('render')) {
      await studio.set('steps', 50);
      await studio.set('strength', 1);
      await studio.page.waitForTimeout(3000);
      await studio.handle('render').click();
      await studio.until('rendering');
      await measureStroke('painting while a picture is rendered', studio, devtools, box);
      console.log(`  (the render was still going on: ${(await studio.state()) === 'rendering'})`);
      // It may end by itself in this moment.
      await studio.handle('cancel').click({ timeout: 1000 }).catch(() => {});
      await studio.until('ready', 'done');
    }
    if (wanted.has('fill')) await measureFill(studio);
    if (wanted.has('keep')) await measureKeeping(studio, devtools, box);
    if (wanted.has('save')) await measureExports(studio);
    if (wanted.has('memory')) await measureMemory(studio);
    if (studio.problems.length > 0) console.log(studio.problems);
  } finally {
    await studio.close();
    await server.close();
    await stop();
  }
  console.log(`load at the end ${loadavg().map((it) => it.toFixed(1)).join(' ')}`);
  if (problems.length > 0) console.log(`\nnot within the aims: ${problems.join('; ')}`);
  process.exitCode = problems.length > 0 ? 1 : 0;
}

await run();
