// The service worker: after the first visit the page, the engine and the starter model are all here, and everything
// works without a network.
//
// This file is a template. `cargo xtask sw` puts the lists of a build in the place below: one cache for the page, one
// for the engine, one for the starter model, each named after the hash of what is in it.
//
// It touches no cache but its own: models that a person loaded live elsewhere.

const CACHES = "__PRECACHE__";

const OUR_CACHE = /^underpaint-(shell|engine|starter)-/;

/** Absolute address → name of the cache that holds it. */
const cacheNameByAddress = new Map(
  CACHES.flatMap(({ cache, files }) => files.map(({ url }) => [addressOf(url), cache])),
);

/** The address of the page, to which every navigation leads. */
const pageAddress = addressOf("./");

function addressOf(url) {
  return new URL(url, self.registration.scope).href;
}

/** The address under which a request is kept: without its query, which only names a build. */
function keptAddress(request) {
  const url = new URL(request.url);
  url.search = "";
  url.hash = "";
  return url.pathname.endsWith("/index.html") ? new URL("./", url).href : url.href;
}

/**
 * Fetches one file past the browser's own cache and keeps it. The integrity check makes sure that what is kept is byte
 * for byte what was built, also while a new version is being uploaded.
 */
async function keep(cache, { url, integrity }) {
  const address = addressOf(url);
  // A cache's name is the hash of its content, so a file that an interrupted installation left is the right one.
  if (await cache.match(address)) return;
  const response = await fetch(address, { cache: "no-cache", credentials: "same-origin", integrity });
  if (response.status !== 200) throw new Error(`${address} answered ${response.status}`);
  // A redirected response may not answer a navigation, so only its content is kept.
  const { headers } = response;
  await cache.put(address, new Response(await response.blob(), { status: 200, headers }));
}

async function install() {
  for (const { cache: name, files } of CACHES) {
    const cache = await caches.open(name);
    await Promise.all(files.map((file) => keep(cache, file)));
  }
}

async function activate() {
  const current = new Set(CACHES.map(({ cache }) => cache));
  const names = await caches.keys();
  await Promise.all(names.filter((name) => OUR_CACHE.test(name) && !current.has(name)).map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** The kept answer to a request, else the network's. */
async function answer(request, address) {
  const kept = await caches.match(address, { cacheName: cacheNameByAddress.get(address) });
  // Browsers may drop a cache when the disk is full; the network is then as good.
  return kept ?? fetch(request);
}

/**
 * The way to the page from an address that is none of ours. The page itself as the answer would look for its files beside
 * that address, where there are none.
 */
function wayToPage(request) {
  const url = new URL(pageAddress);
  url.search = new URL(request.url).search;
  return Response.redirect(url.href);
}

self.addEventListener("install", (event) => event.waitUntil(install()));

self.addEventListener("activate", (event) => event.waitUntil(activate()));

self.addEventListener("message", (event) => {
  // Never on its own: a reload in the middle of a drawing is the person's decision.
  if (event.data?.type === "skip-waiting") self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || request.headers.has("range")) return;
  if (!request.url.startsWith(self.registration.scope)) return;
  const address = keptAddress(request);
  if (cacheNameByAddress.has(address)) {
    event.respondWith(answer(request, address));
  } else if (request.mode === "navigate") {
    event.respondWith(wayToPage(request));
  }
});
