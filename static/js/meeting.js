/* The meeting's votes: what was typed against is taken off the consents, the decision is shown at
   once. The server decides again; without this file everything can still be typed. */
(function () {
  "use strict";
  const form = document.querySelector("form[data-votes]");
  if (!form) return;
  const present = Number(form.dataset.votes);

  function number(field) {
    return Math.max(0, parseInt(field.value, 10) || 0);
  }

  function show(row) {
    const field = function (name) { return row.querySelector("[data-vote=" + name + "]"); };
    const chosen = field("decision").value;
    const passed = number(field("votes_for")) * 2 > present;
    const hasVotes = number(field("votes_for")) + number(field("votes_against")) > 0;
    const words = chosen ? "" : !hasVotes ? "没有填票数" : passed ? "同意过半数，通过" : "未过半数，不通过";
    const refused = chosen ? chosen === "REFUSE" : hasVotes && !passed;
    row.querySelector("[data-vote-result]").textContent = words;
    const reason = row.querySelector("[data-vote-reason]");
    if (reason) reason.hidden = !refused;
  }

  // A number typed takes the place of the one that stands there: a 2 typed into 0 is no 20.
  ["focusin", "click"].forEach(function (kind) {
    form.addEventListener(kind, function (event) {
      if (event.target.matches("input[data-vote^=votes]")) event.target.select();
    });
  });
  form.addEventListener("input", function (event) {
    const row = event.target.closest("[data-vote-row]");
    if (!row) return;
    const name = event.target.dataset.vote;
    const consents = row.querySelector("[data-vote=votes_for]");
    if (name === "votes_for") consents.dataset.typed = "yes";
    if ((name === "votes_against" || name === "votes_abstain") && !consents.dataset.typed) {
      const others = number(row.querySelector("[data-vote=votes_against]"))
        + number(row.querySelector("[data-vote=votes_abstain]"));
      consents.value = Math.max(0, present - others);
    }
    show(row);
  });
  form.querySelectorAll("[data-vote-row]").forEach(show);
})();
