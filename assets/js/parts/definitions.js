/* What is this number? `i` shows on every tile what its numbers are, until Esc, `i` again, or 20 s; pressing long on one tile, or its
   alarm mark, shows that tile's. The words come with the page. They are fitted: smaller as far as one can read them, then the
   less important numbers are left out; on pages of people they scroll. */
(function (floorwatch) {
  "use strict";

  const { show } = floorwatch.places;
  const SHOWN_MS = 20000;
  const LONG_PRESS_MS = 600;
  const FAR_PX = 12;
  const SIZES = [1, 0.92, 0.85, 0.78, 0.72];

  let root = null;
  let hiding = null;
  let pressing = null;
  let pressed_at = null;

  function boxes() {
    return [...root.querySelectorAll(".definitions")];
  }

  function fits(box) {
    return box.scrollHeight <= box.clientHeight && box.scrollWidth <= box.clientWidth;
  }

  function fits_at(box, size) {
    box.style.setProperty("--size", String(size));
    return fits(box);
  }

  /** As many numbers as can be read, the important one always; then as large as they fit. */
  function fit(box) {
    const all = [...box.children];
    for (const one of all) show(one, true);
    for (const one of all.slice(1).reverse()) {
      if (fits_at(box, SIZES.at(-1))) break;
      show(one, false);
    }
    box.classList.toggle("tight", !fits_at(box, SIZES.at(-1))); // then its sentence, without the formula
    SIZES.find((size) => fits_at(box, size));
  }

  function aim(tile, target) {
    const { format, tile: name, widget } = tile.dataset;
    if (!format || target === null || target === undefined) return "";
    const is_limit = widget === "longest_wait" || name === "longest_wait"; // a tile, or the desk's chip
    return floorwatch.words.word(is_limit ? "limit" : "target", { value: floorwatch.formats.text(format, target) });
  }

  /** After which time cells of people get their frame, for the states (and pause reasons) that somebody is in. */
  function limits_of(rows) {
    const { word, duration } = floorwatch.words;
    const found = new Map();
    for (const row of rows.values()) {
      if (!row.limit_at || row.since === null) continue;
      const reason = row.state === "paused" ? floorwatch.screen.reason_name(row.reason) : "";
      found.set(reason || word(`state.${row.state}`), duration((row.limit_at - row.since) / 1000));
    }
    return [...found].map(([name, limit]) => `${name} ${limit}`).join(" · ");
  }

  /** What only the value knows: the queue's own target, formula and threshold. */
  function say_now(box) {
    const tile = box.closest("[data-tile]");
    const value = floorwatch.floor.values.get(tile.dataset.tile);
    const { word, has } = floorwatch.words;
    const line = box.querySelector("[data-part='of_value']");
    if (line === null || !value) return;
    const said = [
      ...["", ".whole"].map((which) => (has(`formula.${value.formula}${which}`) ? word(`formula.${value.formula}${which}`) : "")),
      value.threshold_s ? `T = ${word("seconds", { n: value.threshold_s })}` : "",
      aim(tile, value.target),
      value.rows && tile.dataset.widget === "agents" ? limits_of(value.rows) : "",
    ];
    floorwatch.places.put(line, said.filter(Boolean).join(" · "));
  }

  function reveal(chosen) {
    hide();
    for (const box of chosen) {
      show(box, true);
      say_now(box);
      if (root.classList.contains("wall") && floorwatch.rotation.is_shown(box)) fit(box); // at a desk it scrolls
    }
    if (chosen.length > 0) hiding = setTimeout(hide, SHOWN_MS);
  }

  function hide() {
    clearTimeout(hiding);
    hiding = null;
    for (const box of boxes()) show(box, false);
  }

  function is_shown() {
    return hiding !== null;
  }

  function is_typing(target) {
    return target instanceof Element && target.closest("input, textarea, select, [contenteditable]") !== null;
  }

  function press_key(event) {
    if (event.key === "Escape" && is_shown()) hide();
    if (event.altKey || event.ctrlKey || event.metaKey || is_typing(event.target)) return;
    if (event.key === "i" || event.key === "I") reveal(is_shown() ? [] : boxes());
  }

  function box_of(target) {
    const tile = target instanceof Element ? target.closest("[data-tile]") : null;
    return tile === null ? null : tile.querySelector(":scope > .definitions");
  }

  function press(event) {
    const box = box_of(event.target);
    let_go();
    if (box === null) return;
    if (event.target.closest(".mark") !== null) {
      reveal([box]);
      return;
    }
    pressed_at = { x: event.clientX, y: event.clientY };
    pressing = setTimeout(() => reveal([box]), LONG_PRESS_MS);
  }

  function let_go() {
    clearTimeout(pressing);
    pressing = null;
  }

  function move(event) {
    if (pressing !== null && Math.hypot(event.clientX - pressed_at.x, event.clientY - pressed_at.y) > FAR_PX) let_go();
  }

  function start(screen) {
    root = screen;
    document.addEventListener("keydown", press_key);
    root.addEventListener("pointerdown", press);
    for (const kind of ["pointerup", "pointercancel", "pointerleave"]) root.addEventListener(kind, let_go);
    root.addEventListener("pointermove", move, { passive: true });
    root.addEventListener("contextmenu", (event) => box_of(event.target) !== null && root.classList.contains("wall") && event.preventDefault());
    window.addEventListener("resize", () => is_shown() && reveal(boxes().filter((box) => !box.hidden)));
  }

  floorwatch.definitions = { start, hide };
})((window.floorwatch = window.floorwatch || {}));
