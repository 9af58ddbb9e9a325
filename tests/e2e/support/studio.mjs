// The page as a person uses it: pointers on the sketch, words in the fields, buttons.
import { strict as assert } from 'node:assert';
import { browser, site } from './browser.mjs';

export const PROMPT = 'a sunny meadow under a blue sky, oil painting';

/** Longest wait for something that takes the machine's time and not the network's. */
const PATIENCE_MILLIS = 90_000;

/** Opens the page in a context of its own (so with empty caches) and notes every error that reaches the console. */
export async function open({ query = '', context: options = {}, url, beforeLoad, isFirstRun = false } = {}) {
  const context = await (await browser()).newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  const studio = new Studio(page, context);
  page.on('pageerror', (error) => studio.problems.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') studio.problems.push(message.text());
  });
  // The first-run card lies over the canvas: who was here before has seen it.
  if (!isFirstRun) {
    await page.addInitScript(() => {
      if (localStorage.getItem('underpaint.settings') === null) localStorage.setItem('underpaint.settings', 'welcomed = yes\n');
    });
  }
  await beforeLoad?.(page, context);
  await page.goto((url ?? (await site()).url) + query);
  await page.getByTestId('sketch').waitFor({ timeout: PATIENCE_MILLIS });
  return studio;
}

export class Studio {
  constructor(page, context) {
    this.page = page;
    this.context = context;
    /** Uncaught errors and messages of the console's error level. */
    this.problems = [];
    /** Longest wait for something that takes the machine's time. */
    this.patienceMillis = PATIENCE_MILLIS;
  }

  close() {
    return this.context.close();
  }

  handle(name) {
    return this.page.getByTestId(name);
  }

  /** Sets the value of a field as typing or dragging would. */
  async set(name, value) {
    await this.handle(name).evaluate((element, text) => {
      element.value = text;
      element.dispatchEvent(new Event('input', { bubbles: true }));
      element.dispatchEvent(new Event('change', { bubbles: true }));
    }, String(value));
  }

  state() {
    return this.handle('status').getAttribute('data-state');
  }

  device() {
    return this.handle('status').getAttribute('data-device');
  }

  statusText() {
    return this.handle('status').innerText();
  }

  /** Waits until the status is one of `states` and says which. An error that nobody expects ends the wait. */
  async until(...states) {
    const wanted = states.includes('error') ? states : [...states, 'error'];
    await this.page.waitForFunction(
      (list) => list.includes(document.querySelector('[data-testid="status"]')?.getAttribute('data-state')),
      wanted,
      { timeout: this.patienceMillis, polling: 20 },
    );
    const state = await this.state();
    if (!states.includes(state)) assert.fail(`the page says: ${await this.statusText()}`);
    return state;
  }

  ready() {
    return this.until('ready', 'done');
  }

  /** Paints along points given as fractions of the sketch, with real pointer events. */
  async stroke(points) {
    const box = await this.handle('sketch').boundingBox();
    const at = ([x, y]) => [box.x + x * box.width, box.y + y * box.height];
    await this.page.mouse.move(...at(points[0]));
    await this.page.mouse.down();
    for (const point of points.slice(1)) await this.page.mouse.move(...at(point), { steps: 6 });
    await this.page.mouse.up();
  }

  /** Covers a part of the sketch, given as fractions, with level strokes. */
  async cover(colour, [left, top, right, bottom], sizePx = 120) {
    await this.set('colour', colour);
    await this.set('brush-size', sizePx);
    const rows = Math.max(1, Math.ceil(((bottom - top) * 512) / (sizePx * 0.6)));
    const points = [];
    for (let row = 0; row <= rows; row += 1) {
      const y = top + ((bottom - top) * row) / rows;
      points.push(...(row % 2 ? [[right, y], [left, y]] : [[left, y], [right, y]]));
    }
    await this.stroke(points);
  }

  /** Blue above, green below, a yellow disc: the sketch of the acceptance list. */
  async paintMeadow() {
    await this.cover('#74b3e8', [0, 0.02, 1, 0.46]);
    await this.cover('#5f9e3f', [0, 0.62, 1, 0.98]);
    await this.set('colour', '#f7d64a');
    await this.set('brush-size', 90);
    await this.stroke([[0.74, 0.2], [0.745, 0.205]]);
    await this.settled();
  }

  /** Waits for two frames, so that everything painted is shown. */
  settled() {
    return this.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  }

  /** Presses Render, waits for the picture and tells how long it took from the click, in seconds. */
  async render() {
    const before = Date.now();
    await this.handle('render').click();
    // The state is still that of the last picture until the click has been handled; events come before frames.
    await this.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    await this.until('done');
    return (Date.now() - before) / 1000;
  }

  /** The pixels of a canvas as they are, at the size of its backing store. */
  async pixels(name) {
    const { width, height, text } = await this.handle(name).evaluate((canvas) => {
      const copy = document.createElement('canvas');
      copy.width = canvas.width;
      copy.height = canvas.height;
      const context = copy.getContext('2d', { willReadFrequently: true });
      context.drawImage(canvas, 0, 0);
      const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
      let binary = '';
      for (let start = 0; start < data.length; start += 8192) {
        binary += String.fromCharCode(...data.subarray(start, start + 8192));
      }
      return { width: canvas.width, height: canvas.height, text: btoa(binary) };
    });
    return { width, height, data: Buffer.from(text, 'base64') };
  }
}
