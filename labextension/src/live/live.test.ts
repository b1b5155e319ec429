import { json } from '../testing/agents';
import { FakeServer } from '../testing/streams';
import { Live } from './live';
import type { IRun } from './run';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const RUNNING = { execution_id: 'exe_1', status: 'running', created_at: '2026-01-01T00:00:02Z' };
const PASSED = {
  ...RUNNING,
  status: 'passed',
  attempts: 2,
  cost: 0.5,
  model: 'scripted',
  finished_at: '2026-01-01T00:01:00Z',
  signals: { tests: { passed: true }, lint: null }
};

function passing(milliseconds = 100): Promise<void> {
  return jest.advanceTimersByTimeAsync(milliseconds);
}

/** A live store that is connected to the server. */
async function connected(server: FakeServer): Promise<Live> {
  const live = new Live(server.agent);
  live.start();
  await passing();
  return live;
}

function run(live: Live, id = 'exe_1'): IRun | undefined {
  return live.store.getState().runs[id];
}

/** The server goes and comes again; what it was asked for since. */
async function restarted(server: FakeServer): Promise<readonly string[]> {
  server.refuses = 0;
  server.events.breakOff();
  await passing(1000);
  server.refuses = null;
  const before = server.asked.length;
  await passing(5000);
  return server.asked.slice(before);
}

test('whatever is going on when the page opens is told from its beginning by the one stream', async () => {
  const server = new FakeServer();
  const ids = ['exe_3', 'exe_2', 'exe_1', 'exe_0'];
  const going = ids.map((id, at) => ({ execution_id: id, created_at: `2026-01-01T00:00:0${9 - at}Z` }));
  server.rest['GET /executions'] = () => ({ executions: going.splice(0, 2), total: 2, page: 1 });
  const live = await connected(server);
  expect(server.followed.map(one => one.path)).toEqual(['/execute/exe_0/stream']);
  server.followed[0].tell(12, 'queued', { execution_id: 'exe_0' });
  server.followed[0].tell(14, 'started', { execution_id: 'exe_0' });
  await passing();
  expect(server.followed[0].open).toBe(false);
  expect(server.events.after).toBe('11');
  ids.reverse().forEach((id, at) => server.events.tell(12 + at, 'queued', { execution_id: id }));
  await passing();
  expect(Object.keys(live.store.getState().runs)).toEqual(ids);
});

test('fifty events a second are shown ten times a second, in order, none lost or told twice', async () => {
  const server = new FakeServer();
  const live = await connected(server);
  const changes = jest.fn();
  live.store.subscribe(changes);
  for (let at = 1; at <= 50; at++) {
    server.events.tell(at, 'run', { execution_id: 'exe_1', attempt: at });
    await passing(20);
  }
  await passing();
  expect(run(live)?.events.map(event => event.id)).toEqual(Array.from({ length: 50 }, (_, at) => at + 1));
  expect(changes.mock.calls.length).toBeLessThanOrEqual(12);
});

test('a cancel that is refused is shown as such, one that is not ends the run at once', async () => {
  const server = new FakeServer();
  const live = await connected(server);
  server.events.tell(1, 'run', { execution_id: 'exe_1', attempt: 1 });
  await passing();
  server.rest['POST /execute/exe_1/cancel'] = () => json({ message: 'The disk is full.' }, 503);
  server.rest['GET /execute/exe_1'] = () => RUNNING;
  const refused = expect(live.cancel('exe_1')).rejects.toThrow('The disk is full.');
  expect(run(live)?.asked).toBe('cancel');
  await refused;
  expect(run(live)).toMatchObject({ status: 'running', asked: null, refused: 'The disk is full.' });

  server.rest['POST /execute/exe_1/cancel'] = () => ({ status: 'cancelled' });
  server.rest['GET /execute/exe_1'] = () => ({ ...RUNNING, status: 'cancelled' });
  await live.cancel('exe_1');
  expect(run(live)).toMatchObject({ status: 'cancelled', asked: null, refused: '' });
  server.events.tell(2, 'run', { execution_id: 'exe_1', attempt: 2 });
  await passing();
  expect(run(live)?.status).toBe('cancelled');
});

test('a cancel that comes too late shows what came of it', async () => {
  const server = new FakeServer();
  const live = await connected(server);
  server.events.tell(1, 'run', { execution_id: 'exe_1', attempt: 1 });
  await passing();
  server.rest['POST /execute/exe_1/cancel'] = () => json({ message: 'It has ended.' }, 409);
  server.rest['GET /execute/exe_1'] = () => PASSED;
  await expect(live.cancel('exe_1')).rejects.toThrow('It has ended.');
  expect(run(live)).toMatchObject({ status: 'passed', refused: '' });
});

