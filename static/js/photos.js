/* Photos before they are sent: shrunk to at most 1600 px (a phone's 6 MB become some 400 kB), sent
   with a progress bar, and kept for another try when the link breaks or the sign-in has expired. The
   server re-encodes again and strips the location; without this file the form is sent as it is. */
import { signInHere } from "./sign_in_here.js";
import { token } from "./token.js";

const LONGEST_SIDE = 1600;
const QUALITY = 0.82;
const SMALL_ENOUGH = 500 * 1024;
const PHOTO = /^image\/(jpeg|png|webp)$/;

const busy = new WeakMap(); // file field -> the shrinking under way

async function shrunk(file) {
  if (!PHOTO.test(file.type) || file.size <= SMALL_ENOUGH) return file;
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  if (!blob || blob.size >= file.size) return file;
  return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
}

async function shrinkAll(field) {
  const chosen = Array.from(field.files);
  const kept = new DataTransfer();
  for (const file of chosen) {
    // A picture that the browser cannot read goes as it is: the server says what is wrong with it.
    kept.items.add(await shrunk(file).catch(() => file));
  }
  field.files = kept.files;
  const before = chosen.reduce((sum, file) => sum + file.size, 0);
  const after = Array.from(field.files).reduce((sum, file) => sum + file.size, 0);
  if (after < before) say(field, `已选 ${chosen.length} 个，照片已缩小：${size(before)} → ${size(after)}`);
}

function size(bytes) {
  return bytes < 1048576 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
}

function say(field, words) {
  const line = field.closest("[data-file-field]")?.querySelector("[data-file-name]");
  if (line) line.textContent = words;
}

document.addEventListener("change", (event) => {
  const field = event.target;
  if (!(field instanceof HTMLInputElement) || field.type !== "file" || !field.files.length) return;
  if (!field.accept.includes("image/")) return;
  busy.set(field, shrinkAll(field));
});

function panel(form) {
  let box = form.querySelector("[data-upload]");
  if (!box) {
    box = document.createElement("div");
    box.dataset.upload = "";
    box.className = "my-3";
    box.setAttribute("aria-live", "polite");
    form.append(box);
  }
  box.replaceChildren();
  return box;
}

function send(form, button) {
  const box = panel(form);
  const bar = document.createElement("progress");
  bar.className = "job-bar";
  bar.max = 100;
  const words = document.createElement("p");
  words.className = "mb-1";
  words.textContent = "正在上传……";
  box.append(words, bar);
  const data = new FormData(form);
  data.set("csrfmiddlewaretoken", token());  // signing in again has changed it
  if (button?.name) data.append(button.name, button.value);
  const request = new XMLHttpRequest();
  request.open("POST", button?.formAction || form.action || window.location.href);
  request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
  request.upload.onprogress = (event) => {
    if (!event.lengthComputable) return;
    bar.value = Math.round((event.loaded / event.total) * 100);
    words.textContent = bar.value < 100 ? `正在上传 ${bar.value}%` : "已传完，正在保存……";
  };
  request.onload = () => answered(request, form, button);
  request.onerror = request.ontimeout = () => failed(form, button, "网络断了，还没有传上去，填的内容和照片都还在。");
  request.timeout = 180000;
  request.send(data);
}

async function answered(request, form, button) {
  const next = request.getResponseHeader("X-Go-To");
  if (next) return window.location.assign(next);
  if (request.status === 401) {
    if (await signInHere()) return send(form, button);
    return failed(form, button, "登录已过期，还没有保存，填的内容和照片都还在。");
  }
  if (request.status !== 200) return failed(form, button, request.status >= 500 ? "系统正忙，没有保存。" : "没有保存成功，填的内容还在。请稍后再试，仍不行请刷新页面。");
  showAgain(request.responseText);
}

/* The same page with what is wrong in it; the photos chosen before are still chosen. */
function showAgain(text) {
  const old = document.getElementById("main");
  const chosen = new Map(Array.from(old.querySelectorAll("input[type=file]"), (field) => [field.name, field.files]));
  const page = new DOMParser().parseFromString(text, "text/html");
  const main = document.adoptNode(page.getElementById("main"));
  old.replaceWith(main);
  document.title = page.title;
  main.querySelectorAll("input[type=file]").forEach((field) => {
    if (chosen.get(field.name)?.length) field.files = chosen.get(field.name);
  });
  main.dispatchEvent(new CustomEvent("htmx:afterSwap", { bubbles: true }));  // qingfeng.js looks at what is new
}

function failed(form, button, why) {
  delete form.dataset.sent;
  form.querySelectorAll("[aria-busy]").forEach((one) => one.removeAttribute("aria-busy"));
  const box = panel(form);
  const words = document.createElement("p");
  words.className = "field-error";
  words.textContent = why;
  const again = document.createElement("button");
  again.type = "button";
  again.className = "btn btn-primary";
  again.textContent = "再试一次";
  again.addEventListener("click", () => send(form, button));
  box.append(words, again);
  again.focus({ preventScroll: true });
  again.scrollIntoView({ block: "center" });  // not below the bar at the bottom of a phone
}

// After the capture listener of qingfeng.js, which asks and sends once.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.hasAttribute("hx-post") || form.enctype !== "multipart/form-data") return;
  const fields = Array.from(form.querySelectorAll("input[type=file]")).filter((f) => f.accept.includes("image/"));
  if (!fields.length) return;
  event.preventDefault();
  const button = event.submitter;
  await Promise.all(fields.map((field) => busy.get(field)));
  send(form, button);
});
