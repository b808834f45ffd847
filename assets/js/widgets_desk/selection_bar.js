/* What can be done with all agents that are selected: opens the dialog with its preview. */
(function (floorwatch) {
  "use strict";

  const { put, show } = floorwatch.places;
  const words = floorwatch.words;

  class SelectionBar {
    constructor(root, parts) {
      this.root = root;
      this.parts = parts;
      this.ids = [];
      for (const button of root.querySelectorAll("[data-verb]")) {
        button.addEventListener("click", () => floorwatch.selection.open(button.dataset.verb, this.ids));
      }
      parts.clear.addEventListener("click", () => floorwatch.desk.grid.api.deselectAll());
      floorwatch.selection_bar = this;
    }

    chosen(ids) {
      this.ids = ids;
      show(this.root, ids.length > 0);
      put(this.parts.count, words.counted("controls.selected", ids.length));
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.selection_bar = (root, parts) => new SelectionBar(root, parts);
})((window.floorwatch = window.floorwatch || {}));
