/* The day interval by interval as inline SVG, drawn in the pixels of its box so that its text is as large as the page's. Bars: what was
   answered (connected), on it what was abandoned, and as an outline all that was offered (dialled). Lines: the rate and its target.
   The running interval is drawn dashed and stands on a mark; intervals with missing data are pale. */
(function (floorwatch) {
  "use strict";

  const { put } = floorwatch.places;
  const { shape, set } = floorwatch.drawing;
  const words = floorwatch.words;
  const FEWEST_BARS = 8;
  const STEPS = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8];

  /** The smallest round number that is not below `n`. */
  function ceiling(n) {
    for (let power = 1; ; power *= 10) {
      for (const step of STEPS) if (step * power >= n && Number.isInteger(step * power)) return step * power;
    }
  }

  class HalfHours extends floorwatch.Tile {
    constructor(root, parts) {
      super(root, parts);
      this.value = null;
      this.svg = floorwatch.drawing.svg(parts.chart);
      this.svg.setAttribute("role", "img");
      const series = root.dataset.series;
      this.svg.setAttribute("aria-label", words.word(series === "outbound" ? "half_hours.sentence.outbound" : "half_hours.sentence.inbound"));
      this.none = words.word(series === "outbound" ? "half_hours.none.outbound" : "half_hours.none.inbound");
      this.grid = [0, 1, 2].map(() => ({ line: shape("line", "grid", this.svg), text: shape("text", "scale", this.svg) }));
      this.bars = [];
      this.target = shape("line", "target", this.svg);
      this.target_text = shape("text", "target_text", this.svg);
      this.line = shape("path", "rate", this.svg);
      this.last_line = shape("path", "rate running", this.svg);
      this.dot = shape("circle", "rate_dot", this.svg);
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
      put(this.parts.empty, is_empty ? this.none : "");
      this.svg.style.visibility = is_empty ? "hidden" : "visible";
      set(this.svg, "viewBox", `0 0 ${this.width} ${this.height}`);
      const first = this.first_busy();
      const count = Math.max(FEWEST_BARS, this.value.offered.length - first);
      const type = parseFloat(getComputedStyle(this.svg).fontSize);
      const left = type * (0.62 * words.number(this.top_count()).length + 0.6);
      const right = this.width - (this.value.target ? type * 2.9 : type * 0.4);
      const box = { left, top: type * 0.9, bottom: this.height - type * 1.6, right };
      this.draw_scale(box, type);
      this.draw_bars(box, first, count, type);
      this.draw_rate(box, first, count, type);
      this.draw_target(box, type);
    }

    top_count() {
      const { offered, answered, abandoned } = this.value;
      let most = 4;
      for (let i = 0; i < offered.length; i += 1) most = Math.max(most, offered[i] || 0, (answered[i] || 0) + (abandoned[i] || 0));
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
        const has_no_room = i === 1 && (top % 2 === 1 || box.bottom - box.top < type * 3);
        put(text, has_no_room ? "" : words.number((top * i) / 2));
      }
    }

    bar(index) {
      while (this.bars.length <= index) {
        const group = shape("g", "bar", this.svg);
        this.svg.insertBefore(group, this.target);
        this.bars.push({
          group, open: shape("rect", "open", group), low: shape("rect", "low", group), high: shape("rect", "high", group),
          now: shape("rect", "now", group), text: shape("text", "hour", group),
        });
      }
      return this.bars[index];
    }

    draw_bars(box, first, count, type) {
      const { offered, answered, abandoned, from, step_s, gap_s } = this.value;
      const step = (box.right - box.left) / count;
      const unit = (box.bottom - box.top) / this.top_count();
      const every = this.every(step, type);
      const last = offered.length - 1;
      for (let i = 0; i < Math.max(count, this.bars.length); i += 1) {
        const bar = this.bar(i);
        const at = first + i;
        bar.group.style.display = i < count ? "" : "none";
        if (i >= count) continue;
        const low = (answered[at] || 0) * unit;
        const high = (abandoned[at] || 0) * unit;
        const x = box.left + step * (i + 0.14);
        const all = Math.max((offered[at] || 0) * unit, low + high);
        this.place(bar.open, x, box.bottom - all, step * 0.72, all);
        this.place(bar.low, x, box.bottom - low, step * 0.72, low);
        this.place(bar.high, x, box.bottom - low - high, step * 0.72, high);
        bar.group.classList.toggle("running", at === last);
        this.place(bar.now, x, box.bottom + type * 0.12, step * 0.72, at === last ? type * 0.16 : 0);
        bar.group.classList.toggle("holey", Boolean(gap_s && gap_s[at] > step_s / 100));
        const starts_ms = from + at * step_s * 1000;
        const has_room = step * i + type * 2.7 <= this.width - box.left;
        put(bar.text, Math.round(starts_ms / 1000 / step_s) % every === 0 && has_room ? words.hour(starts_ms) : "");
        set(bar.text, "x", box.left + step * i);
        set(bar.text, "y", this.height - type * 0.25);
      }
    }

    /** Every how many intervals an hour is written: whole hours, far enough apart. */
    every(step, type) {
      const hour = Math.max(1, Math.round(3600 / this.value.step_s));
      const wanted = (type * 3.2) / step;
      for (const hours of [1, 2, 3, 4, 6, 8, 12]) if (hours * hour >= wanted) return hours * hour;
      return 24 * hour;
    }

    place(rect, x, y, width, height) {
      set(rect, "x", x);
      set(rect, "y", y);
      set(rect, "width", Math.max(1, width));
      set(rect, "height", Math.max(0, height));
    }

    draw_rate(box, first, count, type) {
      const { sl } = this.value;
      const step = (box.right - box.left) / count;
      const last = sl.length - 1;
      let path = "";
      let running = "";
      let point = null;
      for (let i = first; i <= last; i += 1) {
        if (sl[i] === null || sl[i] === undefined) {
          if (i < last) point = null;
          continue;
        }
        const here = `${(box.left + step * (i - first + 0.5)).toFixed(1)},${(box.bottom - sl[i] * (box.bottom - box.top)).toFixed(1)}`;
        if (i === last && point !== null) running = `M${point}L${here}`;
        else path += `${point === null ? "M" : "L"}${here}`;
        point = here;
      }
      set(this.line, "d", path);
      set(this.last_line, "d", running);
      this.dot.style.display = point === null ? "none" : "";
      if (point === null) return;
      const [x, y] = point.split(",");
      set(this.dot, "cx", x);
      set(this.dot, "cy", y);
      set(this.dot, "r", type * 0.3);
      this.dot.classList.toggle("running", sl[last] !== null);
    }

    draw_target(box, type) {
      const { target } = this.value;
      const y = box.bottom - (target || 0) * (box.bottom - box.top);
      this.target.style.display = target ? "" : "none";
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
  floorwatch.widgets.half_hours = (root, parts) => new HalfHours(root, parts);
})((window.floorwatch = window.floorwatch || {}));
