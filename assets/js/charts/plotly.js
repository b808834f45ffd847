/* Plotly comes when the first chart wants to be drawn, once, from this server. It puts no style into the page: what it needs stands in
   css/charts/plotly.css, and an element of this id tells it so. */
(function (floorwatch) {
  "use strict";

  const CONFIG = { staticPlot: true, displayModeBar: false, responsive: false, showTips: false };
  let coming = null;

  function has_styles() {
    const mark = document.createElement("template");
    mark.id = "plotly.js-style-global";
    mark.className = "no-inline-styles";
    document.head.append(mark);
  }

  function fetched(address) {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = address;
      script.onload = () => resolve(window.Plotly);
      script.onerror = () => {
        script.remove();
        coming = null; // the next drawing asks again
        reject(new Error("plotly"));
      };
      document.head.append(script);
    });
  }

  /** Plotly, from `address`. Rejects when it cannot be had; whoever asks later tries again. */
  function plotly(address) {
    if (coming === null) {
      if (document.getElementById("plotly.js-style-global") === null) has_styles();
      coming = fetched(address);
    }
    return coming;
  }

  floorwatch.charts = floorwatch.charts || {};
  floorwatch.charts.plotly = plotly;
  floorwatch.charts.CONFIG = CONFIG;
})((window.floorwatch = window.floorwatch || {}));
