/* A number of the day: itself and its level, what belongs to it, and how it stands to what is usual by this time. */
(function (floorwatch) {
  "use strict";

  const { put, mark } = floorwatch.places;
  const { formats, words, links } = floorwatch;
  /** A difference of less than this share of the usual (or so many points) is none. */
  const SAME = 0.03;
  const SAME_POINTS = 0.01;

  class DayNumber extends floorwatch.Tile {
    constructor(root, parts) {
      super(root, parts);
      this.metric = root.dataset.metric;
      this.format = root.dataset.format;
      this.value = null;
      this.also = [...root.querySelectorAll("[data-also]")];
      links.set(parts.link, links.to(root.dataset.link));
      if (root.dataset.usual) floorwatch.past.listen(this);
    }

    own() {
      return this.metric === "" ? this.value : this.value.also && this.value.also[this.metric];
    }

    update(value) {
      this.value = value;
      const own = this.own();
      const v = formats.value_of(own, this.format, this.shown_now());
      const [whole] = formats.ways(this.format, v, own && own.target);
      put(this.parts.number, whole.text);
      put(this.parts.unit, whole.unit);
      this.draw_frame({ ...own, level: this.metric === "" ? value.level : "none", level_at: value.level_at });
      for (const element of this.also) put(element, this.text_of(element));
      put(this.parts.beside, this.beside());
      this.draw_usual();
    }

    text_of(element) {
      const { also, format } = element.dataset;
      return formats.text(format, formats.value_of(this.value.also && this.value.also[also], format, this.shown_now()));
    }

    /** What only the service level says: its target, and the last half-hour. */
    beside() {
      if (this.root.dataset.card !== "service_level") return "";
      const { target, last_30_min: recent, threshold_s: within } = this.value;
      return [
        target ? words.word("today.target", { value: words.percent_sign(target) }) : "",
        within ? words.word("today.within", { n: within }) : "",
        recent === null ? "" : words.word("today.recent", { value: formats.text("ratio", recent, target) }),
      ].filter(Boolean).join(" · ");
    }

    past(found) {
      this.usual = found === null ? null : found.usual;
      this.draw_usual();
    }

    draw_usual() {
      if (!this.parts.usual || !this.root.dataset.usual) return;
      const { usual } = this;
      if (!usual) return;
      const told = usual.days.length === 0 ? { text: words.word("today.usual_none"), side: "" } : this.compared(usual.so_far[this.root.dataset.usual]);
      put(this.parts.usual, told.text);
      mark(this.parts.usual, "is-", told.side === "" ? "" : told.side === this.root.dataset.worse ? "worse" : this.root.dataset.worse ? "better" : "other");
      this.parts.usual.title = words.word(usual.days.length === 0 ? "today.usual_none_why" : "today.usual_days", { days: usual.days.join(", ") });
    }

    /** Short, and on which side of the usual it is: above, below, or "" for the same. */
    compared(usual) {
      const now = this.value === null ? null : formats.value_of(this.own(), this.format, this.shown_now());
      if (usual === null || usual === undefined) return { text: "", side: "" };
      const value = formats.text(this.format, this.format === "count" ? Math.round(usual) : usual);
      if (now === null || now === undefined) return { text: words.word("today.usual", { value, by: "" }), side: "" };
      const is_ratio = this.format === "ratio";
      const by = is_ratio ? now - usual : usual === 0 ? 0 : (now - usual) / usual;
      const is_same = Math.abs(by) < (is_ratio ? SAME_POINTS : SAME);
      const size = is_ratio ? words.word("today.usual_points", { n: Math.abs(by * 100).toFixed(1) }) : words.percent_sign(Math.abs(by));
      const told = is_same ? words.word("today.usual_same") : `${by > 0 ? "+" : "−"}${size}`;
      return { text: words.word("today.usual", { value, by: told }), side: is_same ? "" : by > 0 ? "above" : "below" };
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.day_number = (root, parts) => new DayNumber(root, parts);
})((window.floorwatch = window.floorwatch || {}));
