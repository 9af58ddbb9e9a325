// Saving to a file of one's own, the system's clipboard, what fingers do, the bar of options, the field of colours.
import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { after, before, beforeEach, describe, test } from 'node:test';
import { site } from './support/browser.mjs';
import { Hands, RED, colourAt, eventually, fresh, ink, layerNames, newDocument, places, press, saved, settings, violations } from './support/hands.mjs';
import { Studio, open } from './support/studio.mjs';

/** The dialog for a file is the person's; what it gives is a real file of the browser's private file system. */
function answersTheDialog(page) {
  return page.addInitScript(() => {
    window.asked = [];
    window.answer = 'chosen.png';
    window.showSaveFilePicker = async (options) => {
      window.asked.push(options.suggestedName);
      if (!navigator.userActivation.isActive) throw new DOMException('no key, no press', 'SecurityError');
      if (!window.answer) throw new DOMException('', 'AbortError');
      return (await navigator.storage.getDirectory()).getFileHandle(window.answer, { create: true });
    };
  });
}

/** The first bytes of a chosen file, its length, and how often the dialog was asked. */
function chosen(studio, name) {
  return studio.page.evaluate(async (it) => {
    const handle = await (await navigator.storage.getDirectory()).getFileHandle(it).catch(() => null);
    const file = await handle?.getFile();
    // A file that is being written cannot be read just now.
    const bytes = new Uint8Array((await file?.arrayBuffer().catch(() => null)) ?? new ArrayBuffer(0));
    return { head: String.fromCharCode(...bytes.slice(0, 4)), size: bytes.length, asked: window.asked.length };
  }, name);
}

