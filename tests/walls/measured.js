/* What is wrong with a wall as it is drawn now: text that leaves its tile or the screen, text that is cut, text that lies over other
   text, text too small to read from afar, tiles over tiles, scroll bars. Returns sentences; an empty list is a good wall. */
(limits) => {
  const SLACK = 1.5;
  const side = Math.min(window.innerWidth, window.innerHeight);
  const screen = document.querySelector(".screen.wall");
  const faults = [];
  const percent = (px) => ((px / side) * 100).toFixed(2);
  const name = (element) => {
    const tile = element.closest("[data-widget]");
    const part = element.closest("[data-part]");
    return `${tile ? tile.dataset.tile || tile.dataset.widget : "page"}${part ? `.${part.dataset.part}` : ""} “${(element.textContent || "").trim().slice(0, 24)}”`;
  };
  const seen = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const inside = (a, b) => a.left >= b.left - SLACK && a.top >= b.top - SLACK && a.right <= b.right + SLACK && a.bottom <= b.bottom + SLACK;

  const root = document.documentElement;
  if (root.scrollWidth > window.innerWidth || root.scrollHeight > window.innerHeight) faults.push("the page scrolls");
  const view = { left: 0, top: 0, right: window.innerWidth, bottom: window.innerHeight };

  const tiles = [...screen.querySelectorAll(".tile")].filter(seen);
  if (tiles.length === 0) faults.push("no tile is shown");
  for (const [index, tile] of tiles.entries()) {
    const a = tile.getBoundingClientRect();
    if (!inside(a, view)) faults.push(`${name(tile)}: leaves the screen`);
    if (a.width < 4 || a.height < 4) faults.push(`${name(tile)}: has no room`);
    for (const other of tiles.slice(index + 1)) {
      if (tile.contains(other)) continue;
      const b = other.getBoundingClientRect();
      if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > SLACK && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > SLACK) {
        faults.push(`${name(tile)} lies over ${name(other)}`);
      }
    }
  }

  const texts = [];
  const walker = document.createTreeWalker(screen, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const element = node.parentElement;
    if (!node.data.trim() || !seen(element) || element.closest(".blank[hidden], .unseen, .halt")) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const rects = [...range.getClientRects()].filter((rect) => rect.width > 0 && rect.height > 0);
    if (rects.length === 0) continue;
    const style = getComputedStyle(element);
    const size = element.ownerSVGElement ? parseFloat(style.fontSize) * (element.getScreenCTM() ? element.getScreenCTM().d : 1) : parseFloat(style.fontSize);
    texts.push({ element, rects, size });
  }
  for (const { element, rects, size } of texts) {
    if ((size / side) * 100 < limits.least - 0.005) faults.push(`${name(element)}: ${percent(size)} % is smaller than ${limits.least} %`);
    if (element.dataset.part === "number" && limits.main_of.includes((element.closest(".tile") || {}).dataset?.widget)) {
      if ((size / side) * 100 < limits.main - 0.005) faults.push(`${name(element)}: the main number has ${percent(size)} %, not ${limits.main} %`);
    }
    for (const rect of rects) {
      if (!inside(rect, view)) faults.push(`${name(element)}: leaves the screen`);
      for (let box = element; box !== null && box !== screen.parentElement; box = box.parentElement) {
        const style = getComputedStyle(box);
        if (style.display === "inline" || (style.overflowX === "visible" && style.overflowY === "visible")) continue;
        const bounds = box.getBoundingClientRect();
        // A line box is higher than its letters: what is cut above and below is looked at in letters, a sixth of the size each.
        const letters = { left: rect.left, right: rect.right, top: rect.top + size / 6, bottom: rect.bottom - size / 6 };
        if (!inside(letters, bounds)) {
          faults.push(`${name(element)}: is cut by ${box.className || box.tagName} (${Math.round(rect.width)} px in ${Math.round(bounds.width)} px)`);
          break;
        }
      }
    }
  }
  for (let i = 0; i < texts.length; i += 1) {
    for (let k = i + 1; k < texts.length; k += 1) {
      const a = texts[i];
      const b = texts[k];
      if (a.element.contains(b.element) || b.element.contains(a.element)) continue;
      for (const one of a.rects) {
        for (const two of b.rects) {
          const high = Math.min(one.bottom - a.size / 5, two.bottom - b.size / 5) - Math.max(one.top + a.size / 5, two.top + b.size / 5);
          const wide = Math.min(one.right, two.right) - Math.max(one.left, two.left);
          if (high > SLACK && wide > SLACK) faults.push(`${name(a.element)} lies over ${name(b.element)}`);
        }
      }
    }
  }
  return [...new Set(faults)].slice(0, 12);
}
