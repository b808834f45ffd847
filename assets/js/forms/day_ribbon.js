/* Zooms and moves the ribbon of an agent's day: by wheel, drag, two fingers, keys and buttons. The server has drawn it; every bar carries its
   seconds since the day began, so all that happens here is that bars get another place. The address follows, so that a link shows the
   same. On the running day the last bar grows by the second, and the page's parts are fetched anew while nobody holds them. */
(function () {
  "use strict";

  const LEAST_S = 30;
  const LEAST_PX = 1.5;
  const LABEL_PX = 44;
  const STEP = 1.5;
  const MOST_TICKS = 12;
  const TICK_PX = 76;
  const RENEW_EVERY_MS = 15000;
  const TAP_PX = 5;
  const STEPS_S = [1, 5, 10, 30, 60, 300, 600, 900, 1800, 3600, 7200, 10800];
  const SVG = "http://www.w3.org/2000/svg";

  class Ribbon {
    constructor(root) {
      this.root = root;
      this.lanes = root.querySelector("#lanes");
      this.svg = this.lanes.querySelector("svg");
      this.overview = root.querySelector("#overview");
      this.window = root.querySelector("#window");
      this.told = root.querySelector("#told");
      this.hint = this.told.textContent;
      this.length = Number(root.dataset.length);
      this.first = Number(root.dataset.first);
      this.last = Number(root.dataset.last);
      this.clock_s = Number(root.dataset.clock);
      this.jump = (root.dataset.jump || "").split(" ").map(Number); // when the local clock is changed, and by how much
      this.now = now_of(root);
      this.loaded_ms = performance.now();
      this.pointers = new Map();
      this.chosen = null;
      this.listen();
      this.draw();
    }

    listen() {
      const { lanes, overview } = this;
      lanes.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
      for (const [element, moved] of [[lanes, this.dragged], [overview, this.swept]]) {
        element.addEventListener("pointerdown", (event) => this.down(event, element));
        element.addEventListener("pointermove", (event) => (this.pointers.has(event.pointerId) ? moved.call(this, event) : this.hover(event)));
        for (const name of ["pointerup", "pointercancel"]) element.addEventListener(name, (event) => this.up(event, element));
      }
      lanes.addEventListener("pointerleave", () => this.tell(this.chosen));
      lanes.addEventListener("keydown", (event) => this.key(event));
      this.root.addEventListener("click", (event) => this.pressed(event));
      new ResizeObserver(() => this.draw()).observe(lanes);
    }

    width() {
      return this.svg.getBoundingClientRect().width || 1;
    }

    /** Seconds since the day began under a place on the lanes. */
    at(client_x) {
      const box = this.svg.getBoundingClientRect();
      return this.first + ((client_x - box.left) / (box.width || 1)) * (this.last - this.first);
    }

    show(first, last) {
      const size = Math.min(Math.max(last - first, LEAST_S), this.length);
      this.first = Math.min(Math.max(first, 0), this.length - size);
      this.last = this.first + size;
      this.draw();
      this.keep();
    }

    /** `factor` below 1: nearer. The moment `at` stays where it is. */
    zoom(factor, at = (this.first + this.last) / 2) {
      const size = Math.min(Math.max((this.last - this.first) * factor, LEAST_S), this.length);
      const share = (at - this.first) / (this.last - this.first);
      this.show(at - share * size, at - share * size + size);
    }

    move(share) {
      const by = share * (this.last - this.first);
      this.show(this.first + by, this.last + by);
    }

    keep() {
      clearTimeout(this.keeping);
      this.keeping = setTimeout(() => {
        const address = new URL(window.location.href);
        address.searchParams.set("view", `${Math.round(this.first)}-${Math.round(this.last)}`);
        window.history.replaceState(null, "", address);
      }, 200);
    }

    // -- what people do ----------------------------------------------------------------------------------------------

    wheel(event) {
      const is_sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey;
      const delta = is_sideways ? event.deltaX || event.deltaY : event.deltaY;
      const is_whole = this.last - this.first >= this.length;
      if (!is_sideways && delta > 0 && is_whole) return; // nothing further out: the page may scroll
      event.preventDefault();
      if (is_sideways) this.move(delta / this.width());
      else this.zoom(Math.exp(Math.max(-60, Math.min(60, delta)) / 150), this.at(event.clientX));
    }

    down(event, element) {
      if (event.button !== 0) return;
      this.pointers.set(event.pointerId, { x: event.clientX, began: event.clientX });
      element.setPointerCapture(event.pointerId);
      this.lanes.classList.add("is-held");
    }

    dragged(event) {
      const before = [...this.pointers.values()].map(({ x }) => x);
      const known = this.pointers.get(event.pointerId);
      const span = this.last - this.first;
      if (this.pointers.size === 1) {
        const by = ((known.x - event.clientX) / this.width()) * span;
        known.x = event.clientX;
        this.show(this.first + by, this.last + by);
        return;
      }
      const middle = this.at((before[0] + before[1]) / 2);
      known.x = event.clientX;
      const [one, other] = [...this.pointers.values()].map(({ x }) => x);
      const apart = Math.max(Math.abs(one - other), 8);
      this.zoom(Math.max(Math.abs(before[0] - before[1]), 8) / apart, middle);
    }

    /** On the line of the whole day: what is shown follows the pointer. */
    swept(event) {
      const box = this.overview.getBoundingClientRect();
      const at = ((event.clientX - box.left) / box.width) * this.length;
      const half = (this.last - this.first) / 2;
      this.show(at - half, at + half);
    }

    up(event, element) {
      const known = this.pointers.get(event.pointerId);
      this.pointers.delete(event.pointerId);
      if (this.pointers.size === 0) this.lanes.classList.remove("is-held");
      if (known === undefined || event.type === "pointercancel") return;
      if (element === this.overview) {
        this.swept(event);
        return;
      }
      if (Math.abs(event.clientX - known.began) < TAP_PX) this.choose(this.bar_at(event));
    }

    hover(event) {
      if (event.pointerType === "mouse") this.tell(this.bar_at(event) || this.chosen);
    }

    /** What was captured hides what is under the pointer, so it is looked for by its place. */
    bar_at(event) {
      const found = document.elementFromPoint(event.clientX, event.clientY);
      const bar = found === null ? null : found.closest(".bar");
      return bar !== null && this.lanes.contains(bar) ? bar : null;
    }

    /** The first press tells of a bar, the second opens its call. */
    choose(bar) {
      if (bar !== null && bar === this.chosen && bar.dataset.href) {
        window.location.assign(bar.dataset.href);
        return;
      }
      if (this.chosen !== null) this.chosen.classList.remove("is-chosen");
      this.chosen = bar;
      if (bar !== null) bar.classList.add("is-chosen");
      this.tell(bar);
    }

    tell(bar) {
      if (bar === this.shown) return;
      this.shown = bar;
      this.told.replaceChildren();
      if (bar === null) {
        this.told.append(this.hint);
        return;
      }
      const { what, when, about, href } = bar.dataset;
      const name = document.createElement("b");
      name.textContent = what;
      this.told.append(name, ` · ${when}`);
      if (about) this.told.append(" · ", href ? link(href, about) : about);
      else if (href) this.told.append(" · ", link(href, "→"));
    }

    key(event) {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const deeds = {
        "+": () => this.zoom(1 / STEP),
        "=": () => this.zoom(1 / STEP),
        "-": () => this.zoom(STEP),
        ArrowLeft: () => this.move(-0.2),
        ArrowRight: () => this.move(0.2),
        Home: () => this.show(0, this.last - this.first),
        End: () => this.show(this.length - (this.last - this.first), this.length),
        0: () => this.show(0, this.length),
        n: () => this.step(1),
        p: () => this.step(-1),
        Enter: () => this.chosen !== null && this.choose(this.chosen),
      };
      const deed = deeds[event.key];
      if (deed === undefined) return;
      event.preventDefault();
      deed();
    }

    /** To the next state, or the one before; it comes into sight and is told. */
    step(by) {
      const bars = this.bars();
      const at = this.chosen === null ? (by > 0 ? -1 : bars.length) : bars.indexOf(this.chosen);
      const bar = bars[Math.min(Math.max(at + by, 0), bars.length - 1)];
      if (bar === undefined || bar === this.chosen) return;
      const { start, end } = seconds_of(bar);
      if (start < this.first || end > this.last) {
        const size = Math.max(this.last - this.first, (end - start) * 1.2);
        this.show((start + end - size) / 2, (start + end + size) / 2);
      }
      this.choose(bar);
    }

    pressed(event) {
      const button = event.target.closest("[data-deed]");
      if (button === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      ({
        in: () => this.zoom(0.5),
        out: () => this.zoom(2),
        left: () => this.move(-0.5),
        right: () => this.move(0.5),
        all: () => this.show(0, this.length),
      })[button.dataset.deed]();
    }

    // -- drawing -----------------------------------------------------------------------------------------------------

    bars() {
      return [...this.svg.querySelectorAll(".bar")];
    }

    draw() {
      const width = this.width();
      const scale = width / (this.last - this.first);
      for (const bar of this.svg.querySelectorAll(".bar, .gap")) {
        const { start, end } = seconds_of(bar);
        const size = Math.max((end - start) * scale, LEAST_PX);
        const x = (start - this.first) * scale;
        const is_out = x > width || x + size < 0;
        bar.setAttribute("display", is_out ? "none" : "inline");
        if (is_out) continue;
        const left = Math.max(x, -2);
        const shown = Math.min(x + size, width + 2) - left; // a label stays in sight while its bar does
        bar.setAttribute("x", left.toFixed(1));
        bar.setAttribute("width", shown.toFixed(1));
        bar.classList.toggle("is-narrow", shown < LABEL_PX);
      }
      this.draw_ticks(width, scale);
      this.draw_now(scale);
      const share = 100 / this.length;
      this.window.setAttribute("x", `${(this.first * share).toFixed(3)}%`);
      this.window.setAttribute("width", `${((this.last - this.first) * share).toFixed(3)}%`);
    }

    draw_ticks(width, scale) {
      const most = Math.max(2, Math.min(MOST_TICKS, Math.floor(width / TICK_PX)));
      const span = this.last - this.first;
      const step = STEPS_S.find((one) => span / one <= most) || STEPS_S.at(-1);
      const begin = Math.ceil((this.first + this.clock_s) / step) * step - this.clock_s;
      const group = this.svg.querySelector(".ticks");
      const height = group.parentNode.querySelectorAll(".stripes rect").length * 30;
      const ticks = [...group.children];
      let n = 0;
      for (let at = begin; at <= this.last; at += step, n += 1) {
        const tick = ticks[n] || group.appendChild(new_tick(height));
        tick.setAttribute("display", "inline");
        tick.setAttribute("x", ((at - this.first) * scale).toFixed(1));
        tick.querySelector("text").textContent = clock(this.clock_at(at), step < 60);
      }
      for (const rest of ticks.slice(n)) rest.setAttribute("display", "none");
    }

    clock_at(at) {
      const [jumps_at, by] = this.jump;
      return at + this.clock_s + (by !== undefined && at >= jumps_at ? by : 0);
    }

    draw_now(scale) {
      const line = this.svg.querySelector(".now");
      if (line === null || this.now === null) return;
      const at = this.now_s();
      line.setAttribute("display", at < this.first || at > this.last ? "none" : "inline");
      line.setAttribute("x", ((at - this.first) * scale).toFixed(1));
    }

    now_s() {
      return Math.min(this.now + (performance.now() - this.loaded_ms) / 1000, this.length);
    }

    /** The state that lasts grows. */
    tick() {
      if (this.now === null || document.hidden) return;
      for (const bar of this.svg.querySelectorAll('[data-running="yes"]')) bar.dataset.end = String(this.now_s());
      this.draw();
    }

    is_held() {
      return this.pointers.size > 0;
    }

    /** Takes the bars of a page that was fetched anew. */
    renew(fresh) {
      const other = fresh.querySelector("#lanes svg");
      const is_same = other !== null && other.getAttribute("height") === this.svg.getAttribute("height");
      if (!is_same) return false; // another lane: the whole ribbon is new
      const chosen = this.chosen === null ? null : this.chosen.dataset.start;
      for (const name of [".gaps", ".bars"]) this.svg.querySelector(name).replaceWith(document.adoptNode(other.querySelector(name)));
      this.now = now_of(fresh);
      this.loaded_ms = performance.now();
      this.chosen = this.bars().find((bar) => bar.dataset.start === chosen) || null;
      if (this.chosen !== null) this.chosen.classList.add("is-chosen");
      this.draw();
      return true;
    }
  }

  /** Null on other days, and while nobody knows what is now. */
  function now_of(root) {
    return root.dataset.now === undefined ? null : Number(root.dataset.now);
  }

  function seconds_of(bar) {
    return { start: Number(bar.dataset.start), end: Number(bar.dataset.end) };
  }

  function link(href, text) {
    const made = document.createElement("a");
    made.href = href;
    made.textContent = text;
    return made;
  }

  function new_tick(height) {
    const tick = document.createElementNS(SVG, "svg");
    tick.setAttribute("class", "tick");
    tick.setAttribute("overflow", "visible");
    const line = document.createElementNS(SVG, "line");
    line.setAttribute("y2", String(height));
    const text = document.createElementNS(SVG, "text");
    text.setAttribute("y", String(height + 16));
    tick.append(line, text);
    return tick;
  }

  function clock(at_s, has_seconds) {
    const whole = ((Math.round(at_s) % 86400) + 86400) % 86400;
    const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60].map((part) => String(part).padStart(2, "0"));
    return parts.slice(0, has_seconds ? 3 : 2).join(":");
  }

  // -- the page --------------------------------------------------------------------------------------------------------

  let ribbon = null;

  function begin() {
    const root = document.getElementById("ribbon");
    ribbon = root === null ? null : new Ribbon(root);
  }

  /** A row's time zooms to it, without leaving the page. */
  function zoom_to(event) {
    const found = event.target.closest("a.zoom");
    if (found === null || ribbon === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const [first, last] = (new URL(found.href).searchParams.get("view") || "").split("-").map(Number);
    if (!(last > first)) return;
    event.preventDefault();
    ribbon.show(first, last);
    ribbon.root.scrollIntoView({ block: "center" });
    ribbon.lanes.focus({ preventScroll: true });
  }

  async function fresh_page() {
    try {
      const answer = await fetch(window.location.href, { cache: "no-store" });
      if (!answer.ok || answer.redirected) return null;
      return new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // not reachable: look again later
      return null;
    }
  }

  function take(fresh) {
    for (const part of document.querySelectorAll("[data-part]")) {
      const other = fresh.querySelector(`[data-part="${part.dataset.part}"]`);
      if (other === null || part.contains(document.activeElement)) continue;
      const was_open = part.querySelector("details[open]") !== null;
      part.replaceWith(document.adoptNode(other));
      const details = other.querySelector("details");
      if (details !== null) details.open = was_open;
    }
    const root = fresh.getElementById("ribbon");
    if (root === null || (ribbon !== null && ribbon.renew(root))) return;
    const place = document.querySelector("#states .ribbon, #states .empty_table");
    if (place === null) return;
    place.replaceWith(document.adoptNode(root));
    begin();
  }

  async function renew() {
    const is_in_use = document.hidden || (ribbon !== null && ribbon.is_held());
    const fresh = is_in_use ? null : await fresh_page();
    if (fresh !== null && !(ribbon !== null && ribbon.is_held())) take(fresh);
    setTimeout(renew, RENEW_EVERY_MS);
  }

  begin();
  document.addEventListener("click", zoom_to);
  setInterval(() => ribbon !== null && ribbon.tick(), 1000);
  if (document.querySelector(".agent_day[data-live]") !== null) setTimeout(renew, RENEW_EVERY_MS);
})();
