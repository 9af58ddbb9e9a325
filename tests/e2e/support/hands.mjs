// Hands: pens with pressure, tilt and twist, several fingers at once, files that are dropped, and what is seen of it all.
import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const PAPER = [255, 255, 255];
export const RED = [0xc0, 0x30, 0x30];
export const BLUE = [0x20, 0x40, 0xa0];

/** Waits until something holds, looking again and again: a busy machine only takes longer. */
export async function eventually(holds, what = 'it', millis = 30_000) {
  const end = Date.now() + millis;
  for (;;) {
    if (await holds()) return;
    assert.ok(Date.now() < end, `${what} did not come to hold in ${millis} ms`);
    await new Promise((done) => setTimeout(done, 40));
  }
}

/** The colour of one pixel of a canvas, at a place given in fractions: [red, green, blue], with alpha where asked. */
export function colourAt(studio, x, y, { name = 'sketch', n = 3 } = {}) {
  return studio.handle(name).evaluate((canvas, [x, y, n]) => {
    const copy = document.createElement('canvas');
    copy.width = copy.height = 1;
    const context = copy.getContext('2d', { willReadFrequently: true });
    context.drawImage(canvas, Math.floor(x * canvas.width), Math.floor(y * canvas.height), 1, 1, 0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data.slice(0, n)];
  }, [x, y, n]);
}

/** What a stroke has left: how many pixels are not paper, the sum of their darkness, and the rectangle that holds them. */
export function ink(studio, name = 'sketch') {
  return studio.handle(name).evaluate((canvas) => {
    const copy = document.createElement('canvas');
    const { width, height } = canvas;
    [copy.width, copy.height] = [width, height];
    const context = copy.getContext('2d', { willReadFrequently: true });
    context.drawImage(canvas, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    const found = { n: 0, sum: 0, left: width, top: height, right: 0, bottom: 0, columns: new Array(width).fill(0), tones: new Array(width).fill(0) };
    let hash = 2166136261;
    for (let idx = 0; idx < data.length; idx += 4) {
      hash = Math.imul(hash ^ (data[idx] | (data[idx + 1] << 8) | (data[idx + 2] << 16)), 16777619) >>> 0;
      const dark = 765 - data[idx] - data[idx + 1] - data[idx + 2];
      if (dark <= 12) continue;
      const [x, y] = [(idx / 4) % width, Math.floor(idx / 4 / width)];
      found.n += 1;
      found.sum += dark;
      found.columns[x] += 1;
      found.tones[x] += dark;
      found.left = Math.min(found.left, x);
      found.right = Math.max(found.right, x + 1);
      found.top = Math.min(found.top, y);
      found.bottom = Math.max(found.bottom, y + 1);
    }
    return { ...found, hash };
  });
}

/** Fractions of the sketch as places in the window. */
export async function places(studio, points) {
  const box = await studio.handle('sketch').boundingBox();
  return points.map(([x, y]) => ({ x: box.x + x * box.width, y: box.y + y * box.height }));
}

/** A straight way from one place to another, in fractions of the sketch. */
export function way([x0, y0], [x1, y1], n = 12) {
  return Array.from({ length: n + 1 }, (_, idx) => [x0 + ((x1 - x0) * idx) / n, y0 + ((y1 - y0) * idx) / n]);
}

/** A pen and fingers, as Chromium's own input hands them to the page. */
export class Hands {
  static async of(studio) {
    return new Hands(studio, await studio.context.newCDPSession(studio.page));
  }

  constructor(studio, devtools) {
    this.studio = studio;
    this.devtools = devtools;
  }

  /**
   * A stroke of a pen through points in fractions. `force`, `tiltX`, `tiltY`, `twist` go with every event; `button` is
   * `right` for the barrel; `secs` is how long the whole stroke takes by the events' own clock, so that a busy machine
   * paints the same.
   */
  async pen(points, { button = 'left', buttons = 1, secs = 0.3, force = 0.6, ...more } = {}) {
    const path = await places(this.studio, points);
    const start = Date.now() / 1000 - secs;
    const send = (type, idx, changes) =>
      this.devtools.send('Input.dispatchMouseEvent', {
        type,
        ...path[idx],
        pointerType: 'pen',
        button,
        buttons,
        clickCount: 1,
        force,
        timestamp: start + (secs * idx) / path.length,
        ...more,
        ...changes,
      });
    await Promise.all([
      send('mousePressed', 0),
      ...path.slice(1).map((_, idx) => send('mouseMoved', idx + 1)),
      send('mouseReleased', path.length - 1, { buttons: 0 }),
    ]);
    await this.studio.settled();
  }

  /** One event of fingers: all that are down after it, as places in the window; `secs` is its place on their own clock. */
  fingers(type, points, secs = 0) {
    this.start ??= Date.now() / 1000;
    const touchPoints = points.map((place, id) => ({ ...place, id }));
    return this.devtools.send('Input.dispatchTouchEvent', { type, touchPoints, timestamp: this.start + secs });
  }

  /**
   * Fingers that come down one after the other, go along places in the window (`path[step][finger]`) and lift. `lateSecs`
   * lets them come so much later than they do.
   */
  async gesture(path, lateSecs = 0) {
    this.start = Date.now() / 1000 + lateSecs;
    const n = path[0].length;
    const sent = [];
    for (let count = 1; count <= n; count += 1) sent.push(this.fingers('touchStart', path[0].slice(0, count), count * 0.02));
    path.slice(1).forEach((points, step) => sent.push(this.fingers('touchMove', points, n * 0.02 + (step + 1) * 0.016)));
    sent.push(this.fingers('touchEnd', [], n * 0.02 + path.length * 0.016));
    await Promise.all(sent);
    this.start = undefined;
    await this.studio.settled();
  }

  /** Fingers that come down one after the other and lift together: a tap. */
  async tap(points) {
    await this.gesture([await places(this.studio, points)]);
  }

  /** Fingers that go from some places to others, both in fractions of the sketch as it lies before. */
  async slide(from, to, lateSecs = 0, n = 6) {
    const [start, end] = [await places(this.studio, from), await places(this.studio, to)];
    const at = (share) => start.map((place, idx) => ({
      x: place.x + (end[idx].x - place.x) * share,
      y: place.y + (end[idx].y - place.y) * share,
    }));
    await this.gesture(Array.from({ length: n + 1 }, (_, step) => at(step / n)), lateSecs);
  }
}

/** Presses buttons at once, one after the other, as a keyboard or a screen reader does: for what a test needs only on the way. */
export function press(studio, ...names) {
  return studio.page.evaluate(async (list) => {
    for (const name of list) {
      const element = document.querySelector(`[data-testid="${name}"]`);
      if (!element) throw new Error(`there is no ${name}`);
      element.click();
      // What a press brings forth may be what is pressed next.
      await new Promise((done) => setTimeout(done));
    }
  }, names);
}

/** Sets fields at once, by their handles: numbers, words, colours, places in lists, and boxes to tick. */
export function settings(studio, values) {
  return studio.page.evaluate(async (list) => {
    for (const [name, value] of list) {
      const element = document.querySelector(`[data-testid="${name}"]`);
      if (!element) throw new Error(`there is no ${name}`);
      if (typeof value === 'boolean') {
        if (element.checked !== value) element.click();
        continue;
      }
      if (element.tagName === 'SELECT' && typeof value === 'number') element.selectedIndex = value;
      else element.value = String(value);
      element.dispatchEvent(new Event('input', { bubbles: true }));
      element.dispatchEvent(new Event('change', { bubbles: true }));
      await new Promise((done) => setTimeout(done));
    }
  }, Object.entries(values));
}

/** Back to the empty canvas, with the round brush, firm and 40 px wide, and red on it. */
export async function fresh(studio) {
  await studio.page.keyboard.press('Escape');
  await press(studio, 'history-0', 'brush', 'brush-preset-0');
  await settings(studio, { colour: '#c03030', 'brush-size': 40, hardness: 1, opacity: 1 });
  await studio.page.locator('.well--sketch').focus();
  await studio.settled();
}

/** A new document with one empty layer; what was open before is kept among the documents. */
export async function newDocument(studio) {
  await press(studio, 'files', 'new-document');
  await eventually(async () => (await ink(studio)).n === 0 && (await layerNames(studio)).length === 1, 'the new document');
}

/** Opens or folds a dock. */
export async function unfold(studio, dock, isOpen = true) {
  const isFolded = (await studio.handle(`dock-${dock}`).getAttribute('data-folded')) === 'true';
  if (isFolded === isOpen) await studio.handle(`fold-${dock}`).click();
}

/** Drops files on the page, as from another window: pairs of name and bytes. */
export function drop(studio, ...files) {
  return studio.page.evaluate((list) => {
    const data = new DataTransfer();
    for (const [name, text] of list) data.items.add(new File([Uint8Array.from(atob(text), (it) => it.charCodeAt(0))], name));
    for (const kind of ['dragenter', 'dragover', 'drop']) {
      document.body.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: data }));
    }
  }, files.map(([name, bytes]) => [name, bytes.toString('base64')]));
}

