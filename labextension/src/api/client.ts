/** The agent's REST endpoints, with the front end's own credentials. */
import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';
import createClient from 'openapi-fetch';
import type { Client } from 'openapi-fetch';
import { readEvents } from './events';
import type { IEvent } from './events';
import { record, text } from './read';
import type { Json } from './read';
import { Turns } from './turns';
import { uploading } from './uploading';
import type { Told } from './uploading';
import type { components, paths } from './wire';

/** What goes over the wire, by its name in openapi.yaml. */
export type Wire = components['schemas'];
/** `rest.GET('/sessions', …)`: paths, parameters, bodies and answers are checked against openapi.yaml. */
export type Rest = Client<paths>;

/** What an endpoint said went wrong, in its own sentence. `status` is 0 where no server answered. */
export class AgentError extends Error {
  constructor(
    readonly status: number,
    message: string,
    /** A word for programs, e.g. `quota_exceeded`. */
    readonly reason = '',
    /** What of the request is wrong. */
    readonly field = '',
    /** Seconds after which it may work. */
    readonly retryAfter: number | null = null
  ) {
    super(message);
  }
}

/** POST /receipts/verify, for a receipt that may be anything: it comes from a notebook. */
export type IVerifyRequest = Omit<Wire['VerifyRequest'], 'receipt' | 'source' | 'path'> & {
  readonly receipt: Json;
  readonly source: string;
  readonly path: string;
};

/** The endpoints that the notebook uses. */
export interface IAgent {
  verify(request: IVerifyRequest): Promise<Json>;
  validate(request: Wire['ValidationRequest']): Promise<Json>;
  prove(request: Wire['ProveRequest'], follow?: IFollowing): Promise<Json>;
}

/** Who wants to know how far it is, and may end it. */
export interface IFollowing {
  /** A cell has ended: its report. */
  cell(report: Json): void;
  readonly signal: AbortSignal;
}

type Send = (path: string, init: RequestInit, told?: Told) => Promise<Response>;

/** The agent behind the Jupyter server that this page came from. */
export class Agent implements IAgent {
  readonly rest: Rest;
  /** Emits where an endpoint says that a part is missing which it needs: no container engine, no model. */
  readonly missing = new Signal<this, void>(this);

  constructor(send: Send) {
    this._send = async (path, init, told) => {
      const response = await send(path, init, told);
      if (response.status === 503 && !UNTOLD.includes(path)) {
        this.missing.emit();
      }
      return response;
    };
    // The base is only there because a Request needs one; the server's own address is put before the path.
    this.rest = createClient<paths>({
      baseUrl: BASE,
      fetch: async request => {
        const { method, headers, signal } = request;
        const body = method === 'GET' ? null : await request.blob();
        return this._send(request.url.slice(BASE.length), {
          method,
          headers,
          signal,
          ...(body?.size ? { body } : {})
        });
      }
    });
  }

  /**
   * Any request: an upload, a stream, a download. Rejects with AgentError where there is no good answer. Who wants to be told
   * hears how much of the body has gone up.
   */
  async open(path: string, init: RequestInit = {}, told?: Told): Promise<Response> {
    const response = await this._send(path, init, told).catch((error: unknown) => {
      throw unreachable(error);
    });
    if (!response.ok) {
      throw refusal(response, await response.json().catch(() => null));
    }
    return response;
  }

  verify(request: IVerifyRequest): Promise<Json> {
    const body = request as Wire['VerifyRequest'];
    return this._verifying.take(() => answer(this.rest.POST('/receipts/verify', { body })));
  }

  validate(body: Wire['ValidationRequest']): Promise<Json> {
    return answer(this.rest.POST('/validate', { body }));
  }

  /** Rejects with an AbortError where `follow.signal` ends it; nothing runs any more then. */
  async prove(body: Wire['ProveRequest'], follow?: IFollowing): Promise<Json> {
    const response = await this.open('/notebooks/prove', {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'Content-Type': 'application/json', Accept: 'text/event-stream' },
      ...(follow ? { signal: follow.signal } : {})
    });
    let end: IEvent | null = null;
    await readEvents(response, event => {
      if (event.kind === 'cell') {
        follow?.cell(event.data);
      } else {
        end = event;
      }
    });
    return reportOf(end);
  }

  private readonly _send: Send;
  /** A notebook asks for each of its proved cells, and a browser has few connections: the rest is for what somebody waits for. */
  private readonly _verifying = new Turns(2);
}

function reportOf(end: IEvent | null): Json {
  if (end?.kind === 'completed') {
    return end.data;
  }
  throw new AgentError(
    end ? 500 : 0,
    text(end?.data.message) || 'The connection broke off.',
    text(end?.data.reason)
  );
}

const BASE = 'http://agent.invalid';
/** What is asked for again and again, and to find out what is missing. */
const UNTOLD = ['/events', '/health'];

/** The agent at a Jupyter server. */
export function agentAt(settings: ServerConnection.ISettings): Agent {
  // With 'no-store' JupyterLab writes the time into the query, which the agent refuses as an unknown field.
  return new Agent((path, init, told) =>
    ServerConnection.makeRequest(
      URLExt.join(settings.baseUrl, 'coding-agent', path),
      { ...init, cache: 'no-cache' },
      told ? { ...settings, fetch: uploading(told) } : settings
    )
  );
}

/** The address of a download, which a browser fetches with its own cookies. */
export function addressOf(settings: ServerConnection.ISettings, path: string): string {
  return URLExt.join(settings.baseUrl, 'coding-agent', path);
}

/** What an endpoint answers; rejects with AgentError where it refuses or nobody answers. */
export async function answer<T>(
  asked: Promise<{ data?: T; error?: unknown; response: Response }>
): Promise<T> {
  const { data, error, response } = await asked.catch((reason: unknown) => {
    throw unreachable(reason);
  });
  if (!response.ok) {
    throw refusal(response, error);
  }
  return data as T;
}

function refusal(response: Response, body: unknown): AgentError {
  const said: Json = record(body);
  const wait = Number(response.headers.get('Retry-After'));
  return new AgentError(
    response.status,
    text(said.message) || response.statusText || String(response.status),
    text(said.reason),
    text(said.field),
    wait > 0 ? wait : null
  );
}

function unreachable(error: unknown): unknown {
  return error instanceof AgentError || (error instanceof DOMException && error.name === 'AbortError')
    ? error
    : new AgentError(0, error instanceof Error ? error.message : String(error));
}
