/* A whole number stays on the page for half a minute, as at the desk; then it is gone, without a reload. */
(function () {
  "use strict";

  const SHOWN_S = 30;
  const shown = document.getElementById("shown");
  if (shown === null) return;
  const hint = shown.querySelector("[data-left]");
  const sentence = hint.dataset.left;
  let left_s = SHOWN_S;

  function tick() {
    if (left_s <= 0) {
      shown.remove();
      return;
    }
    hint.textContent = sentence.replace("{n}", String(left_s));
    left_s -= 1;
    setTimeout(tick, 1000);
  }

  tick();
  window.addEventListener("pagehide", () => shown.remove()); // nor does going back show it
})();
