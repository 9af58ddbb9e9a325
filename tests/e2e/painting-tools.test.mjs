// Tools, selections, the overlay, layers, the history, brushes: real events on the real page.
import { strict as assert } from 'node:assert';
import { after, before, beforeEach, describe, test } from 'node:test';
import { settings } from './support/hands.mjs';
import { open } from './support/studio.mjs';

/** The pixel of the sketch at a place given in fractions, as [red, green, blue]. */
async function colourAt(studio, x, y) {
  const { width, height, data } = await studio.pixels('sketch');
  const start = (Math.floor(y * height) * width + Math.floor(x * width)) * 4;
  return [...data.subarray(start, start + 3)];
}

const PAPER = [255, 255, 255];
const RED = [0xc0, 0x30, 0x30];
const BLUE = [0x20, 0x40, 0xa0];

async function count(studio, selector) {
  return studio.page.locator(`[data-testid="overlay"] ${selector}`).count();
}

/** Presses and lets go at one place, in fractions of the sketch. */
const click = (studio, place) => studio.stroke([place]);

async function fresh(studio) {
  await studio.page.keyboard.press('Escape');
  await studio.handle('history-0').evaluate((step) => step.click());
  await studio.handle('brush').click();
  await studio.page.locator('.well--sketch').focus();
  await studio.set('colour', '#c03030');
  await studio.set('brush-size', 40);
  await studio.set('hardness', 1);
  await studio.set('opacity', 1);
  await studio.settled();
}

describe('tools', () => {
  let studio;

  before(async () => {
    studio = await open();
  });

  after(() => studio?.close());

  beforeEach(() => fresh(studio));

  test('the rail has every tool, and each says so when it is chosen', async () => {
    const names = [
      'brush', 'eraser', 'strength-brush', 'eyedropper', 'fill', 'gradient', 'line', 'rectangle', 'ellipse', 'polygon',
      'select-rectangle', 'select-ellipse', 'lasso', 'wand', 'transform', 'crop', 'pan',
    ];
    for (const name of names) {
      await studio.handle(name).first().click();
      assert.equal(await studio.handle(name).first().getAttribute('aria-pressed'), 'true', name);
      assert.match(await studio.handle(name).first().getAttribute('title'), /\w/);
    }
  });

  test('a rectangle is filled where its options say so, and a selection holds paint back', async () => {
    await studio.handle('rectangle').click();
    await studio.handle('option-filled').check();
    await studio.handle('option-outline').uncheck();
    await studio.stroke([[0.2, 0.2], [0.6, 0.6]]);
    await studio.settled();
    assert.deepEqual(await colourAt(studio, 0.4, 0.4), RED);
    assert.deepEqual(await colourAt(studio, 0.7, 0.7), PAPER);
    await studio.handle('select-rectangle').click();
    await studio.stroke([[0.2, 0.2], [0.4, 0.6]]);
    await studio.settled();
    assert.equal(await count(studio, '.ants'), 1);
    await studio.set('colour', '#2040a0');
    await studio.handle('fill-selection').click();
    await studio.settled();
    assert.deepEqual(await colourAt(studio, 0.3, 0.4), BLUE);
    assert.deepEqual(await colourAt(studio, 0.5, 0.4), RED);
    await studio.page.keyboard.press('Control+d');
    await studio.settled();
    assert.equal(await count(studio, '.ants'), 0);
  });

  test('the bucket fills what a line encloses', async () => {
    await studio.handle('ellipse').click();
    await studio.handle('option-outline').check();
    await studio.handle('option-filled').uncheck();
    await studio.stroke([[0.3, 0.3], [0.7, 0.7]]);
    await studio.set('colour', '#2040a0');
    await studio.handle('fill').first().click();
    await click(studio, [0.5, 0.5]);
    await studio.settled();
    assert.deepEqual(await colourAt(studio, 0.5, 0.5), BLUE);
    assert.deepEqual(await colourAt(studio, 0.1, 0.1), PAPER);
  });

  test('a transform moves what is painted by its handles and fields, and Enter keeps it', async () => {
    await studio.stroke([[0.3, 0.3], [0.35, 0.3]]);
    await studio.handle('transform').click();
    await studio.stroke([[0.32, 0.3], [0.62, 0.6]]);
    await studio.settled();
    assert.equal(await count(studio, '.handle.over'), 8);
    assert.deepEqual(await colourAt(studio, 0.62, 0.6), RED);
    // The field says how far it was dragged, and takes another number.
    const field = studio.handle('option-move-across');
    assert.equal(await field.inputValue(), '154');
    await field.fill('103');
    await field.press('Enter');
    await studio.page.locator('.well--sketch').focus();
    await studio.page.keyboard.press('Enter');
    await studio.settled();
    // What was kept is framed again, to go on with.
    assert.equal(await count(studio, '.handle.over'), 8);
    assert.equal(await field.inputValue(), '0');
    assert.equal(await studio.handle('apply').getAttribute('aria-disabled'), 'true');
    assert.deepEqual(await colourAt(studio, 0.52, 0.6), RED);
    assert.deepEqual(await colourAt(studio, 0.32, 0.3), PAPER);
  });

  test('a crop is framed, applied, and taken back', async () => {
    await studio.handle('crop').click();
    await studio.stroke([[0.25, 0.25], [0.75, 0.5]]);
    await studio.settled();
    assert.equal(await count(studio, '.dim'), 1);
    await studio.handle('apply').click();
    await studio.settled();
    const cropped = await studio.pixels('sketch');
    assert.deepEqual([cropped.width, cropped.height], [256, 128]);
    await studio.handle('undo').click();
    await studio.settled();
    assert.equal((await studio.pixels('sketch')).width, 512);
  });

  test('symmetry repeats a stroke in the mirror, as one step', async () => {
    await settings(studio, { 'option-symmetry': 1 });
    await studio.settled();
    assert.ok((await count(studio, '.axis')) > 0);
    await studio.stroke([[0.2, 0.3], [0.2, 0.6]]);
    await studio.settled();
    assert.deepEqual(await colourAt(studio, 0.2, 0.45), RED);
    assert.deepEqual(await colourAt(studio, 0.8, 0.45), RED);
    await settings(studio, { 'option-symmetry': 0 });
    await studio.handle('undo').click();
    await studio.settled();
    assert.deepEqual(await colourAt(studio, 0.8, 0.45), PAPER);
  });

  test('a turned, mirrored view paints where the pointer is', async () => {
    await studio.page.keyboard.press('m');
    await studio.settled();
    await studio.stroke([[0.2, 0.5], [0.25, 0.5]]);
    await studio.page.keyboard.press('m');
    await studio.settled();
    assert.deepEqual(await colourAt(studio, 0.78, 0.5), RED);
    assert.deepEqual(await colourAt(studio, 0.22, 0.5), PAPER);
  });
});

