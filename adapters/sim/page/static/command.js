// A slash command being filled in: its name, a field for every option that is required or added, and values that are suggested.

import { $, $$, icon, make, toast } from "./dom.js";
import * as messages from "./messages.js";
import * as popup from "./popup.js";
import { here, named, placePath, send } from "./state.js";
import { openForm } from "./dialogs.js";

const PAUSE = 150;
const line = $("#line");
const bar = $("#command");
const PICKERS = { person: ["person"], role: ["role"], channel: ["channel"], mentionable: ["person", "role"] };
let command = null;
let asked = 0;
let timer = 0;

export const isOpen = () => command !== null;

/** Show the fields of a command instead of the composer's text. */
export function open(given) {
  command = given;
  bar.replaceChildren(make("span", { className: "name" }, `/${given.words}`));
  bar.setAttribute("aria-label", `Command /${given.words}`);
  for (const option of given.options.filter((option) => option.required)) addField(option);
  bar.append(make("span", { className: "more" }), close_(), submit_());
  rest();
  line.hidden = true;
  bar.hidden = false;
  ($("input, select", bar) || $(".send", bar)).focus();
}

function close_() {
  const button = make("button", { type: "button", className: "cancel", "aria-label": "Cancel command" }, icon("close"));
  button.addEventListener("click", close);
  return button;
}

function submit_() {
  return make("button", { type: "submit", className: "send", "aria-label": "Send command" }, icon("send"));
}

export function close() {
  if (!command) return;
  command = null;
  popup.close();
  clearTimeout(timer);
  bar.hidden = true;
  line.hidden = false;
  bar.replaceChildren();
  $("#text").focus();
}

/** What can still be added. */
function rest() {
  const left = command.options.filter((option) => !$(`[data-option="${option.name}"]`, bar));
  $(".more", bar).replaceChildren(...left.map((option) => {
    const button = make("button", { type: "button", className: "add", title: option.description, "aria-label": `Add option ${option.name}` }, `+ ${option.name}`);
    button.addEventListener("click", () => {
      const field = addField(option);
      rest();
      $("input, select", field).focus();
    });
    return button;
  }));
}

function addField(option) {
  const input = inputFor(option);
  input.dataset.name = option.name;
  input.setAttribute("aria-label", option.name);
  input.title = option.description;
  const field = make("label", { className: "option-field", "data-option": option.name }, make("span", { className: "option-name" }, option.name), input);
  const more = $(".more", bar);
  if (more) more.before(field);
  else bar.append(field);
  return field;
}

function inputFor(option) {
  if (option.kind === "file") return make("input", { type: "file", required: option.required });
  if (option.kind === "switch") return choiceOf([["true", "True"], ["false", "False"]]);
  const input = make("input", {
    type: "text",
    required: option.required,
    autocomplete: "off",
    placeholder: option.description,
    inputMode: option.kind === "whole" ? "numeric" : option.kind === "number" ? "decimal" : "text",
  });
  if (option.autocomplete || option.choices.length || option.kind in PICKERS) suggesting(input, option);
  return input;
}

const choiceOf = (pairs) => make("select", {}, ...pairs.map(([value, text]) => make("option", { value, textContent: text })));

// -- suggestions --------------------------------------------------------------------------------

function suggesting(input, option) {
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", "popup");
  input.setAttribute("aria-expanded", "false");
  const look = () => (option.autocomplete ? askBot(input, option) : offer(input, option, ready(option, input.value)));
  input.addEventListener("focus", look);
  input.addEventListener("input", () => {
    delete input.dataset.value;
    look();
  });
  input.addEventListener("blur", () => popup.isOpen(input) && popup.close());
}

function ready(option, typed) {
  const all = option.choices.length
    ? option.choices
    : named(...PICKERS[option.kind]).map((thing) => ({ name: (thing.kind === "channel" ? "#" : "@") + thing.name, value: thing.id }));
  return all.filter((choice) => String(choice.name).toLowerCase().includes(typed.toLowerCase()));
}

function askBot(input, option) {
  clearTimeout(timer);
  timer = setTimeout(async () => {
    const turn = ++asked;
    const others = values(input);
    const told = await send(placePath("suggestions"), { command: command.words, option: option.name, partial: input.value, others })
      .catch(() => ({ choices: [] }));
    if (turn === asked && document.activeElement === input) offer(input, option, told.choices);
  }, PAUSE);
}

function offer(input, option, choices) {
  const items = choices.map((choice) => ({ label: String(choice.name), value: String(choice.value) }));
  popup.offer(input, `${option.name} — ${option.description}`, items, (item) => {
    input.value = item.label;
    input.dataset.value = item.value;
    const next = $$("input", bar).find((other) => !other.value && other.type !== "file");
    if (next) next.focus();
  });
}

// -- sending ------------------------------------------------------------------------------------

function values(except = null) {
  const found = {};
  for (const input of $$("[data-name]", bar)) {
    if (input !== except && input.type !== "file") found[input.dataset.name] = input.dataset.value ?? input.value;
  }
  return found;
}

export async function submit() {
  const [words, form] = [command.words, new FormData()];
  form.append("command", words);
  for (const [name, value] of Object.entries(values())) form.append(`option:${name}`, value);
  for (const input of $$('input[type="file"]', bar)) {
    if (input.files[0]) form.append(`option:${input.dataset.name}`, input.files[0]);
  }
  const path = placePath("commands");
  try {
    const sent = send(path, form);
    sent.catch(() => {});
    close();
    messages.toBottom();
    outcome(await sent, (text) => messages.aside(`/${words}: ${text}`));
  } catch (error) {
    toast(error.message);
  }
}

/** What came of a command or press: a form to fill in, or silence that is told by `say`. */
export function outcome(told, say) {
  if (told.form) openForm(told.form, (filled) => send(`/page/${here.person}/forms/${told.interaction}/submit`, { values: filled }).then((next) => outcome(next, say)));
  else if (told.state === "failed") say("The application did not respond");
}

bar.addEventListener("keydown", (event) => {
  if (popup.key(event)) return;
  if (event.key === "Escape") close();
  if (event.key === "Backspace" && event.target.matches("input[type=text]") && !event.target.value) {
    const optional = event.target.closest(".option-field");
    if (event.target.required || !optional) close();
    else {
      optional.remove();
      rest();
      ($("input, select", bar) || $(".send", bar)).focus();
    }
    event.preventDefault();
  }
});
