/** Where a request or a question is written. */
import React, { useState } from 'react';
import { answer } from '../api/client';
import { Sorry } from '../panel/parts';
import { usePanel, useServices } from '../panel/services';

export function Composer({ sent }: { readonly sent: () => void }): JSX.Element {
  const { agent, live, panel, trans } = useServices();
  const session = usePanel(state => state.session);
  const [draft, setDraft] = useState('');
  const [error, setError] = useState<Error | null>(null);
  const send = async (): Promise<void> => {
    try {
      const body = { message: draft, session_id: session };
      const reply = await answer(agent.rest.POST('/chat', { body }));
      setDraft('');
      setError(null);
      if (reply.execution_id) {
        live.expect(reply.execution_id);
      }
      panel.setState({ session: reply.session_id });
      sent();
    } catch (reason) {
      setError(reason as Error);
    }
  };
  return (
    <form
      className="jca-Composer"
      onSubmit={event => {
        event.preventDefault();
        void send();
      }}
    >
      {error && <Sorry error={error} />}
      <textarea
        aria-label={trans.__('Message to the coding agent')}
        value={draft}
        onChange={event => setDraft(event.target.value)}
      />
      <button type="submit" className="jca-Button jca-mod-accent" disabled={!draft.trim()}>
        {trans.__('Send')}
      </button>
    </form>
  );
}
