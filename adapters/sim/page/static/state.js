// Where this page is: who writes, in which place, and what the place offers. Nothing here touches the document.

export const here = { person: "", place: "", guild: "", info: null };

/** The address of a verb for this person in this place. */
export const placePath = (verb) => `/page/${here.person}/${here.place}/${verb}`;

/** The address of a verb for this person on a message. */
export const messagePath = (id, verb) => `/page/${here.person}/messages/${id}/${verb}`;

/** Send something; an Error with a sentence for the person when it was not taken. */
export async function send(path, body = {}) {
  const form = body instanceof FormData;
  let response;
  try {
    response = await fetch(path, {
      method: "POST",
      body: form ? body : JSON.stringify(body),
      headers: form ? {} : { "Content-Type": "application/json" },
    });
  } catch {
    throw new Error("The server cannot be reached.");
  }
  const told = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(told.error || `The server answered ${response.status}.`);
  return told;
}

/** Everybody, or every role or channel, that can be named here. */
export const named = (...kinds) => (here.info?.names || []).filter((thing) => kinds.includes(thing.kind));
