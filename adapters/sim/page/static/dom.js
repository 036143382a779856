// Small things about elements: finding, making, and changing one into another without touching what stays the same.

export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

/** An element with properties, attributes (data- and aria- too) and children. */
export function make(tag, given = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (name in element && !name.includes("-")) element[name] = value;
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** An icon of the sprite in the page. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/** HTML the server rendered, as nodes that stand nowhere yet. */
export function parsed(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

// What the page itself put on an element stays there when the server tells of it anew.
const kept = (name) => name.startsWith("data-ui-") || name === "style";

/** Make `old` look like `fresh`, keeping every node that did not change. */
export function morph(old, fresh) {
  if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName) {
    old.replaceWith(fresh);
    return;
  }
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  if (old.nodeType !== Node.ELEMENT_NODE) return;
  attributes(old, fresh);
  children(old, fresh);
}

function attributes(old, fresh) {
  for (const { name, value } of [...fresh.attributes]) {
    if (!kept(name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  for (const { name } of [...old.attributes]) {
    if (kept(name) || fresh.hasAttribute(name)) continue;
    old.removeAttribute(name);
    if (name === "data-color") old.style.color = "";
  }
}

/** Children in order; those with an id are found again wherever they stood. */
export function children(old, fresh) {
  const known = new Map([...old.children].filter((child) => child.id).map((child) => [child.id, child]));
  let at = old.firstChild;
  for (const next of [...fresh.childNodes]) {
    const same = next.id ? known.get(next.id) : at;
    if (!same || (!next.id && same.id)) {
      old.insertBefore(next, at);
      continue;
    }
    if (same !== at) old.insertBefore(same, at);
    at = same.nextSibling;
    morph(same, next);
  }
  while (at) {
    const gone = at;
    at = at.nextSibling;
    gone.remove();
  }
}

/** Colours come as data, for inline styles are not allowed here; a script may set them. */
export function paint(root) {
  for (const element of $$("[data-color]", root)) element.style.color = element.dataset.color;
  for (const element of $$("[data-edge]", root)) element.style.borderLeftColor = element.dataset.edge;
}

/** A short word at the edge of the page. */
export function toast(text) {
  const note = make("div", { className: "toast", textContent: text });
  $("#toasts").append(note);
  setTimeout(() => note.remove(), 6000);
}
