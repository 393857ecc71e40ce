// Asks the server. All addresses are relative, so each has the token of the page's own.

const ATTEMPTS = 3;

export const begin = () => asked("api/begin");
export const queue = (wanted) => asked("api/queue", wanted);
export const unit = (id, reviewer) =>
  asked(`api/unit?unit=${encodeURIComponent(id)}&reviewer=${encodeURIComponent(reviewer)}`);
export const clipAddress = (id, version) =>
  `api/clip?unit=${encodeURIComponent(id)}&of=${encodeURIComponent(version)}`;

// A decision has an id of its own, so it may be sent again where no answer came.
export async function decide(decision) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await asked("api/decisions", decision);
    } catch (fault) {
      if (fault instanceof Refused || attempt === ATTEMPTS) throw fault;
      await new Promise((resolve) => { setTimeout(resolve, 300 * attempt); });
    }
  }
}

export const newId = () => crypto.randomUUID().replaceAll("-", "");

export class Refused extends Error {}

async function asked(address, body) {
  const sent = body === undefined ? {} : {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  };
  let answer;
  try {
    answer = await fetch(address, sent);
  } catch {
    throw new Error("The server does not answer. Is `microemo review` still running?");
  }
  const told = answer.headers.get("content-type")?.startsWith("application/json")
    ? await answer.json() : { error: await answer.text() };
  if (answer.ok) return told;
  if (answer.status >= 500) throw new Error(told.error || `The server failed (${answer.status}).`);
  throw new Refused(told.error);
}
