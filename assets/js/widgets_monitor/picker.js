/* Agents to step in to: looked for by name, number or pinyin initials; who is over a limit and who talks longest comes first. Pressing one
   opens its menu: two presses from here to the call. */
(function (floorwatch) {
  "use strict";

  const { put, make, mark, show } = floorwatch.places;
  const words = floorwatch.words;
  const MOST = 60;
  const IN_A_CALL = new Set(["talking", "holding"]);
  const ORDER = ["talking", "holding", "ringing", "wrapping_up", "available", "paused", "busy_elsewhere", "monitoring", "unreachable", "signed_out"];

  class Picker extends floorwatch.Tile {
    constructor(root, parts) {
      super(root, parts);
      this.list = null;
      this.rows = [];
      this.which = "calls";
      this.found = [];
      this.letters = new Map();
      this.make_search();
      this.choices = [...parts.which.querySelectorAll("button")];
      for (const button of this.choices) button.addEventListener("click", () => this.choose(button.dataset.choice));
      parts.rows.addEventListener("keydown", (event) => this.pressed(event));
      document.addEventListener("keydown", (event) => this.slash(event));
    }

    make_search() {
      this.input = make("input");
      this.input.type = "search";
      this.input.autocomplete = "off";
      this.input.spellcheck = false;
      this.input.placeholder = this.parts.search.dataset.hint;
      this.input.setAttribute("aria-label", this.parts.search.dataset.hint);
      this.input.addEventListener("input", () => this.draw());
      this.parts.search.append(this.input);
    }

    /** "/" goes to the search, as at the desk. */
    slash(event) {
      const is_typing = event.target instanceof Element && event.target.closest("input, textarea, select") !== null;
      if (event.key !== "/" || is_typing || document.querySelector("dialog[open]") !== null) return;
      event.preventDefault();
      this.input.focus();
    }

    choose(which) {
      this.which = which;
      for (const button of this.choices) button.setAttribute("aria-pressed", String(button.dataset.choice === which));
      this.draw();
    }

    update(list, change) {
      this.list = list;
      if (change === null || (change.del && change.del.length)) this.draw();
    }

    names() {
      this.draw();
    }

    tick(now_ms) {
      this.draw(now_ms);
    }

    matches(row, needle) {
      if (needle === "") return this.which === "everybody" ? row.state !== "signed_out" : IN_A_CALL.has(row.state);
      if (!this.letters.has(row.name)) this.letters.set(row.name, floorwatch.pinyin.initials(row.name || ""));
      return [row.name, row.staff, row.id, this.letters.get(row.name)].some((text) => (text || "").toLowerCase().includes(needle));
    }

    draw(at_ms) {
      if (this.list === null) return;
      const now_ms = at_ms || this.shown_now();
      const needle = this.input.value.trim().toLowerCase();
      this.found.length = 0;
      for (const row of this.list.rows.values()) if (this.matches(row, needle)) this.found.push(row);
      const over = (row) => (row.limit_at && now_ms >= row.limit_at ? 1 : 0);
      this.found.sort((a, b) => over(b) - over(a) || ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || (a.since || 0) - (b.since || 0));
      const shown = Math.min(MOST, this.found.length);
      while (this.rows.length < shown) this.add();
      for (let i = 0; i < this.rows.length; i += 1) {
        show(this.rows[i].root, i < shown);
        if (i < shown) this.draw_row(this.rows[i], this.found[i], now_ms);
      }
      put(this.parts.count, words.number(this.found.length));
      put(this.parts.empty, this.found.length > 0 ? "" : needle ? words.word("picker.no_match", { text: this.input.value.trim() }) : words.word(`picker.none.${this.which}`));
    }

    add() {
      const name = make("b");
      const about = make("small");
      const icon = make("i", "icon");
      const state = make("span", "word");
      const time = make("span", "n");
      const why = make("small", "why");
      const root = make("button", "person", [make("span", "name", [name, about]), make("span", "state", [icon, state, time]), why]);
      root.type = "button";
      const row = { root, name, about, icon, state, time, why, id: "" };
      root.addEventListener("click", () => floorwatch.row_menu.open({ agent: row.id }, root));
      root.addEventListener("contextmenu", (event) => {
        event.preventDefault();
        floorwatch.row_menu.open({ agent: row.id }, event.button === 2 ? { x: event.clientX, y: event.clientY } : root);
      });
      this.rows.push(row);
      this.parts.rows.append(root);
    }

    draw_row(row, data, now_ms) {
      row.id = data.id;
      mark(row.root, "s-", data.state);
      mark(row.root, "over-", floorwatch.limits.level(data, now_ms));
      put(row.name, data.name || data.staff || data.id);
      put(row.about, [data.name ? data.staff : "", data.reason ? floorwatch.screen.reason_name(data.reason) : floorwatch.screen.queue_name(data.queue)].filter(Boolean).join(" · "));
      mark(row.icon, "icon-", data.state);
      put(row.state, words.word(`state.${data.state}`));
      put(row.time, data.since === null || data.state === "signed_out" ? "" : words.duration((now_ms - data.since) / 1000));
      put(row.why, data.listeners && data.listeners.length > 0 ? floorwatch.listening.text(data.listeners)
        : IN_A_CALL.has(data.state) && data.barred ? floorwatch.facts.sentence(data.barred) : "");
      row.why.classList.toggle("in", Boolean(data.listeners && data.listeners.length > 0));
    }

    pressed(event) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step === undefined) return;
      const shown = this.rows.map(({ root }) => root).filter((root) => !root.hidden);
      const at = shown.indexOf(document.activeElement);
      if (at < 0) return;
      event.preventDefault();
      shown[(at + step + shown.length) % shown.length].focus();
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.picker = (root, parts) => new Picker(root, parts);
})((window.floorwatch = window.floorwatch || {}));