test('what is given again ends before the stream can tell', async () => {
  const server = new FakeServer();
  const live = await connected(server);
  server.rest['GET /execute/exe_1'] = () => PASSED;
  live.expect('exe_1');
  expect(run(live)?.status).toBe('pending');
  await passing();
  expect(run(live)).toMatchObject({ status: 'passed', attempt: 2, cost: 0.5, lights: { tests: 'passed' } });
});

test('after a restart it shows what the server says: ended meanwhile, gone, or still going on', async () => {
  const server = new FakeServer();
  const live = await connected(server);
  ['exe_1', 'exe_2', 'exe_3'].forEach((id, at) =>
    server.events.tell(at + 1, 'started', { execution_id: id })
  );
  await passing();
  server.rest['GET /execute/exe_1'] = () => PASSED;
  server.rest['GET /execute/exe_3'] = () => ({ ...RUNNING, execution_id: 'exe_3' });
  const { changes } = live.store.getState();
  const asked = await restarted(server);
  expect(live.store.getState().connection).toBe('online');
  expect(asked.filter(what => what.startsWith('GET /execute/'))).toHaveLength(3);
  expect([run(live)?.status, run(live, 'exe_2'), run(live, 'exe_3')?.status]).toEqual([
    'passed',
    undefined,
    'running'
  ]);
  expect(live.store.getState()).toMatchObject({
    reconnections: 1,
    changes: { sessions: changes.sessions! + 1, artifacts: changes.artifacts! + 1 }
  });
  server.events.tell(4, 'run', { execution_id: 'exe_3', attempt: 1 });
  await passing();
  expect(run(live, 'exe_3')?.attempt).toBe(1);
});

test('of another database nothing is shown that was known of the old one', async () => {
  const server = new FakeServer();
  const live = await connected(server);
  server.rest['GET /execute/exe_1'] = () => PASSED;
  server.events.tell(90, 'completed', { execution_id: 'exe_1', status: 'passed' });
  server.events.tell(91, 'answer', { message_id: 'msg_1', text: 'Because', offset: 0 });
  await passing();
  await live.view('exe_1');
  await restarted(server);
  server.events.tell(2, 'queued', { execution_id: 'exe_9' });
  await passing(1000);
  expect(live.store.getState()).toMatchObject({ runs: {}, answers: {}, views: {}, connection: 'online' });
});

test('an answer comes in pieces, each of which replaces what comes after it', async () => {
  const server = new FakeServer();
  const live = await connected(server);
  const tell = (id: number, kind: string, data: object): void =>
    server.events.tell(id, kind, { message_id: 'msg_1', session_id: 'ses_1', ...data });
  tell(1, 'answer', { offset: 0, text: '' });
  tell(2, 'answer', { offset: 0, text: 'It copes' });
  tell(3, 'answer', { offset: 6, text: 'ies the list' });
  await passing();
  const answer = () => live.store.getState().answers.msg_1;
  expect(answer()).toMatchObject({ text: 'It copies the list', done: false });
  tell(4, 'answered', { text: 'It copies.' });
  tell(5, 'answer', { offset: 0, text: 'late' });
  await passing();
  expect(answer()).toMatchObject({ text: 'It copies.', done: true, error: '', sessionId: 'ses_1' });
});

test('who listens from the middle of an answer on shows nothing of it before it is whole', async () => {
  const server = new FakeServer();
  const live = await connected(server);
  server.events.tell(8, 'answer', { message_id: 'msg_1', offset: 30, text: 'for long lists' });
  await passing();
  expect(live.store.getState().answers.msg_1).toBeUndefined();
  server.events.tell(9, 'answered', { message_id: 'msg_1', text: '…', error: { message: 'Broken.' } });
  await passing();
  expect(live.store.getState().answers.msg_1).toMatchObject({ done: true, text: '…', error: 'Broken.' });
});

test('an execution is asked for once at a time, and kept when it has ended', async () => {
  const server = new FakeServer();
  const live = new Live(server.agent);
  server.rest['GET /execute/exe_1'] = () => PASSED;
  expect(await Promise.all([live.view('exe_1'), live.view('exe_1')])).toHaveLength(2);
  await live.view('exe_1');
  expect(server.asked).toEqual(['GET /execute/exe_1']);
});

test('what another window has changed is counted', async () => {
  const server = new FakeServer();
  const live = await connected(server);
  server.events.tell(0, 'changed', { path: '/sessions/ses_1' });
  server.events.tell(0, 'changed', { path: '/artifacts/upload' });
  server.events.tell(0, 'changed', { path: '/sessions' });
  await passing();
  expect(live.store.getState().changes).toMatchObject({ sessions: 2, artifacts: 1, templates: 0 });
});
