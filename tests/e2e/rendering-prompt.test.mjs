// The prompt and what stands around it, and strength as something that is painted.
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { open } from './support/studio.mjs';

const CPU = '?device=cpu&size=64';

const fold = async (studio, dock) => {
  if ((await studio.handle(`dock-${dock}`).getAttribute('data-folded')) === 'true') {
    await studio.handle(`fold-${dock}`).click();
  }
};

test('words that the model does not know are shown, and a press puts the nearest that it knows there', async () => {
  const studio = await open({ query: CPU });
  try {
    await studio.ready();
    await studio.set('prompt', 'a suny meadoww, zyxwvq');
    await studio.settled();
    const words = studio.handle('unknown-word');
    assert.equal(await words.count(), 3);
    assert.deepEqual(await studio.page.locator('.prompt__mirror mark').allInnerTexts(), ['suny', 'meadoww', 'zyxwvq']);
    await words.nth(1).click();
    assert.equal(await studio.handle('prompt').inputValue(), 'a suny meadow, zyxwvq');
    // Examples stand in the place of the words while there are none.
    await studio.handle('prompt').fill('');
    await studio.handle('example-prompt').first().click();
    assert.equal(await words.count(), 0);
  } finally {
    await studio.close();
  }
});

test('weights by Ctrl+Up and Down, former prompts by Up and Down, also after a new visit', async () => {
  const studio = await open({ query: CPU });
  try {
    await studio.ready();
    await studio.set('steps', 1);
    const prompt = studio.handle('prompt');
    await prompt.fill('a lake at night');
    await prompt.evaluate((it) => it.setSelectionRange(3, 3));
    await studio.page.keyboard.press('Control+ArrowUp');
    await studio.settled();
    assert.equal(await prompt.inputValue(), 'a (lake:1.1) at night');
    await studio.page.keyboard.press('Control+ArrowDown');
    await studio.settled();
    assert.equal(await prompt.inputValue(), 'a lake at night');
    await studio.render();
    await prompt.fill('a forest');
    await prompt.evaluate((it) => it.setSelectionRange(0, 0));
    await studio.page.keyboard.press('ArrowUp');
    await studio.settled();
    assert.equal(await prompt.inputValue(), 'a lake at night');
    await prompt.evaluate((it) => it.setSelectionRange(it.textLength, it.textLength));
    await studio.page.keyboard.press('ArrowDown');
    await studio.settled();
    assert.equal(await prompt.inputValue(), 'a forest');
    await studio.page.reload();
    await prompt.focus();
    await studio.page.keyboard.press('ArrowUp');
    await studio.settled();
    assert.equal(await prompt.inputValue(), 'a lake at night');
  } finally {
    await studio.close();
  }
});

test('styles are chosen, added, changed and kept for the next visit', async () => {
  const studio = await open({ query: CPU });
  try {
    await fold(studio, 'styles');
    const titles = () => studio.handle('style').locator('option').allInnerTexts();
    assert.equal((await titles()).length, 11);
    await studio.handle('style').selectOption({ label: 'Ink' });
    assert.match(await studio.handle('style-words').inputValue(), /\{prompt\}, ink drawing/);
    await studio.handle('style-add').click();
    await studio.set('style-name', 'Mine');
    await studio.set('style-words', '{prompt}, in my way');
    await studio.settled();
    await studio.page.reload();
    await studio.handle('sketch').waitFor();
    assert.ok((await titles()).includes('Mine'));
    assert.ok((await titles()).includes('Ink'));
    await studio.handle('style').selectOption({ label: 'Mine' });
    assert.equal(await studio.handle('style-words').inputValue(), '{prompt}, in my way');
    await studio.handle('style-remove').click();
    assert.ok(!(await titles()).includes('Mine'));
  } finally {
    await studio.close();
  }
});

test('painted strength is tinted over the sketch, told in the plan, undone with the paint, and cleared', async () => {
  const studio = await open({ query: CPU });
  try {
    await studio.ready();
    await studio.cover('#74b3e8', [0, 0.02, 1, 0.5]);
    await studio.page.evaluate(() => document.activeElement?.blur());
    await studio.handle('strength-brush').click();
    const tinted = async () => (await studio.pixels('strength-tint')).data.filter((_, idx) => idx % 4 === 3 && _ > 0).length;
    await studio.settled();
    assert.equal(await tinted(), 0);
    await studio.stroke([[0.3, 0.3], [0.7, 0.3]]);
    await studio.settled();
    const one = await tinted();
    assert.ok(one > 2000, `${one}`);
    assert.match(await studio.handle('plan').innerText(), /where it is freest/);
    await studio.handle('freedom-keep').click();
    await studio.stroke([[0.3, 0.7], [0.7, 0.7]]);
    await studio.settled();
    assert.ok((await tinted()) > one);
    await studio.handle('undo').click();
    await studio.settled();
    assert.equal(await tinted(), one);
    await studio.handle('clear-strength').click();
    await studio.settled();
    assert.equal(await tinted(), 0);
    assert.doesNotMatch(await studio.handle('plan').innerText(), /freest/);
    assert.deepEqual(studio.problems, []);
  } finally {
    await studio.close();
  }
});
