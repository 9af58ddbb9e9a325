// What hands know from other paint programs: sizes by dragging, a layer alone, its paint as selection, pictures as JPEG.
import { strict as assert } from 'node:assert';
import { after, before, beforeEach, describe, test } from 'node:test';
import { Hands, PAPER, RED, colourAt, eventually, fresh, ink, newDocument, places, press, saved, settings, violations } from './support/hands.mjs';
import { open } from './support/studio.mjs';

describe('conventions of other paint programs', () => {
  let studio;
  let page;

  before(async () => {
    studio = await open({ query: '?device=cpu&size=64' });
    page = studio.page;
  });

  after(() => studio?.close());

  beforeEach(() => fresh(studio));

  const rows = () => page.locator('[data-testid="layers"] [role="treeitem"]');
  const value = (name) => studio.handle(name).evaluate((field) => Number(field.value));
  const nSteps = () => page.locator('[data-testid^="history-"]').count();
  const chosen = () => rows().evaluateAll((all) => all.map((it) => (it.getAttribute('aria-selected') === 'true' ? 1 : 0)).join(''));
  const shown = () => page.locator('[data-testid^="layer-visible-"]').evaluateAll((all) => all.map((it) => (it.getAttribute('aria-pressed') === 'true' ? 1 : 0)).join(''));
  const focused = () => rows().evaluateAll((all) => all.indexOf(document.activeElement));

  /** Three layers, each with a level stroke: the uppermost first in the list. */
  async function threeLayers() {
    await newDocument(studio);
    await settings(studio, { colour: '#c03030', 'brush-size': 40, hardness: 1 });
    for (const y of [0.2, 0.5, 0.8]) {
      if (y > 0.2) await press(studio, 'layer-add');
      await studio.stroke([[0.2, y], [0.8, y]]);
    }
    await eventually(async () => (await rows().count()) === 3, 'three layers');
  }

  test('Alt and the right button drag the size of the brush across and its hardness up, and say both', async () => {
    await settings(studio, { 'brush-size': 40, hardness: 0.5 });
    const before = await nSteps();
    const [start] = await places(studio, [[0.5, 0.5]]);
    const zoom = (await studio.handle('sketch').boundingBox()).width / 512;
    await page.mouse.move(start.x, start.y);
    await page.keyboard.down('Alt');
    await page.mouse.down({ button: 'right' });
    await page.mouse.move(start.x + 30, start.y, { steps: 3 });
    await eventually(async () => (await value('brush-size')) > 40, 'a larger brush');
    assert.ok(Math.abs((await value('brush-size')) - 40 - 60 / zoom) <= 2, `${await value('brush-size')} px at zoom ${zoom}`);
    const ring = page.locator('.ring');
    assert.match(await ring.getAttribute('data-says'), /^\d+ px, hardness 50 %$/);
    const place = await ring.boundingBox();
    assert.ok(Math.abs(place.x + place.width / 2 - start.x) < 2, 'the ring stays where the press was');
    await page.mouse.move(start.x + 30, start.y - 12 - 72, { steps: 3 });
    await eventually(async () => (await value('hardness')) === 0.8, 'a harder brush');
    await page.mouse.up({ button: 'right' });
    await page.keyboard.up('Alt');
    await studio.settled();
    assert.equal(await ring.getAttribute('data-says'), null);
    assert.equal(await nSteps(), before, 'no step of the history');
    assert.equal((await ink(studio)).n, 0, 'and no paint');
    // Escape puts it back.
    const size = await value('brush-size');
    await page.keyboard.down('Alt');
    await page.mouse.down({ button: 'right' });
    await page.mouse.move(start.x - 60, start.y, { steps: 3 });
    await eventually(async () => (await value('brush-size')) < size, 'a smaller brush');
    await page.keyboard.up('Alt');
    await page.keyboard.press('Escape');
    await eventually(async () => (await value('brush-size')) === size, 'the brush as it was');
    await page.mouse.up({ button: 'right' });
    await studio.stroke([[0.3, 0.5], [0.7, 0.5]]);
    assert.ok((await ink(studio)).n > 0, 'and one paints on');
  });

  test('a pen drags the size with Ctrl and Alt', async () => {
    const hands = await Hands.of(studio);
    await hands.pen([[0.5, 0.5], [0.55, 0.5], [0.6, 0.5]], { modifiers: 3 });
    await eventually(async () => Math.abs((await value('brush-size')) - (40 + 2 * 0.1 * 512)) <= 2, 'a larger brush');
    assert.equal((await ink(studio)).n, 0);
    await hands.pen([[0.3, 0.5], [0.7, 0.5]]);
    assert.ok((await ink(studio)).n > 0);
  });

  test('Alt on an eye shows one layer alone, again shows what was seen before; its button and its key do as well', async () => {
    await threeLayers();
    await press(studio, `layer-visible-${await rows().nth(0).getAttribute('data-layer')}`);
    await eventually(async () => (await shown()) === '011', 'one hidden layer');
    const eye = rows().nth(1).locator('.layer__eye');
    const before = await nSteps();
    await eye.click({ modifiers: ['Alt'] });
    await eventually(async () => (await shown()) === '010', 'one alone');
    assert.equal(await nSteps(), before + 1, 'one step');
    await studio.settled();
    assert.deepEqual([await colourAt(studio, 0.5, 0.2), await colourAt(studio, 0.5, 0.5)], [PAPER, RED]);
    await eye.click({ modifiers: ['Alt'] });
    await eventually(async () => (await shown()) === '011', 'what was seen before');
    await press(studio, 'undo');
    await eventually(async () => (await shown()) === '010', 'undo');
    await press(studio, 'undo');
    await rows().nth(2).click();
    const button = studio.handle('layer-alone');
    assert.match(await button.getAttribute('title'), /Shift\+H/);
    await button.click();
    await eventually(async () => (await shown()) === '001', 'the one at hand');
    assert.equal(await button.getAttribute('aria-pressed'), 'true');
    await page.locator('.well--sketch').focus();
    await page.keyboard.press('Shift+H');
    await eventually(async () => (await shown()) === '011', 'all again');
    await page.keyboard.press('Control+Shift+H');
    await eventually(async () => (await shown()) === '010', 'the eye by its key');
  });

  test('Ctrl on a thumbnail selects the paint of its layer, Shift adds, Alt takes away, and the palette knows it', async () => {
    await threeLayers();
    const thumbnail = (place) => rows().nth(place).locator('.layer__thumb');
    const ants = () => page.locator('[data-testid="overlay"] .ants').count();
    await thumbnail(2).click({ modifiers: ['Control'] });
    await eventually(async () => (await ants()) === 1, 'a selection');
    assert.equal(await chosen(), '100', 'the layers stay as they were chosen');
    await thumbnail(0).click({ modifiers: ['Control', 'Shift'] });
    await thumbnail(2).click({ modifiers: ['Control', 'Alt'] });
    await settings(studio, { colour: '#2040a0' });
    await page.locator('.well--sketch').focus();
    await page.keyboard.press('Shift+Backspace');
    await studio.settled();
    // What is left is the uppermost layer's own stroke.
    assert.deepEqual(await Promise.all([0.2, 0.5, 0.8, 0.95].map((y) => colourAt(studio, 0.5, y))), [RED, RED, [0x20, 0x40, 0xa0], PAPER]);
    await page.keyboard.press('Control+d');
    await eventually(async () => (await ants()) === 0, 'no selection');
    await page.keyboard.press('Control+k');
    await studio.handle('palette-query').fill('layer’s pixels');
    await page.keyboard.press('Enter');
    await eventually(async () => (await ants()) === 1, 'the selection by the palette');
    await page.locator('.well--sketch').focus();
    await page.keyboard.press('Control+d');
  });

  test('Ctrl on the thumbnail of a group selects all that is in it, and does not fold it', async () => {
    await threeLayers();
    await press(studio, 'layer-group');
    await eventually(async () => (await rows().count()) === 4, 'the group');
    const group = rows().nth(0);
    await group.locator('.layer__thumb').click({ modifiers: ['Control'] });
    await eventually(async () => (await page.locator('[data-testid="overlay"] .ants').count()) === 1, 'a selection');
    assert.equal(await group.getAttribute('aria-expanded'), 'true');
    await rows().nth(1).click();
    await settings(studio, { colour: '#2040a0' });
    await page.locator('.well--sketch').focus();
    await page.keyboard.press('Shift+Backspace');
    await studio.settled();
    assert.deepEqual(await Promise.all([0.2, 0.5, 0.8, 0.95].map((y) => colourAt(studio, 0.5, y))), [RED, RED, [0x20, 0x40, 0xa0], PAPER]);
    await page.keyboard.press('Control+d');
    await group.locator('.layer__thumb').click();
    await eventually(async () => (await group.getAttribute('aria-expanded')) === 'false', 'without Ctrl it folds');
  });

  test('Ctrl with the arrows goes along the layers without choosing, Ctrl with Space chooses one more', async () => {
    await threeLayers();
    await rows().nth(0).focus();
    await page.keyboard.press('Control+ArrowDown');
    await page.keyboard.press('Control+ArrowDown');
    assert.deepEqual([await focused(), await chosen()], [2, '100']);
    await page.keyboard.press('Control+Space');
    await eventually(async () => (await chosen()) === '101', 'two that do not lie together');
    assert.equal(await focused(), 2, 'the focus stays');
    await page.keyboard.press('Control+Space');
    await eventually(async () => (await chosen()) === '100', 'one again');
    assert.equal(await focused(), 2);
    await page.keyboard.press('Control+ArrowUp');
    await page.keyboard.press('Space');
    await eventually(async () => (await chosen()) === '010', 'the one at the focus alone');
    // Copies are chosen in the place of what they were made of, and undo chooses those again.
    await page.keyboard.press('Shift+ArrowDown');
    await eventually(async () => (await chosen()) === '011', 'two below each other');
    await press(studio, 'layer-duplicate');
    await eventually(async () => (await chosen()) === '01100', 'the copies');
    await press(studio, 'undo');
    await eventually(async () => (await chosen()) === '011', 'what they were made of');
  });

  test('pictures leave as JPEG and WebP, on white paper and as well as asked', async () => {
    await studio.stroke([[0.2, 0.5], [0.8, 0.5]]);
    await studio.handle('files').click();
    assert.match(await page.locator('dialog[open]').innerText(), /JPEG and WebP are the picture alone/);
    const seen = (bytes, type) => page.evaluate(async ([text, type]) => {
      const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(text), (it) => it.charCodeAt(0))], { type }));
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
      const context = canvas.getContext('2d');
      context.drawImage(bitmap, 0, 0);
      const at = (x, y) => [...context.getImageData(x * bitmap.width, y * bitmap.height, 1, 1).data];
      return { size: [bitmap.width, bitmap.height], paint: at(0.5, 0.5), paper: at(0.5, 0.1) };
    }, [bytes.toString('base64'), type]);
    const near = (one, other) => one.every((channel, idx) => Math.abs(channel - other[idx]) < 12);
    const lengths = [];
    for (const [button, quality, type, start] of [
      ['export-jpeg', 0.95, 'image/jpeg', 'ffd8ff'],
      ['export-jpeg', 0.5, 'image/jpeg', 'ffd8ff'],
      ['export-webp', 0.9, 'image/webp', '52494646'],
    ]) {
      await settings(studio, { 'export-quality': quality });
      const { name, bytes } = await saved(studio, button);
      assert.match(name, type === 'image/jpeg' ? /\.jpg$/ : /\.webp$/);
      assert.ok(bytes.toString('hex').startsWith(start), name);
      const { size, paint, paper } = await seen(bytes, type);
      assert.deepEqual(size, [512, 512]);
      assert.ok(near(paint, [...RED, 255]) && near(paper, [255, 255, 255, 255]), JSON.stringify({ paint, paper }));
      lengths.push(bytes.length);
    }
    assert.ok(lengths[1] < lengths[0], `${lengths[1]} bytes of a low quality, ${lengths[0]} of a high one`);
    assert.deepEqual(await violations(page, { within: 'dialog[open]' }), []);
    await page.keyboard.press('Escape');
  });

  test('Paste names its key, and the list of keys names what pointers do with keys held', async () => {
    await press(studio, 'select-rectangle');
    assert.match(await studio.handle('paste').getAttribute('title'), /Ctrl\+V/);
    await press(studio, 'help');
    const text = await page.locator('dialog[open]').innerText();
    for (const line of ['Alt + right drag', 'Alt + click its eye', 'Ctrl + click its thumbnail', 'Ctrl + Space']) {
      assert.ok(text.includes(line), line);
    }
    await page.keyboard.press('Escape');
  });

  test('six layers and two rows of colours leave brushes and layers their room in every window', async () => {
    await newDocument(studio);
    for (let idx = 0; idx < 12; idx += 1) {
      await settings(studio, { colour: `#${(idx * 20 + 10).toString(16).padStart(2, '0')}4060` });
      await studio.stroke([[0.2, 0.1 + idx * 0.06], [0.3, 0.1 + idx * 0.06]]);
      if (idx < 5) await press(studio, 'layer-add');
    }
    for (const [width, height] of [[1440, 900], [1366, 768], [1280, 720]]) {
      await page.setViewportSize({ width, height });
      await page.locator('.docks').evaluate((it) => it.scrollTo(0, 0));
      await studio.settled();
      const box = (selector) => page.locator(selector).first().boundingBox();
      const [brush, layers, list, actions] = [await box('#dock-brush'), await box('#dock-layers'), await box('.layers__list'), await box('.layers__actions')];
      const free = layers.y - brush.y;
      assert.ok(free >= 90, `${free} px for brushes at ${width} × ${height}`);
      assert.ok(list.height >= 88, `${list.height} px for layers`);
      assert.ok(actions.y + actions.height <= layers.y + layers.height + 1, 'what can be done with layers is in sight');
    }
    await page.setViewportSize({ width: 480, height: 300 });
    await studio.settled();
    assert.equal(await page.evaluate(() => document.scrollingElement.scrollHeight), 300, 'nothing hangs below a low page');
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  test('leave no error in the console', () => assert.deepEqual(studio.problems, []));
});
