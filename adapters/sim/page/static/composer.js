// Writing: the text field, a reply, files, and what Enter does.

import * as command from "./command.js";
import { $, icon, make, toast } from "./dom.js";
import { commandsFor, complete } from "./mentions.js";
import * as messages from "./messages.js";
import * as popup from "./popup.js";
import { here, placePath, send } from "./state.js";

const text = $("#text");
const left = $("#left");
const list = $("#files");
const drop = $("#drop");
const replying = $("#replying");
const TYPING_EVERY = 8000;
const NEARLY = 200;
let files = [];
let replyTo = null;
let lastTyping = 0;
let depth = 0;

// -- replying -----------------------------------------------------------------------------------

/** Let the next message answer this one. */
export function reply(item) {
  replyTo = item.dataset.messageId;
  $("#replying-to").textContent = $(".head .author", item)?.textContent || item.dataset.author;
  ping(true);
  replying.hidden = false;
  document.querySelector("[data-ui-answering]")?.removeAttribute("data-ui-answering");
  item.setAttribute("data-ui-answering", "");
  command.close();
  text.focus();
}

function noReply() {
  document.querySelector("[data-ui-answering]")?.removeAttribute("data-ui-answering");
  replyTo = null;
  replying.hidden = true;
}

function ping(on) {
  $("#ping").setAttribute("aria-pressed", String(on));
  $("#ping").textContent = on ? "@ ON" : "@ OFF";
}

$("#ping").addEventListener("click", () => ping($("#ping").getAttribute("aria-pressed") !== "true"));
$("#no-reply").addEventListener("click", () => {
  noReply();
  text.focus();
});

// -- files --------------------------------------------------------------------------------------

function add(given) {
  files.push(...given);
  showFiles();
  text.focus();
}

function showFiles() {
  for (const image of list.querySelectorAll("img")) URL.revokeObjectURL(image.src);
  list.hidden = !files.length;
  list.replaceChildren(...files.map((file, index) => {
    const remove = make("button", { type: "button", "aria-label": `Remove ${file.name}` }, icon("close"));
    remove.addEventListener("click", () => {
      files.splice(index, 1);
      showFiles();
    });
    const preview = /^image\/(png|jpe?g|gif|webp)$/.test(file.type) ? make("img", { src: URL.createObjectURL(file), alt: "" }) : icon("file");
    return make("li", {}, preview, make("span", { className: "name", textContent: file.name }), remove);
  }));
}

$("#attach").addEventListener("change", (event) => {
  add(event.target.files);
  event.target.value = "";
});
const carries = (event) => event.dataTransfer?.types.includes("Files");
const talk = $("#talk");
talk.addEventListener("dragenter", (event) => {
  if (!carries(event)) return;
  depth += 1;
  drop.hidden = !here.info?.mayWrite;
});
talk.addEventListener("dragleave", (event) => {
  if (carries(event) && --depth <= 0) drop.hidden = true;
});
talk.addEventListener("dragover", (event) => carries(event) && event.preventDefault());
talk.addEventListener("drop", (event) => {
  if (!carries(event)) return;
  event.preventDefault();
  depth = 0;
  drop.hidden = true;
  if (here.info?.mayWrite) add(event.dataTransfer.files);
});
text.addEventListener("paste", (event) => {
  if (event.clipboardData.files.length) {
    event.preventDefault();
    add(event.clipboardData.files);
  }
});

// -- writing ------------------------------------------------------------------------------------

function changed() {
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight}px`;
  const remaining = (here.info?.limit || 2000) - text.value.length;
  left.hidden = remaining > NEARLY;
  left.textContent = remaining;
  left.classList.toggle("over", remaining < 0);
  suggest();
  if (text.value && !text.value.startsWith("/") && Date.now() - lastTyping > TYPING_EVERY) {
    lastTyping = Date.now();
    send(placePath("type")).catch(() => {});
  }
}

function suggest() {
  if (/^\/[\w -]*$/.test(text.value)) {
    const items = commandsFor(text.value).map((found) => ({ label: `/${found.words}`, detail: found.description, command: found }));
    popup.offer(text, "poebridge", items, (item) => start(item.command));
  } else if (!complete(text)) popup.close();
}

function start(found) {
  clear();
  command.open(found);
}

function clear() {
  text.value = "";
  changed();
}

async function submit() {
  const words = text.value.trim();
  const whole = /^\//.test(words) && commandsFor(words).find((found) => `/${found.words}` === words);
  if (whole) return start(whole);
  if (!words && !files.length) return undefined;
  const form = new FormData();
  form.append("text", words);
  if (replyTo) form.append("reply_to", replyTo);
  form.append("ping", $("#ping").getAttribute("aria-pressed") === "true" ? "yes" : "no");
  for (const file of files) form.append("files", file);
  try {
    const sent = send(placePath("say"), form);
    const written = [words, files];
    forget();
    messages.toBottom();
    await sent.catch((error) => {
      [text.value, files] = written;
      changed();
      showFiles();
      throw error;
    });
  } catch (error) {
    toast(error.message);
  }
  return undefined;
}

/** Begin anew, as in another place or as somebody else. */
export function forget() {
  command.close();
  noReply();
  files = [];
  showFiles();
  clear();
  lastTyping = 0;
}

/** Take up what was typed before this script was there. */
export const begin = () => text.value && changed();

/** What the place allows and is called. Whoever typed before it was known is offered now what fits. */
export function arrange(info) {
  const sign = info.kind === "dm" ? "@" : info.kind === "thread" ? "" : "#";
  text.placeholder = info.mayWrite ? `Message ${sign}${info.title}` : "You do not have permission to send messages in this channel.";
  text.disabled = !info.mayWrite;
  text.setAttribute("aria-label", `Message ${sign}${info.title}`);
  $("#drop-title").textContent = `${sign}${info.title}`;
  if (document.activeElement === text && !popup.isOpen(text)) suggest();
}

text.addEventListener("input", changed);
text.addEventListener("click", suggest);
text.addEventListener("blur", () => popup.isOpen(text) && popup.close());
text.addEventListener("keydown", (event) => {
  if (popup.key(event) || event.isComposing) return;
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    submit();
  } else if (event.key === "Escape") noReply();
});
$("#composer").addEventListener("submit", (event) => {
  event.preventDefault();
  if (command.isOpen()) command.submit();
  else submit();
});
