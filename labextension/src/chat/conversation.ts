/** What is said to the agent, from wherever in JupyterLab it is said. */
import { createStore } from 'zustand/vanilla';
import type { StoreApi } from 'zustand/vanilla';
import { answer } from '../api/client';
import type { Agent, Wire } from '../api/client';
import type { Live } from '../live/live';
import type { PanelStore } from '../panel/state';

/** A message without the session, which is the one that the panel shows. */
export type Said = Omit<Wire['ChatRequest'], 'session_id'>;

interface IConversation {
  /** What was sent and is not yet among the session's messages. */
  readonly pending: Said | null;
  /** Grows whenever the session's messages have changed. */
  readonly version: number;
}

export class Conversation {
  readonly store: StoreApi<IConversation> = createStore<IConversation>(() => ({ pending: null, version: 0 }));

  constructor(
    private readonly _agent: Agent,
    private readonly _live: Live,
    private readonly _panel: PanelStore
  ) {}

  /** Send a message in the session that is shown, and show the chat. Rejects with AgentError; nothing is sent twice. */
  async say(said: Said): Promise<Wire['ChatReply']> {
    this._live.start();
    this._panel.setState({ view: 'chat', execution: null });
    this.store.setState({ pending: said });
    try {
      const body = { ...said, session_id: this._panel.getState().session };
      const reply = await answer(this._agent.rest.POST('/chat', { body }));
      if (reply.execution_id) {
        this._live.expect(reply.execution_id);
      }
      this._panel.setState({ session: reply.session_id });
      return reply;
    } finally {
      this.store.setState(({ version }) => ({ pending: null, version: version + 1 }));
    }
  }
}
