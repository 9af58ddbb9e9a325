// Pens and fingers, as Chromium's own input gives them: pressure, tilt, twist, speed, both ends, the barrel's button,
// palms, and the gestures of two and three fingers.
import { strict as assert } from 'node:assert';
import { after, before, beforeEach, describe, test } from 'node:test';
import { BLUE, Hands, PAPER, RED, colourAt, eventually, fresh, ink, places, way } from './support/hands.mjs';
import { open } from './support/studio.mjs';

describe('a pen', () => {
  let studio;
  let hands;

  before(async () => {
    studio = await open({ context: { hasTouch: true } });
    hands = await Hands.of(studio);
    await studio.handle('brush-all').locator('summary').click();
    await studio.handle('brush-curves').locator('summary').click();
  });

  after(() => studio?.close());

  beforeEach(async () => {
    await fresh(studio);
    await studio.handle('brush-preset-0').click();
    await studio.settled();
  });

  /** What a stroke leaves; the sketch is empty again afterwards. */
  async function left(points, options) {
    await hands.pen(points, options);
    const found = await ink(studio);
    await studio.handle('undo').click();
    await studio.settled();
    return found;
  }

  const line = way([0.2, 0.5], [0.8, 0.5]);

  test('that leans paints with the pencil’s side: broad and pale', async () => {
    await studio.handle('brush-preset-1').click();
    await studio.set('brush-size', 12);
    const upright = await left(line, { force: 0.8 });
    const leaning = await left(line, { force: 0.8, tiltX: 0, tiltY: 60 });
    const [thin, broad] = [upright.columns[256], leaning.columns[256]];
    assert.ok(broad > thin * 1.8, `${thin} rows upright, ${broad} leaning`);
    assert.ok(leaning.sum / leaning.n < upright.sum / upright.n, 'the side of the lead is not paler');
  });

  test('turns a flat tip to the side that it leans to, and by its twist', async () => {
    await studio.set('brush-number-aspect', 0.2);
    await studio.handle('brush-rotation-source').selectOption({ index: 2 });
    const across = (await left(line, { tiltX: 50, tiltY: 0 })).columns[256];
    const down = (await left(line, { tiltX: 0, tiltY: 50 })).columns[256];
    assert.ok(Math.max(across, down) > 2 * Math.min(across, down), `${across} and ${down} rows`);
    await studio.handle('brush-rotation-source').selectOption({ index: 3 });
    const untwisted = (await left(line, { twist: 0 })).columns[256];
    const twisted = (await left(line, { twist: 90 })).columns[256];
    assert.ok(Math.max(twisted, untwisted) > 2 * Math.min(twisted, untwisted), `${untwisted} and ${twisted} rows`);
  });

  test('changes size, opacity and flow by its pressure where their curves say so', async () => {
    await studio.handle('brush-reset').click({ timeout: 500 }).catch(() => {});
    await studio.set('brush-size', 40);
    const [light, firm] = [await left(line, { force: 0.2 }), await left(line, { force: 0.95 })];
    assert.ok(firm.columns[256] > light.columns[256] * 1.5, `${light.columns[256]} and ${firm.columns[256]} rows`);
    // The airbrush: what it lays down, not how broad it is.
    await studio.handle('brush-preset-5').click();
    const [faint, full] = [await left(line, { force: 0.15 }), await left(line, { force: 1 })];
    assert.ok(full.sum > faint.sum * 2, `${faint.sum} and ${full.sum} of darkness`);
  });

  test('thins the ink where it hurries, by the clock of its events', async () => {
    await studio.handle('brush-preset-2').click();
    await studio.set('brush-size', 40);
    const [slow, fast] = [await left(line, { force: 1, secs: 4 }), await left(line, { force: 1, secs: 0.08 })];
    assert.ok(fast.columns[256] < slow.columns[256], `${slow.columns[256]} rows slowly, ${fast.columns[256]} fast`);
  });

  test('takes a colour with its barrel’s button, and paints with it', async () => {
    await hands.pen(line, { force: 1 });
    await studio.set('colour', '#2040a0');
    await hands.pen([[0.5, 0.5]], { button: 'right', buttons: 2 });
    assert.equal(await studio.handle('colour').inputValue(), '#c03030');
    await hands.pen(way([0.2, 0.8], [0.8, 0.8]), { force: 1 });
    assert.deepEqual(await colourAt(studio, 0.5, 0.8), RED);
  });

  test('erases with its other end, and the brush stays in the hand', async () => {
    await hands.pen(line, { force: 1 });
    assert.deepEqual(await colourAt(studio, 0.5, 0.5), RED);
    // Chromium's own input knows no eraser, so these events are made in the page: button 5, of buttons the sixth.
    const path = await places(studio, way([0.5, 0.3], [0.5, 0.7], 8));
    await studio.page.locator('.well--sketch canvas').first().evaluate((canvas, path) => {
      const send = (type, place, buttons) =>
        canvas.dispatchEvent(new PointerEvent(type, {
          bubbles: true, cancelable: true, pointerId: 71, pointerType: 'pen', isPrimary: true,
          button: type === 'pointermove' ? -1 : 5, buttons, pressure: buttons ? 0.9 : 0, clientX: place.x, clientY: place.y,
        }));
      send('pointerdown', path[0], 32);
      for (const place of path.slice(1)) send('pointermove', place, 32);
      send('pointerup', path.at(-1), 0);
    }, path);
    await studio.settled();
    assert.deepEqual(await colourAt(studio, 0.5, 0.5), PAPER);
    assert.deepEqual(await colourAt(studio, 0.25, 0.5), RED);
    assert.equal(await studio.handle('brush').getAttribute('aria-pressed'), 'true');
  });

  test('whose hand lies on the glass paints alone: the palm leaves nothing and moves nothing', async () => {
    const before = await studio.handle('sketch').boundingBox();
    await hands.pen([[0.1, 0.1], [0.15, 0.1]], { force: 0.6 });
    const { hash } = await ink(studio);
    await hands.slide([[0.7, 0.7]], [[0.8, 0.7]]);
    assert.equal((await ink(studio)).hash, hash);
    assert.deepEqual(await studio.handle('sketch').boundingBox(), before);
  });

  test('once seen leaves the view to a finger: it pans and does not paint', async () => {
    await hands.pen([[0.1, 0.1], [0.15, 0.1]], { force: 0.6 });
    const { hash } = await ink(studio);
    const before = await studio.handle('sketch').boundingBox();
    // A hand that has just drawn may still lie on the glass; a few seconds later a finger is meant.
    await hands.slide([[0.4, 0.4]], [[0.5, 0.45]], 4);
    const moved = await studio.handle('sketch').boundingBox();
    assert.ok(moved.x > before.x + 20 && moved.y > before.y + 8, `from ${before.x}, ${before.y} to ${moved.x}, ${moved.y}`);
    assert.equal((await ink(studio)).hash, hash);
    await studio.page.locator('.well--sketch').focus();
    await studio.page.keyboard.press('Shift+Digit1');
  });
});

