/* What a person chose for alerts in this browser: with sound or without, with notifications of the system or without. Kept here, told to
   nobody. Browsers let no sound out before somebody has touched the page: the first touch or key is enough, once a page. */
(function (floorwatch) {
  "use strict";

  const KEY = "floorwatch.alarms";
  const VOLUME = 0.7;
  const chosen = { sound: true, notify: false };
  let context = null;

  function read() {
    try {
      const kept = JSON.parse(window.localStorage.getItem(KEY) || "{}");
      for (const name of Object.keys(chosen)) if (typeof kept[name] === "boolean") chosen[name] = kept[name];
    } catch (error) {
      if (!(error instanceof SyntaxError) && !(error instanceof DOMException)) throw error; // nothing kept, or not allowed
    }
  }

  function choose(name, value) {
    chosen[name] = value;
    try {
      window.localStorage.setItem(KEY, JSON.stringify(chosen));
    } catch (error) {
      if (!(error instanceof DOMException)) throw error; // a browser that keeps nothing
    }
  }

  async function unlock() {
    if (context === null) context = new AudioContext();
    if (context.state !== "running") await context.resume();
  }

  /** Plays one of the voices of walls, if the page was touched already. Returns whether it did. */
  function ring(kind) {
    if (context === null || context.state !== "running" || floorwatch.sounds.VOICES[kind] === undefined) return false;
    floorwatch.sounds.compose(context, kind, context.currentTime + 0.05, VOLUME);
    return true;
  }

  /** "on", "off" (not asked for), "denied" (by the browser), "none" (it has no such thing). */
  function notifying() {
    if (window.Notification === undefined) return "none";
    if (Notification.permission === "denied") return "denied";
    return Notification.permission === "granted" && chosen.notify ? "on" : "off";
  }

  read();
  for (const kind of ["pointerdown", "keydown"]) window.addEventListener(kind, () => void unlock(), { passive: true, once: true });
  window.addEventListener("storage", (event) => event.key === KEY && read());
  floorwatch.alarm_choices = { chosen, choose, unlock, ring, notifying };
})((window.floorwatch = window.floorwatch || {}));
