// Rendering as part of painting, with the real engine at a size that is quick: where the model may work, what is shown
// while it does, and what becomes of the pictures.
import { strict as assert } from 'node:assert';
import { after, before, beforeEach, describe, test } from 'node:test';
import { BLUE, colourAt, eventually, fresh, ink, layerNames, press, saved, settings, unfold } from './support/hands.mjs';
import { open } from './support/studio.mjs';

describe('rendering', () => {
  let studio;

  before(async () => {
    studio = await open({ query: '?device=cpu&size=64', context: { permissions: ['clipboard-read', 'clipboard-write'] } });
    await studio.ready();
    for (const dock of ['variations', 'gallery', 'styles']) await unfold(studio, dock);
    await press(studio, 'more-render-more');
  });

  after(() => studio?.close());

  beforeEach(async () => {
    await fresh(studio);
    await studio.page.keyboard.press('Control+d');
    await settings(studio, { prompt: 'a sunny meadow', steps: 2, guidance: 1, strength: 0.9, seed: 7, 'selection-only': true, 'free-paper': false });
    await press(studio, 'variations-1');
  });

  /** The whole sheet in one colour: what stays of it can be told to the last bit. */
  async function flood() {
    await studio.page.keyboard.press('Control+a');
    await settings(studio, { colour: '#2040a0' });
    await studio.page.keyboard.press('Shift+Backspace');
    await studio.page.keyboard.press('Control+d');
    await studio.settled();
    assert.deepEqual(await colourAt(studio, 0.5, 0.5), BLUE);
  }

  /** Which shares of the picture's left and right third are still the sheet's colour. */
  const kept = () => studio.handle('picture').evaluate((canvas, blue) => {
    const { width, height } = canvas;
    const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
    const share = (from, to) => {
      let n = 0;
      for (let y = 0; y < height; y += 1) {
        for (let x = from; x < to; x += 1) n += blue.every((value, idx) => data[(y * width + x) * 4 + idx] === value) ? 1 : 0;
      }
      return n / ((to - from) * height);
    };
    return [share(0, Math.floor(width / 3)), share(Math.ceil((width * 2) / 3), width)];
  }, BLUE);

  test('only the selection is made anew, unless one says otherwise', async () => {
    await flood();
    await press(studio, 'select-rectangle');
    await settings(studio, { 'option-selection-mode': 0, 'option-feather': 0 });
    await studio.stroke([[0, 0], [0.5, 1]]);
    await studio.settled();
    await studio.render();
    const [left, right] = await kept();
    assert.ok(left < 0.5 && right === 1, `${left} of the selected part and ${right} of the rest are as they were`);
    await settings(studio, { 'selection-only': false });
    await studio.render();
    const all = await kept();
    assert.ok(all[1] < 0.5, `${all[1]} of the right is as it was`);
  });

  test('where strength was painted away the sketch stays, and elsewhere it does not', async () => {
    await flood();
    await press(studio, 'strength-brush', 'freedom-keep');
    await settings(studio, { 'brush-size': 220, hardness: 1, 'strength-opacity': 1 });
    await studio.stroke([[0.8, 0], [0.8, 1]]);
    await studio.settled();
    assert.ok((await colourAt(studio, 0.8, 0.5, { name: 'strength-tint', n: 4 }))[3] > 0, 'no tint');
    await studio.render();
    const [left, right] = await kept();
    assert.ok(left < 0.5 && right > 0.9, `${left} of the left and ${right} of the right are as they were`);
    await press(studio, 'clear-strength');
  });

  test('bare paper counts as unknown where the form says so', async () => {
    await studio.stroke([[0.1, 0.8], [0.9, 0.8]]);
    await settings(studio, { strength: 0.3, 'free-paper': false });
    await studio.render();
    const paper = await ink(studio, 'picture');
    await settings(studio, { 'free-paper': true });
    await studio.render();
    const free = await ink(studio, 'picture');
    assert.ok(free.sum > paper.sum * 1.1, `${paper.sum} with paper, ${free.sum} without`);
  });

  test('each step shows a preview until the picture is there', async () => {
    await studio.stroke([[0.1, 0.8], [0.9, 0.8]]);
    await settings(studio, { steps: 12 });
    await studio.page.evaluate(() => {
      window.previews = new Set();
      const look = () => {
        const preview = document.querySelector('canvas.preview');
        if (preview.classList.contains('has-preview') && preview.width > 1) {
          const { data } = preview.getContext('2d').getImageData(0, 0, preview.width, preview.height);
          window.previews.add(data.reduce((hash, value) => (Math.imul(hash, 31) + value) | 0, 0));
        }
        window.looking = requestAnimationFrame(look);
      };
      look();
    });
    await studio.render();
    const n = await studio.page.evaluate(() => {
      cancelAnimationFrame(window.looking);
      return window.previews.size;
    });
    assert.ok(n >= 2, `${n} different previews`);
    assert.equal(await studio.page.locator('canvas.preview.has-preview').count(), 0);
  });

  test('live: the last picture stays dimmed under a line of progress, nothing spins, and the latest stroke wins', async () => {
    await studio.stroke([[0.1, 0.8], [0.9, 0.8]]);
    await studio.render();
    await settings(studio, { steps: 40 });
    await press(studio, 'live');
    await studio.until('rendering');
    const seen = await studio.page.evaluate(() => {
      const well = document.querySelector('.well--picture');
      const bar = well.querySelector('[role="progressbar"]');
      return {
        classes: well.className,
        filter: getComputedStyle(well.querySelector('[data-testid="picture-smooth"]')).filter,
        bar: bar ? bar.getBoundingClientRect().height : 0,
        endless: document.getAnimations()
          .filter((it) => it.effect?.getComputedTiming().iterations === Infinity && it.effect.target?.closest('main'))
          .map((it) => it.effect.target.className),
      };
    });
    assert.match(seen.classes, /has-picture/);
    if (!/has-preview/.test(seen.classes)) assert.match(seen.filter, /brightness/);
    assert.ok(seen.bar > 0 && seen.bar <= 8, `a line of ${seen.bar} px`);
    assert.deepEqual(seen.endless, []);
    // Strokes one after the other while the engine works; the page stays open to all of them.
    for (const y of [0.2, 0.4, 0.6]) await studio.stroke([[0.1, y], [0.9, y]]);
    await studio.until('done');
    const live = await ink(studio, 'picture');
    // What live mode makes is not in the gallery before one asks for it.
    const n = await studio.handle('gallery-picture').count();
    await press(studio, 'gallery-remember');
    await eventually(async () => (await studio.handle('gallery-picture').count()) === n + 1, 'the live picture in the gallery');
    await press(studio, 'live');
    await studio.render();
    assert.equal((await ink(studio, 'picture')).hash, live.hash, 'what live mode shows at last is not the last sketch');
  });

  test('a queue: further renders wait, each with a seed, and those that wait are called off', async () => {
    await settings(studio, { steps: 30 });
    await studio.stroke([[0.1, 0.8], [0.9, 0.8]]);
    await press(studio, 'lock-seed');
    await studio.handle('render').click();
    await studio.until('rendering');
    await press(studio, 'add-to-queue', 'add-to-queue', 'add-to-queue');
    const cells = () => studio.handle('variation').evaluateAll((all) => all.map((it) => it.dataset.state));
    await eventually(async () => (await cells()).filter((it) => it === 'cell-waiting').length >= 2, 'renders that wait');
    await press(studio, 'cancel-waiting');
    await eventually(async () => (await cells()).every((it) => it !== 'cell-waiting'), 'nothing waiting');
    await studio.until('done');
    const seeds = await studio.handle('variation').allInnerTexts();
    assert.equal(new Set(seeds).size, seeds.length, seeds.join(' '));
  });

  test('the seed: typed it is locked, open it is another one with each render, and new at once by its button', async () => {
    await studio.stroke([[0.1, 0.8], [0.9, 0.8]]);
    const seed = () => studio.handle('seed').inputValue();
    assert.equal(await studio.handle('lock-seed').getAttribute('aria-pressed'), 'true');
    await studio.render();
    assert.equal(await seed(), '7');
    const first = (await ink(studio, 'picture')).hash;
    await studio.render();
    assert.equal((await ink(studio, 'picture')).hash, first);
    await press(studio, 'lock-seed');
    await studio.render();
    assert.notEqual(await seed(), '7');
    assert.notEqual((await ink(studio, 'picture')).hash, first);
    const before = await seed();
    await press(studio, 'new-seed');
    assert.notEqual(await seed(), before);
  });

  test('size and aspect: the plan says them, and the picture has them', async () => {
    await settings(studio, { strength: 0.62, steps: 6 });
    const plan = () => studio.handle('plan').innerText();
    assert.match(await plan(), /6 steps from noise level 0\.62, 64 × 64/);
    await settings(studio, { 'picture-size': 1, steps: 1 });
    const [, edge] = (await plan()).match(/(\d+) × \d+/);
    assert.notEqual(edge, '64');
    await settings(studio, { 'picture-size': 0, aspect: 3 });
    await studio.settled();
    const [, width, height] = (await plan()).match(/(\d+) × (\d+)/);
    assert.notEqual(width, height);
    await studio.stroke([[0.1, 0.8], [0.9, 0.8]]);
    await studio.render();
    const picture = await studio.handle('picture').evaluate((it) => `${it.width} × ${it.height}`);
    assert.equal(picture, `${width} × ${height}`);
    // Once measured, the plan also says how long it takes here.
    assert.match(await plan(), /about [\d.,]+ s on this device/);
  });

  test('styles and the negative prompt go into what is rendered; styles leave as a file and come back', async () => {
    await studio.stroke([[0.1, 0.8], [0.9, 0.8]]);
    await studio.handle('style').selectOption({ label: 'Ink' });
    await settings(studio, { negative: 'people', guidance: 2, steps: 1 });
    await studio.render();
    const parameters = await studio.handle('gallery-parameters').innerText();
    assert.match(parameters, /a sunny meadow, ink drawing/);
    assert.match(parameters, /Negative prompt: .*people/);
    const { name, bytes } = await saved(studio, 'styles-export');
    assert.equal(name, 'styles.csv');
    assert.match(bytes.toString(), /ink drawing/);
    const [chooser] = await Promise.all([studio.page.waitForEvent('filechooser'), studio.handle('styles-import').click()]);
    await chooser.setFiles({ name: 'styles.csv', mimeType: 'text/csv', buffer: Buffer.from('name,prompt,negative_prompt\nWoodcut,"{prompt}, a woodcut",photo\n') });
    await eventually(async () => (await studio.handle('style').locator('option').allInnerTexts()).includes('Woodcut'), 'the imported style');
    await studio.handle('style').selectOption({ label: 'Woodcut' });
    assert.equal(await studio.handle('style-words').inputValue(), '{prompt}, a woodcut');
    await settings(studio, { style: '', negative: '' });
  });

  test('the gallery: parameters are copied and taken in as text, a picture is saved, restored with all that it was made of', async () => {
    await studio.stroke([[0.1, 0.8], [0.9, 0.8]]);
    await settings(studio, { steps: 3, scheduler: 'unipc', seed: 77, strength: 0.55 });
    await studio.render();
    const { hash } = await ink(studio, 'picture');
    await studio.handle('copy-parameters').click();
    await eventually(async () => /Seed: 77/.test(await studio.page.evaluate(() => navigator.clipboard.readText())), 'the parameters on the clipboard');
    const { name, bytes } = await saved(studio, 'gallery-save');
    assert.match(name, /^a-sunny-meadow-77\.png$/);
    assert.equal(bytes.subarray(1, 4).toString('latin1'), 'PNG');
    const values = () => studio.page.evaluate(() => ['prompt', 'steps', 'scheduler', 'seed', 'strength'].map((id) => document.querySelector(`[data-testid="${id}"]`).value));
    const wanted = await values();
    const forget = () => settings(studio, { prompt: 'else', steps: 9, scheduler: 'ddim', seed: 1, strength: 0.2 });
    await forget();
    await studio.handle('paste-parameters').click();
    await eventually(async () => JSON.stringify(await values()) === JSON.stringify(wanted), 'the pasted parameters');
    await forget();
    await press(studio, 'gallery-restore');
    await eventually(async () => JSON.stringify(await values()) === JSON.stringify(wanted), 'the restored parameters');
    await studio.render();
    assert.equal((await ink(studio, 'picture')).hash, hash, 'the restored parameters make another picture');
    await settings(studio, { scheduler: '' });
  });

  test('kept: as a layer of its own, or in the live layer in the place of the last, each one step', async () => {
    await studio.stroke([[0.1, 0.8], [0.9, 0.8]]);
    await settings(studio, { steps: 1 });
    await studio.render();
    await press(studio, 'gallery-keep-layer');
    await eventually(async () => (await layerNames(studio)).length === 2, 'a layer more');
    assert.match((await layerNames(studio))[0], /sunny meadow/i);
    await press(studio, 'undo');
    await eventually(async () => (await layerNames(studio)).length === 1, 'the layer gone');
    await press(studio, 'gallery-keep-live', 'gallery-keep-live');
    await studio.settled();
    assert.equal((await layerNames(studio)).length, 2);
  });

  test('views: the wipe’s line is dragged, strokes over the picture fade, and each view shows its own', async () => {
    const visible = () => studio.page.evaluate(() => ['.well--sketch', '.well--picture'].map((it) => document.querySelector(it).checkVisibility({ visibilityProperty: true })).join());
    for (const [view, shown] of [['side-by-side', 'true,true'], ['sketch-only', 'true,false'], ['picture-only', 'false,true']]) {
      await press(studio, view);
      await studio.settled();
      assert.equal(await visible(), shown, view);
    }
    await press(studio, 'wipe');
    await studio.settled();
    const line = await studio.handle('wipe-line').boundingBox();
    await studio.page.mouse.move(line.x + line.width / 2, line.y + line.height / 2);
    await studio.page.mouse.down();
    await studio.page.mouse.move(line.x + line.width * 0.25, line.y + line.height / 2, { steps: 4 });
    await studio.page.mouse.up();
    const wipe = Number(await studio.handle('wipe-line').inputValue());
    assert.ok(wipe > 0.15 && wipe < 0.35, String(wipe));
    assert.match(await studio.page.locator('.well--picture').evaluate((it) => getComputedStyle(it).clipPath), /inset/);
    await press(studio, 'under');
    await settings(studio, { 'stroke-opacity': 0.4 });
    await studio.settled();
    assert.equal(Number(await studio.handle('sketch').evaluate((it) => getComputedStyle(it).opacity)), 0.4);
    await settings(studio, { 'stroke-opacity': 1 });
    await press(studio, 'side-by-side');
  });

  test('leaves no error in the console', () => {
    assert.deepEqual(studio.problems, []);
  });
});
