/* What has happened today: asked of the server every 15 s (and at once when the page is looked at again), handed to who listens. It is no live number:
   its age is said, and while it cannot be read, what was read last stays, marked, and everything live goes on. */
(function (floorwatch) {
  "use strict";

  const EVERY_MS = 15000;
  const SPREAD_MS = 2000;
  const ANSWER_MS = 12000;

  const listeners = [];
  const state = { found: null, failed_since_ms: null };
  let address = "";
  let timer = null;
  let is_asking = false;

  function tell() {
    for (const listener of listeners) listener.past(state.found, state);
  }

  async function read() {
    const query = new URLSearchParams({ lang: document.querySelector(".screen").lang });
    const { queue } = document.querySelector(".screen").dataset;
    if (queue) query.set("queue", queue);
    const answer = await fetch(`${address}?${query}`, { cache: "no-store", signal: AbortSignal.timeout(ANSWER_MS) });
    if (answer.status === 401 || answer.status === 403 || answer.redirected) return null; // the live socket knows why, and where to go
    if (!answer.ok) throw new TypeError(String(answer.status));
    return answer.json();
  }

  async function ask() {
    clearTimeout(timer);
    if (is_asking) return;
    is_asking = true;
    try {
      const found = await read();
      if (found !== null) Object.assign(state, { found, failed_since_ms: null });
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof DOMException || error instanceof SyntaxError)) throw error;
      if (state.failed_since_ms === null) state.failed_since_ms = floorwatch.clock.now();
    } finally {
      is_asking = false;
      timer = setTimeout(() => !document.hidden && ask(), EVERY_MS + Math.random() * SPREAD_MS);
    }
    tell();
  }

  /** `listener.past(found, state)`: `found` null until it was read once; `state.failed_since_ms` since when it cannot be. */
  function listen(listener) {
    listeners.push(listener);
    if (address !== "") return;
    address = document.querySelector(".screen").dataset.past;
    document.addEventListener("visibilitychange", () => !document.hidden && ask());
    setTimeout(ask, 0);
  }

  floorwatch.past = { listen, ask, state };
})((window.floorwatch = window.floorwatch || {}));
