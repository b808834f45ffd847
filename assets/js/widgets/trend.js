/* The day in half-hours as inline SVG, drawn in the pixels of its box so that its text is as large as the page's. */
(function (floorwatch) {
  "use strict";

  const { put } = floorwatch.places;
  const words = floorwatch.words;
  const SVG = "http://www.w3.org/2000/svg";
  const FEWEST_BARS = 8;
  const STEPS = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8];

  function shape(tag, class_name, parent) {
    const element = document.createElementNS(SVG, tag);
    element.setAttribute("class", class_name);
    parent.appendChild(element);
    return element;
  }

  function set(element, name, value) {
    const text = typeof value === "number" ? value.toFixed(1) : value;
    if (element.getAttribute(name) !== text) element.setAttribute(name, text);
  }

  /** The smallest round number that is not below `n`. */
  function ceiling(n) {
    for (let power = 1; ; power *= 10) {
      for (const step of STEPS) if (step * power >= n && Number.isInteger(step * power)) return step * power;
    }
  }

  class Trend extends floorwatch.Tile {
    constructor(root, parts) {
      super(root, parts);
      this.value = null;
      this.svg = document.createElementNS(SVG, "svg");
      this.svg.setAttribute("role", "img");
      this.svg.setAttribute("aria-label", words.word("trend.sentence"));
      this.grid = [0, 1, 2].map(() => ({ line: shape("line", "grid", this.svg), text: shape("text", "scale", this.svg) }));
      this.bars = [];
      this.target = shape("line", "target", this.svg);
      this.target_text = shape("text", "target_text", this.svg);
      this.line = shape("polyline", "sl", this.svg);
      this.dot = shape("circle", "sl_dot", this.svg);
      parts.chart.appendChild(this.svg);
      this.width = 0;
      this.height = 0;
      this.resized = this.resized.bind(this);
      new ResizeObserver(this.resized).observe(parts.chart);
    }

    resized() {
      this.width = this.parts.chart.clientWidth;
      this.height = this.parts.chart.clientHeight;
      this.draw();
    }

    update(value) {
      this.value = value;
      this.draw();
    }

    names() {
      this.draw();
    }

    first_busy() {
      const { offered } = this.value;
      const found = offered.findIndex((n) => n > 0);
      return Math.max(0, Math.min(found === -1 ? offered.length : found, offered.length - FEWEST_BARS));
    }

    draw() {
      if (this.value === null || this.height < 20) return;
      const is_empty = !this.value.offered.some((n) => n > 0);
      put(this.parts.empty, is_empty ? words.word("trend.none") : "");
      this.svg.style.visibility = is_empty ? "hidden" : "visible";
      set(this.svg, "viewBox", `0 0 ${this.width} ${this.height}`);
      const first = this.first_busy();
      const count = Math.max(FEWEST_BARS, this.value.offered.length - first);
      const type = parseFloat(getComputedStyle(this.svg).fontSize);
      const left = type * (0.62 * words.number(this.top_count()).length + 0.6);
      const box = { left, top: type * 0.9, bottom: this.height - type * 1.5, right: this.width - type * 2.9 };
      this.draw_scale(box, type);
      this.draw_bars(box, first, count, type);
      this.draw_level(box, first, count, type);
    }

    top_count() {
      let most = 4;
      for (let i = 0; i < this.value.offered.length; i += 1) {
        most = Math.max(most, (this.value.answered[i] || 0) + (this.value.abandoned[i] || 0));
      }
      return ceiling(most);
    }

    draw_scale(box, type) {
      const top = this.top_count();
      for (let i = 0; i < this.grid.length; i += 1) {
        const y = box.bottom - ((box.bottom - box.top) * i) / 2;
        const { line, text } = this.grid[i];
        set(line, "x1", box.left);
        set(line, "x2", box.right);
        set(line, "y1", y);
        set(line, "y2", y);
        set(text, "x", box.left - type * 0.4);
        set(text, "y", y + type * 0.35);
        put(text, top % 2 && i === 1 ? "" : words.number((top * i) / 2));
      }
    }

    bar(index) {
      while (this.bars.length <= index) {
        const group = shape("g", "bar", this.svg);
        this.svg.insertBefore(group, this.target);
        this.bars.push({
          group, answered: shape("rect", "answered", group), abandoned: shape("rect", "abandoned", group), text: shape("text", "hour", group),
        });
      }
      return this.bars[index];
    }

    draw_bars(box, first, count, type) {
      const { answered, abandoned, from, step_s, gap_s } = this.value;
      const step = (box.right - box.left) / count;
      const unit = (box.bottom - box.top) / this.top_count();
      const every = Math.max(1, Math.ceil((type * 3.4) / step / 2) * 2);
      const last = this.value.offered.length - 1;
      for (let i = 0; i < Math.max(count, this.bars.length); i += 1) {
        const { group, answered: low, abandoned: high, text } = this.bar(i);
        const at = first + i;
        group.style.display = i < count ? "" : "none";
        if (i >= count) continue;
        const low_height = (answered[at] || 0) * unit;
        const high_height = (abandoned[at] || 0) * unit;
        this.place(low, box.left + step * (i + 0.14), box.bottom - low_height, step * 0.72, low_height);
        this.place(high, box.left + step * (i + 0.14), box.bottom - low_height - high_height, step * 0.72, high_height);
        group.classList.toggle("running", at === last);
        group.classList.toggle("holey", Boolean(gap_s && gap_s[at] > step_s / 100));
        const starts_ms = from + at * step_s * 1000;
        const has_text = Math.round(starts_ms / 1000 / step_s) % every === 0 && step * (count - i) > type;
        put(text, has_text ? words.hour(starts_ms) : "");
        set(text, "x", box.left + step * i);
        set(text, "y", this.height - type * 0.25);
      }
    }

    place(rect, x, y, width, height) {
      set(rect, "x", x);
      set(rect, "y", y);
      set(rect, "width", Math.max(1, width));
      set(rect, "height", Math.max(0, height));
    }

    draw_level(box, first, count, type) {
      const { sl, target } = this.value;
      const step = (box.right - box.left) / count;
      const height = box.bottom - box.top;
      let points = "";
      let last_x = null;
      let last_y = null;
      for (let i = first; i < sl.length; i += 1) {
        if (sl[i] === null) continue;
        last_x = box.left + step * (i - first + 0.5);
        last_y = box.bottom - sl[i] * height;
        points += `${last_x.toFixed(1)},${last_y.toFixed(1)} `;
      }
      set(this.line, "points", points.trim());
      this.dot.style.display = last_x === null ? "none" : "";
      if (last_x !== null) {
        set(this.dot, "cx", last_x);
        set(this.dot, "cy", last_y);
        set(this.dot, "r", type * 0.32);
      }
      const y = box.bottom - (target || 0) * height;
      set(this.target, "x1", box.left);
      set(this.target, "x2", box.right);
      set(this.target, "y1", y);
      set(this.target, "y2", y);
      set(this.target_text, "x", box.right + type * 0.35);
      set(this.target_text, "y", y + type * 0.35);
      put(this.target_text, target ? words.percent_sign(target) : "");
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.trend = (root, parts) => new Trend(root, parts);
})((window.floorwatch = window.floorwatch || {}));
