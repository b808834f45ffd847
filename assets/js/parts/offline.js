/* Puts the service worker of paired TVs in place (assets/js/tv/service_worker.js). Browsers allow it over TLS and on this machine
   only; elsewhere a TV does without. A wall that the worker has not whole, because it came later than the page, is loaded once
   more at a quiet moment. A wall that was kept (`data-kept`) is exchanged for the server's own when the server is back: there may
   be another release, another gateway. Tried again more and more seldom while that does not succeed. */
(function (floorwatch) {
  "use strict";

  const SCRIPT = "/tv/service_worker.js";
  const SCOPES = ["/wall/", "/tv"];
  const WALL = "/wall/?as=screen";
  const COMPLETE = "/wall/_kept/complete";
  const SETTLED_MS = 60000;
  const READY_MS = 4000;
  const LOOK_MS = 100;
  const ASK_MS = 5000;
  const LONGEST_MS = 600000;
  const TRIED = "floorwatch.offline";
  const EXCHANGES = "floorwatch.exchanges";

  function pause(ms) {
    return new Promise((done) => setTimeout(done, ms));
  }

  /** What a browser says that does not allow it, or that cannot reach the server. */
  function is_no_fault(error) {
    return error instanceof TypeError || error instanceof DOMException;
  }

  async function register() {
    try {
      for (const scope of SCOPES) await navigator.serviceWorker.register(SCRIPT, { scope, updateViaCache: "none" });
      return true;
    } catch (error) {
      if (!is_no_fault(error)) throw error;
      return false;
    }
  }

  // -- a wall that is not kept yet -----------------------------------------------------------------------------------

  function is_tried() {
    const before = window.sessionStorage.getItem(TRIED) !== null;
    window.sessionStorage.setItem(TRIED, "yes");
    return before;
  }

  async function load_once_more() {
    if ((await window.caches.match(COMPLETE)) === undefined && !is_tried()) floorwatch.renewal.renew();
  }

  /** Whether the worker that looks after walls is at work: not the one of this page, `/tv`. */
  async function is_at_work() {
    try {
      const found = await navigator.serviceWorker.getRegistration(WALL);
      return found !== undefined && found.active !== null;
    } catch (error) {
      if (!is_no_fault(error)) throw error;
      return true;
    }
  }

  /** When the worker has all of the wall from its first load on, or will not soon. */
  async function ready() {
    if (!navigator.serviceWorker) return;
    const until_ms = performance.now() + READY_MS;
    while (!(await is_at_work()) && performance.now() < until_ms) await pause(LOOK_MS);
  }

  // -- a wall that was kept ------------------------------------------------------------------------------------------

  function is_kept() {
    return document.documentElement.dataset.kept === "yes";
  }

  /** How long to wait before the server is asked: longer each time that it gave nothing whole. */
  function patience_ms() {
    const tries = Number(window.sessionStorage.getItem(EXCHANGES) || "0");
    window.sessionStorage.setItem(EXCHANGES, String(tries + 1));
    return Math.min(LONGEST_MS, ASK_MS * 2 ** Math.min(tries, 8));
  }

  async function exchange() {
    await pause(patience_ms());
    while (!(await floorwatch.door.answers(WALL))) await pause(ASK_MS);
    floorwatch.renewal.renew();
  }

  async function start() {
    if (!navigator.serviceWorker) return;
    if (is_kept()) exchange();
    else window.sessionStorage.removeItem(EXCHANGES);
    if (await register()) setTimeout(load_once_more, SETTLED_MS);
  }

  floorwatch.offline = { start, ready };
  if (document.querySelector(".tv") !== null && navigator.serviceWorker) register();
})((window.floorwatch = window.floorwatch || {}));
