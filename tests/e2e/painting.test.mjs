// Mouse, pen, touch and keys on the canvas. No engine is needed for any of it.
import { strict as assert } from 'node:assert';
import { after, before, beforeEach, describe, test } from 'node:test';
import { isSame } from './support/pixels.mjs';
import { open } from './support/studio.mjs';

/** The colour of one pixel of the sketch, at a place given in fractions. */
async function colourAt(studio, x, y) {
  const { width, height, data } = await studio.pixels('sketch');
  const start = (Math.floor(y * height) * width + Math.floor(x * width)) * 4;
  return [...data.subarray(start, start + 3)];
}

/** How many rows of one column are not paper white. */
async function paintedRows(studio, x) {
  const { width, height, data } = await studio.pixels('sketch');
  let rows = 0;
  for (let y = 0; y < height; y += 1) {
    const start = (y * width + Math.floor(x * width)) * 4;
    if (data[start] < 250 || data[start + 1] < 250 || data[start + 2] < 250) rows += 1;
  }
  return rows;
}

describe('painting', () => {
  let studio;

  before(async () => {
    studio = await open({ context: { hasTouch: true } });
  });

  after(() => studio?.close());

  beforeEach(async () => {
    await studio.page.locator('.well--sketch').focus();
    if (await studio.handle('clear').isEnabled()) await studio.handle('clear').click();
    await studio.handle('brush').click();
    await studio.set('colour', '#c03030');
    await studio.set('brush-size', 40);
    await studio.set('hardness', 1);
    await studio.set('opacity', 1);
    await studio.settled();
  });

  test('a stroke lies where the pointer went, in the chosen colour', async () => {
    await studio.stroke([[0.2, 0.5], [0.8, 0.5]]);
    await studio.settled();
    assert.deepEqual(await colourAt(studio, 0.5, 0.5), [0xc0, 0x30, 0x30]);
    assert.deepEqual(await colourAt(studio, 0.5, 0.8), [255, 255, 255]);
    const rows = await paintedRows(studio, 0.5);
    assert.ok(Math.abs(rows - 40) <= 3, `a brush of 40 px painted ${rows} rows`);
  });

  test('undo takes a stroke back and redo brings it again, by button and by key', async () => {
    const blank = await studio.pixels('sketch');
    await studio.stroke([[0.2, 0.3], [0.7, 0.6]]);
    await studio.settled();
    const painted = await studio.pixels('sketch');
    assert.ok(!isSame(blank, painted));
    await studio.handle('undo').click();
    await studio.settled();
    assert.ok(isSame(blank, await studio.pixels('sketch')));
    await studio.handle('redo').click();
    await studio.settled();
    assert.ok(isSame(painted, await studio.pixels('sketch')));
    await studio.page.keyboard.press('Control+z');
    await studio.settled();
    assert.ok(isSame(blank, await studio.pixels('sketch')));
    await studio.page.keyboard.press('Control+Shift+z');
    await studio.settled();
    assert.ok(isSame(painted, await studio.pixels('sketch')));
  });

  test('keys choose tools and sizes, and are letters again inside the prompt', async () => {
    const pressed = (name) => studio.handle(name).getAttribute('aria-pressed');
    await studio.page.keyboard.press('e');
    assert.equal(await pressed('eraser'), 'true');
    await studio.page.keyboard.press('b');
    assert.equal(await pressed('brush'), 'true');
    await studio.page.keyboard.press(']');
    assert.ok(Number(await studio.handle('brush-size').inputValue()) > 40);
    await studio.handle('prompt').fill('');
    await studio.handle('prompt').press('e');
    assert.equal(await pressed('brush'), 'true');
    assert.equal(await studio.handle('prompt').inputValue(), 'e');
    await studio.handle('prompt').fill('');
  });

  test('the eraser goes down to the paper', async () => {
    await studio.stroke([[0.1, 0.5], [0.9, 0.5]]);
    await studio.handle('eraser').click();
    await studio.set('brush-size', 90);
    await studio.set('hardness', 1);
    await studio.stroke([[0.5, 0.3], [0.5, 0.7]]);
    await studio.settled();
    assert.deepEqual(await colourAt(studio, 0.5, 0.5), [255, 255, 255]);
    assert.deepEqual(await colourAt(studio, 0.2, 0.5), [0xc0, 0x30, 0x30]);
  });

  test('the eyedropper takes a colour from the canvas', async () => {
    await studio.stroke([[0.2, 0.5], [0.8, 0.5]]);
    await studio.set('colour', '#123456');
    await studio.handle('eyedropper').click();
    await studio.stroke([[0.5, 0.5], [0.5, 0.501]]);
    await studio.settled();
    assert.equal(await studio.handle('colour').inputValue(), '#c03030');
  });

  test('a finger paints and does not scroll the page', async () => {
    const box = await studio.handle('sketch').boundingBox();
    const session = await studio.context.newCDPSession(studio.page);
    const touch = (type, x, y) =>
      session.send('Input.dispatchTouchEvent', {
        type,
        touchPoints: x === undefined ? [] : [{ x: box.x + x * box.width, y: box.y + y * box.height }],
      });
    await touch('touchStart', 0.3, 0.3);
    for (let step = 1; step <= 8; step += 1) await touch('touchMove', 0.3, 0.3 + step * 0.05);
    await touch('touchEnd');
    await studio.settled();
    assert.deepEqual(await colourAt(studio, 0.3, 0.5), [0xc0, 0x30, 0x30]);
    assert.equal(await studio.page.evaluate(() => window.scrollY), 0);
  });

  test('a pen that presses harder paints wider', async () => {
    const box = await studio.handle('sketch').boundingBox();
    const session = await studio.context.newCDPSession(studio.page);
    const pen = (type, x, y, force) =>
      session.send('Input.dispatchMouseEvent', {
        type,
        x: box.x + x * box.width,
        y: box.y + y * box.height,
        button: type === 'mouseMoved' && force === 0 ? 'none' : 'left',
        buttons: force === 0 ? 0 : 1,
        clickCount: 1,
        force,
        pointerType: 'pen',
      });
    const line = async (y, force) => {
      await pen('mouseMoved', 0.2, y, 0);
      await pen('mousePressed', 0.2, y, force);
      for (let step = 1; step <= 12; step += 1) await pen('mouseMoved', 0.2 + step * 0.05, y, force);
      await pen('mouseReleased', 0.8, y, 0);
      await studio.settled();
    };
    await line(0.3, 0.15);
    const light = await paintedRows(studio, 0.5);
    await line(0.7, 1);
    const firm = (await paintedRows(studio, 0.5)) - light;
    assert.ok(light > 1 && light < firm * 0.7, `light ${light} px, firm ${firm} px`);
  });

  test('paint lies under the pointer in a magnified view too, and Shift+1 shows the whole again', async () => {
    const box = await studio.handle('sketch').boundingBox();
    const centre = [box.x + box.width / 2, box.y + box.height / 2];
    await studio.page.mouse.move(...centre);
    await studio.page.mouse.wheel(0, -400);
    await studio.settled();
    const magnified = await studio.handle('sketch').boundingBox();
    assert.ok(magnified.width > box.width * 1.2, `${magnified.width} px of canvas in ${box.width} px`);
    await studio.set('brush-size', 12);
    await studio.page.mouse.move(centre[0] + 60, centre[1] - 40);
    await studio.page.mouse.down();
    await studio.page.mouse.move(centre[0] + 61, centre[1] - 40);
    await studio.page.mouse.up();
    await studio.settled();
    const x = (centre[0] + 60 - magnified.x) / magnified.width;
    const y = (centre[1] - 40 - magnified.y) / magnified.height;
    assert.deepEqual(await colourAt(studio, x, y), [0xc0, 0x30, 0x30]);
    await studio.page.keyboard.press('Shift+Digit1');
    await studio.settled();
    assert.deepEqual(await studio.handle('sketch').boundingBox(), box);
  });

  test('the page stays free of errors', () => {
    assert.deepEqual(studio.problems, []);
  });
});
