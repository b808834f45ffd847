/* What was asked here and how far it is: asked (nobody has answered yet), requested, authorised, audited, sent, confirmed, or an end with
   its reason. A command is asked once; nothing is asked again by itself, not even when the socket comes back: then nobody knows, and
   the page says so. Where an agent is known to several switches one question becomes several commands; it is as far as the last. */
(function (floorwatch) {
  "use strict";

  const ANSWER_MS = 8000;
  const KEPT = 80;
  /** From the last to be waited for to the first: of several commands the state that comes first here is told. */
  const ORDER = ["requested", "authorised", "audited", "sent", "failed", "expired", "refused", "ended", "confirmed"];
  const FINAL = new Set(["refused", "failed", "expired", "ended", "unknown"]);
  const OPENING = new Set(["monitor.start", "call.take_over"]);
  const all = [];
  const listeners = [];
  let refs = 0;

  function tell(command) {
    for (let i = 0; i < listeners.length; i += 1) listeners[i].command(command);
  }

  /** Whether nothing more will be told of it. */
  function is_over(command) {
    return FINAL.has(command.state) || (command.state === "confirmed" && !command.opens);
  }

  function change(command, state, reason) {
    if (command.state === state && command.reason === (reason || "")) return;
    command.state = state;
    command.reason = reason || "";
    if (state !== "asked") clearTimeout(command.patience);
    tell(command);
  }

  /** `frame`: the whole frame without its ref (`{command: …}` or `{message: …}`); `about`: `{verb, name}` for who reads of it;
   *  `is_shown_elsewhere`: a dialog tells what becomes of it. */
  function ask(frame, about) {
    refs += 1;
    const [key] = Object.keys(frame);
    const what = frame[key];
    const command = {
      ref: refs,
      parts: new Map(),
      kind: what.kind || key,
      verb: about.verb,
      name: about.name || "",
      agent: what.agent || "",
      visit: what.visit || "",
      mode: what.mode || "",
      via: what.via || "",
      opens: OPENING.has(what.kind) && !what.opened,
      state: "asked",
      reason: "",
      is_shown_elsewhere: Boolean(about.is_shown_elsewhere),
      asked_at_ms: floorwatch.clock.now(),
      patience: null,
    };
    all.push(command);
    if (all.length > KEPT) all.shift();
    command.patience = setTimeout(() => change(command, "unknown"), ANSWER_MS);
    floorwatch.live.send({ [key]: { ref: refs, ...what } });
    tell(command);
    return command;
  }

  function summarise(command) {
    const parts = [...command.parts.values()];
    parts.sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
    change(command, parts[0].state, parts[0].reason);
  }

  /** A `command` or `message` frame: to an asker's ref, or of an id that was asked here. */
  function hear(frame) {
    const found = all.find((one) => (frame.ref === undefined ? one.parts.has(frame.id) : one.ref === frame.ref));
    if (found === undefined) return;
    const state = frame.t === "message" && frame.state === "sent" ? "confirmed" : frame.state;
    if (frame.ticket) floorwatch.sound.begin({ id: frame.id, ticket: frame.ticket });
    if (!frame.id || frame.t === "message") {
      change(found, state, frame.reason);
      return;
    }
    found.parts.set(frame.id, { state, reason: frame.reason || "" });
    summarise(found);
  }

  /** The socket is gone: of what nobody answered for nobody will. Of the others one hears anew. */
  function lose() {
    for (const command of all) if (command.parts.size === 0 && !is_over(command)) change(command, "unknown");
  }

  /** The command by which a session is about to open, or null. */
  function opening() {
    for (let i = all.length - 1; i >= 0; i -= 1) {
      const one = all[i];
      if (one.opens && !is_over(one) && one.state !== "confirmed") return one;
    }
    return null;
  }

  floorwatch.commands = {
    ask,
    hear,
    lose,
    opening,
    is_over,
    is_answered: (command) => command.state !== "asked",
    all: () => all,
    /** `listener.command(command)` is called at every state. */
    on_change(listener) {
      listeners.push(listener);
    },
  };
})((window.floorwatch = window.floorwatch || {}));
