/** The one stream of everything that is the user's: it takes itself up again wherever it broke off. */
import type { IDisposable } from '@lumino/disposable';
import { AgentError } from '../api/client';
import type { Agent } from '../api/client';
import { readEvents } from '../api/events';
import type { IEvent } from '../api/events';

/**
 * `waiting`: not asked for yet; `connecting`; `online`; `offline`: no server answers, it is tried again by itself;
 * `refused`: this page's login does not count any more, which only a reload mends.
 */
export type Connection = 'waiting' | 'connecting' | 'online' | 'offline' | 'refused';

/** Three keep-alives missed. */
const SILENCE_MS = 45_000;
const PAUSES_MS = [200, 500, 1000, 2000, 5000];

interface IListener {
  event(event: IEvent): void;
  connection(state: Connection, why: string): void;
}

export class EventStream implements IDisposable {
  constructor(
    private readonly _agent: Agent,
    private readonly _listener: IListener
  ) {}

  get isDisposed(): boolean {
    return this._disposed;
  }

  /** Begin, unless it has begun. */
  start(): void {
    if (!this._started) {
      this._started = true;
      window.addEventListener('online', this._retry);
      document.addEventListener('visibilitychange', this._retry);
      void this._run();
    }
  }

  dispose(): void {
    this._disposed = true;
    window.removeEventListener('online', this._retry);
    document.removeEventListener('visibilitychange', this._retry);
    this._abort.abort();
    this._wake();
  }

  /** Don't wait any longer before the next try. */
  retry(): void {
    this._wake();
  }

  private readonly _retry = (): void => {
    if (!document.hidden) {
      this.retry();
    }
  };

  private async _run(): Promise<void> {
    this._listener.connection('connecting', '');
    for (let failures = 0; !this._disposed; failures++) {
      try {
        await this._follow(() => {
          failures = 0;
          this._listener.connection('online', '');
        });
        this._listener.connection('connecting', '');
      } catch (error) {
        const refused = error instanceof AgentError && [401, 403].includes(error.status);
        const why = error instanceof Error ? error.message : String(error);
        this._listener.connection(refused ? 'refused' : 'offline', why);
      }
      await this._pause(PAUSES_MS[Math.min(failures, PAUSES_MS.length - 1)]);
    }
  }

  private async _follow(opened: () => void): Promise<void> {
    this._abort = new AbortController();
    let watchdog = 0;
    const heard = (): void => {
      window.clearTimeout(watchdog);
      watchdog = window.setTimeout(() => this._abort.abort(), SILENCE_MS);
    };
    heard();
    try {
      const response = await this._agent.open('/events', {
        headers: {
          Accept: 'text/event-stream',
          ...(this._last === null ? {} : { 'Last-Event-ID': String(this._last) })
        },
        signal: this._abort.signal
      });
      opened();
      await readEvents(response, event => this._tell(event), heard);
    } finally {
      window.clearTimeout(watchdog);
    }
  }

  private _tell(event: IEvent): void {
    if (event.id > 0) {
      this._last = event.id;
    }
    this._listener.event(event);
  }

  private _pause(milliseconds: number): Promise<void> {
    return new Promise(resolve => {
      const timer = window.setTimeout(resolve, milliseconds);
      this._wake = () => {
        window.clearTimeout(timer);
        resolve();
      };
    });
  }

  private _started = false;
  private _disposed = false;
  private _last: number | null = null;
  private _abort = new AbortController();
  private _wake: () => void = () => undefined;
}
