/* The queue's agents by state. */
(function (floorwatch) {
  "use strict";

  const { put } = floorwatch.places;
  const { words } = floorwatch;

  class DayStates extends floorwatch.Tile {
    constructor(root, parts) {
      super(root, parts);
      this.counts = [...root.querySelectorAll("[data-count]")];
    }

    update(value) {
      for (const element of this.counts) {
        const count = value.counts[element.dataset.count] || 0;
        put(element, words.number(count));
        element.parentElement.classList.toggle("zero", count === 0);
      }
      put(this.parts.note, words.word("agents.staffed", { n: words.number(value.staffed) }));
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.day_states = (root, parts) => new DayStates(root, parts);
})((window.floorwatch = window.floorwatch || {}));
