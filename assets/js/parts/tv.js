/* What a wall does beside showing its board: stays awake, takes the whole screen, rings, watches over itself, keeps its last
   picture for a time without a server. */
(function (floorwatch) {
  "use strict";

  let is_paired = false;

  function start(wall, listener) {
    is_paired = wall.dataset.door === "/tv";
    floorwatch.wake_lock.start(wall);
    floorwatch.full_screen.start(wall);
    floorwatch.sounds.start(wall);
    floorwatch.watchdog.start(wall);
    if (is_paired) {
      floorwatch.picture.start(wall, listener);
      floorwatch.offline.start();
    }
  }

  /** Nobody is known here any more (4401), or this may not be seen (4403): what was kept of it goes. */
  function refused(code) {
    if (is_paired && (code === 4401 || code === 4403)) floorwatch.picture.forget();
  }

  floorwatch.tv = { start, refused };
})((window.floorwatch = window.floorwatch || {}));
