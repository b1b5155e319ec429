/** The one stream of everything that is the user's: it takes itself up again wherever it broke off. */
import type { IDisposable } from '@lumino/disposable';
import { AgentError } from '../api/client';
import type { Agent } from '../api/client';
import { readEvents } from '../api/events';
import type { IEvent } from '../api/events';

/**
 * `waiting`: not asked for yet, or at rest while nobody looks; `connecting`; `online`; `offline`: no server answers, it is
 * tried again by itself; `refused`: this page's login does not count any more.
 */
export type Connection = 'waiting' | 'connecting' | 'online' | 'offline' | 'refused';

/** Three keep-alives missed. */
const SILENCE_MS = 45_000;
/** One keep-alive missed: a page that comes back to the front does not wait for two more. */
const STALE_MS = 20_000;
/** What is hidden for so long gives its connection back: a browser has six for all the pages of a server. */
const REST_MS = 60_000;
const PAUSES_MS = [200, 500, 1000, 2000, 5000];
/** A connection that held for so long, or told anything, was a good one: who is cut off at once each time must not hurry. */
const HELD_MS = 5000;

interface IListener {
  event(event: IEvent): void;
  /** `why` in the server's words, where it has said any. */
  connection(state: Connection, why: string): void;
  /** Events are numbered anew: the server has another database, and nothing that was told holds any more. */
  anew(): void;
  /** The event after which to begin, where none has been heard yet; null for the next one. */
  beginning(signal: AbortSignal): Promise<number | null>;
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
    if (!this._started && !this._disposed) {
      this._started = true;
      window.addEventListener('online', this._looked);
      document.addEventListener('visibilitychange', this._looked);
      void this._run();
    }
  }

  dispose(): void {
    this._disposed = true;
    window.removeEventListener('online', this._looked);
    document.removeEventListener('visibilitychange', this._looked);
    window.clearTimeout(this._resting);
    this._abort.abort();
    this._wake();
  }

  /** Don't wait any longer before the next try. */
  retry(): void {
    this._wake();
  }

  /** Somebody looks again, or nobody does any more, or the machine has a network again. */
  private readonly _looked = (): void => {
    window.clearTimeout(this._resting);
    if (document.hidden) {
      this._resting = window.setTimeout(() => this._abort.abort(), REST_MS);
    } else {
      if (Date.now() - this._heard > STALE_MS) {
        this._abort.abort();
      }
      this._wake();
    }
  };

  private async _run(): Promise<void> {
    this._say('connecting');
    let failures = 0;
    while (!this._disposed) {
      const began = Date.now();
      const last = this._last;
      await this._connect();
      const good = this._last !== last || Date.now() - began > HELD_MS;
      failures = good ? 0 : failures + 1;
      if (document.hidden && !this._disposed) {
        this._say('waiting');
        await this._pause(null);
      } else {
        await this._pause(PAUSES_MS[Math.min(Math.max(failures - 1, 0), PAUSES_MS.length - 1)]);
      }
    }
  }

  /** From the request to the end of the stream, for whatever reason it ends. */
  private async _connect(): Promise<void> {
    this._silent = false;
    try {
      await this._follow();
      this._say('connecting');
    } catch (error) {
      if (this._abort.signal.aborted && !this._silent) {
        return this._say('connecting');
      }
      const answered = error instanceof AgentError && error.status > 0;
      const refused = answered && [401, 403].includes(error.status);
      this._say(refused ? 'refused' : 'offline', answered ? error.message : '');
    }
  }

  private async _follow(): Promise<void> {
    const abort = (this._abort = new AbortController());
    let watchdog = 0;
    const heard = (): void => {
      this._heard = Date.now();
      window.clearTimeout(watchdog);
      watchdog = window.setTimeout(() => {
        this._silent = true;
        abort.abort();
      }, SILENCE_MS);
    };
    heard();
    try {
      this._last ??= await this._listener.beginning(abort.signal);
      const after = this._last;
      const response = await this._agent.open('/events', {
        headers: {
          Accept: 'text/event-stream',
          ...(after === null ? {} : { 'Last-Event-ID': String(after) })
        },
        signal: abort.signal
      });
      this._say('online');
      await readEvents(response, event => this._tell(event), heard);
    } finally {
      window.clearTimeout(watchdog);
    }
  }

  private _tell(event: IEvent): void {
    if (this._abort.signal.aborted) {
      return;
    }
    // What is only noticed, such as `changed`, has no number.
    if (event.id > 0) {
      if (event.id <= (this._last ?? 0)) {
        this._last = null;
        this._listener.anew();
        this._abort.abort();
        return;
      }
      this._last = event.id;
    }
    this._listener.event(event);
  }

  private _say(state: Connection, why = ''): void {
    if (!this._disposed) {
      this._listener.connection(state, why);
    }
  }

  /** Null: until somebody looks. */
  private _pause(milliseconds: number | null): Promise<void> {
    return new Promise(resolve => {
      const timer = milliseconds === null ? 0 : window.setTimeout(resolve, milliseconds);
      this._wake = () => {
        window.clearTimeout(timer);
        resolve();
      };
    });
  }

  private _started = false;
  private _disposed = false;
  private _last: number | null = null;
  private _heard = 0;
  private _silent = false;
  private _resting = 0;
  private _abort = new AbortController();
  private _wake: () => void = () => undefined;
}
