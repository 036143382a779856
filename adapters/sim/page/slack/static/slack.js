// The page of the simulated Slack: parts come rendered from the server and are changed in place; what people do goes back as small posts.
import { $, $$, make, children, parsed, toast } from "./dom.js";
import { dress } from "./slack-times.js";
import { values } from "./slack-fields.js";
import { composer } from "./slack-composer.js";

const body = document.body;
const here = { person: body.dataset.person, place: body.dataset.place, thread: new URLSearchParams(location.search).get("thread") || "" };
const offers = JSON.parse(body.dataset.offers);
const dialog = $("#dialog");
const menu = $("#menu");
let stream = null;

const path = (verb) => `/slack/page/${here.person}/${here.place === "home" ? "dm" : here.place}/${verb}`;

async function post(verb, data) {
  const form = data instanceof FormData;
  try {
    const answer = await fetch(path(verb), { method: "POST", body: form ? data : JSON.stringify(data), headers: form ? {} : { "Content-Type": "application/json" } });
    const told = await answer.json();
    if (answer.ok) return told;
    toast(told.error || "That did not work.");
  } catch {
    toast("The page's server does not answer.");
  }
  return null;
}

// -- what is told -------------------------------------------------------------------------------

const near = (pane) => pane.scrollHeight - pane.scrollTop - pane.clientHeight < 120;

const PARTS = {
  thread: (html) => { $("#side").hidden = !html; show($("#thread"), html); },
  modal: (html) => {
    const fresh = parsed(html), known = $(".view", dialog), next = $(".view", fresh);
    if (!next) { dialog.close(); dialog.replaceChildren(); return; }
    if (known && known.dataset.view === next.dataset.view && !$(".error", next)) return;
    const filled = known && known.dataset.view === next.dataset.view ? values(known) : null;
    dialog.replaceChildren(fresh);
    if (filled) for (const field of $$("[data-action]", dialog)) if (typeof filled[field.dataset.action] === "string" && "value" in field && !field.dataset.external) field.value = filled[field.dataset.action];
    if (!dialog.open) dialog.showModal();
    ($(".wrong [data-action]", dialog) || $("[data-action]", dialog))?.focus();
  },
};

function show(pane, html) {
  const stick = near(pane);
  const root = pane.cloneNode(false);
  root.append(parsed(html));
  children(pane, root);
  dress(pane);
  if (stick) pane.scrollTop = pane.scrollHeight;
}

function listen() {
  stream?.close();
  stream = new EventSource(`${path("stream").replace(/\/dm\/stream$/, `/${here.place}/stream`)}?thread=${here.thread}`);
  stream.addEventListener("part", (event) => {
    const { part, html } = JSON.parse(event.data);
    (PARTS[part] || ((text) => show($(`#${part}`), text)))(html);
  });
  stream.onopen = () => { $("#lost").hidden = true; };
  stream.onerror = () => { $("#lost").hidden = false; };
}

// -- going --------------------------------------------------------------------------------------

function enter(place, thread = "", push = true) {
  const moved = place !== here.place;
  Object.assign(here, { place, thread });
  body.dataset.place = place;
  const home = place === "home";
  $("#home").hidden = !home;
  $("#composer").hidden = home;
  $("#talk").style.flex = home ? "none" : "";
  if (moved) { $("#talk").replaceChildren(); }
  if (!thread) { $("#side").hidden = true; $("#thread").replaceChildren(); }
  body.removeAttribute("data-ui-places");
  if (push) history.pushState(null, "", `/slack/client/${place}?as=${here.person}${thread ? `&thread=${thread}` : ""}`);
  listen();
  if (moved && (home || place === "dm")) post("open_app", { tab: place });
  if (!home) $(thread ? "#reply textarea" : "#composer textarea").focus();
}

addEventListener("popstate", () => {
  const asked = new URLSearchParams(location.search);
  if (asked.get("as") && asked.get("as") !== here.person) location.reload();
  enter(location.pathname.split("/").at(-1), asked.get("thread") || "", false);
});

document.addEventListener("change", (event) => {
  if (event.target.id === "who") location.href = `/slack?as=${event.target.value}`;
});

