// An execution's events, read from its stream by the page itself: so they come while the kernel is busy, too.

import { Refused } from "./server.js";

const LAST = new Set(["completed", "error"]);
const LONGEST_PAUSE_MS = 5000;

// The events of what has come so far, and the rest that is not complete yet.
export function parseEvents(text) {
  const blocks = text.replaceAll("\r", "").split("\n\n");
  const rest = blocks.pop();
  const events = [];
  for (const block of blocks) {
    const event = { id: 0, kind: "", data: "" };
    for (const line of block.split("\n")) {
      const [, field, value] = /^([a-z]*): ?(.*)$/.exec(line) || [];
      if (field === "id") event.id = Number(value);
      else if (field === "event") event.kind = value;
      else if (field === "data") event.data += value;
    }
    if (event.data) events.push({ ...event, data: JSON.parse(event.data) });
  }
  return { events, rest };
}

// Calls `tell` with each event after `since` until the last one. Resolves to whether the end was seen; not, where
// this page's server does not know the execution.
export async function follow(server, id, { since = 0, signal, tell, pause = sleep }) {
  for (let failures = 0; !signal.aborted; failures++) {
    try {
      const response = await server.open("GET", `/execute/${id}/stream`, {
        headers: { Accept: "text/event-stream", "Last-Event-ID": String(since) },
        signal,
      });
      for await (const event of eventsOf(response)) {
        failures = 0;
        since = event.id;
        tell(event);
        if (LAST.has(event.kind)) return true;
      }
    } catch (error) {
      if (error instanceof Refused && error.status < 500) return false;
    }
    await pause(Math.min(200 * 2 ** failures, LONGEST_PAUSE_MS), signal);
  }
  return false;
}

async function* eventsOf(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const { events, rest } = parseEvents(waiting + value);
    waiting = rest;
    yield* events;
  }
}

function sleep(milliseconds, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}
