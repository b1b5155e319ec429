/** A server's streams of events in the hands of a test. */
import { Agent, AgentError } from '../api/client';
import { json } from './agents';

/** What a connection to a stream was asked for with, and the means to go on with it. */
export class Connection {
  readonly response: Response;

  constructor(
    readonly path: string,
    readonly after: string | null,
    signal: AbortSignal | null
  ) {
    const body = new ReadableStream<Uint8Array>({
      start: controller => {
        this._controller = controller;
        signal?.addEventListener('abort', () => this.breakOff());
      },
      cancel: () => {
        this.open = false;
      }
    });
    this.response = new Response(body);
  }

  open = true;

  /** One event; without a number where `id` is 0. */
  tell(id: number, kind: string, data: unknown): void {
    this._send(`${id ? `id: ${id}\n` : ''}event: ${kind}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  keepAlive(): void {
    this._send(': keep-alive\n\n');
  }

  /** The server ends it. */
  end(): void {
    this.open = false;
    this._controller.close();
  }

  /** The connection is lost. */
  breakOff(): void {
    if (this.open) {
      this.open = false;
      this._controller.error(new TypeError('network error'));
    }
  }

  private _send(text: string): void {
    this._controller.enqueue(new TextEncoder().encode(text));
  }

  private _controller!: ReadableStreamDefaultController<Uint8Array>;
}

/**
 * An agent whose `/events` and `/execute/…/stream` are held open. `rest` answers everything else by `METHOD /path`, as the
 * table of `fakeAgent` does; without a word of it nothing is going on.
 */
export class FakeServer {
  /** Of /events, the latest last. */
  readonly connections: Connection[] = [];
  /** Of single executions, the latest last. */
  readonly followed: Connection[] = [];
  readonly asked: string[] = [];
  /** Null while it answers; or the status with which it refuses, 0 where nobody does. */
  refuses: number | null = null;
  rest: Record<string, (() => unknown) | undefined> = {};

  readonly agent = new Agent(async (path, init) => {
    const what = `${init.method ?? 'GET'} ${path.split('?')[0]}`;
    this.asked.push(what);
    if (this.refuses !== null) {
      return this.refuses ? json({ message: 'No.' }, this.refuses) : Promise.reject(new TypeError('failed'));
    }
    if (path === '/events' || path.endsWith('/stream')) {
      const after = new Headers(init.headers).get('Last-Event-ID');
      const connection = new Connection(path, after, init.signal ?? null);
      (path === '/events' ? this.connections : this.followed).push(connection);
      return connection.response;
    }
    if (what === 'GET /executions' && !this.rest[what]) {
      return json({ executions: [], total: 0, page: 1 });
    }
    const said = await this.rest[what]?.();
    return said instanceof Response ? said : said ? json(said) : json({ message: `No ${path}.` }, 404);
  });

  get events(): Connection {
    const last = this.connections.at(-1);
    if (!last) {
      throw new AgentError(0, 'Nobody has asked for /events yet.');
    }
    return last;
  }
}
