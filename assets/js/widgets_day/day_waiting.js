/* Who waits in the queue, one by one: place, number, wait; who rings at an agent has a bell. */
(function (floorwatch) {
  "use strict";

  const { put, make, mark, show } = floorwatch.places;
  const { words } = floorwatch;

  class DayWaiting extends floorwatch.Tile {
    constructor(root, parts) {
      super(root, parts);
      this.lines = new floorwatch.Lines(parts.lines, () => this.make_line(), (line, row) => this.draw_line(line, row));
    }

    make_line() {
      const [place, number, ringing, wait] = [make("b", "place"), make("span", "what"), make("small", "", [make("i", "icon icon-ringing"), make("span")]), make("time")];
      put(ringing.lastChild, words.word("today.waits.ringing"));
      return { root: make("li", "", [place, number, ringing, wait]), place, number, ringing, wait };
    }

    draw_line(line, row) {
      put(line.place, String(row.place));
      put(line.number, row.number || words.word("number.unknown"));
      show(line.ringing, row.ringing);
      mark(line.root, "level-", row.level === "amber" || row.level === "red" ? row.level : "");
      this.draw_wait(line, this.shown_now());
    }

    draw_wait(line, now_ms) {
      put(line.wait, words.duration((now_ms - line.data.since) / 1000));
    }

    update(list) {
      this.lines.draw(list.order.map((id, i) => ({ ...list.rows.get(id), place: i + 1 })));
      put(this.parts.count, list.size ? String(list.size) : "");
      put(this.parts.empty, list.size ? "" : words.word("today.day_waiting.none"));
    }

    tick(now_ms) {
      this.lines.each((line) => this.draw_wait(line, now_ms));
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.day_waiting = (root, parts) => new DayWaiting(root, parts);
})((window.floorwatch = window.floorwatch || {}));
