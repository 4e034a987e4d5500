/* The token as the server last set it: signing in again changes it. */
export function token() {
  const found = document.cookie.split("; ").find((part) => /^(__Host-)?csrf=/.test(part));
  return found ? decodeURIComponent(found.split("=")[1]) : "";
}
