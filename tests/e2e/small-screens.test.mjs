// Phones, tablets and enlarged windows: the canvas as large as there is room, everything within a finger's reach and in
// sight, gestures that move the drawing and never the page.
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { Hands, RED, colourAt, eventually, ink, places, press, settings, violations, way } from './support/hands.mjs';
import { open } from './support/studio.mjs';

const TOOLS = ['brush', 'eraser', 'strength-brush', 'eyedropper', 'fill', 'gradient', 'line', 'rectangle', 'ellipse', 'polygon',
  'select-rectangle', 'lasso', 'wand', 'transform', 'crop', 'pan'];

const hand = (width, height) => ({ viewport: { width, height }, hasTouch: true, isMobile: true });

// The shorter edge of the canvas at least, in CSS pixels, with everything unfolded and folded.
const SCREENS = {
  'a phone': { context: hand(390, 844), canvas: 370, folded: 370 },
  'a small phone': { context: hand(360, 640), canvas: 280, folded: 340 },
  'a phone on its side': { context: hand(844, 390), canvas: 240, folded: 320 },
  'a tablet held upright': { context: hand(820, 1180), canvas: 560, folded: 620 },
  'a tablet on its side': { context: hand(1180, 820), canvas: 400, folded: 480 },
  'a small window enlarged to 200 %': { context: { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 }, canvas: 220, folded: 250 },
};

/** What sticks out of the window, must be scrolled sideways, or is too small for a finger. */
const faults = (studio, within = 'body') => studio.page.locator(within).evaluate((root) => {
  const found = [];
  const coarse = matchMedia('(pointer: coarse)').matches;
  for (const element of root.querySelectorAll('*')) {
    // What is only said has no place; what lies in the strip of examples may be pulled along.
    if (!element.checkVisibility({ visibilityProperty: true }) || element.closest('.visually-hidden, .examples, .well, svg, .unknown')) continue;
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    if (box.width < 2 || box.height < 2 || style.clipPath !== 'none') continue;
    const name = element.dataset.testid ?? element.className;
    if (box.right > innerWidth + 1 || box.left < -1) found.push(`${name} sticks out: ${box.left} to ${box.right}`);
    if (['auto', 'scroll'].includes(style.overflowX) && element.scrollWidth > element.clientWidth + 1) found.push(`${name} scrolls sideways`);
    if (!element.matches('button, select, summary, input:not([type="range"]), textarea')) continue;
    // Those left out have a halo that takes the finger's touch.
    if (!coarse || element.matches('.colour__back, .input--bare, .pressure, .well__enlarge')) continue;
    const target = (element.matches('input') && element.closest('label') || element).getBoundingClientRect();
    if (target.width < 43.5 || target.height < 43.5) found.push(`${name} is small: ${target.width} × ${target.height}`);
  }
  return [...new Set(found)];
});

for (const [screen, { context, canvas, folded }] of Object.entries(SCREENS)) {
  test(`on ${screen} the canvas is large and everything is in sight`, async () => {
    const studio = await open({ query: '?device=cpu&size=64', context: { ...context, reducedMotion: 'reduce' } });
    try {
      const { page } = studio;
      const edge = async () => {
        const box = await studio.handle('sketch').boundingBox();
        const well = await page.locator('.well--sketch').boundingBox();
        assert.ok(box.x >= well.x - 1 && box.y >= well.y - 1 && box.x + box.width <= well.x + well.width + 1
          && box.y + box.height <= well.y + well.height + 1, `${JSON.stringify(box)} is not in ${JSON.stringify(well)}`);
        return Math.min(box.width, box.height);
      };
      await eventually(async () => (await edge().catch(() => 0)) >= canvas, `a canvas of ${canvas} px`);
      await press(studio, 'docks');
      await eventually(async () => (await edge().catch(() => 0)) >= folded, `a folded canvas of ${folded} px`);
      await press(studio, 'docks', 'sketch-only');
      await eventually(async () => (await edge().catch(() => 0)) >= canvas, 'the sketch alone');
      await press(studio, 'side-by-side');
      for (const tool of TOOLS) {
        await press(studio, tool);
        await studio.settled();
        assert.deepEqual(await faults(studio), [], tool);
      }
      await press(studio, 'brush');
      for (const dock of ['colours', 'brush', 'layers', 'history', 'render-settings', 'variations', 'gallery', 'styles']) {
        await press(studio, `tab-${dock}`);
        await studio.settled();
        assert.deepEqual(await faults(studio, `#dock-${dock}`), [], dock);
        await press(studio, `tab-${dock}`);
      }
    } finally {
      await studio.close();
    }
  });
}

