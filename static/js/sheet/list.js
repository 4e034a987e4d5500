/* The list of households: what waited in this browser is sent on the next visit. */
import { openOutbox } from "./outbox.js";
import { signInHere } from "../sign_in_here.js";
import { showState } from "./state.js";

const place = document.getElementById("sheet-outbox");
let hasSent = false;
const outbox = openOutbox(place, {
  signIn: signInHere,
  onResults() { hasSent = true; },
  onState(state, words) {
    if (state === "saved" && hasSent && !outbox.waiting().length) showState(state, "上次没有保存的内容已保存，刷新可见");
    else if (state !== "saved") showState(state, words);
  },
});
