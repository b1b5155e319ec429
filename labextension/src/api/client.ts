/** The agent's REST endpoints, with the front end's own credentials. */
import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import { record, text } from './read';
import type { Json } from './read';

/** What an endpoint said went wrong, in its own sentence. `status` is 0 where no server answered. */
export class AgentError extends Error {
  constructor(
    readonly status: number,
    message: string
  ) {
    super(message);
  }
}

/** POST /receipts/verify. */
export interface IVerifyRequest {
  readonly receipt: Json;
  readonly source: string;
  readonly path: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly context: {
    readonly cells?: readonly string[];
    readonly notebook: string;
    readonly proved_in: string;
  };
}

/** POST /notebooks/prove: every code cell from the top; `only` is the position of the one that is meant. */
export interface IProveRequest {
  readonly cells: readonly { id: string; source: string; execution_count: number | null }[];
  readonly only?: number;
  readonly kernel_python?: string;
}

/** The endpoints that the notebook uses. */
export interface IAgent {
  verify(request: IVerifyRequest): Promise<Json>;
  validate(request: Json): Promise<Json>;
  prove(request: IProveRequest): Promise<Json>;
}

/** The agent behind the Jupyter server that this page came from. */
export class Agent implements IAgent {
  constructor(private readonly _settings: ServerConnection.ISettings) {}

  verify(request: IVerifyRequest): Promise<Json> {
    return this._post('receipts/verify', request);
  }

  validate(request: Json): Promise<Json> {
    return this._post('validate', request);
  }

  prove(request: IProveRequest): Promise<Json> {
    return this._post('notebooks/prove', request);
  }

  private async _post(path: string, body: unknown): Promise<Json> {
    const url = URLExt.join(this._settings.baseUrl, 'coding-agent', path);
    const init = {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'Content-Type': 'application/json' }
    };
    let response: Response;
    try {
      response = await ServerConnection.makeRequest(url, init, this._settings);
    } catch (error) {
      throw new AgentError(0, error instanceof Error ? error.message : String(error));
    }
    const answer = record(await response.json().catch(() => null));
    if (!response.ok) {
      throw new AgentError(response.status, text(answer.message) || response.statusText);
    }
    return answer;
  }
}
