/* The sound of one's own session in this browser: opened with the ticket that the gateway gave for the command, once. What is between here and
   the switch is assets/js/audio; here is only what pages ask of it. */
(function (floorwatch) {
  "use strict";

  const SILENT = { in: 0, out: 0 };
  const listeners = [];
  let open = null;
  let command = "";
  let ended_by = "";
  let volume = 1;

  function tell() {
    for (let i = 0; i < listeners.length; i += 1) listeners[i].sound();
  }

  function where() {
    const root = document.querySelector(".screen");
    return root === null ? "" : root.dataset.audio || "";
  }

  /** Why this browser cannot play a call: a word, "" when it can. */
  function why_not() {
    return where() === "" ? "browser_off" : floorwatch.audio.why_not();
  }

  /** `what`: `{id, ticket}` of the command that opens the session. */
  function begin(what) {
    if (open !== null) open.close();
    command = what.id;
    ended_by = "";
    const one = floorwatch.audio.open({
      url: floorwatch.audio.address(where()),
      id: what.id,
      ticket: what.ticket,
      on_change: () => one === open && changed(),
      on_over: (reason) => one === open && over(reason),
    });
    open = one;
    open.volume(volume);
    tell();
  }

  /** Following the agent to the next call makes it another session. */
  function changed() {
    command = open.id;
    tell();
  }

  function over(reason) {
    ended_by = reason;
    open = null;
    tell();
  }

  floorwatch.sound = {
    why_not,
    begin,
    /** What takes a moment is begun before it is needed: in a click. */
    unlock() {
      if (why_not() === "") floorwatch.audio.unlock();
    },
    /** Whether this page plays, or has played, the session of that command. */
    is_of: (id) => command === id,
    /** `state`: none, opening, ready, over. `microphone`: off, asking, on, denied, missing, insecure. */
    now: () => ({
      state: open !== null ? open.state : ended_by ? "over" : "none",
      ended_by,
      microphone: open === null ? "off" : open.microphone,
      may_talk: open !== null && open.may_talk,
      is_talking: open !== null && open.is_talking,
      is_muted: open !== null && open.is_muted,
    }),
    levels: () => (open === null ? SILENT : open.levels()),
    talk(is_held) {
      if (open !== null) open.talk(is_held);
    },
    mute(is_muted) {
      if (open !== null) open.mute(is_muted);
    },
    set_volume(share) {
      volume = share;
      if (open !== null) open.volume(share);
    },
    /** `listener.sound()` is called when it begins, ends or changes. */
    on_change(listener) {
      listeners.push(listener);
    },
  };
})((window.floorwatch = window.floorwatch || {}));
