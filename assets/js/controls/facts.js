/* What `verbs.why_off` wants to know of this moment, gathered from the station and the age of the data; and its words. */
(function (floorwatch) {
  "use strict";

  /** Reasons that only a page has. */
  const AT_THE_PAGE = new Set(["not_heard", "nobody_left", "no_microphone", "sound_elsewhere", "mode_is_silent"]);

  function now(visit) {
    const { station, freshness } = floorwatch;
    const desk = station.desk();
    const its_switch = floorwatch.verbs.switch_of(visit);
    return {
      is_heard: station.is_heard(),
      has_rules: desk.rules !== null,
      is_live: freshness.fresh.state === "live" || freshness.fresh.state === "delayed",
      may: desk.may,
      control: desk.control,
      session: station.session(),
      via_reason: station.why_not_via(station.via(), its_switch),
      phone_reason: station.why_not_via("phone", its_switch),
      visit: visit || "",
    };
  }

  /** The sentence of a reason; it may name the phone. */
  function sentence(reason) {
    if (!reason) return "";
    const { phone, rules } = floorwatch.station.desk();
    const id = `${AT_THE_PAGE.has(reason) ? "off" : "reason"}.${reason}`;
    if (!floorwatch.words.has(id)) return reason;
    return floorwatch.words.word(id, { device: phone === null ? "" : short(phone.device), minutes: rules === null ? "" : rules.most_min });
  }

  /** `PJSIP/8001` is 8001 to people. */
  function short(device) {
    return device ? device.slice(device.indexOf("/") + 1) : "";
  }

  function row_of(tile, id) {
    const list = floorwatch.floor.lists.get(tile);
    return (list && list.rows.get(id)) || null;
  }

  /** Switches a button on or off in a way that the keyboard still reaches it and its reason: a press on one that is off does nothing. */
  function allow(button, reason) {
    const text = sentence(reason);
    button.setAttribute("aria-disabled", String(reason !== ""));
    if (button.title !== text) button.title = text;
    return text;
  }

  const is_off = (button) => button.getAttribute("aria-disabled") === "true";

  floorwatch.facts = { now, sentence, short, row_of, allow, is_off };
})((window.floorwatch = window.floorwatch || {}));
