/* Clocks: always the gateway's time, also while the numbers stand still. */
(function (floorwatch) {
  "use strict";

  const { put } = floorwatch.places;
  const words = floorwatch.words;
  /** How wide a time is, in its type size, and how high a face is with what stands above and below. */
  const WIDTH = { yes: 4.9, no: 3.1 };
  const HEIGHT = 1;
  const SMALL = 0.3;

  class Face {
    constructor(root, has_seconds) {
      this.time = root.querySelector("time");
      this.date = root.querySelector(".date");
      this.zone = root.dataset.zone;
      this.has_seconds = has_seconds;
      this.known_zone = undefined;
      this.lines = root.childElementCount - 1;
    }

    /** The site's zone is only known after the first snapshot. */
    formats() {
      const zone = this.zone || words.zone() || undefined;
      if (this.time_format && zone === this.known_zone) return;
      this.known_zone = zone;
      const lang = document.querySelector(".screen").lang;
      const seconds = this.has_seconds ? { second: "2-digit" } : {};
      const make = (fields) => {
        try {
          return new Intl.DateTimeFormat(lang, { ...fields, timeZone: zone });
        } catch (error) {
          if (!(error instanceof RangeError)) throw error; // a zone that this browser does not know
          return null;
        }
      };
      this.time_format = make({ hour: "2-digit", minute: "2-digit", ...seconds, hourCycle: "h23" });
      this.day_format = make({ weekday: "long", day: "numeric", month: lang === "en" ? "short" : "numeric" });
    }

    draw(now_ms) {
      this.formats();
      put(this.time, this.time_format === null ? words.NO_VALUE : this.time_format.format(now_ms));
      if (this.date === null || this.day_format === null) return;
      const parts = {};
      for (const piece of this.day_format.formatToParts(now_ms)) parts[piece.type] = piece.value;
      put(this.date, words.word("date", parts));
    }
  }

  class Clock extends floorwatch.Tile {
    constructor(root, parts) {
      super(root, parts);
      this.width = WIDTH[root.dataset.seconds];
      this.faces = [...root.querySelectorAll(".face")].map((face) => new Face(face, root.dataset.seconds === "yes"));
      this.lines = Math.max(...this.faces.map((face) => face.lines));
      this.arrange = this.arrange.bind(this);
      new ResizeObserver(this.arrange).observe(parts.faces);
    }

    /** As many columns as let the times be largest; small lines are never smaller than can be read. */
    arrange() {
      const { clientWidth: width, clientHeight: height } = this.parts.faces;
      if (height === 0) return;
      const unit = floorwatch.places.unit_px();
      let best = { type: 0, columns: 1 };
      for (let columns = 1; columns <= this.faces.length; columns += 1) {
        const rows = Math.ceil(this.faces.length / columns);
        const cell = { width: width / columns - unit * 1.2, height: height / rows - unit * 0.6 };
        const small = Math.max(unit * 2, Math.min(unit * 4, cell.height * SMALL * 0.5));
        const type = Math.min(cell.width / this.width, (cell.height - this.lines * small * 1.35) / HEIGHT, unit * 22);
        if (type > best.type) best = { type, columns, small };
      }
      const { style } = this.parts.faces;
      style.setProperty("--columns", String(best.columns));
      style.setProperty("--type", `${best.type.toFixed(1)}px`);
      style.setProperty("--small", `${(best.small || unit * 2).toFixed(1)}px`);
    }

    tick(shown_at_ms, now_ms) {
      for (let i = 0; i < this.faces.length; i += 1) this.faces[i].draw(now_ms);
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.clock = (root, parts) => new Clock(root, parts);
})((window.floorwatch = window.floorwatch || {}));
