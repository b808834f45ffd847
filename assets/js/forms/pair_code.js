/* A pairing code that a QR code brought (#pair=…) survives the sign-in that may come first: it is kept for this tab until the
   page of screens takes it. */
(function () {
  "use strict";

  const found = /^#pair=([0-9A-Za-z]{6})$/.exec(window.location.hash);
  if (found !== null) window.sessionStorage.setItem("floorwatch.pair", found[1].toUpperCase());
})();
