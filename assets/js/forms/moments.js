/* Moments in the reader's own time; without this script they stand there in UTC. */
(function () {
  "use strict";

  const two = (n) => String(n).padStart(2, "0");

  for (const place of document.querySelectorAll("time[datetime]")) {
    const at = new Date(place.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    place.title = place.textContent;
    const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
    place.textContent = `${day} ${two(at.getHours())}:${two(at.getMinutes())}`;
  }
})();
