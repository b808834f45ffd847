/* A wall must not fall asleep. The lock is lost whenever the page is hidden, and by the browser's own will: it is asked for again,
   at once where that may help, else each minute. The root says how it stands: held, refused, or none where the browser has no such
   thing (no TLS, an old TV): then the TV's own setting decides. */
(function (floorwatch) {
  "use strict";

  const AGAIN_MS = 60000;

  let root = null;
  let lock = null;
  let again = null;

  function tell(state) {
    root.dataset.wake = state;
  }

  function lost() {
    lock = null;
    tell("refused");
    hold();
  }

  async function hold() {
    clearTimeout(again);
    again = setTimeout(hold, AGAIN_MS);
    if (document.hidden || lock !== null) return;
    if (!navigator.wakeLock) {
      tell("none");
      return;
    }
    try {
      lock = await navigator.wakeLock.request("screen");
      lock.addEventListener("release", lost, { once: true });
      tell("held");
    } catch (error) {
      if (!(error instanceof DOMException)) throw error; // low battery or no permission
      tell("refused");
    }
  }

  floorwatch.wake_lock = {
    start(wall) {
      root = wall;
      document.addEventListener("visibilitychange", hold);
      return hold();
    },
  };
})((window.floorwatch = window.floorwatch || {}));
