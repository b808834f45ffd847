/* Small print under a number: as many of its parts as there are lines for; what finds no room is left out whole, the last one first.
   Never cut: half a sentence on a wall is a wrong one. Only names of queues may be shortened, and then say so in full to who points. */
(function (floorwatch) {
  "use strict";

  const { put, show } = floorwatch.places;
  const SMALLEST_U = 1.85;

  class SmallPrint {
    /** `root`: the tile; the line is its `.sub`. */
    constructor(root) {
      this.line = root.querySelector(":scope > .sub");
      this.pieces = [...this.line.children];
      this.also = this.pieces.filter((piece) => piece.dataset.also !== undefined);
      this.written = "";
    }

    /** The further numbers of a value, each with its name. */
    write_also(also, now_ms) {
      const { formats } = floorwatch;
      for (const piece of this.also) {
        const { also: metric, format, name } = piece.dataset;
        put(piece, `${name} ${formats.text(format, formats.value_of(also && also[metric], format, now_ms))}`);
      }
    }

    is_silent() {
      return this.pieces.every((piece) => piece.textContent === "");
    }

    /** After the words were written: who has a place? */
    fit(is_new) {
      const written = this.pieces.map((piece) => piece.textContent).join("\n");
      if (!is_new && written.length === this.written.length && same_shape(written, this.written)) return;
      this.written = written;
      const { line } = this;
      const u = floorwatch.places.unit_px();
      const lines = Number(getComputedStyle(line).getPropertyValue("--lines")) || 1;
      for (const piece of this.pieces) {
        show(piece, piece.textContent !== "");
        piece.style.fontSize = "";
      }
      const first = this.pieces.find((piece) => !piece.hidden);
      if (first === undefined || line.clientWidth === 0) return;
      const height = first.getBoundingClientRect().height;
      for (const piece of this.pieces) if (!piece.hidden) this.shrink(piece, u);
      const top = line.getBoundingClientRect().top;
      for (let i = this.pieces.length - 1; i >= 0; i -= 1) {
        const piece = this.pieces[i];
        if (piece.hidden) continue;
        if (piece.getBoundingClientRect().bottom > top + (lines + 0.2) * height || line.clientHeight < height * 0.9) show(piece, false);
      }
    }

    /** A part that is longer than the line becomes smaller, down to what can be read. */
    shrink(piece, u) {
      const room = this.line.clientWidth;
      const wide = piece.scrollWidth;
      if (wide <= room) return;
      const size = parseFloat(getComputedStyle(piece).fontSize);
      piece.style.fontSize = `${Math.max((size * room) / wide - 0.1, u * SMALLEST_U).toFixed(1)}px`;
      piece.title = piece.textContent;
    }
  }

  function same_shape(a, b) {
    return a.replace(/\d/g, "0") === b.replace(/\d/g, "0");
  }

  floorwatch.SmallPrint = SmallPrint;
})((window.floorwatch = window.floorwatch || {}));
