/* Paper that falls, on a canvas, in the colours of the tokens. Pieces turn and fall; none lights up or goes dark, so nothing flashes. */
(function (floorwatch) {
  "use strict";

  const COLOURS = ["--gold", "--accent", "--tint-0", "--tint-3", "--tint-6", "--tint-9", "--tint-10"];
  const MOST_PX = 1920;
  const PIECES = 150;
  const GRAVITY = 0.62;
  const FADE_MS = 500;

  /** A number from 0 to 1 that is the same each time for the same piece: no two celebrations need to differ. */
  function chance(piece, of) {
    const found = Math.sin(piece * 12.9898 + of * 78.233) * 43758.5453;
    return found - Math.floor(found);
  }

  class Confetti {
    constructor(canvas) {
      this.canvas = canvas;
      this.context = canvas.getContext("2d");
      const style = getComputedStyle(canvas);
      this.colours = COLOURS.map((name) => style.getPropertyValue(name).trim());
    }

    /** Lengths are shares of the canvas' height; it is drawn no finer than a TV needs. */
    resize() {
      const scale = Math.min(1, MOST_PX / Math.max(1, this.canvas.clientWidth));
      this.canvas.width = Math.round(this.canvas.clientWidth * scale);
      this.canvas.height = Math.round(this.canvas.clientHeight * scale);
    }

    /** As it is `at_ms` after its begin, of `lasts_ms`. */
    draw(at_ms, lasts_ms) {
      const { width, height } = this.canvas;
      const { context } = this;
      const s = at_ms / 1000;
      context.clearRect(0, 0, width, height);
      context.globalAlpha = Math.max(0, Math.min(1, (lasts_ms - at_ms) / FADE_MS));
      for (let i = 0; i < PIECES; i += 1) {
        const side = i % 2 === 0 ? 1 : -1;
        const speed = 0.35 + chance(i, 1) * 0.75;
        const angle = 0.95 + chance(i, 2) * 0.5;
        const x = width * (side === 1 ? 0.02 : 0.98) + side * Math.cos(angle) * speed * s * height * 1.25;
        const y = height * (1.02 - Math.sin(angle) * speed * s * 1.35 + (GRAVITY * s * s) / 2);
        const size = Math.min(width, height) * (0.008 + chance(i, 3) * 0.012);
        context.save();
        context.translate(x, y);
        context.rotate(chance(i, 4) * 6.3 + s * (chance(i, 5) - 0.5) * 9);
        context.scale(1, 0.35 + 0.65 * Math.abs(Math.cos(chance(i, 6) * 6.3 + s * 4)));
        context.fillStyle = this.colours[i % this.colours.length];
        context.fillRect(-size, -size * 0.6, size * 2, size * 1.2);
        context.restore();
      }
      context.globalAlpha = 1;
    }
  }

  floorwatch.Confetti = Confetti;
})((window.floorwatch = window.floorwatch || {}));
