/* One chart: Plotly draws a document (see bars.js, heat.js) in its place, again and again without making it anew; pointer, finger and
   keys read it point by point; the key says what is what and hides a series; the same numbers are there as a table.

   `new floorwatch.charts.Chart(root)`, then `draw(document)` as often as there is news. `root` has `data-plotly`, the address of Plotly's file; what stands
   in it is made here. While nothing can be drawn (no Plotly, no numbers) it says so in words, and the table is there all the same. */
(function (floorwatch) {
  "use strict";

  const { put, make, show } = floorwatch.places;
  const TYPE_PX = 12;
  const SETTLED_MS = 120;
  const MARGIN = { l: 46, r: 40, t: 8, b: 24, pad: 4 };

  class Chart {
    constructor(root) {
      this.root = root;
      this.document = null;
      this.kind = null;
      this.hidden = new Set();
      this.pointed = null;
      this.plotly = null;
      this.is_drawing = false;
      this.wants_again = false;
      this.resizing = 0;
      this.build();
      new ResizeObserver(() => this.resized()).observe(this.plot);
    }

    build() {
      const { word } = floorwatch.words;
      this.plot = make("div", "chart-plot");
      this.plot.tabIndex = 0;
      this.plot.setAttribute("role", "group");
      this.band = make("div", "chart-band");
      this.tip = make("div", "chart-tip");
      this.said = make("p", "chart-said");
      this.said.setAttribute("aria-live", "polite");
      this.none = make("p", "chart-none");
      this.key = make("ul", "chart-key");
      this.as_table = make("button", "chart-toggle");
      this.as_table.type = "button";
      this.as_table.setAttribute("aria-expanded", "false");
      put(this.as_table, word("chart.table"));
      this.tools = make("div", "chart-tools", [this.key, this.as_table]);
      this.table = make("div", "chart-table");
      this.table.tabIndex = 0;
      for (const hidden of [this.band, this.tip, this.none, this.table]) hidden.hidden = true;
      const box = make("div", "chart-box", [this.plot, this.band, this.tip, this.none]);
      this.root.classList.add("chart-root");
      this.root.append(this.tools, box, this.table, this.said);
      this.listen(box);
    }

    listen(box) {
      this.as_table.addEventListener("click", () => this.toggle_table());
      this.plot.addEventListener("keydown", (event) => this.pressed(event));
      this.plot.addEventListener("blur", () => this.point(null));
      box.addEventListener("pointermove", (event) => this.point(this.under(event)));
      box.addEventListener("pointerdown", (event) => this.point(this.under(event)));
      box.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && this.point(null));
      box.addEventListener("click", (event) => event.pointerType === "mouse" && this.open(this.under(event)));
    }

    /** `document`: what to draw; null for nothing yet. Returns when it stands there. */
    async draw(document) {
      this.document = document;
      this.kind = document === null ? null : floorwatch.charts.kinds[document.kind];
      const is_empty = document === null || this.kind.count(document) === 0;
      put(this.none, is_empty ? (document && document.none) || floorwatch.words.word("chart.none") : "");
      show(this.none, is_empty);
      this.root.classList.toggle("is-empty", is_empty);
      if (is_empty) return;
      this.plot.setAttribute("aria-label", `${document.sentence} ${floorwatch.words.word("chart.keys")}`);
      this.draw_key();
      if (!this.table.hidden) this.draw_table();
      await this.paint();
    }

    /** One drawing at a time; what comes meanwhile is drawn after it, once. */
    async paint() {
      if (this.is_drawing) {
        this.wants_again = true;
        return;
      }
      this.is_drawing = true;
      try {
        do {
          this.wants_again = false;
          await this.put_into_place();
        } while (this.wants_again);
      } finally {
        this.is_drawing = false;
      }
    }

    async put_into_place() {
      try {
        this.plotly = await floorwatch.charts.plotly(this.root.dataset.plotly);
      } catch {
        put(this.none, floorwatch.words.word("chart.missing"));
        show(this.none, true);
        return;
      }
      const width = this.plot.clientWidth;
      const height = this.plot.clientHeight;
      if (width === 0 || height === 0) return; // a page that is not shown; its size tells when it is
      const { traces, layout } = this.kind.picture(this.seen(), width, TYPE_PX);
      const page = { width, height, margin: this.margin(layout), showlegend: false, paper_bgcolor: "transparent", plot_bgcolor: "transparent", hovermode: false, dragmode: false };
      await this.plotly.react(this.plot, traces, { ...page, font: { family: floorwatch.charts.tones.font(), size: TYPE_PX }, ...layout }, floorwatch.charts.CONFIG);
      this.root.dataset.drawn = "yes";
      if (this.pointed !== null) this.point(this.pointed);
    }

    /** What the axes' texts need. */
    margin(layout) {
      const longest = (axis) => (axis && axis.ticktext ? Math.max(0, ...axis.ticktext.map((text) => [...text].reduce((sum, sign) => sum + (sign.codePointAt(0) > 0x2e7f ? 1 : 0.6), 0))) : 0);
      const room = (axis) => Math.round(longest(axis) * TYPE_PX) + 14;
      return { ...MARGIN, l: Math.min(140, Math.max(28, room(layout.yaxis))), r: layout.yaxis2 ? room(layout.yaxis2) : 10 };
    }

    /** The document without the series that were hidden. */
    seen() {
      const { document, hidden } = this;
      return document.series && hidden.size ? { ...document, series: document.series.filter(({ name }) => !hidden.has(name)) } : document;
    }

    axes() {
      const { xaxis, yaxis } = this.plot._fullLayout || {};
      return xaxis ? { x: xaxis, y: yaxis } : null;
    }

    // -- reading it ------------------------------------------------------------------------------------------------------------

    under(event) {
      const axes = this.axes();
      if (axes === null || this.document === null) return null;
      const box = this.plot.getBoundingClientRect();
      return this.kind.at(this.seen(), axes, event.clientX - box.left, event.clientY - box.top);
    }

    /** Shows what stands at a place; null: nothing. */
    point(i) {
      const axes = this.axes();
      this.pointed = i !== null && axes !== null && this.document !== null && i < this.kind.count(this.document) ? i : null;
      show(this.band, this.pointed !== null);
      show(this.tip, this.pointed !== null);
      if (this.pointed === null) return;
      const { x, width, y, height } = this.kind.spot(this.document, axes, i);
      const top = y === undefined ? axes.y._offset : y - height / 2;
      this.place(this.band, x - width / 2, top, width, height === undefined ? axes.y._length : height);
      this.draw_tip(this.kind.told(this.seen(), i));
      const room = this.plot.clientWidth - this.tip.offsetWidth - 4;
      const beside = x + width / 2 + 10;
      const left = beside <= room ? beside : Math.max(4, x - width / 2 - 10 - this.tip.offsetWidth);
      this.tip.style.transform = `translate(${Math.round(Math.min(left, Math.max(4, room)))}px, ${Math.round(Math.max(0, y === undefined ? 6 : top - 8))}px)`;
      this.plot.style.cursor = this.kind.told(this.document, i).href ? "pointer" : "";
    }

    place(element, left, top, width, height) {
      Object.assign(element.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` });
    }

    draw_tip({ title, lines, note, href }) {
      const head = make("b");
      put(head, title);
      const rows = lines.map(({ name, tone, text }) => {
        const [sign, word, value] = [make("i"), make("span"), make("b")];
        sign.style.background = floorwatch.charts.tones.colour(tone);
        put(word, name);
        put(value, text);
        return make("p", "", [sign, word, value]);
      });
      const small = [note, href ? floorwatch.words.word("chart.opens") : ""].filter(Boolean).map((text) => {
        const made = make("small");
        put(made, text);
        return made;
      });
      this.tip.replaceChildren(head, ...rows, ...small);
    }

    say(i) {
      const { title, lines, note } = this.kind.told(this.seen(), i);
      put(this.said, [title, ...lines.map(({ name, text }) => `${name} ${text}`), note].filter(Boolean).join(", "));
    }

    open(i) {
      const href = i === null || this.document === null ? "" : this.kind.told(this.document, i).href;
      if (href) window.location.assign(href);
    }

    // -- keys ------------------------------------------------------------------------------------------------------------------

    pressed(event) {
      if (this.document === null || this.kind.count(this.document) === 0) return;
      const found = this.next(event.key);
      if (found === undefined) return;
      event.preventDefault();
      if (typeof found !== "number") return;
      this.point(found);
      this.say(found);
    }

    /** Where a key leads: a place, null where it did something else, undefined where it is none of ours. */
    next(key) {
      const last = this.kind.count(this.document) - 1;
      const row = this.kind.row ? this.kind.row(this.document) : 0;
      const here = this.pointed === null ? -1 : this.pointed;
      const steps = { ArrowLeft: here - 1, ArrowRight: here + 1, Home: 0, End: last, ...(row ? { ArrowUp: here - row, ArrowDown: here + row } : {}) };
      if (key in steps) return Math.min(last, Math.max(0, here === -1 && key === "ArrowLeft" ? last : steps[key]));
      if (key === "Enter" && here >= 0) return this.open(here), null;
      if (key === "Escape") return this.point(null), null;
      return undefined;
    }

    // -- around it -------------------------------------------------------------------------------------------------------------

    draw_key() {
      const wanted = this.kind.key(this.document);
      const said = JSON.stringify(wanted.map(({ name, tone, shape }) => [name, tone, shape]));
      if (said === this.key.dataset.said) return;
      this.key.dataset.said = said;
      this.key.replaceChildren(...wanted.map((one) => this.key_line(one)));
    }

    key_line({ name, tone, shape }) {
      const sign = make("i", `sign-${shape || "bar"}`);
      sign.style.setProperty("--c", floorwatch.charts.tones.colour(tone));
      const word = make("span");
      put(word, name);
      if (!this.document.series) return make("li", "", [sign, word]);
      const button = make("button", "", [sign, word]);
      button.type = "button";
      button.setAttribute("aria-pressed", this.hidden.has(name) ? "false" : "true");
      button.title = floorwatch.words.word("chart.hide");
      button.addEventListener("click", () => {
        if (!this.hidden.delete(name) && this.hidden.size < this.document.series.length - 1) this.hidden.add(name);
        button.setAttribute("aria-pressed", this.hidden.has(name) ? "false" : "true");
        this.paint();
      });
      return make("li", "", [button]);
    }

    toggle_table() {
      const is_open = this.table.hidden;
      show(this.table, is_open);
      this.as_table.setAttribute("aria-expanded", is_open ? "true" : "false");
      if (is_open && this.document !== null) this.draw_table();
    }

    draw_table() {
      const { scrollTop, scrollLeft } = this.table;
      this.table.setAttribute("role", "region");
      this.table.setAttribute("aria-label", this.document.sentence);
      this.table.replaceChildren(floorwatch.charts.table(this.kind.table(this.document), this.document.sentence));
      Object.assign(this.table, { scrollTop, scrollLeft });
    }

    resized() {
      clearTimeout(this.resizing);
      this.resizing = setTimeout(() => this.document !== null && this.kind.count(this.document) > 0 && this.paint(), SETTLED_MS);
    }
  }

  /** Draws every chart whose document stands in the page; pages of live numbers draw theirs themselves. */
  function start() {
    for (const root of document.querySelectorAll("[data-chart]")) {
      if (!floorwatch.words.has("chart.table")) floorwatch.words.start(JSON.parse(root.dataset.words), root.lang);
      floorwatch.words.in_zone(root.dataset.zone);
      const chart = new Chart(root);
      floorwatch.charts.drawn.push(chart);
      chart.draw(JSON.parse(root.dataset.chart));
    }
  }

  floorwatch.charts = floorwatch.charts || {};
  Object.assign(floorwatch.charts, { Chart, start, drawn: [] });
  if (document.readyState === "complete") start();
  else document.addEventListener("DOMContentLoaded", start); // deferred scripts run before it, and not all of ours are here yet
})((window.floorwatch = window.floorwatch || {}));