describe('layers and the history', () => {
  let studio;

  before(async () => {
    studio = await open();
  });

  after(() => studio?.close());

  beforeEach(() => fresh(studio));

  const rows = () => studio.page.locator('[data-testid="layers"] [role="treeitem"]').evaluateAll((all) => all.map((it) => it.dataset.layer));

  test('layers are added, hidden, blended, moved by keys and by dragging, named and deleted', async () => {
    await studio.stroke([[0.2, 0.5], [0.8, 0.5]]);
    await studio.handle('layer-add').click();
    const [top, bottom] = await rows();
    await studio.set('colour', '#2040a0');
    await studio.stroke([[0.2, 0.5], [0.8, 0.5]]);
    await studio.settled();
    assert.deepEqual(await colourAt(studio, 0.5, 0.5), BLUE);
    await studio.handle(`layer-visible-${top}`).click();
    await studio.settled();
    assert.deepEqual(await colourAt(studio, 0.5, 0.5), RED);
    await studio.handle(`layer-visible-${top}`).click();
    await studio.handle('layer-blend').selectOption('multiply');
    await studio.settled();
    const [red, green, blue] = await colourAt(studio, 0.5, 0.5);
    assert.ok(red < 0x20 && green < 0x20 && blue < 0x30, `${red} ${green} ${blue}`);
    await studio.handle(`layer-${top}`).focus();
    await studio.page.keyboard.press('Alt+ArrowDown');
    await studio.settled();
    assert.deepEqual(await rows(), [bottom, top]);
    const from = await studio.handle(`layer-${top}`).boundingBox();
    const to = await studio.handle(`layer-${bottom}`).boundingBox();
    await studio.page.mouse.move(from.x + 60, from.y + from.height / 2);
    await studio.page.mouse.down();
    await studio.page.mouse.move(to.x + 60, to.y + 4, { steps: 5 });
    await studio.page.mouse.up();
    assert.deepEqual(await rows(), [top, bottom]);
    await studio.handle('layer-rename').click();
    await studio.handle('layer-name').fill('Sky');
    await studio.handle('layer-name').press('Enter');
    assert.equal(await studio.handle(`layer-${top}`).getAttribute('aria-label'), 'Sky');
    await studio.handle('layer-delete').click();
    assert.deepEqual(await rows(), [bottom]);
  });

  test('a locked layer takes no paint, and a group holds what is put into it', async () => {
    await studio.handle('layer-lock').click();
    await studio.stroke([[0.2, 0.5], [0.8, 0.5]]);
    await studio.settled();
    assert.deepEqual(await colourAt(studio, 0.5, 0.5), PAPER);
    await studio.handle('layer-lock').click();
    await studio.handle('layer-group').click();
    const levels = await studio.page.locator('[role="treeitem"]').evaluateAll((all) => all.map((it) => it.getAttribute('aria-level')));
    assert.deepEqual(levels, ['1', '2']);
  });

  test('the history names each step, and a press goes there', async () => {
    await studio.handle('fold-history').click();
    await studio.stroke([[0.2, 0.3], [0.8, 0.3]]);
    await studio.stroke([[0.2, 0.6], [0.8, 0.6]]);
    await studio.settled();
    assert.equal(await studio.handle('history-2').getAttribute('aria-current'), 'step');
    await studio.handle('history-1').click();
    await studio.settled();
    assert.deepEqual(await colourAt(studio, 0.5, 0.3), RED);
    assert.deepEqual(await colourAt(studio, 0.5, 0.6), PAPER);
    await studio.handle('history-2').click();
    await studio.settled();
    assert.deepEqual(await colourAt(studio, 0.5, 0.6), RED);
    await studio.handle('fold-history').click();
  });
});

