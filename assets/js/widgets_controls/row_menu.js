/* What can be done with one agent, or one waiting caller. Opened from a row by mouse or keyboard; one press on a verb asks for it. A verb that
   is off says why, under its word, and stays reachable. What was meant is kept: when the call changes while the menu is open,
   its verbs are off. */
(function (floorwatch) {
  "use strict";

  const { put, make, show, mark } = floorwatch.places;
  const words = floorwatch.words;
  const { VERBS, STEPPING, OF_AGENTS, OF_CALLERS } = floorwatch.verbs;
  const EDGE_PX = 8;
  const NARROW_PX = 720;

  class RowMenu {
    constructor(root, parts) {
      this.root = root;
      this.parts = parts;
      this.target = null;
      this.buttons = new Map();
      this.fill(parts.stepping, STEPPING);
      this.fill(parts.further, [...OF_AGENTS, ...OF_CALLERS]);
      this.ways = [...parts.ways.querySelectorAll("button")];
      this.make_purpose();
      for (const way of this.ways) way.addEventListener("click", () => floorwatch.station.choose_via(way.dataset.via));
      parts.close.addEventListener("click", () => root.close());
      root.addEventListener("click", (event) => event.target === root && root.close()); // beside it
      root.addEventListener("keydown", (event) => this.pressed(event));
      root.addEventListener("close", () => this.forget());
      floorwatch.station.on_change(this);
      floorwatch.row_menu = this;
    }

    fill(box, names) {
      for (const name of names) {
        const word = make("b");
        const why = make("small");
        const button = make("button", `verb verb-${name}`, [make("i", `icon icon-${icon_of(name)}`), make("span", "", [word, why])]);
        button.type = "button";
        put(word, words.word(`verb.${name}`));
        button.addEventListener("click", () => this.choose(name));
        this.buttons.set(name, { root: button, why });
        box.append(button);
      }
    }

    make_purpose() {
      this.input = make("input");
      this.input.id = "menu-purpose";
      this.input.maxLength = floorwatch.purposes.LONGEST;
      this.input.autocomplete = "off";
      this.input.setAttribute("aria-describedby", "menu-trouble");
      this.parts.purpose.append(this.input);
      this.input.addEventListener("input", () => {
        this.say("");
        this.draw_recent();
      });
    }

    /** `target`: `{agent: id}` or `{caller: id}`; `at`: the element or `{x, y}` where it was asked for. */
    open(target, at) {
      if (this.root.open) return;
      const row = this.row_of(target);
      if (row === null) return;
      this.target = { ...target, visit: target.agent ? row.visit || "" : row.id };
      this.back_to = at instanceof Element ? at : at.back_to || null;
      floorwatch.sound.unlock();
      this.say("");
      this.input.value = floorwatch.purposes.last();
      show(this.parts.stepping, Boolean(target.agent));
      show(this.parts.asking, Boolean(target.agent));
      show(this.parts.ways, Boolean(target.agent));
      for (const name of OF_AGENTS) show(this.buttons.get(name).root, Boolean(target.agent));
      for (const name of OF_CALLERS) show(this.buttons.get(name).root, Boolean(target.caller));
      this.draw_day();
      this.draw_recent();
      this.root.showModal();
      this.draw();
      this.place(at);
      this.first().focus();
    }

    /** The first verb that is on, else the first one. */
    first() {
      const shown = this.shown();
      return shown.find((button) => !floorwatch.facts.is_off(button)) || shown[0];
    }

    shown() {
      return [...this.buttons.values()].map(({ root }) => root).filter((button) => !button.hidden && button.offsetParent !== null);
    }

    row_of(target) {
      return target.agent ? floorwatch.facts.row_of("agents", target.agent) : floorwatch.facts.row_of("waiting_callers", target.caller);
    }

    /** Beside what it belongs to, whole on the screen; on a phone from below, where the style sheet puts it. */
    place(at) {
      const { style } = this.root;
      if (window.innerWidth < NARROW_PX) {
        style.removeProperty("left");
        style.removeProperty("top");
        return;
      }
      const from = at instanceof Element ? at.getBoundingClientRect() : { left: at.x, right: at.x, top: at.y, bottom: at.y };
      const { offsetWidth: width, offsetHeight: height } = this.root;
      const left = Math.min(from.left, window.innerWidth - width - EDGE_PX);
      const top = from.bottom + height + EDGE_PX < window.innerHeight ? from.bottom + 2 : window.innerHeight - height - EDGE_PX;
      style.left = `${Math.max(EDGE_PX, left)}px`;
      style.top = `${Math.max(EDGE_PX, top)}px`;
    }

    draw() {
      if (!this.root.open || this.target === null) return;
      const row = this.row_of(this.target);
      const facts = floorwatch.facts.now(this.target.visit);
      this.draw_head(row);
      if (this.target.agent) this.draw_verbs("stepping", STEPPING, row, facts);
      this.draw_verbs("further", this.target.agent ? OF_AGENTS : OF_CALLERS, row, facts);
      for (const way of this.ways) this.draw_way(way, facts);
    }

    /** Each verb says why it is off; when all of a group are for one reason, it stands once, above them. */
    draw_verbs(group, names, row, facts) {
      const reasons = names.map((name) => floorwatch.verbs.why_off(name, row, facts));
      const is_one = names.length > 1 && reasons[0] !== "" && reasons.every((reason) => reason === reasons[0]);
      put(this.parts[`why_${group}`], is_one ? floorwatch.facts.sentence(reasons[0]) : "");
      names.forEach((name, i) => {
        const { root, why } = this.buttons.get(name);
        const said = floorwatch.facts.allow(root, reasons[i]);
        put(why, is_one ? "" : said || hint_of(name, facts.session, row));
        if (is_one) root.setAttribute("aria-describedby", this.parts[`why_${group}`].id);
        else root.removeAttribute("aria-describedby");
      });
    }

    draw_head(row) {
      if (row === null) return;
      if (this.target.caller) {
        put(this.parts.who, row.number || words.word("number.unknown"));
        put(this.parts.about, floorwatch.screen.queue_name(row.queue));
        return;
      }
      put(this.parts.who, row.name || row.staff || row.id);
      put(this.parts.about, [row.name ? row.staff : "", words.word(`state.${row.state}`), floorwatch.screen.queue_name(row.queue), row.number].filter(Boolean).join(" · "));
    }

    /** The way to the agent's day; who may not see what happened has none. */
    draw_day() {
      const { agent } = this.target;
      const is_shown = Boolean(agent) && this.root.closest(".screen").dataset.may.split(" ").includes("days");
      show(this.parts.day.parentNode, is_shown);
      if (is_shown) this.parts.day.href = `/agents/${agent.split("/").map(encodeURIComponent).join("/")}`;
    }

    draw_way(way, facts) {
      const { via } = way.dataset;
      const its_switch = floorwatch.verbs.switch_of(this.target.visit);
      const reason = facts.is_heard ? floorwatch.station.why_not_via(via, its_switch) : "";
      way.setAttribute("aria-pressed", String(floorwatch.station.via() === via));
      mark(way, "is-", reason ? "off" : "ready");
      const { phone } = floorwatch.station.desk();
      const well = via === "phone" && phone !== null ? floorwatch.facts.short(phone.device) : "";
      put(way.querySelector("[data-way]"), reason ? floorwatch.facts.sentence(reason) : well);
    }

    draw_recent() {
      const offered = floorwatch.purposes.offered();
      const chips = this.parts.recent;
      while (chips.childElementCount < offered.length) {
        const chip = make("button", "chip");
        chip.type = "button";
        chip.addEventListener("click", () => this.take(chip));
        chips.append(chip);
      }
      [...chips.children].forEach((chip, i) => {
        show(chip, i < offered.length);
        if (i >= offered.length) return;
        put(chip, offered[i]);
        chip.setAttribute("aria-pressed", String(offered[i] === this.input.value.trim()));
      });
    }

    take(chip) {
      this.input.value = chip.textContent;
      this.say("");
      this.draw_recent();
    }

    choose(name) {
      const { root } = this.buttons.get(name);
      if (this.target === null || floorwatch.facts.is_off(root)) return;
      const verb = VERBS[name];
      const row = this.row_of(this.target);
      if (row === null) { // it went between two pictures: the verbs say so now
        this.draw();
        return;
      }
      if (verb.asks !== undefined && name !== "pull") {
        const { target } = this;
        this.root.close();
        floorwatch.selection.open(name, target.caller ? [target.caller] : [target.agent], target);
        return;
      }
      const purpose = this.input.value.trim();
      if (verb.on === "call" && floorwatch.purposes.is_missing(purpose)) {
        this.say("reason_missing");
        return;
      }
      this.ask(name, row, verb.on === "call" ? purpose : "");
      this.root.close();
    }

    ask(name, row, purpose) {
      floorwatch.purposes.keep(purpose);
      const via = VERBS[name].on === "call" ? floorwatch.station.via() : "";
      const command = floorwatch.verbs.command_of(name, row, floorwatch.station.session(), { via, purpose });
      floorwatch.commands.ask({ command }, { verb: name, name: row.name || row.staff || row.number || row.id });
    }

    say(reason) {
      put(this.parts.trouble, floorwatch.facts.sentence(reason));
      this.input.setAttribute("aria-invalid", String(reason !== ""));
      if (reason) this.input.focus();
    }

    /** Arrows go from verb to verb; Enter in the reason goes to the first verb that is on. */
    pressed(event) {
      if (event.key === "Enter" && event.target === this.input && !event.isComposing) {
        event.preventDefault();
        this.first().focus();
        return;
      }
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const shown = this.shown();
      const at = shown.indexOf(document.activeElement);
      if (event.key === "Home" && at >= 0) shown[0].focus();
      else if (event.key === "End" && at >= 0) shown.at(-1).focus();
      else if (step !== undefined && event.target !== this.input) shown[(at + step + shown.length) % shown.length].focus();
      else return;
      event.preventDefault();
    }

    forget() {
      this.target = null;
      if (this.back_to !== null && this.back_to.isConnected) this.back_to.focus();
      this.back_to = null;
    }

    station() {
      floorwatch.purposes.fetch_recent();
      this.draw();
    }

    tick() {
      this.draw();
    }
  }

  function icon_of(name) {
    const verb = VERBS[name];
    return verb.mode ? `mode-${verb.mode}` : name === "drop" ? "hang_up" : name;
  }

  /** What a verb would do, where that is not plain. */
  function hint_of(name, session, row) {
    const id = `hint.${name}`;
    if (session !== null && row !== null && session.agent === row.id && VERBS[name].on === "call") return words.word("hint.change");
    return words.has(id) ? words.word(id) : "";
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.row_menu = (root, parts) => new RowMenu(root, parts);
})((window.floorwatch = window.floorwatch || {}));
