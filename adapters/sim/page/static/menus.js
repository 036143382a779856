// What can be done to a message: its toolbar, the menu behind "More" or a right click, its buttons and menus, and reactions.

import { outcome } from "./command.js";
import { reply } from "./composer.js";
import { askFor, askWhether } from "./dialogs.js";
import { $, $$, icon, make, toast } from "./dom.js";
import * as messages from "./messages.js";
import { here, messagePath, placePath, send } from "./state.js";

const list = $("#messages");
const menu = $("#menu");
const EMOJI = ["👍", "❤️", "😂", "🎉", "👀", "✅"];
let opener = null;
let go = () => {};

/** What leads to another place. */
export const onPlace = (action) => { go = action; };

const tried = (promise) => promise.catch((error) => toast(error.message));
const idOf = (item) => item.dataset.messageId;

// -- actions ------------------------------------------------------------------------------------

function startThread(item) {
  const words = item.dataset.raw.split("\n")[0].slice(0, 40) || "New thread";
  askFor({ title: "Create Thread", label: "Thread Name", value: words, confirm: "Create Thread" }, async (name) => {
    const told = await send(placePath("threads"), { name, message: idOf(item) });
    go(told.id);
  });
}

function editText(item) {
  askFor({ title: "Edit Message", label: "Message", value: item.dataset.raw, confirm: "Save", long: true },
    (text) => send(messagePath(idOf(item), "edit"), { text }));
}

function remove(item) {
  askWhether("Delete Message", "Are you sure you want to delete this message?", "Delete", () => send(messagePath(idOf(item), "delete")));
}

async function useMenu(item, name) {
  outcome(await send(messagePath(idOf(item), "menu"), { name }), (text) => messages.note(idOf(item), text));
}

const react = (item, emoji) => tried(send(messagePath(idOf(item), "react"), { emoji }));

async function press(item, body, control) {
  control.setAttribute("data-ui-busy", "");
  try {
    outcome(await send(messagePath(idOf(item), "press"), body), () => messages.note(idOf(item), "This interaction failed"));
  } catch (error) {
    messages.note(idOf(item), error.message);
  }
  control.removeAttribute("data-ui-busy");
}

// -- the menu -----------------------------------------------------------------------------------

function entry(label, sign, action, kind = "") {
  const button = make("button", { type: "button", role: "menuitem", className: kind }, make("span", { textContent: label }));
  if (sign) button.append(icon(sign));
  button.addEventListener("click", () => {
    close();
    action();
  });
  return button;
}

function apps(item) {
  const inner = make("div", { className: "sub", role: "menu", "aria-label": "Apps", hidden: true },
    ...here.info.onMessage.map((name) => entry(name, "", () => tried(useMenu(item, name)))));
  const outer = make("button", { type: "button", role: "menuitem", "aria-haspopup": "menu", "aria-expanded": "false" }, make("span", { textContent: "Apps" }), icon("right"));
  const toggle = (open) => {
    inner.hidden = !open;
    outer.setAttribute("aria-expanded", String(open));
  };
  outer.addEventListener("click", () => toggle(true)); // a mouse that came to click has opened it already
  outer.addEventListener("mouseenter", () => toggle(true));
  return [outer, inner];
}

function entries(item) {
  const repliable = $('[data-act="reply"]', item);
  const own = "mine" in item.dataset;
  return [
    make("div", { className: "quick", role: "group", "aria-label": "React" }, ...EMOJI.map((emoji) => {
      const button = entry(emoji, "", () => react(item, emoji));
      button.setAttribute("aria-label", `React with ${emoji}`);
      return button;
    })),
    ...(own ? [entry("Edit Message", "", () => editText(item))] : []),
    ...(repliable ? [entry("Reply", "reply", () => reply(item))] : []),
    ...(repliable && here.info.mayThread && $('[data-act="thread"]', item) ? [entry("Create Thread", "thread", () => startThread(item))] : []),
    ...(here.info.onMessage.length ? apps(item) : []),
    entry("Copy Text", "", () => navigator.clipboard?.writeText(item.dataset.raw)),
    ...(own ? [entry("Delete Message", "", () => remove(item), "danger")] : []),
  ];
}

function open(item, x, y, from) {
  opener = from;
  menu.replaceChildren(...entries(item));
  menu.setAttribute("aria-label", "Message menu");
  menu.hidden = false;
  const { width, height } = menu.getBoundingClientRect();
  menu.style.left = `${Math.max(8, Math.min(x, innerWidth - width - 8))}px`;
  menu.style.top = `${Math.max(8, Math.min(y, innerHeight - height - 8))}px`;
  item.setAttribute("data-ui-open", "");
  $(":scope > [role=menuitem]", menu)?.focus();
}

export function close() {
  if (menu.hidden) return;
  menu.hidden = true;
  $("[data-ui-open].message")?.removeAttribute("data-ui-open");
  opener?.focus?.();
}

menu.addEventListener("keydown", (event) => {
  const items = $$("[role=menuitem]", menu).filter((item) => !item.closest("[hidden]"));
  const at = items.indexOf(document.activeElement);
  if (event.key === "Escape" || event.key === "Tab") close();
  else if (event.key === "ArrowDown") items[(at + 1) % items.length]?.focus();
  else if (event.key === "ArrowUp") items[(at - 1 + items.length) % items.length]?.focus();
  else if (event.key === "ArrowRight" && document.activeElement.getAttribute("aria-haspopup")) document.activeElement.click();
  else return;
  event.preventDefault();
  event.stopPropagation();
});
document.addEventListener("mousedown", (event) => menu.contains(event.target) || close());
addEventListener("resize", close);

// -- what is clicked ----------------------------------------------------------------------------

const ACTS = {
  reply: (item) => reply(item),
  thread: startThread,
  dismiss: (item) => messages.dismiss(item),
  react: (item, control) => { const at = control.getBoundingClientRect(); open(item, at.left - 180, at.bottom + 4, control); },
  more: (item, control) => { const at = control.getBoundingClientRect(); open(item, at.left - 180, at.bottom + 4, control); },
};

list.addEventListener("click", (event) => {
  const item = event.target.closest(".message");
  const control = event.target.closest("[data-act], [data-press], [data-react], [data-jump]");
  if (!item || !control) return;
  if (control.dataset.act) ACTS[control.dataset.act](item, control);
  else if (control.dataset.press) press(item, { id: control.dataset.press }, control);
  else if (control.dataset.react) react(item, control.dataset.react);
  else messages.jump(control.dataset.jump);
});
list.addEventListener("change", (event) => {
  const menu = event.target.closest("[data-menu]");
  if (menu) press(menu.closest(".message"), { id: menu.dataset.menu, values: [...menu.selectedOptions].map((option) => option.value) }, menu);
});
list.addEventListener("contextmenu", (event) => {
  const item = event.target.closest(".message:not(.note)");
  if (!item || event.target.closest(".content a, .file a")) return;
  event.preventDefault();
  open(item, event.clientX, event.clientY, item);
});
