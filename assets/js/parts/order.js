/* What the desk orders of a paired TV. The gateway says how the TV's record stands; the page compares it with what it was drawn
   with, so that an order given while the TV was away is followed when it is back, and none is followed twice. So it is with the
   board itself, when another revision of it is published. */
(function (floorwatch) {
  "use strict";

  const KEY = "floorwatch.order";
  const LONGEST_WAIT_MS = 60000;

  let is_leaving = false;

  function differs(frame, root) {
    return frame.board !== root.dataset.board || frame.lang !== root.lang
      || frame.theme !== document.documentElement.dataset.theme || frame.reload_at > floorwatch.blank.reload_at;
  }

  /** How long to wait: 0 at first, longer each time that loading anew did not bring what was ordered. */
  function patience_ms(wish) {
    const before = JSON.parse(window.sessionStorage.getItem(KEY) || "{}");
    const tries = before.wish === wish ? before.tries + 1 : 0;
    window.sessionStorage.setItem(KEY, JSON.stringify({ wish, tries }));
    return tries === 0 ? 0 : Math.min(LONGEST_WAIT_MS, 1000 * 2 ** Math.min(tries, 8));
  }

  /** `frame`: `{board, lang, theme, blank, reload_at}`. */
  function hear(frame, root) {
    if (floorwatch.blank === undefined || is_leaving) return;
    floorwatch.blank.order(frame.blank);
    if (!differs(frame, root)) return;
    is_leaving = true;
    setTimeout(floorwatch.door.reload, patience_ms([frame.board, frame.lang, frame.theme, frame.reload_at].join(" ")));
  }

  /** Whether the board was changed since this page was drawn; then the page loads anew. `frame`: a snapshot, with the `revision`
   *  that it is of. A page that is held for a preview waits for whoever holds it. */
  function is_another(frame, root) {
    const { revision } = root.dataset;
    if (revision === undefined || frame.revision === undefined || String(frame.revision) === revision) return false;
    if (new URLSearchParams(window.location.search).has("hold")) return false;
    if (is_leaving) return true;
    is_leaving = true;
    setTimeout(floorwatch.door.reload, patience_ms(`${frame.board} ${frame.revision}`));
    return true;
  }

  floorwatch.order = { hear, is_another };
})((window.floorwatch = window.floorwatch || {}));
