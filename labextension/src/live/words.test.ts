import { nullTranslator } from '@jupyterlab/translation';
import { eventSentence } from './words';

const trans = nullTranslator.load('jupyter-coding-agent');

function said(kind: string, data: Record<string, unknown> = {}): string {
  return eventSentence(trans, { id: 1, kind, data });
}

test('one line for each thing that happens', () => {
  expect(said('queued', { position: 1 })).toBe('queued, 1 request before it');
  expect(said('started', { start: 2 })).toBe('started again after the engine was lost');
  expect(said('tests', { count: 4, hidden: 1, model: 'small' })).toBe(
    'tests: 4 tests written by small, 1 of them hidden from the code’s author'
  );
  expect(said('code', { attempt: 2, lines: 12 })).toBe('attempt 2: 12 lines written');
  expect(said('signal', { attempt: 1, signal: 'tests', passed: false, summary: '1 of 2\nfailed' })).toBe(
    'attempt 1: tests failed: 1 of 2 failed'
  );
  expect(said('diff', { attempt: 0, added: 1, removed: 0 })).toBe('before any change: +1 -0 lines');
  expect(said('challenge', { attempt: 1, score: 0.5, survivors: ['a'] })).toContain('notice 50 %');
  expect(said('error', { message: 'The engine is gone.' })).toBe('The engine is gone.');
});

test('what it does not know, it does not speak of; what is wrong in it does no harm', () => {
  expect(said('hasOwnProperty')).toBe('');
  expect(said('splendid', { attempt: 1 })).toBe('');
  expect(said('code', { attempt: {}, lines: 'many', model: ['x'] })).toBe('attempt : 0 lines written');
  expect(said('retry', { attempt: 1, fix: 'x', reason: 'y'.repeat(400) }).length).toBeLessThan(190);
});
