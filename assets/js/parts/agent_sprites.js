/* What cells of people are painted with, drawn once for each size: a cell's ground with its icon, for each state and level, and
   the digits of times. How they look stands in the style sheet (core/agents.css): a hidden element is asked. */
(function (floorwatch) {
  "use strict";

  const GLYPHS = "0123456789:hm";
  const COLON = 10;
  const HOUR = 11;
  const STATES = ["talking", "holding", "ringing", "wrapping_up", "available", "paused", "unreachable", "busy_elsewhere", "monitoring", "signed_out"];
  const LEVELS = ["none", "amber", "red"];

  function blank(width, height) {
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, width);
    canvas.height = Math.max(1, height);
    return canvas;
  }

  function rounded(context, x, y, width, height, radius) {
    context.beginPath();
    context.roundRect(x, y, width, height, radius);
  }

  function look_of({ cell, name, small, icon }) {
    const style = getComputedStyle(cell);
    return {
      fill: style.backgroundColor,
      ink: style.color,
      stripe: style.borderLeftColor,
      frame: style.outlineColor,
      name: getComputedStyle(name).color,
      small: getComputedStyle(small).color,
      icon: getComputedStyle(icon).maskImage.replace(/^url\("?|"?\)$/g, ""),
    };
  }

  class AgentSprites {
    /** `box`: the element whose style counts. `loaded()` is called when an icon has come. */
    constructor(box, loaded) {
      this.box = box;
      this.loaded = loaded;
      this.images = new Map();
      this.looks = new Map();
      this.grounds = new Map();
      this.digits = new Map();
      this.geometry = null;
    }

    /** `geometry`: of `floorwatch.AgentsCanvas`. Everything is drawn anew in this size. */
    begin(geometry) {
      this.geometry = geometry;
      this.looks.clear();
      this.grounds.clear();
      this.digits.clear();
      this.advance = 0;
    }

    /** Colours of a state on a level: `fill`, `ink` (time), `stripe`, `frame`, `name`. */
    look(state, level) {
      const key = `${state} ${level}`;
      if (!this.looks.has(key)) this.ask([...new Set([...STATES, state])]);
      return this.looks.get(key);
    }

    /** Asks the style sheet for all looks at once: the page is styled anew once, not for each. */
    ask(states) {
      const asked = [];
      const all = document.createDocumentFragment();
      for (const state of states) {
        for (const level of LEVELS) {
          const [cell, name, small, icon] = ["i", "b", "small", "i"].map((tag) => document.createElement(tag));
          cell.className = `cell s-${state} over-${level}`;
          icon.className = `icon icon-${state}`;
          cell.append(name, small, icon);
          all.append(cell);
          asked.push({ key: `${state} ${level}`, cell, name, small, icon });
        }
      }
      this.box.append(all);
      for (const one of asked) this.looks.set(one.key, look_of(one));
      for (const { cell } of asked) cell.remove();
    }

    /** The whole cell but its words. */
    ground(state, level) {
      const key = `${state} ${level}`;
      const known = this.grounds.get(key);
      if (known !== undefined) return known;
      const look = this.look(state, level);
      const { width, height, radius, stripe, icon } = this.geometry;
      const canvas = blank(width, height);
      const context = canvas.getContext("2d");
      rounded(context, 0, 0, width, height, radius);
      context.save();
      context.clip();
      context.fillStyle = look.fill;
      context.fillRect(0, 0, width, height);
      context.fillStyle = look.stripe;
      context.fillRect(0, 0, stripe, height);
      context.restore();
      if (level !== "none") this.frame(context, look.frame, level);
      const image = this.image(look.icon);
      if (image !== null) context.drawImage(this.tinted(image, look.ink, icon.size), icon.x, icon.y);
      this.grounds.set(key, canvas);
      return canvas;
    }

    /** The icon of a state in its colour, as large as a cell's own; null until it has come. */
    sign(state) {
      const look = this.look(state, "none");
      const image = this.image(look.icon);
      if (image === null) return null;
      const known = this.grounds.get(`sign ${state}`);
      if (known !== undefined) return known;
      const sign = this.tinted(image, look.ink, this.geometry.icon.size);
      this.grounds.set(`sign ${state}`, sign);
      return sign;
    }

    /** Over its limit: amber a line, red a thicker one that leaves the words free. */
    frame(context, colour, level) {
      const { width, height, radius, line } = this.geometry;
      const thick = level === "red" ? Math.min(line * 2, Math.max(3, this.geometry.pad)) : line;
      context.strokeStyle = colour;
      context.lineWidth = thick;
      rounded(context, thick / 2, thick / 2, width - thick, height - thick, Math.max(1, radius - thick / 2));
      context.stroke();
    }

    tinted(image, colour, size) {
      const canvas = blank(size, size);
      const context = canvas.getContext("2d");
      context.drawImage(image, 0, 0, size, size);
      context.globalCompositeOperation = "source-in";
      context.fillStyle = colour;
      context.fillRect(0, 0, size, size);
      return canvas;
    }

    /** An icon's drawing; null until it has come. */
    image(url) {
      const known = this.images.get(url);
      if (known !== undefined) return known;
      this.images.set(url, null);
      const image = new Image();
      image.onload = () => {
        this.images.set(url, image);
        this.grounds.clear();
        this.loaded();
      };
      image.src = url;
      return null;
    }

    /** Whether every icon that was asked for has come. */
    has_all_images() {
      for (const image of this.images.values()) if (image === null) return false;
      return true;
    }

    /** Sets how wide digits are: all as wide as the widest, so that a time does not jump. */
    measure(context) {
      let widest = 0;
      for (let digit = 0; digit < 10; digit += 1) widest = Math.max(widest, context.measureText(GLYPHS[digit]).width);
      this.advance = Math.ceil(widest);
      this.step = Math.ceil(Math.max(widest, context.measureText("m").width)) + 2;
      this.narrow = Math.ceil(context.measureText(":").width);
      this.hour = Math.ceil(context.measureText("h").width);
      this.minute = Math.ceil(context.measureText("m").width);
    }

    wide(glyph) {
      if (glyph < COLON) return this.advance;
      return glyph === COLON ? this.narrow : glyph === HOUR ? this.hour : this.minute;
    }

    /** All digits in a state's ink, a glyph every `step` pixels. */
    digits_of(state, level) {
      const key = `${state} ${level}`;
      const known = this.digits.get(key);
      if (known !== undefined) return known;
      const { type, font } = this.geometry;
      const step = this.step;
      const canvas = blank(step * GLYPHS.length, Math.ceil(type * 1.1));
      const context = canvas.getContext("2d");
      context.font = font;
      context.textAlign = "center";
      context.fillStyle = this.look(state, level).ink;
      for (let i = 0; i < GLYPHS.length; i += 1) context.fillText(GLYPHS[i], i * step + 1 + this.wide(i) / 2, Math.round(type * 0.92));
      this.digits.set(key, canvas);
      return canvas;
    }
  }

  floorwatch.AgentSprites = AgentSprites;
  floorwatch.AgentSprites.GLYPHS = GLYPHS;
})((window.floorwatch = window.floorwatch || {}));
