/* A wall must not fall asleep. The lock is lost whenever the page is hidden, and asked for again. */
(function (floorwatch) {
  "use strict";

  async function hold() {
    if (document.hidden || !navigator.wakeLock) return;
    try {
      await navigator.wakeLock.request("screen");
    } catch (error) {
      if (!(error instanceof DOMException)) throw error; // low battery or no permission: the TV's own setting decides
    }
  }

  floorwatch.wake_lock = {
    start() {
      hold();
      document.addEventListener("visibilitychange", hold);
    },
  };
})((window.floorwatch = window.floorwatch || {}));
