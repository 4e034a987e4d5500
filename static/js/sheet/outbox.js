/* Changes of cells on their way to the server: kept in this browser until it has answered.

Every change carries its own id, so sending it again does nothing twice; changes go in the order in
which they were typed. What waits is {id, round, household, key, seen, new, at}: numbers of rows and
names of cells, never a person's name or ID number: those wait in this window's memory only, and the
line on top says so. Nothing waits longer than 72 hours. */

import { token } from "../token.js";

const LONGEST = 72 * 3600 * 1000;
const AFTER_TYPING = 1200;
const RETRY = [2000, 4000, 8000, 15000, 30000];
const LEAVING = 20000;
const MOST = 200;
const LONG_NUMBER = /\d{14,}/;  // may be an ID number: such a change waits in memory only

/* `place` is the element with data-save-url, data-user, data-round, and data-names: cells that name a person.
   Callbacks: onResults(answer, entries), onState(state, words), signIn() -> promise of true. */
export function openOutbox(place, { onResults = () => {}, onState = () => {}, signIn = null } = {}) {
  const name = "sheet-outbox:" + place.dataset.user;
  const round = Number(place.dataset.round);
  const naming = new Set((place.dataset.names || "").split(" "));
  let memory = [];       // what this window knows; the store holds the same for the next one
  const said = new Map();  // what the server said last about a cell of this window
  const typed = new Map();  // cell -> its last change made here, until the server has answered this window
  const entering = new Map();  // cell -> how many changes of it are just being put into the store
  let entered = Promise.resolve();  // when all of them are in
  let timer = null, leaving = null, sending = null, failures = 0, asking = null, isClosed = false;

  const ready = start();

  async function start() {
    try {
      const all = await window.idbKeyval.keys();
      for (const other of all) {
        if (String(other).startsWith("sheet-outbox:") && other !== name) await window.idbKeyval.del(other);
      }
    } catch { /* no store in this browser: memory alone */ }
    await reload();
    tell();
    if (waiting().length) schedule(0);
  }

  async function reload() {
    const kept = await stored(function (entries) { return entries; });
    const known = new Set(kept.map((e) => e.id));
    memory = kept.concat(memory.filter((e) => e.isSecret && !known.has(e.id)));
  }

  /* Change the store in one transaction and return what it holds afterwards. */
  async function stored(change) {
    const fresh = (entries) => entries.filter((e) => Date.now() - e.at < LONGEST);
    try {
      let after = [];
      await window.idbKeyval.update(name, function (before) {
        after = change(fresh(before || []));
        return after;
      });
      return after;
    } catch {
      memory = change(memory);
      return memory;
    }
  }

  /* A cell was typed into. `seen` is what the server had last said about it. */
  async function put(household, key, seen, text) {
    const cell = household + ":" + key;
    entering.set(cell, (entering.get(cell) ?? 0) + 1);
    const work = enter(cell, household, key, seen, text);
    entered = Promise.allSettled([entered, work]);
    try {
      await work;
    } finally {
      entering.set(cell, entering.get(cell) - 1);
    }
    tell();
    schedule(AFTER_TYPING);
  }

  async function enter(cell, household, key, seen, text) {
    if (navigator.onLine) onState("saving", "正在保存");  // at once: “已保存” would speak of the word before
    await ready;
    const secret = LONG_NUMBER.test(text) || naming.has(key);
    const add = function (entries) {
      const own = entries.filter((e) => e.household === household && e.key === key);
      const open = own.find((e) => e.conflict);
      if (open) {  // still to be chosen: typing on changes what "mine" is
        open.new = text;
        return entries;
      }
      const last = own.pop();
      if (last && !last.tried && Boolean(last.isSecret) === secret) {
        last.new = text;
        last.at = Date.now();
        typed.set(cell, last);
        return entries.filter((e) => e !== last || e.new !== e.seen);
      }
      // Another window may have sent what was typed here: then that is what the server has seen.
      const before = last ? last.new : typed.get(cell)?.new ?? said.get(cell) ?? seen;
      if (before === text) return entries;
      const made = { id: uuid(), round, household, key, seen: before, new: text, at: Date.now(), ...(secret && { isSecret: true }) };
      typed.set(cell, made);
      return entries.concat([made]);
    };
    if (secret) memory = add(memory);
    else {
      await stored(add);
      await reload();
    }
  }

  /* Choose between one's own value and the other person's. */
  async function settle(entry, mine) {
    if (mine) onState("saving", "正在保存");
    const change = function (entries) {
      const rest = entries.filter((e) => e.id !== entry.id);
      if (!mine || entry.theirs === entry.new) return rest;
      return rest.concat([{ id: uuid(), round: entry.round, household: entry.household, key: entry.key, seen: entry.theirs, new: entry.new, at: Date.now(), ...(entry.isSecret && { isSecret: true }) }]);
    };
    said.set(entry.household + ":" + entry.key, entry.theirs);
    typed.delete(entry.household + ":" + entry.key);
    if (entry.isSecret) memory = change(memory);
    else {
      await stored(change);
      memory = memory.filter((e) => e.id !== entry.id);
      await reload();
    }
    tell();
    return send();
  }

  function waiting() { return memory.filter((e) => !e.conflict); }
  function isWaiting(household, key) {
    return entering.get(household + ":" + key) > 0 || waiting().some((e) => e.household === household && e.key === key);
  }
  function isIdle() { return !waiting().length && !Array.from(entering.values()).some(Boolean); }
  function isInMemoryOnly() { return waiting().some((e) => e.isSecret); }
  /* Where what waits is kept, in the words of the line on top. */
  function kept() { return isInMemoryOnly() ? "姓名、证件号码不存本机，保存以前请不要关闭这一页" : "已存在本机"; }
  function conflicts() { return memory.filter((e) => e.conflict); }

  function schedule(after) {
    clearTimeout(timer);
    if (!isClosed && !leaving) timer = setTimeout(send, after);
  }

  /* Send what waits; resolves when the server has answered or cannot be reached. */
  function send() {
    clearTimeout(timer);
    if (!sending) sending = sendAll().finally(() => { sending = null; });
    return sending;
  }

  async function sendAll() {
    await ready;
    for (await entered; waiting().length && !isClosed; await entered) {
      const next = waiting().filter((e, _i, all) => e.round === all[0].round).slice(0, MOST);
      const ids = new Set(next.map((e) => e.id));
      // From now on these may have arrived: later typing becomes a change of its own.
      const mark = (all) => all.map((e) => (ids.has(e.id) ? { ...e, tried: true } : e));
      memory = mark(memory);
      // What is sent is what the marked store holds: a word may have come in after `next` was read.
      const marked = new Map((await stored(mark)).map((e) => [e.id, e]));
      const entries = next.map((e) => marked.get(e.id) || e);
      onState("saving", "正在保存");
      const answer = await post(entries);
      if (!answer || leaving) return;  // the next page may have been drawn before this was saved: it sends again
      failures = 0;
      await take(answer, entries);
    }
    tell();
  }

  async function post(entries) {
    let response;
    try {
      response = await fetch(place.dataset.saveUrl, {
        method: "POST", credentials: "same-origin", keepalive: entries.length < 20, redirect: "manual",
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token() },
        body: JSON.stringify({
          user: Number(place.dataset.user), round: entries[0].round,
          changes: entries.map(({ id, household, key, seen, new: text }) => ({ id, household, key, seen, new: text })),
        }),
      });
    } catch { return again("offline"); }
    if (response.ok) return response.json().catch(() => again("offline"));
    if (response.status === 401) return signInThenSend();
    if (response.status >= 500 || response.status === 429) return again("busy");
    if (response.type === "opaqueredirect") return stop("登录后还要输入动态口令或改密码，请打开首页办完再回来；" + kept());
    const told = await response.json().catch(() => ({}));
    return stop((told.detail || "没有保存成功，请刷新页面后重试") + "；" + kept());
  }

  function again(why) {
    const after = RETRY[Math.min(failures, RETRY.length - 1)];
    failures += 1;
    onState("offline", why === "offline" ? "未联网，" + kept() + "，连上后自动保存" : "系统忙，" + kept() + "，稍后自动保存");
    schedule(after);
    return null;
  }

  function stop(words) {
    onState("stuck", words);
    return null;
  }

  function signInThenSend() {
    onState("stuck", "登录已过期，" + kept());
    if (signIn && !asking) {
      asking = signIn().then(function (isIn) {
        asking = null;
        if (isIn) { failures = 0; schedule(0); }
      });
    }
    return null;
  }

  async function take(answer, entries) {
    const by = new Map(answer.results.map((r) => [r.id, r]));
    const after = (all) => all.flatMap(function (e) {
      const result = by.get(e.id);
      if (!result) return [e];
      if (result.status !== "conflict") return [];
      return [{ ...e, conflict: true, theirs: result.text, theirsShown: result.shown, by: result.by, when: result.at, tried: true }];
    });
    for (const result of answer.results) {
      const cell = result.household + ":" + result.key;
      if (result.status !== "conflict") said.set(cell, result.text);
      if (typed.get(cell)?.id === result.id) typed.delete(cell);
    }
    memory = after(memory);
    await stored(after);
    await reload();
    onResults(answer, entries);
    onState("saved", "已保存 " + answer.at);
  }

  function tell() {
    const count = waiting().length;
    const leave = document.querySelector("form[action$='sign-out/']");
    if (leave) {
      if (count) leave.dataset.confirm = "还有内容没有保存到系统，退出会丢失这些内容。确定退出吗？";
      else delete leave.dataset.confirm;
    }
    if (count && navigator.onLine && !failures) onState("saving", "正在保存");
    else if (count && !navigator.onLine) onState("offline", "未联网，" + kept() + "，连上后自动保存");
  }

  window.addEventListener("online", () => schedule(0));
  window.addEventListener("offline", tell);
  window.addEventListener("beforeunload", function (event) {
    if (isInMemoryOnly() && (failures || !navigator.onLine)) event.preventDefault();  // it would be lost: the browser asks
    clearTimeout(timer);
    clearTimeout(leaving);
    leaving = setTimeout(function () { leaving = null; schedule(0); }, LEAVING);  // it was only a download
  });
  window.addEventListener("pagehide", () => { if (waiting().length) send(); });
  document.addEventListener("visibilitychange", () => { if (document.hidden && waiting().length) send(); });

  return { ready, put, send, settle, waiting, isWaiting, isIdle, conflicts, close() { isClosed = true; clearTimeout(timer); } };
}

/* crypto.randomUUID is missing where the address is plain http. */
export function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
