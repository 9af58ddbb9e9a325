// What the system asks for (colours of its own, less motion), what is said aloud, and every panel and dialog under the
// accessibility checker, dark and light, on a desk and in a hand.
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { eventually, press, settings, unfold, violations } from './support/hands.mjs';
import { open } from './support/studio.mjs';

const SCREENS = {
  desktop: { viewport: { width: 1440, height: 900 } },
  tablet: { viewport: { width: 1024, height: 768 }, hasTouch: true },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
  // What is left of a laptop's window at 200 %.
  'window at 200 %': { viewport: { width: 720, height: 450 }, deviceScaleFactor: 2 },
};

const DOCKS = ['colours', 'brush', 'layers', 'history', 'render-settings', 'variations', 'gallery', 'styles'];

for (const [screen, context] of Object.entries(SCREENS)) {
  test(`every dock, bar, view and dialog is accessible, dark and light: ${screen}`, async () => {
    const options = { ...context, reducedMotion: 'reduce', colorScheme: 'dark' };
    const studio = await open({ query: '?device=cpu&size=64', context: options, isFirstRun: true });
    try {
      const { page } = studio;
      /** All rules in the dark; in the light what changes with it. */
      const check = async (panel, within) => {
        assert.deepEqual(await violations(page, { within }), [], `${panel}, dark`);
        await page.emulateMedia({ colorScheme: 'light' });
        // Colours that are on their way are nobody's to judge.
        await eventually(() => page.evaluate(() => document.getAnimations().every((it) => it.playState !== 'running' || it.effect?.getComputedTiming().iterations === Infinity)), 'colours at rest');
        await studio.settled();
        assert.deepEqual(await violations(page, { within, only: ['color-contrast'] }), [], `${panel}, light`);
        await page.emulateMedia({ colorScheme: 'dark' });
        await eventually(() => page.evaluate(() => document.getAnimations().every((it) => it.playState !== 'running' || it.effect?.getComputedTiming().iterations === Infinity)), 'colours at rest');
      };
      await studio.handle('welcome').waitFor();
      await check('first run');
      await studio.handle('welcome-close').click();
      await studio.ready();
      // Something in every panel: a stroke, a picture, a selection, an unknown word, a style.
      await studio.stroke([[0.2, 0.4], [0.8, 0.4]]);
      await settings(studio, { prompt: 'a suny lake', steps: 1 });
      if (await studio.handle('composer-more').isVisible()) await studio.handle('composer-more').click();
      await studio.handle('style').selectOption({ label: 'Ink' });
      await studio.render();
      const areSheets = await studio.handle('tab-layers').isVisible();
      const unroll = () => page.evaluate(() => document.querySelectorAll('.dock details').forEach((it) => { it.open = true; }));
      await press(studio, 'more-render-more', 'brush-save-as');
      await unroll();
      if (!areSheets) for (const dock of DOCKS) await unfold(studio, dock);
      await check('the whole page');
      for (const dock of areSheets ? DOCKS : []) {
        await press(studio, `tab-${dock}`);
        await studio.settled();
        await check(dock, `#dock-${dock}`);
        await press(studio, `tab-${dock}`);
      }
      for (const tool of ['strength-brush', 'select-rectangle', 'polygon', 'transform', 'crop', 'pan', 'fill', 'gradient']) {
        await press(studio, tool);
        await studio.settled();
        assert.deepEqual(await violations(page, { within: '[data-testid="tool-options"]' }), [], `the bar of ${tool}`);
      }
      await press(studio, 'brush');
      for (const view of ['wipe', 'under', 'picture-only', 'sketch-only', 'side-by-side']) {
        await press(studio, view);
        await studio.settled();
        assert.deepEqual(await violations(page, { within: 'main' }), [], view);
      }
      const close = async (name) => {
        await page.keyboard.press('Escape');
        await eventually(async () => (await page.locator('dialog[open]').count()) === 0, `${name} closed`);
      };
      for (const dialog of ['files', 'settings', 'help']) {
        await press(studio, dialog);
        await page.locator('dialog[open]').waitFor();
        await check(dialog, 'dialog[open]');
        await close(dialog);
      }
      await page.locator('.well--sketch').focus();
      await page.keyboard.press('Control+k');
      await page.locator('dialog[open]').waitFor();
      await check('the palette', 'dialog[open]');
      await close('the palette');
      await press(studio, 'files');
      await studio.handle('open-document').first().waitFor();
      await press(studio, 'show-film');
      await eventually(async () => (await studio.handle('film').evaluate((it) => it.width)) > 1, 'the film');
      await check('time-lapse', 'dialog[open]');
      await close('time-lapse');
      await press(studio, 'gallery-compare');
      await studio.handle('compare').waitFor();
      await check('comparison', '[data-testid="compare"]');
    } finally {
      await studio.close();
    }
  });
}

