/* What one did oneself: each session with its times, modes, reason and end; and a note to it. Fetched when the page opens and whenever a
   session of one's own begins or ends, until the record says the same; a note is kept when it is sent. */
(function (floorwatch) {
  "use strict";

  const { put, make, mark, show } = floorwatch.places;
  const words = floorwatch.words;
  const LONGEST_NOTE = 2000;
  const SOON_MS = 1000;
  const SELDOM_MS = 30000;

  class History {
    constructor(root, parts) {
      this.root = root;
      this.parts = parts;
      this.entries = new Map();
      this.next = null;
      this.sessions = "";
      this.asked = 0;
      this.newest = 0;
      this.is_behind = false;
      this.again = null;
      this.wait_ms = SOON_MS;
      parts.more.addEventListener("click", () => this.fetch(this.next));
      floorwatch.station.on_change(this);
      this.fetch(null);
    }

    /** A session of one's own came, changed or went: its entry is another. */
    station({ sessions }) {
      const now = sessions.map((one) => `${one.id} ${one.state} ${one.mode}`).join();
      if (now === this.sessions) return;
      this.sessions = now;
      this.is_behind = true;
      this.wait_ms = SOON_MS;
      this.fetch(null);
    }

    /** A session's record is written after the session is another (much later, where the database is away): it is asked for again. */
    ask_again() {
      clearTimeout(this.again);
      if (!this.is_behind) return;
      this.again = setTimeout(() => this.fetch(null), this.wait_ms);
      this.wait_ms = Math.min(this.wait_ms * 2, SELDOM_MS);
    }

    /** Whether a record has not yet what is known of its session: its end, or its mode. */
    lacks_news(record) {
      if (record.ended_at !== null || !floorwatch.station.is_heard()) return false;
      const own = floorwatch.station.desk().sessions.find((one) => one.id === record.id);
      return own === undefined || (own.state === "confirmed" && own.mode !== null && own.mode !== record.modes[record.modes.length - 1]);
    }

    async fetch(after) {
      const turn = (this.asked += 1);
      const address = `${this.root.dataset.history}${after === null ? "" : `?after=${encodeURIComponent(after)}`}`;
      try {
        const answer = await fetch(address, { headers: { Accept: "application/json" }, cache: "no-store" });
        if (!answer.ok) throw new TypeError(String(answer.status));
        const told = await answer.json();
        if (after === null && turn < this.newest) return; // a later question was answered before this one
        this.take(told, after);
        if (after === null) {
          this.newest = turn;
          this.is_behind = told.sessions.some((record) => this.lacks_news(record));
        }
      } catch (error) {
        if (!(error instanceof TypeError)) throw error; // not reachable, or refused
        if (this.entries.size === 0) put(this.parts.empty, words.word("history.unavailable"));
      }
      if (after === null) this.ask_again();
    }

    take({ sessions, next }, after) {
      if (after !== null || this.next === null) this.next = next;
      show(this.parts.more, this.next !== "" && this.next !== null);
      for (const session of after === null ? [...sessions].reverse() : sessions) {
        const known = this.entries.get(session.id);
        const entry = known || this.add(session, after === null);
        this.draw(entry, session);
      }
      put(this.parts.empty, this.entries.size === 0 ? words.word("history.none") : "");
    }

    add(session, is_newest) {
      const entry = { session, agent: make("b"), when: make("small"), what: make("p", "what"), purpose: make("p", "purpose"), said: make("small", "said") };
      entry.input = make("textarea");
      entry.input.maxLength = LONGEST_NOTE;
      entry.input.rows = 2;
      entry.input.id = `note-${session.id}`;
      const label = make("label");
      label.htmlFor = entry.input.id;
      put(label, words.word("history.note"));
      entry.keep = make("button", "plain");
      entry.keep.type = "button";
      put(entry.keep, words.word("history.keep"));
      entry.keep.addEventListener("click", () => this.keep(entry));
      entry.input.addEventListener("input", () => this.draw_note(entry));
      const note = make("div", "note", [label, entry.input, make("div", "foot", [entry.said, entry.keep])]);
      const heading = make("div", "head", [entry.agent, entry.when]);
      entry.root = make("article", "entry", [heading, entry.what, entry.purpose, note]);
      this.entries.set(session.id, entry);
      if (is_newest) this.parts.rows.prepend(entry.root);
      else this.parts.rows.append(entry.root);
      entry.input.value = session.note;
      return entry;
    }

    draw(entry, session) {
      const is_typing = document.activeElement === entry.input || entry.input.value !== entry.session.note;
      entry.session = session;
      if (!is_typing) entry.input.value = session.note;
      put(entry.agent, session.name || this.name_of(session.agent));
      put(entry.when, this.when(session));
      put(entry.what, this.what(session));
      put(entry.purpose, session.purpose ? words.word("history.purpose", { text: session.purpose }) : "");
      mark(entry.root, "is-", session.state === "ended" || session.state === "confirmed" ? "" : session.state);
      this.draw_note(entry);
    }

    /** Who is in no directory has the name that the floor knows. */
    name_of(agent) {
      const row = floorwatch.facts.row_of("agents", agent);
      return row === null ? floorwatch.facts.short(agent) : row.name || row.staff || floorwatch.facts.short(agent);
    }

    names() {
      for (const entry of this.entries.values()) this.draw(entry, entry.session);
    }

    when(session) {
      const day = words.date(session.asked_at);
      const at = day === words.date(floorwatch.clock.now()) ? words.time(session.asked_at) : `${day} ${words.hour(session.asked_at)}`;
      if (session.began_at === null || session.ended_at === null) return at;
      return `${at} · ${words.duration((session.ended_at - session.began_at) / 1000)}`;
    }

    /** "Listen, then barge · call ended"; or why it came to nothing. */
    what(session) {
      const modes = session.modes.map((mode) => words.word(`mode.now.${mode}`)).join(" → ");
      const is_open = session.ended_at === null && session.state === "confirmed";
      const end = is_open ? words.word("history.open") : session.reason ? floorwatch.facts.sentence(session.reason) : words.word(`command.${session.state}`);
      return [modes, session.queue ? floorwatch.screen.queue_name(session.queue) : "", end].filter(Boolean).join(" · ");
    }

    draw_note(entry) {
      const is_changed = entry.input.value !== entry.session.note;
      show(entry.keep, is_changed);
      if (is_changed) put(entry.said, words.word("history.unsaved"));
      else put(entry.said, entry.session.note ? words.word("history.kept") : "");
      mark(entry.said, "is-", "");
    }

    async keep(entry) {
      const note = entry.input.value;
      entry.keep.disabled = true;
      try {
        const body = new URLSearchParams({ session: entry.session.id, note });
        const answer = await fetch(this.root.dataset.note, { method: "POST", body, headers: { Accept: "application/json" } });
        const said = await answer.json();
        if (!answer.ok) throw new TypeError(said.sentence || "");
        entry.session.note = said.note;
        if (entry.input.value === note) entry.input.value = said.note;
        this.draw_note(entry);
      } catch (error) {
        if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error; // not reachable, or refused with a sentence
        put(entry.said, /^[\w ]*fetch|^$/.test(error.message) || error instanceof SyntaxError ? words.word("history.not_kept") : error.message);
        mark(entry.said, "is-", "wrong");
      } finally {
        entry.keep.disabled = false;
      }
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.history = (root, parts) => new History(root, parts);
})((window.floorwatch = window.floorwatch || {}));
