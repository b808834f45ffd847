/* The draft on its way to the server: soon after a change, one at a time, again when the network comes back. A draft with mistakes
   is not kept there: the server names them, the page keeps what was typed. Somebody else's draft is never overwritten unseen. */
(function (floorwatch) {
  "use strict";

  const AFTER_MS = 600;
  const AGAIN_MS = 3000;
  const LOOK_EVERY_MS = 10000;

  class Saving {
    /** `listener`: saving(), saved(state), refused(mistakes), conflict(found), away(), sent_away(status), theirs(state). */
    constructor(draft, address, version, listener) {
      this.draft = draft;
      this.address = address;
      this.version = version;
      this.listener = listener;
      this.sent = JSON.stringify(draft.now);
      this.timer = null;
      this.running = null;
      this.is_stopped = false;
      this.save = this.save.bind(this);
      this.look = this.look.bind(this);
      draft.on_change(() => this.soon(AFTER_MS));
      setTimeout(this.look, LOOK_EVERY_MS);
      window.addEventListener("beforeunload", (event) => this.is_done() || event.preventDefault());
      window.addEventListener("online", () => this.is_done() || this.soon(0));
    }

    /** Whether the server has what stands on the page. */
    is_done() {
      return this.sent === JSON.stringify(this.draft.now);
    }

    soon(after_ms) {
      clearTimeout(this.timer);
      this.timer = setTimeout(this.save, after_ms);
    }

    /** Saves what is not saved yet. Resolves with whether the server has it then. */
    async flush() {
      clearTimeout(this.timer);
      if (this.running !== null) await this.running;
      if (!this.is_done()) await this.save();
      return this.is_done();
    }

    async save() {
      if (this.is_stopped || this.is_done()) return;
      if (this.running !== null) {
        this.soon(AFTER_MS);
        return;
      }
      this.running = this.post();
      await this.running;
      this.running = null;
    }

    async post() {
      const document_ = JSON.stringify(this.draft.now);
      this.listener.saving();
      const answer = await ask(`${this.address}/draft`, { version: this.version, document: JSON.parse(document_) });
      if (answer.status === 200) {
        this.sent = document_;
        this.version = answer.body.version;
        this.listener.saved(answer.body);
        if (!this.is_done()) this.listener.saving();
      } else if (answer.status === 422) {
        this.listener.refused(answer.body.mistakes);
      } else if (answer.status === 409) {
        this.is_stopped = true;
        this.listener.conflict(answer.body);
      } else if (answer.status === 0 || answer.status >= 500) {
        this.listener.away();
        this.soon(AGAIN_MS);
      } else {
        this.is_stopped = true;
        this.listener.sent_away(answer.status);
      }
    }

    /** To the screens. Resolves with the answer; what is not saved yet is saved first. */
    async publish(note) {
      if (!(await this.flush())) return { status: 422, body: { mistakes: null } };
      const answer = await ask(`${this.address}/publish`, { version: this.version, note });
      if (answer.status === 409) {
        this.is_stopped = true;
        this.listener.conflict(answer.body);
      }
      return answer;
    }

    /** Has somebody else saved? Only looked at while nothing of our own is on its way. */
    async look() {
      if (!this.is_stopped && this.is_done() && !document.hidden) {
        const found = await this.theirs();
        if (found !== null && found.version > this.version && this.is_done()) this.listener.theirs(found);
      }
      setTimeout(this.look, LOOK_EVERY_MS);
    }

    async theirs() {
      const answer = await ask(`${this.address}/draft`);
      return answer.status === 200 ? answer.body : null;
    }

    /** After a conflict or when somebody was faster: goes on with their draft. */
    take(state) {
      this.version = state.version;
      this.draft.take(state.document);
      this.sent = JSON.stringify(this.draft.now);
      this.is_stopped = false;
      clearTimeout(this.timer);
    }

    /** The own draft counts, over theirs, which the person has been told of. */
    insist(version) {
      this.version = version;
      this.is_stopped = false;
      this.soon(0);
    }
  }

  /** {status, body}; status 0: not reachable, or an answer that is none of ours. */
  async function ask(address, body) {
    const request = body === undefined ? { cache: "no-store" }
      : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
    try {
      const answer = await fetch(address, { ...request, redirect: "error" });
      return { status: answer.status, body: await answer.json() };
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error;
      return { status: 0, body: {} };
    }
  }

  floorwatch.Saving = Saving;
})((window.floorwatch = window.floorwatch || {}));
