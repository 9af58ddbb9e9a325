// Documents: kept while one paints, back after a reload or a lost page, out as files and in again.
import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { untilKept } from './support/hands.mjs';
import { isSame } from './support/pixels.mjs';
import { open } from './support/studio.mjs';

const ANY_STROKE = [[0.2, 0.2], [0.7, 0.5], [0.3, 0.8]];

/** Waits until the sketch is another picture than `former`, and gives it. */
async function sketchAfter(studio, isThere) {
  for (let tries = 0; tries < 60; tries += 1) {
    const pixels = await studio.pixels('sketch').catch(() => null);
    if (pixels && isThere(pixels)) return pixels;
    await studio.page.waitForTimeout(100);
  }
  return assert.fail('the sketch did not come');
}

const isPainted = ({ data }) => data.some((value) => value < 200);

async function download(studio, button) {
  const [file] = await Promise.all([studio.page.waitForEvent('download'), studio.handle(button).click()]);
  return readFileSync(await file.path());
}

/** Drops a file on the page, as from another window. */
function drop(studio, name, bytes) {
  return studio.page.evaluate(([fileName, text]) => {
    const data = new DataTransfer();
    data.items.add(new File([Uint8Array.from(atob(text), (it) => it.charCodeAt(0))], fileName));
    for (const kind of ['dragenter', 'dragover', 'drop']) {
      document.body.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: data }));
    }
  }, [name, bytes.toString('base64')]);
}

test('strokes are back bit for bit after a reload, and after a page that was closed without warning', async () => {
  const studio = await open();
  try {
    await studio.set('colour', '#204060');
    await studio.set('prompt', 'a quiet lake');
    await studio.stroke(ANY_STROKE);
    const end = Date.now();
    await studio.settled();
    const painted = await studio.pixels('sketch');
    await untilKept(studio, end);
    await studio.page.reload();
    await studio.handle('sketch').waitFor();
    assert.ok(isSame(await sketchAfter(studio, isPainted), painted));
    assert.equal(await studio.handle('prompt').inputValue(), 'a quiet lake');
    await studio.page.close({ runBeforeUnload: false });
    studio.page = await studio.context.newPage();
    await studio.page.goto((await import('./support/browser.mjs').then((it) => it.site())).url);
    await studio.handle('sketch').waitFor();
    assert.ok(isSame(await sketchAfter(studio, isPainted), painted));
  } finally {
    await studio.close();
  }
});

test('an exported PNG brings everything back in a fresh page; OpenRaster is a zip; a broken file changes nothing', async () => {
  const studio = await open();
  const other = await open();
  try {
    await studio.set('colour', '#a03020');
    await studio.stroke(ANY_STROKE);
    await studio.set('prompt', 'red hills');
    await studio.settled();
    const painted = await studio.pixels('sketch');
    await studio.handle('files').click();
    const png = await download(studio, 'save-project');
    const ora = await download(studio, 'export-ora');
    assert.equal(ora.subarray(0, 2).toString(), 'PK');
    for (const name of ['mimetypeimage/openraster', 'stack.xml', 'mergedimage.png', 'Thumbnails/thumbnail.png']) {
      assert.ok(ora.includes(name), name);
    }
    await drop(other, 'hills.png', png);
    assert.ok(isSame(await sketchAfter(other, isPainted), painted));
    assert.equal(await other.handle('prompt').inputValue(), 'red hills');
    await drop(other, 'broken.png', png.subarray(0, 300));
    await other.page.waitForFunction(() => document.body.innerText.includes('broken.png'));
    assert.ok(isSame(await other.pixels('sketch'), painted));
  } finally {
    await studio.close();
    await other.close();
  }
});
