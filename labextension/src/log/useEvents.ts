/** All events of an execution: what this page has heard, or the execution's own stream from its beginning. */
import { useEffect, useState } from 'react';
import type { Agent } from '../api/client';
import { readEvents } from '../api/events';
import type { IEvent } from '../api/events';
import { isFinal } from '../live/run';
import type { IRun } from '../live/run';
import { useLive, useServices } from '../panel/services';

interface IEvents {
  readonly events: readonly IEvent[];
  readonly error: Error | null;
  readonly busy: boolean;
  readonly again: () => void;
}

/** The whole streams of executions that have ended: they don't change any more. */
const ENDED = new WeakMap<Agent, Map<string, readonly IEvent[]>>();
const NONE: readonly IEvent[] = [];

export function useEvents(id: string): IEvents {
  const { agent } = useServices();
  const run = useLive(state => state.runs[id]) ?? null;
  const whole = run !== null && isWhole(run);
  const [read, setRead] = useState<{ events: readonly IEvent[]; error: Error | null; busy: boolean }>(() => ({
    events: ENDED.get(agent)?.get(id) ?? NONE,
    error: null,
    busy: true
  }));
  const [times, setTimes] = useState(0);
  useEffect(() => {
    const kept = ENDED.get(agent)?.get(id);
    if (whole || kept) {
      setRead({ events: kept ?? NONE, error: null, busy: false });
      return;
    }
    const abort = new AbortController();
    setRead({ events: NONE, error: null, busy: true });
    follow(agent, id, abort.signal, events => setRead({ events, error: null, busy: true })).then(
      events => setRead({ events, error: null, busy: false }),
      (reason: unknown) => {
        const error = reason instanceof Error ? reason : new Error(String(reason));
        if (!abort.signal.aborted) {
          setRead(old => ({ ...old, error, busy: false }));
        }
      }
    );
    return () => abort.abort();
  }, [agent, id, whole, times]);
  const events = whole ? run.events : read.events.length ? read.events : (run?.events ?? NONE);
  return {
    events,
    error: whole ? null : read.error,
    busy: !whole && read.busy,
    again: () => setTimes(times + 1)
  };
}

/** Whether the page has listened from the first event on and has kept all since. */
function isWhole(run: IRun): boolean {
  return run.events.length === 0 ? !isFinal(run.status) : ['queued', 'reused'].includes(run.events[0].kind);
}

async function follow(
  agent: Agent,
  id: string,
  signal: AbortSignal,
  tell: (events: readonly IEvent[]) => void
): Promise<readonly IEvent[]> {
  const response = await agent.open(`/execute/${encodeURIComponent(id)}/stream`, {
    headers: { Accept: 'text/event-stream' },
    signal
  });
  let events: readonly IEvent[] = [];
  await readEvents(response, event => {
    events = [...events, event];
    tell(events);
  });
  const known = ENDED.get(agent) ?? new Map<string, readonly IEvent[]>();
  ENDED.set(agent, known.set(id, events));
  return events;
}
