import { nullTranslator } from '@jupyterlab/translation';
import { Live } from '../live/live';
import type { ILive } from '../live/live';
import { newRun } from '../live/run';
import { fakeAgent } from '../testing/agents';
import { justEnded } from './notices';
import { situationOf } from './situation';

const trans = nullTranslator.load('jupyter-coding-agent');

function words(changes: Partial<ILive>): string {
  return situationOf(trans, { ...new Live(fakeAgent({}).agent).store.getState(), ...changes }).words;
}

const RUNNING = { ...newRun('exe_1', 'running'), attempt: 2 };

test('the status bar says what the stream has told, and nothing before', () => {
  expect(words({})).toBe('Coding agent');
  expect(words({ connection: 'connecting', runs: { exe_1: RUNNING } })).toBe('Coding agent');
  expect(words({ connection: 'online' })).toBe('Coding agent: idle');
  expect(words({ connection: 'online', runs: { exe_1: RUNNING } })).toBe(
    'Coding agent: running, attempt 2 of 5'
  );
  expect(words({ connection: 'online', runs: { exe_1: RUNNING, exe_2: newRun('exe_2') } })).toBe(
    'Coding agent: 2 running'
  );
  expect(words({ connection: 'online', runs: { exe_1: { ...RUNNING, status: 'passed' } } })).toBe(
    'Coding agent: idle'
  );
  expect(words({ connection: 'offline' })).toBe('Coding agent: offline');
  expect(words({ connection: 'offline', why: 'No engine answers.' })).toBe('Coding agent: not available');
});

test('only what was seen to run and was not cancelled is told of when it ends', () => {
  const passed = { ...RUNNING, status: 'passed' as const };
  expect(justEnded({ exe_1: RUNNING }, { exe_1: passed })).toEqual([passed]);
  expect(justEnded({ exe_1: passed }, { exe_1: passed })).toEqual([]);
  expect(justEnded({}, { exe_1: passed })).toEqual([]);
  expect(justEnded({ exe_1: RUNNING }, { exe_1: { ...RUNNING, status: 'cancelled' } })).toEqual([]);
});
