/* A command in words: what was asked, for whom, and how far it is. */
(function (floorwatch) {
  "use strict";

  const WITH_REASON = new Set(["refused", "failed", "expired", "ended"]);

  function what(command) {
    const verb = floorwatch.words.word(`verb.${command.verb}`);
    return command.name ? `${verb} · ${command.name}` : verb;
  }

  /** "Sent"; "Refused: the agent is not on a call." */
  function state(command) {
    const { word } = floorwatch.words;
    const said = word(`command.${command.state}`);
    const why = WITH_REASON.has(command.state) ? floorwatch.facts.sentence(command.reason) : "";
    return why ? word("command.why", { state: said, why }) : said;
  }

  floorwatch.command_words = { what, state };
})((window.floorwatch = window.floorwatch || {}));
