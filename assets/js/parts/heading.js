/* A tile's heading in one line: smaller when it is long, then without the note beside it; cut with the whole in its title only when
   somebody wrote a name that no tile of this width could carry. */
(function (floorwatch) {
  "use strict";

  const LEAST_BESIDE_NOTE_U = 2.1;
  const LEAST_U = 1.85;

  class Heading {
    constructor(parts) {
      this.text = parts.heading;
      this.line = parts.heading.parentElement;
      this.note = parts.note || null;
      this.gap = parts.gap || null;
      this.halt = parts.halt || null;
      this.written = null;
      this.refit = this.refit.bind(this);
      const observer = new ResizeObserver(this.refit);
      observer.observe(this.line);
      observer.observe(this.line.parentElement); // its type grows with the tile, the line's own box not always
      document.fonts.ready.then(this.refit);
    }

    /** After a text in the line was written. */
    fit() {
      if (this.said() !== this.written) this.refit();
    }

    said() {
      const level = this.line.parentElement.className; // its mark and its weight take room
      return level + this.line.textContent + (this.gap === null ? "" : this.gap.textContent) + (this.halt === null ? "" : this.halt.textContent);
    }

    /** How much of the line's end is taken by what is missing, or by the moment at which the numbers stopped. */
    taken_px() {
      const widths = [this.gap, this.halt].map((part) => (part === null || !part.textContent ? 0 : part.offsetWidth));
      return Math.max(...widths);
    }

    refit() {
      const { text, line, note } = this;
      this.written = this.said();
      if (line.clientWidth === 0) return;
      const taken_px = this.taken_px();
      line.style.paddingRight = taken_px > 0 ? `${taken_px}px` : "";
      text.style.fontSize = "";
      text.title = "";
      if (note !== null) note.hidden = false;
      if (this.fits() || this.shrink(LEAST_BESIDE_NOTE_U)) return;
      if (note !== null) note.hidden = true;
      text.style.fontSize = "";
      if (!this.fits() && !this.shrink(LEAST_U)) text.title = text.textContent;
    }

    fits() {
      return this.text.scrollWidth <= this.text.clientWidth && this.line.scrollWidth <= this.line.clientWidth;
    }

    shrink(least_u) {
      const { text, line } = this;
      const least = least_u * floorwatch.places.unit_px();
      for (let tries = 0; tries < 3 && !this.fits(); tries += 1) {
        const size = parseFloat(getComputedStyle(text).fontSize);
        const over = Math.max(text.scrollWidth - text.clientWidth, line.scrollWidth - line.clientWidth);
        const wanted = (size * text.scrollWidth) / (text.scrollWidth + over) - 0.3;
        text.style.fontSize = `${Math.min(size, Math.max(wanted, least)).toFixed(1)}px`;
      }
      return this.fits();
    }
  }

  floorwatch.Heading = Heading;
})((window.floorwatch = window.floorwatch || {}));
