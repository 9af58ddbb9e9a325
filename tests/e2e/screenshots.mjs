// Takes the screenshots in docs/: the built site, a sketch painted with real pointer events, a real render.
// Run with `npm run screenshots` after `cargo xtask build`, and look at each of them before committing it.
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { stop } from './support/browser.mjs';
import { open } from './support/studio.mjs';

const FOLDER = process.env.UNDERPAINT_SCREENSHOTS ?? fileURLToPath(new URL('../../docs', import.meta.url));

const SCREENS = {
  desktop: { viewport: { width: 1440, height: 900 }, deviceScaleFactor: 1 },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true },
};

const PROMPT = process.env.UNDERPAINT_PROMPT ?? 'a lighthouse by the sea at sunset, oil painting';
const SEED = process.env.UNDERPAINT_SEED ?? '11';

/** Many points on the way, with a hand's wobble. */
function freehand(points, wobble = 0.004) {
  const path = [];
  points.slice(1).forEach(([x, y], idx) => {
    const [fromX, fromY] = points[idx];
    for (let step = 0; step < 12; step += 1) {
      const at = step / 12;
      const sway = Math.sin(idx * 5.1 + step * 1.7) * wobble;
      path.push([fromX + (x - fromX) * at + sway, fromY + (y - fromY) * at - sway]);
    }
  });
  return [...path, points.at(-1)];
}

/** A lighthouse on a headland, the sun low over the sea: a minute's sketch with a large brush. */
async function paintLighthouse(studio) {
  await studio.cover('#f2b279', [0, 0.02, 1, 0.3], 110);
  await studio.cover('#f6cf8e', [0, 0.34, 1, 0.48], 80);
  await studio.cover('#2f6f86', [0, 0.6, 1, 0.98], 90);
  await studio.set('brush-size', 34);
  await studio.set('colour', '#7fb0ad');
  await studio.stroke(freehand([[0.02, 0.66], [0.5, 0.645], [0.98, 0.66]]));
  await studio.set('colour', '#fff0b8');
  await studio.set('brush-size', 74);
  await studio.stroke([[0.27, 0.36], [0.275, 0.362]]);
  await studio.set('brush-size', 16);
  for (const [y, half] of [[0.63, 0.06], [0.7, 0.09], [0.78, 0.05]]) {
    await studio.stroke(freehand([[0.27 - half, y], [0.27 + half, y + 0.004]]));
  }
  await studio.set('colour', '#4a5a3c');
  await studio.set('brush-size', 62);
  await studio.stroke(freehand([[0.6, 0.66], [0.72, 0.6], [0.86, 0.575], [1, 0.57]]));
  await studio.stroke(freehand([[0.68, 0.69], [0.84, 0.66], [1, 0.66]]));
  await studio.set('colour', '#f7f3ea');
  await studio.set('brush-size', 40);
  await studio.stroke(freehand([[0.79, 0.55], [0.79, 0.26]], 0.002));
  await studio.set('colour', '#b03a30');
  await studio.set('brush-size', 38);
  await studio.stroke(freehand([[0.79, 0.45], [0.79, 0.42]], 0.001));
  await studio.stroke(freehand([[0.79, 0.32], [0.79, 0.3]], 0.001));
  await studio.set('brush-size', 30);
  await studio.stroke(freehand([[0.765, 0.225], [0.815, 0.225]], 0.001));
  await studio.settled();
}

/** Where the pointer rests on the paper, so that the brush's ring is in the picture. */
async function restingPlace(studio) {
  const box = await studio.handle('sketch').boundingBox();
  return [box.x + box.width * 0.47, box.y + box.height * 0.2];
}

async function shoot(studio, name) {
  await studio.settled();
  await studio.page.waitForTimeout(350);
  const path = `${FOLDER}/screenshot-${name}.png`;
  await studio.page.screenshot({ path });
  console.log(path);
}

mkdirSync(FOLDER, { recursive: true });
for (const [screen, context] of Object.entries(SCREENS)) {
  const studio = await open({ context });
  await studio.ready();
  await shoot(studio, `empty-${screen}`);
  await paintLighthouse(studio);
  await studio.set('prompt', PROMPT);
  await studio.set('seed', SEED);
  await studio.handle('render').click();
  if (screen === 'desktop') await studio.page.mouse.move(...(await restingPlace(studio)));
  await studio.page.waitForFunction(
    () => Number(document.querySelector('[role="progressbar"]')?.getAttribute('aria-valuenow')) >= 40,
    null,
    { timeout: 60_000, polling: 10 },
  );
  await shoot(studio, `rendering-${screen}`);
  await studio.until('done');
  await shoot(studio, `done-${screen}`);
  console.log(await studio.statusText(), studio.problems);
  await studio.close();
}
await stop();
