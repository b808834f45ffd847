/* Where numbers lead: addresses that the server made, with places for an id and a part of the day. */
(function (floorwatch) {
  "use strict";

  let known = null;

  function all() {
    if (known === null) known = JSON.parse(document.querySelector(".screen").dataset.links || "{}");
    return known;
  }

  /** The address of a list; "" where there is none. `id`: of a queue or an agent. `clock`: `10:00-10:30`. */
  function to(name, id, clock) {
    const found = all()[name];
    if (found === undefined) return "";
    return found.replace("__id__", encodeURIComponent(id || "")).replace("__clock__", encodeURIComponent(clock || ""));
  }

  /** Makes `element` lead there, or nowhere. */
  function set(element, href) {
    if (href === "") element.removeAttribute("href");
    else if (element.getAttribute("href") !== href) element.setAttribute("href", href);
  }

  floorwatch.links = { to, set };
})((window.floorwatch = window.floorwatch || {}));
