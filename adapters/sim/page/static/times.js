// Times as Discord writes them, in the reader's own zone and language.

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const seconds = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
const short = new Intl.DateTimeFormat(undefined, { dateStyle: "short" });
const long = new Intl.DateTimeFormat(undefined, { dateStyle: "long" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "short" });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
const STEPS = [["year", 31536000], ["month", 2592000], ["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];

const dayOf = (date) => date.toDateString();

function stamp(date) {
  const yesterday = new Date(Date.now() - 86400000);
  if (dayOf(date) === dayOf(new Date())) return `Today at ${clock.format(date)}`;
  if (dayOf(date) === dayOf(yesterday)) return `Yesterday at ${clock.format(date)}`;
  return `${short.format(date)} ${clock.format(date)}`;
}

function ago(date) {
  const distance = (date - Date.now()) / 1000;
  const [unit, size] = STEPS.find(([, size]) => Math.abs(distance) >= size) || STEPS.at(-1);
  return relative.format(Math.round(distance / size), unit);
}

const STYLES = {
  stamp,
  t: (date) => clock.format(date),
  T: (date) => seconds.format(date),
  d: (date) => short.format(date),
  D: (date) => long.format(date),
  f: (date) => `${long.format(date)} ${clock.format(date)}`,
  F: (date) => full.format(date),
  R: ago,
};

/** Write every time below `root` for people. */
export function tell(root) {
  for (const element of root.querySelectorAll("time[data-style]")) {
    const date = new Date(element.dateTime);
    element.textContent = STYLES[element.dataset.style](date);
    element.title = full.format(date);
  }
  for (const element of root.querySelectorAll("[data-edited]")) {
    element.title = full.format(new Date(element.dataset.edited));
  }
}

export const day = (at) => long.format(new Date(at * 1000));
