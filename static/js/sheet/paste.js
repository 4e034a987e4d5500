/* A block pasted from Excel or WPS: compared by the server, shown, written only when confirmed. */

const AT_ONCE = 100;  // lines of the list drawn at a time: an old PC lays thousands out for seconds

/* Rows of cells of a copied block: tabs and lines, a quoted cell may hold both. */
export function cellsOf(text) {
  const rows = [[]];
  let cell = "", isQuoted = false;
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i];
    if (isQuoted) {
      if (c === '"' && text[i + 1] === '"') { cell += '"'; i += 1; }
      else if (c === '"') isQuoted = false;
      else cell += c;
    } else if (c === '"' && !cell) isQuoted = true;
    else if (c === "\t") { rows.at(-1).push(cell); cell = ""; }
    else if (c === "\n") { rows.at(-1).push(cell); cell = ""; rows.push([]); }
    else if (c !== "\r") cell += c;
  }
  if (cell || rows.at(-1).length) rows.at(-1).push(cell);
  return rows.filter((row) => row.length);
}

/* Compare the block and show what it would change; `done(changes, answer)` after writing. */
export async function showPaste({ text, keys, ids, url, outbox, post, done, closed }) {
  const panel = document.querySelector("[data-paste]");
  const block = cellsOf(text);
  if (!block.length) return;
  const wanted = Object.fromEntries(block.slice(0, ids.length).map((row, r) => [
    ids[r], Object.fromEntries(row.slice(0, keys.length).map((cell, c) => [keys[c], cell])),
  ]));
  show(panel, [line("p", "正在核对粘贴的内容…")]);
  let found;
  try {
    await outbox.send();  // what was typed before the paste comes first
    found = (await post(url, { rows: wanted })).differences;
  } catch (error) {
    show(panel, [line("p", error.message, "field-error"), button("关闭", "btn-outline-secondary", close)]);
    return;
  }
  const good = found.filter((d) => !d.error), wrong = found.filter((d) => d.error);
  const more = [];
  if (block.length > ids.length) more.push("多出的 " + (block.length - ids.length) + " 行没有地方放");
  if (wrong.length) more.push(wrong.length + " 格有错，不会写入");
  const apply = button("写入这 " + good.length + " 格", "btn-primary", async function () {
    apply.disabled = true;
    const sent = document.getElementById("sheet-outbox").dataset;
    const changes = good.map(({ id, household, key, seen, new: written }) => ({ id, household, key, seen, new: written }));
    try {
      const answer = await post(sent.saveUrl, { user: Number(sent.user), round: Number(sent.round), changes });
      panel.hidden = true;
      done(changes, answer);
    } catch (error) {
      apply.disabled = false;
      failed.textContent = error.message;
    }
  });
  const failed = line("p", "", "field-error");
  failed.setAttribute("role", "alert");
  const buttons = line("div", "", "d-flex gap-2 mb-2");
  buttons.append(...(good.length ? [apply] : []), button(good.length ? "放弃，不写入" : "关闭", "btn-outline-secondary", close));
  show(panel, [
    line("h2", good.length ? good.length + " 格将要改，还没有写入" : "没有可以写入的变化"),
    ...(more.length ? [line("p", more.join("；") + "。")] : []), failed, buttons, ...(found.length ? [tableOf(wrong.concat(good))] : []),
  ]);

  function close() {
    panel.hidden = true;
    closed();
  }
}

function show(panel, parts) {
  panel.replaceChildren(...parts);
  panel.hidden = false;
  (panel.querySelector("button") || panel).focus();
}

function line(tag, text, className = "") {
  const made = document.createElement(tag);
  made.textContent = text;
  made.className = className;
  return made;
}

function button(label, tone, act) {
  const made = line("button", label, "btn " + tone);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

function tableOf(found) {
  const box = line("div", "", "paste-list");
  box.tabIndex = 0;
  const made = line("table", "", "table table-sm mb-0");
  const head = made.createTHead().insertRow();
  for (const title of ["户主", "项目", "原来", "改为"]) {
    const cell = line("th", title);
    cell.scope = "col";
    head.append(cell);
  }
  const body = made.createTBody();
  const more = button("", "btn-outline-secondary btn-sm m-2", () => draw(found));
  const draw = (left) => {
    for (const d of left.slice(0, AT_ONCE)) body.append(lineOf(d));
    found = left.slice(AT_ONCE);
    more.textContent = "再看 " + Math.min(found.length, AT_ONCE) + " 格（还有 " + found.length + " 格）";
    more.hidden = !found.length;
  };
  draw(found);
  box.append(made, more);
  return box;
}

function lineOf(d) {
  const row = document.createElement("tr");
  row.append(...[d.name, d.label, d.old || "空", d.shown || "空"].map((text) => line("td", text)));
  if (d.error) row.lastChild.append(line("span", d.error, "field-error d-block"));
  return row;
}
