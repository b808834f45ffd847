/* Small print under a number: as many of its parts as there are lines for; what finds no room is left out whole, the last one first.
   Never cut: half a sentence on a wall is a wrong one. Only names of queues may be shortened, and then say so in full to who points. */
(function (floorwatch) {
  "use strict";

  const { put, show } = floorwatch.places;
  const SMALLEST_U = 1.85;
  /** So many of the first parts are worth smaller type; the others are left out. */
  const WORTH_SMALLER_TYPE = 2;
  const MOST_KNOWN = 200;

  class SmallPrint {
    /** `root`: the tile; the line is its `.sub`. */
    constructor(root) {
      this.line = root.querySelector(":scope > .sub");
      this.pieces = [...this.line.children];
      this.also = this.pieces.filter((piece) => piece.dataset.also !== undefined);
      this.written = "";
      /** Shape of what was written → how its parts found room, since the place was last as large as it is. */
      this.known = new Map();
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

    /** After the words were written: who has a place? `is_new`: the place is. Laying out is slow, so what was found is kept. */
    fit(is_new) {
      const written = shape_of(this.pieces.map((piece) => piece.textContent).join("\n"));
      if (!is_new && written === this.written) return;
      this.written = written;
      if (is_new) this.known.clear();
      if (!this.recall(written)) this.find_room(written);
    }

    recall(written) {
      const known = this.known.get(written);
      if (known === undefined) return false;
      this.line.style.fontSize = known.size;
      this.pieces.forEach((piece, i) => {
        const { is_shown, size } = known.pieces[i];
        show(piece, is_shown);
        piece.style.fontSize = size;
        if (size !== "") piece.title = piece.textContent;
      });
      return true;
    }

    find_room(written) {
      const { line } = this;
      line.style.fontSize = "";
      for (const piece of this.pieces) {
        show(piece, piece.textContent !== "");
        piece.style.fontSize = "";
      }
      if (line.clientWidth === 0) return;
      const first = this.pieces.filter((piece) => !piece.hidden).slice(0, WORTH_SMALLER_TYPE);
      if (this.beyond(true).some((piece) => first.includes(piece))) {
        const least = floorwatch.places.unit_px() * SMALLEST_U;
        line.style.fontSize = `${least.toFixed(1)}px`;
        for (const piece of first) this.shrink(piece, least);
      }
      for (let out = this.beyond(); out.length > 0; out = this.beyond()) show(out[out.length - 1], false);
      if (document.fonts.status !== "loaded") return; // it may need another room with the right font
      if (this.known.size > MOST_KNOWN) this.known.clear();
      this.known.set(written, {
        size: line.style.fontSize,
        pieces: this.pieces.map((piece) => ({ is_shown: !piece.hidden, size: piece.style.fontSize })),
      });
    }

    /** The parts that lie outside of the line's box, or are longer than it (names may be: they are cut). */
    beyond(names_too) {
      const box = this.line.getBoundingClientRect();
      return this.pieces.filter((piece) => {
        if (piece.hidden) return false;
        const { top, height } = piece.getBoundingClientRect();
        return top + height * 0.8 > box.bottom || (piece.scrollWidth > this.line.clientWidth && (names_too || piece.dataset.part !== "queue"));
      });
    }

    /** A part that is longer than the line becomes smaller, down to what can be read. */
    shrink(piece, least) {
      const room = this.line.clientWidth;
      if (piece.scrollWidth <= room) return;
      const size = parseFloat(getComputedStyle(piece).fontSize);
      piece.style.fontSize = `${Math.max((size * room) / piece.scrollWidth - 0.1, least).toFixed(1)}px`;
      piece.title = piece.textContent;
    }
  }

  function shape_of(text) {
    return text.replace(/\d/g, "0");
  }

  floorwatch.SmallPrint = SmallPrint;
})((window.floorwatch = window.floorwatch || {}));
