/* The last picture: what a paired TV showed when the server went away, kept in the browser so that a TV that is switched on
   meanwhile shows it, marked as stopped with its time. What is kept is what the gateway sent, with numbers masked as on every
   screen. It is written at most every ten seconds, larger ones more seldom (TVs have small flash memories), and only if
   something changed. It goes when the screen is revoked or may not see it, and after a day. */
(function (floorwatch) {
  "use strict";

  const EVERY_MS = 10000;
  const BYTES_PER_MS = 5;
  const WAIT_MS = 3000;
  const OLDEST_MS = 86400000;
  const CACHE = "floorwatch-tv.picture";
  const PLACE = "/wall/_kept/picture";

  let root = null;
  let listener = null;
  let kept_seq = "";
  let next_ms = 0;
  let is_writing = false;
  let is_forgotten = false;

  function is_possible() {
    return window.caches !== undefined;
  }

  function whole(value) {
    return value instanceof floorwatch.KeyedList ? { rows: Array.from({ length: value.size }, (_, i) => value.at(i)) } : value;
  }

  function taken() {
    const { floor, freshness, clock } = floorwatch;
    const view = {};
    for (const [name, value] of floor.values) view[name] = whole(value);
    return JSON.stringify({
      at: clock.now(),
      offset_ms: clock.now() - Date.now(),
      board: floor.board,
      revision: root.dataset.revision || "0",
      is_blank: floorwatch.blank !== undefined && !floorwatch.blank.root.hidden,
      links: freshness.links(),
      names: floor.names,
      view,
    });
  }

  async function keep() {
    is_writing = true;
    try {
      const seq = root.dataset.seq;
      const body = taken();
      next_ms = performance.now() + Math.max(EVERY_MS, body.length / BYTES_PER_MS);
      const cache = await window.caches.open(CACHE);
      await cache.put(PLACE, new Response(body, { headers: { "Content-Type": "application/json" } }));
      kept_seq = seq;
      if (is_forgotten) await window.caches.delete(CACHE);
    } catch (error) {
      if (!(error instanceof DOMException || error instanceof TypeError)) throw error; // no room, or none for this page
      next_ms = performance.now() + OLDEST_MS;
    } finally {
      is_writing = false;
    }
  }

  function tick() {
    const { state } = floorwatch.freshness.fresh;
    const is_current = state === "live" || state === "delayed";
    if (!is_current || is_writing || is_forgotten || root.dataset.forbidden || performance.now() < next_ms) return;
    if (root.dataset.drawn === "yes" && root.dataset.seq !== kept_seq) keep();
    delete root.dataset.picture;
  }

  async function found() {
    const cache = await window.caches.open(CACHE);
    const answer = await cache.match(PLACE);
    if (answer === undefined) return null;
    const picture = await answer.json();
    const is_ours = picture.board === floorwatch.floor.board && picture.revision === (root.dataset.revision || "0");
    const is_old = Date.now() + picture.offset_ms - picture.at >= OLDEST_MS;
    if (is_old) await window.caches.delete(CACHE);
    return is_ours && !is_old ? picture : null;
  }

  /** Nothing came within some seconds: what was there last, marked as what it is. */
  async function restore() {
    if (root.dataset.drawn === "yes" || root.dataset.forbidden || is_forgotten) return;
    const picture = await found();
    if (picture === null || root.dataset.drawn === "yes" || is_forgotten) return;
    floorwatch.clock.assume(picture.offset_ms);
    floorwatch.freshness.hear_picture(picture.links, picture.at);
    if (floorwatch.blank !== undefined) floorwatch.blank.order(picture.is_blank);
    listener.snapshot({ ...picture, seq: 0, revision: Number(picture.revision) });
    listener.connection(false); // what the numbers are is said with them
    root.dataset.picture = "yes";
  }

  async function forget() {
    is_forgotten = true;
    if (!is_possible()) return;
    for (const name of await window.caches.keys()) {
      if (name.startsWith("floorwatch-tv.")) await window.caches.delete(name);
    }
  }

  function start(wall, hears) {
    if (!is_possible()) return;
    root = wall;
    listener = hears;
    next_ms = performance.now() + WAIT_MS;
    floorwatch.clock.every_second({ tick });
    setTimeout(restore, WAIT_MS);
  }

  floorwatch.picture = { start, forget };
})((window.floorwatch = window.floorwatch || {}));
