/* Cells of a page: what is free, and where a new tile finds room. Pure. */
(function (floorwatch) {
  "use strict";

  const GRIDS = { landscape: { columns: 24, rows: 24, field: "at" }, portrait: { columns: 12, rows: 44, field: "portrait" } };

  function overlap(one, two) {
    return one.x < two.x + two.w && two.x < one.x + one.w && one.y < two.y + two.h && two.y < one.y + one.h;
  }

  /** A free place of that size, first from the top, then from the left; null for none. */
  function spot(taken, size, grid) {
    for (let y = 0; y + size.h <= grid.rows; y += 1) {
      for (let x = 0; x + size.w <= grid.columns; x += 1) {
        const place = { x, y, w: size.w, h: size.h };
        if (!taken.some((one) => overlap(one, place))) return place;
      }
    }
    return null;
  }

  /** The largest free place from `usual` down to `least`, both {w, h}; null where not even the least fits. */
  function find(taken, usual, least, grid) {
    const most = { w: Math.min(usual.w, grid.columns), h: Math.min(usual.h, grid.rows) };
    for (let shrunk = 0; shrunk <= Math.max(most.w - least.w, most.h - least.h, 0); shrunk += 1) {
      const size = { w: Math.max(least.w, most.w - shrunk), h: Math.max(least.h, most.h - shrunk) };
      const found = spot(taken, size, grid);
      if (found !== null) return found;
    }
    return null;
  }

  /** The place in the grid, as near to `place` as it can be. */
  function within(place, least, grid) {
    const w = Math.min(Math.max(place.w, least.w), grid.columns);
    const h = Math.min(Math.max(place.h, least.h), grid.rows);
    return { x: Math.min(Math.max(place.x, 0), grid.columns - w), y: Math.min(Math.max(place.y, 0), grid.rows - h), w, h };
  }

  floorwatch.room = { GRIDS, find, within, overlap };
})((window.floorwatch = window.floorwatch || {}));
