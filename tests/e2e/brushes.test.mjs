// The brush engine as a painter meets it: each of a brush's settings changes what a stroke leaves, every brush that comes
// along leaves its own mark, and a brush that was changed is kept, exported and brought back.
import { strict as assert } from 'node:assert';
import { after, before, beforeEach, describe, test } from 'node:test';
import { Hands, colourAt, fresh, ink, press, saved, settings, way } from './support/hands.mjs';
import { open } from './support/studio.mjs';

/** A wave from left to right, so that a stroke has every direction and more than one speed. */
const WAVE = Array.from({ length: 25 }, (_, idx) => [0.15 + idx * 0.028, 0.5 + 0.16 * Math.sin(idx * 0.7)]);

/** How much two strokes differ: the share of their pixels that lie in other columns. */
function distance(one, other) {
  const sum = one.columns.reduce((total, n, idx) => total + Math.abs(n - other.columns[idx]), 0);
  const dark = Math.abs(one.sum - other.sum) / Math.max(one.sum, other.sum, 1);
  return Math.max(sum / Math.max(one.n, other.n, 1), dark);
}

/** How much two strokes differ in how dark their columns are: lighter here and darker there does not cancel out. */
function toneDistance(one, other) {
  return one.tones.reduce((total, sum, idx) => total + Math.abs(sum - other.tones[idx]), 0) / Math.max(one.sum, other.sum, 1);
}

