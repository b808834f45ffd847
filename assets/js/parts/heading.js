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
      this.written = null;
      this.refit = this.refit.bind(this);
      new ResizeObserver(this.refit).observe(this.line);
      document.fonts.ready.then(this.refit);
    }

    /** After a text in the line was written. */
    fit() {
      if (this.line.textContent !== this.written) this.refit();
    }

    refit() {
      const { text, line, note } = this;
      this.written = line.textContent;
      if (line.clientWidth === 0) return;
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
      const { text } = this;
      const size = parseFloat(getComputedStyle(text).fontSize);
      const wanted = (size * text.clientWidth) / text.scrollWidth - 0.2;
      text.style.fontSize = `${Math.min(size, Math.max(wanted, least_u * floorwatch.places.unit_px())).toFixed(1)}px`;
      return this.fits();
    }
  }

  floorwatch.Heading = Heading;
})((window.floorwatch = window.floorwatch || {}));
