import { FakeServer } from '../testing/streams';
import { EventStream } from './stream';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

/** A stream that has begun, with what it told. */
async function started(server: FakeServer, beginning: number | null = null) {
  const heard: number[] = [];
  const states: string[] = [];
  let anew = 0;
  const stream = new EventStream(server.agent, {
    event: event => heard.push(event.id),
    connection: (state, why) => states.push(why ? `${state}: ${why}` : state),
    anew: () => void anew++,
    beginning: () => Promise.resolve(beginning)
  });
  stream.start();
  await passing(0);
  return { stream, heard, states, times: () => anew };
}

function passing(milliseconds: number): Promise<void> {
  return jest.advanceTimersByTimeAsync(milliseconds);
}

/** Time in which the server sends its comments. */
async function alive(server: FakeServer, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 15) {
    if (server.events.open) {
      server.events.keepAlive();
    }
    await passing(15_000);
  }
}

function hide(hidden: boolean): void {
  jest.spyOn(document, 'hidden', 'get').mockReturnValue(hidden);
  document.dispatchEvent(new Event('visibilitychange'));
}

test('what broke off goes on after the last event, by itself', async () => {
  const server = new FakeServer();
  const { heard, states } = await started(server);
  expect(server.events.after).toBeNull();
  server.events.tell(7, 'run', {});
  server.events.tell(0, 'changed', { path: '/sessions' });
  server.events.tell(9, 'run', {});
  await passing(0);
  server.events.breakOff();
  await passing(200);
  expect(server.events.after).toBe('9');
  server.events.tell(10, 'run', {});
  await passing(0);
  expect(heard).toEqual([7, 0, 9, 10]);
  expect(states).toEqual(['connecting', 'online', 'offline', 'online']);
});

test('it begins where it is told to', async () => {
  const server = new FakeServer();
  await started(server, 41);
  expect(server.events.after).toBe('41');
});

test('a server that is silent is left, one that sends comments is not', async () => {
  const server = new FakeServer();
  const { states } = await started(server);
  await alive(server, 150);
  expect(server.connections).toHaveLength(1);
  await passing(30_000);
  expect(states.at(-1)).toBe('offline');
  await passing(200);
  expect(server.connections).toHaveLength(2);
  expect(states.at(-1)).toBe('online');
});

test('the longer nobody answers, the longer it waits; not when asked to, or when the network is back', async () => {
  const server = new FakeServer();
  server.refuses = 0;
  const { stream, states } = await started(server);
  const tries = (): number => server.asked.length;
  await passing(60_000);
  expect(tries()).toBeLessThan(20);
  const before = tries();
  stream.retry();
  await passing(0);
  expect(tries()).toBe(before + 1);
  server.refuses = null;
  window.dispatchEvent(new Event('online'));
  await passing(0);
  expect(states.at(-1)).toBe('online');
  expect(new Set(states)).toEqual(new Set(['connecting', 'offline', 'online']));
});

test('who is cut off at once each time does not come back at once each time', async () => {
  const server = new FakeServer();
  await started(server);
  for (let second = 0; second < 60; second++) {
    server.connections.filter(one => one.open).forEach(one => one.end());
    await passing(1000);
  }
  expect(server.connections.length).toBeLessThan(20);
});

test('a refused login is said as such, and mended when it is', async () => {
  const server = new FakeServer();
  server.refuses = 403;
  const { states } = await started(server);
  expect(states.at(-1)).toBe('refused: No.');
  server.refuses = null;
  await passing(5000);
  expect(states.at(-1)).toBe('online');
});

test('a page that is long hidden gives its connection back, and goes on where it was when it is seen', async () => {
  const server = new FakeServer();
  const { heard, states } = await started(server);
  server.events.tell(3, 'run', {});
  await passing(0);
  hide(true);
  await alive(server, 45);
  hide(false);
  hide(true);
  await alive(server, 45);
  expect(server.events.open).toBe(true);
  await alive(server, 15);
  expect(server.events.open).toBe(false);
  expect(states.at(-1)).toBe('waiting');
  await passing(600_000);
  expect(server.connections).toHaveLength(1);
  hide(false);
  await passing(0);
  expect(server.events.after).toBe('3');
  server.events.tell(4, 'run', {});
  await passing(0);
  expect(heard).toEqual([3, 4]);
  expect(states.at(-1)).toBe('online');
  expect(states).not.toContain('offline');
});

test('a page that comes back to the front does not trust a connection that missed a keep-alive', async () => {
  const server = new FakeServer();
  await started(server);
  hide(true);
  await passing(25_000);
  hide(false);
  await passing(200);
  expect(server.connections).toHaveLength(2);
});

test('numbers that begin anew are another database: from its present on, and nothing twice', async () => {
  const server = new FakeServer();
  const { heard, times } = await started(server);
  server.events.tell(500, 'run', {});
  await passing(0);
  server.events.breakOff();
  await passing(200);
  expect(server.events.after).toBe('500');
  server.events.tell(3, 'queued', {});
  server.events.tell(4, 'started', {});
  await passing(500);
  expect([times(), server.events.after]).toEqual([1, null]);
  server.events.tell(5, 'run', {});
  await passing(0);
  expect(heard).toEqual([500, 5]);
});

test('nothing is asked or told after the end', async () => {
  const server = new FakeServer();
  const { stream, heard, states } = await started(server);
  const { events } = server;
  stream.dispose();
  await passing(600_000);
  expect(events.open).toBe(false);
  expect(server.connections).toHaveLength(1);
  expect([heard, states.at(-1)]).toEqual([[], 'online']);
  stream.start();
  window.dispatchEvent(new Event('online'));
  await passing(600_000);
  expect(server.connections).toHaveLength(1);
});
