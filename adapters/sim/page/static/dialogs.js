// What opens over the page: forms of the bot, and the page's own short questions.

import { $, make, parsed, toast } from "./dom.js";

const dialog = $("#dialog");

/** Show a form; `then` gets {name: text} and may refuse by throwing, which is shown in the form. */
export function openForm(html, then) {
  const fragment = typeof html === "string" ? parsed(html) : html;
  const form = $("form", fragment);
  dialog.setAttribute("aria-label", form.getAttribute("aria-label"));
  dialog.replaceChildren(form);
  $("[data-cancel]", form).addEventListener("click", () => dialog.close());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const filled = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]));
    const button = $('[type="submit"]', form);
    button.disabled = true;
    try {
      await then(filled);
      if (form.isConnected) dialog.close();
    } catch (error) {
      const trouble = $(".trouble", form);
      if (!form.isConnected) toast(error.message);
      else [trouble.hidden, trouble.textContent] = [false, error.message];
    }
    button.disabled = false;
  });
  if (!dialog.open) dialog.showModal();
  $("input, textarea", form)?.focus();
}

/** Ask for one text. */
export function askFor({ title, label, value = "", confirm = "Submit", long = false }, then) {
  const field = make(long ? "textarea" : "input", { name: "answer", value, required: true, maxLength: long ? 2000 : 100, autocomplete: "off", "aria-label": label });
  if (long) field.rows = 5;
  open_(title, [make("label", { className: "field" }, make("span", { className: "name", textContent: label }), field)], confirm, (filled) => then(filled.answer));
}

/** Ask whether something is really meant. */
export function askWhether(title, text, confirm, then) {
  open_(title, [make("p", { textContent: text })], confirm, then, "danger");
}

function open_(title, inside, confirm, then, style = "primary") {
  const cancel = make("button", { type: "button", className: "plain", "data-cancel": "", textContent: "Cancel" });
  const submit = make("button", { type: "submit", className: `button ${style}`, textContent: confirm });
  const trouble = make("p", { className: "trouble", role: "alert", hidden: true });
  const form = make("form", { className: "dialog", "aria-label": title }, make("h2", { textContent: title }), ...inside, trouble, make("footer", {}, cancel, submit));
  const holder = document.createDocumentFragment();
  holder.append(form);
  openForm(holder, then);
}

dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
