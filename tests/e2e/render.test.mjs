// From a stroke to a picture: the job of the whole program.
import { strict as assert } from 'node:assert';
import { after, before, describe, test } from 'node:test';
import { averagedTo, difference, isSame, layoutCorrelation } from './support/pixels.mjs';
import { PROMPT, open } from './support/studio.mjs';

/** The longest that a person waits from the click to the picture, on a processor and nothing else. */
const MAX_RENDER_SECS = 20;

describe('a painted meadow', () => {
  let studio;
  let first;

  before(async () => {
    studio = await open();
    await studio.ready();
    await studio.paintMeadow();
    await studio.set('prompt', PROMPT);
    await studio.set('strength', 0.5);
    await studio.set('seed', 7);
  });

  after(() => studio?.close());

  test('is computed on the processor where there is no graphics card, and the page says why', async () => {
    assert.equal(await studio.device(), 'cpu');
    assert.match(await studio.handle('status').getAttribute('title'), /\w+ \w+/);
  });

  test('becomes a picture in time', async (t) => {
    const seconds = await studio.render();
    first = await studio.pixels('picture');
    t.diagnostic(`${first.width} × ${first.height} in ${seconds.toFixed(1)} s`);
    assert.ok(seconds < MAX_RENDER_SECS, `${seconds} s`);
    assert.ok(first.width >= 64 && first.width === first.height, `${first.width} × ${first.height}`);
  });

  test('keeps its layout at half strength', async (t) => {
    const agreement = layoutCorrelation(await studio.pixels('sketch'), first);
    t.diagnostic(`correlation ${agreement.toFixed(3)}`);
    assert.ok(agreement > 0.6, `correlation ${agreement}`);
    assert.ok(!isSame(first, averagedTo(await studio.pixels('sketch'), first.width)), 'nothing was painted');
  });

  test('is another picture with another seed, and the same bytes again with the same one', async () => {
    await studio.set('seed', 8);
    await studio.render();
    assert.ok(!isSame(first, await studio.pixels('picture')), 'another seed gave the same picture');
    await studio.set('seed', 7);
    await studio.render();
    assert.ok(isSame(first, await studio.pixels('picture')), 'the same seed gave another picture');
  });

  test('is another picture with another prompt', async () => {
    await studio.set('prompt', 'a stormy sea at night');
    await studio.render();
    assert.ok(!isSame(first, await studio.pixels('picture')));
    await studio.set('prompt', PROMPT);
  });

  test('is another picture with another sampler, and the first again with its own', async () => {
    const names = await studio.handle('scheduler').locator('option').evaluateAll((all) => all.map((it) => it.value));
    assert.ok(names.includes('dpmpp-2m') && names.includes('unipc') && names[0] === '', names.join(' '));
    await studio.handle('scheduler').selectOption('dpmpp-2m');
    await studio.render();
    assert.ok(!isSame(first, await studio.pixels('picture')), 'another sampler gave the same picture');
    await studio.handle('scheduler').selectOption('');
    // The sheet is painted all over: letting bare paper free changes nothing on it.
    await studio.handle('free-paper').check();
    await studio.render();
    assert.ok(isSame(first, await studio.pixels('picture')), 'the first settings gave another picture');
    await studio.handle('free-paper').uncheck();
  });

  test('is itself at strength 0, byte for byte', async () => {
    await studio.set('strength', 0);
    await studio.render();
    assert.ok(isSame(await studio.pixels('sketch'), await studio.pixels('picture')));
    await studio.set('strength', 0.5);
  });

  test('can be painted on again, as one step that undo takes back', async () => {
    const sketch = await studio.pixels('sketch');
    await studio.render();
    const picture = await studio.pixels('picture');
    await studio.handle('keep').click();
    await studio.settled();
    const kept = await studio.pixels('sketch');
    assert.ok(!isSame(sketch, kept));
    assert.ok(layoutCorrelation(kept, picture) > 0.99, 'what was kept is not the picture');
    await studio.handle('undo').click();
    await studio.settled();
    assert.ok(isSame(sketch, await studio.pixels('sketch')), 'undo left something behind');
  });

  test('is saved as a PNG file of its own size', async () => {
    const [download] = await Promise.all([
      studio.page.waitForEvent('download'),
      studio.handle('save-picture').click(),
    ]);
    assert.match(download.suggestedFilename(), /\.png$/);
    const chunks = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk);
    const file = Buffer.concat(chunks);
    assert.equal(file.subarray(1, 4).toString('latin1'), 'PNG');
    const picture = await studio.pixels('picture');
    assert.deepEqual([file.readUInt32BE(16), file.readUInt32BE(20)], [picture.width, picture.height]);
  });

  test('leaves no error in the console', () => {
    assert.deepEqual(studio.problems, []);
  });
});

test('WebGPU and the processor paint the same picture', async (t) => {
  const pictures = [];
  for (const device of ['cpu', 'gpu']) {
    // As little as shows all of the model: the software adapter is correct, and compiles its shaders for a minute.
    const studio = await open({ query: `?device=${device}&size=64` });
    studio.patienceMillis = 600_000;
    try {
      await studio.ready();
      assert.equal(await studio.device(), device);
      await studio.paintMeadow();
      await studio.set('prompt', PROMPT);
      await studio.set('strength', 0.5);
      await studio.set('steps', 2);
      await studio.set('guidance', 1);
      await studio.set('seed', 7);
      const seconds = await studio.render();
      t.diagnostic(`${device}: ${seconds.toFixed(1)} s`);
      pictures.push(await studio.pixels('picture'));
      assert.deepEqual(studio.problems, []);
    } finally {
      await studio.close();
    }
  }
  const { mean, largest } = difference(...pictures);
  t.diagnostic(`mean difference ${mean.toFixed(3)}, largest ${largest} of 255`);
  assert.ok(mean < 1 && largest <= 12, `mean ${mean}, largest ${largest}`);
});
