import { json } from '../testing/agents';
import { Agent, AgentError, answer } from './client';
import type { Json } from './read';

const REQUEST = { cells: [{ id: 'a', source: 'x = 1', execution_count: 1 }] };

function streaming(...events: readonly [string, unknown][]): Agent {
  const body = events.map(
    ([kind, data], at) => `id: ${at + 1}\nevent: ${kind}\ndata: ${JSON.stringify(data)}\n\n`
  );
  return new Agent(() => Promise.resolve(new Response(body.join(''))));
}

test('proving tells of each cell, then gives the report', async () => {
  const agent = streaming(
    ['cell', { name: 'In [1]' }],
    ['cell', { name: 'In [2]' }],
    ['completed', { status: 'ran' }]
  );
  const cells: Json[] = [];
  const follow = { cell: (report: Json) => cells.push(report), signal: new AbortController().signal };
  expect(await agent.prove(REQUEST, follow)).toEqual({ status: 'ran' });
  expect(cells.map(cell => cell.name)).toEqual(['In [1]', 'In [2]']);
});

test('a proof that ends with an error, or not at all, is none', async () => {
  const failed = streaming(['error', { message: 'The engine is gone.', reason: 'engine_unavailable' }]);
  await expect(failed.prove(REQUEST)).rejects.toThrow('The engine is gone.');
  await expect(streaming(['cell', {}]).prove(REQUEST)).rejects.toThrow('The connection broke off.');
});

test('a refusal carries its sentence, its reason, its field and how long to wait', async () => {
  const body = { message: 'Too many.', reason: 'quota_exceeded', field: 'prompt' };
  const agent = new Agent(() => Promise.resolve(json(body, 429, { 'Retry-After': '7' })));
  const asked = answer(agent.rest.GET('/limits'));
  await expect(asked).rejects.toEqual(new AgentError(429, 'Too many.'));
  await expect(asked).rejects.toMatchObject({ status: 429, ...body, retryAfter: 7 });
});

test('a server that does not answer is status 0', async () => {
  const agent = new Agent(() => Promise.reject(new TypeError('Failed to fetch')));
  await expect(answer(agent.rest.GET('/limits'))).rejects.toMatchObject({ status: 0 });
  await expect(agent.open('/events')).rejects.toMatchObject({ status: 0 });
});

test('a body is sent as it was given', async () => {
  const send = jest.fn((path: string, init: RequestInit) =>
    Promise.resolve(json({ path, method: init.method }))
  );
  await answer(new Agent(send).rest.POST('/chat', { body: { message: 'Grüße' } }));
  const [path, init] = send.mock.calls[0];
  expect([path, init.method, new Headers(init.headers).get('Content-Type')]).toEqual([
    '/chat',
    'POST',
    'application/json'
  ]);
  expect(JSON.parse(await new Response(init.body).text())).toEqual({ message: 'Grüße' });
});
