// Docks, views, languages, keys, and the whole of it by keyboard.
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { eventually } from './support/hands.mjs';
import { isSame } from './support/pixels.mjs';
import { open } from './support/studio.mjs';

test('an example of the first-run card brings sketch and prompt, and the card does not come back', async () => {
  const studio = await open({ isFirstRun: true });
  try {
    const blank = await studio.pixels('sketch');
    await studio.handle('example-0').click();
    await studio.settled();
    assert.ok(!isSame(blank, await studio.pixels('sketch')));
    assert.match(await studio.handle('prompt').inputValue(), /meadow/);
    await studio.handle('undo').click();
    await studio.settled();
    assert.ok(isSame(blank, await studio.pixels('sketch')));
    assert.equal(await studio.handle('welcome').count(), 0);
    await studio.page.reload();
    await studio.handle('sketch').waitFor();
    assert.equal(await studio.handle('welcome').count(), 0);
  } finally {
    await studio.close();
  }
});

test('the page speaks the language of the browser, and another one at once and for good', async () => {
  const studio = await open({ context: { locale: 'pt-BR' } });
  try {
    const lang = () => studio.page.evaluate(() => document.documentElement.lang);
    assert.equal(await lang(), 'pt-BR');
    await studio.page.getByRole('button', { name: 'Pincel', exact: true }).first().waitFor();
    await studio.handle('settings').click();
    await studio.handle('language').selectOption('en');
    assert.equal(await lang(), 'en');
    assert.match(await studio.handle('render').innerText(), /Render/);
    await studio.page.reload();
    await studio.handle('sketch').waitFor();
    assert.equal(await lang(), 'en');
  } finally {
    await studio.close();
  }
});

test('a key can be given to another action, a taken one is refused by name, and reset brings it back', async () => {
  const studio = await open();
  try {
    await studio.handle('settings').click();
    const remap = studio.handle('remap-eraser');
    await remap.click();
    await studio.page.keyboard.press('b');
    assert.match(await studio.page.locator('.remap__refusal').innerText(), /Brush/);
    await studio.page.keyboard.press('q');
    assert.match(await remap.innerText(), /Q/);
    await studio.page.keyboard.press('Escape');
    await studio.page.locator('.well--sketch').focus();
    const pressed = (name) => studio.handle(name).getAttribute('aria-pressed');
    await studio.page.keyboard.press('e');
    assert.equal(await pressed('eraser'), 'false');
    await studio.page.keyboard.press('q');
    assert.equal(await pressed('eraser'), 'true');
    await studio.page.reload();
    await studio.handle('sketch').waitFor();
    assert.match(await studio.handle('eraser').getAttribute('title'), /\(Q\)/);
    await studio.handle('settings').click();
    await studio.handle('reset-keys').click();
    assert.match(await remap.innerText(), /E/);
  } finally {
    await studio.close();
  }
});

test('docks fold and stay folded', async () => {
  const studio = await open();
  try {
    await studio.handle('fold-brush').click();
    assert.ok(!(await studio.handle('hardness').isVisible()));
    await studio.page.reload();
    await studio.handle('sketch').waitFor();
    assert.ok(!(await studio.handle('hardness').isVisible()));
    await studio.handle('fold-brush').click();
    assert.ok(await studio.handle('hardness').isVisible());
    await studio.page.locator('.well--sketch').focus();
    await studio.page.keyboard.press('\\');
    assert.ok(!(await studio.handle('hardness').isVisible()));
  } finally {
    await studio.close();
  }
});

test('the stroke under the pointer is the same in every view that shows the sketch', async () => {
  const studio = await open();
  try {
    await studio.set('brush-size', 30);
    for (const view of ['side-by-side', 'wipe', 'under', 'sketch-only']) {
      await studio.handle(view).click();
      await studio.settled();
      await studio.stroke([[0.2, 0.5], [0.8, 0.5]]);
      await studio.settled();
      const { width, height, data } = await studio.pixels('sketch');
      const start = (Math.floor(height / 2) * width + Math.floor(width / 2)) * 4;
      assert.deepEqual([...data.subarray(start, start + 4)], [44, 70, 150, 255], view);
      // Over the picture there is no paper.
      assert.equal(data[3], view === 'under' ? 0 : 255, view);
      await studio.handle('undo').click();
    }
  } finally {
    await studio.close();
  }
});

test('toolbars have one stop for Tab, and arrows walk through them', async () => {
  const studio = await open();
  try {
    await studio.handle('brush').focus();
    const focused = () => studio.page.evaluate(() => document.activeElement.dataset.testid ?? document.activeElement.tagName);
    await studio.page.keyboard.press('ArrowDown');
    assert.equal(await focused(), 'eraser');
    await studio.page.keyboard.press('End');
    assert.equal(await focused(), 'redo');
    await studio.page.keyboard.press('Tab');
    assert.equal(await focused(), 'colour');
    await studio.page.keyboard.press('Shift+Tab');
    assert.equal(await focused(), 'redo');
  } finally {
    await studio.close();
  }
});

test('from blank canvas to a sketch, a prompt, a picture that is kept and saved without a pointer', async () => {
  const studio = await open({ query: '?device=cpu&size=64' });
  try {
    const { page } = studio;
    const focused = () => page.evaluate(() => document.activeElement.className);
    for (let presses = 0; presses < 40 && !(await focused()).includes('well--sketch'); presses += 1) {
      await page.keyboard.press('Tab');
    }
    assert.match(await focused(), /well--sketch/);
    const blank = await studio.pixels('sketch');
    await page.keyboard.press('Enter');
    for (let step = 0; step < 12; step += 1) await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Space');
    await studio.settled();
    assert.ok(!isSame(blank, await studio.pixels('sketch')));
    for (let presses = 0; presses < 20; presses += 1) {
      await page.keyboard.press('Tab');
      if ((await page.evaluate(() => document.activeElement.id)) === 'prompt') break;
    }
    await page.keyboard.type('a lake');
    const said = () => page.locator('.visually-hidden[role="status"]').innerText();
    await page.evaluate(() => {
      const region = document.querySelector('.visually-hidden[role="status"]');
      globalThis.heard = [];
      new MutationObserver(() => globalThis.heard.push(region.textContent)).observe(region, { childList: true, characterData: true, subtree: true });
    });
    await page.keyboard.press('Control+Enter');
    await studio.until('done');
    await eventually(async () => /done in/i.test(await said()), 'the end said');
    assert.ok((await page.evaluate(() => globalThis.heard)).some((it) => /steps? from/i.test(it)), 'the start was not said');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      (async () => {
        await page.keyboard.press('Shift+Tab');
        await page.keyboard.press('Control+e');
      })(),
    ]);
    assert.match(download.suggestedFilename(), /^a-lake-\d+\.png$/);
    // The picture becomes paint, as a step that is told and can be taken back.
    for (let presses = 0; presses < 40 && !(await focused()).includes('well--sketch'); presses += 1) {
      await page.keyboard.press('Shift+Tab');
    }
    await page.keyboard.press('k');
    await eventually(async () => /on the canvas now/i.test(await said()), 'the keeping said');
    assert.match(await studio.handle('undo').getAttribute('aria-label'), /undo/i);
    const kept = await studio.pixels('sketch');
    await page.keyboard.press('Control+z');
    await studio.settled();
    assert.ok(!isSame(kept, await studio.pixels('sketch')));
  } finally {
    await studio.close();
  }
});
