/* Several hundred people on one wall: more than the DOM draws well. A cell has the state's fill, stripe and icon, the name
   as far as there is room, and the time where there is room for it too. Colours come from the tokens, icons from their files. */
(function (floorwatch) {
  "use strict";

  const words = floorwatch.words;
  const STATES = [
    "talking", "holding", "ringing", "wrapping_up", "available", "paused", "unreachable", "busy_elsewhere", "monitoring", "signed_out",
  ];
  const TINT = 0.2;

  class AgentsCanvas {
    constructor(canvas) {
      this.canvas = canvas;
      this.context = canvas.getContext("2d");
      this.icons = new Map();
      this.colours = new Map();
      this.fitted = new Map();
      this.font = "";
      this.read_colours();
      this.icon_size = 0;
    }

    read_colours() {
      const style = getComputedStyle(this.canvas);
      for (const state of STATES) this.colours.set(state, style.getPropertyValue(`--s-${state}`).trim());
      for (const name of ["--text", "--dim", "--surface", "--warn", "--bad"]) this.colours.set(name, style.getPropertyValue(name).trim());
      this.family = style.fontFamily;
    }

    /** An icon in its state's colour, at the size of the cells. Loaded once; the next draw has it. */
    icon(state, size) {
      const key = `${state} ${size}`;
      const known = this.icons.get(key);
      if (known !== undefined) return known;
      this.icons.set(key, null);
      const probe = document.createElement("i");
      probe.className = `icon icon-${state}`;
      this.canvas.parentElement.append(probe);
      const url = getComputedStyle(probe).maskImage.replace(/^url\("?|"?\)$/g, "");
      probe.remove();
      const image = new Image();
      image.onload = () => this.icons.set(key, this.tinted(image, state, size));
      image.src = url;
      return null;
    }

    tinted(image, state, size) {
      const copy = document.createElement("canvas");
      copy.width = size;
      copy.height = size;
      const context = copy.getContext("2d");
      context.drawImage(image, 0, 0, size, size);
      context.globalCompositeOperation = "source-in";
      context.fillStyle = this.colours.get(state);
      context.fillRect(0, 0, size, size);
      return copy;
    }

    fit_to(size) {
      const ratio = window.devicePixelRatio || 1;
      const width = Math.round(size.width * ratio);
      const height = Math.round(size.height * ratio);
      if (this.canvas.width !== width || this.canvas.height !== height) {
        this.canvas.width = width;
        this.canvas.height = height;
        this.icons.clear();
        this.fitted.clear();
      }
      return { width, height };
    }

    /** The name as far as it fits. Measuring is slow, so it is kept. */
    fit_name(name, room) {
      const known = this.fitted.get(name);
      if (known !== undefined) return known;
      let text = name;
      while (text.length > 1 && this.context.measureText(text).width > room) text = text.slice(0, -1);
      if (this.fitted.size > 10000) this.fitted.clear();
      this.fitted.set(name, text);
      return text;
    }

    /** Everybody. */
    draw(list, shape, size, now_ms) {
      const { width, height } = this.fit_to(size);
      const gap = Math.max(1, Math.round(height / 260));
      const cell = { width: (width + gap) / shape.columns, height: (height + gap) / shape.rows, gap };
      const has_time = cell.height > 34 && cell.width > 44;
      const type = Math.round(Math.min(cell.height * (has_time ? 0.36 : 0.42), cell.width / 3.1));
      const font = `600 ${type}px ${this.family}`;
      if (font !== this.font) this.fitted.clear();
      this.font = font;
      this.context.clearRect(0, 0, width, height);
      this.context.font = font;
      this.context.textBaseline = "middle";
      this.columns = shape.columns;
      this.cell = cell;
      this.type = type;
      this.has_time = has_time;
      for (let i = 0; i < list.size; i += 1) this.draw_cell(list.at(i), i, now_ms);
    }

    /** One person, again. */
    draw_one(row, index, now_ms) {
      const x = (index % this.columns) * this.cell.width;
      const y = Math.floor(index / this.columns) * this.cell.height;
      this.context.clearRect(x, y, this.cell.width, this.cell.height);
      this.draw_cell(row, index, now_ms);
    }

    draw_cell(row, index, now_ms) {
      const { cell, type, has_time } = this;
      const x = (index % this.columns) * cell.width;
      const y = Math.floor(index / this.columns) * cell.height;
      const { context } = this;
      const width = cell.width - cell.gap;
      const height = cell.height - cell.gap;
      const colour = this.colours.get(row.state) || this.colours.get("--dim");
      const stripe = Math.max(2, Math.round(width * 0.07));
      context.globalAlpha = TINT;
      context.fillStyle = colour;
      context.fillRect(x, y, width, height);
      context.globalAlpha = 1;
      context.fillRect(x, y, stripe, height);
      const level = floorwatch.limits.level(row, now_ms);
      if (level !== "none") {
        context.lineWidth = Math.max(2, cell.gap * 1.5);
        context.strokeStyle = this.colours.get(level === "red" ? "--bad" : "--warn");
        context.strokeRect(x + 1, y + 1, width - 2, height - 2);
      }
      const left = x + stripe * 1.8;
      const middle = has_time ? y + height * 0.31 : y + height * 0.5;
      const icon_size = Math.round(type * 0.95);
      const icon = this.icon(row.state, icon_size);
      const name_left = has_time ? left : left + icon_size * 1.2;
      if (icon) context.drawImage(icon, left, (has_time ? y + height * 0.72 : middle) - icon_size / 2);
      context.fillStyle = this.colours.get("--text");
      context.fillText(this.fit_name(words.name_short(row.name || row.staff || row.id), x + width - name_left), name_left, middle);
      if (!has_time) return;
      const time = row.state === "signed_out" ? words.word("state.signed_out") : words.duration_short((now_ms - row.since) / 1000);
      context.fillText(time, left + icon_size * 1.25, y + height * 0.72, width - icon_size * 1.6);
    }
  }

  floorwatch.AgentsCanvas = AgentsCanvas;
})((window.floorwatch = window.floorwatch || {}));