for (const [screen, context] of Object.entries(SCREENS)) {
  test(`colours of the system: every button keeps an edge, what is pressed is told, the picture keeps its colours: ${screen}`, async () => {
    const studio = await open({ query: '?device=cpu&size=64', context: { ...context, forcedColors: 'active', colorScheme: 'dark' } });
    try {
      const { page } = studio;
      assert.ok(await page.evaluate(() => matchMedia('(forced-colors: active)').matches));
      await settings(studio, { colour: '#c03030' });
      await studio.stroke([[0.2, 0.5], [0.8, 0.5]]);
      await studio.settled();
      /** Buttons and fields without an edge, in what is shown now. */
      const bare = () => page.evaluate(() => [...document.querySelectorAll('.icon-button, .button, .input, .dock-tab, .chip')]
        .filter((it) => it.checkVisibility({ visibilityProperty: true }) && it.getBoundingClientRect().width > 2)
        .filter((it) => parseFloat(getComputedStyle(it).borderTopWidth) < 1).map((it) => it.outerHTML.slice(0, 80)));
      assert.deepEqual(await bare(), []);
      const facts = await page.evaluate(() => {
        const style = (selector) => getComputedStyle(document.querySelector(selector));
        return {
          pressed: style('[data-testid="brush"]').backgroundColor,
          other: style('[data-testid="eraser"]').backgroundColor,
          canvas: style('[data-testid="sketch"]').forcedColorAdjust,
          swatch: style('.swatch').forcedColorAdjust,
          chosen: style('.preset[aria-pressed="true"]').outlineStyle,
          track: parseFloat(style('.live__track').borderTopWidth),
          layer: style('.layer[aria-current]').outlineStyle,
        };
      });
      assert.notEqual(facts.pressed, facts.other);
      assert.deepEqual([facts.canvas, facts.swatch, facts.chosen, facts.layer], ['none', 'none', 'solid', 'solid']);
      assert.ok(facts.track >= 1, 'the switch of live mode has no edge');
      // The checker reckons contrasts with the page's own colours, which the system has replaced.
      assert.deepEqual(await violations(page, { without: ['color-contrast'] }), []);
      const areSheets = await studio.handle('tab-layers').isVisible();
      for (const dock of areSheets ? DOCKS : []) {
        await press(studio, `tab-${dock}`);
        await studio.settled();
        assert.deepEqual(await bare(), [], dock);
        const edge = await page.locator(`#dock-${dock}`).evaluate((it) => parseFloat(getComputedStyle(it).borderTopWidth));
        assert.ok(edge >= 1, `the sheet of ${dock} has no edge`);
        assert.deepEqual(await violations(page, { within: `#dock-${dock}`, without: ['color-contrast'] }), [], dock);
        await press(studio, `tab-${dock}`);
      }
      if (await studio.handle('all-tools').isVisible()) {
        await studio.handle('all-tools').click();
        await studio.handle('lasso').waitFor();
        assert.deepEqual(await bare(), []);
        const edge = await page.locator('#tools').evaluate((it) => parseFloat(getComputedStyle(it).borderTopWidth));
        assert.ok(edge >= 1, 'the sheet of the tools has no edge');
      }
    } finally {
      await studio.close();
    }
  });
}