describe('the document as a file of one’s own', () => {
  /** @type {import('./support/studio.mjs').Studio} */
  let studio;

  before(async () => {
    studio = await open({ beforeLoad: answersTheDialog });
    await fresh(studio);
  });

  after(() => studio?.close());

  test('Ctrl+S asks once and then saves to the same file again; Save as asks anew, and its ending says what is written', async () => {
    const { page } = studio;
    await studio.stroke([[0.2, 0.2], [0.8, 0.4]]);
    await page.keyboard.press('Control+s');
    await eventually(async () => (await chosen(studio, 'chosen.png')).size > 0, 'the file');
    const first = await chosen(studio, 'chosen.png');
    assert.deepEqual([first.head, first.asked], ['\x89PNG', 1]);
    await studio.stroke([[0.2, 0.8], [0.8, 0.6]]);
    await page.keyboard.press('Control+s');
    await eventually(async () => (await chosen(studio, 'chosen.png')).size > first.size, 'the file again');
    assert.equal((await chosen(studio, 'chosen.png')).asked, 1);
    await page.evaluate(() => { window.answer = 'layers.ora'; });
    await page.keyboard.press('Control+Shift+S');
    await eventually(async () => (await chosen(studio, 'layers.ora')).size > 0, 'the other file');
    const other = await chosen(studio, 'layers.ora');
    assert.deepEqual([other.head, other.asked], ['PK\x03\x04', 2]);
    await eventually(async () => (await studio.statusText()).includes('layers.ora') || (await page.locator('[aria-live]').allInnerTexts()).join().includes('layers.ora'), 'what was done is said');
  });

  test('who changes their mind saves nothing, and another document asks for a file of its own', async () => {
    await press(studio, 'files');
    await studio.page.evaluate(() => { window.answer = ''; });
    await studio.handle('save-as').click();
    await studio.settled();
    await studio.page.evaluate(() => { window.answer = 'second.png'; });
    await newDocument(studio);
    const { asked } = await chosen(studio, 'second.png');
    await studio.stroke([[0.2, 0.2], [0.8, 0.4]]);
    await studio.page.keyboard.press('Control+s');
    await eventually(async () => (await chosen(studio, 'second.png')).size > 0, 'the file');
    assert.equal((await chosen(studio, 'second.png')).asked, asked + 1);
    assert.deepEqual(studio.problems, []);
  });

  test('a browser without that dialog puts the project into the downloads', async () => {
    await studio.page.evaluate(() => { delete window.showSaveFilePicker; window.showSaveFilePicker = undefined; });
    await newDocument(studio);
    await studio.stroke([[0.2, 0.2], [0.8, 0.4]]);
    const { name, bytes } = await saved(studio, () => studio.page.keyboard.press('Control+s'));
    assert.match(name, /\.png$/);
    assert.equal(bytes.subarray(1, 4).toString(), 'PNG');
  });

  test('what is painted while a large file is written is not in it, and is on the canvas', async () => {
    await press(studio, 'files');
    await studio.set('new-width', 2048);
    await studio.set('new-height', 2048);
    await studio.handle('new-document').click();
    await studio.page.waitForFunction(() => document.querySelector('[data-testid=sketch]').width === 2048);
    await studio.stroke([[0.2, 0.2], [0.8, 0.4]]);
    const [download] = await Promise.all([
      studio.page.waitForEvent('download'),
      studio.page.keyboard.press('Control+s').then(() => studio.stroke([[0.2, 0.8], [0.8, 0.6]])),
    ]);
    await studio.settled();
    const PLACES = [0.3, 0.5, 0.7];
    for (const [y, isPainted] of [[0.3, true], [0.5, false], [0.7, true]]) {
      assert.equal((await colourAt(studio, 0.5, y)).some((it) => it < 250), isPainted, `the canvas at ${y}`);
    }
    const inFile = await studio.page.evaluate(async ([text, places]) => {
      const picture = await createImageBitmap(new Blob([Uint8Array.from(atob(text), (it) => it.charCodeAt(0))]));
      const context = new OffscreenCanvas(picture.width, picture.height).getContext('2d');
      context.drawImage(picture, 0, 0);
      const { data } = context.getImageData(0, 0, picture.width, picture.height);
      return places.map((y) => data[(Math.floor(y * 2048) * 2048 + 1024) * 4 + 3] > 0);
    }, [readFileSync(await download.path()).toString('base64'), PLACES]);
    assert.deepEqual(inFile, [true, false, false], 'the second stroke is not in the file');
    assert.deepEqual(studio.problems, []);
  });
});

