/* How long is too long: amber from a state's limit, red from one and a half times the limit. */
(function (floorwatch) {
  "use strict";

  /** `agent`: a row of the agents' list. Returns "none", "amber" or "red". */
  function level(agent, now_ms) {
    const limit_at = agent.limit_at;
    if (limit_at === null || limit_at === undefined || now_ms < limit_at) return "none";
    return now_ms >= limit_at + (limit_at - agent.since) / 2 ? "red" : "amber";
  }

  floorwatch.limits = { level };
})((window.floorwatch = window.floorwatch || {}));
