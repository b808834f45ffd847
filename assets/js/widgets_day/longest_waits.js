/* The longest waits of the day, each a way to its call. */
(function (floorwatch) {
  "use strict";

  const { put, make } = floorwatch.places;
  const { words, links } = floorwatch;

  class LongestWaits {
    constructor(root, parts) {
      this.parts = parts;
      this.found = null;
      this.lines = new floorwatch.Lines(parts.lines, () => this.make_line(), (line, row) => this.draw_line(line, row));
      put(parts.empty, words.word("today.past_waiting"));
      floorwatch.past.listen(this);
    }

    make_line() {
      const [number, queue, detail, wait] = [make("a", "what"), make("span", "queue"), make("small"), make("time")];
      return { root: make("li", "", [number, queue, wait, detail]), number, queue, detail, wait };
    }

    draw_line(line, row) {
      put(line.number, row.number || words.word("number.unknown"));
      links.set(line.number, row.href);
      put(line.queue, row.queue);
      put(line.wait, words.duration(row.wait));
      put(line.detail, [words.hour(row.at), words.has(`today.outcome.${row.outcome}`) ? words.word(`today.outcome.${row.outcome}`) : row.outcome].join(" · "));
    }

    past(found) {
      this.found = found;
      this.draw();
    }

    names() {
      this.draw();
    }

    draw() {
      if (this.found === null) return;
      this.lines.draw(this.found.waits);
      put(this.parts.empty, this.found.waits.length ? "" : words.word("today.longest_waits.none"));
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.longest_waits = (root, parts) => new LongestWaits(root, parts);
})((window.floorwatch = window.floorwatch || {}));
