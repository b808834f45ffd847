/* The pages of a board: which one is shown, and adding, doubling, ordering and removing them. */
(function (floorwatch) {
  "use strict";

  const { make } = floorwatch.places;
  const MOST_PAGES = 12;

  function copy_of(draft, page) {
    const copy = JSON.parse(JSON.stringify(page));
    const taken = new Set();
    for (const tile of copy.tiles) {
      let id = draft.free_id(tile.kind);
      for (let n = 2; taken.has(id) || draft.find(id) !== null; n += 1) id = `${tile.kind}-${n}`;
      taken.add(id);
      tile.id = id;
    }
    return copy;
  }

  /** Each gives the number of the page that one looks at then, or null where nothing was done. */
  function add(draft) {
    const at = draft.now.pages.length;
    if (at >= MOST_PAGES) return null;
    draft.change("", (next) => next.pages.push({ tiles: [] }));
    return at;
  }

  function duplicate(draft, page) {
    if (draft.now.pages.length >= MOST_PAGES) return null;
    const copy = copy_of(draft, draft.now.pages[page]);
    draft.change("", (next) => next.pages.splice(page + 1, 0, copy));
    return page + 1;
  }

  function move(draft, page, by) {
    const to = page + by;
    if (to < 0 || to >= draft.now.pages.length) return null;
    draft.change("", (next) => next.pages.splice(to, 0, ...next.pages.splice(page, 1)));
    return to;
  }

  function remove(draft, page) {
    if (draft.now.pages.length < 2) return null;
    draft.change("", (next) => next.pages.splice(page, 1));
    return Math.min(page, draft.now.pages.length - 1);
  }

  /** The buttons, one a page. */
  function show(list, names, here, wrong, choose) {
    list.replaceChildren(...names.map((name, page) => {
      const button = make("button", "", [name]);
      button.type = "button";
      button.setAttribute("aria-pressed", String(page === here));
      button.classList.toggle("wrong", wrong.has(page));
      button.addEventListener("click", () => choose(page));
      return button;
    }));
  }

  floorwatch.pages = { add, duplicate, move, remove, show };
})((window.floorwatch = window.floorwatch || {}));
