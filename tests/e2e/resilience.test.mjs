// What may go wrong, and what must not be lost when it does.
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { DIST } from './support/browser.mjs';
import { isSame } from './support/pixels.mjs';
import { serve } from './support/server.mjs';
import { PROMPT, open } from './support/studio.mjs';

/** Keeps every worker that the page starts within reach, so that a test can kill it from outside. */
const noteWorkers = (page) =>
  page.addInitScript(() => {
    const workers = [];
    const Native = window.Worker;
    window.Worker = class extends Native {
      constructor(...parameters) {
        super(...parameters);
        workers.push(this);
      }
    };
    window.workersOfThisPage = workers;
  });

test('a worker that is killed in the middle of a render costs no stroke, and the next render works', async () => {
  const studio = await open({ beforeLoad: noteWorkers });
  try {
    await studio.ready();
    await studio.paintMeadow();
    await studio.set('prompt', PROMPT);
    await studio.set('steps', 50);
    const sketch = await studio.pixels('sketch');
    await studio.handle('render').click();
    await studio.until('rendering');
    await studio.page.waitForTimeout(400);
    await studio.page.evaluate(() => window.workersOfThisPage.at(-1).terminate());

    await studio.page.getByTestId('failure').waitFor({ timeout: 10_000 });
    const message = await studio.page.getByTestId('failure').locator('p').innerText();
    assert.match(message, /engine/i);
    assert.match(message, /safe|kept|drawing|sketch/i);
    assert.ok(isSame(sketch, await studio.pixels('sketch')), 'the sketch has changed');

    await studio.set('steps', 6);
    await studio.page.waitForFunction(() => !document.querySelector('[data-testid="render"]').disabled, null, {
      timeout: 60_000,
    });
    await studio.handle('render').click();
    await studio.page.waitForFunction(
      () => document.querySelector('[data-testid="status"]').dataset.state === 'done',
      null,
      { timeout: 60_000 },
    );
    assert.ok((await studio.pixels('picture')).width >= 64);
    assert.ok(isSame(sketch, await studio.pixels('sketch')), 'the sketch has changed');
  } finally {
    await studio.close();
  }
});

test('cancel stops a render within a step, and the sketch stays', async (t) => {
  const studio = await open();
  try {
    await studio.ready();
    await studio.paintMeadow();
    await studio.set('prompt', PROMPT);
    await studio.set('steps', 50);
    const sketch = await studio.pixels('sketch');
    await studio.handle('render').click();
    await studio.until('rendering');
    await studio.page.waitForTimeout(500);
    const before = Date.now();
    await studio.handle('cancel').click();
    await studio.until('ready', 'done');
    t.diagnostic(`stopped after ${Date.now() - before} ms`);
    assert.ok(Date.now() - before < 5000);
    assert.ok(isSame(sketch, await studio.pixels('sketch')));
    await studio.set('steps', 4);
    await studio.render();
    assert.deepEqual(studio.problems, []);
  } finally {
    await studio.close();
  }
});

test('with the network cut after the first visit a reload paints and renders', async () => {
  // A server of its own: this one is switched off.
  const server = await serve(DIST);
  const studio = await open({ url: server.url });
  try {
    await studio.ready();
    await studio.page.getByText('Works offline').waitFor({ timeout: 60_000 });
    await server.close();
    await studio.context.setOffline(true);
    await studio.page.reload();
    await studio.ready();
    await studio.paintMeadow();
    await studio.set('prompt', PROMPT);
    await studio.set('steps', 6);
    await studio.render();
    assert.ok((await studio.pixels('picture')).width >= 64);
  } finally {
    await studio.close();
    await server.close();
  }
});

test('with the network cut an address below the site leads to the page, with what was asked of it', async () => {
  const server = await serve(DIST);
  const studio = await open({ url: server.url });
  try {
    await studio.page.getByText('Works offline').waitFor({ timeout: 60_000 });
    await server.close();
    await studio.context.setOffline(true);
    for (const path of ['something', 'some/thing/', 'some/index.html']) {
      await studio.page.goto(`${server.url}${path}?size=64`);
      await studio.handle('sketch').waitFor();
      assert.equal(studio.page.url(), `${server.url}?size=64`);
    }
  } finally {
    await studio.close();
    await server.close();
  }
});

test('a missing model is said in a sentence, one can paint all the same, and Render tries again', async () => {
  const server = await serve(DIST);
  server.refuse((path) => path.startsWith('/starter/'));
  const studio = await open({ url: server.url });
  try {
    await studio.until('error');
    const message = await studio.page.getByTestId('failure').locator('p').innerText();
    assert.match(message, /model_index\.json|model|404/i);
    assert.match(message, /\.$/);
    const blank = await studio.pixels('sketch');
    await studio.paintMeadow();
    assert.ok(!isSame(blank, await studio.pixels('sketch')), 'painting does not work');

    // The way out: once the file is there, Render loads it and goes on.
    server.refuse(null);
    await studio.set('prompt', PROMPT);
    await studio.set('steps', 4);
    await studio.handle('render').click();
    await studio.page.waitForFunction(
      () => document.querySelector('[data-testid="status"]').dataset.state === 'done',
      null,
      { timeout: 60_000 },
    );
  } finally {
    await studio.close();
    await server.close();
  }
});

test('no device of the wanted kind is an answer in words', async () => {
  const hideWebGpu = (page) =>
    page.addInitScript(() => Object.defineProperty(Navigator.prototype, 'gpu', { get: () => undefined }));
  const studio = await open({ beforeLoad: hideWebGpu });
  try {
    await studio.ready();
    assert.equal(await studio.device(), 'cpu');
    assert.deepEqual(studio.problems, []);
  } finally {
    await studio.close();
  }
});
