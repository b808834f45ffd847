/* One's own state: the word, how long, and what it is about. The board shows one agent, or the few that one is. */
(function (floorwatch) {
  "use strict";

  const { put, mark } = floorwatch.places;
  const words = floorwatch.words;

  /** Of several agents that one is, the one that is doing most. */
  const ORDER = ["talking", "holding", "ringing", "wrapping_up", "busy_elsewhere", "monitoring", "available", "paused", "unreachable", "signed_out"];

  class OwnState extends floorwatch.Tile {
    constructor(root, parts) {
      super(root, parts);
      this.row = null;
      this.is_known = false;
    }

    update(list) {
      const rows = [...list.rows.values()];
      rows.sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
      this.row = rows.length ? rows[0] : null;
      this.is_known = true;
      this.draw();
    }

    names() {
      if (this.is_known) this.draw();
    }

    draw() {
      const state = this.row === null ? "signed_out" : this.row.state;
      mark(this.root, "s-", state);
      mark(this.parts.icon, "icon-", state);
      put(this.parts.state, this.row === null ? words.word("me.nobody") : words.word(`state.${state}`));
      put(this.parts.detail, this.row === null ? words.word("me.nobody.remedy") : this.detail());
      this.tick(this.shown_now());
    }

    detail() {
      const { row } = this;
      const what = row.reason ? floorwatch.screen.reason_name(row.reason) : floorwatch.screen.queue_name(row.queue);
      return [what, row.number].filter(Boolean).join(" · ");
    }

    tick(now_ms) {
      const { row } = this;
      const is_timed = row !== null && row.since !== null && row.state !== "signed_out";
      put(this.parts.time, is_timed ? words.duration((now_ms - row.since) / 1000) : "");
      mark(this.root, "over-", is_timed ? floorwatch.limits.level(row, now_ms) : "none");
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.own_state = (root, parts) => new OwnState(root, parts);
})((window.floorwatch = window.floorwatch || {}));