describe('fingers', () => {
  let studio;
  let hands;

  before(async () => {
    studio = await open({ context: { hasTouch: true } });
    hands = await Hands.of(studio);
  });

  after(() => studio?.close());

  beforeEach(async () => {
    await fresh(studio);
    await studio.page.keyboard.press('Shift+Digit1');
    await studio.settled();
  });

  const note = () => studio.page.locator('.easel--sketch .easel__note').innerText();

  test('one paints; a second right after it takes that back and both move the view', async () => {
    await hands.slide([[0.2, 0.3]], [[0.8, 0.3]]);
    assert.deepEqual(await colourAt(studio, 0.5, 0.3), RED);
    await studio.handle('undo').click();
    const before = await studio.handle('sketch').boundingBox();
    await hands.slide([[0.4, 0.5], [0.6, 0.5]], [[0.5, 0.6], [0.7, 0.6]]);
    const moved = await studio.handle('sketch').boundingBox();
    const near = (got, wanted) => assert.ok(Math.abs(got - wanted) < 14, `${got} instead of ${wanted}`);
    near(moved.x - before.x, before.width * 0.1);
    near(moved.y - before.y, before.height * 0.1);
    near(moved.width, before.width);
    assert.equal((await ink(studio)).n, 0);
  });

  test('two that part magnify about their middle', async () => {
    const before = await studio.handle('sketch').boundingBox();
    await hands.slide([[0.4, 0.5], [0.6, 0.5]], [[0.2, 0.5], [0.8, 0.5]]);
    const after = await studio.handle('sketch').boundingBox();
    assert.ok(Math.abs(after.width / before.width - 3) < 0.4, `${after.width / before.width} times as large`);
    const middle = (box) => [box.x + box.width / 2, box.y + box.height / 2];
    const [[x0, y0], [x1, y1]] = [middle(before), middle(after)];
    assert.ok(Math.hypot(x1 - x0, y1 - y0) < 20, `the middle went ${x1 - x0}, ${y1 - y0}`);
  });

  test('two that turn turn the view, and paint lies under the finger all the same', async () => {
    const turned = (degrees) => {
      const [dx, dy] = [Math.cos((degrees * Math.PI) / 180) * 0.2, Math.sin((degrees * Math.PI) / 180) * 0.2];
      return [[0.5 - dx, 0.5 - dy], [0.5 + dx, 0.5 + dy]];
    };
    const box = await studio.page.locator('.well--sketch').boundingBox();
    const at = ([x, y]) => ({ x: box.x + x * box.width, y: box.y + y * box.height });
    await hands.gesture([0, 10, 20, 30, 40, 50, 60].map((degrees) => turned(degrees).map(at)));
    const degrees = Number((await note()).match(/(\d+)°/)?.[1]);
    assert.ok(degrees >= 40 && degrees <= 60, await note());
    await studio.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await studio.page.mouse.down();
    await studio.page.mouse.up();
    await studio.settled();
    assert.deepEqual(await colourAt(studio, 0.5, 0.5), RED);
  });

  test('a tap of two undoes, one of three redoes', async () => {
    await studio.stroke([[0.3, 0.3], [0.6, 0.3]]);
    await studio.settled();
    assert.deepEqual(await colourAt(studio, 0.45, 0.3), RED);
    await hands.tap([[0.4, 0.6], [0.6, 0.6]]);
    await eventually(async () => (await colourAt(studio, 0.45, 0.3))[1] === 255, 'the stroke taken back');
    await hands.tap([[0.3, 0.6], [0.5, 0.6], [0.7, 0.6]]);
    await eventually(async () => (await colourAt(studio, 0.45, 0.3))[1] !== 255, 'the stroke brought back');
    assert.deepEqual(await colourAt(studio, 0.45, 0.3), RED);
  });

  test('a pen that comes down takes back what its palm has painted', async () => {
    const palm = await places(studio, way([0.7, 0.8], [0.8, 0.8], 4));
    await Promise.all(palm.map((place, idx) => hands.fingers(idx ? 'touchMove' : 'touchStart', [place], idx * 0.016)));
    await studio.set('colour', '#2040a0');
    await hands.pen(way([0.2, 0.2], [0.6, 0.2]), { force: 1 });
    await hands.fingers('touchEnd', []);
    await studio.settled();
    assert.deepEqual(await colourAt(studio, 0.75, 0.8), PAPER);
    assert.deepEqual(await colourAt(studio, 0.4, 0.2), BLUE);
  });

  test('leave no error in the console', () => {
    assert.deepEqual(studio.problems, []);
  });
});
