/* The numbers of a chart as a table, for who reads rather than looks. Made when it is opened, and again when the numbers are others. */
(function (floorwatch) {
  "use strict";

  const { put, make } = floorwatch.places;

  function cell(text, is_head, href) {
    const made = make(is_head ? "th" : "td");
    if (is_head) made.scope = "row";
    if (href) {
      const link = make("a");
      link.href = href;
      put(link, text);
      made.append(link);
    } else put(made, text);
    return made;
  }

  function drawn({ head, rows }, sentence) {
    const caption = make("caption");
    put(caption, sentence);
    const names = head.map((name) => {
      const made = make("th");
      made.scope = "col";
      put(made, name);
      return made;
    });
    const body = rows.map(({ cells, href }) => make("tr", "", cells.map((text, i) => cell(text, i === 0, i === 0 ? href : ""))));
    return make("table", "", [caption, make("thead", "", [make("tr", "", names)]), make("tbody", "", body)]);
  }

  floorwatch.charts = floorwatch.charts || {};
  floorwatch.charts.table = drawn;
})((window.floorwatch = window.floorwatch || {}));
