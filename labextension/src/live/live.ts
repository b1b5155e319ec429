/** What is going on, kept up by the one stream: runs, answers on their way, the connection itself. */
import type { IDisposable } from '@lumino/disposable';
import { createStore } from 'zustand/vanilla';
import type { StoreApi } from 'zustand/vanilla';
import { answer } from '../api/client';
import type { Agent, Wire } from '../api/client';
import { readEvents } from '../api/events';
import type { IEvent } from '../api/events';
import { number, record, text } from '../api/read';
import { isFinal, newRun, told } from './run';
import type { IRun } from './run';
import { EventStream } from './stream';
import type { Connection } from './stream';

/** The answer to a question, as far as it has come. */
export interface IAnswer {
  readonly sessionId: string;
  readonly text: string;
  readonly done: boolean;
  readonly error: string;
  /** The answer's own message, once it is whole. */
  readonly replyId: string;
}

export interface ILive {
  readonly connection: Connection;
  /** In the server's words, why it is not online. */
  readonly why: string;
  /** By execution. */
  readonly runs: Readonly<Record<string, IRun>>;
  /** By the question's message. */
  readonly answers: Readonly<Record<string, IAnswer>>;
  /** How often something has changed below the first part of a path, such as `sessions`: what shows it asks again. */
  readonly changes: Readonly<Record<string, number>>;
  /** Ended executions by id, as far as they were asked for. */
  readonly views: Readonly<Record<string, Wire['ExecutionView']>>;
}

/** Open streams of single executions: browsers allow few connections a host. */
const MOST_CAUGHT_UP = 2;

export class Live implements IDisposable {
  readonly store: StoreApi<ILive> = createStore<ILive>(() => ({
    connection: 'waiting',
    why: '',
    runs: {},
    answers: {},
    changes: {},
    views: {}
  }));

  constructor(private readonly _agent: Agent) {
    this._stream = new EventStream(_agent, {
      event: event => this._heard(event),
      connection: (connection, why) => {
        this.store.setState({ connection, why });
        if (connection === 'online') {
          void this._catchUp().catch(() => undefined);
        }
      }
    });
  }

  get isDisposed(): boolean {
    return this._stream.isDisposed;
  }

  /** Open the stream: once somebody looks. */
  start(): void {
    this._stream.start();
  }

  /** Try to connect at once. */
  retry(): void {
    this._stream.retry();
  }

  dispose(): void {
    this._stream.dispose();
    this._abort.abort();
  }

  /** An execution that was just accepted: it is shown before the stream tells of it. */
  expect(id: string): void {
    this.start();
    this._update(id, run => run);
  }

  /** Cancel; the run says that it was asked for until the stream says what came of it. */
  async cancel(id: string): Promise<void> {
    this._update(id, run => (isFinal(run.status) ? run : { ...run, asked: 'cancel' }));
    try {
      await answer(
        this._agent.rest.POST('/execute/{execution_id}/cancel', { params: { path: { execution_id: id } } })
      );
    } catch (error) {
      this._update(id, run => ({ ...run, asked: null }));
      throw error;
    }
  }

  /** The execution as the engine has it: kept once it has ended, asked for once at a time. Rejects with AgentError. */
  async view(id: string, again = false): Promise<Wire['ExecutionView']> {
    const known = this.store.getState().views[id];
    if (known && !again) {
      return known;
    }
    let asked = this._asked.get(id);
    if (!asked) {
      asked = this._ask(id).finally(() => this._asked.delete(id));
      this._asked.set(id, asked);
    }
    return asked;
  }

  private async _ask(id: string): Promise<Wire['ExecutionView']> {
    const params = { path: { execution_id: id } };
    const view = await answer(this._agent.rest.GET('/execute/{execution_id}', { params }));
    if (isFinal(view.status)) {
      this.store.setState(({ views }) => ({ views: { ...views, [id]: view } }));
    }
    return view;
  }

  private _heard(event: IEvent): void {
    this._waiting.push(event);
    // At fifty events a second a page would draw nothing else: they are taken together, once a frame.
    if (this._waiting.length === 1) {
      (document.hidden ? setTimeout : requestAnimationFrame)(() => this._apply());
    }
  }

  private _apply(): void {
    const events = this._waiting;
    this._waiting = [];
    this.store.setState(({ runs, answers, changes }) => {
      const nextRuns = { ...runs };
      const nextAnswers = { ...answers };
      const nextChanges = { ...changes };
      for (const event of events) {
        const run = text(event.data.execution_id);
        const question = text(event.data.message_id);
        if (run) {
          nextRuns[run] = told(nextRuns[run] ?? newRun(run), event);
        } else if (question) {
          nextAnswers[question] = pieced(nextAnswers[question], event);
        } else if (event.kind === 'changed') {
          const [, part = ''] = text(event.data.path).split('/');
          nextChanges[part] = (nextChanges[part] ?? 0) + 1;
        }
      }
      return { runs: nextRuns, answers: nextAnswers, changes: nextChanges };
    });
  }

  private _update(id: string, change: (run: IRun) => IRun): void {
    this.store.setState(({ runs }) => ({ runs: { ...runs, [id]: change(runs[id] ?? newRun(id)) } }));
  }

  /** What was going on before this page listened: its events are told from their beginning. */
  private async _catchUp(): Promise<void> {
    const { rest } = this._agent;
    const pages = await Promise.all(
      (['running', 'pending'] as const).map(status =>
        answer(rest.GET('/executions', { params: { query: { status, limit: MOST_CAUGHT_UP } } }))
      )
    );
    const ids = pages.flatMap(page => page.executions.map(one => one.execution_id));
    await Promise.all(ids.slice(0, MOST_CAUGHT_UP).map(id => this._follow(id)));
  }

  private async _follow(id: string): Promise<void> {
    if (this._followed.has(id)) {
      return;
    }
    this._followed.add(id);
    const response = await this._agent.open(`/execute/${encodeURIComponent(id)}/stream`, {
      headers: { Accept: 'text/event-stream' },
      signal: this._abort.signal
    });
    // It is told whole, so it replaces what the page has heard of it from the middle on.
    let run = newRun(id);
    await readEvents(response, event => {
      run = told(run, event);
      this._update(id, known => (last(known) > last(run) ? known : { ...run, asked: known.asked }));
    });
  }

  private readonly _stream: EventStream;
  private readonly _abort = new AbortController();
  private readonly _followed = new Set<string>();
  private readonly _asked = new Map<string, Promise<Wire['ExecutionView']>>();
  private _waiting: IEvent[] = [];
}

function last(run: IRun): number {
  return run.events.at(-1)?.id ?? 0;
}

/** A piece replaces what the answer had from its offset on. */
function pieced(known: IAnswer | undefined, { kind, data }: IEvent): IAnswer {
  const before = known?.text ?? '';
  const whole =
    kind === 'answered' ? text(data.text) : before.slice(0, number(data.offset) ?? 0) + text(data.text);
  return {
    sessionId: text(data.session_id),
    text: whole,
    done: kind === 'answered',
    error: text(record(data.error).message),
    replyId: text(data.reply_id)
  };
}
