// Files: every kind that comes in, every kind that goes out, the PNG that is the project, the clipboard; documents of this
// device, and what is left of them after a page that died.
import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { after, before, beforeEach, describe, test } from 'node:test';
import { site } from './support/browser.mjs';
import { BLUE, RED, colourAt, drop, eventually, fresh, ink, layerNames, newDocument, press, saved, settings, untilKept } from './support/hands.mjs';
import { open } from './support/studio.mjs';

const fixture = (name) => readFileSync(new URL(`../fixtures/files/${name}`, import.meta.url));

/** Red on the left, blue on the right, 16 × 8, as libavif writes it; no canvas of a browser writes this format. */
const AVIF = Buffer.from(
  'AAAAIGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZk1BMUIAAADrbWV0YQAAAAAAAAAhaGRscgAAAAAAAAAAcGljdAAAAAAAAAAAAAAAAAAAAAAOcGl0bQAAAAAA'
  + 'AQAAAB5pbG9jAAAAAEQAAAEAAQAAAAEAAAETAAAANgAAAChpaW5mAAAAAAABAAAAGmluZmUCAAAAAAEAAGF2MDFDb2xvcgAAAABqaXBycAAAAEtpcGNvAAAAFGlz'
  + 'cGUAAAAAAAAAEAAAAAgAAAAQcGl4aQAAAAADCAgIAAAADGF2MUOBAAwAAAAAE2NvbHJuY2x4AAEADQAGgAAAABdpcG1hAAAAAAAAAAEAAQQBAoMEAAAAPm1kYXQS'
  + 'AAoIGAy/tEBDQaEyKBIH9/apAIIIPkAAAP/RPQh1KzuFictT8j6TivLR0LGyCaCRmxCqQEA=',
  'base64',
);

/** Whether the canvas of the film shows opaque red paint: a canvas that nothing was put on is black and transparent. */
function isFilmed(studio) {
  return studio.handle('film').evaluate((canvas) => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    return data.some((value, idx) => idx % 4 === 0 && value > 150 && data[idx + 1] < 110 && data[idx + 3] === 255);
  });
}

/** A picture of the page's own making: red on the left, blue on the right, 16 × 8. */
async function encoded(studio, mediaType) {
  const text = await studio.page.evaluate(async (type) => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [16, 8];
    const context = canvas.getContext('2d');
    context.fillStyle = '#c82828';
    context.fillRect(0, 0, 8, 8);
    context.fillStyle = '#283cc8';
    context.fillRect(8, 0, 8, 8);
    const blob = await new Promise((done) => canvas.toBlob(done, type, 0.95));
    return btoa(String.fromCharCode(...new Uint8Array(await blob.arrayBuffer())));
  }, mediaType);
  return Buffer.from(text, 'base64');
}

const size = (studio) => studio.handle('sketch').evaluate(({ width, height }) => `${width} × ${height}`);

/** The words of the history, the last step first. */
const isPaintedWith = async (studio, hash) => (await ink(studio).catch(() => ({}))).hash === hash;

