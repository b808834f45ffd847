/* What people have to say on this screen: the whole list comes in one frame, ends by the gateway's clock, and is shown by three
   widgets: the ticker, the banner, the full screen. A full screen comes once on each TV, for its seconds, and leaves the board
   alone for a while before the next one: no red tile is covered for longer. Texts are people's: they are only ever text. */
(function (floorwatch) {
  "use strict";

  const PAUSE_MS = 15000;
  const KEY = "floorwatch.announced";
  const MOST_KEPT = 50;

  let messages = [];
  let covering = null;
  let began_ms = 0;
  let free_at_ms = 0;
  const listeners = [];

  function tell() {
    for (let i = 0; i < listeners.length; i += 1) listeners[i]();
  }

  function high_first(found) {
    return found.sort((a, b) => Number(b.priority === "high") - Number(a.priority === "high"));
  }

  function of_form(form) {
    return high_first(messages.filter((one) => one.form === form));
  }

  // -- full screens that this TV has shown --------------------------------------------------------------------------

  function shown() {
    try {
      const kept = JSON.parse(window.localStorage.getItem(KEY) || "[]");
      return Array.isArray(kept) ? kept : [];
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof DOMException)) throw error; // nothing is kept here
      return [];
    }
  }

  function note_shown(id) {
    try {
      window.localStorage.setItem(KEY, JSON.stringify([...shown(), id].slice(-MOST_KEPT)));
    } catch (error) {
      if (!(error instanceof DOMException)) throw error; // a browser that keeps nothing shows it again after a reload
    }
  }

  function is_blank() {
    return document.querySelector(".blank:not([hidden])") !== null;
  }

  function next_full() {
    if (performance.now() < free_at_ms || is_blank() || document.hidden) return null;
    const before = shown();
    return of_form("full").find((one) => !before.includes(one.id)) || null;
  }

  function left_ms() {
    return covering === null ? 0 : began_ms + covering.seconds * 1000 - performance.now();
  }

  /** Ends what has covered the screen for its seconds, or was withdrawn; begins the next. Returns whether that changed. */
  function move_full() {
    const before = covering;
    const is_wanted = covering !== null && messages.some((one) => one.id === covering.id);
    if (covering !== null && (!is_wanted || left_ms() <= 0)) {
      covering = null;
      free_at_ms = performance.now() + PAUSE_MS;
    }
    if (covering === null) {
      covering = next_full();
      if (covering !== null) {
        began_ms = performance.now();
        note_shown(covering.id);
      }
    }
    return covering !== before;
  }

  /** The message's words and weight, in a widget of these parts. */
  function write(root, parts, one) {
    const is_high = one.priority === "high";
    root.classList.toggle("high", is_high);
    floorwatch.places.put(parts.label, is_high ? root.dataset.high : root.dataset.normal);
    floorwatch.places.put(parts.text, one.text);
  }

  function tick(now_ms) {
    const current = messages.filter((one) => one.until > now_ms);
    const has_ended = current.length < messages.length;
    messages = current;
    if (move_full() || has_ended || covering !== null) tell();
  }

  /** `frame`: `{messages: [{id, form, text, priority, until, seconds}]}`, all that stand on this screen. */
  function hear(frame) {
    messages = frame.messages.filter((one) => one.until > floorwatch.clock.now());
    move_full();
    tell();
  }

  floorwatch.clock.every_second({ tick });
  floorwatch.announcements = {
    hear,
    /** Messages for the ticker, the important ones first: `{id, text, priority, until, seconds}`. */
    tickers: () => of_form("ticker"),
    banners: () => of_form("banner"),
    /** What covers the screen now, null for nothing; `left()`: how much of its time is left, 1 to 0. */
    full: () => covering,
    left: () => (covering === null ? 0 : Math.max(0, left_ms() / (covering.seconds * 1000))),
    write,
    /** `listener()` is called whenever any of this changed, and each second while the screen is covered. */
    on_change(listener) {
      listeners.push(listener);
    },
  };
})((window.floorwatch = window.floorwatch || {}));
