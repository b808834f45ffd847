/* Zooming and moving a chart that can: the wheel (with Ctrl, so that the page still scrolls), dragging, two fingers, and buttons for who has neither. */
(function (floorwatch) {
  "use strict";

  const { put, make, show } = floorwatch.places;
  const WHEEL = 0.0016;
  const MOVED_PX = 6;

  function ms_at(chart, x) {
    const axes = chart.axes();
    const box = chart.plot.getBoundingClientRect();
    return axes.x.p2l(x - box.left - axes.x._offset);
  }

  function button(sign, word, act) {
    const made = make("button", "chart-zoom");
    made.type = "button";
    put(made, sign);
    made.setAttribute("aria-label", floorwatch.words.word(word));
    made.title = floorwatch.words.word(word);
    made.addEventListener("click", act);
    return made;
  }

  function buttons(chart) {
    const found = make("div", "chart-zooms", [
      button("−", "chart.less", () => chart.zoom_by(1.6)),
      button("+", "chart.more", () => chart.zoom_by(1 / 1.6)),
      button("⟷", "chart.whole", () => chart.zoom(null)),
    ]);
    show(found, false);
    chart.tools.insertBefore(found, chart.as_table);
    return found;
  }

  /** `fingers`: pointer → where it is. */
  class Gestures {
    constructor(chart, box) {
      this.chart = chart;
      this.fingers = new Map();
      this.zooms = buttons(chart);
      this.has_moved = false;
      box.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
      box.addEventListener("pointerdown", (event) => this.down(event));
      box.addEventListener("pointermove", (event) => this.move(event));
      for (const end of ["pointerup", "pointercancel", "pointerleave"]) box.addEventListener(end, (event) => this.fingers.delete(event.pointerId));
      box.addEventListener("click", (event) => this.has_moved && event.stopImmediatePropagation(), { capture: true });
      new MutationObserver(() => show(this.zooms, this.can())).observe(chart.root, { attributes: true, attributeFilter: ["data-drawn"] });
    }

    can() {
      return this.chart.kind !== null && this.chart.kind.moved !== undefined && this.chart.axes() !== null;
    }

    wheel(event) {
      if (!this.can() || !(event.ctrlKey || event.shiftKey)) return;
      event.preventDefault();
      if (event.ctrlKey) this.chart.zoom_by(Math.exp(event.deltaY * WHEEL * 2), ms_at(this.chart, event.clientX));
      else this.chart.zoom_by(1, undefined, (event.deltaY || event.deltaX) * WHEEL);
    }

    down(event) {
      this.has_moved = false;
      this.fingers.set(event.pointerId, event.clientX);
    }

    move(event) {
      const before = this.fingers.get(event.pointerId);
      if (before === undefined || !this.can()) return;
      const others = [...this.fingers].filter(([id]) => id !== event.pointerId);
      const far = Math.abs(event.clientX - before);
      if (far < MOVED_PX && !this.has_moved) return;
      this.has_moved = true;
      this.fingers.set(event.pointerId, event.clientX);
      if (others.length) this.pinch(before, event.clientX, others[0][1]);
      else this.chart.zoom_by(1, undefined, (before - event.clientX) / this.chart.plot.clientWidth);
    }

    pinch(before, now, other) {
      const apart = Math.abs(before - other);
      if (apart > 0) this.chart.zoom_by(apart / Math.max(10, Math.abs(now - other)), ms_at(this.chart, (now + other) / 2));
    }
  }

  floorwatch.charts = floorwatch.charts || {};
  floorwatch.charts.gestures = (chart, box) => new Gestures(chart, box);
})((window.floorwatch = window.floorwatch || {}));