describe('brushes', () => {
  let studio;

  before(async () => {
    studio = await open();
  });

  after(() => studio?.close());

  test('every brush of the list has painted its line, and a changed one can be kept and comes back after a reload', async () => {
    await studio.settled();
    const painted = await studio.page.locator('.preset canvas').evaluateAll((all) =>
      all.map((canvas) => {
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        return data.some((value, idx) => idx % 4 === 3 && value > 40);
      }));
    assert.equal(painted.length, 10);
    assert.ok(painted.every(Boolean), String(painted));
    await studio.handle('brush-preset-1').click();
    await studio.set('brush-size', 77);
    await studio.handle('brush-save-as').click();
    await studio.handle('brush-name').fill('My pencil');
    await studio.handle('brush-name').press('Enter');
    await studio.page.reload();
    await studio.handle('sketch').waitFor();
    await studio.page.getByRole('button', { name: 'My pencil' }).click();
    assert.equal(await studio.handle('brush-size').inputValue(), '77');
  });

  test('a curve is bent by dragging and by keys', async () => {
    await studio.handle('brush-preset-0').click();
    await studio.handle('brush-curves').locator('summary').click();
    await studio.handle('curve-of').selectOption({ index: 2 });
    await studio.handle('curve').scrollIntoViewIfNeeded();
    const points = () => studio.page.locator('.curve__point').count();
    const before = await points();
    const box = await studio.handle('curve').boundingBox();
    await studio.page.mouse.move(box.x + box.width * 0.6, box.y + box.height * 0.8);
    await studio.page.mouse.down();
    await studio.page.mouse.move(box.x + box.width * 0.65, box.y + box.height * 0.5, { steps: 4 });
    await studio.page.mouse.up();
    assert.equal(await points(), before + 1);
    const last = studio.handle(`curve-point-${before}`);
    const height = Number(await last.getAttribute('cy'));
    await last.focus();
    await studio.page.keyboard.press('ArrowDown');
    assert.ok(Number(await last.getAttribute('cy')) > height);
    await studio.page.keyboard.press('Delete');
    assert.equal(await points(), before);
  });
});
