/** Results for tests, in the form in which a notebook carries them. */
import { readResult } from '../api/result';
import type { IResult } from '../api/result';

export const RECEIPT = {
  version: 1,
  status: 'passed',
  code_sha256: 'c0de',
  tests_sha256: '7e57',
  notebook: null,
  issued_at: '2026-01-01T00:00:00Z',
  key_id: 'key-1',
  signature: 'signed'
};

/** A result that passed, with these changes. */
export function rawResult(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    execution_id: 'exe_1',
    prompt: 'add two numbers',
    status: 'passed',
    files: { 'solution.py': 'def add(a, b):\n    return a + b\n' },
    tests: { 'test_solution.py': 'from solution import add\n' },
    signals: {
      tests: {
        passed: true,
        results: [{ id: 'test_add', outcome: 'passed', message: '' }],
        coverage_percent: 100
      },
      lint: { passed: true, findings: [] }
    },
    quality_score: 9.5,
    quality_parts: [{ name: 'lint', points: 0.5, reason: 'one finding' }],
    effects: { imports: ['math'] },
    attempts: [{ number: 1, signals: { tests: true }, model: 'scripted', cost_usd: 0.01 }],
    model: 'scripted',
    cost: 0.01,
    receipt: RECEIPT,
    outputs: [],
    explanation: 'Tests: 1 of 1 passed.',
    stdout: '',
    insert: 'asked',
    ...changes
  };
}

export function aResult(changes: Readonly<Record<string, unknown>> = {}): IResult {
  return readResult(rawResult(changes));
}
