/* Notes in a page which place of the stream its pixels show, and since when: `floorwatch_painted` gets
   [position, frame's own time, arrival, painted] (epoch, ms) for each snapshot, patch or, beside a page that polls, answer.

   "Painted" is the first task after the frame that holds the change: a message posted from its requestAnimationFrame runs when
   style, layout, paint and commit of that frame are done. A change that the page has not drawn by then is not noted. */
(() => {
  "use strict";
  const painted = [];
  window.floorwatch_painted = painted;

  /** Calls `note` when the next frame is painted. */
  function after_paint(note) {
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => {
        channel.port1.close();
        note(Date.now());
      };
      channel.port2.postMessage(null);
    });
  }

  function field(text, name) {
    const found = new RegExp(`"${name}":"?([0-9-]+)`).exec(text);
    return found === null ? null : found[1];
  }

  function hear(message) {
    const head = message.data.slice(0, 300);
    const kind = head.slice(0, 15);
    if (!kind.includes("patch") && !kind.includes("snapshot")) return;
    const arrived = Date.now();
    const [position, seq, at] = [field(head, "position"), Number(field(head, "seq")), Number(field(head, "at"))];
    after_paint((now) => {
      if (Number(document.querySelector(".screen").dataset.seq) >= seq) painted.push([position, at, arrived, now]);
    });
  }

  const Native = window.WebSocket;
  window.WebSocket = class extends Native {
    constructor(...args) {
      super(...args);
      this.addEventListener("message", hear);
    }
  };

  let shown = "";
  new MutationObserver(() => {
    const place = document.getElementById("position");
    if (place === null || place.textContent === shown) return;
    shown = place.textContent;
    const position = shown;
    const arrived = Date.now();
    after_paint((now) => painted.push([position, arrived, arrived, now]));
  }).observe(document, { childList: true, characterData: true, subtree: true });
})();