describe('the clipboard of the system', () => {
  let studio;

  before(async () => {
    studio = await open({ context: { permissions: ['clipboard-read', 'clipboard-write'] } });
  });

  after(() => studio?.close());

  beforeEach(async () => {
    await newDocument(studio);
    await fresh(studio);
  });

  /** What lies on the clipboard as other programs get it: its size and the colour in its middle. */
  const clipboard = () => studio.page.evaluate(async () => {
    const [item] = await navigator.clipboard.read();
    if (!item?.types.includes('image/png')) return null;
    // What changes while it is read cannot be read just now.
    const png = await item.getType('image/png').catch(() => null);
    if (!png) return null;
    const picture = await createImageBitmap(png);
    const context = new OffscreenCanvas(picture.width, picture.height).getContext('2d');
    context.drawImage(picture, 0, 0);
    const middle = context.getImageData(picture.width >> 1, picture.height >> 1, 1, 1).data;
    return { width: picture.width, height: picture.height, middle: [...middle.slice(0, 3)] };
  });

  test('Ctrl+C puts the selected pixels there for other programs, and Ctrl+V brings them back to their place', async () => {
    await press(studio, 'rectangle');
    await settings(studio, { 'option-filled': true, 'option-outline': false });
    await studio.stroke([[0.25, 0.25], [0.75, 0.75]]);
    await press(studio, 'select-rectangle');
    await studio.stroke([[0.5, 0], [1, 0.5]]);
    await studio.settled();
    await studio.page.keyboard.press('Control+c');
    await eventually(async () => (await clipboard())?.width === 128, 'the copied pixels');
    assert.deepEqual(await clipboard(), { width: 128, height: 128, middle: RED });
    // Back as it was, although the layer below has lost it.
    await press(studio, 'delete-selected');
    assert.ok((await colourAt(studio, 0.6, 0.4))[1] > 250);
    await studio.page.locator('.well--sketch').focus();
    await studio.page.keyboard.press('Control+v');
    await eventually(async () => (await layerNames(studio)).length === 2, 'the pasted layer');
    await studio.settled();
    assert.deepEqual(await colourAt(studio, 0.6, 0.4), RED);
    assert.ok((await colourAt(studio, 0.6, 0.2))[1] > 250, 'it lies elsewhere');
  });

  test('Ctrl+Shift+C copies what is seen of all layers', async () => {
    await studio.stroke([[0.3, 0.5], [0.7, 0.5]]);
    await press(studio, 'layer-add');
    await studio.page.locator('.well--sketch').focus();
    await studio.page.keyboard.press('Control+a');
    await studio.page.keyboard.press('Control+Shift+C');
    await eventually(async () => ((await clipboard())?.width ?? 0) > 200, 'the merged pixels');
    assert.deepEqual((await clipboard()).middle, RED);
  });

  test('cut, copy and paste are buttons of the selection’s bar, and paste takes what other programs have copied', async () => {
    await studio.stroke([[0.3, 0.5], [0.7, 0.5]]);
    await press(studio, 'select-rectangle', 'select-all');
    await studio.handle('cut').click();
    await eventually(async () => (await ink(studio)).n === 0, 'what was cut is gone');
    await eventually(async () => (await clipboard()) !== null, 'what was cut');
    await studio.handle('paste').click();
    await eventually(async () => (await layerNames(studio)).length === 2 && (await ink(studio)).n > 0, 'the pasted layer');
    await studio.page.evaluate(async () => {
      const canvas = new OffscreenCanvas(64, 64);
      const context = canvas.getContext('2d');
      context.fillStyle = '#2040a0';
      context.fillRect(0, 0, 64, 64);
      await navigator.clipboard.write([new ClipboardItem({ 'image/png': await canvas.convertToBlob() })]);
    });
    await studio.handle('paste').click();
    await eventually(async () => (await layerNames(studio)).length === 3, 'the layer of another program');
    assert.deepEqual(studio.problems, []);
  });
});

describe('fingers', () => {
  test('move the view from their first pixel; the settings say whether one paints or moves it, for good', async () => {
    const studio = await open({ context: { hasTouch: true } });
    try {
      const hands = await Hands.of(studio);
      const left = async () => (await studio.handle('sketch').boundingBox()).x;
      const start = await left();
      const [one, two] = await places(studio, [[0.4, 0.5], [0.6, 0.5]]);
      const path = Array.from({ length: 31 }, (_, step) => [one, two].map(({ x, y }) => ({ x: x + step * 2, y })));
      await hands.gesture(path);
      assert.ok(Math.abs((await left()) - start - 60) <= 1.5, `moved by ${(await left()) - start} of 60 px`);
      await studio.page.keyboard.press('Shift+Digit1');
      await press(studio, 'settings', 'fingers-pan');
      await studio.page.keyboard.press('Escape');
      await hands.slide([[0.3, 0.5]], [[0.5, 0.5]]);
      assert.equal((await ink(studio)).n, 0);
      assert.ok(Math.abs((await left()) - start) > 20);
      // A pen is seen, and fingers paint all the same.
      await studio.page.keyboard.press('Shift+Digit1');
      await press(studio, 'settings', 'fingers-paint');
      await studio.page.keyboard.press('Escape');
      await hands.pen([[0.2, 0.2], [0.4, 0.2]]);
      const { n } = await ink(studio);
      // The hand beside the pen is gone by then.
      await hands.slide([[0.3, 0.5]], [[0.6, 0.5]], 10);
      assert.ok((await ink(studio)).n > n);
      assert.match(await studio.page.evaluate(() => JSON.stringify({ ...localStorage })), /fingers = paint/);
    } finally {
      await studio.close();
    }
  });

  test('move the view of a document that another tab paints', async () => {
    const first = await open({ context: { hasTouch: true } });
    try {
      await first.stroke([[0.2, 0.2], [0.7, 0.5]]);
      await first.page.waitForTimeout(2000);
      const second = new Studio(await first.context.newPage(), first.context);
      await second.page.goto((await site()).url);
      await second.handle('open-here').click({ timeout: 30_000 });
      await first.handle('taken').waitFor();
      await first.page.bringToFront();
      const hands = await Hands.of(first);
      const { hash } = await ink(first);
      const box = () => first.handle('sketch').boundingBox();
      const before = await box();
      await hands.slide([[0.4, 0.5], [0.6, 0.5]], [[0.3, 0.5], [0.7, 0.5]]);
      assert.ok((await box()).width > before.width * 1.5, 'two fingers magnify');
      const magnified = await box();
      await hands.slide([[0.5, 0.5]], [[0.6, 0.5]]);
      assert.ok((await box()).x > magnified.x + 10, 'one finger moves');
      await hands.tap([[0.4, 0.5], [0.5, 0.5]]);
      await first.settled();
      assert.equal((await ink(first)).hash, hash, 'nothing was painted or undone');
    } finally {
      await first.close();
    }
  });
});

