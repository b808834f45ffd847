/* The designer's own words, which the page brings along. */
(function (floorwatch) {
  "use strict";

  floorwatch.say = (id, values) => floorwatch.words.word(`designer.say.${id}`, values);
})((window.floorwatch = window.floorwatch || {}));
