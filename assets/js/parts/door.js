/* Nobody touches a TV, so no page is left for one that does not come: the new page is fetched first, and only when the server
   gives it does the browser go there. Until then the last picture stays, marked as stopped. */
(function (floorwatch) {
  "use strict";

  const AGAIN_MS = 2000;
  const ANSWER_MS = 10000;
  const DRAWN_WITHIN_MS = 30000;

  let wanted = null;

  /** Whether the server gives `address`. One that takes the question and never answers does not. */
  async function answers(address) {
    try {
      return (await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(ANSWER_MS) })).ok;
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof DOMException)) throw error; // not reachable, or not in time
      return false;
    }
  }

  async function knock() {
    if (!(await answers(wanted))) {
      setTimeout(knock, AGAIN_MS);
      return;
    }
    if (wanted === window.location.href) window.location.reload();
    else window.location.replace(wanted);
  }

  /** Goes to `address` as soon as the server gives it; the first one asked for counts. */
  function enter(address) {
    if (wanted !== null) return;
    wanted = new URL(address, window.location.href).href;
    knock();
  }

  function reload() {
    enter(window.location.href);
  }

  /** A server that goes away while the page is loading leaves a page without a layout. */
  function watch() {
    if (document.querySelector(".screen") === null) reload();
  }

  setTimeout(watch, DRAWN_WITHIN_MS);
  floorwatch.door = { answers, enter, reload };
})((window.floorwatch = window.floorwatch || {}));
