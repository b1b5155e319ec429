/** What the events of an execution come to. No event counts twice, whoever tells of it. */
import type { IEvent } from '../api/events';
import { number, text } from '../api/read';
import type { Wire } from '../api/client';

export type Light = 'running' | 'passed' | 'failed';
export type RunStatus = 'pending' | 'running' | 'passed' | 'failed' | 'partial' | 'cancelled';

/** An execution as far as it has been heard of. */
export interface IRun {
  readonly id: string;
  readonly status: RunStatus;
  readonly attempt: number;
  readonly of: number;
  /** Of the present attempt: signal → how it stands. */
  readonly lights: Readonly<Record<string, Light>>;
  readonly model: string;
  readonly cost: number;
  /** ISO 8601. */
  readonly started: string | null;
  readonly ended: string | null;
  /** The latest events in order, for the log. */
  readonly events: readonly IEvent[];
  /** What has been asked for and not yet been heard of. */
  readonly asked: 'cancel' | null;
  /** Why what was asked for last was not done, in the server's words. */
  readonly refused: string;
}

export const SIGNALS = ['tests', 'lint', 'security'] as const;
const FINAL: readonly string[] = ['passed', 'failed', 'partial', 'cancelled'];
const MOST_EVENTS = 500;

export function newRun(id: string, status: RunStatus = 'pending'): IRun {
  return {
    id,
    status,
    attempt: 0,
    of: 5,
    lights: {},
    model: '',
    cost: 0,
    started: null,
    ended: null,
    events: [],
    asked: null,
    refused: ''
  };
}

export function isFinal(status: string): boolean {
  return FINAL.includes(status);
}

/** The run after one more event; the same where it was heard before. */
export function told(run: IRun, event: IEvent): IRun {
  if (event.id <= (run.events.at(-1)?.id ?? 0)) {
    return run;
  }
  const { data } = event;
  const at = text(data.at) || null;
  const next = {
    ...run,
    started: run.started ?? at,
    attempt: attemptAfter(run.attempt, event),
    of: number(data.of) ?? run.of,
    lights: lightsAfter(run, event),
    model: text(data.model) || run.model,
    cost: run.cost + (number(data.cost_usd) ?? 0),
    events: [...run.events, event].slice(-MOST_EVENTS)
  };
  const status = statusAfter(run.status, event);
  return isFinal(status) ? settled({ ...next, status, ended: run.ended ?? at }) : { ...next, status };
}

/** The run as the server has it now, where it has ended; what goes on is told by events, which know more. */
export function seen(run: IRun, view: Wire['ExecutionView']): IRun {
  if (!isFinal(view.status)) {
    return run;
  }
  const judged = Object.entries(view.signals ?? {}).filter(([, signal]) => signal);
  return settled({
    ...run,
    status: view.status,
    attempt: view.attempts ?? run.attempt,
    lights: Object.fromEntries(judged.map(([name, signal]) => [name, signal?.passed ? 'passed' : 'failed'])),
    model: view.model ?? run.model,
    cost: view.cost ?? run.cost,
    started: run.started ?? view.created_at,
    ended: view.finished_at
  });
}

function attemptAfter(attempt: number, { kind, data }: IEvent): number {
  // An engine that was lost begins from the beginning.
  return kind === 'started'
    ? 0
    : ['code', 'run'].includes(kind)
      ? (number(data.attempt) ?? attempt)
      : attempt;
}

/** An end is an end, whatever comes late. */
function statusAfter(status: RunStatus, { kind, data }: IEvent): RunStatus {
  if (isFinal(status)) {
    return status;
  }
  if (kind === 'completed') {
    return isFinal(text(data.status)) ? (text(data.status) as RunStatus) : 'failed';
  }
  return kind === 'error' ? 'failed' : kind === 'queued' ? status : 'running';
}

function lightsAfter(run: IRun, { kind, data }: IEvent): IRun['lights'] {
  if (kind === 'started') {
    return {};
  }
  if (kind === 'run') {
    return Object.fromEntries(SIGNALS.map(name => [name, 'running' as const]));
  }
  if (kind === 'code' && data.attempt !== run.attempt) {
    return {};
  }
  const signal = text(data.signal);
  return kind === 'signal' && signal
    ? { ...run.lights, [signal]: data.passed === true ? 'passed' : 'failed' }
    : run.lights;
}

/** Nothing runs any more: what was not judged is not judged, what was asked for is settled. */
function settled(run: IRun): IRun {
  const lights = Object.fromEntries(Object.entries(run.lights).filter(([, light]) => light !== 'running'));
  return { ...run, lights, asked: null, refused: '' };
}
