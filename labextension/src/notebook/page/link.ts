/**
 * Asks REST for a kernel that reaches no Jupyter server, with the page's credentials: see `client/page.py`, which says
 * what the messages are.
 */
import { list, number, record, text } from '../../api/read';
import type { Json } from '../../api/read';

export const TARGET = 'coding_agent';

/** Answers as `fetch` does. Rejects where no server answers. */
export type Asking = (
  path: string,
  init: { method: string; body?: string; headers: Record<string, string>; signal: AbortSignal }
) => Promise<Response>;

/** Gives the kernel a message. */
export type Telling = (message: Record<string, string | number | boolean | Record<string, string>>) => void;

const PASSED_ON = ['content-type', 'retry-after'];

/** One kernel's requests. What it may ask is what `%%agent` needs, and only about executions that it began here. */
export class PageLink {
  constructor(
    private readonly _ask: Asking,
    private readonly _tell: Telling
  ) {}

  /** A message of the kernel's, which may be anything. */
  async received(data: unknown): Promise<void> {
    const message = record(data);
    const id = number(message.id);
    if (id === null) {
      return;
    }
    if (message.stop === true) {
      this._running.get(id)?.abort();
      return;
    }
    const abort = new AbortController();
    this._running.set(id, abort);
    try {
      await this._answer(id, message, abort.signal);
    } catch (error) {
      if (!abort.signal.aborted) {
        this._tell({ id, error: error instanceof Error ? error.message : String(error) });
      }
    } finally {
      this._running.delete(id);
    }
  }

  /** The kernel is gone, or asks no more. */
  close(): void {
    for (const abort of this._running.values()) {
      abort.abort();
    }
  }

  private async _answer(id: number, message: Json, signal: AbortSignal): Promise<void> {
    const method = text(message.method);
    const path = text(message.path);
    if (!this._allows(method, path)) {
      const refusal = {
        reason: 'permission_denied',
        message: `A kernel may not ask the page for ${method} ${path}.`
      };
      this._tell({ id, status: 403, headers: { 'content-type': 'application/json' } });
      this._tell({ id, text: JSON.stringify(refusal) });
      this._tell({ id, end: true });
      return;
    }
    const headers: Record<string, string> = { 'Content-Type': 'application/json' };
    if (text(message.last_event_id)) {
      headers['Last-Event-ID'] = text(message.last_event_id);
    }
    const body = method === 'POST' ? { body: JSON.stringify(record(message.body)) } : {};
    const response = await this._ask(path, { method, headers, signal, ...body });
    const kept = PASSED_ON.map(name => [name, response.headers.get(name)]).filter(
      ([, value]) => value !== null
    );
    this._tell({ id, status: response.status, headers: Object.fromEntries(kept) as Record<string, string> });
    const said: string[] = [];
    for await (const piece of pieces(response)) {
      said.push(piece);
      this._tell({ id, text: piece });
    }
    if (path === '/execute' && response.ok) {
      this._begun.add(text(record(JSON.parse(said.join(''))).execution_id));
    }
    this._tell({ id, end: true });
  }

  private _allows(method: string, path: string): boolean {
    if (path === '/execute') {
      return method === 'POST';
    }
    const asked = list(/^\/execute\/([\w-]+)(\/\w+)?$/.exec(path));
    const known = method === 'POST' ? ['/cancel'] : method === 'GET' ? ['', '/attempts', '/stream'] : [];
    return this._begun.has(text(asked[1])) && known.includes(text(asked[2]));
  }

  private readonly _running = new Map<number, AbortController>();
  private readonly _begun = new Set<string>();
}

/** The answer's text as it comes; a sign is never cut in two. */
async function* pieces(response: Response): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  const reader = response.body?.getReader();
  for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
    yield decoder.decode(read.value, { stream: true });
  }
}
