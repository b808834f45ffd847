/* Adding, doubling and deleting tiles, and where they stand: changes of the document, and nothing else. */
(function (floorwatch) {
  "use strict";

  const { GRIDS, find } = floorwatch.room;

  function size([w, h]) {
    return { w, h };
  }

  /** Kind → {least, usual, least_portrait, new}, as the palette has it. */
  function kinds(palette) {
    const found = new Map();
    for (const { dataset } of palette.querySelectorAll("[data-kind]")) {
      found.set(dataset.kind, {
        least: size(JSON.parse(dataset.least)),
        usual: size(JSON.parse(dataset.usual)),
        least_portrait: size(JSON.parse(dataset.leastPortrait)),
        fresh: JSON.parse(dataset.new),
      });
    }
    return found;
  }

  /** Whether somebody placed this page's tiles on a screen that is higher than wide; else they are packed. */
  function has_own_portrait(page) {
    return page.tiles.length > 0 && page.tiles.every((tile) => tile.portrait);
  }

  function taken(page, field) {
    return page.tiles.map((tile) => tile[field]).filter((place) => place);
  }

  /** Puts `tile` on the page where there is room. False where there is none. On a page that somebody placed in portrait it finds a
   *  place there too, else that page is packed again. */
  function put_on(page, tile, usual, kind) {
    const place = find(taken(page, "at"), usual, kind.least, GRIDS.landscape);
    if (place === null) return false;
    const own = has_own_portrait(page);
    const upright = own ? find(taken(page, "portrait"), kind.least_portrait, kind.least_portrait, GRIDS.portrait) : null;
    tile.at = place;
    delete tile.portrait;
    if (upright !== null) tile.portrait = upright;
    else if (own) for (const other of page.tiles) delete other.portrait;
    page.tiles.push(tile);
    return true;
  }

  /** A new tile of that kind; its id, or null where the page is full. */
  function add(draft, page, kind, known) {
    const id = draft.free_id(kind);
    const about = known.get(kind);
    let is_done = false;
    draft.change("", (next) => {
      is_done = put_on(next.pages[page], { kind, id, ...JSON.parse(JSON.stringify(about.fresh)) }, about.usual, about);
    });
    return is_done ? id : null;
  }

  function duplicate(draft, id, known) {
    const { tile, page } = draft.find(id);
    const copy_id = draft.free_id(tile.kind);
    const about = known.get(tile.kind);
    let is_done = false;
    draft.change("", (next) => {
      const copy = { ...JSON.parse(JSON.stringify(tile)), id: copy_id };
      is_done = put_on(next.pages[page], copy, tile.at ? { w: tile.at.w, h: tile.at.h } : about.usual, about);
    });
    return is_done ? copy_id : null;
  }

  function remove(draft, id) {
    const { page, index } = draft.find(id);
    draft.change("", (next) => next.pages[page].tiles.splice(index, 1));
  }

  /** `places`: id → place, in the grid of `shape`. */
  function place(draft, page, shape, places, what) {
    const { field } = GRIDS[shape];
    draft.change(what, (next) => {
      for (const tile of next.pages[page].tiles) if (places.has(tile.id)) tile[field] = { ...places.get(tile.id) };
    });
  }

  /** From packed to placed by hand, and back. `packed`: id → place, or null. */
  function arrange(draft, page, packed) {
    draft.change("", (next) => {
      for (const tile of next.pages[page].tiles) {
        if (packed === null) delete tile.portrait;
        else if (packed[tile.id]) tile.portrait = { ...packed[tile.id] };
      }
    });
  }

  floorwatch.tiles = { kinds, has_own_portrait, add, duplicate, remove, place, arrange };
})((window.floorwatch = window.floorwatch || {}));