/** Presses a button and gives the file that it saves: its name and its bytes. */
export async function saved(studio, press, options = {}) {
  const pressed = typeof press === 'string' ? () => studio.handle(press).click() : press;
  const [download] = await Promise.all([studio.page.waitForEvent('download', options), pressed()]);
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

/** The layers' names from the top of the list down. */
export function layerNames(studio) {
  return studio.page.locator('[data-testid="layers"] [role="treeitem"]').evaluateAll((all) => all.map((it) => it.getAttribute('aria-label')));
}

/** Waits until the device has kept a document after a time in milliseconds, and tells how much later that was. */
export async function untilKept(studio, afterMillis) {
  const newest = () => studio.page.evaluate(async () => {
    const latest = async (folder) => {
      let time = 0;
      for await (const entry of folder.values()) {
        // A file that is being written goes away under one's hands.
        const its = entry.kind === 'file' ? (await entry.getFile().catch(() => ({}))).lastModified ?? 0 : await latest(entry);
        time = Math.max(time, its);
      }
      return time;
    };
    return latest(await navigator.storage.getDirectory());
  });
  await eventually(async () => (await newest()) > afterMillis, 'a kept document');
  const kept = await newest();
  // A version that was begun before that time may be written after it: then another one follows.
  let last = kept;
  await eventually(async () => {
    await new Promise((done) => setTimeout(done, 1500));
    const former = last;
    last = await newest();
    return last === former;
  }, 'the last version');
  return kept - afterMillis;
}

/**
 * Violations of the accessibility rules, one line each: in the whole page or `within` an element, of all rules, of those
 * named in `only`, or of all but those named in `without`.
 */
export async function violations(page, { within, only, without = [] } = {}) {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
  return page.evaluate(async ([selector, values, leftOut]) => {
    const { violations } = await window.axe.run(selector ?? document, {
      resultTypes: ['violations'],
      rules: Object.fromEntries(leftOut.map((rule) => [rule, { enabled: false }])),
      ...(values ? { runOnly: { type: 'rule', values } } : {}),
    });
    return violations.map((it) => `${it.id}: ${it.nodes.map((node) => node.target.join(' ')).join(', ')}`);
  }, [within, only, without]);
}
