/* The sheet as a grid: typed like in Excel, saved cell by cell through the outbox; a pasted block is
   compared by the server first and written when the person says so. */
import { token } from "../token.js";
import { openOutbox } from "./outbox.js";
import { showPaste } from "./paste.js";
import { signInHere } from "../sign_in_here.js";
import { showState } from "./state.js";

const place = document.getElementById("sheet-grid");
const sending = document.getElementById("sheet-outbox");
const told = document.querySelector("[data-told]");
const columns = JSON.parse(document.getElementById("grid-columns").textContent);
const byKey = new Map(columns.map((c) => [c.key, c]));
const byId = new Map();  // filled when the rows have come
const undone = [];  // groups of {household, key, text}: what Ctrl+Z puts back, the last first
let firstKey = null;  // the key that began the editing

let hasCome;
const come = new Promise((resolve) => { hasCome = resolve; });
// What waited from before may be answered earlier than the rows, which then still say the old text.
const outbox = openOutbox(sending, { signIn: signInHere, onState: showState, onResults: (answer) => come.then(() => take(answer)) });

// --- the rows ----------------------------------------------------------------------------

const FIRST = 10;  // rows that fill the first screen: drawn before the others are looked at
let others = [];

/* The page's head has asked for the rows while the scripts were being read: this takes that answer. */
async function load(url) {
  const response = await fetch(url);
  const { lines } = await response.json();
  others = lines.slice(FIRST);
  return lines.slice(0, FIRST).map(rowOf);
}

function rowOf(line) {
  const cells = Object.fromEntries(columns.map((c, i) => [c.key, line.cells[i]]));
  byId.set(line.id, { ...line, cells });
  return { id: line.id, ...Object.fromEntries(columns.map((c) => [c.key, valueOf(c, cells[c.key])])) };
}

/* When the first rows have been drawn. */
const drawn = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));

// --- drawing -----------------------------------------------------------------------------

const textOf = (value) => Array.isArray(value) ? value.join("、") : String(value ?? "");
const valueOf = (column, text) => column.kind === "choices" ? text.split("、").filter(Boolean) : text;
const isClosed = (cell) => {
  const column = byKey.get(cell.getField());
  return !column || column.kind === "shown" || byId.get(cell.getData().id).closed.includes(column.key);
};

function messageOf(id, key) {
  const line = byId.get(id);
  if (line.errors[key]) return line.errors[key];
  const doubt = line.doubts.find((d) => d.cell === key);
  return doubt ? doubt.words : "";
}

function draw(cell) {
  const column = byKey.get(cell.getField());
  const box = cell.getElement();
  const message = messageOf(cell.getData().id, column.key);
  box.classList.toggle("is-closed", isClosed(cell));
  box.classList.toggle("has-error", Boolean(byId.get(cell.getData().id).errors[column.key]));
  box.classList.toggle("has-doubt", Boolean(message));
  const text = textOf(cell.getValue());
  if ((column.kind === "money" || column.unit === "元") && /^\d+(\.\d+)?$/.test(text)) {
    const [whole, rest] = text.split(".");
    return whole.replace(/\B(?=(\d{3})+$)/g, ",") + (rest ? "." + rest : "");
  }
  return document.createTextNode(text);
}

function drawHead(cell) {
  const line = byId.get(cell.getData().id);
  const box = document.createElement("div");
  const link = document.createElement("a");
  link.href = place.dataset.formUrl.replace("/0/", "/" + line.id + "/");
  link.textContent = line.cells.head_name;
  link.setAttribute("aria-label", line.cells.head_name + "户的表单");
  const state = document.createElement("span");
  state.className = "tag tag-" + line.tone;
  state.textContent = line.label;
  box.append(link, state);
  return box;
}

/* One editor for a line of text, one for few words; several words have Tabulator's own list. */
function edit(cell, onRendered, success, cancel) {
  const column = byKey.get(cell.getField());
  const field = document.createElement(column.options.length ? "select" : "input");
  const old = textOf(cell.getValue());
  field.className = "grid-field";
  field.setAttribute("aria-label", cell.getData().head_name + "户" + column.label);
  if (column.options.length) {
    ["", ...column.options].forEach((word) => field.add(new Option(word || "（空）", word)));
    field.value = column.options.includes(old) ? old : "";
  } else {
    field.value = firstKey ?? old;
    field.autocomplete = "off";
  }
  firstKey = null;
  let isOver = false;
  const end = (keep) => {
    if (isOver) return;
    isOver = true;
    if (keep) success(field.value); else cancel();
  };
  field.addEventListener("blur", () => end(true));
  field.addEventListener("keydown", (event) => { if (event.key === "Escape") end(false); });
  onRendered(() => field.focus());
  return field;
}

const WIDTHS = { number: 190, standing: 150, risks: 190, remark: 220, phone: 130, checked_on: 120 };

