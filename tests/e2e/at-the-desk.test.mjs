// What an illustrator runs into in the first ten minutes: the first-run card, prompts, new documents, names, a transform's
// frame, small windows.
import { strict as assert } from 'node:assert';
import { after, before, describe, test } from 'node:test';
import { RED, colourAt, eventually, fresh, layerNames, press, settings, unfold } from './support/hands.mjs';
import { open } from './support/studio.mjs';

describe('at the desk', () => {
  let studio;

  before(async () => {
    studio = await open();
    await fresh(studio);
  });

  after(() => studio?.close());

  test('a transform frames what it would take hold of, and its first press takes a corner', async () => {
    await studio.cover('#c03030', [0.3, 0.3, 0.5, 0.5], 40);
    await press(studio, 'transform');
    await studio.settled();
    const handles = studio.page.locator('.handle.over');
    assert.equal(await handles.count(), 8);
    await studio.stroke([[0.54, 0.54], [0.74, 0.74]]);
    await studio.settled();
    const scale = Number(await studio.handle('option-scale').inputValue());
    assert.ok(scale > 165 && scale < 200, `${scale} % by the corner`);
    await studio.page.locator('.well--sketch').focus();
    await studio.page.keyboard.press('Enter');
    await studio.settled();
    assert.deepEqual(await colourAt(studio, 0.6, 0.6), RED);
    await press(studio, 'brush');
  });

  test('a layer is renamed from the name that it has, and keeps it where nothing was typed', async () => {
    await unfold(studio, 'layers');
    const [former] = await layerNames(studio);
    await press(studio, 'layer-rename');
    const field = studio.handle('layer-name');
    assert.equal(await field.inputValue(), former);
    const step = () => studio.handle('undo').getAttribute('title');
    const before = await step();
    await field.press('Enter');
    await studio.settled();
    assert.deepEqual([(await layerNames(studio))[0], await step()], [former, before]);
    await press(studio, 'layer-rename');
    await field.fill('Sky');
    await field.press('Enter');
    await eventually(async () => (await layerNames(studio))[0] === 'Sky', 'the new name');
  });

  test('the canvas stays where it is while one types words that the model does not know', async () => {
    await studio.ready();
    await studio.handle('example-prompt').first().waitFor();
    const before = await studio.handle('sketch').boundingBox();
    await studio.handle('prompt').fill('a casstle and a xylophone');
    await studio.handle('unknown-word').first().waitFor();
    assert.equal(await studio.handle('example-prompt').first().isVisible(), false);
    assert.deepEqual(await studio.handle('sketch').boundingBox(), before);
    await studio.handle('prompt').fill('a lake');
    await studio.handle('example-prompt').first().waitFor({ state: 'visible' });
    assert.deepEqual(await studio.handle('sketch').boundingBox(), before);
  });

  test('a new document has the size that was typed, or one of the list', async () => {
    const size = () => studio.handle('sketch').evaluate(({ width, height }) => [width, height]);
    await press(studio, 'files');
    await settings(studio, { 'new-size': 3 });
    assert.deepEqual([await studio.handle('new-width').inputValue(), await studio.handle('new-height').inputValue()], ['1024', '1024']);
    await settings(studio, { 'new-width': 300, 'new-height': 99999 });
    assert.equal(await studio.handle('new-size').evaluate((it) => it.selectedOptions[0].value), '');
    assert.ok(Number(await studio.handle('new-height').inputValue()) < 99999, 'no longer than a canvas may be');
    await settings(studio, { 'new-height': 200 });
    await press(studio, 'new-document');
    await eventually(async () => String(await size()) === '300,200', 'a canvas of 300 × 200');
  });

  test('the first-run card that is asked for again lies on new paper, and what was painted is among the documents', async () => {
    await studio.stroke([[0.2, 0.2], [0.6, 0.6]]);
    await press(studio, 'settings', 'welcome-again');
    await studio.handle('welcome').waitFor();
    await studio.handle('example-1').click();
    await studio.handle('welcome').waitFor({ state: 'detached' });
    // Every word of an example is one that the starter knows.
    await studio.settled();
    assert.equal(await studio.handle('unknown-word').count(), 0);
    await press(studio, 'files');
    await eventually(async () => (await studio.handle('open-document').count()) >= 2, 'the painted document');
    await studio.page.keyboard.press('Escape');
  });

  test('in a small window the bars fit and the picture’s facts stay in two lines; its button keeps it as a layer', async () => {
    await studio.page.setViewportSize({ width: 1280, height: 720 });
    const beyond = [];
    for (const language of ['pt-BR', 'en']) {
      await settings(studio, { language });
      for (const tool of ['brush', 'line', 'fill', 'select-rectangle', 'wand', 'transform', 'crop', 'strength-brush']) {
        await press(studio, tool);
        await studio.settled();
        const n = await studio.handle('tool-options').evaluate((it) => it.scrollWidth - it.clientWidth);
        if (n > 0) beyond.push(`${language} ${tool}: ${n} px`);
      }
    }
    assert.deepEqual(beyond, []);
    await press(studio, 'strength-brush');
    assert.equal(await studio.handle('option-size').count(), 1);
    await press(studio, 'brush', 'side-by-side');
    await studio.render();
    const lines = () => studio.page.locator('.plaque__facts').evaluate((it) => it.getBoundingClientRect().height / parseFloat(getComputedStyle(it).lineHeight));
    assert.ok((await lines()) < 2.2, `${await lines()} lines of facts`);
    for (const name of ['keep', 'save-picture']) {
      const [button, easel] = [await studio.handle(name).boundingBox(), await studio.page.locator('.easel--picture').boundingBox()];
      assert.ok(button.x >= easel.x && button.x + button.width <= easel.x + easel.width + 1, `${name} beside the picture`);
    }
    const n = (await layerNames(studio)).length;
    assert.equal(await studio.handle('keep').innerText(), 'Paint on it');
    assert.equal(await studio.handle('keep-layer').isVisible(), false, 'two buttons for one thing');
    await studio.handle('keep').click();
    await eventually(async () => (await layerNames(studio)).length === n + 1, 'a layer more');
    // Where a layer holds the live picture, that is what is renewed, and a layer to paint on is the other button's.
    await press(studio, 'undo');
    await press(studio, 'gallery-keep-live');
    await eventually(async () => (await studio.handle('keep').innerText()) === 'Into the live layer', 'what the button says');
    await studio.handle('keep-layer').click();
    await eventually(async () => (await layerNames(studio)).length === n + 2, 'a layer to paint on');
    assert.deepEqual(studio.problems, []);
  });
});
