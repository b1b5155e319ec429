import type { Wire } from '../api/client';
import { fakeAgent } from '../testing/agents';
import { earlierThan, joined, Messages, PAGE } from './messages';

/** A server's session of which a page is asked for as the real one answers it. */
class Session {
  constructor(public numbers: number[]) {}

  page(page: number, limit: number): Wire['SessionDetail'] {
    const end = Math.max(0, this.numbers.length - (page - 1) * limit);
    const shown = this.numbers.slice(Math.max(0, end - limit), end);
    return { ...VIEW, message_count: this.numbers.length, page, messages: shown.map(message) };
  }

  loaded(): { messages: Messages; asked: { query: string }[] } {
    const { agent, asked } = fakeAgent({
      'GET /sessions/ses_1': () => {
        const query = new URLSearchParams(asked.at(-1)?.query);
        return this.page(Number(query.get('page')), Number(query.get('limit')));
      }
    });
    return { messages: new Messages(agent, 'ses_1'), asked };
  }
}

const VIEW = { session_id: 'ses_1', title: 'Orders', created_at: '', updated_at: '' };

function message(number: number): Wire['MessageView'] {
  return {
    ...{ message_id: `msg_${number}`, role: 'user', text: `Number ${number}`, execution_id: null },
    ...{ status: null, files: {}, pinned: false, created_at: '2026-01-01T00:00:00Z' }
  };
}

function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, at) => from + at);
}

function shown(messages: Messages): string[] {
  return messages.store.getState().pages?.messages.map(one => one.text) ?? [];
}

test('earlier pages join without a gap and without a message twice, also where new ones came between', async () => {
  const session = new Session(numbers(0, 130));
  const { messages } = session.loaded();
  await messages.refresh();
  expect(earlierThan(messages.store.getState().pages)).toBe(130 - PAGE);
  session.numbers.push(130, 131, 132);
  await messages.refresh();
  await messages.loadEarlier();
  session.numbers.push(133);
  await messages.loadEarlier();
  await messages.refresh();
  expect(shown(messages)).toEqual(numbers(0, 134).map(one => `Number ${one}`));
  expect(earlierThan(messages.store.getState().pages)).toBe(0);
});

test('what was deleted elsewhere among the older ones goes here too', async () => {
  const session = new Session(numbers(0, 120));
  const { messages } = session.loaded();
  await messages.refresh();
  await messages.loadEarlier();
  session.numbers = session.numbers.filter(one => one !== 30);
  await messages.refresh();
  expect(shown(messages)).not.toContain('Number 30');
  expect(shown(messages)).toContain('Number 29');
  expect(new Set(shown(messages)).size).toBe(shown(messages).length);
});

test.each([0, 1, 2])('of three messages the one with number %s is deleted', async gone => {
  const session = new Session([0, 1, 2]);
  const { messages } = session.loaded();
  await messages.refresh();
  session.numbers = session.numbers.filter(one => one !== gone);
  await messages.refresh();
  expect(shown(messages)).toEqual(session.numbers.map(one => `Number ${one}`));
});

test('all messages are deleted, with more than a page of them known', async () => {
  const session = new Session(numbers(0, 70));
  const { messages } = session.loaded();
  await messages.refresh();
  await messages.loadEarlier();
  session.numbers = [];
  await messages.refresh();
  expect(shown(messages)).toEqual([]);
});

test('more that is new than a page holds leaves no gap', async () => {
  const session = new Session(numbers(0, 10));
  const { messages } = session.loaded();
  await messages.refresh();
  session.numbers.push(...numbers(10, 200));
  await messages.refresh();
  expect(shown(messages).at(0)).toBe(`Number ${200 - PAGE}`);
  expect(earlierThan(messages.store.getState().pages)).toBe(200 - PAGE);
});

test('who asks while it is asked is answered by one more look', async () => {
  const { messages, asked } = new Session(numbers(0, 3)).loaded();
  await Promise.all([messages.refresh(), messages.refresh(), messages.refresh()]);
  expect(asked).toHaveLength(1);
});

test('a message that did not change stays the same object', () => {
  const session = new Session(numbers(0, 3));
  const known = joined(null, session.page(1, PAGE));
  const next = joined(known, session.page(1, PAGE));
  expect(next?.messages[1]).toBe(known?.messages[1]);
});

test('what can not be had is told, and what is known stays', async () => {
  const session = new Session(numbers(0, 3));
  const { messages } = session.loaded();
  await messages.refresh();
  session.page = () => {
    throw new Error('The engine is not there.');
  };
  await messages.refresh();
  expect(messages.store.getState().error?.message).toBe('The engine is not there.');
  expect(shown(messages)).toHaveLength(3);
});
