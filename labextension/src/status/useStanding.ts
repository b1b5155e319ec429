/** How an execution stands, as cheaply as it can be known: many cards stand in a long chat. */
import { useEffect, useState } from 'react';
import type { RefObject } from 'react';
import type { Wire } from '../api/client';
import { isFinal } from '../live/run';
import type { IRun, RunStatus } from '../live/run';
import { useAsked } from '../panel/asking';
import { useLive, useServices } from '../panel/services';

/** What whoever shows a card knows of its execution already. */
export interface IKnown {
  readonly status: RunStatus | null;
}

interface IStanding {
  readonly status: RunStatus;
  readonly run: IRun | null;
  /** Null while it runs, and until it was seen. */
  readonly view: Wire['ExecutionView'] | null;
  readonly error: Error | null;
  readonly again: () => void;
}

/** A running one is told by the stream; only of one that has ended (or was never heard of) the engine is asked, once seen. */
export function useStanding(id: string, known: IKnown | undefined, seen: boolean): IStanding {
  const { live } = useServices();
  const run = useLive(state => state.runs[id]) ?? null;
  const kept = useLive(state => state.views[id]) ?? null;
  const told = [run?.status, kept?.status, known?.status].find(status => status && isFinal(status));
  const wanted = seen && !kept && (told !== undefined || run === null);
  const { data, error, again } = useAsked(async () => {
    const view = wanted ? await live.view(id) : null;
    // It may have been asked for just before the end.
    return view && told && !isFinal(view.status) ? live.view(id) : view;
  }, [id, wanted, told === undefined]);
  const view = kept ?? data;
  return {
    status: told ?? run?.status ?? view?.status ?? known?.status ?? 'pending',
    run,
    view,
    error,
    again
  };
}

/** Milliseconds that a card stays in sight before it is asked for: a long chat is scrolled through faster. */
const DWELL_MS = 120;

/** Whether the node is in sight, and whether it has been long enough to be worth a question. */
export function useSeen(node: RefObject<HTMLElement>): { visible: boolean; seen: boolean } {
  const [visible, setVisible] = useState(typeof IntersectionObserver === 'undefined');
  const [seen, setSeen] = useState(visible);
  useEffect(() => {
    if (typeof IntersectionObserver === 'undefined' || !node.current) {
      return;
    }
    const observer = new IntersectionObserver(entries => setVisible(entries.at(-1)?.isIntersecting ?? false));
    observer.observe(node.current);
    return () => observer.disconnect();
  }, [node]);
  useEffect(() => {
    if (visible && !seen) {
      const timer = window.setTimeout(() => setSeen(true), DWELL_MS);
      return () => window.clearTimeout(timer);
    }
    return undefined;
  }, [visible, seen]);
  return { visible, seen };
}

/** The present, told once a second while somebody may look. */
export function useNow(ticking: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!ticking) {
      return;
    }
    setNow(Date.now());
    const timer = window.setInterval(() => document.hidden || setNow(Date.now()), 1000);
    return () => window.clearInterval(timer);
  }, [ticking]);
  return now;
}
