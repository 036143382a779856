// What was filled in a form, by the fields' ids; a field left empty is not told.
import { $$ } from "./dom.js";

function value(field) {
  if (field.matches(".choices")) {
    const chosen = $$("input:checked", field).map((each) => each.value);
    return $$("[type=radio]", field).length ? chosen[0] : chosen;
  }
  if (field.dataset.external) return field.dataset.chosen;
  if (field.multiple) return [...field.selectedOptions].map((each) => each.value);
  return field.value;
}

export function values(form) {
  const found = {};
  for (const field of $$("[data-action]", form)) {
    const given = value(field);
    if (field.closest(".input") && given !== undefined && given !== "" && (given.length ?? 1)) found[field.dataset.action] = given;
  }
  return found;
}
