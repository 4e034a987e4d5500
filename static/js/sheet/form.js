/* One household's form: a screen a step, saved while typing, both values where two people wrote. */
import { openOutbox } from "./outbox.js";
import { signInHere } from "../sign_in_here.js";
import { showState } from "./state.js";

const form = document.getElementById("sheet-form");
const household = Number(form.dataset.household);
const cells = new Map(Array.from(form.querySelectorAll("[data-cell]"), (box) => [box.dataset.cell, box]));

const LONGEST_LOCK = 20000;  // milliseconds: a store that never opens must not keep the form shut
const isTyped = new Set();  // cells typed into in this window
const isSent = new Set();  // cells that the server has answered to
const outbox = openOutbox(document.getElementById("sheet-outbox"), { signIn: signInHere, onState: showState, onResults: take });

// --- cells ------------------------------------------------------------------------------

function textOf(box) {
  const inputs = box.querySelectorAll("[name]:not([data-seen])");
  if (box.dataset.kind === "choices" || inputs.length > 1) {
    return Array.from(inputs).filter((i) => i.checked).map((i) => i.value).join("、");
  }
  return inputs[0].value;
}

function setText(box, text) {
  const inputs = Array.from(box.querySelectorAll("[name]:not([data-seen])"));
  if (inputs[0].type === "radio" || inputs[0].type === "checkbox") {
    const chosen = text.split("、");
    inputs.forEach((i) => { i.checked = chosen.includes(i.value); });
  } else {
    if (inputs[0].type === "date" && text && !/^\d{4}-\d\d-\d\d$/.test(text)) inputs[0].type = "text";
    inputs[0].value = text;
  }
}

form.addEventListener("input", async function (event) {
  const box = event.target.closest("[data-cell]");
  if (!box) return;
  isTyped.add(box.dataset.cell);
  document.querySelector(".sheet-unchanged")?.classList.add("invisible");  // it would deny what is being typed
  isSent.delete(box.dataset.cell);
  await outbox.put(household, box.dataset.cell, box.querySelector("[data-seen]").value, textOf(box));
  if (box.dataset.cell === "checked_how") await proposeToday();
  const mine = box.querySelector("[data-mine]");
  if (mine) mine.textContent = textOf(box) || "空";
});

/* Most visits are written down on the day: choosing how fills in when; another day can be typed. */
async function proposeToday() {
  const box = cells.get("checked_on");
  if (!box || textOf(box)) return;
  isTyped.add("checked_on");
  setText(box, form.dataset.today);
  await outbox.put(household, "checked_on", box.querySelector("[data-seen]").value, form.dataset.today);
}

/* Leaving a field shows it in the server's spelling: 2.4万元 has become 24000. */
form.addEventListener("focusout", function (event) {
  const box = event.target.closest("[data-cell]");
  if (!box || box.querySelector(".sheet-conflict")) return;
  if (!outbox.isWaiting(household, box.dataset.cell) && isSent.has(box.dataset.cell)) setText(box, box.querySelector("[data-seen]").value);
});

/* What the server says about the cells that were sent, and about the whole row. */
function take(answer) {
  for (const result of answer.results) {
    const box = result.household === household && cells.get(result.key);
    if (!box) continue;
    if (result.status === "refused") { say(result.key, result.message); continue; }
    if (result.status === "conflict") continue;
    box.querySelector("[data-seen]").value = result.text;
    isSent.add(result.key);
    const isTyping = box.contains(document.activeElement) && document.activeElement.type !== "radio" && document.activeElement.type !== "checkbox";
    if (!isTyping && !outbox.isWaiting(household, result.key)) setText(box, result.text);
  }
  const row = answer.rows[household];
  if (row) showRow(row);
  showConflicts();
  document.body.dispatchEvent(new CustomEvent("sheet-saved"));
}

function showRow(row) {
  cells.forEach((_box, key) => say(key, row.errors[key] || ""));
  for (const [key, text] of Object.entries(row.shown)) {
    const place = document.querySelector("[data-shown='" + key + "']");
    if (place && key === "per_capita_income" && text) place.textContent = text + " 元";
  }
  const tag = document.querySelector("[data-row-tag] .tag");
  if (tag) {
    tag.textContent = row.label;
    tag.className = "tag tag-" + row.tone;
  }
  const unchanged = document.querySelector(".sheet-unchanged");
  if (unchanged && row.state !== "unconfirmed") unchanged.remove();
}

