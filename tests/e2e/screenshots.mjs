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

const PROMPT = process.env.UNDERPAINT_PROMPT ?? 'a sunny meadow under a blue sky, oil painting';
const SEED = process.env.UNDERPAINT_SEED ?? '7';

/** A line through the points as a hand draws it: it strays a little, and always in the same way. */
function freehand(points, stray = 0.003) {
  const path = [];
  let [driftX, driftY, seed] = [0, 0, 7];
  const next = () => {
    seed = (seed * 16807) % 2147483647;
    return seed / 2147483647 - 0.5;
  };
  points.slice(1).forEach(([x, y], idx) => {
    const [fromX, fromY] = points[idx];
    const n = Math.max(3, Math.round(Math.hypot(x - fromX, y - fromY) * 24));
    for (let step = 0; step < n; step += 1) {
      driftX = driftX * 0.85 + next() * stray;
      driftY = driftY * 0.85 + next() * stray;
      path.push([fromX + ((x - fromX) * step) / n + driftX, fromY + ((y - fromY) * step) / n + driftY]);
    }
  });
  return [...path, points.at(-1)];
}

/** A meadow under a summer sky, with hills far off and two trees: a minute's sketch. */
async function paintMeadow(studio) {
  const brush = async (colour, sizePx, hardness = 0.7) => {
    await studio.set('colour', colour);
    await studio.set('brush-size', sizePx);
    await studio.set('hardness', hardness);
  };
  const line = (points, stray) => studio.stroke(freehand(points, stray));

  // Sky, from above down to the horizon, soft.
  await brush('#4f8fd6', 130, 0.4);
  await line([[0, 0.04], [1, 0.05]]);
  await brush('#7db4e6', 130, 0.4);
  await line([[1, 0.18], [0, 0.19]]);
  await brush('#a9d2ee', 130, 0.4);
  await line([[0, 0.34], [1, 0.35]]);
  await line([[1, 0.44], [0, 0.45]]);
  // The sun, and clouds that catch its light.
  await brush('#ffe88a', 84, 0.85);
  await line([[0.76, 0.17], [0.765, 0.17]], 0);
  await brush('#f7f8f6', 46, 0.35);
  await line([[0.1, 0.24], [0.2, 0.22], [0.33, 0.245], [0.42, 0.24]], 0.005);
  await line([[0.18, 0.2], [0.27, 0.185]], 0.004);
  await brush('#eef3f5', 30, 0.35);
  await line([[0.56, 0.33], [0.7, 0.32], [0.82, 0.335]], 0.004);
  // Hills far off.
  await brush('#7d9cae', 54);
  await line([[0, 0.53], [0.18, 0.475], [0.36, 0.51], [0.55, 0.49], [0.78, 0.46], [1, 0.5]]);
  await brush('#6d9465', 56);
  await line([[0, 0.575], [0.3, 0.555], [0.6, 0.57], [1, 0.545]]);
  // The meadow, darker towards the painter.
  await brush('#8fbf4d', 90, 0.6);
  await line([[0, 0.68], [1, 0.66]]);
  await brush('#6ea63f', 100, 0.6);
  await line([[1, 0.79], [0, 0.8]]);
  await brush('#4f8a35', 110, 0.6);
  await line([[0, 0.92], [1, 0.93]]);
  await line([[1, 0.99], [0, 0.99]]);
  // A path, two trees.
  await brush('#d9c489', 22, 0.7);
  await line([[0.5, 0.99], [0.47, 0.86], [0.55, 0.76], [0.52, 0.68], [0.56, 0.62]], 0.004);
  await brush('#5d4630', 16, 0.8);
  await line([[0.175, 0.73], [0.17, 0.55]], 0.002);
  await line([[0.87, 0.66], [0.87, 0.56]], 0.002);
  await brush('#3c6b33', 76, 0.6);
  await line([[0.13, 0.5], [0.17, 0.42], [0.22, 0.5], [0.16, 0.52]], 0.004);
  await brush('#4a7a3a', 50, 0.6);
  await line([[0.85, 0.53], [0.875, 0.48], [0.9, 0.53]], 0.003);
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
  await paintMeadow(studio);
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
