/* Between a paired TV and its server: a TV that is loaded anew, or switched on, while the server is away shows its wall all the same,
   with the last picture on it (assets/js/parts/picture.js), and goes on by itself.

   Invariants: what the server answers always counts first. A page is given out whole or not at all: a new release is shown when
   all of its files are here, until then the last whole one. A page that was kept gets what was kept with it and nothing newer,
   says so (`data-kept` on its first element), and is exchanged for the server's own (assets/js/parts/offline.js). Nothing is kept
   of a TV that the server sends away. Only the wall of a paired TV (`as=screen`) and `/tv` are touched; people's pages pass by. */
"use strict";

const PREFIX = "floorwatch-tv.";
const INDEX = `${PREFIX}index`;
const SHELL = `${PREFIX}shell.`;
const AWAY = "floorwatch-away";
const KEPT = "/wall/_kept/";
const PAGE = `${KEPT}page`;
const COMPLETE = `${KEPT}complete`;
const CLIENT = `${KEPT}client?`;
const ANSWER = `${KEPT}answer?`;
const WALL = "/wall/?as=screen";
const AWAY_PAGE = "/tv/away";
const NEEDED = ["/wall/_dash-layout", "/wall/_dash-dependencies"];
const ANSWER_MS = 8000;
const GATHER_MS = 30000;
const AGAIN_MS = 3000;
const BROKEN_MS = 60000;
const ADDRESS = /(?:src|href)="(\/[^"]+)"/g;
const VERSIONED = /[?&]m=[0-9a-f]|\.v\d+_/;
const PICTURES = "/wall/pictures/";
const FILES = /^\/wall\/(assets\/|_dash-component-suites\/|_favicon\.ico|pictures\/)/;
const DATA = /^\/wall\/_dash-(layout|dependencies|update-component)$/;
const OF_SHARED = { ignoreVary: true };
const OF_INDEX = { cacheName: INDEX };
const NOTHING = { generation: "", is_kept: false };

/** Generations that are being put together now, and until when one whose data did not come is left alone. */
const gathering = new Set();
const broken = new Map();

function pause(ms) {
  return new Promise((done) => setTimeout(done, ms));
}

function within(promise, ms) {
  return Promise.race([promise, pause(ms).then(() => {
    throw new TypeError("too late");
  })]);
}

/** What the server says, in time. Raises what `fetch` raises; an answer of 500 and more is a server that is away. */
async function asked(request) {
  const answer = await within(fetch(request), ANSWER_MS);
  if (answer.status >= 500) throw new TypeError(`status ${answer.status}`);
  return answer;
}

function sends_away(answer) {
  return answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403;
}

async function hash(text) {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(bytes).slice(0, 12)].map((one) => one.toString(16).padStart(2, "0")).join("");
}

function addresses(html) {
  return [...html.matchAll(ADDRESS)].map(([, address]) => address.replaceAll("&amp;", "&"));
}

// -- what is kept ------------------------------------------------------------------------------------------------------

/** The last generation of the page that is whole; "" for none. */
async function whole() {
  const found = await caches.match(COMPLETE, OF_INDEX);
  return found === undefined ? "" : found.text();
}

/** What the open page `client_id` was given: `{generation, is_kept}`. */
async function given(client_id) {
  const found = client_id ? await caches.match(CLIENT + client_id, OF_INDEX) : undefined;
  return found === undefined ? NOTHING : found.json();
}

/** Writes down what a page that opens is given. */
async function give({ resultingClientId }, generation, is_kept) {
  const index = await caches.open(INDEX);
  await index.put(CLIENT + resultingClientId, new Response(JSON.stringify({ generation, is_kept })));
}

/** Pages that were closed. */
async function forget_closed() {
  if (!(await caches.has(INDEX))) return; // all was wiped meanwhile
  const index = await caches.open(INDEX);
  const open = new Set((await clients.matchAll({ includeUncontrolled: true })).map((one) => CLIENT + one.id));
  for (const { url } of await index.keys()) {
    const place = url.slice(self.location.origin.length);
    if (place.startsWith(CLIENT) && !open.has(place)) await index.delete(url);
  }
}

