// One browser and one server for the whole run: starting them anew for every test would take most of its time.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { after } from 'node:test';
import { chromium } from 'playwright-core';
import { serve } from './server.mjs';

export const DIST = process.env.UNDERPAINT_DIST ?? fileURLToPath(new URL('../../../dist', import.meta.url));

const EXECUTABLE = process.env.CHROME ?? '/usr/bin/chromium';

// The software adapter computes WebGPU on the processor: the same shaders as on a graphics card, only slowly. The page
// must not choose it by itself, and does when `?device=gpu` asks for it.
const ARGUMENTS = [
  '--no-sandbox',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
];

let shared = null;

/** The browser of this run. */
export function browser() {
  shared ??= start();
  return shared.then((it) => it.browser);
}

/** The server of this run, with the built site. A test that closes a server starts one of its own. */
export function site() {
  shared ??= start();
  return shared.then((it) => it.server);
}

async function start() {
  if (!existsSync(`${DIST}/index.html`)) {
    throw new Error(`There is no built site in ${DIST}; run \`cargo xtask build\` first`);
  }
  return {
    browser: await chromium.launch({ executablePath: EXECUTABLE, args: ARGUMENTS }),
    server: await serve(DIST),
  };
}

/** Ends browser and server; at the end of a test run this happens by itself. */
export async function stop() {
  const running = await shared;
  shared = null;
  await running?.browser.close();
  await running?.server.close();
}

after(stop);
