/* Where a tile stands, while somebody moves it in the designer's preview: the same custom properties that the page came with. */
(function (floorwatch) {
  "use strict";

  /** `cells`: `{x, y, w, h}` on the grid of the shape that is shown now. */
  function set(tile, cells) {
    const root = document.querySelector(`[data-tile="${CSS.escape(tile)}"]`);
    if (root === null) return;
    const family = window.matchMedia("(max-aspect-ratio: 1/1)").matches ? "--p" : "--";
    for (const name of ["x", "y", "w", "h"]) root.style.setProperty(family + name, String(cells[name]));
  }

  floorwatch.placement = { set };
})((window.floorwatch = window.floorwatch || {}));
