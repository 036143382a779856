// The list of suggestions above the composer, for whatever field asks: chosen by arrows and Enter or Tab, or by a click.

import { $, make } from "./dom.js";

const popup = $("#popup");
let owner = null;
let items = [];
let pick = null;
let chosen = 0;

export const isOpen = (field) => owner === field && !popup.hidden;

/** Offer `given` ({label, detail, image, value}) to a field; `then` gets the one that is picked. */
export function offer(field, heading, given, then) {
  if (!given.length) {
    close();
    return;
  }
  [owner, items, pick, chosen] = [field, given, then, 0];
  popup.replaceChildren(make("div", { className: "heading", role: "presentation", textContent: heading }), ...items.map(row));
  popup.hidden = false;
  field.setAttribute("aria-expanded", "true");
  mark();
}

function row(item, index) {
  const option = make("div", { className: "option", role: "option", id: `option-${index}`, "aria-label": item.label });
  if (item.image) option.append(make("img", { src: item.image, alt: "" }));
  option.append(make("span", { className: "label", textContent: item.label }));
  if (item.detail) option.append(make("span", { className: "detail", textContent: item.detail }));
  option.addEventListener("mousedown", (event) => {
    event.preventDefault();
    choose(index);
  });
  option.addEventListener("mousemove", () => {
    chosen = index;
    mark(false);
  });
  return option;
}

function mark(scroll = true) {
  [...popup.querySelectorAll(".option")].forEach((option, index) => {
    option.setAttribute("aria-selected", String(index === chosen));
    if (scroll && index === chosen) option.scrollIntoView({ block: "nearest" });
  });
  owner?.setAttribute("aria-activedescendant", `option-${chosen}`);
}

function choose(index) {
  const [item, then] = [items[index], pick];
  close();
  then(item);
}

export function close() {
  popup.hidden = true;
  owner?.setAttribute("aria-expanded", "false");
  owner?.removeAttribute("aria-activedescendant");
  owner = null;
}

/** Whether a key was for the suggestions. */
export function key(event) {
  if (!isOpen(event.target)) return false;
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key in steps) {
    chosen = (chosen + steps[event.key] + items.length) % items.length;
    mark();
  } else if (event.key === "Enter" || event.key === "Tab") choose(chosen);
  else if (event.key === "Escape") close();
  else return false;
  event.preventDefault();
  event.stopPropagation();
  return true;
}
