/* An expired sign-in is renewed in place, so that nothing typed leaves the page. */
import { token } from "./token.js";

/* Ask for the password; resolves true once signed in, false when put off. */
export function signInHere() {
  const panel = document.getElementById("sign-in-here");
  const form = panel.querySelector("form");
  const told = panel.querySelector("[data-sign-in-error]");
  told.textContent = "";
  panel.showModal();
  form.elements.password.focus();
  return new Promise(function (resolve) {
    function end(isIn) {
      form.onsubmit = panel.oncancel = null;
      form.elements.password.value = "";
      panel.close();
      resolve(isIn);
    }
    panel.oncancel = () => end(false);
    panel.querySelector("[data-sign-in-later]").onclick = () => end(false);
    form.onsubmit = async function (event) {
      event.preventDefault();
      event.stopPropagation();
      told.textContent = "";
      try {
        if (!token()) await fetch(panel.dataset.signInUrl, { credentials: "same-origin" });
        const body = new URLSearchParams({
          username: form.elements.username.value, password: form.elements.password.value, next: panel.dataset.signedInUrl,
        });
        const answer = await fetch(panel.dataset.signInUrl, {
          method: "POST", credentials: "same-origin", headers: { "X-CSRFToken": token() }, body,
        });
        if (answer.ok && answer.redirected) end(true);
        else told.textContent = answer.status === 429 ? "连续输错，已锁定 15 分钟，内容仍存在本机。" : "密码不对，请重新输入。";
      } catch {
        told.textContent = "没有联网，连上后再登录。";
      }
    };
  });
}