describe('files that come in', () => {
  let studio;

  before(async () => {
    studio = await open();
  });

  after(() => studio?.close());

  for (const [kind, make] of [
    ['PNG', () => encoded(studio, 'image/png')],
    ['JPEG', () => encoded(studio, 'image/jpeg')],
    ['WebP', () => encoded(studio, 'image/webp')],
    ['AVIF', () => AVIF],
  ]) {
    test(`${kind}: dropped on the page it becomes a document of its size`, async () => {
      await press(studio, 'files', 'new-document');
      await eventually(async () => (await size(studio)) === '512 × 512', 'a new document');
      await drop(studio, [`hills.${kind.toLowerCase()}`, await make()]);
      await eventually(async () => (await size(studio)) === '16 × 8', 'the picture');
      const [left, right] = [await colourAt(studio, 0.2, 0.5), await colourAt(studio, 0.8, 0.5)];
      assert.ok(left[0] > 170 && left[2] < 80 && right[0] < 80 && right[2] > 170, `${left} and ${right}`);
    });
  }

  test('PSD: its layers come along, by their names', async () => {
    await drop(studio, ['studio.psd', fixture('psd_tools.psd')]);
    await eventually(async () => (await layerNames(studio)).length > 1, 'the layers');
    assert.notEqual(await size(studio), '16 × 8');
    assert.ok((await ink(studio)).n > 0);
  });

  test('OpenRaster of another program: its layers come along', async () => {
    await drop(studio, ['krita.ora', fixture('pyora.ora')]);
    const { hash } = await ink(studio);
    await eventually(async () => (await layerNames(studio)).length > 1, 'the layers');
    assert.ok((await ink(studio)).n > 0, String(hash));
  });

  test('several files at once: the first is the document, the others are layers of it', async () => {
    await drop(studio, ['below.png', await encoded(studio, 'image/png')], ['above.jpg', await encoded(studio, 'image/jpeg')]);
    await eventually(async () => (await layerNames(studio)).includes('above'), 'the second file as a layer');
    assert.equal(await size(studio), '16 × 8');
  });

  test('a broken file is refused in a sentence with its name, and the drawing stays', async () => {
    const { hash } = await ink(studio);
    await drop(studio, ['torn.ora', fixture('pyora.ora').subarray(0, 200)]);
    await studio.page.waitForFunction(() => document.body.innerText.includes('torn.ora'));
    assert.equal((await ink(studio)).hash, hash);
  });

  test('picked in a dialog a picture becomes a document, or a layer', async () => {
    const picture = { name: 'picked.png', mimeType: 'image/png', buffer: await encoded(studio, 'image/png') };
    for (const button of ['open-file', 'import-layer']) {
      await studio.handle('files').click();
      const [chooser] = await Promise.all([studio.page.waitForEvent('filechooser'), studio.handle(button).click()]);
      await chooser.setFiles(picture);
      if (button === 'import-layer') await studio.page.keyboard.press('Escape');
      await eventually(async () => (await size(studio)) === '16 × 8', 'the document');
    }
    await eventually(async () => (await layerNames(studio)).includes('picked'), 'the layer');
  });

  test('Ctrl+O asks for a file to open, while one types as well, and its button says so', async () => {
    const picture = { name: 'by-key.png', mimeType: 'image/png', buffer: await encoded(studio, 'image/png') };
    for (const focus of ['.well--sketch', '[data-testid="prompt"]']) {
      await newDocument(studio);
      await studio.page.locator(focus).focus();
      const [chooser] = await Promise.all([studio.page.waitForEvent('filechooser'), studio.page.keyboard.press('Control+o')]);
      await chooser.setFiles(picture);
      await eventually(async () => (await size(studio)) === '16 × 8', 'the document');
    }
    const button = studio.handle('open-file');
    assert.equal(await button.getAttribute('aria-keyshortcuts'), 'Control+O');
    assert.match(await button.getAttribute('title'), /Ctrl\+O/);
  });
});

