// What a painter runs into in the first hour: strokes that begin beside the paper, room to look closely, colours that are
// typed, files of a camera, files that are broken, and a browser that keeps nothing.
import { strict as assert } from 'node:assert';
import { after, before, describe, test } from 'node:test';
import { RED, colourAt, drop, eventually, fresh, ink, layerNames, newDocument, press, settings } from './support/hands.mjs';
import { open } from './support/studio.mjs';

/** A picture of one colour as the browser itself writes it. */
async function picture(studio, width, height, mediaType) {
  const text = await studio.page.evaluate(async ([width, height, type]) => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [width, height];
    const context = canvas.getContext('2d');
    context.fillStyle = '#c03030';
    context.fillRect(0, 0, width, height);
    const blob = await new Promise((done) => canvas.toBlob(done, type));
    let binary = '';
    for (const byte of new Uint8Array(await blob.arrayBuffer())) binary += String.fromCharCode(byte);
    return btoa(binary);
  }, [width, height, mediaType]);
  return Buffer.from(text, 'base64');
}

const size = (studio) => studio.handle('sketch').evaluate(({ width, height }) => `${width} × ${height}`);
const note = (studio) => studio.page.locator('.easel--sketch .easel__note').innerText();

describe('at the easel', () => {
  let studio;

  before(async () => {
    studio = await open();
    await fresh(studio);
  });

  after(() => studio?.close());

  for (const view of ['side-by-side', 'sketch-only', 'wipe', 'under']) {
    test(`a stroke begins beside the paper: ${view}`, async () => {
      await fresh(studio);
      await press(studio, view);
      await studio.settled();
      for (const [beside, inside] of [[[-0.02, 0.3], [0.3, 0.3]], [[0.2, 1.03], [0.2, 0.7]], [[0.7, -0.03], [0.7, 0.2]]]) {
        await studio.stroke([beside, inside]);
        await studio.settled();
        const [x, y] = inside;
        assert.deepEqual(await colourAt(studio, x, y), RED, `from ${beside}`);
      }
      assert.deepEqual(await colourAt(studio, 0.01, 0.3), RED, 'the stroke comes over the edge');
      // A press that touches nothing is nothing to take back.
      const before = await studio.handle('undo').getAttribute('title');
      await studio.stroke([[-0.03, 0.9], [-0.03, 0.95]]);
      await studio.settled();
      assert.equal(await studio.handle('undo').getAttribute('title'), before);
      await press(studio, 'side-by-side');
    });
  }

  test('the wheel beside the paper zooms; who zooms in sees more, and who zooms out sees where the paper ends', async () => {
    await fresh(studio);
    await settings(studio, { 'new-width': 256, 'new-height': 1024 });
    await press(studio, 'files', 'new-document');
    await eventually(async () => (await size(studio)) === '256 × 1024', 'the narrow document');
    await press(studio, 'sketch-only', 'fit-view').catch(() => {});
    await studio.settled();
    const { page } = studio;
    const fitted = await studio.handle('sketch').boundingBox();
    await page.mouse.move(fitted.x - 40, fitted.y + fitted.height / 2);
    for (let turn = 0; turn < 3; turn += 1) await page.mouse.wheel(0, -240);
    await eventually(async () => (await note(studio)).includes('%'), 'the zoom');
    await eventually(async () => (await studio.handle('sketch').boundingBox()).width > fitted.width * 2, 'the larger paper');
    // What was beside the paper shows it now, and takes paint.
    const seen = await page.evaluate(() => {
      const { left, right } = document.querySelector('.well__clip').getBoundingClientRect();
      return right - left;
    });
    assert.ok(seen > fitted.width * 2.5, `${seen} px of ${fitted.width}`);
    for (let turn = 0; turn < 6; turn += 1) await page.mouse.wheel(0, 240);
    await eventually(async () => (await studio.handle('sketch').boundingBox()).height < fitted.height * 0.9, 'the smaller paper');
    const background = await page.locator('.well--sketch').evaluate((well) => getComputedStyle(well).backgroundColor);
    assert.notEqual(background, 'rgb(255, 255, 255)');
    await press(studio, 'side-by-side');
    await newDocument(studio);
  });

  test('a colour is typed: long, short, without its sign; what is none is said and gives way', async () => {
    const field = studio.handle('colour-hex');
    const typed = async (text) => {
      await field.fill(text);
      await field.press('Enter');
      return [await studio.handle('colour').inputValue(), await field.inputValue()];
    };
    assert.deepEqual(await typed('#4A7fc1'), ['#4a7fc1', '#4a7fc1']);
    assert.deepEqual(await typed(' 0f8 '), ['#00ff88', '#00ff88']);
    for (const bad of ['blue', '#12345', '', '#gggggg']) {
      assert.deepEqual(await typed(bad), ['#00ff88', '#00ff88'], bad);
    }
    assert.match(await studio.statusText(), /#gggggg/);
    await settings(studio, { colour: '#c03030' });
    assert.equal(await field.inputValue(), '#c03030');
  });

  test('a number that is none gives way to what holds', async () => {
    await press(studio, 'fill');
    const field = studio.handle('option-tolerance');
    for (const [text, shown] of [['40', '40'], ['', '40'], ['999', '255'], ['-3', '0']]) {
      await field.fill(text);
      await field.press('Tab');
      assert.equal(await field.inputValue(), shown, text);
    }
    await press(studio, 'brush');
  });

  test('a seed that is none gives way to the one there is', async () => {
    const field = studio.handle('seed');
    // What is left of “1e9” is the last of it that was a seed.
    for (const [text, shown] of [['42', '42'], ['seven', '42'], ['-3', '42'], ['7', '7'], ['1e9', '7']]) {
      await field.fill(text);
      await field.press('Tab');
      assert.equal(await field.inputValue(), shown, text);
    }
    await press(studio, 'lock-seed');
  });

  test('a picture that is larger than any document comes smaller, and that is said', async () => {
    for (const [name, type] of [['camera.jpg', 'image/jpeg'], ['scan.png', 'image/png']]) {
      await drop(studio, [name, await picture(studio, 6000, 1500, type)]);
      await eventually(async () => (await size(studio)) === '4096 × 1024', name);
      await eventually(async () => /6,?000 × 1,?500/.test(await studio.statusText()), 'the sentence');
      const [red, green] = await colourAt(studio, 0.5, 0.5);
      assert.ok(Math.abs(red - RED[0]) < 4 && Math.abs(green - RED[1]) < 4, `${red}, ${green}`);
      await newDocument(studio);
    }
  });

  test('broken files among good ones: each is named, the first good one is the document, and the words go with the next', async () => {
    const good = await picture(studio, 40, 20, 'image/png');
    await drop(studio, ['notes.png', Buffer.from('just text')], ['half.png', good.subarray(0, good.length / 2)], ['whole.png', good], ['more.png', good]);
    await eventually(async () => (await size(studio)) === '40 × 20', 'the good one');
    await eventually(async () => (await layerNames(studio)).length === 2, 'the other good one');
    await eventually(async () => /notes\.png.*half\.png/.test(await studio.statusText()), 'the names');
    assert.equal(await studio.page.title(), 'whole – Underpaint');
    assert.equal(await studio.handle('document-title').innerText(), 'whole');
    await newDocument(studio);
    assert.doesNotMatch(await studio.statusText(), /notes|half/);
    await settings(studio, { language: 'pt-BR' });
    await drop(studio, ['half.png', good.subarray(0, good.length / 2)]);
    await eventually(async () => /incompleto/.test(await studio.statusText()), 'the sentence in Portuguese');
    await settings(studio, { language: 'en' });
  });

  test('a document is deleted by keyboard, and the focus stays in the list', async () => {
    await studio.stroke([[0.3, 0.3], [0.6, 0.6]]);
    await studio.settled();
    await newDocument(studio);
    await press(studio, 'files');
    await eventually(async () => (await studio.handle('delete-document').count()) >= 2, 'the list');
    // The list is read anew while the dialog opens, which may come between the focus and the key.
    await eventually(async () => {
      if (await studio.handle('deleted').count()) return true;
      await studio.handle('delete-document').first().press('Enter');
      return false;
    }, 'a document in the bin');
    const focused = () => studio.page.evaluate(() => document.activeElement?.closest('[data-testid="documents"]') !== null);
    await eventually(focused, 'the focus in the list');
    await studio.page.keyboard.press('Escape');
    assert.deepEqual(studio.problems, []);
  });
});

test('a browser that keeps nothing: the drawing is not given up without a word', async () => {
  const studio = await open({
    beforeLoad: (page) => page.addInitScript(() => {
      StorageManager.prototype.getDirectory = () => Promise.reject(new DOMException('not here', 'SecurityError'));
    }),
  });
  try {
    await studio.ready();
    const warning = studio.handle('unkept');
    await eventually(async () => /keeps no documents/.test(await warning.innerText()), 'the warning');
    // What the status line says next does not take its place.
    await drop(studio, ['notes.png', Buffer.from('just text')]);
    await eventually(async () => /notes\.png/.test(await studio.statusText()), 'the next sentence');
    assert.match(await warning.innerText(), /keeps no documents/);
    await warning.getByRole('button', { name: 'Dismiss' }).click();
    await eventually(async () => (await warning.count()) === 0, 'the warning put away');
    await settings(studio, { colour: '#c03030', 'brush-size': 40 });
    await studio.stroke([[0.3, 0.5], [0.7, 0.5]]);
    await studio.settled();
    const asked = [];
    let answer = 'dismiss';
    studio.page.on('dialog', async (dialog) => {
      asked.push(`${dialog.type()}: ${dialog.message()}`);
      await dialog[answer]();
    });
    await press(studio, 'files', 'new-document');
    await eventually(() => asked.length === 1, 'the question');
    assert.match(asked[0], /^confirm: “Untitled” could not be kept/);
    assert.ok((await ink(studio)).n > 0);
    await studio.page.evaluate(() => void setTimeout(() => location.reload()));
    await eventually(() => asked.length === 2, 'the question of the browser');
    assert.match(asked[1], /^beforeunload/);
    assert.ok((await ink(studio)).n > 0);
    answer = 'accept';
    await press(studio, 'new-document');
    await eventually(async () => (await ink(studio)).n === 0, 'the new document');
  } finally {
    await studio.close();
  }
});
