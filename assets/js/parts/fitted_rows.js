/* Rows that fit a box: nothing scrolls on a wall. Rows are as high as there is room for, down to what can be read; when there are more,
   they take turns by pages or the rest is counted. In width, the type becomes smaller before a name is cut.
   Rows are made once and used again. Where the box scrolls (a desk), all rows are drawn and nothing is fitted. */
(function (floorwatch) {
  "use strict";

  const { put, show } = floorwatch.places;
  const words = floorwatch.words;
  const LEAST_ROW_U = 3.7;
  const ROW_U = 4.3;
  const HIGHEST_ROW_U = 6.4;
  const LEAST_STACKED_U = 5.6;
  const TYPE_OF_ROW = 0.56;
  const TYPE_OF_STACKED = 0.36;
  const LEAST_TYPE_U = 1.85;
  const TURN_MS = 8000;

  /** What says how wide a row is: its words, digits being all alike, its weight by its level, and whether it has its icon. */
  function shape_of({ root, icon }) {
    return `${root.className} ${icon.className} ${root.textContent.replace(/\d/g, "0")}|`;
  }

  class FittedRows {
    /** `parts`: rows, empty, and `more` (the rest is counted) or `cue` (pages take turns). `make_row()` returns `{root, flexible, icon, …}`:
     *  the cells that may be too narrow for their text, and the icon that not every row has; `draw_row(row, data)` fills it. */
    constructor(parts, make_row, draw_row, empty_word) {
      this.parts = parts;
      this.make_row = make_row;
      this.draw_row = draw_row;
      this.empty_word = empty_word;
      this.drawn = [];
      this.count = 0;
      this.list = null;
      this.room = Infinity;
      this.page = 0;
      this.turned_at_ms = 0;
      this.shape = "";
      this.columns = 0;
      this.is_stacked = false;
      this.scrolls = getComputedStyle(parts.rows).overflowY === "auto";
      this.refit = this.refit.bind(this);
      if (this.scrolls) return;
      new ResizeObserver(this.refit).observe(parts.rows.parentElement);
      document.fonts.ready.then(this.refit);
    }

    get pages() {
      return this.list === null || !this.parts.cue ? 1 : Math.max(1, Math.ceil(this.list.size / this.room));
    }

    refit() {
      this.shape = "";
      if (this.list === null) return;
      this.draw(this.list);
      this.fit_width();
    }

    /** How many rows there is room for, and how high they are. */
    measure(count) {
      if (this.scrolls || count === 0) return Infinity;
      const { rows, more, head } = this.parts;
      const u = floorwatch.places.unit_px();
      const height = rows.clientHeight + (more ? more.offsetHeight : 0) - (head ? head.offsetHeight : 0);
      if (height <= 0) return Infinity;
      let room = count;
      const least = this.is_stacked ? LEAST_STACKED_U : LEAST_ROW_U;
      if (count * least * u > height) {
        const line = more ? 3 * u : 0;
        room = Math.max(1, Math.floor((height - line) / (Math.max(ROW_U, least) * u)));
        this.row_px = (height - line) / room;
      } else this.row_px = Math.min(height / count, Math.max(HIGHEST_ROW_U, least * 1.3) * u);
      rows.style.setProperty("--row", `${this.row_px.toFixed(1)}px`);
      return room;
    }

    draw(list) {
      this.list = list;
      this.room = this.measure(list.size);
      this.page = Math.min(this.page, this.pages - 1);
      const first = this.parts.cue ? this.page * this.room || 0 : 0;
      const shown = Math.min(list.size - first, this.room);
      while (this.drawn.length < shown) this.add();
      for (let i = 0; i < this.drawn.length; i += 1) {
        show(this.drawn[i].root, i < shown);
        if (i < shown) this.draw_row(this.drawn[i], list.at(first + i));
      }
      this.count = shown;
      if (this.parts.more) this.count_rest(list.size - shown);
      else put(this.parts.cue, this.pages > 1 ? `${this.page + 1}/${this.pages}` : "");
      put(this.parts.empty, list.size === 0 ? words.word(this.empty_word) : "");
    }

    count_rest(rest) {
      put(this.parts.more, rest > 0 ? words.word("more", { n: words.number(rest) }) : "");
    }

    /** The next page, when this one has had its time. Says whether it turned. */
    turn(now_ms) {
      if (this.pages < 2 || now_ms - this.turned_at_ms < TURN_MS) return false;
      this.page = this.turned_at_ms === 0 ? this.page : (this.page + 1) % this.pages;
      this.turned_at_ms = now_ms;
      this.draw(this.list);
      return true;
    }

    /** Something at the top must be seen now. */
    first_page(now_ms) {
      if (this.page === 0) return;
      this.page = 0;
      this.turned_at_ms = now_ms;
      this.draw(this.list);
    }

    /** After the cells were written: type as large as the width allows. Where it would be too small to read, a table leaves out
     *  columns from the right, and a list writes each row in two lines. */
    fit_width() {
      const { rows, head } = this.parts;
      if (this.scrolls || this.count === 0 || this.row_px === undefined || rows.clientWidth === 0) return;
      let shape = `${rows.clientHeight}|${rows.clientWidth}|`;
      for (let i = 0; i < this.count; i += 1) shape += shape_of(this.drawn[i]);
      if (shape === this.shape) return;
      this.shape = shape;
      if (!head) {
        this.stack(false);
        if (!this.fits_type()) this.stack(true);
        if (this.is_stacked) this.fits_type();
        return;
      }
      for (this.columns = this.drawn[0].root.childElementCount; this.columns >= 2; this.columns -= 1) {
        this.show_columns(head);
        if (this.fits_type()) return;
      }
    }

    fits_type() {
      const least = LEAST_TYPE_U * floorwatch.places.unit_px();
      const width = this.parts.rows.clientWidth;
      this.set_type(Math.max(least, this.row_px * (this.is_stacked ? TYPE_OF_STACKED : TYPE_OF_ROW)));
      for (let tries = 0; tries < 3 && this.missing() > 0.5; tries += 1) {
        this.set_type(Math.max(least, (this.type_px * width) / (width + this.missing()) - 0.05));
      }
      return this.missing() <= 0.5;
    }

    stack(is_stacked) {
      if (this.is_stacked === is_stacked) return;
      this.is_stacked = is_stacked;
      this.parts.rows.classList.toggle("stacked", is_stacked);
      this.draw(this.list);
    }

    show_columns(head) {
      if (!head) return;
      this.parts.rows.style.setProperty("--figures", String(this.columns - 1));
      for (const root of [head, ...this.drawn.map((row) => row.root)]) {
        for (let i = 2; i < root.childElementCount; i += 1) show(root.children[i], i < this.columns);
      }
    }

    set_type(px) {
      this.type_px = px;
      this.parts.rows.style.setProperty("--type", `${px.toFixed(2)}px`);
    }

    /** By how many pixels the longest text is too long. */
    missing() {
      let most = this.parts.rows.scrollWidth - this.parts.rows.clientWidth;
      for (let i = 0; i < this.count; i += 1) {
        for (const cell of this.drawn[i].flexible) most = Math.max(most, cell.scrollWidth - cell.clientWidth);
      }
      return most;
    }

    add() {
      const row = this.make_row();
      this.drawn.push(row);
      this.parts.rows.append(row.root);
    }
  }

  floorwatch.FittedRows = FittedRows;
})((window.floorwatch = window.floorwatch || {}));
