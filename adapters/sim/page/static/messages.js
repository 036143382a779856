// The list of messages: patched one by one, grouped, divided by days, and kept at its bottom unless somebody scrolled up.

import { $, $$, children, make, morph, paint, parsed } from "./dom.js";
import { day, tell } from "./times.js";

const GROUP_SECONDS = 7 * 60;
const NEAR = 60;
const list = $("#messages");
const scroll = $("#scroll");
const newer = $("#newer");
const dismissed = new Set();
let sticking = true;
let lastTop = 0;

/** What the server tells: some messages anew, or all of them. */
export function show({ html, whole }) {
  const fresh = parsed(html);
  paint(fresh);
  tell(fresh);
  for (const id of dismissed) fresh.getElementById(id)?.remove();
  if (whole) {
    for (const divider of $$(".divider", list)) divider.remove();
    children(list, fresh);
    list.setAttribute("aria-busy", "false");
  } else {
    for (const item of [...fresh.children]) put(item);
  }
  paint(list);
  arrange();
  follow();
}

/** One message into its place: where it stands already, or where its id belongs. */
function put(item) {
  const old = document.getElementById(item.id);
  if (old) {
    morph(old, item);
    return;
  }
  const behind = [...list.children].reverse().find((other) => other.dataset.messageId && before(other, item));
  if (behind) behind.after(item);
  else list.prepend(item);
}

const before = (a, b) => BigInt(a.dataset.messageId) < BigInt(b.dataset.messageId);

export function remove(ids) {
  for (const id of ids) document.getElementById(`m-${id}`)?.remove();
  arrange();
}

export function clear() {
  list.replaceChildren();
  list.setAttribute("aria-busy", "true");
  sticking = true;
  newer.hidden = true;
}

/** Messages of one person within some minutes stand together under one name; a new day has a line. */
function arrange() {
  let last = null;
  for (const item of [...list.children]) {
    if (item.matches(".divider")) continue;
    const at = Number(item.dataset.at);
    const today = day(at);
    if (!last || day(Number(last.dataset.at)) !== today) divide(item, today);
    else if (item.previousElementSibling?.matches(".divider")) item.previousElementSibling.remove();
    const together =
      last && !("alone" in item.dataset) && !last.matches(".note") &&
      item.dataset.author === last.dataset.author && at - Number(last.dataset.at) < GROUP_SECONDS &&
      last.matches(".whisper") === item.matches(".whisper") && !item.previousElementSibling?.matches(".divider");
    item.toggleAttribute("data-ui-together", Boolean(together));
    last = item;
  }
}

function divide(item, text) {
  const above = item.previousElementSibling;
  if (above?.matches(".divider")) above.firstChild.textContent = text;
  else item.before(make("li", { className: "divider", role: "separator" }, make("span", { textContent: text })));
}

// -- scrolling ----------------------------------------------------------------------------------

function follow() {
  if (sticking) scroll.scrollTop = scroll.scrollHeight;
  newer.hidden = sticking;
}

export function toBottom() {
  sticking = true;
  follow();
}

// Only a person scrolls up; what grows, such as an image that arrives, leaves the distance from the top as it was.
scroll.addEventListener("scroll", () => {
  const near = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR;
  if (near) sticking = true;
  else if (scroll.scrollTop < lastTop) sticking = false;
  lastTop = scroll.scrollTop;
  newer.hidden = sticking;
}, { passive: true });
newer.addEventListener("click", toBottom);
new ResizeObserver(follow).observe(list);
new ResizeObserver(follow).observe(scroll);

/** Bring a message into sight and let it glow for a moment. */
export function jump(id) {
  const item = document.getElementById(`m-${id}`);
  if (!item) return;
  sticking = false;
  item.scrollIntoView({ block: "center" });
  item.setAttribute("data-ui-glow", "");
  setTimeout(() => item.removeAttribute("data-ui-glow"), 1600);
}

/** Take a whisper out of sight, for this page only. */
export function dismiss(item) {
  dismissed.add(item.id);
  item.remove();
  arrange();
}

/** A line under a message that only this page shows, such as a press nobody answered. */
export function note(id, text) {
  const body = $(`#m-${id} .body`);
  if (!body) return;
  $(".failed", body)?.remove();
  body.append(make("p", { className: "failed", role: "status", textContent: text }));
  follow();
}

/** A line at the end of the list that only this page shows. */
export function aside(text) {
  const item = make("p", { className: "aside-note", role: "status", textContent: text });
  list.after(item);
  follow();
  setTimeout(() => item.remove(), 12000);
}

// -- spoilers -----------------------------------------------------------------------------------

function reveal(spoiler) {
  spoiler.setAttribute("data-ui-open", "");
  spoiler.setAttribute("aria-label", "Spoiler, shown");
}

list.addEventListener("click", (event) => {
  const spoiler = event.target.closest(".spoiler:not([data-ui-open])");
  if (!spoiler) return;
  event.preventDefault();
  reveal(spoiler);
});
list.addEventListener("keydown", (event) => {
  if (event.target.matches(".spoiler") && [" ", "Enter"].includes(event.key)) {
    event.preventDefault();
    reveal(event.target);
  }
});
