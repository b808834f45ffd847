/* Between a paired TV and its server: a TV that is loaded anew, or switched on, while the server is away shows its wall all the same,
   with the last picture on it (assets/js/parts/picture.js), and goes on by itself.

   Invariants: what the server answers always counts first. A page is given out whole or not at all: a new release is shown when all
   of its files are here, until then the last whole one. Nothing is kept of a TV that the server sends away. Only the wall of a
   paired TV (`as=screen`) and `/tv` are touched; people's pages pass by. */
"use strict";

const PREFIX = "floorwatch-tv.";
const INDEX = `${PREFIX}index`;
const AWAY = "floorwatch-away";
const KEPT = "/wall/_kept/";
const WALL = "/wall/?as=screen";
const AWAY_PAGE = "/tv/away";
const ANSWER_MS = 8000;
const GATHER_MS = 30000;
const AGAIN_MS = 3000;
const ADDRESS = /(?:src|href)="(\/[^"]+)"/g;
const VERSIONED = /[?&]m=\d|\.v\d+_/;
const PICTURES = "/wall/pictures/";
const FILES = /^\/wall\/(assets\/|_dash-component-suites\/|_favicon\.ico|pictures\/)/;
const DATA = /^\/wall\/_dash-(layout|dependencies|update-component)$/;
const OF_SHARED = { ignoreVary: true };

function within(promise, ms) {
  return Promise.race([promise, new Promise((_, fail) => setTimeout(fail, ms, new TypeError("too late")))]);
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

// -- what is kept ------------------------------------------------------------------------------------------------------

/** Which generation of the page is `complete`, or `building`: the one that was given out last. "" for none. */
async function pointed(name) {
  const found = await (await caches.open(INDEX)).match(KEPT + name);
  return found === undefined ? "" : found.text();
}

async function point(name, generation) {
  if ((await pointed(name)) === generation) return;
  await (await caches.open(INDEX)).put(KEPT + name, new Response(generation));
}

function shell(generation) {
  return caches.open(`${PREFIX}shell.${generation}`);
}

async function in_shell(key) {
  const generation = await pointed("building");
  return generation === "" ? undefined : (await shell(generation)).match(key, OF_SHARED);
}

async function put(key, answer) {
  const generation = await pointed("building");
  if (generation !== "") await (await shell(generation)).put(key, answer);
}

async function wipe() {
  for (const name of await caches.keys()) if (name.startsWith(PREFIX)) await caches.delete(name);
}

/** The page that was given out last is whole: older ones go. */
async function complete() {
  const generation = await pointed("building");
  if (generation === "" || (await pointed("complete")) === generation) return;
  await point("complete", generation);
  for (const name of await caches.keys()) {
    if (name.startsWith(`${PREFIX}shell.`) && name !== `${PREFIX}shell.${generation}`) await caches.delete(name);
  }
}

/** All files that a page names, before anybody gets the page. */
async function gather(answer) {
  const html = await answer.text();
  const generation = await hash(html);
  const cache = await shell(generation);
  await Promise.all([...html.matchAll(ADDRESS)].map(async ([, address]) => {
    const wanted = address.replaceAll("&amp;", "&");
    if ((await cache.match(wanted, OF_SHARED)) !== undefined) return;
    const kept = VERSIONED.test(wanted) ? await caches.match(wanted, OF_SHARED) : undefined;
    const file = kept === undefined ? await fetch(wanted) : kept;
    if (!file.ok) throw new TypeError(`${wanted}: ${file.status}`);
    await cache.put(wanted, file);
  }));
  await cache.put(`${KEPT}page`, new Response(html, { headers: answer.headers }));
  await point("building", generation);
}

// -- the wall ----------------------------------------------------------------------------------------------------------

async function last_wall() {
  const generation = await pointed("complete");
  const page = generation === "" ? undefined : await (await shell(generation)).match(`${KEPT}page`);
  if (page !== undefined) await point("building", generation);
  return page;
}

async function wall_page(request) {
  let answer = null;
  try {
    answer = await asked(request);
  } catch {
    return (await last_wall()) || (await away_page()) || Response.error();
  }
  if (sends_away(answer)) await wipe();
  if (sends_away(answer) || !answer.ok) return answer;
  try {
    await within(gather(answer.clone()), GATHER_MS);
  } catch {
    return (await last_wall()) || answer;
  }
  return answer;
}

async function file(request) {
  const kept = (await in_shell(request.url)) || (await caches.match(request.url, OF_SHARED));
  if (kept !== undefined && VERSIONED.test(request.url)) return kept;
  try {
    const answer = await asked(request);
    if (answer.ok) await put(request.url, answer.clone());
    return answer;
  } catch (error) {
    if (kept !== undefined) return kept;
    throw error;
  }
}

/** What Dash asks for to draw the page; with the last of it, the callback's answer, the page is whole. */
async function data(event) {
  const { request } = event;
  const is_callback = request.method === "POST";
  const key = is_callback ? `${KEPT}answer?${await hash(await request.clone().text())}` : request.url;
  try {
    const answer = await asked(request.clone());
    if (sends_away(answer)) await wipe();
    if (answer.ok) {
      await put(key, answer.clone());
      if (is_callback) await complete();
    }
    return answer;
  } catch (error) {
    const kept = await in_shell(key);
    if (kept !== undefined) return kept;
    event.waitUntil(back_to_the_last(event.clientId));
    throw error;
  }
}

/** A new page whose data does not come, while an older one is whole: that one, for the time being. */
async function back_to_the_last(client_id) {
  if ((await pointed("complete")) === "") return;
  await new Promise((done) => setTimeout(done, AGAIN_MS));
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
  await Promise.all([...html.matchAll(ADDRESS)].map(async ([, address]) => {
    const wanted = address.replaceAll("&amp;", "&");
    const found = await fetch(wanted);
    if (found.ok) await cache.put(wanted, found);
  }));
  await cache.put(AWAY_PAGE, answer);
}

async function away_page() {
  return (await caches.open(AWAY)).match(AWAY_PAGE, OF_SHARED);
}

async function away_file(request) {
  try {
    return await asked(request);
  } catch (error) {
    const kept = await (await caches.open(AWAY)).match(request.url, OF_SHARED);
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
    if ((await pointed("complete")) !== "") return Response.redirect(WALL, 302);
    return (await away_page()) || Response.error();
  }
}

function is_of_a_tv(referrer) {
  return referrer !== "" && new URL(referrer).searchParams.get("as") === "screen";
}

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(keep_away_page().catch(() => {})); // comes with the next visit to /tv
});

self.addEventListener("activate", (event) => event.waitUntil(clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (url.pathname === "/wall/" && url.searchParams.get("as") === "screen") event.respondWith(wall_page(request));
    else if (url.pathname === "/tv") event.respondWith(tv_page(event));
  } else if (DATA.test(url.pathname)) {
    if (is_of_a_tv(request.referrer)) event.respondWith(data(event));
  } else if (request.method === "GET" && FILES.test(url.pathname)) {
    if (!url.pathname.startsWith(PICTURES) || is_of_a_tv(request.referrer)) event.respondWith(file(request));
  } else if (request.method === "GET" && url.pathname.startsWith("/assets/")) event.respondWith(away_file(request));
});
