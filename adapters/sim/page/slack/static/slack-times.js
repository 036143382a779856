// Times in the reader's own zone and language.
import { $$ } from "./dom.js";

const clock = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });

export function dress(root) {
  for (const time of $$("time[datetime]", root)) {
    const at = new Date(time.dateTime);
    const text = clock.format(at);
    if (time.textContent !== text) time.textContent = text;
    time.title = whole.format(at);
  }
}
