/** The conversation of a session, and below it the place to write. */
import React from 'react';
import { useStore } from 'zustand';
import { answer } from '../api/client';
import { Composer } from '../composer/composer';
import { useAsked } from '../panel/asking';
import { Busy, Sorry } from '../panel/parts';
import { usePanel, useServices } from '../panel/services';
import { Message } from './message';

export default function Chat(): JSX.Element {
  const { agent, conversation } = useServices();
  const session = usePanel(state => state.session);
  const version = useStore(conversation.store, state => state.version);
  const { data, error, busy, again } = useAsked(
    async () =>
      session === null
        ? null
        : answer(
            agent.rest.GET('/sessions/{session_id}', {
              params: { path: { session_id: session }, query: { limit: 100 } }
            })
          ),
    [session, version]
  );
  return (
    <div className="jca-Chat">
      <div className="jca-Chat-messages">
        {error && <Sorry error={error} again={again} />}
        {busy && !data && <Busy />}
        {data?.messages.map(message => (
          <Message key={message.message_id} message={message} />
        ))}
      </div>
      <Composer />
    </div>
  );
}
