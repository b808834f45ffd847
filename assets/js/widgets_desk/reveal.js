/* A caller's whole number, for who may: asked for with a reason, shown here for half a minute and nowhere else. The gateway puts
   it on record before it answers. The dialog is the browser's own: it keeps the focus, Escape closes it. */
(function (floorwatch) {
  "use strict";

  const { put, show } = floorwatch.places;
  const words = floorwatch.words;
  const SHOWN_S = 30;
  const ANSWER_MS = 8000;
  const SHORTEST = 3;
  const LONGEST = 200;
  const REFUSALS = new Set(["denied", "gone", "reason_missing", "audit_unavailable", "throttled"]);

  class Reveal {
    constructor(root, parts) {
      this.root = root;
      this.parts = parts;
      this.wanted = null;
      this.is_asked = false;
      this.left_s = 0;
      this.patience = null;
      this.input = document.createElement("input");
      this.input.maxLength = LONGEST;
      this.input.autocomplete = "off";
      this.input.id = "reveal-reason";
      this.input.setAttribute("aria-describedby", "reveal-trouble");
      parts.reason.append(this.input);
      this.input.addEventListener("keydown", (event) => event.key === "Enter" && !event.isComposing && this.ask());
      parts.ask.addEventListener("click", () => this.ask());
      parts.close.addEventListener("click", () => root.close());
      root.addEventListener("close", () => this.forget());
      floorwatch.reveal = this;
    }

    may() {
      return this.root.closest(".screen").dataset.may.split(" ").includes("reveal");
    }

    /** `wanted`: `{visit}` or `{agent}`, and the number as the row shows it; `who`: what the dialog calls it. */
    open(wanted, who) {
      if (!this.may() || this.root.open) return;
      this.wanted = wanted;
      put(this.parts.who, who ? `${wanted.number} · ${who}` : wanted.number);
      this.input.value = "";
      this.say("");
      this.show_number("");
      this.root.showModal();
      this.input.focus();
    }

    ask() {
      if (this.wanted === null || this.is_asked || this.left_s > 0) return;
      const reason = this.input.value.trim();
      if (reason.length < SHORTEST) {
        this.say("reason_missing");
        return;
      }
      this.say("");
      this.wait(true);
      floorwatch.live.send({ reveal: { ...this.wanted, reason } });
      this.patience = setTimeout(() => this.refused("no_answer"), ANSWER_MS);
    }

    /** Whether the frame was an answer to what was asked here. */
    hear(frame) {
      if (frame.t === "error" && !REFUSALS.has(frame.code)) return false;
      if (!this.is_asked) return true;
      if (frame.t === "error") this.refused(frame.code);
      else if ((frame.visit || "") === (this.wanted.visit || "") && (frame.agent || "") === (this.wanted.agent || "")) this.revealed(frame.number);
      return true;
    }

    revealed(number) {
      this.wait(false);
      this.show_number(number);
      this.left_s = SHOWN_S;
      this.count_down();
    }

    refused(code) {
      this.wait(false);
      this.say(code);
      this.input.focus();
    }

    wait(is_asked) {
      clearTimeout(this.patience);
      this.is_asked = is_asked;
      this.parts.ask.disabled = is_asked;
    }

    say(code) {
      put(this.parts.trouble, code === "" ? "" : words.word(`reveal.trouble.${code}`));
      this.input.setAttribute("aria-invalid", String(code !== ""));
    }

    show_number(number) {
      put(this.parts.number, number);
      show(this.parts.answer, number !== "");
      show(this.parts.question, number === "");
    }

    tick() {
      if (this.left_s > 0) {
        this.left_s -= 1;
        this.count_down();
      }
    }

    count_down() {
      if (this.left_s > 0) put(this.parts.left, words.word("reveal.left", { n: this.left_s }));
      else this.root.close();
    }

    forget() {
      this.wait(false);
      this.left_s = 0;
      this.wanted = null;
      this.input.value = "";
      this.show_number("");
      put(this.parts.who, "");
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.reveal = (root, parts) => new Reveal(root, parts);
})((window.floorwatch = window.floorwatch || {}));