const table = new window.Tabulator(place, {
  ajaxURL: place.dataset.linesUrl, ajaxRequestFunc: load, dataLoaderLoading: "正在取各户…", dataLoaderError: "没有取到",
  rowHeader: { title: "户主", field: "state", frozen: true, width: 120, headerSort: false, resizable: false, formatter: drawHead },
  columns: columns.filter((c) => c.key !== "head_name").map((c) => ({
    title: c.unit ? c.label + "（" + c.unit + "）" : c.label, field: c.key, width: WIDTHS[c.key] || 112, formatter: draw,
    hozAlign: c.kind === "money" || c.unit ? "right" : "left", headerWordWrap: true, headerTooltip: c.help || false,
    ...(c.kind !== "shown" && { editable: (cell) => !isClosed(cell), editor: c.kind === "choices" ? "list" : edit }),
    ...(c.kind === "choices" && { editorParams: { values: c.options, multiselect: true, clearable: true } }),
  })),
  columnDefaults: { headerSort: false, resizable: "header" },
  layout: "fitData", renderHorizontal: "basic", rowHeight: 64, index: "id", placeholder: "",
  selectableRange: 1, selectableRangeRows: true, selectableRangeAutoFocus: false, editTriggerEvent: "dblclick",
  clipboard: "copy", clipboardCopyStyled: false, clipboardCopyRowRange: "range",
  clipboardCopyConfig: { columnHeaders: false, rowHeaders: false, formatCells: false },
});

// --- moving about ---------------------------------------------------------------------------

function here() {
  const range = table.getRanges()[0];
  return range?.getCells()[0]?.[0] ?? null;
}

function move(way) {
  table.modules.selectRange.navigate(false, false, way);
  tell();
}

function tell() {
  const cell = here();
  const column = cell && byKey.get(cell.getField());
  if (!column) return;
  const message = messageOf(cell.getData().id, column.key);
  told.classList.toggle("has-message", Boolean(message));
  told.textContent = cell.getData().head_name + "户　" + column.label + "：" + (message || column.help || textOf(cell.getValue()) || "空");
}

function say(words, isWrong = true) {
  told.classList.toggle("has-message", isWrong);
  told.textContent = words;
}

place.addEventListener("keydown", function (event) {
  const isEditing = Boolean(table.modules.edit.currentCell);
  const ways = { Enter: event.shiftKey ? "up" : "down", Tab: event.shiftKey ? "left" : "right" };
  if (event.target.closest("a") && event.key === "Enter") return;
  // In the list of risks Enter ticks a line; Tab leaves it.
  if (isEditing && event.key === "Enter" && byKey.get(table.modules.edit.currentCell.getComponent().getField()).kind === "choices") return;
  if (ways[event.key] && !event.isComposing) {
    if (!here() || (event.key === "Tab" && !isEditing && isAtEdge(event.shiftKey))) return;  // Tab leaves the grid there
    event.preventDefault();
    event.stopPropagation();
    if (isEditing) document.activeElement.blur();
    // At once, or what is typed on goes into the cell just left; only the list of risks closes later.
    const on = () => { table.rowManager.element.focus(); move(ways[event.key]); };
    if (table.modules.edit.currentCell) setTimeout(on); else on();
    return;
  }
  if (isEditing) return;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") {
    event.preventDefault();
    undo();
  } else if (event.key === "Delete" || event.key === "Backspace") {
    event.preventDefault();
    clear();
  } else if (event.key === "F2" || event.key === "Process" || (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey)) {
    const cell = here();
    if (!cell) return;
    if (isClosed(cell)) { say("这一格由档案带出或正在上级办理，不在这里改。"); return; }
    // A letter of an input method is composed in the field itself.
    if (event.key !== "F2") firstKey = event.key === "Process" ? "" : event.key;
    if (event.key !== "Process") event.preventDefault();
    cell.edit();
  }
}, true);

function isAtEdge(isBack) {
  const field = here().getField();
  const shown = table.getColumns().map((c) => c.getField()).filter((key) => byKey.has(key));
  return isBack ? field === shown[0] : field === shown[shown.length - 1];
}

place.addEventListener("keyup", tell);
place.addEventListener("click", tell);

// --- changing ----------------------------------------------------------------------------------

table.on("cellEdited", function (cell) {
  change([{ household: cell.getData().id, key: cell.getField(), text: textOf(cell.getValue()), before: textOf(cell.getOldValue()) }]);
});

/* Cells that already show their new text: kept for Ctrl+Z and sent. */
function change(changes, isUndo) {
  const real = changes.filter((c) => c.text !== c.before);
  if (!isUndo && real.length) undone.push(real.map((c) => ({ household: c.household, key: c.key, text: c.before })));
  for (const c of real) outbox.put(c.household, c.key, byId.get(c.household).cells[c.key], c.text);
}

function write(changes) {
  return changes.map(function (c) {
    const row = table.getRow(c.household);
    const before = textOf(row.getData()[c.key]);
    row.update({ [c.key]: valueOf(byKey.get(c.key), c.text) });
    return { ...c, before };
  });
}

function clear() {
  if (!here()) return;
  const cells = table.getRanges()[0].getCells().flat().filter((cell) => !isClosed(cell));
  change(write(cells.map((cell) => ({ household: cell.getData().id, key: cell.getField(), text: "" }))));
}