test('words that the model does not know never move a tablet’s canvas', async () => {
  for (const [width, height] of [[1180, 820], [820, 1180]]) {
    const studio = await open({ query: '?device=cpu&size=64', context: hand(width, height) });
    try {
      await studio.ready();
      const place = () => studio.page.locator('.well--sketch').boundingBox();
      const before = await place();
      await settings(studio, { prompt: 'a suny lake, blorb, vrokle' });
      await studio.handle('unknown-word').first().waitFor();
      await studio.settled();
      assert.deepEqual(await place(), before, `${width} × ${height}`);
      const word = await studio.handle('unknown-word').first().boundingBox();
      const composer = await studio.page.locator('.composer').boundingBox();
      assert.ok(word.y >= composer.y && word.x + word.width <= composer.x + composer.width, JSON.stringify(word));
    } finally {
      await studio.close();
    }
  }
});

test('on a phone no tool’s options take more than two rows', async () => {
  for (const locale of ['en', 'pt-BR']) {
    const studio = await open({ query: '?device=cpu&size=64', context: { ...hand(390, 844), locale } });
    try {
      for (const [width, height] of [[390, 844], [360, 740]]) {
        await studio.page.setViewportSize({ width, height });
        for (const tool of ['brush', 'select-rectangle', 'wand', 'transform', 'strength-brush']) {
          await press(studio, tool);
          await studio.settled();
          const bar = await studio.handle('tool-options').boundingBox();
          assert.ok(bar.height <= 2 * 44 + 8, `${tool} in ${locale} at ${width}: ${bar.height} px`);
        }
      }
    } finally {
      await studio.close();
    }
  }
});

test('in Portuguese nothing sticks out of a small phone either', async () => {
  const studio = await open({ query: '?device=cpu&size=64', context: { ...hand(360, 640), locale: 'pt-BR' } });
  try {
    for (const tool of TOOLS) {
      await press(studio, tool);
      await studio.settled();
      assert.deepEqual(await faults(studio), [], tool);
    }
    await press(studio, 'brush', 'composer-more');
    assert.deepEqual(await faults(studio, '.composer'), []);
    for (const dialog of ['files', 'settings']) {
      await press(studio, dialog);
      await studio.page.locator('dialog[open]').waitFor();
      assert.deepEqual(await faults(studio, 'dialog[open]'), [], dialog);
      await studio.page.keyboard.press('Escape');
    }
  } finally {
    await studio.close();
  }
});

test('every tool is one press away from the tools that a phone shows, with its name, and by keyboard', async () => {
  const studio = await open({ context: hand(390, 844) });
  try {
    const { page } = studio;
    assert.ok(!(await studio.handle('lasso').isVisible()));
    await studio.handle('all-tools').tap();
    for (const tool of TOOLS) assert.ok(await studio.handle(tool).isVisible(), tool);
    const said = await studio.handle('lasso').evaluate((it) => getComputedStyle(it, '::after').content);
    assert.match(said, /Lasso/);
    assert.deepEqual(await violations(page, { within: '#tools' }), []);
    await studio.handle('lasso').tap();
    await studio.handle('lasso').waitFor({ state: 'hidden' });
    assert.equal(await studio.handle('lasso').getAttribute('aria-pressed'), 'true');
    assert.equal(await studio.handle('all-tools').getAttribute('data-active'), 'true');
    // Tab still finds the tools that are shown, though the one that was chosen is not among them.
    await studio.handle('all-tools').focus();
    await page.keyboard.press('Shift+Tab');
    await eventually(() => page.evaluate(() => document.activeElement.closest('#tools') !== null), 'the focus in the tools');
    await studio.handle('all-tools').focus();
    await page.keyboard.press('Enter');
    await studio.handle('wand').waitFor();
    await page.keyboard.press('Escape');
    await studio.handle('wand').waitFor({ state: 'hidden' });
    assert.equal(await page.evaluate(() => document.activeElement.dataset.testid), 'all-tools');
  } finally {
    await studio.close();
  }
});

