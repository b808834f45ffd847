/* What the one who sits here may do now, and with what: the gateway's `desk` frame. Only what a button needs to say why it is off;
   whether something is done the control process decides anew, each time. */
(function (floorwatch) {
  "use strict";

  const NOTHING = { at: 0, account: "", may: {}, phone: null, control: {}, sessions: [], rules: null };
  const VIA_KEY = "floorwatch.via";
  const listeners = [];
  let desk = NOTHING;
  let is_heard = false;
  let chosen_via = "";

  function read_via() {
    try {
      chosen_via = window.localStorage.getItem(VIA_KEY) || "";
    } catch (error) {
      if (!(error instanceof DOMException)) throw error; // a browser that keeps nothing
    }
  }

  function keep_via() {
    try {
      window.localStorage.setItem(VIA_KEY, chosen_via);
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
    }
  }

  function tell() {
    for (let i = 0; i < listeners.length; i += 1) listeners[i].station(desk);
  }

  function hear(frame) {
    desk = { ...NOTHING, ...frame };
    is_heard = true;
    tell();
  }

  /** Nothing is known while the gateway is away: what it said before may be wrong by now. */
  function lose() {
    if (!is_heard) return;
    is_heard = false;
    tell();
  }

  /** The session of one's own that is not over, or null. A supervisor has one. */
  function session() {
    return desk.sessions.length > 0 ? desk.sessions[0] : null;
  }

  function why_no_phone(its_switch) {
    if (desk.phone === null) return "no_phone";
    if (its_switch && desk.phone.switch !== its_switch) return "phone_elsewhere";
    return desk.phone.why_not || "";
  }

  function why_no_browser(its_switch) {
    const own = floorwatch.sound.why_not();
    if (own) return own;
    const asked = its_switch ? [desk.control[its_switch]] : Object.values(desk.control);
    const found = asked.map((one) => (one === undefined ? "control_off" : one.why_no_browser || ""));
    return found.length === 0 ? "browser_off" : found.includes("") ? "" : found[0];
  }

  /** Why a call of this switch ("": of any) cannot be heard by this way now: a word, "" when it can. */
  function why_not_via(via, its_switch) {
    return via === "phone" ? why_no_phone(its_switch) : why_no_browser(its_switch);
  }

  /** What was chosen, else what works. */
  function via() {
    if (chosen_via) return chosen_via;
    return why_not_via("phone", "") !== "" && why_not_via("browser", "") === "" ? "browser" : "phone";
  }

  read_via();
  floorwatch.station = {
    hear,
    lose,
    session,
    why_not_via,
    via,
    choose_via(name) {
      chosen_via = name;
      keep_via();
      tell();
    },
    desk: () => desk,
    is_heard: () => is_heard,
    /** `listener.station(desk)` is called whenever it is another. */
    on_change(listener) {
      listeners.push(listener);
    },
  };
})((window.floorwatch = window.floorwatch || {}));
