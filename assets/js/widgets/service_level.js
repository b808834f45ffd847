/* Service level: number, meter with the target's mark, formula, the last 30 minutes with their direction. */
(function (floorwatch) {
  "use strict";

  const { put, put_number } = floorwatch.places;
  const words = floorwatch.words;
  const SAME = 0.005;

  function direction(recent, day) {
    if (recent === null || day === null || Math.abs(recent - day) < SAME) return "→";
    return recent > day ? "↗" : "↘";
  }

  class ServiceLevel extends floorwatch.Tile {
    update(value) {
      const { parts } = this;
      const target = value.target;
      this.draw_frame(value);
      put(parts.heading, value.threshold_s ? words.word("tile.service_level_s", { n: value.threshold_s }) : words.word("tile.service_level"));
      put(parts.note, value.formula ? words.word("service_level.note", { formula: words.word(`formula.${value.formula}`) }) : words.word("today"));
      put_number(parts.number, words.percent(value.v, target), 0.5);
      put(parts.unit, value.v === null ? "" : words.word("unit.percent"));
      this.draw_meter(value.v, target);
      put(parts.target, value.v === null ? words.word("service_level.none") : target === null ? "" : words.word("target", { value: words.percent_sign(target) }));
      const recent = value.last_30_min;
      const has_recent = recent !== null && recent !== undefined;
      put(parts.recent, has_recent ? `${words.word("service_level.recent", { value: words.percent_sign(recent, target) })} ${direction(recent, value.v)}` : "");
    }

    draw_meter(ratio, target) {
      this.parts.fill.style.width = `${Math.min(100, (ratio || 0) * 100)}%`;
      floorwatch.places.show(this.parts.target_mark, target !== null && target !== undefined);
      this.parts.target_mark.style.left = `${Math.min(100, (target || 0) * 100)}%`;
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.service_level = (root, parts) => new ServiceLevel(root, parts);
})((window.floorwatch = window.floorwatch || {}));
