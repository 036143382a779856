// The page as a whole: the stream of what happens, going from place to place, and being somebody else.

import * as composer from "./composer.js";
import { askFor } from "./dialogs.js";
import { $, $$, children, icon, make, paint, parsed } from "./dom.js";
import { close as closeMenu, onPlace } from "./menus.js";
import * as messages from "./messages.js";
import { here, placePath, send } from "./state.js";

const places = $("#places");
const body = document.body;
const unread = new Map(); // place -> how often it rang for this person
let source = null;
let typingEnds = 0;
let shown = 100;

// -- the stream ---------------------------------------------------------------------------------

function listen() {
  source?.close();
  source = new EventSource(`${placePath("stream")}?show=${shown}`);
  source.addEventListener("open", () => { $("#lost").hidden = true; });
  source.addEventListener("error", () => { $("#lost").hidden = false; });
  const told = {
    places: ({ html }) => { children(places, parsed(html)); watch(); },
    place: arrange,
    messages: (told) => {
      if (told.whole) $("#earlier").hidden = !(body.toggleAttribute("data-ui-earlier", told.earlier));
      messages.show(told);
    },
    gone: ({ ids }) => messages.remove(ids),
    typing: showTyping,
    elsewhere: ({ channels }) => rings(channels),
    points: ({ html }) => children($("#points"), parsed(html || "—")),
    saw: ({ html }) => children($("#saw"), parsed(html)),
  };
  for (const [name, action] of Object.entries(told)) {
    source.addEventListener(name, (event) => action(JSON.parse(event.data)));
  }
}

const SIGNS = { dm: "at", thread: "thread", channel: "hash" };

function arrange(info) {
  here.info = info;
  $("#title").replaceChildren(icon(SIGNS[info.kind]), make("span", { textContent: info.title }));
  $("#topic").textContent = info.parent ? `in #${info.parent.name}` : info.topic;
  document.title = `${info.kind === "channel" ? "#" : ""}${info.title} · Embedded Discord`;
  $("#new-thread").hidden = !info.mayThread;
  const members = parsed(info.members);
  paint(members);
  children($("#members"), members);
  paint($("#members"));
  welcome(info);
  composer.arrange(info);
}

const WELCOME = {
  dm: ({ title }) => [title, `This is the beginning of your direct message history with ${title}.`],
  thread: ({ title }) => [title, "This is the start of a thread."],
  channel: ({ title }) => [`Welcome to #${title}!`, `This is the start of the #${title} channel.`],
};

function welcome(info) {
  const [heading, text] = WELCOME[info.kind](info);
  const sign = make("span", { className: "sign" }, icon(SIGNS[info.kind]));
  $("#welcome").replaceChildren(sign, make("h2", { textContent: heading }), make("p", { textContent: text }));
}

function showTyping({ names, seconds }) {
  clearTimeout(typingEnds);
  const line = $("#typing");
  const who = names.length > 3 ? "Several people are" : `${names.join(", ")} ${names.length > 1 ? "are" : "is"}`;
  line.replaceChildren();
  if (!names.length) return;
  line.append(make("span", { className: "dots", "aria-hidden": "true" }, make("i"), make("i"), make("i")), make("span", { textContent: `${who} typing…` }));
  typingEnds = setTimeout(() => line.replaceChildren(), seconds * 1000);
}

// -- unread -------------------------------------------------------------------------------------

function rings(channels) {
  for (const [place, rang] of Object.entries(channels)) unread.set(place, (unread.get(place) || 0) + (rang ? 1 : 0));
  watch();
}

function watch() {
  for (const link of $$("[data-watch]", places)) {
    const waiting = link.dataset.watch.split(" ").filter((place) => unread.has(place));
    const rang = waiting.reduce((sum, place) => sum + unread.get(place), 0);
    link.toggleAttribute("data-ui-unread", waiting.length > 0);
    if (rang) link.setAttribute("data-ui-rang", rang);
    else link.removeAttribute("data-ui-rang");
  }
  $("#points-of").textContent = `${$("#switch strong")?.textContent || here.person}'s points`;
}

// -- going --------------------------------------------------------------------------------------

function enter(person, place, guild) {
  const [first, same, moved] = [!here.person, person === here.person, place !== here.place];
  Object.assign(here, { person, place, guild, info: null });
  if (!same) unread.clear();
  unread.delete(place);
  if (!same) $("#points").textContent = "…";
  closeMenu();
  shown = 100;
  $("#typing").replaceChildren();
  if (first) composer.begin();
  else composer.forget();
  messages.clear();
  body.removeAttribute("data-ui-places");
  listen();
  if (moved || !same) $("#text").focus();
}

const address = () => `/channels/${here.guild}/${here.place}?as=${here.person}`;

function go(place, guild = place === "dm" ? "@me" : here.guild) {
  enter(here.person, place, guild);
  history.pushState(null, "", address());
}

/** Somebody else looks at the same place, or at their own beginning where they may not see it. */
async function become(person) {
  const wanted = `/channels/${here.guild}/${here.place}?as=${person}`;
  const allowed = (await fetch(wanted, { method: "HEAD" })).ok;
  if (!allowed) {
    location.href = `/?as=${person}`;
    return;
  }
  enter(person, here.place, here.guild);
  history.pushState(null, "", address());
}

onPlace((place) => go(place));
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-place], .mention[data-channel]");
  if (link) {
    event.preventDefault();
    go(link.dataset.place || link.dataset.channel, link.dataset.guild);
  }
});
addEventListener("popstate", fromAddress);

function fromAddress() {
  const [, , guild, place] = location.pathname.split("/");
  enter(new URLSearchParams(location.search).get("as") || body.dataset.person, place, guild);
}

// -- the sides ----------------------------------------------------------------------------------

places.addEventListener("click", (event) => {
  const person = event.target.closest("#people [data-person]")?.dataset.person;
  if (event.target.closest("#switch")) people($("#people").hidden);
  else if (person) {
    people(false);
    become(person);
  }
});

function people(open) {
  $("#people").hidden = !open;
  $("#switch").setAttribute("aria-expanded", String(open));
  if (open) $('#people [aria-checked="true"]').focus();
}

places.addEventListener("keydown", (event) => {
  if (!event.target.closest("#people")) return;
  const items = $$("#people [data-person]");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === "Escape") {
    people(false);
    $("#switch").focus();
  } else if (step) {
    event.preventDefault();
    items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
  }
});
document.addEventListener("mousedown", (event) => {
  if (!event.target.closest(".me") && $("#people")) people(false);
  if (!event.target.closest("#places, #open-places")) body.removeAttribute("data-ui-places");
  if (matchMedia("(max-width: 900px)").matches && !event.target.closest("#margin, #open-margin")) body.removeAttribute("data-ui-margin");
});
$("#earlier").addEventListener("click", () => {
  shown += 200;
  listen();
});
$("#open-places").addEventListener("click", () => body.toggleAttribute("data-ui-places"));
$("#open-margin").addEventListener("click", () => {
  const narrow = matchMedia("(max-width: 900px)").matches;
  const shown = narrow ? body.toggleAttribute("data-ui-margin") : !body.toggleAttribute("data-ui-no-margin");
  $("#open-margin").setAttribute("aria-pressed", String(shown));
});
$("#new-thread").addEventListener("click", () =>
  askFor({ title: "Create Thread", label: "Thread Name", confirm: "Create Thread" }, async (name) => {
    go((await send(placePath("threads"), { name })).id);
  }));

fromAddress();
