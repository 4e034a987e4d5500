/* The line that says whether what was typed is safe. */
export function showState(state, words) {
  const line = document.querySelector("[data-sheet-state]");
  if (!line) return;
  line.dataset.state = state;
  line.textContent = words;
}
