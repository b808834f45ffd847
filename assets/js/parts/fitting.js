/* A text as large as its box allows: by halves between a largest and a smallest size, in percent of the screen's smaller side; where
   that is a phone's, in another unit. */
(function (floorwatch) {
  "use strict";

  const STEPS = 7;

  function fits(box) {
    return box.scrollHeight <= box.clientHeight + 1 && box.scrollWidth <= box.clientWidth + 1;
  }

  /** `box` holds `text`; both are measured as they are laid out now. */
  function fit(box, text, largest, smallest, other_unit_px) {
    const unit_px = other_unit_px || Math.min(window.innerWidth, window.innerHeight) / 100;
    let low = smallest;
    let high = largest;
    const set = (size) => text.style.setProperty("--type", `${(size * unit_px).toFixed(1)}px`);
    set(high);
    if (fits(box)) return;
    for (let i = 0; i < STEPS; i += 1) {
      const middle = (low + high) / 2;
      set(middle);
      if (fits(box)) low = middle;
      else high = middle;
    }
    set(low);
  }

  floorwatch.fitting = { fit };
})((window.floorwatch = window.floorwatch || {}));
