/** What of a conversation is not among its messages yet. */
import type { Wire } from '../api/client';
import type { IAnswer } from '../live/live';
import type { ISending } from './conversation';

type MessageView = Wire['MessageView'];

/**
 * Answers to questions of the session that are on their way or could not be given. One that is whole is a message, which
 * is shown instead as soon as it is known.
 */
export function openAnswers(
  session: string | null,
  answers: Readonly<Record<string, IAnswer>>,
  messages: readonly MessageView[]
): (readonly [string, IAnswer])[] {
  const known = new Map(messages.map((one, place) => [one.message_id, place]));
  return Object.entries(answers).filter(([question, one]) => {
    const place = known.get(question);
    return (
      one.sessionId === session &&
      place !== undefined &&
      !known.has(one.replyId) &&
      !isWhole(one, messages[place + 1])
    );
  });
}

/** Whether the message is what this becomes: the message may be known before it is said that the answer is whole. */
function isWhole(answer: IAnswer, message: MessageView | undefined): boolean {
  const heard = answer.text.trimEnd();
  return (
    heard !== '' &&
    message?.role === 'assistant' &&
    message.execution_id === null &&
    message.text.startsWith(heard)
  );
}

/**
 * What is on its way to the server. A question is a message before its answer is whole: then it is not shown twice.
 * `before` are the messages that were there when it was sent, by its key.
 */
export function unheard(
  session: string | null,
  sending: readonly ISending[],
  messages: readonly MessageView[],
  answers: Readonly<Record<string, IAnswer>>,
  before: ReadonlyMap<number, ReadonlySet<string>>
): readonly ISending[] {
  const taken = new Set<string>();
  return sending.filter(one => {
    const isNew = (id: string): boolean => !before.get(one.key)?.has(id) || answers[id]?.done === false;
    const stored = messages.find(
      ({ message_id: id, role, text }) =>
        role === 'user' && text === one.said.message && !taken.has(id) && isNew(id)
    );
    if (one.session !== session || stored) {
      taken.add(stored?.message_id ?? '');
      return false;
    }
    return true;
  });
}
