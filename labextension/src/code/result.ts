/** An execution as the notebook's room takes it. */
import type { Wire } from '../api/client';
import { readResult } from '../api/result';
import type { IResult } from '../api/result';

/** What can be inserted and verified; its attempts are left out, since no cell carries them. */
export function resultOf(execution: Wire['ExecutionView']): IResult {
  const { output } = execution;
  return readResult({
    ...execution,
    signals: {
      tests: output.test_results,
      lint: output.lint_results,
      security: output.security_results,
      data: output.data_results
    },
    attempts: [],
    explanation: execution.explanation || execution.error?.message,
    stdout: output.stdout,
    insert: 'offered'
  });
}
