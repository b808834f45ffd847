/* A table of the day: its heads sort it, its rows are kept and moved, and only so many stand there until somebody asks for more. */
(function (floorwatch) {
  "use strict";

  const { show } = floorwatch.places;
  const FIRST = 20;
  const MORE = 100;
  const QUIET_MS = 400;

  class SortedTable {
    /** `value(row, column)`: what a column sorts by; null comes last. `make(columns)` gives `{root, …}`, `draw(line, row)` fills it. `first`: the column
     *  it is sorted by, `-` before it for the largest first; "" for the order in which the rows come. */
    constructor(parts, { value, make, draw, first }) {
      this.parts = parts;
      this.value = value;
      this.columns = [...parts.head.querySelectorAll("[data-column]")].map((root) => ({ root, id: root.dataset.column, kind: root.dataset.kind, format: root.dataset.format }));
      this.lines = new floorwatch.Lines(parts.rows, () => make(this.columns), draw);
      this.most = FIRST;
      this.by = first.replace("-", "");
      this.is_down = first.startsWith("-");
      this.list = null;
      this.timer = 0;
      this.drawn_at = 0;
      for (const column of this.columns) column.root.querySelector("button").addEventListener("click", () => this.sort_by(column));
      parts.more.addEventListener("click", () => this.show_more());
      this.mark();
    }

    /** `list`: a KeyedList. Drawn at once, but no more often than eyes follow. */
    update(list) {
      this.list = list;
      const wait = this.drawn_at + QUIET_MS - performance.now();
      if (wait <= 0) this.draw();
      else if (this.timer === 0) this.timer = setTimeout(() => this.draw(), wait);
    }

    draw() {
      clearTimeout(this.timer);
      this.timer = 0;
      this.drawn_at = performance.now();
      if (this.list === null) return;
      const rows = this.sorted();
      this.lines.draw(rows.slice(0, this.most));
      show(this.parts.more, rows.length > this.most);
    }

    sorted() {
      const rows = this.list.order.map((id) => this.list.rows.get(id));
      if (this.by === "") return rows;
      const sign = this.is_down ? -1 : 1;
      const known = rows.map((row, i) => ({ row, i, value: this.value(row, this.by) }));
      known.sort((a, b) => this.compare(a, b, sign));
      return known.map(({ row }) => row);
    }

    compare(a, b, sign) {
      const [none_a, none_b] = [a.value === null || a.value === undefined, b.value === null || b.value === undefined];
      if (none_a || none_b) return none_a - none_b || a.i - b.i;
      const found = typeof a.value === "string" ? a.value.localeCompare(b.value, document.documentElement.lang) : a.value - b.value;
      return sign * found || a.i - b.i;
    }

    /** The first press sorts texts upwards and numbers downwards; the next the other way; the third as the rows come. */
    sort_by(column) {
      const begins_down = column.kind === "number";
      if (this.by !== column.id) [this.by, this.is_down] = [column.id, begins_down];
      else if (this.is_down === begins_down) this.is_down = !begins_down;
      else [this.by, this.is_down] = ["", false];
      this.mark();
      this.draw();
    }

    mark() {
      for (const { root, id } of this.columns) {
        if (id === this.by) root.setAttribute("aria-sort", this.is_down ? "descending" : "ascending");
        else root.removeAttribute("aria-sort");
      }
    }

    show_more() {
      this.most += MORE;
      this.draw();
    }
  }

  floorwatch.SortedTable = SortedTable;
})((window.floorwatch = window.floorwatch || {}));
