/* Any metric: its value, how it went today, its target, which way it moves, and further numbers in small print. */
(function (floorwatch) {
  "use strict";

  const { put } = floorwatch.places;
  const { formats, words } = floorwatch;
  const LINE_FROM_U = 24;
  const WIDE_FROM = 2.1;

  /** Is there something to draw a line of? */
  function has_way(spark) {
    let known = 0;
    for (const value of spark || []) if (value !== null) known += 1;
    return known > 1;
  }

  class NumberTile extends floorwatch.Tile {
    constructor(root, parts) {
      super(root, parts);
      this.format = root.dataset.format;
      this.value = null;
      this.spark = parts.line ? new floorwatch.Spark(parts.line) : null;
      this.print = new floorwatch.SmallPrint(root);
      this.figure = new floorwatch.Figure(root, parts, this.rooms.bind(this), this.fitted.bind(this));
    }

    update(value) {
      this.value = value;
      this.draw_frame(value);
      this.write_print(this.shown_now());
      if (this.spark !== null) this.spark.write(value.spark || null, value.target);
      this.tick(this.shown_now());
    }

    write_print(now_ms) {
      const { target, trend, also } = this.value;
      const has_target = target !== null && target !== undefined;
      put(this.parts.target, has_target ? words.word("target", { value: formats.text(this.format, target) }) : "");
      const is_none = formats.value_of(this.value, this.format, now_ms) === null;
      put(this.parts.trend, trend ? words.word(`compared.${trend}`) : is_none ? words.word("number.none") : "");
      this.print.write_also(also, now_ms);
    }

    tick(now_ms) {
      if (this.value === null) return;
      const found = formats.value_of(this.value, this.format, now_ms);
      this.figure.write(formats.ways(this.format, found, this.value.target));
      this.print.fit(false);
    }

    rooms() {
      const { clientWidth: width, clientHeight: height } = this.root;
      const u = floorwatch.places.unit_px();
      const has_line = this.spark !== null && this.value !== null && has_way(this.value.spark);
      const found = [{ room: "plain", worth: 1 }, { room: "bare", worth: this.print.is_silent() ? 1 : 0.6 }];
      if (has_line && width > height * WIDE_FROM) found.unshift({ room: "wide", worth: 1.7 });
      else if (has_line && height > u * LINE_FROM_U) found.unshift({ room: "tall", worth: 1.7 });
      return found;
    }

    fitted() {
      this.print.fit(true);
      if (this.spark !== null) this.spark.draw();
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.number = (root, parts) => new NumberTile(root, parts);
})((window.floorwatch = window.floorwatch || {}));