function say(key, words) {
  const box = cells.get(key);
  box.classList.toggle("has-error", Boolean(words));
  box.querySelector("[data-message]").textContent = words;
  const step = box.closest("[data-step]").dataset.step;
  const has = Boolean(box.closest("[data-step]").querySelector(".has-error"));
  document.querySelector("[data-step-link='" + step + "']").classList.toggle("has-message", has);
}

// --- two people at one cell ----------------------------------------------------------------

function showConflicts() {
  form.querySelectorAll(".sheet-conflict").forEach((old) => old.remove());
  for (const entry of outbox.conflicts().filter((e) => e.household === household)) {
    const box = cells.get(entry.key);
    if (!box) continue;
    const panel = document.getElementById("conflict-template").content.cloneNode(true).firstElementChild;
    panel.querySelector("[data-conflict-words]").textContent = entry.by
      ? entry.by + " " + entry.when + " 也改了这一项，请选用哪一个。" : "这一项已在别处改过，请选用哪一个。";
    panel.querySelector("[data-mine]").textContent = entry.new || "空";
    panel.querySelector("[data-theirs]").textContent = entry.theirsShown || "空";
    panel.addEventListener("click", async function (event) {
      const choice = event.target.dataset.take;
      if (!choice) return;
      box.querySelector("[data-seen]").value = entry.theirs;
      setText(box, choice === "mine" ? entry.new : entry.theirs);
      panel.remove();
      await outbox.settle(entry, choice === "mine");
    });
    box.append(panel);
    document.querySelector("[data-step-link='" + box.closest("[data-step]").dataset.step + "']").classList.add("has-message");
  }
}

/* What was typed here before and has not arrived yet stands in the fields again. */
const unlock = () => { form.inert = false; };
form.inert = true;  // a word typed before that would be written over
setTimeout(unlock, LONGEST_LOCK);
outbox.ready.then(function () {
  for (const entry of outbox.waiting().filter((e) => e.household === household)) {
    const box = cells.get(entry.key);
    if (box && !isTyped.has(entry.key)) setText(box, entry.new);
  }
  showConflicts();
  unlock();
});

// --- one screen a step ---------------------------------------------------------------------

const steps = Array.from(form.querySelectorAll("[data-step]"));
const back = form.querySelector("[data-step-back]");
const on = form.querySelector("[data-step-on]");
const leave = form.querySelector("[data-leave]");
const last = document.querySelector("[data-last-step]");
let here = 0;

function go(to, isMove) {
  here = Math.max(0, Math.min(to, steps.length - 1));
  steps.forEach((step, i) => step.classList.toggle("is-here", i === here));
  const step = steps[here];
  form.querySelector("[data-progress-words]").textContent = "第 " + (here + 1) + " 步，共 " + steps.length + " 步：" + step.dataset.stepLabel;
  form.querySelectorAll("[data-step-link]").forEach(function (link) {
    if (link.dataset.stepLink === step.dataset.step) link.setAttribute("aria-current", "step");
    else link.removeAttribute("aria-current");
  });
  const isLast = here === steps.length - 1;
  back.hidden = here === 0;
  on.hidden = isLast;
  leave.classList.toggle("btn-primary", isLast);
  leave.classList.toggle("btn-outline-primary", !isLast);
  last.hidden = !isLast;
  if (isMove) {
    history.replaceState(null, "", "#" + step.dataset.step);
    form.scrollIntoView({ block: "start" });
    step.focus({ preventScroll: true });
  }
}

const at = (key) => steps.findIndex((step) => step.dataset.step === key);
form.classList.add("is-stepped");
form.querySelector("[data-progress]").hidden = false;
form.querySelector("[data-plain-save]").remove();
form.addEventListener("submit", (event) => { event.preventDefault(); if (here < steps.length - 1) go(here + 1, true); });
back.addEventListener("click", () => go(here - 1, true));
on.addEventListener("click", () => go(here + 1, true));
form.querySelectorAll("[data-step-link]").forEach((link) => link.addEventListener("click", function (event) {
  event.preventDefault();
  go(at(link.dataset.stepLink), true);
}));
leave.addEventListener("click", async function (event) {
  if (outbox.isIdle()) return;
  event.preventDefault();
  await outbox.send();
  if (outbox.isIdle()) window.location.assign(leave.href);  // else the line on top says why not
});
window.addEventListener("hashchange", () => { if (at(location.hash.slice(1)) >= 0) go(at(location.hash.slice(1)), false); });
go(Math.max(0, at(location.hash.slice(1))), false);