function kept_in(generation, key) {
  return generation === "" ? undefined : caches.match(key, { cacheName: SHELL + generation, ...OF_SHARED });
}

/** Only into what is there: what was wiped meanwhile does not come back. */
async function put(generation, key, answer) {
  const name = SHELL + generation;
  if (generation !== "" && (await caches.has(name))) await (await caches.open(name)).put(key, answer);
}

async function wipe() {
  for (const name of await caches.keys()) if (name.startsWith(PREFIX)) await caches.delete(name);
}

async function is_whole(generation) {
  const page = await kept_in(generation, PAGE);
  if (page === undefined) return false;
  const kept = await (await caches.open(SHELL + generation)).keys();
  if (!kept.some(({ url }) => url.includes(ANSWER))) return false;
  const found = await Promise.all([...addresses(await page.text()), ...NEEDED].map((key) => kept_in(generation, key)));
  return !found.includes(undefined);
}

/** All of this page is here: older ones go, but those that somebody looks at or that are on their way. */
async function complete(generation) {
  if (generation === "" || (await whole()) === generation || !(await is_whole(generation))) return;
  const index = await caches.open(INDEX);
  await index.put(COMPLETE, new Response(generation));
  const used = new Set([generation, ...gathering]);
  for (const { url } of await index.keys()) {
    if (url.includes(CLIENT)) used.add((await (await index.match(url)).json()).generation);
  }
  for (const name of await caches.keys()) {
    if (name.startsWith(SHELL) && !used.has(name.slice(SHELL.length))) await caches.delete(name);
  }
}

/** All files that a page names, into `cache`. Raises when one does not come. */
async function take_files(html, cache) {
  await Promise.all(addresses(html).map(async (wanted) => {
    if ((await cache.match(wanted, OF_SHARED)) !== undefined) return;
    const kept = VERSIONED.test(wanted) ? await caches.match(wanted, OF_SHARED) : undefined;
    const found = kept === undefined ? await fetch(wanted) : kept;
    if (!found.ok) throw new TypeError(`${wanted}: ${found.status}`);
    await cache.put(wanted, found);
  }));
}

/** The page with all that it names, before anybody gets it. Returns its generation. */
async function gather(answer) {
  const html = await answer.text();
  const generation = await hash(html);
  gathering.add(generation);
  try {
    const cache = await caches.open(SHELL + generation);
    await take_files(html, cache);
    const headers = new Headers(answer.headers);
    for (const name of ["Content-Encoding", "Content-Length"]) headers.delete(name); // of the bytes on the way
    await cache.put(PAGE, new Response(html, { headers }));
  } finally {
    gathering.delete(generation);
  }
  return generation;
}

// -- the wall ----------------------------------------------------------------------------------------------------------

async function kept_wall(event) {
  const generation = await whole();
  const page = await kept_in(generation, PAGE);
  if (page === undefined) return undefined;
  await give(event, generation, true);
  return new Response((await page.text()).replace("<html ", '<html data-kept="yes" '), { headers: page.headers });
}

function is_broken(generation) {
  return (broken.get(generation) || 0) > Date.now();
}

async function wall_page(event) {
  let answer = null;
  try {
    answer = await asked(event.request);
  } catch {
    return (await kept_wall(event)) || (await away_page()) || Response.error();
  }
  if (sends_away(answer)) await wipe();
  if (sends_away(answer) || !answer.ok) return answer;
  let generation = "";
  try {
    generation = await within(gather(answer.clone()), GATHER_MS);
  } catch {
    return (await kept_wall(event)) || answer;
  }
  const instead = is_broken(generation) ? await kept_wall(event) : undefined;
  if (instead !== undefined) return instead;
  await give(event, generation, false);
  return answer;
}

async function file(event) {
  const { request } = event;
  const { generation, is_kept } = await given(event.clientId);
  const kept = (await kept_in(generation, request.url)) || (await caches.match(request.url, OF_SHARED));
  if (kept !== undefined && (is_kept || VERSIONED.test(request.url))) return kept;
  try {
    const answer = await asked(request);
    if (answer.ok) event.waitUntil(put(generation, request.url, answer.clone()));
    return answer;
  } catch (error) {
    if (kept !== undefined) return kept;
    throw error;
  }
}

