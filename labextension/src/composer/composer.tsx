/** Where a request or a question is written. */
import React, { useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { Sorry } from '../panel/parts';
import { useServices } from '../panel/services';

export function Composer(): JSX.Element {
  const { conversation, trans } = useServices();
  const [draft, setDraft] = useState('');
  const [error, setError] = useState<Error | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const offered = useStore(conversation.store, state => state.offered);
  useEffect(() => {
    if (offered !== null) {
      setDraft(conversation.take() ?? '');
      field.current?.focus();
    }
  }, [offered]);
  const send = async (): Promise<void> => {
    try {
      setError(null);
      await conversation.say({ message: draft });
      setDraft('');
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
        ref={field}
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
