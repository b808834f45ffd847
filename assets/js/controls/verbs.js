/* The verbs, and why each is off: tables and functions without a page. The words of reasons are the server's own
   (dashboard/supervision/reasons.py), because both say the same; it decides, this only says it early. */
(function (floorwatch) {
  "use strict";

  /** `too`: a second permission that it needs. `on`: what it needs. call: an agent in a call that may be monitored; talk: an agent in a call; agent: anybody; waiting: a caller
   *  in a queue. `asks`: fields of the dialog; without any it is done at once. `sure`: is confirmed a second time. */
  const VERBS = {
    listen: { kind: "monitor.start", mode: "listen", permission: "monitor.listen", on: "call" },
    whisper: { kind: "monitor.start", mode: "whisper", permission: "monitor.whisper", on: "call" },
    barge: { kind: "monitor.start", mode: "barge", permission: "monitor.barge", on: "call" },
    private: { kind: "monitor.start", mode: "private", permission: "monitor.whisper", too: "monitor.listen", on: "call" },
    takeover: { kind: "call.take_over", mode: "takeover", permission: "calls.take_over", on: "call" },
    hang_up: { kind: "call.hang_up", permission: "calls.hang_up", on: "talk", asks: [], sure: true },
    message: { kind: "message", permission: "agents.message", on: "agent", asks: ["text"] },
    pause: { kind: "agent.pause", permission: "agents.pause", on: "agent", asks: ["reason", "queue"] },
    resume: { kind: "agent.resume", permission: "agents.pause", on: "agent", asks: ["queue"] },
    add: { kind: "agent.add", permission: "agents.queues", on: "agent", asks: ["one_queue", "penalty"] },
    remove: { kind: "agent.sign_out", permission: "agents.queues", on: "agent", asks: ["one_queue"] },
    penalty: { kind: "agent.penalty", permission: "agents.queues", on: "agent", asks: ["one_queue", "penalty"] },
    sign_out: { kind: "agent.sign_out", permission: "agents.sign_out", on: "agent", asks: [], sure: true },
    pull: { kind: "call.pull", permission: "calls.move", on: "waiting", asks: [] },
    move: { kind: "call.move", permission: "calls.move", on: "waiting", asks: ["one_queue"] },
    drop: { kind: "call.hang_up", permission: "calls.hang_up", on: "waiting", asks: [], sure: true },
  };
  const STEPPING = ["listen", "whisper", "barge", "private", "takeover"];
  const OF_AGENTS = ["hang_up", "message", "pause", "resume", "add", "remove", "penalty", "sign_out"];
  const OF_CALLERS = ["pull", "move", "drop"];
  const IN_A_CALL = new Set(["talking", "holding"]);
  const SPEAKING = new Set(["whisper", "barge", "private", "takeover"]);
  const MONITORING = /^monitor\.(listen|whisper|barge)$/;

  /** What belongs to each kind of command, by docs/live-protocol.md: a field that does not belong to it is left out. */
  const FIELDS = {
    "monitor.start": ["agent", "visit", "mode", "via", "purpose", "value"],
    "monitor.mode": ["opened", "mode"],
    "monitor.follow": ["opened", "value"],
    "monitor.stop": ["opened"],
    "call.take_over": ["agent", "visit", "via", "purpose"],
    "call.take_over.opened": ["opened"],
    "call.hang_up": ["visit", "agent", "sure", "purpose"],
    "call.move": ["visit", "queue", "purpose"],
    "call.pull": ["visit", "purpose"],
    "agent.pause": ["agent", "value", "queue"],
    "agent.resume": ["agent", "queue"],
    "agent.sign_out": ["agent", "queue"],
    "agent.add": ["agent", "queue", "value"],
    "agent.penalty": ["agent", "queue", "value"],
  };

  /** Whether `permission` holds for this agent, or for callers of this queue: "" if so, else the reason. `may`: permission → true, or
   *  `{agents, queues}`. */
  function why_not_allowed(may, permission, agent, queue) {
    const held = may[permission];
    if (held === true) return "";
    if (!held) {
      const has_another = MONITORING.test(permission) && Object.keys(may).some((name) => MONITORING.test(name));
      return has_another ? "mode_not_permitted" : "not_permitted";
    }
    return (agent !== undefined ? held.agents.includes(agent) : held.queues.includes(queue)) ? "" : "out_of_scope";
  }

  /** The switch of a contact: the first part of its key. */
  function switch_of(visit) {
    return visit ? visit.split("/", 1)[0] : "";
  }

  /** Why the control process of a contact's switch takes no commands. Of an agent without a call no switch is known: then the
   *  best one counts. */
  function why_no_control(control, visit) {
    const one = control[switch_of(visit)];
    if (one !== undefined) return one.why_not || "";
    const all = Object.values(control).map((each) => each.why_not || "");
    if (all.length === 0) return "control_off";
    return all.includes("") ? "" : all[0];
  }

  function why_not_on_call(row) {
    return row.visit && IN_A_CALL.has(row.state) ? "" : "not_on_call";
  }

  function why_no_call(verb, row, facts) {
    const { session, via_reason } = facts;
    if (session !== null && session.agent === row.id && (session.taken || session.mode === "takeover")) return "taken_over";
    const found = why_not_on_call(row) || row.barred || "";
    if (found) return found;
    if (session === null) return via_reason;
    if (session.agent !== row.id) return "already_in";
    if (session.mode === verb.mode) return "same_mode";
    return session.state === "confirmed" ? "" : "not_started_yet";
  }

  /** A pause shows as a state only while nothing else does: who is in a call may be paused, too, and only the switch knows. */
  const OF_STATE = {
    pause: (row) => (row.state === "signed_out" ? "not_member" : row.state === "paused" ? "already_so" : ""),
    resume: (row) => (row.state === "signed_out" ? "not_member" : row.state === "available" && !row.partly ? "already_so" : ""),
    sign_out: (row) => (row.state === "signed_out" ? "already_so" : ""),
    remove: (row) => (row.state === "signed_out" ? "not_member" : ""),
    penalty: (row) => (row.state === "signed_out" ? "not_member" : ""),
  };

  function why_not_now(name, verb, row, facts) {
    if (verb.on === "call") return why_no_call(verb, row, facts);
    if (verb.on === "talk") return why_not_on_call(row);
    if (verb.on === "waiting" && name === "pull") return facts.phone_reason;
    return OF_STATE[name] ? OF_STATE[name](row) : "";
  }

  /** Why a verb is off for a row, as a word; "" when it is on. `row`: of `agents` or `waiting_callers`; null when it is gone.
   *  `facts`: `{is_heard, has_rules, is_live, may, control, session, via_reason, phone_reason, visit}`; `visit`: the contact that was meant
   *  when the menu was opened. */
  function why_off(name, row, facts) {
    const verb = VERBS[name];
    if (!facts.is_heard) return "not_heard";
    if (row === null) return verb.on === "waiting" ? "not_waiting" : "not_there";
    const is_caller = verb.on === "waiting";
    const whose = is_caller ? undefined : row.id;
    const refused = why_not_allowed(facts.may, verb.permission, whose, row.queue)
      || (verb.too ? why_not_allowed(facts.may, verb.too, whose, row.queue) : "");
    if (refused) return refused;
    if (name === "message") return "";
    if (!facts.has_rules) return "rules_unavailable";
    if (!facts.is_live) return "switch_down";
    if (facts.visit && !is_caller && row.visit !== facts.visit && verb.on !== "agent") return "call_changed";
    return why_no_control(facts.control, is_caller ? row.id : row.visit) || why_not_now(name, verb, row, facts);
  }

  /** `all` without what does not belong to its kind, and without what is empty. */
  function fitted(all) {
    const form = all.kind === "call.take_over" && all.opened ? "call.take_over.opened" : all.kind;
    const found = { kind: all.kind };
    for (const name of FIELDS[form]) if (all[name] !== undefined && all[name] !== null && all[name] !== "") found[name] = all[name];
    return found;
  }

  /** The frame's `command` for a verb and a row. `more`: via, purpose, queue, value. Inside one's own session of this agent another mode
   *  is a change of it. */
  function command_of(name, row, session, more) {
    const verb = VERBS[name];
    const is_caller = verb.on === "waiting";
    const is_change = verb.on === "call" && session !== null && session.agent === row.id;
    const kind = is_change && verb.kind === "monitor.start" ? "monitor.mode" : verb.kind;
    return fitted({
      ...more,
      kind,
      agent: is_caller ? "" : row.id,
      visit: is_caller ? row.id : row.visit,
      mode: verb.mode,
      opened: is_change ? session.id : "",
      sure: verb.sure,
    });
  }

  floorwatch.verbs = { VERBS, STEPPING, OF_AGENTS, OF_CALLERS, SPEAKING, why_off, why_not_allowed, why_no_control, command_of, fitted, switch_of };
})((window.floorwatch = window.floorwatch || {}));
