/* Why somebody steps in, as they wrote it before: the last few, from their own history on the server. Nothing of it is kept in the
   browser, which others may use too. */
(function (floorwatch) {
  "use strict";

  const ADDRESS = "/monitor/history";
  const MOST = 5;
  const SHORTEST = 2;
  const LONGEST = 200;
  const SUGGESTED = ["coaching", "quality", "complaint", "asked"];
  let known = [];
  let is_asked = false;

  function remember(purposes) {
    known = [...new Set([...known, ...purposes].filter(Boolean))].slice(0, MOST);
  }

  /** Fetches the last ones, once for a page; without them one types, or takes what is suggested. */
  async function fetch_recent() {
    if (is_asked) return;
    is_asked = true;
    try {
      const answer = await fetch(ADDRESS, { headers: { Accept: "application/json" }, cache: "no-store" });
      if (answer.ok) remember((await answer.json()).sessions.map(({ purpose }) => purpose));
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error; // not reachable
    }
  }

  /** What was just used comes first. */
  function keep(purpose) {
    if (purpose) known = [purpose, ...known.filter((one) => one !== purpose)].slice(0, MOST);
  }

  /** Whether one must be given and this is none. */
  function is_missing(purpose) {
    const { rules } = floorwatch.station.desk();
    return (rules === null || rules.needs_purpose) && purpose.length < SHORTEST;
  }

  /** What to offer: what was used last, then what the catalogue suggests. */
  function offered() {
    return [...new Set([...known, ...SUGGESTED.map((name) => floorwatch.words.word(`purpose.${name}`))])].slice(0, MOST);
  }

  floorwatch.purposes = { fetch_recent, last: () => known[0] || "", keep, is_missing, offered, LONGEST };
})((window.floorwatch = window.floorwatch || {}));
