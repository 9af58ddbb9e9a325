// Rendering as part of painting, with the real engine and the shipped starter: live mode, variations, the gallery.
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { isSame } from './support/pixels.mjs';
import { open, PROMPT } from './support/studio.mjs';

const SMALL = '?device=cpu&size=64';

/** Something green, its prompt, and a single step. */
async function meadow() {
  const studio = await open({ query: SMALL });
  await studio.ready();
  await studio.set('colour', '#5f9e3f');
  await studio.set('brush-size', 160);
  await studio.stroke([[0.1, 0.7], [0.9, 0.7]]);
  await studio.set('prompt', PROMPT);
  await studio.set('steps', 1);
  return studio;
}

const fold = async (studio, dock) => {
  if ((await studio.handle(`dock-${dock}`).getAttribute('data-folded')) === 'true') {
    await studio.handle(`fold-${dock}`).click();
  }
};

test('live: pictures follow the painting, Render stays enabled, a rest is a rest', async () => {
  const studio = await meadow();
  try {
    await studio.handle('live').click();
    await studio.until('rendering', 'done');
    assert.ok(await studio.handle('render').isEnabled());
    await studio.until('done');
    assert.equal(await studio.handle('live').getAttribute('aria-checked'), 'true');
    const first = await studio.pixels('picture');
    await studio.set('colour', '#304080');
    await studio.stroke([[0.1, 0.15], [0.9, 0.2]]);
    await assertEventually(async () => !isSame(first, await studio.pixels('picture')));
    await studio.until('done');
    await studio.handle('pause-live').click();
    const rested = await studio.pixels('picture');
    await studio.set('colour', '#d04030');
    await studio.stroke([[0.1, 0.8], [0.9, 0.7]]);
    await studio.page.waitForTimeout(600);
    assert.ok(isSame(rested, await studio.pixels('picture')));
    assert.deepEqual(studio.problems, []);
  } finally {
    await studio.close();
  }
});

async function assertEventually(holds, millis = 15_000) {
  const end = Date.now() + millis;
  while (!(await holds())) {
    assert.ok(Date.now() < end, 'it did not come to hold in time');
    await new Promise((done) => setTimeout(done, 100));
  }
}

test('variations: neighbouring seeds, one cancelled, one chosen; the gallery keeps, compares, deletes and brings back', async () => {
  const studio = await meadow();
  try {
    await fold(studio, 'variations');
    await fold(studio, 'gallery');
    await studio.handle('variations-4').check();
    assert.match(await studio.handle('plan').innerText(), /^4 pictures/);
    await studio.handle('render').click();
    const cells = studio.handle('variation');
    await cells.nth(3).waitFor();
    await cells.nth(3).click();
    const seeds = (await cells.allInnerTexts()).map((text) => Number(text));
    assert.deepEqual(seeds, [0, 1, 2, 3].map((idx) => seeds[0] + idx));
    await assertEventually(async () => (await studio.page.locator('[data-state="cell-done"]').count()) === 3);
    assert.equal(await studio.page.locator('[data-state="cell-cancelled"]').count(), 1);
    const last = await studio.pixels('picture');
    await cells.nth(0).click();
    await studio.settled();
    assert.ok(!isSame(last, await studio.pixels('picture')));
    assert.equal(await cells.nth(0).getAttribute('aria-pressed'), 'true');
    assert.match(await studio.handle('gallery-parameters').innerText(), new RegExp(`Seed: ${seeds[0]}\\b`));

    await studio.handle('gallery-compare').click();
    await studio.set('compare-wipe', 0.25);
    await studio.settled();
    const wipe = await studio.page.locator('.compare__sides').evaluate((it) => it.style.getPropertyValue('--wipe'));
    assert.equal(Number(wipe), 0.25);
    await studio.page.keyboard.press('Escape');
    assert.equal(await studio.handle('compare').count(), 0);

    await studio.handle('gallery-delete').click();
    assert.equal(await studio.handle('gallery-picture').count(), 2);
    await studio.handle('gallery-undelete').click();
    assert.equal(await studio.handle('gallery-picture').count(), 3);

    const before = await studio.pixels('sketch');
    await studio.handle('gallery-picture').last().click();
    await studio.handle('gallery-keep-layer').click();
    await studio.settled();
    assert.ok(!isSame(before, await studio.pixels('sketch')));
    await studio.handle('undo').click();
    await studio.settled();
    assert.ok(isSame(before, await studio.pixels('sketch')));

    await studio.set('prompt', 'something else');
    await studio.set('seed', '');
    await studio.handle('gallery-restore').click();
    assert.equal(await studio.handle('prompt').inputValue(), PROMPT);
    assert.equal(await studio.handle('seed').inputValue(), String(seeds[0]));
    assert.deepEqual(studio.problems, []);
  } finally {
    await studio.close();
  }
});
