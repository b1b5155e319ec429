/** Server-sent events, read from a fetch stream: an EventSource can't send the front end's credentials. */
import { createParser } from 'eventsource-parser';
import { record } from './read';
import type { Json } from './read';

/** One event of GET /events or of an execution's stream. */
export interface IEvent {
  /** Grows over all events of the user's; 0 of what is not stored. */
  readonly id: number;
  readonly kind: string;
  readonly data: Json;
}

/** Tells of each event until the stream ends, or `tell` returns false. `heard` is called with every piece, comments too. */
export async function readEvents(
  response: Response,
  tell: (event: IEvent) => boolean | void,
  heard: () => void = () => undefined
): Promise<void> {
  let enough = false;
  const parser = createParser({
    onEvent: ({ id, event, data }) => {
      enough ||= tell({ id: Number(id ?? 0) || 0, kind: event ?? '', data: parsed(data) }) === false;
    }
  });
  const decoder = new TextDecoder();
  const reader = response.body?.getReader();
  for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read()) {
    heard();
    parser.feed(decoder.decode(piece.value, { stream: true }));
    if (enough) {
      // Nobody reads on: the connection is given back.
      return reader?.cancel();
    }
  }
}

function parsed(data: string): Json {
  try {
    return record(JSON.parse(data));
  } catch {
    return {};
  }
}
