// Beside each part of a score: what its numbers mean, by an example that follows what is typed. The same as the server writes when the
// form is sent: a value six tenths of the way from no points to all of them. Also which of the fields of a period are asked.
"use strict";
(() => {
  const list = document.querySelector(".score_parts");
  if (!list) return;

  const rows = [...list.querySelectorAll(".score_part")];
  const field = (row, name) => row.querySelector(`[name$=".${name}"]`);
  const number = (box) => (box.value.trim() ? Number.parseFloat(box.value.replace(/[,，%％\s]/g, "")) : Number.NaN);
  const duration = (seconds) => {
    const whole = Math.max(0, Math.round(seconds)), rest = whole % 3600;
    const tail = `${Math.floor(rest / 60)}:${String(rest % 60).padStart(2, "0")}`;
    return whole < 3600 ? tail : `${Math.floor(whole / 3600)}:${tail.padStart(5, "0")}`;
  };
  const figure = (value, unit) => {
    if (unit === "%") return `${value.toFixed(1)}%`;
    if (unit === "s") return duration(value);
    return value.toLocaleString("en", { minimumFractionDigits: Number.isInteger(value) ? 0 : 1, maximumFractionDigits: 1 });
  };
  const weight = (row) => (field(row, "metric").value ? number(field(row, "weight")) || 1 : 0);

  const example = (row, total) => {
    const metric = field(row, "metric"), way = field(row, "by").value, most = (100 * weight(row)) / total;
    if (!metric.value || !total) return "";
    if (way === "rank") return list.dataset.rank.replace("{most}", String(Number(most.toFixed(2))));
    const chosen = metric.selectedOptions[0], full = number(field(row, "full"));
    const typed = number(field(row, "zero")), zero = Number.isNaN(typed) && way === "target" && !chosen.dataset.less ? 0 : typed;
    if (Number.isNaN(full) || Number.isNaN(zero) || full === zero) return "";
    let value = zero + (full - zero) * 0.6;
    if (Math.abs(value) >= 3 && chosen.dataset.unit !== "%") value = Math.round(value);
    const points = Math.max(0, (most * (value - zero)) / (full - zero));
    const hour = field(row, "per_hour").checked ? list.dataset.hour : "";
    return list.dataset.example
      .replace("{value}", figure(value, chosen.dataset.unit) + hour)
      .replace("{points}", String(Number(points.toFixed(2))))
      .replace("{most}", String(Number(most.toFixed(2))));
  };

  const draw = () => {
    const total = rows.reduce((sum, row) => sum + weight(row), 0);
    for (const row of rows) {
      row.querySelector(".example").textContent = example(row, total);
    }
    const kind = document.querySelector('[name="period.kind"]:checked');
    for (const name of ["shift", "contest"]) {
      for (const part of document.querySelectorAll(`.of_${name}`)) part.hidden = !kind || kind.value !== name;
    }
  };
  document.addEventListener("input", draw);
  draw();
})();
