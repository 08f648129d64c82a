"use strict";
// Draws the stack beside the source, and switches between the contexts of a line. Keys: up, down, left, right.
const data = JSON.parse(document.getElementById("data").textContent);
const LETTER = { eager: "E", graph: "G", function: "F", branch: "B", unknown: "?" };
const STEP = 20;
const rows = [...document.querySelectorAll("tr.row")].map((element) => ({
  element, contexts: (element.dataset.contexts || "").split(" ").filter(Boolean).map(Number), index: 0, elsewhere: false,
}));
const byElement = new Map(rows.map((row) => [row.element, row]));
const panel = document.getElementById("panel");
const chooser = document.getElementById("path");
let chosen = null;

function make(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

const key = (frame) => frame && [frame.kind, frame.name, frame.path, frame.line].join("\0");
const context = (row) => (row.contexts.length ? data.contexts[row.contexts[row.index]] : null);

const goesOn = (row) => row.element.classList.contains("more");

function frames(row) {
  const here = context(row);
  return here ? here.stack : [];
}

// Rows of no statement: what the statements around them have in common.
function filled() {
  const result = rows.map(frames);
  let before = [], from = 0;
  rows.forEach((row, at) => {
    if (!row.contexts.length) return;
    const common = [];
    for (let i = 0; i < before.length && i < result[at].length && key(before[i]) === key(result[at][i]); i++) common.push(before[i]);
    for (let gap = from; gap < at; gap++) result[gap] = rows[gap].element.dataset.file === row.element.dataset.file ? common : [];
    // A statement of several lines is one.
    for (let more = from; more < at && goesOn(rows[more]); more++) result[more] = before;
    before = result[at];
    from = at + 1;
  });
  for (let more = from; more < rows.length && goesOn(rows[more]); more++) result[more] = before;
  return result;
}

function arrow(from, to) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const x1 = from * STEP + 2, x2 = to * STEP + 9;
  svg.setAttribute("width", x1 + 12); svg.setAttribute("height", 20);
  svg.innerHTML = `<path d="M${x1} 10 H${x2 + 4}" fill="none" stroke="currentColor" stroke-width="2"/>` +
    `<path d="M${x2 + 6} 5.5 L${x2 - 3} 10 L${x2 + 6} 14.5 Z" fill="currentColor"/>`;
  return svg;
}

function draw() {
  const every = filled();
  const depth = every.reduce((most, each) => Math.max(most, each.length), 1);
  let elsewhere = false;
  rows.forEach((row, at) => {
    const here = context(row), above = at ? every[at - 1] : [];
    const cell = row.element.querySelector(".rails"), rail = make("div", { "aria-hidden": "true" });
    let starts = false;
    for (let i = 0; i < depth; i++) {
      const frame = every[at][i];
      if (!frame) { rail.append(make("span", { class: "none" })); continue; }
      starts = starts || key(frame) !== key(above[i]);
      const hidden = here && here.lifted && i > here.lands && i < every[at].length - 1;
      const classes = ["frame", frame.kind, starts ? "top" : "", here || goesOn(row) ? "" : "gap", hidden ? "under" : ""];
      const title = [frame.kind, frame.name, frame.path && `(${frame.path}:${frame.line})`].filter(Boolean).join(" ");
      rail.append(make("span", { class: classes.filter(Boolean).join(" "), title }, starts ? LETTER[frame.kind] || "" : ""));
    }
    cell.replaceChildren(rail);
    for (let next = row.element.nextElementSibling; next?.classList.contains("finding"); next = next.nextElementSibling) {
      const copy = rail.cloneNode(true);
      copy.querySelectorAll(".frame").forEach((each) => { each.classList.remove("top"); each.textContent = ""; });
      next.querySelector(".rails").replaceChildren(copy);
    }
    const last = every[at].length - 1;
    if (here && here.lifted && here.lands < last && key(above[last]) !== key(every[at][last])) cell.append(arrow(last, here.lands));
    if (here) label(row, here);
    elsewhere = here ? row.elsewhere : goesOn(row) && elsewhere;
    row.element.classList.toggle("elsewhere", elsewhere);
  });
}

function label(row, here) {
  const where = row.element.querySelector(".where"), remarks = row.element.querySelector(".remarks");
  where.replaceChildren(make("b", {}, here.resolved), here.lifted ? " lifted" : "");
  if (row.contexts.length > 1) {
    const button = make("button", { type: "button", title: "the next context of this line" }, `${row.index + 1}/${row.contexts.length}`);
    button.addEventListener("click", () => turn(row, 1));
    where.append(button);
  }
  remarks.replaceChildren(...tags(here));
}