/** The callback's answer is kept by what was asked, whatever made Dash ask. */
async function key_of(request) {
  if (request.method !== "POST") return request.url;
  const { output, inputs, state } = await request.clone().json();
  return `${ANSWER}${await hash(JSON.stringify([output, inputs, state]))}`;
}

async function keep(generation, key, answer) {
  await put(generation, key, answer);
  await complete(generation);
  await forget_closed();
}

/** What Dash asks for to draw the page; with the last of it the page is whole. Nobody waits for the keeping. */
async function data(event) {
  const { request } = event;
  const { generation, is_kept } = await given(event.clientId);
  const key = await key_of(request);
  const before = is_kept ? await kept_in(generation, key) : undefined;
  if (before !== undefined) return before;
  try {
    const answer = await asked(request.clone());
    if (sends_away(answer)) await wipe();
    if (answer.ok) event.waitUntil(keep(generation, key, answer.clone()));
    return answer;
  } catch (error) {
    const kept = await kept_in(generation, key);
    if (kept !== undefined) return kept;
    event.waitUntil(back_to_the_last(event.clientId, generation));
    throw error;
  }
}

/** A new page whose data does not come, while an older one is whole: that one, for the time being. */
async function back_to_the_last(client_id, generation) {
  if ((await whole()) === "") return;
  broken.set(generation, Date.now() + BROKEN_MS);
  await pause(AGAIN_MS);
  const client = await clients.get(client_id);
  if (client !== undefined) await client.navigate(WALL);
}

// -- /tv ---------------------------------------------------------------------------------------------------------------

/** The page that says that the server is away and asks again and again, with its files. */
async function keep_away_page() {
  const answer = await asked(AWAY_PAGE);
  if (!answer.ok) return;
  const cache = await caches.open(AWAY);
  const html = await answer.clone().text();
  await within(take_files(html, cache), GATHER_MS);
  await cache.put(AWAY_PAGE, answer);
  const needed = new Set([AWAY_PAGE, ...addresses(html)].map((address) => self.location.origin + address));
  for (const request of await cache.keys()) if (!needed.has(request.url)) await cache.delete(request);
}

async function away_page() {
  return caches.match(AWAY_PAGE, { cacheName: AWAY, ...OF_SHARED });
}

async function away_file(request) {
  try {
    return await asked(request);
  } catch (error) {
    const kept = await caches.match(request.url, { cacheName: AWAY, ...OF_SHARED });
    if (kept !== undefined) return kept;
    throw error;
  }
}

async function tv_page(event) {
  try {
    const answer = await asked(event.request);
    event.waitUntil(keep_away_page().catch(() => {})); // the server may go away at any time
    return answer;
  } catch {
    if ((await whole()) !== "") return Response.redirect(WALL, 302);
    return (await away_page()) || Response.error();
  }
}

function is_of_a_tv(referrer) {
  return referrer !== "" && new URL(referrer).searchParams.get("as") === "screen";
}

/** At once: a TV that is let in a moment later finds the worker at work. What comes over the network comes beside. */
self.addEventListener("install", () => {
  self.skipWaiting();
  keep_away_page().catch(() => {}); // comes with the next visit to /tv
});

self.addEventListener("activate", (event) => event.waitUntil(clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (url.pathname === "/wall/" && url.searchParams.get("as") === "screen") event.respondWith(wall_page(event));
    else if (url.pathname === "/tv") event.respondWith(tv_page(event));
  } else if (DATA.test(url.pathname)) {
    if (is_of_a_tv(request.referrer)) event.respondWith(data(event));
  } else if (request.method === "GET" && FILES.test(url.pathname)) {
    if (!url.pathname.startsWith(PICTURES) || is_of_a_tv(request.referrer)) event.respondWith(file(event));
  } else if (request.method === "GET" && url.pathname.startsWith("/assets/")) event.respondWith(away_file(request));
});
