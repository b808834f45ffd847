/* Service level: number, meter with the target's mark, the formula and threshold that count, the last 30 minutes with their direction. */
(function (floorwatch) {
  "use strict";

  const { put } = floorwatch.places;
  const { formats, words } = floorwatch;
  const SAME = 0.005;

  function direction(recent, day) {
    if (recent === null || day === null || Math.abs(recent - day) < SAME) return "→";
    return recent > day ? "↗" : "↘";
  }

  class ServiceLevel extends floorwatch.Tile {
    constructor(root, parts) {
      super(root, parts);
      this.print = new floorwatch.SmallPrint(root);
      const rooms = [{ room: "plain", worth: 1 }, { room: "bare", worth: 0.6 }];
      this.value = null;
      this.figure = new floorwatch.Figure(root, parts, () => rooms, this.fitted.bind(this));
    }

    update(value) {
      const { v, target, also } = value;
      this.value = value;
      this.draw_frame(value);
      this.write_heading();
      this.draw_meter(v, target);
      this.write_print(value);
      this.print.write_also(also, this.shown_now());
      this.print.fit(false);
      this.figure.write(formats.ways("ratio", v, target));
    }

    /** Which formula, and within how many seconds: a service level without them says nothing. They stand beside the heading, with the
     *  window if there is room for it; in a narrow tile the formula goes into the small print. */
    write_heading() {
      const { formula, threshold_s } = this.value;
      const { window, heading } = this.root.dataset;
      const name = formula ? words.word(`formula.${formula}`) : "";
      const within = threshold_s ? words.word("seconds", { n: threshold_s }) : "";
      const is_own = heading === "own";
      if (!is_own) put(this.parts.heading, within ? words.word("tile.service_level_s", { n: threshold_s }) : words.word("tile.service_level"));
      const how = [is_own ? within : "", name].filter(Boolean).join(" · ");
      for (const note of [`${window} · ${how}`, how]) {
        put(this.parts.note, how ? note : window);
        this.fit_heading();
        if (!this.parts.note.hidden) break;
      }
      put(this.parts.formula, this.parts.note.hidden ? how : "");
    }

    fitted() {
      if (this.value !== null) this.write_heading();
      this.print.fit(true);
    }

    write_print({ v, target, last_30_min: recent }) {
      const has_target = target !== null && target !== undefined;
      put(this.parts.target, has_target ? words.word("target", { value: words.percent_sign(target) }) : "");
      if (this.parts.recent === undefined) return;
      const has_recent = recent !== null && recent !== undefined;
      put(this.parts.recent, has_recent ? `${words.word("service_level.recent", { value: words.percent_sign(recent, target) })} ${direction(recent, v)}` : "");
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
