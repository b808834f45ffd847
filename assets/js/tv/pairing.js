/* The pairing page: asks every two seconds whether somebody has let this TV in, counts down, and gets a new code by itself when
   this one runs out. The server may be away in between: the page says so and goes on asking. */
(function (floorwatch) {
  "use strict";

  const ASK_EVERY_MS = 2000;
  const ANSWER_MS = 10000;
  const WHOLE_S = 600;

  const root = document.querySelector(".tv");
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const trouble = part("trouble");
  const left = part("left");
  const meter = part("meter");
  let over_at = performance.now() + Number(root.dataset.leftS) * 1000;

  function draw() {
    if (left === null) return;
    const left_s = Math.max(0, Math.ceil((over_at - performance.now()) / 1000));
    left.textContent = `${Math.floor(left_s / 60)}:${String(left_s % 60).padStart(2, "0")}`;
    meter.style.transform = `scaleX(${left_s / WHOLE_S})`;
  }

  async function asked() {
    try {
      const answer = await fetch("/tv/pairing", { method: "POST", cache: "no-store", signal: AbortSignal.timeout(ANSWER_MS) });
      return answer.ok ? await answer.json() : null;
    } catch (error) {
      const is_away = error instanceof TypeError || error instanceof SyntaxError || error instanceof DOMException;
      if (!is_away) throw error; // else not reachable, or not in time
      return null;
    }
  }

  /** The service worker comes first, so that it has all of the wall from its first load on. */
  async function follow(found) {
    if (found.state === "paired") {
      await floorwatch.offline.ready();
      floorwatch.door.enter(found.to);
    } else if (found.state === "over" || left === null) floorwatch.door.reload(); // a page without a code: there is one now
    else over_at = performance.now() + found.left_s * 1000;
  }

  async function look() {
    const found = await asked();
    trouble.hidden = found !== null;
    if (found !== null) await follow(found);
    draw();
    setTimeout(look, ASK_EVERY_MS);
  }

  setInterval(draw, 1000);
  draw();
  setTimeout(look, Math.max(ASK_EVERY_MS, Number(root.dataset.againS) * 1000));
})((window.floorwatch = window.floorwatch || {}));
