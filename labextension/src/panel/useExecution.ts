/** An execution as the engine has it, asked for anew at each step that changes it. */
import { AgentError } from '../api/client';
import type { Wire } from '../api/client';
import { isFinal } from '../live/run';
import type { IRun } from '../live/run';
import { useAsked } from './asking';
import { useLive, useServices } from './services';

interface IExecution {
  /** Null until it is known, and where there is no such execution any more. */
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
  // The server that answers again may know more, or nothing of it.
  const reconnections = useLive(state => state.reconnections);
  const ended = run !== null && isFinal(run.status);
  const { data, error, again } = useAsked(async () => {
    const view = await live.view(id);
    // It may have been asked for just before the end.
    return ended && !isFinal(view.status) ? live.view(id) : view;
  }, [id, run?.attempt, ended, reconnections]);
  const gone = error instanceof AgentError && error.status === 404;
  return { view: kept ?? (gone ? null : data), run, error, again };
}