// -- using --------------------------------------------------------------------------------------

const where = (element) => {
  const view = element.closest("[data-view]");
  return view ? { view: view.dataset.view } : { ts: element.closest("[data-ts]").dataset.ts };
};

async function busy(element, work) {
  element.setAttribute("data-ui-busy", "");
  await work;
  element.removeAttribute("data-ui-busy");
}

document.addEventListener("click", (event) => {
  const found = (name) => event.target.closest(`[data-${name}]`);
  const place = found("place"), thread = found("thread"), press = found("press"), more = found("more");
  if (!event.target.closest("#menu")) menu.hidden = true;
  if (place && place !== body) { event.preventDefault(); enter(place.dataset.place); }
  else if (thread) enter(here.place, thread.dataset.thread);
  else if (press) busy(press, post("press", { ...where(press), action: press.dataset.press, value: press.dataset.value }));
  else if (more) openMenu(more);
  else if (found("close")) post("close", { view: found("close").dataset.close });
  else if (found("stop")) busy(found("stop"), post("stop", { ts: found("stop").dataset.stop }));
  else if (found("prompt")) { const data = new FormData(); data.set("text", found("prompt").dataset.prompt); post("say", data).then(follow); }
  else if (event.target.closest("#burger")) body.toggleAttribute("data-ui-places");
});

/** Where an answer will come: in the app's pane every question has a thread of its own. */
function follow(told) {
  if (told?.ts && here.place === "dm" && !here.thread) enter("dm", told.thread || told.ts);
}

function openMenu(at) {
  const ts = at.dataset.more;
  menu.replaceChildren(...Object.entries(offers.shortcuts).map(([name, label]) => {
    const item = make("button", { type: "button", role: "menuitem", textContent: label });
    item.addEventListener("click", () => { menu.hidden = true; post("shortcut", { ts, name }); });
    return item;
  }));
  if (!menu.children.length) menu.append(make("span", { textContent: "This app has no shortcuts." }));
  const box = at.getBoundingClientRect();
  menu.hidden = false;
  menu.style.left = `${Math.max(8, box.right - menu.offsetWidth)}px`;
  menu.style.top = `${Math.min(innerHeight - menu.offsetHeight - 8, box.bottom + 4)}px`;
  menu.firstElementChild.focus?.();
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !menu.hidden) menu.hidden = true;
});
dialog.addEventListener("cancel", (event) => {
  event.preventDefault();
  const view = $("[data-view]", dialog);
  if (view) post("close", { view: view.dataset.view });
});
dialog.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = $("[type=submit]", dialog);
  await busy(button, post("submit", { view: event.target.dataset.view, values: values(event.target) }));
});

// A menu that is not in a form acts at once.
document.addEventListener("change", (event) => {
  const field = event.target.closest("select[data-action]");
  if (!field || field.closest("dialog")) return;
  post("select", { ...where(field), action: field.dataset.action, value: field.multiple ? [...field.selectedOptions].map((each) => each.value) : field.value });
});

let asked = 0;
document.addEventListener("input", async (event) => {
  const field = event.target.closest("[data-external]");
  if (!field) return;
  const number = ++asked;
  const told = await post("suggest", { ...where(field), action: field.dataset.external, typed: field.value });
  if (number !== asked || !told) return;
  const list = field.nextElementSibling;
  list.replaceChildren(...told.options.map(({ value, label }) => {
    const item = make("button", { type: "button", role: "option", textContent: label });
    item.addEventListener("click", () => {
      Object.assign(field, { value: label });
      field.dataset.chosen = value;
      list.hidden = true;
      field.setAttribute("aria-expanded", "false");
      if (!field.closest("dialog")) post("select", { ...where(field), action: field.dataset.external, value });
    });
    return item;
  }));
  list.hidden = !told.options.length;
  field.setAttribute("aria-expanded", String(!list.hidden));
});

composer($("#composer"), offers, (data) => post("say", data).then((told) => { follow(told); return told; }));
composer($("#reply"), { commands: [] }, (data) => { data.set("thread", here.thread); return post("say", data); });
enter(here.place, here.thread, false);
if (here.place === "home" || here.place === "dm") post("open_app", { tab: here.place });
