import type { Wire } from '../api/client';
import { newRun, seen, told } from './run';
import type { IRun } from './run';

/** The run after these events, numbered as they come. */
function after(...events: readonly (readonly [string, Record<string, unknown>?])[]): IRun {
  return events.reduce(
    (run, [kind, data = {}], at) =>
      told(run, { id: at + 1, kind, data: { at: `2026-01-01T00:00:0${at}Z`, ...data } }),
    newRun('exe_1')
  );
}

const FIRST = [
  ['queued', { position: 0 }],
  ['started', { start: 1 }],
  ['plan', { language: 'python', tier: 'simple', of: 5 }],
  ['code', { attempt: 1, of: 5, model: 'small', cost_usd: 0.25 }],
  ['run', { attempt: 1 }],
  ['signal', { attempt: 1, signal: 'lint', passed: true }]
] as const;

test('an attempt after the other, with the signals of the present one', () => {
  const run = after(...FIRST);
  expect(run).toMatchObject({ status: 'running', attempt: 1, of: 5, model: 'small', cost: 0.25 });
  expect(run.lights).toEqual({ tests: 'running', lint: 'passed', security: 'running' });
  const failed = ['signal', { attempt: 1, signal: 'tests', passed: false }] as const;
  const next = after(...FIRST, failed, ['code', { attempt: 2, cost_usd: 0.5, model: 'large' }]);
  expect(next).toMatchObject({ attempt: 2, lights: {}, cost: 0.75, model: 'large' });
});

test('no event counts twice, and none after the end', () => {
  const run = after(...FIRST);
  for (const event of run.events) {
    expect(told(run, event)).toBe(run);
  }
  const ended = told(run, { id: 7, kind: 'completed', data: { status: 'partial', at: 'then' } });
  expect(ended).toMatchObject({ status: 'partial', ended: 'then', lights: { lint: 'passed' } });
  const late = told(ended, { id: 8, kind: 'error', data: { message: 'late', at: 'later' } });
  expect(late).toMatchObject({ status: 'partial', ended: 'then' });
});

test('an end that is not understood is no success', () => {
  expect(after(['completed', { status: 'splendid' }]).status).toBe('failed');
  expect(after(['completed', {}]).status).toBe('failed');
  expect(after(['error', { message: 'Gone.' }]).status).toBe('failed');
});

test('an engine that was lost begins from the beginning', () => {
  const run = after(...FIRST, ['started', { start: 2 }]);
  expect(run).toMatchObject({ status: 'running', attempt: 0, lights: {} });
});

test('what is asked for is settled by the end; what goes on is told by events alone', () => {
  const run: IRun = { ...after(...FIRST), asked: 'cancel' };
  const view = { status: 'running', attempts: 0 } as Wire['ExecutionView'];
  expect(seen(run, view)).toBe(run);
  const signals = { tests: { passed: false }, lint: { passed: true }, security: null };
  const ended = { ...view, status: 'cancelled', attempts: 1, signals, finished_at: 'then' };
  expect(seen(run, ended as unknown as Wire['ExecutionView'])).toMatchObject({
    status: 'cancelled',
    asked: null,
    ended: 'then',
    lights: { tests: 'failed', lint: 'passed' },
    events: run.events
  });
});