describe('the time-lapse', () => {
  for (const edge of [720, 1080]) {
    test(`of a real recording is a film of ${edge} px that begins on paper, grows, and ends with the painting`, async () => {
      const studio = await open();
      try {
        await fresh(studio);
        for (const [colour, y] of [['#3060a0', 0.2], ['#c03030', 0.45], ['#2a7a3a', 0.7], ['#e0b040', 0.9]]) {
          await settings(studio, { colour, 'brush-size': 90 });
          await studio.stroke([[0.05, y], [0.5, y - 0.05], [0.95, y]]);
          await studio.page.waitForTimeout(400);
        }
        await studio.settled();
        await press(studio, 'files', 'show-film');
        await settings(studio, { 'film-size': String(edge), 'film-length': '10' });
        const { name, bytes } = await saved(studio, 'film-export', { timeout: 120_000 });
        assert.match(name, /\.webm$/);
        const facts = await studio.page.evaluate(async (text) => {
          const video = document.createElement('video');
          video.muted = true;
          video.src = `data:video/webm;base64,${text}`;
          await new Promise((done, fail) => { video.onloadeddata = done; video.onerror = () => fail(new Error('it does not decode')); });
          const { videoWidth: width, videoHeight: height } = video;
          const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
          const painted = [];
          let last = [];
          for (let part = 0; part <= 8; part += 1) {
            video.currentTime = Math.min((video.duration * part) / 8, video.duration - 0.05);
            await new Promise((done) => { video.onseeked = done; });
            context.drawImage(video, 0, 0);
            const { data } = context.getImageData(0, 0, width, height);
            let n = 0;
            for (let at = 0; at < data.length; at += 4) n += data[at] + data[at + 1] + data[at + 2] < 690 ? 1 : 0;
            painted.push(n / (width * height));
            const pixel = (x, y) => [...data.slice((Math.floor(y * height) * width + Math.floor(x * width)) * 4, (Math.floor(y * height) * width + Math.floor(x * width)) * 4 + 3)];
            last = [pixel(0.5, 0.15), pixel(0.5, 0.4), pixel(0.5, 0.65), pixel(0.5, 0.85)];
          }
          return { width, height, secs: video.duration, painted, last };
        }, bytes.toString('base64'));
        assert.deepEqual([facts.width, facts.height], [edge, edge]);
        assert.ok(facts.secs > 5 && facts.secs < 16, `${facts.secs} s`);
        assert.ok(facts.painted[0] < 0.001 && facts.painted[8] > 0.4, JSON.stringify(facts.painted));
        facts.painted.slice(1).forEach((share, at) => assert.ok(share >= facts.painted[at] - 0.01, JSON.stringify(facts.painted)));
        for (const [seen, colour] of facts.last.map((it, at) => [it, [[0x30, 0x60, 0xa0], [0xc0, 0x30, 0x30], [0x2a, 0x7a, 0x3a], [0xe0, 0xb0, 0x40]][at]])) {
          assert.ok(seen.every((value, at) => Math.abs(value - colour[at]) < 24), `${seen} for ${colour}`);
        }
        assert.deepEqual(studio.problems, []);
      } finally {
        await studio.close();
      }
    });
  }
});

