// What hands, tabs and browsers do at odd moments: a page that is left, hidden or renewed right after a stroke, and fields
// that are left with nothing sensible in them.
import { strict as assert } from 'node:assert';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { DIST } from './support/browser.mjs';
import { eventually, ink, press, settings, untilKept } from './support/hands.mjs';
import { isSame } from './support/pixels.mjs';
import { serve } from './support/server.mjs';
import { Studio, open } from './support/studio.mjs';

const ANY_STROKE = [[0.2, 0.2], [0.7, 0.5], [0.3, 0.8]];

/** The page of a document that was kept: opened anew in the same browser. */
async function again(studio, url) {
  const page = await studio.context.newPage();
  await page.goto(url ?? studio.page.url());
  await page.getByTestId('sketch').waitFor();
  return new Studio(page, studio.context);
}

/** Lets writing to the device wait until `letWrite()` is called. */
const holdWriting = (page) =>
  page.addInitScript(() => {
    const may = new Promise((done) => {
      window.letWrite = done;
    });
    const native = FileSystemFileHandle.prototype.createWritable;
    FileSystemFileHandle.prototype.createWritable = async function createWritable(...parameters) {
      await may;
      return native.apply(this, parameters);
    };
  });

test('who leaves before the last stroke is kept is asked, and afterwards is not', async () => {
  const studio = await open({ beforeLoad: holdWriting });
  try {
    const asked = [];
    studio.page.on('dialog', (dialog) => {
      asked.push(dialog.type());
      return dialog.dismiss();
    });
    await studio.stroke(ANY_STROKE);
    await studio.settled();
    const painted = await studio.pixels('sketch');
    await studio.page.close({ runBeforeUnload: true });
    await eventually(() => asked.length > 0, 'the question');
    assert.deepEqual(asked, ['beforeunload']);
    assert.ok(isSame(await studio.pixels('sketch'), painted));
    await studio.page.evaluate(() => window.letWrite());
    // Once it is kept the page goes without a word.
    await eventually(async () => {
      if (!studio.page.isClosed()) await studio.page.close({ runBeforeUnload: true }).catch(() => {});
      return studio.page.isClosed();
    }, 'a page that goes');
    const other = await again(studio);
    await eventually(async () => isSame(await other.pixels('sketch'), painted), 'the stroke');
  } finally {
    await studio.close();
  }
});

test('a page that goes out of sight keeps the last stroke at once, though its timers rest', async () => {
  const studio = await open({
    beforeLoad: (page) =>
      page.addInitScript(() => {
        // As browsers do with tabs that are not seen, only more so.
        const native = window.setTimeout;
        window.setTimeout = (run, millis, ...rest) => native(run, document.hidden ? 600_000 : millis, ...rest);
      }),
  });
  try {
    await studio.ready();
    await studio.stroke(ANY_STROKE);
    await studio.settled();
    await studio.page.evaluate(() => {
      Object.defineProperty(document, 'hidden', { get: () => true });
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
    });
    const painted = await studio.pixels('sketch');
    await untilKept(studio, 0);
    const other = await again(studio);
    // The tab that was hidden still has the document; what it has kept is in the list.
    await eventually(async () => (await other.handle('elsewhere-dialog').isVisible()), 'the question which tab paints');
    await studio.page.close({ runBeforeUnload: false });
    await eventually(async () => {
      await other.page.reload();
      await other.handle('sketch').waitFor();
      await other.settled();
      return isSame(await other.pixels('sketch'), painted);
    }, 'the stroke');
  } finally {
    await studio.close();
  }
});

test('a new version keeps the last stroke before it loads, and another tab follows with its own button', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'underpaint-'));
  cpSync(DIST, folder, { recursive: true });
  const server = await serve(folder);
  const studio = await open({ url: server.url });
  try {
    await studio.ready();
    await studio.page.getByText('Works offline').waitFor({ timeout: 60_000 });
    const read = (name) => readFileSync(join(folder, name), 'utf8');
    const integrity = (text) => `sha256-${createHash('sha256').update(text).digest('base64')}`;
    const [page, worker] = [read('index.html'), read('sw.js')];
    const renewed = page.replace('<title>', '<meta name="version" content="two" /><title>');
    assert.ok(worker.includes(integrity(page)), 'the service worker keeps another page');
    writeFileSync(join(folder, 'index.html'), renewed);
    const list = worker.replace(integrity(page), integrity(renewed)).replace('underpaint-shell-', 'underpaint-shell-2');
    writeFileSync(join(folder, 'sw.js'), list);

    const other = await again(studio);
    await other.handle('update').waitFor({ timeout: 60_000 });
    await studio.handle('update').waitFor({ timeout: 60_000 });
    const isRenewed = ({ page: it }) => it.evaluate(() => document.querySelector('meta[name=version]') !== null);
    const renew = (it) => it.handle('update').getByRole('button', { name: 'Reload' }).click();
    await studio.stroke(ANY_STROKE);
    await studio.settled();
    const painted = await studio.pixels('sketch');
    await renew(studio);
    await eventually(() => isRenewed(studio).catch(() => false), 'the new version');
    await eventually(async () => isSame(await studio.pixels('sketch'), painted), 'the stroke');
    assert.equal(await isRenewed(other), false, 'a tab was renewed unasked');
    await other.page.keyboard.press('Escape');
    await renew(other);
    await eventually(() => isRenewed(other).catch(() => false), 'the new version in the other tab');
  } finally {
    await studio.close();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a document that another tab paints keeps its name', async () => {
  const studio = await open();
  try {
    await studio.stroke(ANY_STROKE);
    await untilKept(studio, 0);
    const former = await studio.handle('document-title').innerText();
    const other = await again(studio);
    await other.handle('elsewhere-dialog').waitFor();
    await other.page.keyboard.press('Escape');
    await press(other, 'files');
    const name = other.handle('document-name');
    await name.fill('Blue hour');
    await other.page.keyboard.press('Tab');
    await eventually(async () => /another tab/.test(await other.statusText()), 'the reason');
    await eventually(async () => (await name.inputValue()) === former, 'the former name');
  } finally {
    await studio.close();
  }
});

