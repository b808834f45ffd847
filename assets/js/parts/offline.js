/* Puts the service worker of paired TVs in place (assets/js/tv/service_worker.js). Browsers allow it over TLS and on this machine
   only; elsewhere a TV does without. A wall that was loaded before the worker was there is loaded once more at a quiet moment, so
   that the worker has all of it. */
(function (floorwatch) {
  "use strict";

  const SCRIPT = "/tv/service_worker.js";
  const SCOPES = ["/wall/", "/tv"];
  const SETTLED_MS = 60000;
  const READY_MS = 2000;
  const KEY = "floorwatch.offline";

  async function register() {
    try {
      for (const scope of SCOPES) await navigator.serviceWorker.register(SCRIPT, { scope, updateViaCache: "none" });
      return true;
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof DOMException)) throw error; // not reachable, or not allowed
      return false;
    }
  }

  function is_tried() {
    const before = window.sessionStorage.getItem(KEY) !== null;
    window.sessionStorage.setItem(KEY, "yes");
    return before;
  }

  function load_once_more() {
    if (navigator.serviceWorker.controller !== null) {
      if (performance.getEntriesByType("navigation")[0].workerStart > 0 || is_tried()) return;
    } else if (is_tried()) return;
    if (floorwatch.renewal !== undefined) floorwatch.renewal.renew();
  }

  /** When the worker works, or will not soon. */
  async function ready() {
    if (!navigator.serviceWorker) return;
    await Promise.race([navigator.serviceWorker.ready, new Promise((done) => setTimeout(done, READY_MS))]);
  }

  async function start() {
    if (!navigator.serviceWorker) return;
    if (await register()) setTimeout(load_once_more, SETTLED_MS);
  }

  floorwatch.offline = { start, ready };
  if (document.querySelector(".tv") !== null && navigator.serviceWorker) register();
})((window.floorwatch = window.floorwatch || {}));
