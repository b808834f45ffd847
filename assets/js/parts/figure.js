/* A tile's important number: as large as its place allows, in the longest way of writing it that can still be read across the floor.
   How wide a text is, is measured once for its shape (1,284 is as wide as 7,905: digits are tabular), not for each value. */
(function (floorwatch) {
  "use strict";

  const { put } = floorwatch.places;
  /** Height of the digits, of the smaller side of the screen in percent (`--u`), and in their type size. */
  const READ_FROM_AFAR_U = 8.5;
  const DIGIT_HEIGHT = 0.727;
  const SMALLEST_U = READ_FROM_AFAR_U / DIGIT_HEIGHT;
  /** How much of a type size a line of digits needs, at least and with air. */
  const TIGHT_LINE = 0.78;
  const LINE = 1.1;
  const WIDTH = 0.97;
  const RULER_PX = 100;
  const widths = new Map();
  let ruler = null;

  const shape_of = (text) => text.replace(/\d/g, "0");

  const is_word = (unit) => unit.length > 1;

  function make_ruler(root) {
    const { make } = floorwatch.places;
    const [number, unit] = [make("span"), make("sup")];
    ruler = { number, unit, root: make("div", "digits ruler", [number, unit]) };
    ruler.root.setAttribute("aria-hidden", "true");
    root.append(ruler.root);
  }

  /** Width of a text and its unit at a type size of 1. */
  function width_of(way) {
    const shape = `${shape_of(way.text)}|${way.unit}`;
    const known = widths.get(shape);
    if (known !== undefined) return known;
    if (ruler === null) make_ruler(document.querySelector(".screen"));
    put(ruler.number, shape_of(way.text));
    put(ruler.unit, way.unit);
    ruler.unit.classList.toggle("word", is_word(way.unit));
    const width = ruler.root.getBoundingClientRect().width / RULER_PX;
    if (document.fonts.status === "loaded") widths.set(shape, width);
    return width;
  }

  class Figure {
    /** `root`: the tile; `parts`: its number and unit. `rooms()`: arrangements of the tile to try, `{room, worth}`; the style sheet
     *  knows them as `[data-room]`. `fitted()` is called when the room is chosen. */
    constructor(root, parts, rooms, fitted) {
      this.root = root;
      this.parts = parts;
      this.box = parts.number.closest(".figure");
      this.digits = parts.number.parentElement;
      this.rooms = rooms;
      this.fitted = fitted;
      this.ways = floorwatch.formats.ways("count", null);
      this.shape = "";
      this.chosen = 0;
      this.refit = this.refit.bind(this);
      new ResizeObserver(this.refit).observe(root);
      document.fonts.ready.then(() => {
        widths.clear();
        this.refit();
      });
    }

    /** `ways`: of writing the value (formats.ways). */
    write(ways) {
      this.ways = ways;
      const shape = ways.map((way) => shape_of(way.text) + way.unit).join(" ");
      if (shape !== this.shape) {
        this.shape = shape;
        this.refit();
      }
      this.draw();
    }

    draw() {
      const way = this.ways[Math.min(this.chosen, this.ways.length - 1)];
      put(this.parts.number, way.text);
      put(this.parts.unit, way.unit);
      this.parts.unit.classList.toggle("word", is_word(way.unit));
      this.digits.classList.toggle("none", way.text === floorwatch.words.NO_VALUE);
    }

    refit() {
      if (this.root.clientHeight === 0) return;
      const smallest_px = floorwatch.places.unit_px() * SMALLEST_U;
      const best = this.best_of(smallest_px);
      if (this.ways[0].text === floorwatch.words.NO_VALUE) best.size = Math.min(best.size, smallest_px * 1.1);
      this.root.dataset.room = best.room;
      this.chosen = best.way;
      this.digits.style.fontSize = `${best.size.toFixed(1)}px`;
      this.draw();
      this.fitted();
    }

    /** The whole number where some room has the place for it, else a shorter one, else the largest there is. Of the rooms that do,
     *  the one whose number is largest for what it is worth. */
    best_of(smallest_px) {
      const rooms = this.rooms().map((one) => this.measure(one));
      let largest = null;
      for (let way = 0; way < this.ways.length; way += 1) {
        const width = width_of(this.ways[way]);
        let best = null;
        for (const { room, worth, box } of rooms) {
          const high = Math.max(box.height / LINE, Math.min(smallest_px, box.height / TIGHT_LINE));
          const found = { room, way, size: Math.min(Math.max((box.width * WIDTH) / width, Math.min(smallest_px, box.width / width)), high) };
          found.value = found.size * worth;
          if (found.size >= smallest_px && (best === null || found.value > best.value)) best = found;
          if (largest === null || found.size > largest.size) largest = found;
        }
        if (best !== null) return best;
      }
      return largest;
    }

    measure({ room, worth }) {
      this.root.dataset.room = room;
      return { room, worth, box: { width: this.box.clientWidth, height: this.box.clientHeight } };
    }
  }

  floorwatch.Figure = Figure;
})((window.floorwatch = window.floorwatch || {}));
