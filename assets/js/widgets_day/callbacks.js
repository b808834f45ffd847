/* Who gave up and is to be called back: the newest first. Who came again or was called back is struck off, and can be looked at. */
(function (floorwatch) {
  "use strict";

  const { put, make, show } = floorwatch.places;
  const { words, links } = floorwatch;
  const MOST = 8;

  class Callbacks {
    constructor(root, parts) {
      this.root = root;
      this.parts = parts;
      this.found = null;
      this.has_struck = false;
      this.lines = new floorwatch.Lines(parts.lines, () => this.make_line(), (line, row) => this.draw_line(line, row));
      parts.struck.addEventListener("click", () => this.toggle());
      links.set(parts.all, links.to("callbacks"));
      put(parts.empty, words.word("today.past_waiting"));
      for (const wordless of [parts.all, parts.struck]) show(wordless, false); // until it is known what they are about
      floorwatch.past.listen(this);
    }

    make_line() {
      const [number, queue, detail, at] = [make("a", "what"), make("span", "queue"), make("small"), make("time")];
      return { root: make("li", "", [number, queue, at, detail]), number, queue, detail, at };
    }

    draw_line(line, row) {
      put(line.number, row.number || words.word("number.unknown"));
      links.set(line.number, row.href);
      put(line.queue, row.queue);
      put(line.at, words.hour(row.at));
      put(line.detail, this.detail(row));
      line.root.classList.toggle("is-struck", row.struck !== "");
    }

    detail(row) {
      const { word, hour, duration } = words;
      if (row.struck) return [word(`today.callbacks.${row.struck}`, { time: hour(row.struck_at) }), row.by].filter(Boolean).join(" · ");
      return [
        row.wait === null ? "" : word("today.callbacks.waited", { time: duration(row.wait) }),
        row.tries > 1 ? word("today.callbacks.tries", { n: row.tries }) : "",
        row.short ? word("today.callbacks.short") : "",
        row.called_at ? word("today.callbacks.tried", { time: hour(row.called_at) }) : "",
      ].filter(Boolean).join(" · ");
    }

    toggle() {
      this.has_struck = !this.has_struck;
      this.parts.struck.setAttribute("aria-pressed", this.has_struck ? "true" : "false");
      this.draw();
    }

    past(found) {
      this.found = found;
      this.draw();
    }

    names() {
      this.draw(); // times are of the site's zone, which is known by now
    }

    draw() {
      if (this.found === null) return;
      const { open, struck, lines } = this.found.callbacks;
      const wanted = lines.filter((row) => (row.struck !== "") === this.has_struck);
      this.lines.draw(wanted.slice(0, this.has_struck ? wanted.length : MOST));
      put(this.parts.all, words.word("today.callbacks.all", { n: words.number(open) }));
      show(this.parts.all, !this.has_struck && open > MOST);
      put(this.parts.count, open ? String(open) : "");
      put(this.parts.struck, words.word("today.struck_show", { n: struck }));
      show(this.parts.struck, struck > 0);
      put(this.parts.empty, open || this.has_struck ? "" : words.word("today.callbacks.none"));
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.callbacks = (root, parts) => new Callbacks(root, parts);
})((window.floorwatch = window.floorwatch || {}));
