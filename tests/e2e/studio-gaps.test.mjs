// What only a browser shows of the studio's shell: dialogs and their focus, the command palette, smooth pictures, deleting
// and having back, one document in two tabs, handles on the canvas.
import { strict as assert } from 'node:assert';
import { after, before, describe, test } from 'node:test';
import { press, settings, violations } from './support/hands.mjs';
import { isSame } from './support/pixels.mjs';
import { Studio, open } from './support/studio.mjs';
import { site } from './support/browser.mjs';

const ANY_STROKE = [[0.2, 0.2], [0.7, 0.5], [0.3, 0.8]];
const isPainted = ({ data }) => data.some((value) => value < 200);

async function eventually(isThere, sentence) {
  for (let tries = 0; tries < 120; tries += 1) {
    if (await isThere().catch(() => false)) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  assert.fail(sentence);
}

/** The test handle of what has the focus. */
const focused = (studio) => studio.page.evaluate(() => document.activeElement?.getAttribute('data-testid'));
const isShown = (studio, name) => studio.handle(name).evaluate((dialog) => dialog.open);

describe('dialogs', () => {
  let studio;
  before(async () => {
    studio = await open();
  });
  after(() => studio.close());

  for (const [button, name] of [['files', 'files-dialog'], ['settings', 'settings-dialog'], ['help', 'help-dialog']]) {
    test(`${name} closes by Escape, by its cross and by a press beside it, and gives the focus back`, async () => {
      const box = () => studio.handle(name).boundingBox();
      const ways = [
        () => studio.page.keyboard.press('Escape'),
        () => studio.handle(name.replace(/(.*)-dialog/, 'close-$1')).click(),
        async () => {
          const { x, y } = await box();
          await studio.page.mouse.click(x - 10, y + 40);
        },
      ];
      for (const leave of ways) {
        await studio.handle(button).focus();
        await studio.page.keyboard.press('Enter');
        await eventually(() => isShown(studio, name), 'it did not open');
        // Tab leads nowhere out of it.
        for (let stops = 0; stops < 6; stops += 1) await studio.page.keyboard.press('Tab');
        const outside = await studio.page.evaluate(() => {
          const active = document.activeElement;
          return document.querySelector('.studio').contains(active) ? active.outerHTML.slice(0, 120) : null;
        });
        assert.equal(outside, null, 'the focus left the dialog');
        await leave();
        await eventually(async () => !(await isShown(studio, name)), 'it did not close');
        assert.equal(await focused(studio), button);
      }
    });
  }

  test('the keys of the page rest while files are shown', async () => {
    await studio.handle('brush').click();
    await studio.handle('files').click();
    await eventually(() => isShown(studio, 'files-dialog'), 'it did not open');
    await studio.page.keyboard.press('e');
    await studio.page.keyboard.press('Escape');
    assert.equal(await studio.handle('brush').getAttribute('aria-pressed'), 'true');
  });

  test('the palette finds a command by a few letters, says it to a screen reader, and does it', async () => {
    await studio.handle('prompt').focus();
    await studio.page.keyboard.press('Control+k');
    await eventually(() => isShown(studio, 'palette-dialog'), 'it did not open');
    assert.equal(await focused(studio), 'palette-query');
    assert.deepEqual(await violations(studio.page), []);
    await studio.page.keyboard.type('erase');
    const field = studio.handle('palette-query');
    const active = await field.getAttribute('aria-activedescendant');
    assert.equal(await studio.page.locator(`#${active}`).getAttribute('aria-selected'), 'true');
    await studio.page.keyboard.press('ArrowDown');
    await studio.page.keyboard.press('ArrowUp');
    await studio.page.keyboard.press('Enter');
    await eventually(async () => (await studio.handle('eraser').getAttribute('aria-pressed')) === 'true', 'no eraser');
    assert.equal(await isShown(studio, 'palette-dialog'), false);
    assert.equal(await focused(studio), 'prompt');
    await studio.page.keyboard.press('Control+k');
    await studio.page.keyboard.type('qqqq');
    assert.equal(await studio.page.locator('#commands [role="option"]').count(), 0);
    await studio.page.keyboard.press('Escape');
    await studio.handle('brush').click();
    assert.deepEqual(studio.problems, []);
  });

  test('knows symmetry, guides, perspective and snapping', async () => {
    const command = async (letters, name) => {
      await studio.page.locator('.well--sketch').focus();
      await studio.page.keyboard.press('Control+k');
      await studio.page.keyboard.type(letters);
      await eventually(async () => (await studio.page.locator('#commands [aria-selected="true"]').getAttribute('data-testid')) === `command-${name}`, name);
      await studio.page.keyboard.press('Enter');
      await studio.page.locator('dialog[open]').waitFor({ state: 'detached' }).catch(() => {});
      await studio.settled();
    };
    const lines = (selector) => studio.page.locator(`[data-testid="overlay"] ${selector}`).count();
    await command('radial', 'symmetry-radial');
    await eventually(async () => (await lines('.axis')) > 0, 'the axes');
    await command('thirds', 'thirds');
    await eventually(async () => (await lines('.guide.over')) === 4, 'the thirds');
    await command('one point', 'perspective-one');
    await eventually(async () => (await lines('.guide.over')) > 20, 'the rays');
    await command('strokes follow', 'snap');
    assert.equal(await studio.handle('option-snap').isChecked(), true);
    assert.equal(await studio.handle('option-symmetry').inputValue(), '4');
    await command('thirds', 'thirds');
    await command('perspective none', 'perspective-none');
    await command('symmetry off', 'symmetry-off');
    await eventually(async () => (await lines('path')) === 0, 'no lines');
  });
});

describe('handles', () => {
  let studio;
  before(async () => {
    studio = await open();
  });
  after(() => studio.close());

  const sizeOf = async () => [await studio.handle('option-crop-width').inputValue(), await studio.handle('option-crop-height').inputValue()].map(Number);

  test('a corner of the crop frame is dragged, what is left out is dim, and Enter cuts', async () => {
    await studio.handle('crop').click();
    await studio.settled();
    assert.equal(await studio.page.locator('.overlay .handle.over').count(), 8);
    await studio.stroke([[0.992, 0.992], [0.75, 0.5]]);
    await studio.settled();
    assert.equal(await studio.page.locator('.overlay .dim').count(), 1);
    const [width, height] = await sizeOf();
    assert.ok(Math.abs(width - 388) < 8 && Math.abs(height - 260) < 8, `${width} × ${height}`);
    await studio.handle('option-crop-aspect').selectOption('2');
    const [square, ofIt] = await sizeOf();
    assert.equal(square, ofIt);
    await studio.page.locator('.well--sketch').focus();
    await studio.page.keyboard.press('PageDown');
    await studio.page.keyboard.press('Escape');
    await studio.settled();
    assert.equal(await studio.page.locator('.overlay .dim').count(), 0);
    await studio.handle('option-crop-aspect').selectOption('0');
    await studio.stroke([[0.992, 0.992], [0.742, 0.742]]);
    await studio.page.locator('.well--sketch').focus();
    await studio.page.keyboard.press('Enter');
    await studio.settled();
    const cut = await studio.pixels('sketch');
    assert.ok(cut.width < 400 && cut.width > 360 && cut.height === cut.width, `${cut.width} × ${cut.height}`);
    await studio.handle('undo').click();
  });

  test('handles at the paper’s edge are whole and are taken hold of from beside it', async () => {
    await press(studio, 'crop');
    await studio.settled();
    // What is seen of a handle's dark rim and white middle, right beside the paper's lower right corner.
    const paper = await studio.handle('sketch').boundingBox();
    const corner = [paper.x + paper.width, paper.y + paper.height];
    const seen = await studio.page.screenshot({ clip: { x: corner[0] + 1, y: corner[1] + 1, width: 3, height: 3 } });
    const tone = await studio.page.evaluate(async (bytes) => {
      const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${bytes}`)).blob());
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
      const context = canvas.getContext('2d');
      context.drawImage(bitmap, 0, 0);
      return [...context.getImageData(1, 1, 1, 1).data];
    }, seen.toString('base64'));
    assert.ok(tone[0] > 230 && tone[1] > 230 && tone[2] > 230, `${tone} beside the corner`);
    // Beside the paper, dragged inwards by a quarter.
    await studio.page.mouse.move(corner[0] + 5, corner[1] + 5);
    await studio.page.mouse.down();
    await studio.page.mouse.move(corner[0] - paper.width / 4 + 5, corner[1] - paper.height / 4 + 5, { steps: 5 });
    await studio.page.mouse.up();
    await studio.settled();
    const [width, height] = await sizeOf();
    assert.ok(Math.abs(width - 384) < 6 && Math.abs(height - 384) < 6, `${width} × ${height}`);
    await studio.page.keyboard.press('Escape');
  });

  test('the centre of the symmetry follows its handle, and a double click puts it back', async () => {
    await studio.handle('brush').click();
    await settings(studio, { 'option-symmetry': 1 });
    await studio.settled();
    const axis = () => studio.page.locator('.overlay .axis.over').first().getAttribute('d');
    const middle = await axis();
    const handle = async () => {
      const box = await studio.page.locator('.overlay .handle.over').first().boundingBox();
      return [box.x + box.width / 2, box.y + box.height / 2];
    };
    const [x, y] = await handle();
    await studio.page.mouse.move(x, y);
    await studio.page.mouse.down();
    await studio.page.mouse.move(x + 60, y, { steps: 4 });
    await studio.page.mouse.up();
    await studio.settled();
    assert.notEqual(await axis(), middle);
    assert.ok(!isPainted(await studio.pixels('sketch')), 'a handle painted');
    await studio.page.mouse.dblclick(...(await handle()));
    await studio.settled();
    assert.equal(await axis(), middle);
    await settings(studio, { 'option-symmetry': 0 });
  });
});

describe('documents', () => {
  test('a document that was deleted can be had back', async () => {
    const studio = await open();
    try {
      await studio.stroke(ANY_STROKE);
      await studio.handle('files').click();
      await studio.handle('duplicate-document').first().waitFor();
      await studio.handle('duplicate-document').first().click();
      await eventually(async () => (await studio.handle('open-document').count()) === 2, 'no copy');
      await studio.handle('delete-document').first().click();
      await studio.handle('deleted').waitFor();
      assert.equal(await studio.handle('open-document').count(), 1);
      await studio.handle('undelete-document').click();
      await eventually(async () => (await studio.handle('open-document').count()) === 2, 'it did not come back');
      await studio.handle('delete-document').first().click();
      await studio.handle('deleted').waitFor();
      await studio.page.keyboard.press('Escape');
      await studio.handle('deleted').waitFor({ state: 'visible' });
      await studio.handle('deleted').waitFor({ state: 'detached', timeout: 20_000 });
      await studio.handle('files').click();
      await eventually(async () => (await studio.handle('open-document').count()) === 1, 'it is still there');
    } finally {
      await studio.close();
    }
  });

  test('two tabs: the second is asked, takes the document with its last stroke, and the first only looks on', async () => {
    const first = await open();
    try {
      await first.set('colour', '#204060');
      await first.stroke(ANY_STROKE);
      await first.page.waitForTimeout(2000);
      const second = new Studio(await first.context.newPage(), first.context);
      await second.page.goto((await site()).url);
      await second.handle('open-here').waitFor({ timeout: 30_000 });
      assert.deepEqual(await violations(second.page), []);
      // A stroke of the last moment goes along.
      await first.page.bringToFront();
      await first.set('colour', '#a03020');
      await first.stroke([[0.1, 0.9], [0.9, 0.9]]);
      await first.settled();
      const painted = await first.pixels('sketch');
      await second.page.bringToFront();
      await second.handle('open-here').click();
      await eventually(async () => isSame(await second.pixels('sketch'), painted), 'the document did not come');
      await first.handle('taken').waitFor();
      await first.page.bringToFront();
      await first.stroke([[0.1, 0.1], [0.9, 0.1]]);
      await first.handle('undo').click();
      await first.settled();
      assert.ok(isSame(await first.pixels('sketch'), painted), 'the first tab went on painting');
      // It may go on with a copy, or take the document back.
      await first.handle('keep-copy').click();
      await first.handle('taken').waitFor({ state: 'detached' });
      await first.stroke([[0.1, 0.1], [0.9, 0.1]]);
      await first.settled();
      assert.ok(!isSame(await first.pixels('sketch'), painted), 'a copy cannot be painted on');
      assert.ok(isSame(await second.pixels('sketch'), painted));
      await first.page.waitForTimeout(2000);
      await first.handle('files').click();
      await eventually(async () => (await first.handle('open-document').count()) === 2, 'the copy was not kept');
    } finally {
      await first.close();
    }
  });

  test('two tabs: the second opens a copy and both go on painting', async () => {
    const first = await open();
    try {
      await first.stroke(ANY_STROKE);
      await first.page.waitForTimeout(2000);
      const painted = await first.pixels('sketch');
      const second = new Studio(await first.context.newPage(), first.context);
      await second.page.goto((await site()).url);
      await second.handle('open-copy').waitFor({ timeout: 30_000 });
      await second.handle('open-copy').click();
      await eventually(async () => isSame(await second.pixels('sketch'), painted), 'the copy did not come');
      assert.equal(await first.handle('taken').count(), 0);
      await second.stroke([[0.1, 0.1], [0.9, 0.1]]);
      await second.settled();
      assert.ok(!isSame(await second.pixels('sketch'), painted));
      assert.ok(isSame(await first.pixels('sketch'), painted));
    } finally {
      await first.close();
    }
  });
});

test('a picture that is merely fitted is shown smooth, and in squares only after zooming in', async () => {
  const studio = await open();
  try {
    await studio.ready();
    await studio.paintMeadow();
    await studio.render();
    const small = await studio.pixels('picture');
    const smooth = await studio.pixels('picture-smooth');
    assert.ok(smooth.width >= 1024 && smooth.width % small.width === 0, `${smooth.width}`);
    const rendering = () => studio.handle('picture').evaluate((it) => getComputedStyle(it).imageRendering);
    const isHidden = () => studio.handle('picture-smooth').evaluate((it) => getComputedStyle(it).visibility === 'hidden');
    for (const view of ['side-by-side', 'wipe', 'under', 'picture-only']) {
      await studio.handle(view).click();
      await studio.settled();
      assert.deepEqual([await rendering(), await isHidden()], ['auto', false], view);
    }
    await studio.handle('wipe').click();
    for (let presses = 0; presses < 5; presses += 1) await studio.page.keyboard.press('Control+Equal');
    await studio.settled();
    assert.deepEqual([await rendering(), await isHidden()], ['pixelated', true]);
    await studio.page.keyboard.press('Shift+Digit1');
    await studio.settled();
    assert.deepEqual([await rendering(), await isHidden()], ['auto', false]);
    await studio.handle('side-by-side').click();
  } finally {
    await studio.close();
  }
});
