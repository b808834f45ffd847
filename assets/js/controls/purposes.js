/* Why somebody steps in, as they wrote it before: a few of the last ones, kept in this browser for this account. */
(function (floorwatch) {
  "use strict";

  const KEY = "floorwatch.purposes";
  const MOST = 5;
  const SHORTEST = 2;
  const LONGEST = 200;

  function key() {
    return `${KEY}.${floorwatch.station.desk().account || ""}`;
  }

  function recent() {
    try {
      const kept = JSON.parse(window.localStorage.getItem(key()) || "[]");
      return Array.isArray(kept) ? kept.filter((one) => typeof one === "string").slice(0, MOST) : [];
    } catch (error) {
      if (!(error instanceof SyntaxError) && !(error instanceof DOMException)) throw error; // nothing kept, or not allowed
      return [];
    }
  }

  function keep(purpose) {
    if (!purpose) return;
    try {
      window.localStorage.setItem(key(), JSON.stringify([purpose, ...recent().filter((one) => one !== purpose)].slice(0, MOST)));
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
    }
  }

  /** Whether one must be given and this is none. */
  function is_missing(purpose) {
    const { rules } = floorwatch.station.desk();
    return (rules === null || rules.needs_purpose) && purpose.length < SHORTEST;
  }

  /** What to offer: what was used last, then what the catalogue suggests. */
  function offered() {
    const suggested = ["coaching", "quality", "complaint", "asked"].map((name) => floorwatch.words.word(`purpose.${name}`));
    return [...new Set([...recent(), ...suggested])].slice(0, MOST);
  }

  floorwatch.purposes = { recent, keep, is_missing, offered, LONGEST };
})((window.floorwatch = window.floorwatch || {}));
