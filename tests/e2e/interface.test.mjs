// Names, keys, sizes and layouts: what makes the page usable for everyone, on every screen.
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { unfold, violations } from './support/hands.mjs';
import { open } from './support/studio.mjs';

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const TABLET = { viewport: { width: 1024, height: 768 }, hasTouch: true };

for (const [name, context] of [['desktop', {}], ['tablet', TABLET], ['phone', PHONE]]) {
  test(`the page is accessible on a ${name}, and nothing sticks out`, async () => {
    const studio = await open({ context });
    try {
      assert.deepEqual(await violations(studio.page), []);
      const nameless = await studio.page.evaluate(() =>
        [...document.querySelectorAll('button')]
          .filter((button) => !(button.getAttribute('aria-label') ?? button.textContent).trim())
          .map((button) => button.outerHTML),
      );
      assert.deepEqual(nameless, []);
      const [content, window_] = await studio.page.evaluate(() => [
        document.documentElement.scrollWidth,
        window.innerWidth,
      ]);
      assert.ok(content <= window_, `${content} px of page in ${window_} px of window`);
    } finally {
      await studio.close();
    }
  });
}

test('a phone shows canvas and Render at once, with room for a finger', async () => {
  const studio = await open({ context: PHONE });
  try {
    const inSight = (box) => box.x >= 0 && box.y >= 0 && box.x + box.width <= 390 && box.y + box.height <= 844;
    for (const name of ['sketch', 'prompt', 'strength', 'render', 'brush', 'undo', 'colour']) {
      const box = await studio.handle(name).boundingBox();
      assert.ok(inSight(box), `${name} is out of sight: ${JSON.stringify(box)}`);
    }
    const small = await studio.page.evaluate(() =>
      [...document.querySelectorAll('button, input, textarea')]
        // Those left out have a halo that takes the finger's touch.
        .filter((element) => element.checkVisibility({ visibilityProperty: true }) && !element.matches('.colour__back, .input--bare, .pressure'))
        .map((element) => [element, (element.type === 'checkbox' ? (element.closest('label') ?? element) : element).getBoundingClientRect()])
        .filter(([, box]) => box.width > 0 && (box.width < 44 || box.height < 44))
        .map(([element, box]) => `${element.outerHTML.slice(0, 80)} ${box.width} × ${box.height}`),
    );
    assert.deepEqual(small, []);

    await studio.handle('tab-render-settings').click();
    for (const name of ['negative', 'steps', 'guidance', 'seed']) {
      await studio.handle(name).scrollIntoViewIfNeeded();
      assert.ok(await studio.handle(name).isVisible(), `${name} cannot be reached`);
    }
    await studio.page.keyboard.press('Escape');
    assert.ok(!(await studio.handle('negative').isVisible()), 'Escape does not close the sheet');

    await studio.handle('picture-only').click();
    const picture = await studio.handle('picture').boundingBox();
    assert.ok(inSight(picture) && picture.width > 300, JSON.stringify(picture));
  } finally {
    await studio.close();
  }
});

test('the help lists the keys, and a key opens and closes it', async () => {
  const studio = await open();
  try {
    await studio.page.locator('.well--sketch').focus();
    await studio.page.keyboard.press('?');
    const dialog = studio.page.getByRole('dialog');
    await dialog.waitFor();
    const text = await dialog.innerText();
    for (const expected of ['Brush', 'Undo', 'Ctrl+Z', 'Render', 'Ctrl+Enter']) {
      assert.ok(text.includes(expected), `${expected} is missing in: ${text}`);
    }
    await studio.page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    // The state behind the dialog must have noticed.
    await studio.page.locator('.well--sketch').focus();
    await studio.page.keyboard.press('?');
    await dialog.waitFor();
  } finally {
    await studio.close();
  }
});

test('the strength says what will run', async () => {
  const studio = await open();
  try {
    await studio.set('strength', 0);
    assert.match(await studio.page.getByTestId('plan').innerText(), /no steps/i);
    await studio.set('strength', 0.5);
    await studio.set('steps', 9);
    assert.match(await studio.page.getByTestId('plan').innerText(), /9 steps from noise level 0\.50/i);
  } finally {
    await studio.close();
  }
});

test('an empty gallery says how pictures come to be there, and has no button that does nothing', async () => {
  const studio = await open();
  try {
    await unfold(studio, 'gallery');
    assert.match(await studio.handle('gallery-note').innerText(), /Render/);
    assert.deepEqual(await studio.handle('dock-gallery').locator('.button:visible').allInnerTexts(), []);
  } finally {
    await studio.close();
  }
});

test('a seed that is typed is kept', async () => {
  const studio = await open();
  try {
    assert.equal(await studio.handle('lock-seed').getAttribute('aria-pressed'), 'false');
    await studio.set('seed', 42);
    assert.equal(await studio.handle('seed').inputValue(), '42');
    assert.equal(await studio.handle('lock-seed').getAttribute('aria-pressed'), 'true');
  } finally {
    await studio.close();
  }
});

test('the page can be zoomed and installed', async () => {
  const studio = await open();
  try {
    const viewport = await studio.page.locator('meta[name="viewport"]').getAttribute('content');
    assert.doesNotMatch(viewport, /user-scalable|maximum-scale/);
    const manifest = await studio.page.evaluate(async () => {
      const link = document.querySelector('link[rel="manifest"]');
      return (await fetch(link.href)).json();
    });
    assert.ok(manifest.name && manifest.short_name && manifest.start_url, JSON.stringify(manifest));
    assert.ok(['fullscreen', 'standalone', 'minimal-ui'].includes(manifest.display));
    const sizes = manifest.icons.map((icon) => icon.sizes);
    assert.ok(sizes.includes('192x192') && sizes.includes('512x512'), sizes.join(', '));
  } finally {
    await studio.close();
  }
});
