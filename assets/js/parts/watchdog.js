/* A wall that draws no more loads itself anew: no animation frame for 20 s while it is visible, errors again and again, or frames
   of the gateway that are heard and not drawn. At most every five minutes, so that a page that is broken for good still
   shows what it can; how often within a day is told to the gateway, and stands in the list of screens. */
(function (floorwatch) {
  "use strict";

  const LOOK_MS = 2000;
  const STUCK_MS = 20000;
  const MOST_ERRORS = 10;
  const ERRORS_WITHIN_MS = 60000;
  const APART_MS = 300000;
  const DAY_MS = 86400000;
  const KEY = "floorwatch.restarts";

  let root = null;
  let drawn_at_ms = 0;
  let is_asked = false;
  let looked_at_ms = 0;
  let behind_since_ms = null;
  let errors = [];
  let is_leaving = false;

  function past() {
    try {
      const kept = JSON.parse(window.localStorage.getItem(KEY) || "[]");
      return Array.isArray(kept) ? kept.filter((one) => Math.abs(Date.now() - one.at) < DAY_MS) : [];
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof DOMException)) throw error; // nothing is kept here
      return [];
    }
  }

  function note(why) {
    try {
      window.localStorage.setItem(KEY, JSON.stringify([...past(), { at: Date.now(), why }].slice(-100)));
      return true;
    } catch (error) {
      if (!(error instanceof DOMException)) throw error; // without a memory it could load itself anew for ever
      return false;
    }
  }

  function bite(why) {
    const last = past().at(-1);
    if (is_leaving || (last !== undefined && Date.now() - last.at < APART_MS) || !note(why)) return;
    is_leaving = true;
    console.warn(`This wall drew no more (${why}): it loads itself anew.`); // eslint-disable-line no-console
    floorwatch.door.reload();
  }

  function drawn() {
    is_asked = false;
    drawn_at_ms = performance.now();
  }

  /** One animation frame every two seconds is enough to know that there are any. */
  function ask_for_a_frame() {
    if (is_asked) return;
    is_asked = true;
    window.requestAnimationFrame(drawn);
  }

  function is_behind() {
    const live = floorwatch.live;
    return live !== undefined && live.is_synced && String(live.seq) !== root.dataset.seq;
  }

  function look() {
    const now_ms = performance.now();
    const slept = now_ms - looked_at_ms > 5 * LOOK_MS;
    looked_at_ms = now_ms;
    if (document.hidden || slept) {
      drawn_at_ms = now_ms;
      behind_since_ms = null;
      return;
    }
    if (!is_behind()) behind_since_ms = null;
    else if (behind_since_ms === null) behind_since_ms = now_ms;
    ask_for_a_frame();
    if (now_ms - drawn_at_ms > STUCK_MS) bite("no frame");
    else if (behind_since_ms !== null && now_ms - behind_since_ms > STUCK_MS) bite("not drawn");
  }

  function failed() {
    const now_ms = performance.now();
    errors = [...errors.filter((at_ms) => now_ms - at_ms < ERRORS_WITHIN_MS), now_ms];
    if (errors.length >= MOST_ERRORS) bite("errors");
  }

  function start(wall) {
    root = wall;
    drawn_at_ms = looked_at_ms = performance.now();
    window.addEventListener("error", failed);
    window.addEventListener("unhandledrejection", failed);
    setInterval(look, LOOK_MS);
  }

  floorwatch.watchdog = { start, past, restarts: () => past().length };
})((window.floorwatch = window.floorwatch || {}));