describe('the bar of options and the field of colours', () => {
  let studio;

  before(async () => {
    studio = await open();
  });

  after(() => studio?.close());

  test('every tool’s options fit without scrolling at 1440 px, in both languages', async () => {
    const bar = () => studio.handle('tool-options').evaluate((it) => it.scrollWidth - it.clientWidth);
    const tools = ['brush', 'eraser', 'fill', 'gradient', 'line', 'rectangle', 'ellipse', 'polygon', 'select-rectangle', 'lasso', 'wand', 'transform', 'crop', 'eyedropper', 'pan', 'strength-brush'];
    const beyond = [];
    for (const language of ['en', 'pt-BR']) {
      await settings(studio, { language });
      assert.equal(await studio.page.evaluate(() => document.documentElement.lang), language);
      for (const tool of tools) {
        await press(studio, tool);
        await studio.settled();
        if ((await bar()) > 0) beyond.push(`${language} ${tool}: ${await bar()} px`);
      }
    }
    await settings(studio, { language: 'en' });
    assert.deepEqual(beyond, []);
  });

  test('guides open from the end of the bar, show that one is on, and close by Escape', async () => {
    await press(studio, 'brush');
    const more = studio.handle('more-options');
    assert.equal(await more.getAttribute('data-active'), null);
    await more.click();
    await studio.handle('option-symmetry').selectOption('1');
    assert.equal(await more.getAttribute('data-active'), 'true');
    const [sheet, bar] = [await studio.handle('more-options-sheet').boundingBox(), await more.boundingBox()];
    assert.ok(sheet.y >= bar.y + bar.height && sheet.x + sheet.width <= 1440, JSON.stringify(sheet));
    assert.deepEqual(await violations(studio.page), []);
    await studio.handle('option-symmetry').selectOption('0');
    await studio.page.keyboard.press('Escape');
    await studio.handle('more-options-sheet').waitFor({ state: 'hidden' });
  });

  test('a colour is found by its field, its hues, and by keys', async () => {
    const colour = () => studio.handle('colour').inputValue();
    const field = await studio.handle('colour-field').boundingBox();
    await settings(studio, { 'colour-hue': 120 });
    await studio.page.mouse.move(field.x + field.width / 2, field.y + field.height / 2);
    await studio.page.mouse.down();
    await studio.page.mouse.move(field.x + field.width + 30, field.y - 30, { steps: 4 });
    await studio.page.mouse.up();
    assert.equal(await colour(), '#00ff00');
    await settings(studio, { 'colour-hue': 240 });
    assert.equal(await colour(), '#0000ff');
    await studio.handle('colour-value').focus();
    for (let times = 0; times < 50; times += 1) await studio.page.keyboard.press('ArrowLeft');
    assert.equal(await colour(), '#000080');
    // A grey keeps the hue.
    await settings(studio, { 'colour-saturation': 0 });
    assert.equal(await colour(), '#808080');
    await settings(studio, { 'colour-saturation': 100 });
    assert.equal(await colour(), '#000080');
    assert.deepEqual(studio.problems, []);
  });
});