test('a phone folds strength, style and live mode behind one button; a sheet gives the focus back', async () => {
  const studio = await open({ context: hand(360, 640) });
  try {
    const { page } = studio;
    for (const name of ['prompt', 'render']) assert.ok(await studio.handle(name).isVisible(), name);
    for (const name of ['strength', 'style', 'live']) assert.ok(!(await studio.handle(name).isVisible()), name);
    await studio.handle('composer-more').tap();
    for (const name of ['strength', 'style', 'live', 'plan']) assert.ok(await studio.handle(name).isVisible(), name);
    assert.deepEqual(await violations(page, { within: '.composer' }), []);
    await studio.handle('tab-layers').tap();
    await eventually(() => page.evaluate(() => document.activeElement.id === 'dock-layers'), 'the focus in the sheet');
    await page.keyboard.press('Escape');
    assert.equal(await page.evaluate(() => document.activeElement.dataset.testid), 'tab-layers');
  } finally {
    await studio.close();
  }
});

test('fingers beside the paper move the drawing, and no gesture moves or enlarges the page', async () => {
  const studio = await open({ context: hand(390, 844) });
  try {
    const { page } = studio;
    const hands = await Hands.of(studio);
    const scale = () => page.evaluate(() => visualViewport.scale * 1000 + visualViewport.pageTop + scrollY);
    const calm = await scale();
    const before = await studio.handle('sketch').boundingBox();
    const well = await page.locator('.well--sketch').boundingBox();
    assert.ok(well.y + 4 < before.y, 'there is no room beside the paper');
    // Both begin above the paper, and part.
    const at = (x) => ({ x, y: well.y + 10 });
    await hands.gesture([0, 1, 2, 3, 4, 5].map((step) => [at(170 - step * 20), at(220 + step * 20)]));
    const after = await studio.handle('sketch').boundingBox();
    assert.ok(after.width > before.width * 2, `${before.width} → ${after.width}`);
    assert.equal((await ink(studio)).n, 0);
    // A quick pinch shows the whole of it again.
    await hands.gesture([0, 1, 2, 3].map((step) => [at(70 + step * 30), at(320 - step * 30)]));
    await eventually(async () => Math.abs((await studio.handle('sketch').boundingBox()).width - before.width) < 2, 'the whole canvas');
    await studio.handle('tab-layers').tap();
    for (const place of ['.rail', '.composer', '[data-testid="dock-layers"]', '.head']) {
      const box = await page.locator(place).boundingBox();
      const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
      await hands.gesture([0, 1, 2, 3, 4].map((step) => [
        { x: middle.x - 20 - step * 15, y: middle.y }, { x: middle.x + 20 + step * 15, y: middle.y },
      ]));
      // Twice at one place, and a pull downwards.
      for (const secs of [0, 0.1]) {
        await hands.fingers('touchStart', [middle], secs);
        await hands.fingers('touchEnd', [], secs + 0.03);
      }
      hands.start = undefined;
      await hands.gesture([0, 1, 2, 3, 4].map((step) => [{ x: middle.x, y: middle.y - 40 + step * 40 }]));
    }
    assert.equal(await scale(), calm);
    const rules = await page.evaluate(() => {
      const style = getComputedStyle(document.documentElement);
      return [style.overscrollBehaviorY, style.touchAction];
    });
    assert.deepEqual(rules, ['none', 'pan-x pan-y']);
  } finally {
    await studio.close();
  }
});

