/* The pages of a board take turns, each for its own seconds. A page with a red tile comes first and stays while it is red;
   several take turns among themselves. Red is what the gateway says of the tiles, so that a page that is not shown can call.
   At a desk: arrows turn the page, space holds it. `?page=2` shows that one first (from 0), `?hold` turns none. */
(function (floorwatch) {
  "use strict";

  const { show } = floorwatch.places;

  const state = {
    pages: [],
    at: 0,
    began_ms: 0,
    is_held: false,
    stops_on_red: true,
    /** Somebody turned the page by hand: it is theirs for its time, whatever calls. */
    is_chosen: false,
  };
  let cue = null;
  let on_shown = () => {};

  class RotatedPage {
    constructor(root) {
      this.root = root;
      this.seconds = Number(root.dataset.seconds);
      this.title = root.dataset.title;
      this.tiles = [...root.querySelectorAll("[data-tile]")];
    }

    /** A number that has stopped is no alarm: nobody knows whether it is still so. */
    is_red() {
      return this.tiles.some((tile) => {
        const value = floorwatch.floor.values.get(tile.dataset.tile);
        return Boolean(value) && value.level === "red" && floorwatch.ages.of(tile).state !== "stale";
      });
    }
  }

  function start(root, shown) {
    const asked = new URLSearchParams(window.location.search);
    on_shown = shown;
    state.pages = [...root.querySelectorAll(".page")].map((page) => new RotatedPage(page));
    state.stops_on_red = root.dataset.stopsOnRed !== "no";
    state.is_held = asked.has("hold");
    state.began_ms = performance.now();
    if (state.pages.length < 2) return;
    const bar = root.querySelector(".turn");
    cue = { dots: [...root.querySelectorAll(".dots > *")], title: root.querySelector("[data-part='page_title']"), bar };
    const first = Number(asked.get("page"));
    if (Number.isInteger(first) && first > 0 && first < state.pages.length) turn_to(first);
    document.addEventListener("keydown", press);
    floorwatch.clock.every_second({ tick });
    draw_cue(whose_turn());
  }

  /** The pages that take turns now, by their index. */
  function whose_turn() {
    const all = state.pages.map((page, index) => index);
    if (!state.stops_on_red) return all;
    const red = all.filter((index) => state.pages[index].is_red());
    return red.length > 0 ? red : all;
  }

  function spent_s() {
    return (performance.now() - state.began_ms) / 1000;
  }

  function tick() {
    if (state.is_held) {
      draw_cue(whose_turn());
      return;
    }
    const is_over = spent_s() >= state.pages[state.at].seconds - 0.5;
    if (is_over) state.is_chosen = false;
    const turns = whose_turn();
    if (!state.is_chosen && (is_over || !turns.includes(state.at))) turn_to(next_of(turns));
    draw_cue(turns);
  }

  /** Whose turn is after the page that is shown. */
  function next_of(turns) {
    const later = turns.find((index) => index > state.at);
    return later === undefined ? turns[0] : later;
  }

  function turn_to(index) {
    state.began_ms = performance.now();
    if (index === state.at) return;
    state.at = index;
    for (let i = 0; i < state.pages.length; i += 1) show(state.pages[i].root, i === index);
    on_shown(state.pages[index].root);
  }

  function draw_cue(turns) {
    const count = state.pages.length;
    for (let i = 0; i < count; i += 1) {
      cue.dots[i].classList.toggle("here", i === state.at);
      cue.dots[i].classList.toggle("red", state.pages[i].is_red());
    }
    const stays = state.is_held || (turns.length === 1 && turns[0] === state.at);
    const page = state.pages[state.at];
    const fraction = stays ? 1 : Math.min(1, spent_s() / Math.max(1, page.seconds - 1));
    floorwatch.places.put(cue.title, page.title || `${state.at + 1} / ${count}`);
    floorwatch.places.mark(cue.bar, "is-", state.is_held ? "held" : stays ? "red" : "turning");
    cue.bar.style.setProperty("--turn", fraction.toFixed(3));
  }

  function by_hand(index) {
    state.is_chosen = true;
    turn_to(index);
  }

  const KEYS = {
    ArrowRight: () => by_hand((state.at + 1) % state.pages.length),
    ArrowLeft: () => by_hand((state.at + state.pages.length - 1) % state.pages.length),
    " ": () => {
      state.is_held = !state.is_held;
      state.began_ms = performance.now();
    },
  };
  KEYS.PageDown = KEYS.ArrowRight;
  KEYS.PageUp = KEYS.ArrowLeft;

  function press(event) {
    const act = KEYS[event.key];
    if (act === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    act();
    draw_cue(whose_turn());
  }

  /** Whether nothing calls: no tile of any page is red. */
  function is_quiet() {
    return !state.pages.some((page) => page.is_red());
  }

  /** Whether what stands in `element` can be seen: it is on no page, or on the one that is shown. */
  function is_shown(element) {
    const page = element.closest(".page");
    return page === null || !page.hidden;
  }

  floorwatch.rotation = { start, is_quiet, is_shown };
})((window.floorwatch = window.floorwatch || {}));
