/* Small behaviours shared by all pages. Everything works without them, only less comfortably. */
(function () {
  "use strict";

  function within(target, selector) {
    return target instanceof Element ? target.closest(selector) : null;
  }

  // --- one question before an act that cannot be taken back -------------------------------
  const ask = document.getElementById("ask");

  function question(text, whenYes) {
    if (!ask || typeof ask.showModal !== "function") {
      if (window.confirm(text)) whenYes();
      return;
    }
    ask.querySelector("#ask-text").textContent = text;
    ask.onclick = function (event) {
      const answer = within(event.target, "button");
      if (!answer) return;
      ask.close();
      if (answer.value === "yes") whenYes();
    };
    ask.showModal();
  }

  // --- submitting: ask first where data-confirm says so, and only once --------------------
  document.addEventListener("submit", function (event) {
    const form = event.target;
    const button = event.submitter;
    const text = (button && button.dataset.confirm) || form.dataset.confirm;
    if (text && !form.dataset.confirmed) {
      event.preventDefault();
      event.stopImmediatePropagation();
      question(text, function () {
        form.dataset.confirmed = "yes";
        form.requestSubmit(button || undefined);
      });
      return;
    }
    delete form.dataset.confirmed;
    if (form.method !== "post" || form.hasAttribute("data-many-submits")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    form.dataset.sent = "yes";
    if (button) button.setAttribute("aria-busy", "true");
    // A download or a failed connection leaves the page standing: allow another try.
    window.setTimeout(function () { release(form); }, 8000);
  }, true);

  function release(form) {
    delete form.dataset.sent;
    form.querySelectorAll("[aria-busy]").forEach(function (b) { b.removeAttribute("aria-busy"); });
  }

  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(release);
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    const form = within(event.target, "form");
    if (form) release(form);
  });
  document.addEventListener("htmx:confirm", function (event) {
    if (!event.detail.question) return;
    event.preventDefault();
    question(event.detail.question, function () { event.detail.issueRequest(true); });
  });
  document.addEventListener("htmx:responseError", function (event) {
    const asksInPlace = document.getElementById("sign-in-here");  // the next save opens it
    if ((event.detail.xhr.status === 401 && !asksInPlace) || event.detail.xhr.status === 403) {
      question("登录已过期或没有权限，需要重新打开本页。现在打开吗？", function () { window.location.reload(); });
    }
  });

  // --- large text ------------------------------------------------------------------------
  document.addEventListener("submit", function (event) {
    if (!event.target.hasAttribute("data-text-size")) return;
    event.preventDefault();
    const large = document.documentElement.classList.toggle("large-text");
    document.cookie = "qf_text=" + (large ? "large" : "normal") + ";path=/;max-age=31536000;samesite=lax";
    event.target.querySelector("button").textContent = large ? "恢复普通字" : "大字版";
    release(event.target);
  });

  // --- ticking rows ----------------------------------------------------------------------
  function count(form) {
    const ticks = form.querySelectorAll("input[type=checkbox][data-tick]");
    const ticked = Array.from(ticks).filter(function (t) { return t.checked; });
    form.querySelectorAll("[data-batch-count]").forEach(function (n) { n.textContent = ticked.length; });
    form.querySelectorAll("[data-batch-button]").forEach(function (b) { b.disabled = ticked.length === 0; });
    const all = form.querySelector("[data-tick-all]");
    if (all) {
      all.checked = ticks.length > 0 && ticked.length === ticks.length;
      all.indeterminate = ticked.length > 0 && ticked.length < ticks.length;
    }
  }

  document.addEventListener("change", function (event) {
    const form = within(event.target, "form[data-batch]");
    if (!form) return;
    if (event.target.hasAttribute("data-tick-all")) {
      form.querySelectorAll("input[type=checkbox][data-tick]").forEach(function (t) {
        if (!t.disabled) t.checked = event.target.checked;
      });
    }
    count(form);
  });

  // --- the chosen file's name and size, where the person looks ---------------------------
  document.addEventListener("change", function (event) {
    const box = within(event.target, "[data-file-field]");
    if (!box || event.target.type !== "file") return;
    const chosen = Array.from(event.target.files || []).map(function (f) {
      return f.name + "（" + (f.size < 1048576 ? Math.ceil(f.size / 1024) + " KB" : (f.size / 1048576).toFixed(1) + " MB") + "）";
    });
    box.querySelector("[data-file-name]").textContent = chosen.length ? "已选择：" + chosen.join("、") : "";
  });

  // --- a select that shows at once, a button that prints ---------------------------------
  document.addEventListener("change", function (event) {
    if (event.target.hasAttribute("data-submit-on-change")) event.target.form.requestSubmit();
  });
  document.addEventListener("click", function (event) {
    if (within(event.target, "[data-print]")) window.print();
  });

  // --- on opening: the error summary first, titles say so --------------------------------
  function settle(root) {
    root.querySelectorAll("form[data-batch]").forEach(count);
    const summary = root.querySelector("[data-error-summary]");
    if (summary) {
      summary.focus();
      if (!document.title.startsWith("错误：")) document.title = "错误：" + document.title;
    }
  }
  settle(document);
  document.addEventListener("htmx:afterSwap", function (event) { settle(event.target.parentElement || document); });
})();