test('a finger that rests takes the colour below it; four fingers fold the panels', async () => {
  const studio = await open({ context: hand(390, 844) });
  try {
    const { page } = studio;
    const hands = await Hands.of(studio);
    await settings(studio, { colour: '#c03030', 'brush-size': 60 });
    await hands.slide([[0.2, 0.5]], [[0.8, 0.5]]);
    assert.deepEqual(await colourAt(studio, 0.5, 0.5), RED);
    await settings(studio, { colour: '#2040a0' });
    const [place] = await places(studio, [[0.5, 0.5]]);
    await hands.fingers('touchStart', [place]);
    await eventually(async () => (await studio.handle('colour').inputValue()) === '#c03030', 'the colour under the finger');
    await hands.fingers('touchEnd', [], (Date.now() / 1000) - hands.start + 0.1);
    hands.start = undefined;
    await studio.settled();
    assert.deepEqual(await colourAt(studio, 0.5, 0.5), RED);
    await hands.tap([[0.2, 0.2], [0.4, 0.2], [0.6, 0.2], [0.8, 0.2]]);
    await page.locator('.composer').waitFor({ state: 'hidden' });
    await hands.tap([[0.2, 0.2], [0.4, 0.2], [0.6, 0.2], [0.8, 0.2]]);
    await page.locator('.composer').waitFor();
    assert.deepEqual(studio.problems, []);
  } finally {
    await studio.close();
  }
});

test('a screen that is turned in mid-stroke ends the stroke where it was, and keeps it', async () => {
  const studio = await open({ context: hand(390, 844) });
  try {
    const { page } = studio;
    const hands = await Hands.of(studio);
    await settings(studio, { colour: '#c03030', 'brush-size': 60 });
    const path = await places(studio, way([0.2, 0.5], [0.6, 0.5], 6));
    await Promise.all(path.map((place, idx) => hands.fingers(idx ? 'touchMove' : 'touchStart', [place], idx * 0.016)));
    await studio.settled();
    await page.setViewportSize({ width: 844, height: 390 });
    await eventually(async () => (await studio.handle('sketch').boundingBox()).width < 340, 'the turned layout');
    await studio.settled();
    await hands.fingers('touchMove', [{ x: 420, y: 330 }], 1);
    await hands.fingers('touchEnd', [], 1.1);
    await studio.settled();
    assert.deepEqual(await colourAt(studio, 0.4, 0.5), RED);
    const { top, bottom } = await ink(studio);
    assert.ok(bottom - top < 70, `the stroke goes from ${top} to ${bottom}`);
    await eventually(async () => (await studio.handle('undo').getAttribute('aria-disabled')) === null, 'a step to undo');
    // Paint lies under the finger in the new layout as well.
    await hands.slide([[0.3, 0.8]], [[0.7, 0.8]]);
    assert.deepEqual(await colourAt(studio, 0.5, 0.8), RED);
  } finally {
    await studio.close();
  }
});

test('beside a notch and above a home bar nothing has to be pressed', async () => {
  const studio = await open({ context: hand(390, 844) });
  try {
    const hands = await Hands.of(studio);
    await hands.devtools.send('Emulation.setSafeAreaInsetsOverride', { insets: { top: 47, bottom: 34, left: 0, right: 0 } });
    await eventually(async () => (await studio.handle('files').boundingBox()).y >= 47, 'the head below the notch');
    const tab = await studio.handle('tab-layers').boundingBox();
    assert.ok(tab.y + tab.height <= 844 - 34, JSON.stringify(tab));
    await studio.handle('tab-layers').tap();
    const sheet = await studio.page.locator('#dock-layers').boundingBox();
    assert.ok(sheet.y + sheet.height <= tab.y + 1, JSON.stringify(sheet));
  } finally {
    await studio.close();
  }
});

test('on its side a phone is accessible, dark and light, with its tools and its prompt open', async () => {
  for (const colorScheme of ['dark', 'light']) {
    const studio = await open({ context: { ...hand(844, 390), colorScheme, reducedMotion: 'reduce' }, isFirstRun: true });
    try {
      const { page } = studio;
      await studio.handle('welcome').waitFor();
      assert.deepEqual(await violations(page), [], 'first run');
      await studio.handle('welcome-close').click();
      await press(studio, 'composer-more', 'tab-layers');
      assert.deepEqual(await violations(page), [], 'prompt and layers open');
      await press(studio, 'tab-layers');
      await studio.handle('all-tools').tap();
      assert.deepEqual(await violations(page, { within: '#tools' }), [], 'tools');
      await studio.handle('wand').tap();
      await studio.handle('more-options').tap();
      await studio.handle('more-options-sheet').waitFor();
      assert.deepEqual(await violations(page, { within: '[data-testid="more-options-sheet"]' }), [], 'options');
    } finally {
      await studio.close();
    }
  }
});
