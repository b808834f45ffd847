/* A board that is not there: looks again, because somebody may publish it. */
(function (floorwatch) {
  "use strict";

  const AGAIN_S = 30;

  class NoBoard {
    constructor() {
      this.waited_s = 0;
    }

    tick() {
      this.waited_s += 1;
      if (this.waited_s === AGAIN_S) floorwatch.door.reload();
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.no_board = (root, parts) => new NoBoard(root, parts);
})((window.floorwatch = window.floorwatch || {}));
