/** What is said to the agent, from wherever in JupyterLab it is said. */
import { createStore } from 'zustand/vanilla';
import type { StoreApi } from 'zustand/vanilla';
import { answer } from '../api/client';
import type { Agent, Wire } from '../api/client';
import type { Live } from '../live/live';
import type { PanelStore } from '../panel/state';

/** A message without the session, which is the one that the panel shows. */
export type Said = Omit<Wire['ChatRequest'], 'session_id'>;

/** What was sent and has no answer yet, not even that it was taken. */
export interface ISending {
  readonly key: number;
  /** Null until the session is there that it begins. */
  readonly session: string | null;
  readonly said: Said;
}

interface IConversation {
  readonly sending: readonly ISending[];
  /** Grows whenever the session's messages have changed. */
  readonly version: number;
  /** A text to go on from, for whoever shows the place to write: it takes it by `take`. */
  readonly offered: string | null;
}

export class Conversation {
  readonly store: StoreApi<IConversation> = createStore<IConversation>(() => ({
    sending: [],
    version: 0,
    offered: null
  }));

  constructor(
    private readonly _agent: Agent,
    private readonly _live: Live,
    private readonly _panel: PanelStore
  ) {}

  /** Put a text where messages are written, without sending it. */
  offer(text: string): void {
    this._panel.setState({ view: 'chat' });
    this.store.setState({ offered: text });
  }

  /** What was offered, once. */
  take(): string | null {
    const { offered } = this.store.getState();
    if (offered !== null) {
      this.store.setState({ offered: null });
    }
    return offered;
  }

  /**
   * Send a message in the session that is shown, and show the chat. Rejects with AgentError: then nothing was taken, and
   * whoever holds the text keeps it. Nothing is sent twice.
   */
  async say(said: Said): Promise<Wire['ChatReply']> {
    this._live.start();
    this._panel.setState({ view: 'chat', execution: null });
    const known = this._panel.getState().session;
    const key = ++this._last;
    this.store.setState(({ sending }) => ({ sending: [...sending, { key, session: known, said }] }));
    let begun: string | null = null;
    try {
      begun = known ?? (await this._begin(key));
      const body = { ...said, session_id: begun };
      const reply = await answer(this._agent.rest.POST('/chat', { body }));
      if (reply.execution_id) {
        this._live.expect(reply.execution_id);
      }
      return reply;
    } catch (error) {
      if (known === null && begun !== null) {
        await this._drop(begun).catch(() => undefined);
      }
      throw error;
    } finally {
      this.store.setState(({ sending, version }) => ({
        sending: sending.filter(one => one.key !== key),
        version: version + 1
      }));
    }
  }

  /** A session of its own for the first message: its answer is streamed by the session, which has to be known for that. */
  private async _begin(key: number): Promise<string> {
    const { session_id } = await answer(this._agent.rest.POST('/sessions', { body: {} }));
    this.store.setState(({ sending }) => ({
      sending: sending.map(one => (one.key === key ? { ...one, session: session_id } : one))
    }));
    // Unless the person has gone to another one meanwhile.
    this._panel.setState(({ session }) => ({ session: session ?? session_id }));
    return session_id;
  }

  /** Nobody wants a session in which nothing was said. */
  private async _drop(session: string): Promise<void> {
    const params = { path: { session_id: session } };
    const { message_count } = await answer(this._agent.rest.GET('/sessions/{session_id}', { params }));
    if (message_count === 0) {
      await answer(this._agent.rest.DELETE('/sessions/{session_id}', { params }));
      this._panel.setState(state => (state.session === session ? { session: null } : state));
    }
  }

  private _last = 0;
}
