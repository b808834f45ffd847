/* The whole screen by `f` or a double click, and no pointer on a wall but for three seconds after it was moved. */
(function (floorwatch) {
  "use strict";

  const POINTER_MS = 3000;

  let root = null;
  let hide = null;
  let at = "";

  async function turn() {
    try {
      if (document.fullscreenElement === null) await document.documentElement.requestFullscreen();
      else await document.exitFullscreen();
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // this browser, or this frame, has no full screen
    }
  }

  function press(event) {
    if (event.key.toLowerCase() !== "f" || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    turn();
  }

  function move(event) {
    const before = at;
    at = `${event.screenX} ${event.screenY}`;
    if (before === "" || before === at) return; // the page moved below it
    root.dataset.pointer = "yes";
    clearTimeout(hide);
    hide = setTimeout(() => delete root.dataset.pointer, POINTER_MS);
  }

  function start(wall) {
    root = wall;
    document.addEventListener("keydown", press);
    document.addEventListener("dblclick", turn);
    document.addEventListener("mousemove", move, { passive: true });
  }

  floorwatch.full_screen = { start };
})((window.floorwatch = window.floorwatch || {}));
