/** Executions for tests, as GET /execute/{id} answers them. */
import type { Wire } from '../api/client';

type View = Wire['ExecutionView'];

/** One that passed, with these changes. */
export function anExecution(changes: Partial<View> = {}): View {
  return {
    execution_id: 'exe_1',
    status: 'passed',
    prompt: 'Add two numbers',
    language: 'python',
    session_id: null,
    attempt: 1,
    attempts: 1,
    code: 'def add(a, b):\n    return a + b\n',
    files: { 'solution.py': 'def add(a, b):\n    return a + b\n' },
    requirements: [],
    tests: { 'test_solution.py': 'from solution import add\n' },
    examples: [],
    output: {
      stdout: '',
      stderr: '',
      test_results: null,
      lint_results: null,
      security_results: null,
      data_results: null
    },
    outputs: [],
    changes: [],
    signals: {} as View['signals'],
    effects: null,
    error_class: null,
    quality_score: 10,
    quality_parts: [],
    artifact_id: null,
    pr_url: null,
    model: 'templates/add',
    cost: 0,
    receipt: null,
    judgement: {} as View['judgement'],
    explanation: '',
    error: null,
    retry_of: null,
    replay_of: null,
    differs: [],
    cached_from: null,
    provenance: null,
    created_at: '2026-01-01T00:00:00.000Z',
    started_at: '2026-01-01T00:00:00.000Z',
    finished_at: '2026-01-01T00:00:01.000Z',
    ...changes
  };
}
