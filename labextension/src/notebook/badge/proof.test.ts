import { nullTranslator } from '@jupyterlab/translation';
import type { IVerifyRequest } from '../../api/client';
import type { Json } from '../../api/read';
import { RECEIPT } from '../../testing/results';
import { filesSha256, matches } from './digest';
import { Proof } from './proof';
import { BadgeView } from './view';

const crypto = globalThis.crypto.subtle;
const words = { checking: 'checking', edited: 'edited', unchecked: 'unchecked' };
const FRESH = { valid: true, state: 'fresh', reason: 'Proved.' };

function about(source: string, receipt: Json = RECEIPT): IVerifyRequest {
  return { receipt, source, path: 'solution.py', context: { notebook: 'n', proved_in: 'n' } };
}

function followed(answer: () => Promise<Json>) {
  const verify = jest.fn(answer);
  const states: string[] = [];
  const proof: Proof = new Proof({ verify }, words, () => states.push(proof.current.state), crypto);
  return { proof, verify, states };
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('an edit makes it stale at once, and taking it back needs no engine', async () => {
  const { proof, verify, states } = followed(() => Promise.resolve(FRESH));
  proof.update(about('x = 1'));
  await jest.advanceTimersByTimeAsync(0);
  proof.update(about('x = 12'));
  expect(states).toEqual(['passed', 'stale']);
  proof.update(about('x = 1'));
  await jest.runAllTimersAsync();
  expect(states).toEqual(['passed', 'stale', 'passed']);
  expect(verify).toHaveBeenCalledTimes(1);
});

test('keys pressed one after the other ask the engine once', async () => {
  const { proof, verify } = followed(() => Promise.resolve({ state: 'stale', reason: 'Other code.' }));
  proof.update(about('a'));
  await jest.runAllTimersAsync();
  for (const source of ['ab', 'abc', 'abcd']) {
    proof.update(about(source));
  }
  await jest.runAllTimersAsync();
  expect(verify).toHaveBeenCalledTimes(2);
  expect(proof.current).toEqual({ state: 'stale', reason: 'Other code.' });
});

test.each(['stale', 'other context', 'unknown key', 'forged'])('the engine says %s', async state => {
  const { proof } = followed(() => Promise.resolve({ state, reason: 'why' }));
  proof.update(about('x = 1'));
  await jest.runAllTimersAsync();
  expect(proof.current).toEqual({ state, reason: 'why' });
});

test.each([
  ['passed', 'passed'],
  ['ran', 'ran'],
  ['partial', 'partial'],
  ['<b>', 'partial']
])('a receipt of %s that holds is shown as %s', async (status, state) => {
  const { proof } = followed(() => Promise.resolve(FRESH));
  proof.update(about('x = 1', { ...RECEIPT, status }));
  await jest.runAllTimersAsync();
  expect(proof.current.state).toBe(state);
});

test('without an engine nothing is believed, but other code is noticed', async () => {
  jest.useRealTimers();
  const receipt = { ...RECEIPT, code_sha256: await filesSha256({ 'solution.py': 'x = 1\n' }, crypto) };
  const settled = (source: string) =>
    new Promise<string>(resolve => {
      const proof: Proof = new Proof(
        { verify: () => Promise.reject(new Error('away')) },
        words,
        () => resolve(proof.current.state),
        crypto
      );
      proof.update(about(source, receipt));
    });
  expect(await settled('x = 1')).toBe('not verified');
  expect(await settled('x = 2')).toBe('stale');
});

test('the hash is the one that the engine signs', async () => {
  // python: validation.receipts.sha256_of({"solution.py": "print('é\\x7f😀')\n", "a.py": ""})
  expect(await filesSha256({ 'solution.py': "print('é\x7f😀')\n", 'a.py': '' }, crypto)).toBe(
    '20a9e18af7d3626aca808f0915551e4e5f3edafc5d370a38e94ab48207c33430'
  );
  expect(await matches({ 'a.py': 'x' }, 'no', undefined)).toBeNull();
});

test('the details open by click and close by Escape, which gives the focus back', () => {
  const view = new BadgeView(nullTranslator.load('test'), () => undefined);
  document.body.append(view.node);
  view.show({ state: 'forged', reason: '<b>why</b>' }, RECEIPT);
  const [badge] = view.node.querySelectorAll('button');
  badge.click();
  expect(badge.getAttribute('aria-expanded')).toBe('true');
  view.node.querySelectorAll('button')[1].focus();
  view.node
    .querySelectorAll('button')[1]
    .dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
  expect(badge.getAttribute('aria-expanded')).toBe('false');
  expect(document.activeElement).toBe(badge);
  expect(view.node.querySelector('b')).toBeNull();
  expect(badge.getAttribute('aria-label')).toContain('<b>why</b>');
});