describe('a brush', () => {
  let studio;
  let hands;

  before(async () => {
    studio = await open();
    hands = await Hands.of(studio);
    for (const part of ['brush-all', 'brush-more']) await studio.handle(part).locator('summary').click();
  });

  after(() => studio?.close());

  beforeEach(() => fresh(studio));

  /** What a stroke of the brush leaves on bare paper; the paper is bare again afterwards. */
  async function stroke(options) {
    await hands.pen(WAVE, { force: 0.7, secs: 0.5, ...options });
    const found = await ink(studio);
    await press(studio, 'undo');
    return found;
  }

  /** Back to the built-in brush of a place in the list. */
  async function take(place, own = {}) {
    await press(studio, `brush-preset-${place}`, 'brush-reset');
    await settings(studio, { 'brush-size': 40, ...own });
  }

  const number = (key) => `brush-number-${key}`;
  // What it needs beside it to show, the setting, and two values of it.
  const SETTINGS = [
    ['size', {}, 'brush-size', 20, 60],
    ['hardness', {}, 'hardness', 0, 1],
    ['opacity', {}, 'opacity', 0.3, 1],
    ['flow', { 'brush-gathering': 1, hardness: 0 }, number('flow'), 0.02, 1],
    ['spacing', {}, number('spacing'), 0.05, 2],
    ['aspect', {}, number('aspect'), 1, 0.1],
    ['rotation', { [number('aspect')]: 0.1 }, number('rotation-degrees'), 0, 90],
    ['turned at random', { [number('aspect')]: 0.1, [number('spacing')]: 0.5 }, number('rotation-jitter'), 0, 1],
    ['smaller at random', { [number('spacing')]: 0.5 }, number('size-jitter'), 0, 1],
    ['tone at random', { [number('spacing')]: 0.5 }, number('tone-jitter'), 0, 1],
    ['scatter', {}, number('scatter'), 0, 3],
    ['grain depth', { 'brush-grain': 1 }, number('grain-depth'), 0, 1],
    ['grain scale', { 'brush-grain': 3, [number('grain-depth')]: 1 }, number('grain-scale'), 0.5, 8],
    ['edge of a wash', { hardness: 0.3, opacity: 0.6 }, number('edge'), 0, 1],
    ['smudge rate', {}, number('smudge-rate'), 0, 0.9],
    ['colour of a smudge', { [number('smudge-rate')]: 0.9 }, number('smudge-colour'), 0, 1],
    ['smoothing', { 'brush-size': 12 }, number('smoothing'), 0, 1],
    ['length of the pulled string', { 'brush-stabiliser': 1, 'brush-size': 12 }, number('string-px'), 1, 120],
    ['reach of the moving average', { 'brush-stabiliser': 2, 'brush-size': 12 }, number('average'), 0, 1],
    ['tip', {}, 'brush-tip', 0, 2],
    ['grain', { [number('grain-depth')]: 1 }, 'brush-grain', 0, 3],
    ['wash or build-up', { hardness: 0, [number('flow')]: 0.2, opacity: 0.5 }, 'brush-gathering', 0, 1],
    ['what turns the tip', { [number('aspect')]: 0.1 }, 'brush-rotation-source', 0, 1],
    ['stabiliser', { 'brush-size': 12, [number('string-px')]: 100 }, 'brush-stabiliser', 0, 1],
  ];

  test('paints the same again when the hand does the same', async () => {
    await take(0);
    const [one, other] = [await stroke(), await stroke()];
    assert.ok(one.n > 2000 && distance(one, other) < 0.01, `${one.n} pixels, ${distance(one, other)} of them elsewhere`);
  });

  for (const [name, own, setting, low, high] of SETTINGS) {
    test(`setting: ${name}`, async () => {
      await take(0, own);
      await settings(studio, { [setting]: low });
      const one = await stroke();
      await settings(studio, { [setting]: high });
      const other = await stroke();
      const share = Math.max(distance(one, other), toneDistance(one, other));
      assert.ok(share > 0.02, `${setting} from ${low} to ${high} changes ${share} of the stroke`);
    });
  }

  test('setting: how a stroke joins what is under it', async () => {
    await settings(studio, { colour: '#2040a0' });
    await hands.pen(way([0.1, 0.5], [0.9, 0.5]), { force: 1 });
    const colours = [];
    for (const blend of [0, 1]) {
      await take(0, { colour: '#c0c030', 'brush-blend': blend });
      await hands.pen(way([0.5, 0.2], [0.5, 0.8]), { force: 1 });
      colours.push(await colourAt(studio, 0.5, 0.5));
      await press(studio, 'undo');
    }
    assert.deepEqual(colours[0], [0xc0, 0xc0, 0x30]);
    assert.ok(colours[1].every((value, idx) => value < [0x28, 0x40, 0x30][idx]), String(colours[1]));
  });

  test('of those that come along leaves a mark of its own', async () => {
    const marks = [];
    for (let place = 0; place < 9; place += 1) {
      await take(place);
      // A smudge needs paint to drag.
      if (place === 8) {
        await take(0);
        await hands.pen(way([0.3, 0.2], [0.3, 0.8]), { force: 1 });
        const ground = await ink(studio);
        await take(8);
        await hands.pen(way([0.25, 0.5], [0.6, 0.5], 24), { force: 1 });
        assert.ok((await ink(studio)).right > ground.right + 10, 'the smudge drags nothing along');
        continue;
      }
      marks.push(await stroke());
    }
    marks.forEach((mark, idx) => {
      assert.ok(mark.n > 300, `brush ${idx} leaves ${mark.n} pixels`);
      marks.slice(0, idx).forEach((other, before) => assert.ok(distance(mark, other) > 0.03, `brushes ${before} and ${idx} are alike`));
    });
  });

  test('shows its stroke at once, and a settled one stays: nothing of a prediction is left', async () => {
    await take(0);
    await hands.pen(way([0.2, 0.5], [0.8, 0.5], 40), { force: 1, secs: 0.1 });
    const found = await ink(studio);
    const end = 0.8 * 512 + 20;
    assert.ok(Math.abs(found.right - end) <= 3, `the line ends at ${found.right} instead of ${end}`);
  });

  test('is changed, marked as such, saved under a name, renamed, exported, deleted and imported again', async () => {
    await take(1);
    await settings(studio, { 'brush-size': 77 });
    await studio.settled();
    assert.match(await studio.handle('brush-preset-1').innerText(), /•/);
    await press(studio, 'brush-save-as');
    await studio.handle('brush-name').fill('Mine');
    await studio.handle('brush-name').press('Enter');
    await press(studio, 'brush-rename');
    await studio.handle('brush-name').fill('Mine for skies');
    await studio.handle('brush-name').press('Enter');
    const own = studio.page.getByRole('button', { name: 'Mine for skies' });
    await own.waitFor();
    const one = await saved(studio, 'brush-export');
    assert.equal(one.name, 'Mine for skies.brushes');
    assert.match(one.bytes.toString(), /Mine for skies[^]*size-px[ =:]+77/);
    const all = await saved(studio, 'brushes-export');
    assert.ok(all.bytes.length > one.bytes.length * 5);
    await press(studio, 'brush-delete');
    await own.waitFor({ state: 'detached' });
    const [chooser] = await Promise.all([studio.page.waitForEvent('filechooser'), studio.handle('brushes-import').click()]);
    await chooser.setFiles({ name: 'mine.brushes', mimeType: 'text/plain', buffer: one.bytes });
    await own.waitFor();
    await own.click();
    assert.equal(await studio.handle('brush-size').inputValue(), '77');
    await press(studio, 'brush-delete', 'brush-preset-1', 'brush-reset');
    await studio.settled();
    assert.doesNotMatch(await studio.handle('brush-preset-1').innerText(), /•/);
  });

  test('leaves no error in the console', () => {
    assert.deepEqual(studio.problems, []);
  });
});
