/* The call in which one is: in which mode, for how long, who hears one; another mode, the sound, what to do after a transfer, and the
   end. Also while it is only coming: what was asked, and how far it is. What cannot be taken back wants a second press. */
(function (floorwatch) {
  "use strict";

  const { put, make, show, mark } = floorwatch.places;
  const words = floorwatch.words;
  const { STEPPING, SPEAKING } = floorwatch.verbs;
  const METER_MS = 66;
  const SURE_MS = 5000;
  const SURE_AFTER_MS = 500;
  const SOON_S = 120;
  const NO_MICROPHONE = new Set(["denied", "missing", "insecure"]);

  class OwnSession {
    constructor(root, parts) {
      this.root = root;
      this.parts = parts;
      this.modes = new Map();
      this.lines = [];
      this.sure_at = 0;
      this.make_modes();
      this.make_volume();
      this.follows = [...parts.follow.querySelectorAll("button")];
      for (const button of this.follows) button.addEventListener("click", () => this.follow(button.dataset.follow));
      parts.stop.addEventListener("click", () => this.stop());
      parts.hang_up.addEventListener("click", () => this.hang_up());
      parts.mute.addEventListener("click", () => floorwatch.sound.mute(!floorwatch.sound.now().is_muted));
      this.make_talk();
      floorwatch.station.on_change(this);
      floorwatch.commands.on_change(this);
      floorwatch.sound.on_change(this);
      setInterval(() => this.draw_levels(), METER_MS);
      this.draw();
    }

    make_modes() {
      for (const name of STEPPING) {
        const word = make("span");
        const button = make("button", `mode mode-${name}`, [make("i", `icon icon-mode-${name}`), word]);
        button.type = "button";
        put(word, words.word(`mode.${name}`));
        button.addEventListener("click", () => this.choose(name));
        this.modes.set(name, button);
        this.parts.modes.append(button);
        this.lines.push(make("li"));
        this.parts.why.append(this.lines.at(-1));
      }
    }

    /** Which modes are off, and why: those with the same reason in one line. `reasons`: mode → sentence. */
    draw_why(reasons) {
      const said = new Map();
      for (const [name, sentence] of reasons) said.set(sentence, [...(said.get(sentence) || []), words.word(`mode.${name}`)]);
      const found = [...said].map(([sentence, names]) => `${names.join(words.word("and"))}${words.word("colon")}${sentence}`);
      this.lines.forEach((line, i) => put(line, found[i] || ""));
    }

    make_volume() {
      const input = make("input");
      input.type = "range";
      input.min = "0";
      input.max = "100";
      input.value = "100";
      input.addEventListener("input", () => floorwatch.sound.set_volume(Number(input.value) / 100));
      this.parts.volume.append(input);
    }

    /** Heard only while it is held, by pointer or by the space bar. */
    make_talk() {
      const { talk } = this.parts;
      const speak = (is_on) => {
        if (!is_on || !floorwatch.facts.is_off(talk)) floorwatch.sound.talk(is_on);
      };
      const is_key = (event) => event.key === " " || event.key === "Enter";
      talk.addEventListener("pointerdown", (event) => {
        talk.setPointerCapture(event.pointerId);
        speak(true);
      });
      for (const kind of ["pointerup", "pointercancel", "blur"]) talk.addEventListener(kind, () => speak(false));
      talk.addEventListener("keydown", (event) => {
        if (!is_key(event)) return;
        event.preventDefault();
        if (!event.repeat) speak(true);
      });
      talk.addEventListener("keyup", (event) => is_key(event) && speak(false));
      talk.addEventListener("contextmenu", (event) => event.preventDefault());
    }

    station() {
      this.draw();
    }

    command() {
      this.draw();
    }

    sound() {
      this.draw();
    }

    names() {
      this.draw();
    }

    tick() {
      this.draw();
    }

    /** The row of the agent: as the floor has it, else as the session says. */
    row(session) {
      return floorwatch.facts.row_of("agents", session.agent);
    }

    draw() {
      const session = floorwatch.station.session();
      const opening = session === null ? floorwatch.commands.opening() : null;
      show(this.parts.nothing, session === null && opening === null);
      show(this.parts.session, session !== null || opening !== null);
      mark(this.root, "is-", session !== null ? "open" : opening !== null ? "opening" : "");
      if (session !== null) this.draw_session(session);
      else if (opening !== null) this.draw_opening(opening);
      else if (this.sure_at !== 0) this.sure_at = 0;
    }

    draw_opening(command) {
      const row = floorwatch.facts.row_of("agents", command.agent);
      put(this.parts.who, command.name);
      put(this.parts.staff, row === null ? "" : row.staff || "");
      put(this.parts.about, row === null ? "" : about(row.queue, row.number));
      mark(this.parts.icon, "icon-", `mode-${command.mode || "takeover"}`);
      put(this.parts.state, this.coming(command.state, command.via));
      put(this.parts.time, "");
      put(this.parts.left, "");
      put(this.parts.heard, "");
      put(this.parts.others, "");
      this.draw_controls(null, row);
    }

    coming(state, via) {
      if (state !== "sent" && state !== "confirmed") return words.word(`command.${state}`);
      const { phone } = floorwatch.station.desk();
      return via === "browser" ? words.word("session.connecting") : words.word("session.ringing", { device: phone === null ? "" : floorwatch.facts.short(phone.device) });
    }

    draw_session(session) {
      const now_ms = floorwatch.clock.now();
      const row = this.row(session);
      const is_in = session.state === "confirmed";
      put(this.parts.who, session.name || session.staff || session.agent);
      put(this.parts.staff, session.name ? session.staff || "" : "");
      put(this.parts.about, about(session.queue, session.number));
      mark(this.parts.icon, "icon-", `mode-${session.mode}`);
      put(this.parts.state, is_in ? words.word(`mode.now.${session.mode}`) : this.coming(session.state, session.via));
      put(this.parts.time, is_in && session.since !== null ? words.duration((now_ms - session.since) / 1000) : "");
      this.draw_left(session, now_ms);
      put(this.parts.heard, is_in ? words.word(`heard.${session.mode}`) : "");
      put(this.parts.others, this.others(session, row));
      this.draw_controls(session, row);
      for (const button of this.follows) button.setAttribute("aria-pressed", String(button.dataset.follow === (session.follow || "none")));
    }

    draw_left(session, now_ms) {
      const left_s = session.ends_at ? Math.max(0, (session.ends_at - now_ms) / 1000) : null;
      put(this.parts.left, left_s === null ? "" : words.word("session.left", { time: words.duration(left_s) }));
      mark(this.parts.left, "is-", left_s !== null && left_s < SOON_S ? "soon" : "");
    }

    /** Who else is in, and whether the agent is told. */
    others(session, row) {
      const found = (row !== null && row.listeners ? row.listeners : []).filter((one) => one.id !== session.id);
      const names = found.map((one) => words.word("session.other", { by: one.by, mode: words.word(one.id === null ? "sessions.unexplained" : `mode.now.${one.mode || "listen"}`) }));
      const { rules } = floorwatch.station.desk();
      const told = rules === null ? "" : words.word(rules.tells_agents ? "session.told" : "session.untold");
      return [...names, told].filter(Boolean).join(" · ");
    }

    draw_controls(session, row) {
      const facts = floorwatch.facts.now(session === null ? "" : session.visit);
      const is_in = session !== null && session.state === "confirmed";
      const reasons = [];
      for (const name of STEPPING) {
        const button = this.modes.get(name);
        const is_now = session !== null && session.mode === name;
        const reason = is_now ? "" : session === null ? "not_started_yet" : this.why_no_mode(name, session, row, facts);
        const said = floorwatch.facts.allow(button, reason);
        button.setAttribute("aria-pressed", String(is_now && is_in));
        if (said && is_in) reasons.push([name, said]);
      }
      this.draw_why(reasons);
      floorwatch.facts.allow(this.parts.stop, session === null ? "not_started_yet" : facts.is_heard ? "" : "not_heard");
      const no_end = session === null ? "not_started_yet" : this.why_no_end(session, row, facts);
      floorwatch.facts.allow(this.parts.hang_up, no_end);
      if (this.sure_at !== 0 && performance.now() - this.sure_at > SURE_MS) this.sure_at = 0;
      this.parts.hang_up.classList.toggle("is-sure", this.sure_at !== 0);
      put(this.parts.hang_up.querySelector("span"), words.word(this.sure_at !== 0 ? "sure.short" : "verb.hang_up"));
      put(this.parts.trouble, session !== null && no_end ? `${words.word("verb.hang_up")}${words.word("colon")}${floorwatch.facts.sentence(no_end)}` : "");
      for (const button of this.follows) floorwatch.facts.allow(button, session !== null && is_in ? (session.taken ? "taken_over" : "") : "not_started_yet");
      this.draw_sound(session);
    }

    why_no_mode(name, session, row, facts) {
      return floorwatch.verbs.why_off(name, row, { ...facts, visit: "" });
    }

    /** After a take over the call has left the agent's row: it is one's own. */
    why_no_end(session, row, facts) {
      if (!facts.is_heard) return "not_heard";
      const refused = floorwatch.verbs.why_not_allowed(facts.may, "calls.hang_up", session.agent, session.queue);
      return refused || floorwatch.verbs.why_no_control(facts.control, session.visit);
    }

    draw_sound(session) {
      const is_here = session !== null && session.via === "browser";
      show(this.parts.sound, is_here);
      if (!is_here) return;
      const now = floorwatch.sound.now();
      const no_talk = why_no_talk(session, now);
      floorwatch.facts.allow(this.parts.talk, no_talk);
      this.parts.talk.setAttribute("aria-pressed", String(now.is_talking));
      put(this.parts.talk_word, words.word(now.is_talking ? "sound.talking" : "sound.talk"));
      this.parts.mute.setAttribute("aria-pressed", String(now.is_muted));
      put(this.parts.sound_state, no_talk ? floorwatch.facts.sentence(no_talk) : words.word(`sound.state.${now.state}`));
    }

    draw_levels() {
      if (this.parts.sound.hidden) return;
      const levels = floorwatch.sound.levels();
      this.parts.level_call.value = levels.in;
      this.parts.level_own.value = levels.out;
    }

    // -- what is asked -------------------------------------------------------------------------------------------------

    ask(command, verb, session) {
      floorwatch.commands.ask({ command: floorwatch.verbs.fitted(command) }, { verb, name: session.name || session.staff || session.agent });
    }

    choose(name) {
      const session = floorwatch.station.session();
      if (session === null || session.mode === name || floorwatch.facts.is_off(this.modes.get(name))) return;
      const kind = name === "takeover" ? "call.take_over" : "monitor.mode";
      this.ask({ kind, opened: session.id, mode: name }, name, session);
    }

    follow(value) {
      const session = floorwatch.station.session();
      if (session === null || session.state !== "confirmed" || session.taken) return;
      this.ask({ kind: "monitor.follow", opened: session.id, value }, "follow", session);
    }

    stop() {
      const session = floorwatch.station.session();
      if (session === null || floorwatch.facts.is_off(this.parts.stop)) return;
      this.ask({ kind: "monitor.stop", opened: session.id }, "stop", session);
    }

    hang_up() {
      const session = floorwatch.station.session();
      if (session === null || floorwatch.facts.is_off(this.parts.hang_up)) return;
      const now = performance.now();
      if (this.sure_at === 0) {
        this.sure_at = now;
        this.draw();
        return;
      }
      if (now - this.sure_at < SURE_AFTER_MS) return; // the second press of a double click
      this.sure_at = 0;
      this.ask({ kind: "call.hang_up", agent: session.agent, visit: session.visit, sure: true }, "hang_up", session);
      this.draw();
    }
  }

  /** Why nobody hears one now, as a word; "" when one only has to hold the button. */
  function why_no_talk(session, now) {
    if (!floorwatch.sound.is_of(session.id)) return "sound_elsewhere";
    if (now.state === "over") return now.ended_by;
    if (!SPEAKING.has(session.mode)) return "mode_is_silent";
    return NO_MICROPHONE.has(now.microphone) ? "no_microphone" : "";
  }

  function about(queue, number) {
    return [queue ? floorwatch.screen.queue_name(queue) : words.word("session.own_call"), number].filter(Boolean).join(" · ");
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.own_session = (root, parts) => new OwnSession(root, parts);
})((window.floorwatch = window.floorwatch || {}));
