// The tools one after the other, by the pointer on the canvas and the bar of their options.
import { strict as assert } from 'node:assert';
import { after, before, beforeEach, describe, test } from 'node:test';
import { BLUE, PAPER, RED, colourAt, fresh, ink, press, settings } from './support/hands.mjs';
import { open } from './support/studio.mjs';

describe('each tool', () => {
  let studio;
  let keyboard;

  before(async () => {
    studio = await open();
    ({ keyboard } = studio.page);
  });

  after(() => studio?.close());

  beforeEach(async () => {
    await fresh(studio);
    await keyboard.press('Control+d');
  });

  const at = (x, y) => colourAt(studio, x, y);
  const overlay = (selector) => studio.page.locator(`[data-testid="overlay"] ${selector}`).count();

  /** A drag, with keys held. */
  async function drag(points, ...held) {
    for (const key of held) await keyboard.down(key);
    await studio.stroke(points);
    for (const key of held) await keyboard.up(key);
    await studio.settled();
  }

  /** Covers a rectangle of the canvas with a colour, as a filled shape. */
  async function patch(colour, from, to) {
    await press(studio, 'rectangle');
    await settings(studio, { colour, 'option-filled': true, 'option-outline': false });
    await drag([from, to]);
  }

  test('line: from the press to the release, with Shift by steps of 45 degrees', async () => {
    await press(studio, 'line');
    await settings(studio, { 'option-width': 12 });
    await drag([[0.2, 0.2], [0.6, 0.6]]);
    assert.deepEqual(await at(0.4, 0.4), RED);
    assert.deepEqual(await at(0.5, 0.3), PAPER);
    await drag([[0.1, 0.8], [0.9, 0.83]], 'Shift');
    const level = await ink(studio);
    assert.deepEqual(await at(0.85, 0.8), RED);
    assert.ok(level.right > 440, String(level.right));
  });

  test('ellipse, with Shift a circle; polygon, corner by corner', async () => {
    await press(studio, 'ellipse');
    await settings(studio, { 'option-filled': true, 'option-outline': false });
    await drag([[0.1, 0.1], [0.5, 0.3]], 'Shift');
    const circle = await ink(studio);
    assert.ok(Math.abs(circle.right - circle.left - (circle.bottom - circle.top)) <= 2, JSON.stringify([circle.left, circle.right, circle.top, circle.bottom]));
    assert.ok(Math.abs(circle.n / (circle.right - circle.left) ** 2 - Math.PI / 4) < 0.02, 'the circle has not its area');
    await keyboard.press('Control+z');
    await press(studio, 'polygon');
    await settings(studio, { 'option-filled': true, 'option-outline': false });
    for (const place of [[0.2, 0.8], [0.8, 0.8], [0.5, 0.2]]) await drag([place]);
    await keyboard.press('Enter');
    await studio.settled();
    assert.deepEqual(await at(0.5, 0.6), RED);
    assert.deepEqual(await at(0.25, 0.3), PAPER);
  });

  test('bucket: tolerance, gap closing, and what is seen of all layers', async () => {
    // A ring with a gap, and a ground that differs a little.
    await patch('#ffffff', [0, 0], [1, 1]);
    await patch('#fafafa', [0, 0], [0.5, 1]);
    await press(studio, 'fill');
    await settings(studio, { colour: '#2040a0', 'option-tolerance': 0, 'option-gap': 0, 'option-all-layers': false });
    await drag([[0.25, 0.5]]);
    assert.deepEqual([await at(0.25, 0.5), await at(0.75, 0.5)], [BLUE, PAPER]);
    await keyboard.press('Control+z');
    await settings(studio, { 'option-tolerance': 16 });
    await drag([[0.25, 0.5]]);
    assert.deepEqual([await at(0.25, 0.5), await at(0.75, 0.5)], [BLUE, BLUE]);
    await press(studio, 'history-0', 'rectangle');
    await settings(studio, { colour: '#c03030', 'option-filled': false, 'option-outline': true, 'option-width': 10 });
    await drag([[0.3, 0.3], [0.7, 0.7]]);
    await press(studio, 'eraser');
    await settings(studio, { 'brush-size': 16, hardness: 1 });
    await drag([[0.3, 0.45], [0.3, 0.47]]);
    const gapped = await ink(studio);
    await press(studio, 'fill');
    await settings(studio, { colour: '#2040a0', 'option-tolerance': 16 });
    await drag([[0.5, 0.5]]);
    assert.deepEqual(await at(0.1, 0.1), BLUE, 'the fill did not run out through the gap');
    await keyboard.press('Control+z');
    await settings(studio, { 'option-gap': 20 });
    await drag([[0.5, 0.5]]);
    assert.deepEqual([await at(0.5, 0.5), await at(0.1, 0.1)], [BLUE, PAPER]);
    await keyboard.press('Control+z');
    assert.equal((await ink(studio)).hash, gapped.hash);
    await settings(studio, { 'option-gap': 0 });
    await press(studio, 'layer-add');
    await drag([[0.5, 0.5]]);
    assert.deepEqual(await at(0.1, 0.1), BLUE, 'the layer by itself is empty, and fills as a whole');
    await keyboard.press('Control+z');
    await settings(studio, { 'option-all-layers': true, 'option-gap': 20 });
    await drag([[0.5, 0.5]]);
    assert.deepEqual([await at(0.5, 0.5), await at(0.1, 0.1)], [BLUE, PAPER]);
  });

  test('gradient: from the foreground to the background, straight and round', async () => {
    await press(studio, 'gradient');
    await settings(studio, { 'option-gradient': 0, 'option-fades': false });
    await keyboard.press('d');
    await drag([[0.2, 0.5], [0.8, 0.5]]);
    const [left, middle, right] = [await at(0.1, 0.5), await at(0.5, 0.5), await at(0.9, 0.5)];
    assert.ok(left[0] < 8 && right[0] > 247 && middle[0] > 90 && middle[0] < 210, `${left} ${middle} ${right}`);
    await keyboard.press('Control+z');
    await settings(studio, { 'option-gradient': 1 });
    await drag([[0.5, 0.5], [0.9, 0.5]]);
    const [centre, above, corner] = [await at(0.5, 0.5), await at(0.5, 0.3), await at(0.02, 0.02)];
    assert.ok(centre[0] < 12 && above[0] > 90 && above[0] < 210 && corner[0] > 247, `${centre} ${above} ${corner}`);
  });

  test('eyedropper: by its tool, and by Alt as long as it is held', async () => {
    await patch('#2040a0', [0.2, 0.2], [0.4, 0.4]);
    await press(studio, 'brush');
    await settings(studio, { colour: '#c03030' });
    await drag([[0.3, 0.3]], 'Alt');
    assert.equal(await studio.handle('colour').inputValue(), '#2040a0');
    await drag([[0.6, 0.6], [0.7, 0.6]]);
    assert.deepEqual(await at(0.65, 0.6), BLUE);
  });

  test('selection: rectangle, ellipse and lasso join by add, subtract and intersect; inverted, feathered', async () => {
    const filled = async () => {
      await press(studio, 'fill-selection');
      await studio.settled();
    };
    await press(studio, 'select-rectangle');
    await settings(studio, { 'option-selection-mode': 0, 'option-feather': 0 });
    await drag([[0.1, 0.1], [0.5, 0.5]]);
    await press(studio, 'select-ellipse');
    await settings(studio, { 'option-selection-mode': 1 });
    await drag([[0.5, 0.5], [0.9, 0.9]]);
    await filled();
    assert.deepEqual([await at(0.2, 0.2), await at(0.7, 0.7), await at(0.52, 0.52)], [RED, RED, PAPER]);
    await keyboard.press('Control+z');
    await press(studio, 'lasso');
    await settings(studio, { 'option-selection-mode': 2 });
    await drag([[0.05, 0.05], [0.35, 0.05], [0.35, 0.55], [0.05, 0.55], [0.05, 0.05]]);
    await filled();
    assert.deepEqual([await at(0.2, 0.2), await at(0.45, 0.2), await at(0.7, 0.7)], [PAPER, RED, RED]);
    await keyboard.press('Control+z');
    await press(studio, 'select-rectangle');
    await settings(studio, { 'option-selection-mode': 3 });
    await drag([[0.6, 0.6], [0.95, 0.95]]);
    await filled();
    assert.deepEqual([await at(0.45, 0.2), await at(0.7, 0.7)], [PAPER, RED]);
    await keyboard.press('Control+z');
    await keyboard.press('Shift+I');
    await filled();
    assert.deepEqual([await at(0.45, 0.2), await at(0.7, 0.7)], [RED, PAPER]);
    await keyboard.press('Control+z');
    await settings(studio, { 'option-selection-mode': 0, 'option-feather': 30 });
    await drag([[0.25, 0.25], [0.75, 0.75]]);
    await filled();
    const edge = await at(0.25, 0.5);
    assert.ok(edge[1] > 100 && edge[1] < 200, `the edge of a feathered selection is ${edge}`);
    await settings(studio, { 'option-feather': 0 });
  });

  test('selection: the held keys join as well, and the wand takes what is alike', async () => {
    await patch('#2040a0', [0.2, 0.2], [0.4, 0.4]);
    await patch('#2040a0', [0.6, 0.6], [0.8, 0.8]);
    await press(studio, 'wand');
    await settings(studio, { colour: '#c03030', 'option-selection-mode': 0, 'option-contiguous': true, 'option-tolerance': 8 });
    await drag([[0.3, 0.3]]);
    await press(studio, 'fill-selection');
    await studio.settled();
    assert.deepEqual([await at(0.3, 0.3), await at(0.7, 0.7)], [RED, BLUE]);
    await keyboard.press('Control+z');
    await drag([[0.7, 0.7]], 'Shift');
    await press(studio, 'fill-selection');
    await studio.settled();
    assert.deepEqual([await at(0.3, 0.3), await at(0.7, 0.7), await at(0.5, 0.5)], [RED, RED, PAPER]);
  });

  test('copy and paste: what is selected comes back on a layer of its own', async () => {
    await patch('#2040a0', [0.2, 0.2], [0.4, 0.4]);
    await press(studio, 'select-rectangle');
    await settings(studio, { 'option-selection-mode': 0 });
    await drag([[0.1, 0.1], [0.5, 0.5]]);
    await keyboard.press('Control+x');
    await studio.settled();
    assert.deepEqual(await at(0.3, 0.3), PAPER);
    const rows = studio.page.locator('[data-testid="layers"] [role="treeitem"]');
    const n = await rows.count();
    // The system's clipboard may hold a picture of another test; what the page hears of is then that.
    await studio.page.evaluate(() => window.dispatchEvent(new ClipboardEvent('paste', { clipboardData: new DataTransfer(), bubbles: true })));
    await studio.settled();
    assert.equal(await rows.count(), n + 1);
    assert.deepEqual(await at(0.3, 0.3), BLUE);
  });

  test('transform: a corner scales, a side’s and a corner’s Ctrl bend, the fields turn and flip', async () => {
    await patch('#c03030', [0.3, 0.3], [0.5, 0.5]);
    await press(studio, 'transform');
    await drag([[0.4, 0.4], [0.41, 0.41], [0.4, 0.4]]);
    await drag([[0.5, 0.5], [0.7, 0.7]]);
    await keyboard.press('Enter');
    await studio.settled();
    const scaled = await ink(studio);
    assert.ok(Math.abs(scaled.right - scaled.left - 205) < 12, `${scaled.right - scaled.left} px wide instead of 205`);
    assert.ok(Math.abs(scaled.bottom - scaled.top - 205) < 12, `${scaled.bottom - scaled.top} px high instead of 205`);
    // Perspective: one corner goes by itself.
    await press(studio, 'transform');
    await drag([[0.5, 0.5], [0.51, 0.5], [0.5, 0.5]]);
    await drag([[0.7, 0.3], [0.7, 0.45]], 'Control');
    await keyboard.press('Enter');
    await studio.settled();
    const bent = await ink(studio);
    const sides = [bent.columns[Math.round(0.34 * 512)], bent.columns[Math.round(0.66 * 512)]];
    assert.ok(sides[0] > sides[1] + 30, `${sides} rows left and right`);
    await press(studio, 'transform', 'flip-across', 'apply');
    await studio.settled();
    const flipped = await ink(studio);
    assert.ok(flipped.columns[Math.round(0.66 * 512)] > flipped.columns[Math.round(0.34 * 512)] + 30);
    await press(studio, 'history-1', 'transform');
    await settings(studio, { 'option-turn': 45 });
    await keyboard.press('Enter');
    await studio.settled();
    const turned = await ink(studio);
    assert.ok(Math.abs(turned.right - turned.left - 145) < 8, `${turned.right - turned.left} px wide after a turn by 45°`);
  });

  test('canvas: cut, turned, flipped and brought to another shape, each taken back', async () => {
    const size = async () => {
      const { width, height } = await studio.handle('sketch').evaluate(({ width, height }) => ({ width, height }));
      return [width, height];
    };
    await patch('#c03030', [0.6, 0.1], [0.9, 0.3]);
    await press(studio, 'crop', 'flip-canvas');
    await studio.settled();
    assert.deepEqual([await at(0.25, 0.2), await at(0.75, 0.2)], [RED, PAPER]);
    await press(studio, 'turn-canvas-right');
    await studio.settled();
    assert.deepEqual(await at(0.8, 0.25), RED);
    await settings(studio, { aspect: 2 });
    await studio.settled();
    assert.notDeepEqual(await size(), [512, 512]);
    await press(studio, 'undo', 'undo', 'undo');
    await studio.settled();
    assert.deepEqual(await size(), [512, 512]);
    assert.deepEqual(await at(0.75, 0.2), RED);
  });

  test('symmetry: horizontal and radial; guides: thirds and perspective, which strokes can follow', async () => {
    await settings(studio, { 'option-symmetry': 2 });
    await drag([[0.3, 0.2], [0.4, 0.2]]);
    assert.deepEqual([await at(0.35, 0.2), await at(0.35, 0.8)], [RED, RED]);
    await keyboard.press('Control+z');
    await settings(studio, { 'option-symmetry': 4 });
    await settings(studio, { 'option-folds': 4 });
    await drag([[0.5, 0.15], [0.5, 0.2]]);
    for (const place of [[0.5, 0.18], [0.82, 0.5], [0.5, 0.82], [0.18, 0.5]]) assert.deepEqual(await at(...place), RED, String(place));
    await keyboard.press('Control+z');
    await settings(studio, { 'option-symmetry': 0, 'option-thirds': true });
    await studio.settled();
    assert.ok((await overlay('.guide')) >= 4);
    await settings(studio, { 'option-thirds': false, 'option-perspective': 1, 'brush-size': 12 });
    await settings(studio, { 'option-snap': true });
    await studio.settled();
    assert.ok((await overlay('.guide')) > 0);
    // Towards the point in the middle of the horizon, with a hand that strays.
    await drag([[0.1, 0.8], [0.2, 0.72], [0.3, 0.6], [0.4, 0.52]]);
    const stroke = await ink(studio);
    // On the line from (0.1, 0.8) to (0.5, 0.4) across and down go together.
    const across = stroke.right - stroke.left;
    assert.ok(Math.abs(across - (stroke.bottom - stroke.top)) < 8 && across > 60, JSON.stringify([stroke.left, stroke.right, stroke.top, stroke.bottom]));
    await settings(studio, { 'option-snap': false });
    await settings(studio, { 'option-perspective': 0 });
  });

  test('straight lines: Shift and a click go on from the end of the last stroke', async () => {
    await settings(studio, { 'brush-size': 12 });
    await drag([[0.2, 0.2], [0.21, 0.2]]);
    await drag([[0.8, 0.8]], 'Shift');
    for (const place of [0.3, 0.5, 0.7]) assert.deepEqual(await at(place, place), RED, String(place));
    assert.deepEqual(await at(0.5, 0.3), PAPER);
  });

  test('leave no error in the console', () => {
    assert.deepEqual(studio.problems, []);
  });
});

