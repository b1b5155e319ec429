/** What is going on, kept up by the one stream: runs, answers on their way, the connection itself. */
import type { IDisposable } from '@lumino/disposable';
import { createStore } from 'zustand/vanilla';
import type { StoreApi } from 'zustand/vanilla';
import { AgentError, answer } from '../api/client';
import type { Agent, Wire } from '../api/client';
import type { IEvent } from '../api/events';
import { text } from '../api/read';
import { pieced } from './answers';
import type { IAnswer } from './answers';
import { beginningOf } from './beginning';
import { changed, UNCHANGED } from './changes';
import type { Changes } from './changes';
import { isFinal, newRun, seen, told } from './run';
import type { IRun } from './run';
import { EventStream } from './stream';
import type { Connection } from './stream';

export type { IAnswer } from './answers';

export interface ILive {
  readonly connection: Connection;
  /** In the server's words, why it is not online; empty where no server says anything. */
  readonly why: string;
  /** How often the connection was taken up again: what shows something that is not told of asks for it anew. */
  readonly reconnections: number;
  /** By execution. */
  readonly runs: Readonly<Record<string, IRun>>;
  /** By the question's message. */
  readonly answers: Readonly<Record<string, IAnswer>>;
  /** How often something has changed below the first part of a path, such as `sessions`: what shows it asks again. */
  readonly changes: Changes;
  /** Ended executions by id, as far as they were asked for. */
  readonly views: Readonly<Record<string, Wire['ExecutionView']>>;
}

/** Events that come within this time are shown together: at fifty a second a page would draw nothing else. */
const TOGETHER_MS = 100;

const NOTHING = { runs: {}, answers: {}, views: {} };

export class Live implements IDisposable {
  readonly store: StoreApi<ILive> = createStore<ILive>(() => ({
    connection: 'waiting',
    why: '',
    reconnections: 0,
    changes: UNCHANGED,
    ...NOTHING
  }));

  constructor(private readonly _agent: Agent) {
    this._stream = new EventStream(_agent, {
      event: event => this._heard(event),
      connection: (connection, why) => {
        this.store.setState({ connection, why });
        if (connection === 'online') {
          this._connected();
        }
      },
      anew: () => {
        this._waiting = [];
        this.store.setState(NOTHING);
      },
      beginning: signal => beginningOf(_agent, signal)
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
    window.clearTimeout(this._timer);
    this._timer = 0;
    this._stream.dispose();
  }

  /** An execution that was just accepted: it is shown before the stream tells of it. */
  expect(id: string): void {
    this.start();
    this.store.setState(({ runs }) => ({ runs: { [id]: newRun(id), ...runs } }));
    // It may have ended before the stream was open: a result that is given again takes no time.
    if (this.store.getState().connection === 'online') {
      void this._ask(id);
    }
  }

  /**
   * Cancel; the run says that it was asked for until the server says what came of it, and why it was not if it was not.
   * Rejects with that AgentError.
   */
  async cancel(id: string): Promise<void> {
    const known = this.store.getState().runs[id];
    if (known && (known.asked || isFinal(known.status))) {
      return;
    }
    this._update(id, run => ({ ...run, asked: 'cancel', refused: '' }));
    try {
      const params = { path: { execution_id: id } };
      await answer(this._agent.rest.POST('/execute/{execution_id}/cancel', { params }));
    } catch (error) {
      const refused = error instanceof Error ? error.message : String(error);
      this._update(id, run => (isFinal(run.status) ? run : { ...run, asked: null, refused }));
      // Refused for having ended, most likely: then that is what is to be seen.
      await this._ask(id);
      throw error;
    }
    await this._ask(id);
  }

  /** The execution as the engine has it: kept once it has ended, asked for once at a time. Rejects with AgentError. */
  async view(id: string, again = false): Promise<Wire['ExecutionView']> {
    const known = this.store.getState().views[id];
    if (known && !again) {
      return known;
    }
    let asked = this._asked.get(id);
    if (!asked) {
      asked = this._fetch(id).finally(() => this._asked.delete(id));
      this._asked.set(id, asked);
    }
    return asked;
  }

  private async _fetch(id: string): Promise<Wire['ExecutionView']> {
    const params = { path: { execution_id: id } };
    const view = await answer(this._agent.rest.GET('/execute/{execution_id}', { params }));
    if (isFinal(view.status)) {
      this.store.setState(({ views }) => ({ views: { ...views, [id]: view } }));
    }
    return view;
  }

  /** Bring what is shown of an execution to what the server says of it; where none answers it stays as it is. */
  private async _ask(id: string): Promise<void> {
    try {
      const view = await this.view(id, true);
      this._update(id, run => seen(run, view));
    } catch (error) {
      if (error instanceof AgentError && error.status === 404) {
        this._forget(id);
      }
    }
  }

  /** What happened meanwhile is told by the stream, but not all of it: what is not stored, and what is gone. */
  private _connected(): void {
    if (this._met) {
      this.store.setState(({ changes, reconnections }) => ({
        changes: changed(changes),
        reconnections: reconnections + 1,
        views: {}
      }));
    }
    this._met = true;
    for (const run of Object.values(this.store.getState().runs)) {
      if (!isFinal(run.status)) {
        void this._ask(run.id);
      }
    }
  }

  private _heard(event: IEvent): void {
    this._waiting.push(event);
    if (!this._timer && !this.isDisposed) {
      const wait = Math.max(0, this._applied + TOGETHER_MS - Date.now());
      this._timer = window.setTimeout(() => this._apply(), wait);
    }
  }

  private _apply(): void {
    this._timer = 0;
    this._applied = Date.now();
    const events = this._waiting;
    this._waiting = [];
    this.store.setState(state => events.reduce(afterEvent, state));
  }

  /** Change what is known of an execution; nothing where nothing is. */
  private _update(id: string, change: (run: IRun) => IRun): void {
    this.store.setState(({ runs }) => (runs[id] ? { runs: { ...runs, [id]: change(runs[id]) } } : {}));
  }

  private _forget(id: string): void {
    const runs = Object.entries(this.store.getState().runs).filter(([known]) => known !== id);
    this.store.setState({ runs: Object.fromEntries(runs) });
  }

  private readonly _stream: EventStream;
  private readonly _asked = new Map<string, Promise<Wire['ExecutionView']>>();
  private _waiting: IEvent[] = [];
  private _timer = 0;
  private _applied = 0;
  /** Whether there has been a connection before. */
  private _met = false;
}

function afterEvent(state: ILive, event: IEvent): ILive {
  const execution = text(event.data.execution_id);
  const question = text(event.data.message_id);
  if (execution) {
    const known = state.runs[execution] ?? newRun(execution);
    return { ...state, runs: { ...state.runs, [execution]: told(known, event) } };
  }
  if (question) {
    const next = pieced(state.answers[question], event);
    return next ? { ...state, answers: { ...state.answers, [question]: next } } : state;
  }
  return event.kind === 'changed'
    ? { ...state, changes: changed(state.changes, text(event.data.path)) }
    : state;
}
