/* Clocks: always the gateway's time, also while the numbers stand still. */
(function (floorwatch) {
  "use strict";

  const { put } = floorwatch.places;
  const words = floorwatch.words;
  /** How wide a time is, and how wide a date, in their type sizes; how high a line of small print is in its own. */
  const WIDTH = { yes: 4.9, no: 3.1 };
  const LINE = 1.35;
  const DATE_WIDTH = { long: 7.6, short: 4.6 };
  const SMALL_SHARE = 0.16;
  const SMALLEST_U = 2;

  class Face {
    constructor(root, has_seconds, day) {
      this.day = day;
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
      const month = this.day === "long" ? { month: lang === "en" ? "short" : "numeric" } : {};
      this.day_format = make({ weekday: this.day, day: "numeric", ...month });
    }

    draw(now_ms) {
      this.formats();
      put(this.time, this.time_format === null ? words.NO_VALUE : this.time_format.format(now_ms));
      if (this.date === null || this.day_format === null) return;
      if (this.day === "short") {
        put(this.date, this.day_format.format(now_ms));
        return;
      }
      const parts = {};
      for (const piece of this.day_format.formatToParts(now_ms)) parts[piece.type] = piece.value;
      put(this.date, words.word("date", parts));
    }
  }

  class Clock extends floorwatch.Tile {
    constructor(root, parts) {
      super(root, parts);
      this.width = WIDTH[root.dataset.seconds];
      const faces = [...root.querySelectorAll(".face")];
      this.day = faces.length > 1 ? "short" : "long";
      this.faces = faces.map((face) => new Face(face, root.dataset.seconds === "yes", this.day));
      this.lines = Math.max(...this.faces.map((face) => face.lines));
      this.arrange = this.arrange.bind(this);
      new ResizeObserver(this.arrange).observe(parts.faces);
    }

    /** As many columns as let the times be largest, with the small lines above and below, or beside; those are never smaller than can
     *  be read, and nothing of a date is cut. */
    arrange() {
      const { clientWidth: width, clientHeight: height } = this.parts.faces;
      if (height === 0) return;
      const unit = floorwatch.places.unit_px();
      let best = { type: 0, columns: 1, small: unit * SMALLEST_U, way: "stacked" };
      for (let columns = 1; columns <= this.faces.length; columns += 1) {
        const rows = Math.ceil(this.faces.length / columns);
        const cell = { width: width / columns - unit * 0.8, height: height / rows - unit * 0.4 };
        for (const found of this.ways(cell, unit)) if (found.type > best.type) best = { ...found, columns };
      }
      this.parts.faces.dataset.way = best.way;
      const { style } = this.parts.faces;
      style.setProperty("--columns", String(best.columns));
      style.setProperty("--type", `${best.type.toFixed(1)}px`);
      style.setProperty("--small", `${best.small.toFixed(1)}px`);
    }

    ways(cell, unit) {
      const date = this.lines > 0 ? DATE_WIDTH[this.day] : 0;
      const small = Math.max(unit * SMALLEST_U, Math.min(unit * 4, cell.height * SMALL_SHARE, date ? cell.width / date : Infinity));
      const lines = this.lines * small * LINE;
      const found = [];
      if (small * date <= cell.width) found.push({ way: "stacked", small, type: Math.min(cell.width / this.width, cell.height - lines, unit * 22) });
      const rest = cell.width - small * (date + 0.8);
      if (date > 0 && lines <= cell.height) found.push({ way: "beside", small, type: Math.min(rest / this.width, cell.height * 0.8, unit * 22) });
      return found;
    }

    tick(shown_at_ms, now_ms) {
      for (let i = 0; i < this.faces.length; i += 1) this.faces[i].draw(now_ms);
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.clock = (root, parts) => new Clock(root, parts);
})((window.floorwatch = window.floorwatch || {}));
