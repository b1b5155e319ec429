import { PageLink } from './link';
import type { Asking } from './link';

function answering(status: number, ...said: string[]): Response {
  const waiting = said.map(piece => new TextEncoder().encode(piece));
  const read = () => Promise.resolve({ done: waiting.length === 0, value: waiting.shift() });
  const headers = new Headers({ 'content-type': 'x', cookie: 'y' });
  return { status, ok: status < 400, headers, body: { getReader: () => ({ read }) } } as unknown as Response;
}

function linked(ask: Asking) {
  const told: Record<string, unknown>[] = [];
  return { told, link: new PageLink(ask, message => told.push(message)) };
}

const BEGUN = '{"execution_id": "exe_1"}';

test('a request goes to REST and its answer to the kernel, piece by piece', async () => {
  const asked: unknown[] = [];
  const { told, link } = linked((path, { method, body }) => {
    asked.push([method, path, body]);
    return Promise.resolve(answering(202, BEGUN.slice(0, 5), BEGUN.slice(5)));
  });
  await link.received({ id: 7, method: 'POST', path: '/execute', body: { prompt: 'add' } });
  expect(asked).toEqual([['POST', '/execute', '{"prompt":"add"}']]);
  expect(told).toEqual([
    { id: 7, status: 202, headers: { 'content-type': 'x' } },
    { id: 7, text: BEGUN.slice(0, 5) },
    { id: 7, text: BEGUN.slice(5) },
    { id: 7, end: true }
  ]);
});

test('a kernel may only ask about what it began here', async () => {
  const asked: string[] = [];
  const { told, link } = linked((path, { method }) => {
    asked.push(`${method} ${path}`);
    return Promise.resolve(answering(200, BEGUN));
  });
  const stream = { id: 1, method: 'GET', path: '/execute/exe_1/stream' };
  await link.received(stream);
  expect(told[0]).toMatchObject({ id: 1, status: 403 });
  await link.received({ id: 2, method: 'POST', path: '/execute' });
  for (const [method, path] of [
    ['GET', '/execute/exe_1'],
    ['POST', '/execute/exe_1/cancel'],
    ['GET', '/execute/exe_2'],
    ['POST', '/execute/exe_1'],
    ['DELETE', '/execute'],
    ['GET', '/execute/exe_1/../../config'],
    ['GET', '/config'],
    ['POST', '/execute?x=1']
  ]) {
    await link.received({ id: 3, method, path });
  }
  await link.received(stream);
  expect(asked).toEqual([
    'POST /execute',
    'GET /execute/exe_1',
    'POST /execute/exe_1/cancel',
    'GET /execute/exe_1/stream'
  ]);
});

test('where no server answers, the kernel is told why', async () => {
  const { told, link } = linked(() => Promise.reject(new Error('no network')));
  await link.received({ id: 1, method: 'POST', path: '/execute' });
  await link.received('nonsense');
  expect(told).toEqual([{ id: 1, error: 'no network' }]);
});

test('what nobody waits for any more is given up', async () => {
  let signal: AbortSignal | undefined;
  const { told, link } = linked((_, init) => {
    signal = init.signal;
    return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new Error('aborted'))));
  });
  const answered = link.received({ id: 1, method: 'POST', path: '/execute' });
  await link.received({ id: 1, stop: true });
  await answered;
  expect([signal?.aborted, told]).toEqual([true, []]);
});
