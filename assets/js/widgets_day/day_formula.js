/* The service level by one formula; the queue's own is marked. */
(function (floorwatch) {
  "use strict";

  const { put, mark } = floorwatch.places;
  const { formats } = floorwatch;

  class DayFormula {
    constructor(root, parts) {
      this.root = root;
      this.parts = parts;
    }

    update(value) {
      put(this.parts.number, formats.text("ratio", value.v, value.target));
      mark(this.root, "level-", value.level === "amber" || value.level === "red" ? value.level : "");
      this.tick();
    }

    tick() {
      const own = floorwatch.floor.values.get("service_level");
      const is_own = Boolean(own) && own.formula === this.root.dataset.formula;
      put(this.parts.chosen, is_own ? this.root.dataset.chosen : "");
      this.root.classList.toggle("is-own", is_own);
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.day_formula = (root, parts) => new DayFormula(root, parts);
})((window.floorwatch = window.floorwatch || {}));
