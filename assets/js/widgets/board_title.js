/* The board's name and how large the floor is. */
(function (floorwatch) {
  "use strict";

  const { put } = floorwatch.places;
  const words = floorwatch.words;

  class BoardTitle {
    constructor(root, parts) {
      this.parts = parts;
    }

    names(floor) {
      put(this.parts.title, words.name_of(floor.names.board.title, floor.names.site || "Floorwatch"));
      const agents = floor.lists.get("agents");
      const queues = floor.lists.get("queue_table");
      const sizes = [agents && words.counted("seats", agents.size), queues && words.counted("queues", queues.size)];
      put(this.parts.size, sizes.filter(Boolean).join(" · "));
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.board_title = (root, parts) => new BoardTitle(root, parts);
})((window.floorwatch = window.floorwatch || {}));
