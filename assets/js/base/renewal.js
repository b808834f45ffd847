/* Nobody touches a TV: a new release is loaded by the page itself, at a quiet moment, and only from a server that answers.
   Quiet on a wall: nothing is red and no message covers it, or ten minutes have gone. Quiet at a desk: nobody has touched it for a
   minute. */
(function (floorwatch) {
  "use strict";

  const WALL_PATIENCE_MS = 600000;
  const DESK_QUIET_MS = 60000;
  const SPREAD_MS = 20000;

  let release = null;
  let renewed_at = null;
  let touched_at = performance.now();
  let spread_ms = 0;

  function hear(heard) {
    if (!heard || heard === release) return;
    if (release === null) release = heard;
    else renew();
  }

  /** Loads the page anew when it is quiet. */
  function renew() {
    if (renewed_at !== null) return;
    renewed_at = performance.now();
    spread_ms = Math.random() * SPREAD_MS; // not all screens of a site at once
  }

  function is_quiet(waited_ms) {
    if (waited_ms < spread_ms) return false;
    if (!document.querySelector(".screen.wall")) return performance.now() - touched_at > DESK_QUIET_MS || document.hidden;
    return waited_ms > WALL_PATIENCE_MS || (floorwatch.rotation.is_quiet() && floorwatch.announcements.full() === null);
  }

  function tick() {
    if (renewed_at !== null && is_quiet(performance.now() - renewed_at)) floorwatch.door.reload();
  }

  function start() {
    for (const kind of ["pointerdown", "keydown", "wheel"]) {
      window.addEventListener(kind, () => (touched_at = performance.now()), { passive: true });
    }
    floorwatch.clock.every_second({ tick });
  }

  floorwatch.renewal = { hear, start, renew, release: () => release || "" };
})((window.floorwatch = window.floorwatch || {}));
