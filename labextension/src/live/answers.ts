/** What the events of an answer to a question come to. */
import type { IEvent } from '../api/events';
import { number, record, text } from '../api/read';

/** The answer to a question, as far as it has come. */
export interface IAnswer {
  readonly sessionId: string;
  readonly text: string;
  readonly done: boolean;
  readonly error: string;
  /** The answer's own message, once it is whole. */
  readonly replyId: string;
  /** The last event that it has been told by. */
  readonly at: number;
}

/** The answer after one more event; the same where that was heard before, or comes after the end. */
export function pieced(known: IAnswer | undefined, event: IEvent): IAnswer | undefined {
  if (known && (known.done || event.id <= known.at)) {
    return known;
  }
  const { data, kind } = event;
  const before = known?.text ?? '';
  const offset = number(data.offset) ?? 0;
  const done = kind === 'answered';
  // A page that listens from the middle on has no beginning: it waits for the whole answer.
  if (!done && offset > before.length) {
    return known;
  }
  return {
    sessionId: text(data.session_id),
    text: done ? text(data.text) : before.slice(0, offset) + text(data.text),
    done,
    error: text(record(data.error).message),
    replyId: text(data.reply_id),
    at: event.id
  };
}