test('more contrast: text and edges stand out more', async () => {
  const contrast = async (value) => {
    const studio = await open({ context: { contrast: value, colorScheme: 'light' } });
    try {
      return await studio.page.evaluate(() => {
        const root = getComputedStyle(document.documentElement);
        return ['--text', '--text-quiet', '--text-faint', '--edge', '--line'].map((name) => root.getPropertyValue(name)).join('|');
      });
    } finally {
      await studio.close();
    }
  };
  assert.notEqual(await contrast('more'), await contrast('no-preference'));
});

test('less motion: nothing on the page moves by itself or takes its time', async () => {
  const studio = await open({ context: { reducedMotion: 'reduce' } });
  try {
    const { page } = studio;
    await studio.stroke([[0.2, 0.5], [0.8, 0.5]]);
    await page.keyboard.press('Control+a');
    await press(studio, 'files');
    await page.locator('dialog[open]').waitFor();
    await page.keyboard.press('Escape');
    await press(studio, 'fold-brush', 'fold-brush', 'settings');
    await page.locator('dialog[open]').waitFor();
    const moving = await page.evaluate(() => document.getAnimations()
      .filter((it) => it.playState === 'running')
      .filter((it) => {
        const { duration, iterations } = it.effect.getComputedTiming();
        return duration > 20 || iterations === Infinity;
      })
      .map((it) => `${it.effect.target?.className} ${it.animationName ?? it.transitionProperty}`));
    assert.deepEqual(moving, []);
  } finally {
    await studio.close();
  }
});

test('what happens is said aloud, and each button says its key', async () => {
  const studio = await open();
  try {
    const { page } = studio;
    const said = () => page.locator('.visually-hidden[role="status"]').innerText();
    await studio.stroke([[0.2, 0.5], [0.8, 0.5]]);
    await page.locator('.well--sketch').focus();
    await page.keyboard.press('Control+z');
    await eventually(async () => /undo|undone|brush stroke/i.test(await said()), 'the undo said');
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Control+c');
    await eventually(async () => /cop|nothing/i.test(await said()), 'the copying said');
    const facts = await page.evaluate(() => [...document.querySelectorAll('.rail button')].map((it) => ({
      name: it.getAttribute('aria-label') ?? it.textContent, title: it.title, keys: it.getAttribute('aria-keyshortcuts'),
    })));
    assert.ok(facts.length >= 20);
    for (const { name, title, keys } of facts) {
      assert.ok(name?.trim() && title.includes(name.trim().split(' (')[0]), `${name}: ${title}`);
      if (keys) assert.match(title, /\(.+\)/, `${name} does not show its key`);
    }
    assert.match(await studio.handle('undo').getAttribute('title'), /Ctrl\+Z/);
  } finally {
    await studio.close();
  }
});

test('themes: light and dark by the settings, whatever the system says, and again after a reload', async () => {
  const studio = await open({ context: { colorScheme: 'light' } });
  try {
    const { page } = studio;
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const lightness = async () => (await ground()).match(/\d+/g).slice(0, 3).reduce((sum, it) => sum + Number(it), 0);
    const light = await lightness();
    await press(studio, 'settings', 'theme-dark');
    await studio.settled();
    const dark = await lightness();
    assert.ok(dark < light - 200, `${light} in light, ${dark} in dark`);
    await page.reload();
    await studio.handle('sketch').waitFor();
    assert.equal(await lightness(), dark);
  } finally {
    await studio.close();
  }
});

test('bare paper and the first-run card: it goes by its own button, and comes back when it is asked for', async () => {
  const studio = await open({ isFirstRun: true });
  try {
    const { page } = studio;
    const thumbs = await page.locator('.example canvas').evaluateAll((all) => all.map((it) => {
      const { data } = it.getContext('2d').getImageData(0, 0, it.width, it.height);
      return new Set(data).size > 20;
    }));
    assert.deepEqual(thumbs, [true, true, true]);
    await studio.handle('welcome-blank').click();
    await studio.handle('welcome').waitFor({ state: 'detached' });
    await press(studio, 'settings', 'welcome-again');
    await page.keyboard.press('Escape');
    await studio.handle('welcome').waitFor();
    // Painting is an answer as well.
    await studio.handle('welcome-close').click();
    await studio.handle('welcome').waitFor({ state: 'detached' });
  } finally {
    await studio.close();
  }
});
