/* Time left until a moment of the site's clock. A countdown of every day begins anew at midnight. */
(function (floorwatch) {
  "use strict";

  const { put, show } = floorwatch.places;
  const { words, moments } = floorwatch;
  const DAY_S = 86400;
  const LARGEST = 14;
  const SMALLEST = 2;

  class Countdown extends floorwatch.Tile {
    constructor(root, parts) {
      super(root, parts);
      this.until = root.dataset.until;
      this.is_over = null;
      const rooms = [{ room: "plain", worth: 1 }, { room: "bare", worth: 0.6 }];
      this.figure = new floorwatch.Figure(root, parts, () => rooms, () => undefined);
      this.fit_over = this.fit_over.bind(this);
      new ResizeObserver(this.fit_over).observe(root);
    }

    tick(shown_at_ms, now_ms) {
      const left_s = Math.ceil((moments.at_ms(this.until, now_ms) - now_ms) / 1000);
      const is_over = left_s <= 0;
      if (is_over !== this.is_over) {
        this.is_over = is_over;
        this.root.classList.toggle("is-over", is_over);
        show(this.parts.over.parentElement, is_over);
        show(this.parts.number.closest(".figure"), !is_over);
        put(this.parts.moment, is_over ? "" : words.word("countdown.until", { moment: this.moment() }));
        this.fit_over();
      }
      if (!is_over) this.figure.write(this.ways(left_s));
    }

    moment() {
      return moments.is_daily(this.until) ? this.until : this.until.replace("T", " ");
    }

    /** 3 days and 4:05 h; below a day 4:05:09. */
    ways(left_s) {
      if (left_s < DAY_S) return floorwatch.formats.ways("seconds", left_s, null);
      const days = Math.floor(left_s / DAY_S);
      const hours = words.duration(left_s % DAY_S < 3600 ? 3600 + (left_s % 3600) : left_s % DAY_S);
      const rest = left_s % DAY_S < 3600 ? `0${hours.slice(1)}` : hours;
      const unit = words.counted("countdown.days", days);
      return [{ text: words.number(days), unit: `${unit} ${rest.slice(0, rest.lastIndexOf(":"))}` }, { text: words.number(days), unit }];
    }

    fit_over() {
      const { over } = this.parts;
      if (this.is_over && over.parentElement.clientHeight > 0) floorwatch.fitting.fit(over.parentElement, over, LARGEST, SMALLEST);
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.countdown = (root, parts) => new Countdown(root, parts);
})((window.floorwatch = window.floorwatch || {}));
