/* Inline SVG: shapes are made once and moved; an attribute is written only when it is another. */
(function (floorwatch) {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";

  function shape(tag, class_name, parent) {
    const element = document.createElementNS(SVG, tag);
    if (class_name) element.setAttribute("class", class_name);
    parent.appendChild(element);
    return element;
  }

  function set(element, name, value) {
    const text = typeof value === "number" ? value.toFixed(1) : value;
    if (element.getAttribute(name) !== text) element.setAttribute(name, text);
  }

  floorwatch.drawing = { svg: (parent) => shape("svg", "", parent), shape, set };
})((window.floorwatch = window.floorwatch || {}));
