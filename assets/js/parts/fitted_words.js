/* A name in an element that may be too narrow: in a shorter form, or cut between characters. The whole one is its title. */
(function (floorwatch) {
  "use strict";

  const { put } = floorwatch.places;
  /** The page's font features make some letters wider than a canvas measures them. */
  const AIR = 0.94;
  let context = null;
  let names = null;
  let font = "";

  /** Measures with the element's own font; its width must not depend on what is in it. */
  function fit(element, whole, instead) {
    if (context === null) {
      context = document.createElement("canvas").getContext("2d");
      names = new floorwatch.FittedNames(context);
    }
    const style = getComputedStyle(element);
    const wanted = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    if (wanted !== font) {
      font = wanted;
      context.font = wanted;
      names.clear();
    }
    put(element, names.fit(whole, Math.floor(element.clientWidth * AIR), instead || ""));
    if (element.title !== whole) element.title = whole;
  }

  floorwatch.fitted_words = { fit };
})((window.floorwatch = window.floorwatch || {}));
