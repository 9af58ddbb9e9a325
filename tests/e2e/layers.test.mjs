// The layers and the history: what each does to the pixels that are seen, and to those that are rendered.
import { strict as assert } from 'node:assert';
import { after, before, beforeEach, describe, test } from 'node:test';
import { BLUE, PAPER, RED, colourAt, eventually, fresh, ink, layerNames, newDocument, press, settings, unfold, untilKept, violations } from './support/hands.mjs';
import { open } from './support/studio.mjs';

describe('layers', () => {
  let studio;

  before(async () => {
    studio = await open({ query: '?device=cpu&size=64' });
  });

  after(() => studio?.close());

  beforeEach(() => fresh(studio));

  const at = (x, y) => colourAt(studio, x, y);
  const rows = () => studio.page.locator('[data-testid="layers"] [role="treeitem"]');
  const id = async (place) => rows().nth(place).getAttribute('data-layer');

  /** A level stroke in red, a new layer, an upright one in blue across it. */
  async function cross() {
    await studio.stroke([[0.2, 0.5], [0.8, 0.5]]);
    await press(studio, 'layer-add');
    await settings(studio, { colour: '#2040a0' });
    await studio.stroke([[0.5, 0.2], [0.5, 0.8]]);
    await studio.settled();
  }

  test('opacity lets what is below shine through; every blend mode is its own', async () => {
    await cross();
    await settings(studio, { 'layer-opacity': 0.5 });
    await studio.settled();
    const half = await at(0.5, 0.5);
    half.forEach((value, idx) => assert.ok(Math.abs(value - (RED[idx] + BLUE[idx]) / 2) <= 2, String(half)));
    await settings(studio, { 'layer-opacity': 1 });
    const modes = await studio.handle('layer-blend').locator('option').evaluateAll((all) => all.map((it) => it.value));
    assert.ok(modes.length >= 16, `${modes.length} modes`);
    const seen = new Map();
    for (const mode of modes) {
      await settings(studio, { 'layer-blend': mode });
      await studio.settled();
      // Over paint of another colour and over bare paper.
      seen.set(mode, JSON.stringify([await at(0.5, 0.5), await at(0.5, 0.3)]));
    }
    assert.equal(JSON.parse(seen.get('multiply'))[0].toString(), RED.map((value, idx) => Math.round((value * BLUE[idx]) / 255)).toString());
    assert.equal(JSON.parse(seen.get('normal'))[0].toString(), BLUE.toString());
    assert.ok(new Set(seen.values()).size >= 12, `${new Set(seen.values()).size} different results of ${modes.length}`);
  });

  test('locked alpha keeps the shape, and clipping keeps to the layer below', async () => {
    await studio.stroke([[0.2, 0.5], [0.8, 0.5]]);
    await press(studio, 'layer-alpha-lock');
    await settings(studio, { colour: '#2040a0' });
    await studio.stroke([[0.5, 0.2], [0.5, 0.8]]);
    await studio.settled();
    assert.deepEqual([await at(0.5, 0.5), await at(0.5, 0.3)], [BLUE, PAPER]);
    await press(studio, 'undo', 'undo', 'layer-add');
    await studio.stroke([[0.5, 0.2], [0.5, 0.8]]);
    await press(studio, 'layer-clip');
    await studio.settled();
    assert.deepEqual([await at(0.5, 0.5), await at(0.5, 0.3)], [BLUE, PAPER]);
    await press(studio, 'layer-clip');
    await studio.settled();
    assert.deepEqual(await at(0.5, 0.3), BLUE);
  });

  test('a duplicate, merging down and flattening keep what is seen', async () => {
    await cross();
    await settings(studio, { 'layer-blend': 'multiply' });
    await studio.settled();
    const { hash } = await ink(studio);
    await press(studio, 'layer-merge');
    await studio.settled();
    assert.equal(await rows().count(), 1);
    assert.equal((await ink(studio)).hash, hash);
    await press(studio, 'undo', 'layer-flatten');
    await studio.settled();
    assert.deepEqual([await rows().count(), (await ink(studio)).hash], [1, hash]);
    await press(studio, 'layer-duplicate');
    await studio.settled();
    assert.equal(await rows().count(), 2);
    assert.deepEqual(await at(0.3, 0.5), RED);
    await press(studio, 'layer-delete');
    await studio.settled();
    assert.equal((await ink(studio)).hash, hash);
  });

  test('a group holds layers, folds its opacity over them, is dragged as one, and lets them go', async () => {
    await cross();
    await press(studio, 'layer-group');
    await studio.settled();
    const levels = () => rows().evaluateAll((all) => all.map((it) => it.getAttribute('aria-level')).join(''));
    assert.equal(await levels(), '121');
    // The lower layer is dragged into it.
    await rows().nth(2).scrollIntoViewIfNeeded();
    const [from, to] = [await rows().nth(2).boundingBox(), await rows().nth(0).boundingBox()];
    await studio.page.mouse.move(from.x + 60, from.y + from.height / 2);
    await studio.page.mouse.down();
    await studio.page.mouse.move(to.x + 60, to.y + to.height * 0.7, { steps: 4 });
    await studio.page.mouse.up();
    await eventually(async () => (await levels()) === '122', 'both layers in the group');
    await rows().first().click();
    await settings(studio, { 'layer-opacity': 0.5 });
    await studio.settled();
    const pale = await at(0.3, 0.5);
    assert.ok(pale[1] > 120 && pale[1] < 180, String(pale));
    await press(studio, 'layer-ungroup');
    await eventually(async () => (await levels()) === '11', 'the layers by themselves');
  });

  test('thumbnails follow the paint', async () => {
    const seen = () => rows().first().locator('canvas').evaluate((canvas) => {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      return data.filter((value, idx) => idx % 4 === 3 && value > 100).length;
    });
    assert.equal(await seen(), 0);
    await studio.stroke([[0.2, 0.5], [0.8, 0.5]]);
    await eventually(async () => (await seen()) > 50, 'the stroke in the thumbnail');
  });

  test('a reference layer is seen and never rendered; a picture that is kept live is baked into paint', async () => {
    await studio.ready();
    await studio.stroke([[0.2, 0.5], [0.8, 0.5]]);
    await press(studio, 'layer-add');
    await settings(studio, { 'layer-kind': 1, colour: '#2040a0' });
    await studio.stroke([[0.5, 0.1], [0.5, 0.9]]);
    await studio.settled();
    assert.deepEqual(await at(0.5, 0.2), BLUE);
    // At strength 0 the picture is what the model gets.
    await settings(studio, { strength: 0, prompt: 'a stripe' });
    await studio.render();
    assert.deepEqual(await colourAt(studio, 0.3, 0.5, { name: 'picture' }), RED);
    assert.deepEqual(await colourAt(studio, 0.5, 0.2, { name: 'picture' }), PAPER);
    await press(studio, 'layer-delete');
    await unfold(studio, 'gallery');
    await press(studio, 'gallery-keep-live');
    await eventually(async () => (await rows().count()) === 2, 'the layer for live pictures');
    assert.equal(await studio.handle('layer-kind').inputValue(), '2');
    await press(studio, 'layer-bake');
    await eventually(async () => (await studio.handle('layer-kind').inputValue()) === '0', 'paint');
    // Keeping it again replaces no paint: a new layer for live pictures comes, one step each.
    await press(studio, 'undo');
    await eventually(async () => (await studio.handle('layer-kind').inputValue()) === '2', 'the live layer again');
    await press(studio, 'gallery-keep-live');
    await studio.settled();
    assert.equal(await rows().count(), 2);
  });

  test('the history names every step, goes where it is pressed, and does nothing in mid-stroke', async () => {
    await cross();
    const labels = await studio.page.locator('[data-testid="history"] li').allInnerTexts();
    assert.deepEqual(labels, ['Brush stroke', 'New layer', 'Brush stroke', 'Bare paper']);
    const { hash } = await ink(studio);
    const box = await studio.handle('sketch').boundingBox();
    await studio.page.mouse.move(box.x + 40, box.y + 40);
    await studio.page.mouse.down();
    await studio.page.mouse.move(box.x + 90, box.y + 60, { steps: 3 });
    await studio.page.keyboard.press('Control+z');
    await studio.page.mouse.move(box.x + 140, box.y + 60, { steps: 3 });
    await studio.page.mouse.up();
    await studio.settled();
    assert.notEqual((await ink(studio)).hash, hash, 'an undo in mid-stroke took something back');
    await studio.page.keyboard.press('Control+z');
    await studio.settled();
    assert.equal((await ink(studio)).hash, hash);
  });

  test('are chosen, moved and named by keys', async () => {
    await cross();
    const top = await id(0);
    await rows().first().focus();
    await studio.page.keyboard.press('ArrowDown');
    await eventually(async () => (await rows().nth(1).getAttribute('aria-selected')) === 'true', 'the lower layer chosen');
    await studio.page.keyboard.press('F2');
    await studio.handle('layer-name').fill('Ground');
    await studio.page.keyboard.press('Enter');
    await eventually(async () => (await layerNames(studio))[1] === 'Ground', 'the name');
    await studio.page.keyboard.press('Alt+ArrowUp');
    await eventually(async () => (await id(1)) === top, 'the lower layer on top');
  });

  /** The names of the rows from the top down, those that are chosen with a star, the active one with two. */
  const list = () => rows().evaluateAll((all) => all.map((it) => it.dataset.layer
    + (it.getAttribute('aria-selected') === 'true' ? '*' : '') + (it.getAttribute('aria-current') === 'true' ? '*' : '')).join(' '));
  const steps = () => studio.page.locator('[data-testid="history"] li').count();

  /** Four layers, the lowest is the first; the list says their numbers as 1 to 4 from then on. */
  async function four() {
    await press(studio, 'layer-add', 'layer-add', 'layer-add');
    await studio.settled();
    const first = Number(await id(3));
    const top = Number(await id(0));
    const names = (text) => text.replace(/\d+/g, (number) => {
      const at = Number(number);
      return at === first ? 'a' : String.fromCharCode('d'.charCodeAt(0) - (top - at));
    });
    return { seen: async () => names(await list()), row: (name) => rows().nth('dcba'.indexOf(name)) };
  }

  test('several are chosen with Ctrl and with Shift, and go together as one step each', async () => {
    const { seen, row } = await four();
    assert.equal(await seen(), 'd** c b a');
    await row('b').click({ modifiers: ['Control'] });
    assert.equal(await seen(), 'd* c b** a');
    const n = await steps();
    await press(studio, 'layer-group');
    await eventually(async () => (await rows().evaluateAll((all) => all.map((it) => it.getAttribute('aria-level')).join(''))) === '12211', 'the group');
    assert.equal(await steps(), n + 1);
    await studio.page.keyboard.press('Control+z');
    assert.equal(await seen(), 'd* c b** a');
    // Hidden together by the eye of one of them, and shown again by undo.
    await row('d').locator('.layer__eye').click();
    await eventually(async () => (await studio.page.locator('.layer__eye[aria-pressed="false"]').count()) === 2, 'two that are hidden');
    await studio.page.keyboard.press('Control+z');
    // A stretch of rows, dragged by one of them to the bottom.
    await row('c').click();
    await row('a').click({ modifiers: ['Shift'] });
    assert.equal(await seen(), 'd c* b* a**');
    await row('d').click();
    await row('c').click({ modifiers: ['Shift'] });
    const [from, to] = [await row('c').boundingBox(), await row('a').boundingBox()];
    await studio.page.mouse.move(from.x + 90, from.y + from.height / 2);
    await studio.page.mouse.down();
    await studio.page.mouse.move(to.x + 90, to.y + to.height * 0.8, { steps: 5 });
    await studio.page.mouse.up();
    await eventually(async () => (await seen()) === 'b a d* c**', 'both at the bottom');
    await studio.page.keyboard.press('Control+z');
    await press(studio, 'layer-duplicate');
    assert.equal(await rows().count(), 6);
    await press(studio, 'layer-delete');
    assert.equal(await seen(), 'd** c b a');
    assert.match(await studio.page.locator('.visually-hidden[role="status"]').innerText(), /2 layers were deleted/);
    // A click without a key chooses one alone, also among those that are chosen.
    await row('a').click({ modifiers: ['Shift'] });
    await row('b').click();
    assert.equal(await seen(), 'd c b** a');
  });

  test('several that are painted on merge into one that looks the same', async () => {
    await cross();
    await press(studio, 'layer-add');
    await settings(studio, { colour: '#30a030' });
    await studio.stroke([[0.2, 0.8], [0.8, 0.2]]);
    await studio.settled();
    const { hash } = await ink(studio);
    await rows().nth(2).click({ modifiers: ['Shift'] });
    await press(studio, 'layer-merge');
    await studio.settled();
    assert.deepEqual([await rows().count(), (await ink(studio)).hash], [1, hash]);
    await studio.page.keyboard.press('Control+z');
    await studio.settled();
    assert.deepEqual([await rows().count(), (await ink(studio)).hash], [3, hash]);
  });

  test('keys fold groups, choose stretches, and move them', async () => {
    const { seen, row } = await four();
    const { keyboard } = studio.page;
    await row('c').focus();
    await row('c').click();
    await keyboard.press('Shift+ArrowDown');
    assert.equal(await seen(), 'd c* b** a');
    await keyboard.press('Alt+ArrowDown');
    await eventually(async () => (await seen()) === 'd a c* b**', 'both one place down');
    await keyboard.press('Control+z');
    await press(studio, 'layer-group');
    await rows().nth(1).focus();
    assert.equal(await rows().nth(1).getAttribute('aria-expanded'), 'true');
    await keyboard.press('ArrowLeft');
    await eventually(async () => (await rows().count()) === 3, 'the folded group');
    assert.equal(await rows().nth(1).getAttribute('aria-expanded'), 'false');
    await keyboard.press('ArrowRight');
    await eventually(async () => (await rows().count()) === 5, 'the open group');
    // Into the group, and back to it.
    await keyboard.press('ArrowRight');
    await eventually(async () => (await rows().nth(2).getAttribute('aria-current')) === 'true', 'the first in the group');
    await keyboard.press('ArrowLeft');
    await eventually(async () => (await rows().nth(1).getAttribute('aria-current')) === 'true', 'the group');
    await keyboard.press('End');
    await eventually(async () => (await rows().nth(4).getAttribute('aria-current')) === 'true', 'the lowest');
    assert.equal(await studio.page.evaluate(() => document.activeElement.getAttribute('role')), 'treeitem');
  });

  test('a folded group stands for the layer in it that is painted on, and is folded again after a reload', async () => {
    await four();
    await press(studio, 'layer-group');
    await rows().nth(1).click();
    await rows().first().locator('.layer__fold').click();
    assert.deepEqual([await rows().count(), await rows().first().getAttribute('tabindex')], [4, '0']);
    await studio.stroke([[0.2, 0.5], [0.8, 0.5]]);
    await studio.settled();
    assert.deepEqual(await at(0.5, 0.5), RED);
    assert.equal(await rows().count(), 4, 'painting opened the group');
    await untilKept(studio, Date.now() - 400);
    await studio.page.reload();
    await eventually(async () => (await rows().count()) === 4, 'the folded group again');
    await rows().first().locator('.layer__fold').click();
    assert.equal(await rows().count(), 5);
    await newDocument(studio);
  });

  test('without keys a button lets each press choose one more', async () => {
    const { seen, row } = await four();
    await press(studio, 'layers-several');
    await row('b').click();
    await row('a').click();
    assert.equal(await seen(), 'd* c b* a**');
    await row('d').click();
    assert.equal(await seen(), 'd c b* a**');
    assert.deepEqual(await violations(studio.page, { within: '#dock-layers' }), []);
    await press(studio, 'layers-several');
  });

  test('leave no error in the console', () => {
    assert.deepEqual(studio.problems, []);
  });
});