function undo() {
  const group = undone.pop();
  if (!group) { say("没有可以撤销的了。"); return; }
  change(write(group), true);
  say("已撤销 " + group.length + " 格。", false);
}

/* What the server says about the cells that were sent, and about their rows. */
function take(answer) {
  for (const result of answer.results) {
    const line = byId.get(result.household);
    if (!line || !byKey.has(result.key) || result.status === "conflict") continue;
    line.cells[result.key] = result.text;
    if (result.status === "refused") say(result.message);
    const editing = table.modules.edit.currentCell ? table.modules.edit.currentCell.getComponent() : null;
    const isOpen = editing && editing.getData().id === result.household && editing.getField() === result.key;
    if (!isOpen && !outbox.isWaiting(result.household, result.key)) table.getRow(result.household).update({ [result.key]: valueOf(byKey.get(result.key), result.text) });
  }
  for (const [id, row] of Object.entries(answer.rows)) {
    const line = byId.get(Number(id));
    if (!line) continue;
    Object.assign(line, row);
    if (!table.modules.edit.currentCell) table.getRow(Number(id)).reformat();
  }
  if (!table.modules.edit.currentCell) tell();
  showConflicts();
}

function showConflicts() {
  const panel = document.querySelector("[data-conflicts]");
  const open = outbox.conflicts().filter((e) => byId.has(e.household));
  panel.hidden = !open.length;
  panel.replaceChildren(...open.map(function (entry) {
    const line = document.createElement("p");
    const words = byId.get(entry.household).cells.head_name + "户" + byKey.get(entry.key).label + (entry.by ? "，" + entry.by + " " + entry.when + " 也改了" : "，已在别处改过");
    line.append(words + "：您填的“" + (entry.new || "空") + "”，系统里的“" + (entry.theirsShown || "空") + "” ");
    for (const [label, mine] of [["用我填的", true], ["用系统里的", false]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-sm me-2 " + (mine ? "btn-primary" : "btn-outline-primary");
      button.textContent = label;
      button.addEventListener("click", async function () {
        byId.get(entry.household).cells[entry.key] = entry.theirs;
        write([{ household: entry.household, key: entry.key, text: mine ? entry.new : entry.theirs }]);
        await outbox.settle(entry, mine);
        showConflicts();
      });
      line.append(button);
    }
    return line;
  }));
}

// --- pasting -------------------------------------------------------------------------------------

document.addEventListener("paste", async function (event) {
  const cell = here();
  if (!cell || !place.contains(document.activeElement) || table.modules.edit.currentCell) return;
  event.preventDefault();
  const text = event.clipboardData.getData("text/plain");  // gone after the first wait
  await come;
  const keys = table.getColumns().map((c) => c.getField()).filter((key) => byKey.has(key));
  const ids = table.getRows().map((row) => row.getData().id);
  showPaste({
    text, keys: keys.slice(keys.indexOf(cell.getField())),
    ids: ids.slice(ids.indexOf(cell.getData().id)), url: place.dataset.previewUrl, outbox, post,
    done(changes, answer) {
      const saved = new Set(answer.results.filter((r) => ["saved", "draft", "error"].includes(r.status)).map((r) => r.id));
      const own = changes.filter((c) => saved.has(c.id));
      if (own.length) undone.push(own.map((c) => ({ household: c.household, key: c.key, text: c.seen })));
      take(answer);
      for (const r of answer.results) if (r.status === "conflict") table.getRow(r.household).update({ [r.key]: valueOf(byKey.get(r.key), r.text) });
      table.rowManager.element.focus();
      say("已写入 " + own.length + " 格" + (own.length < changes.length ? "，" + (changes.length - own.length) + " 格刚被别人改过，没有写入" : "") + "。Ctrl+Z 可以撤销。", own.length < changes.length);
    },
    closed() { table.rowManager.element.focus(); },
  });
});

/* Send JSON; an expired sign-in is renewed in place. Raises Error with words for the person. */
async function post(url, body) {
  let response;
  try {
    response = await fetch(url, {
      method: "POST", credentials: "same-origin", redirect: "manual",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token() }, body: JSON.stringify(body),
    });
  } catch { throw new Error("没有联网，请稍后再试"); }
  if (response.status === 401 && await signInHere()) return post(url, body);
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.detail || "没有成功，请稍后再试");
  return answer;
}

table.on("dataLoadError", () => say("没有取到各户，请检查网络，再刷新页面。"));
table.on("tableBuilt", async function () {
  if (others.length) {
    await drawn();
    await table.addData(others.map(rowOf));
  }
  hasCome();
  // What takes the focus inside a grid must be a part of it: the rows are grouped by their holder.
  place.querySelector(".tabulator-tableholder").setAttribute("role", "rowgroup");
  place.querySelector(".tabulator-table").setAttribute("role", "presentation");
  await outbox.ready;
  write(outbox.waiting().filter((e) => byId.has(e.household)).map((e) => ({ household: e.household, key: e.key, text: e.new })));
  showConflicts();
});
