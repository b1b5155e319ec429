/** An execution as the engine has it, asked for anew at each step that changes it. */
import type { Wire } from '../api/client';
import { isFinal } from '../live/run';
import type { IRun } from '../live/run';
import { useAsked } from './asking';
import { useLive, useServices } from './services';

interface IExecution {
  /** Null until it is known. */
  readonly view: Wire['ExecutionView'] | null;
  /** What the stream has told of it; null where it ended before this page listened. */
  readonly run: IRun | null;
  readonly error: Error | null;
  readonly again: () => void;
}

export function useExecution(id: string): IExecution {
  const { live } = useServices();
  const run = useLive(state => state.runs[id]) ?? null;
  const kept = useLive(state => state.views[id]);
  const ended = run !== null && isFinal(run.status);
  const { data, error, again } = useAsked(() => live.view(id), [id, run?.attempt, ended]);
  return { view: kept ?? data, run, error, again };
}
