/* Places in a document: `limits.red`, `clocks.0.zone`. A value that is its default is taken out, so that a document says no more
   than somebody chose. */
(function (floorwatch) {
  "use strict";

  function is_number(step) {
    return /^\d+$/.test(step);
  }

  /** What stands there; undefined for nothing. */
  function get(subject, path) {
    let found = subject;
    for (const step of path.split(".")) {
      if (found === null || typeof found !== "object") return undefined;
      found = found[step];
    }
    return found;
  }

  function inside(subject, steps) {
    let found = subject;
    for (let i = 0; i < steps.length - 1; i += 1) {
      const next = found[steps[i]];
      if (next === null || typeof next !== "object") found[steps[i]] = is_number(steps[i + 1]) ? [] : {};
      found = found[steps[i]];
    }
    return found;
  }

  /** Writes a value; undefined takes it out. */
  function set(subject, path, value) {
    const steps = path.split(".");
    const last = steps[steps.length - 1];
    const holder = inside(subject, steps);
    if (value === undefined) delete holder[last];
    else holder[last] = value;
  }

  function are_equal(one, two) {
    return JSON.stringify(one) === JSON.stringify(two);
  }

  floorwatch.paths = { get, set, are_equal };
})((window.floorwatch = window.floorwatch || {}));
