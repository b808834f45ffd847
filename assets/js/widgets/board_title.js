/* The board's name and how large the floor is. */
(function (floorwatch) {
  "use strict";

  const { put } = floorwatch.places;
  const words = floorwatch.words;

  /** The list of the first tile of a kind, where the board has one. */
  function list_of(floor, kind) {
    const root = document.querySelector(`[data-widget="${kind}"][data-tile]`);
    return root === null ? undefined : floor.lists.get(root.dataset.tile);
  }

  class BoardTitle {
    constructor(root, parts) {
      this.parts = parts;
    }

    names(floor) {
      put(this.parts.title, words.name_of(floor.names.board.title, floor.names.site || "Floorwatch"));
      const agents = list_of(floor, "agents");
      const queues = list_of(floor, "queue_table");
      const sizes = [agents && words.counted("seats", agents.size), queues && words.counted("queues", queues.size)];
      put(this.parts.size, sizes.filter(Boolean).join(" · "));
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.board_title = (root, parts) => new BoardTitle(root, parts);
})((window.floorwatch = window.floorwatch || {}));
