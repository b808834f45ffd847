/* Agents by state: who could take a call in large, all states as a bar with their numbers. The states' words are as large as there is
   room for; where there is none for all, states that nobody is in go first. */
(function (floorwatch) {
  "use strict";

  const { put, show } = floorwatch.places;
  const { formats, words } = floorwatch;
  const LEAST_TYPE_U = 1.85;
  const MOST_TYPE_U = 3.6;
  const MOST_OF_HEIGHT = 0.06;
  const COLUMNS = 3;
  const LINE = 1.36;
  const BARS_U = [2.6, 1.4, 0];
  const GAP_EM = 1.1;

  class AgentStates extends floorwatch.Tile {
    constructor(root, parts) {
      super(root, parts);
      this.counts = new Map();
      this.bars = new Map();
      for (const element of root.querySelectorAll("[data-count]")) this.counts.set(element.dataset.count, element);
      for (const element of root.querySelectorAll("[data-bar]")) this.bars.set(element.dataset.bar, element);
      this.split = root.querySelector(".split");
      this.legend = root.querySelector(".legend");
      this.bar = root.querySelector(".bar");
      this.drawn = new Map();
      this.shape = "";
      const rooms = [{ room: "beside", worth: 1 }, { room: "above", worth: 0.8 }];
      this.figure = new floorwatch.Figure(root, parts, () => rooms, () => this.fit_legend());
    }

    update(value) {
      this.value = value;
      put(this.parts.note, words.word("agents.staffed", { n: words.number(value.staffed) }));
      for (const [state, element] of this.counts) {
        if (this.is_drawn(element, this.count_of(state))) continue;
        put(element, words.number(this.count_of(state)));
      }
      for (const [state, element] of this.bars) {
        const count = value.counts[state] || 0;
        if (this.is_drawn(element, count)) continue;
        element.style.flexGrow = String(count);
        show(element, count > 0);
      }
      const shape = [...this.counts].map(([state, element]) => `${element.textContent.length}${this.count_of(state) > 0}`).join();
      this.figure.write(formats.ways("count", value.counts.available));
      if (shape !== this.shape) this.fit_legend();
      this.shape = shape;
    }

    /** Most numbers stay as they are. */
    is_drawn(element, count) {
      if (this.drawn.get(element) === count) return true;
      this.drawn.set(element, count);
      return false;
    }

    count_of(state) {
      return (state === "signed_out" ? this.value.signed_out : this.value.counts[state]) || 0;
    }

    /** The largest type for which all states fit; then without the bar, without empty states, without the smallest. */
    fit_legend() {
      if (this.value === undefined || this.split.clientHeight === 0) return;
      const u = floorwatch.places.unit_px();
      const states = [...this.counts.keys()].sort((a, b) => this.count_of(b) - this.count_of(a));
      const busy = states.filter((state) => this.count_of(state) > 0);
      const usual = states.filter((state) => this.count_of(state) > 0 || !this.counts.get(state).parentElement.classList.contains("rare"));
      for (let chosen = usual; ; chosen = chosen.length > busy.length ? busy : chosen.slice(0, -1)) {
        this.show_only(chosen);
        const width = this.widest(chosen);
        for (const bar_u of BARS_U) {
          const found = this.largest(chosen.length, width, bar_u * u, u);
          if (found.type < LEAST_TYPE_U * u && chosen.length > 1) continue;
          this.arrange(found, bar_u);
          return;
        }
      }
    }

    show_only(states) {
      for (const [state, element] of this.counts) {
        show(element.parentElement, states.includes(state));
        element.parentElement.classList.toggle("zero", this.count_of(state) === 0);
      }
    }

    /** Of the lines, in their own type size. */
    widest(states) {
      this.legend.style.gridTemplateColumns = "max-content";
      this.legend.style.fontSize = "100px";
      let width = 0;
      for (const state of states) width = Math.max(width, this.counts.get(state).parentElement.getBoundingClientRect().width / 100);
      return width;
    }

    largest(count, width_em, bar_px, u) {
      const { clientWidth: width, clientHeight: height } = this.split;
      const most = Math.max(MOST_TYPE_U * u, height * MOST_OF_HEIGHT);
      let best = { type: 0, columns: 1 };
      for (let columns = 1; columns <= count; columns += 1) {
        const rows = Math.ceil(count / columns);
        const high = (height - bar_px - (bar_px > 0 ? 1.1 * u : 0)) / (rows * LINE);
        const type = Math.min(width / (columns * width_em + (columns - 1) * GAP_EM), high, most);
        if (type > best.type || (type === best.type && columns <= COLUMNS)) best = { type, columns };
      }
      return best;
    }

    arrange({ type, columns }, bar_u) {
      this.legend.style.fontSize = `${(type - 0.05).toFixed(2)}px`;
      this.legend.style.gridTemplateColumns = `repeat(${columns}, max-content)`;
      this.bar.style.setProperty("--bar-u", String(bar_u));
      show(this.bar, bar_u > 0);
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.agent_states = (root, parts) => new AgentStates(root, parts);
})((window.floorwatch = window.floorwatch || {}));
