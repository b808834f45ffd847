/* Who is in a call, for a small place: the strongest mode and who it is, then how many more. */
(function (floorwatch) {
  "use strict";

  const STRENGTH = ["takeover", "barge", "private", "whisper", "listen"];

  function strongest(listeners) {
    return listeners.find(({ id }) => id === null) || [...listeners].sort((a, b) => STRENGTH.indexOf(a.mode || "listen") - STRENGTH.indexOf(b.mode || "listen"))[0];
  }

  /** Of somebody of whom no command knows nobody knows the mode either. */
  function what(listener) {
    return floorwatch.words.word(listener.id === null ? "sessions.unexplained" : `mode.now.${listener.mode || "listen"}`);
  }

  function text(listeners) {
    if (!listeners || listeners.length === 0) return "";
    const { word } = floorwatch.words;
    const first = strongest(listeners);
    const said = word("listening.one", { mode: what(first), by: first.by });
    return listeners.length > 1 ? word("listening.more", { said, n: listeners.length - 1 }) : said;
  }

  function mode(listeners) {
    return !listeners || listeners.length === 0 ? "" : strongest(listeners).mode || "listen";
  }

  floorwatch.listening = { text, mode };
})((window.floorwatch = window.floorwatch || {}));
