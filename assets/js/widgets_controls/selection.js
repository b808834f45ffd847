/* One deed for several: who it is for is listed first, with who is left out and why; then it is asked for each, one after the other, and
   each line says what became of it. What cannot be taken back is confirmed a second time. */
(function (floorwatch) {
  "use strict";

  const { put, make, show, mark } = floorwatch.places;
  const words = floorwatch.words;
  const { VERBS } = floorwatch.verbs;
  const LONGEST_TEXT = 300;
  const HIGHEST_PENALTY = 99;
  const AT_ONCE = 2;
  const SURE_AFTER_MS = 700;

  class Selection {
    constructor(root, parts) {
      this.root = root;
      this.parts = parts;
      this.items = [];
      this.fields = {};
      this.stage = "choose";
      parts.close.addEventListener("click", () => root.close());
      parts.cancel.addEventListener("click", () => root.close());
      parts.act.addEventListener("click", () => this.act());
      root.addEventListener("close", () => this.forget());
      floorwatch.commands.on_change(this);
      floorwatch.station.on_change(this);
      floorwatch.selection = this;
    }

    /** `name`: of a verb; `ids`: of the chosen agents or callers. `meant`: of one whose contact was seen in a menu. Of callers all that wait
     *  in the same queue are offered. */
    open(name, ids, meant) {
      if (this.root.open || ids.length === 0) return;
      this.name = name;
      this.verb = VERBS[name];
      this.tile = this.verb.on === "waiting" ? "waiting_callers" : "agents";
      this.stage = "choose";
      this.queue = [];
      const others = this.verb.on === "waiting" ? this.waiting_with(ids) : [];
      this.parts.items.replaceChildren();
      this.items = [...ids, ...others].map((id) => this.item(id, ids.includes(id), meant));
      put(this.parts.title, words.word(`verb.${name}`));
      this.make_fields();
      this.say("");
      this.draw();
      this.root.showModal();
      const first = this.parts.fields.querySelector("input, select, textarea") || this.parts.act;
      first.focus();
    }

    /** Who else waits in the same queues, oldest first. */
    waiting_with(ids) {
      const list = floorwatch.floor.lists.get("waiting_callers");
      const queues = new Set(ids.map((id) => (list && list.rows.get(id) ? list.rows.get(id).queue : "")));
      const found = [];
      for (let i = 0; list && i < list.size; i += 1) if (queues.has(list.at(i).queue) && !ids.includes(list.at(i).id)) found.push(list.at(i).id);
      return found;
    }

    item(id, is_chosen, meant) {
      const row = floorwatch.facts.row_of(this.tile, id);
      const box = make("input");
      box.type = "checkbox";
      box.checked = is_chosen;
      const name = make("b");
      const about = make("small");
      const state = make("span", "result");
      const label = make("label", "", [box, make("span", "", [name, about])]);
      const root = make("li", "", [label, state]);
      const visit = meant && meant.agent === id ? meant.visit : row !== null ? row.visit || "" : "";
      put(name, row === null ? id : row.name || row.number || row.staff || id);
      put(about, row === null ? "" : this.about(row));
      box.addEventListener("change", () => this.draw());
      this.parts.items.append(root);
      return { id, root, box, name: name.textContent, state, visit, command: null, reason: "" };
    }

    about(row) {
      const { queue_name, reason_name } = floorwatch.screen;
      if (this.tile === "waiting_callers") return `${queue_name(row.queue)} · ${words.duration((floorwatch.clock.now() - row.since) / 1000)}`;
      return [row.name ? row.staff : "", words.word(`state.${row.state}`), reason_name(row.reason) || queue_name(row.queue)].filter(Boolean).join(" · ");
    }

    // -- what is asked -------------------------------------------------------------------------------------------------

    make_fields() {
      this.fields = {};
      show(this.parts.fields, true);
      this.parts.fields.replaceChildren();
      for (const name of this.verb.asks || []) this.fields[name] = this.make_field(name);
    }

    make_field(name) {
      const field = { text: text_field, reason: reason_field, penalty: penalty_field }[name] || queue_field;
      const input = field(name);
      const label = make("label");
      input.id = `selection-${name}`;
      label.htmlFor = input.id;
      put(label, words.word(`field.${name}`));
      input.setAttribute("aria-describedby", "selection-trouble");
      input.addEventListener("input", () => this.draw());
      this.parts.fields.append(make("div", "field", [label, input]));
      return input;
    }

    value(name) {
      return this.fields[name] === undefined ? "" : this.fields[name].value.trim();
    }

    /** The word of what is still missing; "" when all is there. */
    missing() {
      for (const name of this.verb.asks || []) if (name !== "queue" && this.value(name) === "") return `missing.${name}`;
      return "";
    }

    // -- what is shown -------------------------------------------------------------------------------------------------

    chosen() {
      return this.items.filter((item) => item.box.checked && item.reason === "");
    }

    draw() {
      if (this.stage === "choose" || this.stage === "sure") this.draw_preview();
      else this.draw_results();
    }

    draw_preview() {
      for (const item of this.items) {
        const row = floorwatch.facts.row_of(this.tile, item.id);
        item.reason = floorwatch.verbs.why_off(this.name, row, floorwatch.facts.now(item.visit));
        put(item.state, floorwatch.facts.sentence(item.reason));
        mark(item.root, "is-", item.reason ? "off" : item.box.checked ? "on" : "left");
      }
      const n = this.chosen().length;
      put(this.parts.count, words.word("controls.for", { n, of: this.items.length }));
      put(this.parts.warning, this.stage === "sure" ? words.word(`sure.${this.name}`) : words.has(`effect.${this.name}`) ? words.word(`effect.${this.name}`) : "");
      mark(this.parts.warning, "is-", this.stage === "sure" ? "sure" : "");
      put(this.parts.act, this.stage === "sure" ? words.word("controls.sure") : words.word("controls.act", { verb: words.word(`verb.${this.name}`), n }));
      mark(this.parts.act, "is-", this.verb.sure ? "grave" : "");
      floorwatch.facts.allow(this.parts.act, n === 0 ? "nobody_left" : "");
      show(this.parts.cancel, true);
    }

    draw_results() {
      for (const item of this.items) {
        const { command } = item;
        item.box.disabled = true;
        if (command === null) continue;
        put(item.state, floorwatch.command_words.state(command));
        const is_well = command.state === "confirmed";
        mark(item.root, "is-", is_well ? "well" : floorwatch.commands.is_over(command) ? "wrong" : "going");
      }
      const asked = this.items.filter((item) => item.command !== null);
      const over = asked.filter((item) => floorwatch.commands.is_over(item.command));
      const well = over.filter((item) => item.command.state === "confirmed").length;
      const is_done = this.queue.length === 0 && over.length === asked.length;
      put(this.parts.count, words.word("controls.done", { n: well, of: asked.length + this.queue.length }));
      put(this.parts.warning, is_done && well < asked.length ? words.word("controls.some_not") : "");
      show(this.parts.fields, false);
      put(this.parts.act, words.word(is_done ? "controls.finish" : "controls.going"));
      mark(this.parts.act, "is-", "");
      show(this.parts.cancel, false);
      if (is_done) this.stage = "done";
    }

    say(id) {
      put(this.parts.trouble, id ? words.word(id) : "");
    }

    // -- what is done --------------------------------------------------------------------------------------------------

    act() {
      if (this.stage === "done") {
        this.root.close();
        return;
      }
      if (this.stage === "going" || floorwatch.facts.is_off(this.parts.act)) return;
      const missing = this.missing();
      this.say(missing);
      if (missing) {
        this.fields[missing.slice("missing.".length)].focus();
        return;
      }
      if (this.verb.sure && this.stage !== "sure") {
        this.stage = "sure";
        this.sure_at = performance.now();
        this.draw();
        return;
      }
      if (this.verb.sure && performance.now() - this.sure_at < SURE_AFTER_MS) return; // the second press of a double click
      this.queue = this.chosen();
      this.stage = "going";
      if (this.name === "message") this.write();
      else this.next();
      this.draw();
    }

    /** A few at a time: the gateway counts how fast one asks. */
    next() {
      const going = () => this.items.filter(({ command }) => command !== null && !floorwatch.commands.is_answered(command)).length;
      while (this.queue.length > 0 && going() < AT_ONCE) this.ask(this.queue.shift());
    }

    /** One message goes to all of them at once. */
    write() {
      const name = this.queue.length === 1 ? this.queue[0].name : words.counted("controls.selected", this.queue.length);
      const message = { agents: this.queue.map(({ id }) => id), text: this.value("text") };
      const command = floorwatch.commands.ask({ message }, { verb: this.name, name, is_shown_elsewhere: true });
      for (const item of this.queue) item.command = command;
      this.queue = [];
    }

    ask(item) {
      const row = floorwatch.facts.row_of(this.tile, item.id);
      if (row === null) return;
      const about = { verb: this.name, name: item.name, is_shown_elsewhere: true };
      const more = { queue: this.value("one_queue") || this.value("queue"), value: this.value("reason") || this.value("penalty") };
      const command = floorwatch.verbs.command_of(this.name, row, floorwatch.station.session(), more);
      if (item.visit && command.visit && this.tile === "agents") command.visit = item.visit;
      item.command = floorwatch.commands.ask({ command }, about);
    }

    command(command) {
      if (!this.root.open || !this.items.some((item) => item.command === command)) return;
      this.next();
      this.draw();
    }

    station() {
      if (this.root.open) this.draw();
    }

    tick() {
      if (this.root.open && this.stage !== "done") this.draw();
    }

    /** What is still going on is told by lines on the page from now on. */
    forget() {
      for (const { command } of this.items) if (command !== null) command.is_shown_elsewhere = false;
      this.items = [];
      this.queue = [];
    }
  }

  function choice(value, text) {
    const option = make("option");
    option.value = value;
    put(option, text);
    return option;
  }

  function queue_field(name) {
    const first = name === "queue" ? words.word("field.all_queues") : words.word("field.choose");
    const queues = Object.keys(floorwatch.floor.names.queues).map((id) => choice(id, floorwatch.screen.queue_name(id)));
    return make("select", "", [choice("", first), ...queues]);
  }

  function reason_field() {
    const reasons = Object.keys(floorwatch.floor.names.reasons).map((id) => choice(id, floorwatch.screen.reason_name(id)));
    return make("select", "", [choice("", words.word("field.choose")), ...reasons]);
  }

  function penalty_field() {
    const input = make("input");
    input.type = "number";
    input.min = "0";
    input.max = String(HIGHEST_PENALTY);
    input.value = "0";
    return input;
  }

  function text_field() {
    const input = make("textarea");
    input.maxLength = LONGEST_TEXT;
    input.rows = 3;
    return input;
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.selection = (root, parts) => new Selection(root, parts);
})((window.floorwatch = window.floorwatch || {}));