function tags(here) {
  const texts = [];
  if (here.lifted) texts.push(["←", here.remarks.split("; ")[0]]);
  if (here.branch) texts.push(["⑂", "in a branch"]);
  if (here.tape !== "none") texts.push([here.tape === "paused" ? "‖" : "●", `tape ${here.tape}`]);
  if (here.control_dependencies !== "none") texts.push([here.control_dependencies === "cleared" ? "✂" : "⇢", `control dependencies ${here.control_dependencies}`]);
  return texts.map(([sign, text]) => make("span", { class: "tag" }, `${sign} ${text}`));
}

function turn(row, by) {
  row.index = (row.index + by + row.contexts.length) % row.contexts.length;
  row.elsewhere = false;
  draw();
  choose(row);
}

function place(path, line) {
  const file = data.files.indexOf(path);
  const short = `${path.split("/").pop()}:${line}`, title = `${path}:${line}`;
  return file < 0 ? make("span", { title }, short) : make("a", { href: `#f${file}L${line}`, title }, short);
}

function choose(row) {
  if (chosen) chosen.element.classList.remove("chosen");
  chosen = row;
  row.element.classList.add("chosen");
  const here = context(row), line = row.element.dataset.line;
  const parts = [make("h3", {}, `Line ${line}`)];
  if (!here) {
    parts.push(make("p", {}, row.element.classList.contains("unreached") ? "Nothing reaches this line." : "No statement begins on this line."));
  } else {
    const known = (value, yes, no) => (value === null ? "not known" : value ? yes : no);
    if (row.contexts.length > 1) parts.push(make("p", {}, `Context ${row.index + 1} of ${row.contexts.length}: `, make("kbd", {}, "←"), " ", make("kbd", {}, "→")));
    parts.push(make("p", {}, `An operation here lands in `, make("b", {}, here.resolved), here.remarks ? `: ${here.remarks}.` : "."));
    parts.push(make("p", { class: "soft" }, `Executing eagerly: ${known(here.executing_eagerly, "yes", "no")}. Building a function: ${known(here.building_function, "yes", "no")}.`));
    parts.push(make("h3", {}, "Stack, innermost first"));
    const stack = make("ol", { class: "stack" });
    for (const frame of [...here.stack].reverse()) {
      const name = frame.name && frame.name !== frame.kind ? `${frame.kind} ${frame.name}` : frame.kind;
      stack.append(make("li", {}, make("span", { class: `frame ${frame.kind}` }, LETTER[frame.kind] || ""), make("span", {}, name, " ", make("span", { class: "soft" }, place(frame.path, frame.line)))));
    }
    parts.push(stack);
    if (here.via.length) {
      parts.push(make("h3", {}, "Call path"));
      const via = make("ol", {});
      for (const [path, at] of here.via) via.append(make("li", {}, place(path, at)));
      parts.push(via);
    }
  }
  panel.replaceChildren(...parts);
}

function follow(number) {
  for (const row of rows) {
    const at = row.contexts.findIndex((each) => data.contexts[each].path === number);
    row.elsewhere = number >= 0 && row.contexts.length > 0 && at < 0;
    if (number < 0) row.index = 0;
    else if (at >= 0) row.index = at;
  }
  draw();
  if (chosen) choose(chosen);
}

document.addEventListener("focusin", (event) => {
  const row = byElement.get(event.target.closest?.("tr.row"));
  if (row && row !== chosen) choose(row);
});
document.addEventListener("click", (event) => {
  const row = byElement.get(event.target.closest("tr.row"));
  if (row && event.target.tagName !== "BUTTON") choose(row);
});
document.addEventListener("keydown", (event) => {
  const row = byElement.get(document.activeElement.closest?.("tr.row"));
  if (!row || event.altKey || event.ctrlKey || event.metaKey) return;
  const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
  if (step) rows[rows.indexOf(row) + step]?.element.focus();
  else if (event.key === "ArrowRight" || event.key === "ArrowLeft") { if (row.contexts.length > 1) turn(row, event.key === "ArrowRight" ? 1 : -1); }
  else return;
  event.preventDefault();
});
chooser?.addEventListener("change", () => follow(Number(chooser.value)));
draw();
const first = rows.find((row) => context(row)?.lifted) || rows.find((row) => row.contexts.length);
if (first) choose(first);