describe('files that go out, and come in again', () => {
  let studio;

  before(async () => {
    studio = await open({ context: { permissions: ['clipboard-read', 'clipboard-write'] } });
  });

  after(() => studio?.close());

  beforeEach(async () => {
    await newDocument(studio);
    await fresh(studio);
  });

  /** Whether the sketch shows what it showed, but for the last bit of a colour that was divided by its alpha. */
  const isNearly = async (studio, { n, sum }) => {
    const now = await ink(studio).catch(() => ({ n: 0, sum: 0 }));
    return Math.abs(now.n - n) < 0.003 * n && Math.abs(now.sum - sum) < 0.003 * sum;
  };

  /** Two layers that multiply, one of them named and half transparent. */
  async function paint() {
    await studio.stroke([[0.2, 0.3], [0.8, 0.3]]);
    await press(studio, 'layer-add', 'layer-rename');
    await studio.handle('layer-name').fill('Shade');
    await studio.handle('layer-name').press('Enter');
    await settings(studio, { colour: '#2040a0', 'layer-blend': 'multiply', 'layer-opacity': 0.5 });
    await studio.stroke([[0.5, 0.1], [0.5, 0.9]]);
    await studio.settled();
    return ink(studio);
  }

  async function leaveAndComeBack(name, bytes) {
    await newDocument(studio);
    await drop(studio, [name, bytes]);
  }

  test('OpenRaster keeps layers, names, blend modes and opacities', async () => {
    const painted = await paint();
    const names = await layerNames(studio);
    const { name, bytes } = await saved(studio, async () => press(studio, 'files', 'export-ora'));
    assert.match(name, /\.ora$/);
    await leaveAndComeBack('back.ora', bytes);
    await eventually(() => isNearly(studio, painted), 'the same pixels');
    assert.deepEqual(await layerNames(studio), names);
    assert.equal(names[0], 'Shade');
    await studio.page.locator('[data-testid="layers"] [role="treeitem"]').first().click();
    assert.equal(await studio.handle('layer-blend').inputValue(), 'multiply');
    assert.equal(Number(await studio.handle('layer-opacity').inputValue()), 0.5);
  });

  test('the PNG is the project: dropped back it restores layers and every parameter, and other tools read the rest', async () => {
    const parameters = {
      prompt: 'a harbour in the fog', negative: 'people', strength: 0.37, steps: 13, guidance: 4.5, seed: 4242,
      'free-paper': true, 'selection-only': false, 'picture-size': 1,
    };
    await settings(studio, parameters);
    await press(studio, 'more-render-more');
    await settings(studio, { sigmas: 2, compat: 1, 'clip-skip': 2 });
    const { hash } = await paint();
    const names = await layerNames(studio);
    const read = () => studio.page.evaluate((list) => list.map((name) => {
      const element = document.querySelector(`[data-testid="${name}"]`);
      return [name, element.type === 'checkbox' ? element.checked : element.value];
    }), [...Object.keys(parameters), 'sigmas', 'compat', 'clip-skip']);
    const before = await read();
    const { name, bytes } = await saved(studio, async () => press(studio, 'files', 'save-project'));
    assert.match(name, /\.png$/);
    assert.match(bytes.toString('latin1'), /tEXtparameters\0|iTXtparameters\0/);
    for (const part of ['a harbour in the fog', 'Negative prompt: people', 'Steps: 13', 'Seed: 4242', 'CFG scale: 4.5', 'Denoising strength: 0.37']) {
      assert.ok(bytes.includes(part), part);
    }
    await newDocument(studio);
    await settings(studio, { prompt: '', negative: '', strength: 0.8, steps: 3, guidance: 1, seed: '', 'free-paper': false, 'selection-only': true, 'picture-size': 0, sigmas: 0, compat: 0, 'clip-skip': 0 });
    assert.notDeepEqual(await read(), before);
    await drop(studio, ['harbour.png', bytes]);
    await eventually(() => isPaintedWith(studio, hash), 'the same pixels');
    assert.deepEqual(await read(), before);
    assert.deepEqual(await layerNames(studio), names);
    assert.equal(await studio.handle('lock-seed').getAttribute('aria-pressed'), 'true');
  });

  test('a flat PNG is what is seen, without paper', async () => {
    await studio.stroke([[0.2, 0.3], [0.8, 0.3]]);
    const { bytes } = await saved(studio, async () => press(studio, 'files', 'export-flat'));
    const [red, bare] = await studio.page.evaluate(async (text) => {
      const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${text}`)).blob());
      const context = new OffscreenCanvas(image.width, image.height).getContext('2d');
      context.drawImage(image, 0, 0);
      return [[256, 154], [256, 400]].map((place) => [...context.getImageData(...place, 1, 1).data]);
    }, bytes.toString('base64'));
    assert.deepEqual(red, [...RED, 255]);
    assert.equal(bare[3], 0);
    await studio.page.keyboard.press('Escape');
  });

  test('the clipboard: a picture is copied, and Ctrl+V makes it a layer', async () => {
    await settings(studio, { colour: '#2040a0' });
    await studio.stroke([[0.2, 0.5], [0.8, 0.5]]);
    await press(studio, 'files');
    await studio.handle('copy-picture').click();
    await eventually(() => studio.page.evaluate(async () => {
      const items = await navigator.clipboard.read();
      return items.some((item) => item.types.includes('image/png'));
    }), 'a picture on the clipboard');
    await studio.page.keyboard.press('Escape');
    await fresh(studio);
    assert.equal((await ink(studio)).n, 0);
    await studio.page.keyboard.press('Control+v');
    await eventually(async () => (await layerNames(studio)).length === 2, 'the pasted layer');
    assert.deepEqual(await colourAt(studio, 0.5, 0.5), BLUE);
    // What was pasted is one step.
    await studio.page.keyboard.press('Control+z');
    await eventually(async () => (await ink(studio)).n === 0, 'the step taken back');
  });

  test('the time-lapse that is opened in the moment a stroke ends has that stroke in it', async () => {
    await newDocument(studio);
    await press(studio, 'files', 'show-film');
    await eventually(() => studio.handle('film-export').isDisabled(), 'nothing to export yet');
    await studio.page.keyboard.press('Escape');
    await fresh(studio);
    await studio.page.evaluate(() => addEventListener('pointerup', async () => {
      for (const id of ['files', 'show-film']) {
        const button = () => document.querySelector(`[data-testid="${id}"]`);
        while (!button()) await new Promise((done) => { setTimeout(done); });
        button().click();
      }
    }, { once: true }));
    await studio.stroke([[0.2, 0.5], [0.8, 0.5]]);
    await eventually(() => isFilmed(studio), 'the stroke on the canvas of the film');
    assert.ok(await studio.handle('film-export').isEnabled());
    await studio.page.keyboard.press('Escape');
  });

  test('the time-lapse plays, and leaves as a WebM that a video element decodes to the painting', async () => {
    await studio.stroke([[0.1, 0.3], [0.9, 0.3], [0.1, 0.7], [0.9, 0.7]]);
    await studio.settled();
    await press(studio, 'files', 'show-film');
    await eventually(() => isFilmed(studio), 'the film on its canvas');
    await settings(studio, { 'film-size': '360', 'film-length': '10' });
    const { name, bytes } = await saved(studio, 'film-export');
    assert.match(name, /\.webm$/);
    const facts = await studio.page.evaluate(async (text) => {
      const video = document.createElement('video');
      video.muted = true;
      const file = Uint8Array.from(atob(text), (it) => it.charCodeAt(0));
      video.src = URL.createObjectURL(new Blob([file], { type: 'video/webm' }));
      await new Promise((done, fail) => {
        video.onloadeddata = done;
        video.onerror = () => fail(new Error(`${file.length} bytes do not decode: ${video.error.code} ${video.error.message}`));
      });
      video.currentTime = video.duration - 0.1;
      await new Promise((done) => { video.onseeked = done; });
      const context = new OffscreenCanvas(video.videoWidth, video.videoHeight).getContext('2d');
      context.drawImage(video, 0, 0);
      const { data } = context.getImageData(0, 0, video.videoWidth, video.videoHeight);
      let n = 0;
      for (let idx = 0; idx < data.length; idx += 4) n += data[idx] > 150 && data[idx + 1] < 110 && data[idx + 2] < 110 ? 1 : 0;
      return { width: video.videoWidth, height: video.videoHeight, secs: video.duration, red: n / (data.length / 4) };
    }, bytes.toString('base64'));
    assert.ok(facts.width >= 320 && facts.secs > 1 && facts.red > 0.05, JSON.stringify(facts));
    await studio.page.keyboard.press('Escape');
  });

  test('leave no error in the console', () => {
    assert.deepEqual(studio.problems, []);
  });
});

describe('documents of this device', () => {
  test('a stroke is kept within seconds, and a page that crashed comes back with it', async (t) => {
    const studio = await open();
    try {
      await studio.stroke([[0.2, 0.2], [0.7, 0.5], [0.3, 0.8]]);
      const end = Date.now();
      await studio.settled();
      const { hash } = await ink(studio);
      t.diagnostic(`kept ${(await untilKept(studio, end)) / 1000} s after the end of the stroke`);
      // The renderer of the page dies, without a word to the page.
      const devtools = await studio.context.newCDPSession(studio.page);
      const died = new Promise((done) => studio.page.once('crash', done));
      devtools.send('Page.crash').catch(() => {});
      await died;
      studio.page = await studio.context.newPage();
      await studio.page.goto((await site()).url);
      await studio.handle('sketch').waitFor();
      await eventually(() => isPaintedWith(studio, hash), 'the same pixels');
    } finally {
      await studio.close();
    }
  });

  test('several: begun, named, painted on in turn, copied, deleted', async () => {
    const studio = await open();
    try {
      await studio.stroke([[0.2, 0.3], [0.8, 0.3]]);
      await studio.settled();
      const first = (await ink(studio)).hash;
      await press(studio, 'files');
      await settings(studio, { 'new-size': 1 });
      await press(studio, 'new-document');
      await eventually(async () => (await size(studio)) === '768 × 512', 'the second document');
      await settings(studio, { colour: '#2040a0' });
      await studio.stroke([[0.2, 0.7], [0.8, 0.7]]);
      await studio.settled();
      const second = (await ink(studio)).hash;
      await press(studio, 'files');
      const items = studio.page.locator('.files__item');
      await eventually(async () => (await items.count()) === 2, 'two documents in the list');
      const open_ = items.and(studio.page.locator('[data-open="true"]'));
      await open_.getByTestId('document-name').fill('Wide');
      await open_.getByTestId('document-name').press('Enter');
      const closed = items.and(studio.page.locator('[data-open="false"]'));
      await closed.getByTestId('open-document').click();
      await eventually(() => isPaintedWith(studio, first), 'the first document');
      await press(studio, 'files');
      await eventually(async () => (await closed.getByTestId('document-name').inputValue().catch(() => '')) === 'Wide', 'the other name');
      await closed.getByTestId('duplicate-document').click();
      await eventually(async () => (await items.count()) === 3, 'the copy');
      await closed.last().getByTestId('delete-document').click();
      await eventually(async () => (await items.count()) === 2, 'the copy gone');
      await closed.first().getByTestId('open-document').click();
      await eventually(() => isPaintedWith(studio, second), 'the second document');
    } finally {
      await studio.close();
    }
  });
});
