/* The day half-hour by half-hour, and behind it what is usual. The live part comes over the websocket and is drawn into the same chart again; what is
   usual, which also says how the rest of the day usually goes, comes with the past. Each half-hour opens into its calls. */
(function (floorwatch) {
  "use strict";

  const { put } = floorwatch.places;
  const { words, links } = floorwatch;
  const FEWEST = 12;

  class DayChart extends floorwatch.Tile {
    constructor(root, parts) {
      super(root, parts);
      this.chart = new floorwatch.charts.Chart(parts.chart);
      this.value = null;
      this.usual = null;
      floorwatch.past.listen(this);
    }

    update(value) {
      this.value = value;
      this.draw();
    }

    names() {
      this.draw();
    }

    past(found) {
      this.usual = found === null || found.usual.days.length === 0 ? null : found.usual;
      if (found !== null) put(this.parts.note, this.usual === null ? words.word("today.usual_none_why") : words.word("today.usual_days", { days: this.usual.days.map((day) => day.slice(5)).join(", ") }));
      this.draw();
    }

    /** From the first interval in which anybody calls (or usually does) to the last: `{from, count}`, places counted from the day's begin. */
    span() {
      const { offered, from, step_s } = this.value;
      const busy = offered.map((n, i) => (n > 0 ? i : -1)).filter((i) => i >= 0);
      if (this.usual !== null) {
        for (let i = 0; i < Math.round(86400 / step_s); i += 1) {
          const at = this.usual_at(words.hour(from + i * step_s * 1000), "offered");
          if (at !== null && at >= 0.5) busy.push(i);
        }
      }
      const last = Math.max(offered.length - 1, ...busy);
      const first = Math.max(0, Math.min(...busy, offered.length - 1, Math.max(0, last - FEWEST + 1)));
      return { first, count: last - first + 1 };
    }

    usual_at(clock, metric) {
      const found = this.usual === null ? undefined : this.usual.by_clock[clock];
      const value = found === undefined ? undefined : found[metric];
      return value === undefined ? null : value;
    }

    draw() {
      if (this.value === null) return;
      this.chart.draw(this.document());
    }

    document() {
      const { offered, answered, abandoned, sl, gap_s, from, step_s, target } = this.value;
      const { first, count } = this.span();
      const running = offered.length - 1;
      const starts = Array.from({ length: count }, (_, i) => from + (first + i) * step_s * 1000);
      const clocks = starts.map((at) => words.hour(at));
      const ends = starts.map((at) => words.hour(at + step_s * 1000));
      const live = (values) => starts.map((_, i) => (first + i < values.length ? values[first + i] : null));
      const usual = (metric) => clocks.map((clock) => this.usual_at(clock, metric));
      const usual_share = (metric) => clocks.map((clock) => (this.usual_at(clock, "offered") >= 1 ? this.usual_at(clock, metric) : null)); // a share of hardly a call is no habit
      const series = [
        ...(this.usual === null ? [] : [{ name: words.word("today.chart.usual"), shape: "area", tone: "usual", values: usual("offered").map((n) => (n === null ? null : Math.round(n))) }]),
        { name: words.word("today.chart.offered"), shape: "outline", tone: "offered", values: live(offered) },
        { name: words.word("today.chart.answered"), shape: "bar", tone: "answered", values: live(answered) },
        { name: words.word("today.chart.abandoned"), shape: "bar", tone: "abandoned", values: live(abandoned) },
        ...(this.usual === null ? [] : [{ name: words.word("today.chart.usual_level"), shape: "dots", tone: "usual", unit: "ratio", side: "right", values: usual_share("service_level") }]),
        { name: words.word("today.chart.service_level"), shape: "line", tone: "rate", unit: "ratio", side: "right", values: live(sl) },
      ];
      return {
        kind: "bars", sentence: words.word("today.chart.sentence"), none: words.word("today.chart.none"), unit: "count", series,
        axis: {
          name: words.word("today.chart.axis"),
          labels: clocks.map((clock, i) => (first + i === running ? words.word("today.chart.running", { from: clock }) : `${clock}–${ends[i]}`)),
          ticks: clocks.map((clock) => (clock.endsWith(":00") ? clock : "")),
        },
        target: target === null ? null : { value: target, side: "right" },
        holes: starts.map((_, i) => i).filter((i) => (gap_s[first + i] || 0) > step_s / 100),
        running: running - first,
        links: clocks.map((clock, i) => (first + i <= running ? links.to("half_hour", "", `${clock}-${ends[i] === "00:00" ? "24:00" : ends[i]}`) : "")),
      };
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.day_chart = (root, parts) => new DayChart(root, parts);
})((window.floorwatch = window.floorwatch || {}));
