"use strict";
// Shows the findings of the severities and the rule that are chosen.
const severities = [...document.querySelectorAll("input[name=severity]")];
const rule = document.getElementById("rule");
function show() {
  const wanted = new Set(severities.filter((each) => each.checked).map((each) => each.value));
  for (const section of document.querySelectorAll("section")) {
    let any = false;
    for (const article of section.querySelectorAll("article")) {
      article.hidden = !wanted.has(article.dataset.severity) || (rule.value !== "" && rule.value !== article.dataset.code);
      any = any || !article.hidden;
    }
    section.hidden = !any;
  }
}
for (const each of [...severities, rule]) each?.addEventListener("change", show);