test('after a choice from a list undo is one key away, and Ctrl+S in the prompt saves the drawing, not the page', async () => {
  const studio = await open();
  try {
    const blend = studio.handle('layer-blend');
    await blend.focus();
    await blend.selectOption('multiply');
    await studio.page.keyboard.press('Control+z');
    await eventually(async () => (await blend.inputValue()) === 'normal', 'the former mode');
    // Letters still find entries of the list.
    await studio.page.keyboard.press('e');
    assert.equal(await studio.handle('eraser').getAttribute('aria-pressed'), 'false');
    await studio.page.evaluate(() => {
      window.showSaveFilePicker = undefined;
    });
    await studio.handle('prompt').focus();
    const [file] = await Promise.all([studio.page.waitForEvent('download'), studio.page.keyboard.press('Control+s')]);
    assert.match(file.suggestedFilename(), /\.png$/);
  } finally {
    await studio.close();
  }
});

test('a weight in the prompt is taken back by Ctrl+Z, as what is typed is', async () => {
  const studio = await open();
  try {
    const prompt = studio.handle('prompt');
    await prompt.focus();
    await studio.page.keyboard.type('a red boat');
    await studio.page.keyboard.press('Control+ArrowUp');
    assert.equal(await prompt.inputValue(), 'a red (boat:1.1)');
    await studio.settled();
    await studio.page.keyboard.press('Control+ArrowUp');
    assert.equal(await prompt.inputValue(), 'a red (boat:1.2)');
    await studio.settled();
    await studio.page.keyboard.press('Control+z');
    assert.equal(await prompt.inputValue(), 'a red (boat:1.1)');
    await studio.page.keyboard.press('Control+z');
    assert.equal(await prompt.inputValue(), 'a red boat');
    assert.deepEqual(studio.problems, []);
  } finally {
    await studio.close();
  }
});

test('words of the page that are selected are copied as words, and the drawing once one paints again', async () => {
  const studio = await open({ context: { permissions: ['clipboard-read', 'clipboard-write'] } });
  try {
    await studio.page.evaluate(() => {
      window.copied = [];
      document.addEventListener('copy', () => window.copied.push(String(getSelection())));
      document.activeElement.blur();
      getSelection().selectAllChildren(document.querySelector('[data-testid="plan"]'));
    });
    const plan = await studio.handle('plan').innerText();
    await studio.page.keyboard.press('Control+c');
    await eventually(() => studio.page.evaluate(() => window.copied.length === 1), 'the words');
    assert.deepEqual(await studio.page.evaluate(() => window.copied), [plan]);
    await studio.stroke(ANY_STROKE);
    await studio.page.keyboard.press('Control+c');
    const kinds = () => studio.page.evaluate(async () => (await navigator.clipboard.read()).flatMap((it) => it.types));
    await eventually(async () => (await kinds()).includes('image/png'), 'the drawing');
    assert.equal(await studio.page.evaluate(() => window.copied.length), 1);
  } finally {
    await studio.close();
  }
});

test('fields that are left with nothing sensible in them show what there is', async () => {
  const studio = await open();
  try {
    const size = studio.handle('brush-size');
    for (const [typed, shown] of [['0', '1'], ['', '1'], ['99999999999999999999', '512'], ['40', '40']]) {
      await size.fill(typed);
      await studio.page.keyboard.press('Tab');
      assert.equal(await size.inputValue(), shown, `“${typed}”`);
    }
    await settings(studio, { colour: '#c03030' });
    await studio.stroke(ANY_STROKE);
    await studio.settled();
    assert.ok((await ink(studio)).n > 0);
    await press(studio, 'files');
    const name = studio.handle('document-name');
    await name.waitFor();
    const former = await name.inputValue();
    await name.fill('   ');
    await studio.page.keyboard.press('Tab');
    await eventually(async () => (await name.inputValue()) === former, 'the former name');
    assert.equal(await studio.handle('document-title').innerText(), former);
    await name.fill('  Blue hour ');
    await studio.page.keyboard.press('Tab');
    await eventually(async () => (await name.inputValue()) === 'Blue hour', 'the new name');
    assert.deepEqual(studio.problems, []);
  } finally {
    await studio.close();
  }
});
