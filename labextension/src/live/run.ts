/** What the events of an execution come to. No event counts twice, whoever tells of it. */
import type { IEvent } from '../api/events';
import { number, text } from '../api/read';

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
    asked: null
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
  const { data, kind } = event;
  const at = text(data.at) || null;
  const next = {
    ...run,
    started: run.started ?? at,
    attempt: ['code', 'run'].includes(kind) ? (number(data.attempt) ?? run.attempt) : run.attempt,
    of: number(data.of) ?? run.of,
    lights: lightsAfter(run, event),
    model: text(data.model) || run.model,
    cost: run.cost + (number(data.cost_usd) ?? 0),
    events: [...run.events, event].slice(-MOST_EVENTS)
  };
  const status = statusAfter(run.status, event);
  return isFinal(status)
    ? { ...next, status, ended: at, asked: null, lights: settled(next.lights) }
    : { ...next, status };
}

function statusAfter(status: RunStatus, { kind, data }: IEvent): RunStatus {
  if (kind === 'completed') {
    return isFinal(text(data.status)) ? (text(data.status) as RunStatus) : 'failed';
  }
  return kind === 'error' ? 'failed' : kind === 'queued' ? status : 'running';
}

function lightsAfter(run: IRun, { kind, data }: IEvent): IRun['lights'] {
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

/** Nothing runs any more: what was not judged is not judged. */
function settled(lights: IRun['lights']): IRun['lights'] {
  return Object.fromEntries(Object.entries(lights).filter(([, light]) => light !== 'running'));
}
