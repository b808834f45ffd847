/* What layouts/drawing.py names: a component that draws a tree of elements as they stand, without Dash's books about each. React makes
   every text a text. An element that is none of `dash.html` is a mistake in a layout, and says so. */
(function (floorwatch) {
  "use strict";

  const ELEMENTS = "dash_html_components";
  const TAGS = { MapEl: "map", ObjectEl: "object" };

  function drawn(node) {
    if (node === null || node === undefined || typeof node !== "object") return node;
    if (node.namespace !== ELEMENTS) throw new Error(`${node.namespace}.${node.type} in a drawing`);
    const { children, ...props } = node.props;
    const all = Array.isArray(children) ? children : [children];
    return window.React.createElement(TAGS[node.type] || node.type.toLowerCase(), props, ...all.map(drawn));
  }

  floorwatch.Drawing = ({ tree }) => drawn(tree);
})((window.floorwatch = window.floorwatch || {}));
