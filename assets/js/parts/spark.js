/* How a number went today, as a line of inline SVG: an interval a step, the last one still running (dashed, an open dot), intervals
   without a value as gaps with a mark on the ground. Drawn in the pixels of its box. */
(function (floorwatch) {
  "use strict";

  const { shape, set } = floorwatch.drawing;
  const FEWEST = 4;

  class Spark {
    constructor(place) {
      this.place = place;
      this.svg = floorwatch.drawing.svg(place);
      this.path = shape("path", "past", this.svg);
      this.running = shape("path", "running", this.svg);
      this.holes = shape("path", "holes", this.svg);
      this.target = shape("line", "target", this.svg);
      this.dot = shape("circle", "dot", this.svg);
      this.values = null;
    }

    /** `values`: oldest first, null for none; `target` draws a line where it lies in what is shown. The line begins where the day
     *  did: not with the hours of the night in which nothing was. */
    write(values, target) {
      const first = values === null ? -1 : values.findIndex((value) => value !== null && value !== 0);
      this.values = first < 1 ? values : values.slice(Math.min(first, Math.max(0, values.length - FEWEST)));
      this.goal = target;
      this.draw();
    }

    draw() {
      const { values, svg } = this;
      if (values === null) return; // before the place is measured: that makes the browser lay out what was just written
      const width = this.place.clientWidth;
      const height = this.place.clientHeight;
      if (width < 10 || height < 8) return;
      set(svg, "viewBox", `0 0 ${width} ${height}`);
      const known = values.filter((value) => value !== null);
      const low = Math.min(0, ...known);
      const high = Math.max(low + 1e-9, ...known);
      const pad = Math.max(0.8 * floorwatch.places.unit_px(), height * 0.09);
      const x = (i) => pad + ((width - 2 * pad) * i) / Math.max(1, values.length - 1);
      const y = (value) => height - pad - ((height - 2 * pad) * (value - low)) / (high - low);
      this.draw_line(values, x, y, height - pad / 2);
      this.draw_goal(low, high, width, y);
    }

    draw_line(values, x, y, ground) {
      const last = values.length - 1;
      let past = "";
      let holes = "";
      const first = values.findIndex((value) => value !== null);
      for (let i = 0; i <= last; i += 1) {
        if (values[i] === null && (i < first || i === last)) continue;
        if (values[i] === null) holes += `M${(x(i) - 2).toFixed(1)},${ground.toFixed(1)}h4`;
        else if (i < last) past += `${i > 0 && values[i - 1] !== null ? "L" : "M"}${x(i).toFixed(1)},${y(values[i]).toFixed(1)}`;
      }
      const is_running = last > 0 && values[last] !== null && values[last - 1] !== null;
      set(this.path, "d", past);
      set(this.holes, "d", holes);
      set(this.running, "d", is_running ? `M${x(last - 1).toFixed(1)},${y(values[last - 1]).toFixed(1)}L${x(last).toFixed(1)},${y(values[last]).toFixed(1)}` : "");
      const has_dot = last >= 0 && values[last] !== null;
      this.dot.style.display = has_dot ? "" : "none";
      if (!has_dot) return;
      set(this.dot, "cx", x(last));
      set(this.dot, "cy", y(values[last]));
    }

    draw_goal(low, high, width, y) {
      const has_goal = this.goal !== null && this.goal !== undefined && this.goal > low && this.goal <= high;
      this.target.style.display = has_goal ? "" : "none";
      if (!has_goal) return;
      set(this.target, "x1", 0);
      set(this.target, "x2", width);
      set(this.target, "y1", y(this.goal));
      set(this.target, "y2", y(this.goal));
    }
  }

  floorwatch.Spark = Spark;
})((window.floorwatch = window.floorwatch || {}));
