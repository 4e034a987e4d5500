/* The first-use tour: one stop after the other beside the thing it is about. Esc or 不看了 ends it;
   the server remembers that it was seen. */
(function () {
  "use strict";
  const box = document.querySelector("[data-tour]");
  if (!box || typeof HTMLDialogElement === "undefined") return;
  const dialog = box.querySelector("[data-tour-dialog]");
  const done = box.querySelector("[data-tour-done]");
  const start = box.querySelector("[data-tour-start]");
  const back = dialog.querySelector("[data-tour-back]");
  const next = dialog.querySelector("[data-tour-next]");

  function seen(target) {
    return target && target.offsetParent !== null && target.getClientRects().length > 0;
  }

  // A stop whose thing is not on this page, or hidden on a phone, is passed over.
  const stops = Array.from(dialog.querySelectorAll("[data-tour-stop]"))
    .map(function (text) { return { text: text, target: document.querySelector(text.dataset.tourStop) }; })
    .filter(function (stop) { return seen(stop.target); });
  if (!stops.length) return;
  let at = 0;

  function show() {
    stops.forEach(function (stop, index) {
      stop.text.hidden = index !== at;
      stop.target.classList.toggle("tour-target", index === at);
      stop.text.querySelector("[data-tour-count]").textContent = (index + 1) + "/" + stops.length;
    });
    back.disabled = at === 0;
    next.textContent = at === stops.length - 1 ? "看完了" : "下一步";
    stops[at].target.scrollIntoView({ block: "center" });
    next.focus({ preventScroll: true });
  }

  function end() {
    dialog.close();
    stops.forEach(function (stop) { stop.target.classList.remove("tour-target"); });
    done.requestSubmit();
  }

  start.hidden = false;
  start.addEventListener("click", function () {
    dialog.show();
    show();
  });
  back.addEventListener("click", function () { at -= 1; show(); });
  next.addEventListener("click", function () {
    if (at === stops.length - 1) { end(); return; }
    at += 1;
    show();
  });
  dialog.querySelector("[data-tour-end]").addEventListener("click", end);
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && dialog.open) end();
  });
})();
