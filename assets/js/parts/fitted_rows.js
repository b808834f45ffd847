/* Rows that fit a box: nothing scrolls on a wall, so a list shows as many rows as there is room for and counts the rest.
   Rows are made once and used again. */
(function (floorwatch) {
  "use strict";

  const { put, show } = floorwatch.places;
  const words = floorwatch.words;

  class FittedRows {
    /** `parts`: rows, more, empty. `make_row()` returns `{root, …}`; `draw_row(row, data)` fills it. */
    constructor(parts, make_row, draw_row, empty_word) {
      this.parts = parts;
      this.make_row = make_row;
      this.draw_row = draw_row;
      this.empty_word = empty_word;
      this.drawn = [];
      this.count = 0;
      this.list = null;
      this.room = Infinity;
      this.scrolls = getComputedStyle(parts.rows).overflowY === "auto";
      this.refit = this.refit.bind(this);
      new ResizeObserver(this.refit).observe(parts.rows);
    }

    /** How many rows there is room for. The heights are measured: fonts and languages differ. */
    refit() {
      const room = this.measure();
      if (room === this.room) return;
      this.room = room;
      if (this.list !== null) this.draw(this.list);
    }

    measure() {
      if (this.scrolls || this.drawn.length === 0) return Infinity;
      const style = getComputedStyle(this.parts.rows);
      const height = style.maxHeight === "none" ? this.parts.rows.clientHeight : parseFloat(style.maxHeight);
      const first = this.drawn[0].root.getBoundingClientRect().height;
      const other = this.drawn.length > 1 && this.count > 1 ? this.drawn[1].root.getBoundingClientRect().height : first;
      return other > 0 ? 1 + Math.max(0, Math.floor((height + 1 - first) / other)) : Infinity;
    }

    draw(list) {
      this.list = list;
      if (this.count < 2 && list.size > 0) this.try_out(list);
      const shown = Math.min(list.size, this.room);
      while (this.drawn.length < shown) this.add();
      for (let i = 0; i < this.drawn.length; i += 1) {
        show(this.drawn[i].root, i < shown);
        if (i < shown) this.draw_row(this.drawn[i], list.at(i));
      }
      this.count = shown;
      const rest = list.size - shown;
      put(this.parts.more, rest > 0 ? words.word("more", { n: words.number(rest) }) : "");
      put(this.parts.empty, list.size === 0 ? words.word(this.empty_word) : "");
    }

    /** Two rows, to see how high they are. */
    try_out(list) {
      this.count = Math.min(2, list.size);
      for (let i = 0; i < this.count; i += 1) {
        if (this.drawn.length <= i) this.add();
        show(this.drawn[i].root, true);
        this.draw_row(this.drawn[i], list.at(i));
      }
      this.room = this.measure();
    }

    add() {
      const row = this.make_row();
      this.drawn.push(row);
      this.parts.rows.append(row.root);
    }
  }

  floorwatch.FittedRows = FittedRows;
})((window.floorwatch = window.floorwatch || {}));
