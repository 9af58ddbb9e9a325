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

/** A lighthouse on a headland, the sun low over the sea: a minute's sketch. */
async function paintLighthouse(studio) {
  const brush = async (colour, sizePx, hardness = 0.8) => {
    await studio.set('colour', colour);
    await studio.set('brush-size', sizePx);
    await studio.set('hardness', hardness);
  };
  const line = (points, stray) => studio.stroke(freehand(points, stray));

  // Sky, from above down to the horizon, soft.
  await brush('#6f7fb0', 130, 0.4);
  await line([[0, 0.03], [1, 0.05]]);
  await brush('#c98f9c', 130, 0.4);
  await line([[1, 0.17], [0, 0.18]]);
  await brush('#ef9f6c', 120, 0.4);
  await line([[0, 0.3], [1, 0.31]]);
  await brush('#f6c77f', 110, 0.4);
  await line([[1, 0.43], [0, 0.44]]);
  await line([[0, 0.5], [1, 0.5]]);
  // Sea.
  await brush('#3f7f8f', 80, 0.6);
  await line([[0, 0.62], [1, 0.62]]);
  await brush('#2d6680', 100, 0.6);
  await line([[1, 0.73], [0, 0.75]]);
  await brush('#24506c', 110, 0.6);
  await line([[0, 0.88], [1, 0.89]]);
  await line([[1, 0.98], [0, 0.98]]);
  // The sun and its way over the water.
  await brush('#fff1bd', 70);
  await line([[0.27, 0.42], [0.275, 0.42]], 0);
  await brush('#f3c98b', 13, 0.5);
  for (const [y, half, x] of [[0.585, 0.05, 0.27], [0.63, 0.075, 0.275], [0.685, 0.05, 0.26], [0.75, 0.085, 0.28], [0.83, 0.06, 0.265]]) {
    await line([[x - half, y], [x + half, y + 0.003]], 0.002);
  }
  // The headland.
  await brush('#5a5b3e', 56);
  await line([[0.56, 0.645], [0.66, 0.61], [0.78, 0.575], [0.9, 0.56], [1, 0.565]]);
  await line([[0.62, 0.67], [0.8, 0.645], [1, 0.63]]);
  await brush('#3f4030', 46);
  await line([[0.64, 0.7], [0.8, 0.705], [1, 0.7]]);
  // The tower, wider at its foot, with two red bands and a lantern.
  await brush('#f4efe4', 34, 0.95);
  await line([[0.79, 0.555], [0.79, 0.27]], 0.001);
  await brush('#f4efe4', 20, 0.95);
  await line([[0.763, 0.565], [0.777, 0.28]], 0.001);
  await line([[0.817, 0.565], [0.803, 0.28]], 0.001);
  await brush('#ad3b30', 24, 0.95);
  await line([[0.774, 0.475], [0.806, 0.475]], 0.0005);
  await line([[0.777, 0.37], [0.803, 0.37]], 0.0005);
  await brush('#ffe9a0', 26, 0.95);
  await line([[0.79, 0.232], [0.79, 0.222]], 0);
  await brush('#3c3a3e', 12, 0.95);
  await line([[0.757, 0.26], [0.823, 0.26]], 0.0005);
  await line([[0.768, 0.19], [0.79, 0.168], [0.812, 0.19]], 0.0005);
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
