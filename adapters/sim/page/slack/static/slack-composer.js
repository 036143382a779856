// One place to write: text that grows, files by button, drop or paste, and the app's commands after a slash.
import { $, $$, make } from "./dom.js";

export function composer(form, offers, send) {
  const text = $("textarea", form), list = $(".files", form), offer = $(".offer", form), pane = form.parentElement;
  let files = [];

  const fit = () => { text.style.height = "auto"; text.style.height = `${text.scrollHeight}px`; };

  function attach(more) {
    files = [...files, ...more].slice(0, 10);
    list.hidden = !files.length;
    list.replaceChildren(...files.map((file, at) => {
      const drop = make("button", { type: "button", textContent: " ✕", "aria-label": `Remove ${file.name}` });
      drop.addEventListener("click", () => { files.splice(at, 1); attach([]); });
      return make("li", {}, file.name, drop);
    }));
  }

  function suggest() {
    const typed = text.value.split(/\s/)[0];
    const found = text.value.startsWith("/") && !/\s/.test(text.value) ? offers.commands.filter((each) => each.startsWith(typed)) : [];
    offer.hidden = !found.length;
    offer.replaceChildren(...found.map((command) => {
      const item = make("button", { type: "button", role: "option", textContent: command });
      item.addEventListener("click", () => { text.value = `${command} `; offer.hidden = true; text.focus(); });
      return item;
    }));
  }

  async function submit() {
    if (!text.value.trim() && !files.length) return;
    const data = new FormData();
    const [written, sent] = [text.value, files];
    data.set("text", written);
    for (const file of sent) data.append("files", file);
    text.value = "";
    files = [];
    attach([]);
    fit();
    offer.hidden = true;
    if (!(await send(data)) && !text.value) { text.value = written; files = sent; attach([]); fit(); }
  }

  text.addEventListener("input", () => { fit(); suggest(); });
  text.addEventListener("keydown", (event) => {
    if (event.key === "Tab" && !offer.hidden) { event.preventDefault(); $$("button", offer)[0].click(); }
    else if (event.key === "Escape") offer.hidden = true;
    else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); submit(); }
  });
  text.addEventListener("paste", (event) => { if (event.clipboardData.files.length) { event.preventDefault(); attach(event.clipboardData.files); } });
  $("[type=file]", form).addEventListener("change", (event) => { attach(event.target.files); event.target.value = ""; });
  pane.addEventListener("dragover", (event) => event.preventDefault());
  pane.addEventListener("drop", (event) => { event.preventDefault(); if (event.dataTransfer.files.length) attach(event.dataTransfer.files); });
  form.addEventListener("submit", (event) => { event.preventDefault(); submit(); });
}
