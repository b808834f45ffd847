/* The list of screens: fills in the pairing code that a QR code brought, and renews the list by itself. */
(function () {
  "use strict";

  const RENEW_EVERY_MS = 5000;
  const KEY = "floorwatch.pair";

  /** The code that pair_code.js kept; it came behind the #, which no server and no log ever sees. */
  function take_code() {
    const code = window.sessionStorage.getItem(KEY);
    const field = document.getElementById("code-field");
    if (code === null || field === null) return;
    window.sessionStorage.removeItem(KEY);
    field.value = code;
    window.history.replaceState(null, "", window.location.pathname + window.location.search);
    const name = document.getElementById("name-field");
    name.focus();
    name.scrollIntoView({ block: "center" });
  }

  async function fresh_list() {
    try {
      const answer = await fetch("/screens/", { cache: "no-store" });
      if (!answer.ok || answer.redirected) return null;
      return new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("screens");
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // not reachable: look again later
      return null;
    }
  }

  async function renew() {
    const shown = document.getElementById("screens");
    if (shown === null) return;
    const is_in_use = shown.contains(document.activeElement) || document.hidden;
    const fresh = is_in_use ? null : await fresh_list();
    if (fresh !== null && !shown.contains(document.activeElement)) shown.replaceWith(document.adoptNode(fresh));
    setTimeout(renew, RENEW_EVERY_MS);
  }

  take_code();
  window.addEventListener("hashchange", () => window.location.reload());
  setTimeout(renew, RENEW_EVERY_MS);
})();