describe('the view', () => {
  let studio;
  let keyboard;

  before(async () => {
    studio = await open();
    ({ keyboard } = studio.page);
  });

  after(() => studio?.close());

  beforeEach(async () => {
    await fresh(studio);
    await keyboard.press('Shift+Digit1');
    await studio.settled();
  });

  const box = () => studio.handle('sketch').boundingBox();
  const note = () => studio.page.locator('.easel--sketch .easel__note').innerText();

  test('zooms at the pointer, and is crisp near by and smooth from afar', async () => {
    const before = await box();
    const place = [before.x + before.width * 0.25, before.y + before.height * 0.75];
    await studio.page.mouse.move(...place);
    const rendering = () => studio.handle('sketch').evaluate((it) => getComputedStyle(it).imageRendering);
    assert.equal(await rendering(), 'auto');
    for (let turn = 0; turn < 4; turn += 1) await studio.page.mouse.wheel(0, -200);
    await studio.settled();
    const after = await box();
    assert.ok(after.width > before.width * 2, `${after.width} of ${before.width}`);
    // What lay under the pointer lies there still.
    const near = (got, wanted) => assert.ok(Math.abs(got - wanted) < 0.01, `${got} instead of ${wanted}`);
    near((place[0] - after.x) / after.width, 0.25);
    near((place[1] - after.y) / after.height, 0.75);
    assert.equal(await rendering(), 'pixelated');
  });

  test('pans by the space bar, by the middle button and by its tool', async () => {
    const well = await studio.page.locator('.well--sketch').boundingBox();
    const middle = [well.x + well.width / 2, well.y + well.height / 2];
    const drag = async (button) => {
      const before = await box();
      await studio.page.mouse.move(...middle);
      await studio.page.mouse.down({ button });
      await studio.page.mouse.move(middle[0] + 40, middle[1] + 25, { steps: 3 });
      await studio.page.mouse.up({ button });
      await studio.settled();
      const after = await box();
      assert.deepEqual([Math.round(after.x - before.x), Math.round(after.y - before.y)], [40, 25]);
    };
    await keyboard.down('Space');
    await drag('left');
    await keyboard.up('Space');
    await drag('middle');
    await press(studio, 'pan');
    await drag('left');
    assert.equal((await ink(studio)).n, 0);
  });

  test('turns, mirrors, stands straight again, fits, and shows pixel for pixel', async () => {
    await keyboard.press('.');
    await keyboard.press('.');
    await studio.settled();
    assert.match(await note(), /30°/);
    await keyboard.press('m');
    await studio.settled();
    assert.match(await note(), /⇄/);
    await keyboard.press('m');
    await keyboard.press('/');
    await studio.settled();
    assert.doesNotMatch(await note(), /°|⇄/);
    await keyboard.press('Control+0');
    await studio.settled();
    assert.match(await note(), /^100 %/);
    assert.equal(Math.round((await box()).width), 512);
    await keyboard.press('Shift+Digit1');
    await studio.settled();
    assert.match(await note(), /512 × 512/);
  });
});
