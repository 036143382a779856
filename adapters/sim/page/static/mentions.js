// Names in the text that is written: after @ or # the people, roles and channels that begin so.

import { here, named } from "./state.js";
import * as popup from "./popup.js";

const MOST = 10;
const SIGNS = { "@": ["person", "role"], "#": ["channel"] };

/** Offer names for what stands before the cursor; true when there are some. */
export function complete(field) {
  const before = field.value.slice(0, field.selectionStart);
  const found = /(^|\s)([@#])([\w .-]{0,32})$/.exec(before);
  if (!found) return false;
  const [, , sign, typed] = found;
  const wanted = typed.toLowerCase();
  const items = named(...SIGNS[sign]).filter((thing) => fits(thing, wanted)).slice(0, MOST).map((thing) => ({
    label: `${sign}${thing.name}`,
    detail: thing.kind === "role" ? "Notify users with this role" : thing.username || "",
    image: thing.kind === "person" ? `/page/avatars/${thing.id}.svg` : "",
    value: `${sign}${thing.name} `,
  }));
  if (!items.length) return false;
  const heading = sign === "@" ? "Members" : "Text channels";
  popup.offer(field, heading, items, (item) => insert(field, typed.length + 1, item.value));
  return true;
}

const fits = (thing, wanted) =>
  thing.name.toLowerCase().startsWith(wanted) || (thing.username || "").toLowerCase().startsWith(wanted);

function insert(field, back, text) {
  const at = field.selectionStart;
  field.setRangeText(text, at - back, at, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
}

/** Commands whose words contain what stands behind the slash. */
export function commandsFor(text) {
  const wanted = text.slice(1).toLowerCase();
  const all = here.info?.commands || [];
  const first = all.filter((command) => command.words.startsWith(wanted));
  return [...first, ...all.filter((command) => !first.includes(command) && command.words.includes(wanted))];
}
