/** Server-sent events, read from a fetch stream: an EventSource can't send the front end's credentials. */
import { createParser } from 'eventsource-parser';
import { record } from './read';
import type { Json } from './read';

/** One event of GET /events or of an execution's stream. */
export interface IEvent {
  /** Grows over all events of the user's. */
  readonly id: number;
  readonly kind: string;
  readonly data: Json;
}

/** Tells of each event until the stream ends. `heard` is called with every piece, comments too. */
export async function readEvents(
  response: Response,
  tell: (event: IEvent) => void,
  heard: () => void = () => undefined
): Promise<void> {
  const parser = createParser({
    onEvent: ({ id, event, data }) => tell({ id: Number(id), kind: event ?? '', data: parsed(data) })
  });
  const decoder = new TextDecoder();
  const reader = response.body?.getReader();
  for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read()) {
    heard();
    parser.feed(decoder.decode(piece.value, { stream: true }));
  }
}

function parsed(data: string): Json {
  try {
    return record(JSON.parse(data));
  } catch {
    return {};
  }
}
