/** The conversation of a session, and below it the place to write. */
import { Dialog, showDialog, showErrorMessage } from '@jupyterlab/apputils';
import React, { useCallback, useMemo, useRef } from 'react';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { AgentError, answer } from '../api/client';
import type { Wire } from '../api/client';
import { Composer } from '../composer/composer';
import { Busy, Sorry } from '../panel/parts';
import { useLive, usePanel, useServices } from '../panel/services';
import type { IServices } from '../panel/services';
import { Empty } from './empty';
import { Header } from './header';
import { List } from './list';
import { earlierThan } from './messages';
import type { IMessages, Messages } from './messages';
import { openAnswers, unheard } from './unsaid';
import { useMessages } from './useMessages';

type MessageView = Wire['MessageView'];
const NO_SESSION = createStore<IMessages>(() => ({ pages: null, error: null, earlier: false }));
const NO_MESSAGES: readonly MessageView[] = [];
const SPOKEN = 400;

export default function Chat(): JSX.Element {
  const services = useServices();
  const { conversation, panel, trans } = services;
  const session = usePanel(state => state.session);
  const loaded = useMessages(session);
  const { pages, error, earlier } = useStore(loaded?.store ?? NO_SESSION);
  const messages = pages?.messages ?? NO_MESSAGES;
  const answers = useLive(state => state.answers);
  const sent = useStore(conversation.store, state => state.sending);
  const before = useBefore(
    sent.map(one => one.key),
    messages
  );
  const open = useMemo(() => openAnswers(session, answers, messages), [session, answers, messages]);
  const sending = useMemo(
    () => unheard(session, sent, messages, answers, before),
    [session, sent, messages, answers, before]
  );
  const loadEarlier = useCallback(() => void loaded?.loadEarlier(), [loaded]);
  const pin = useCallback((one: MessageView) => void pinned(services, loaded, one), [services, loaded]);
  const remove = useCallback((one: MessageView) => void removed(services, loaded, one), [services, loaded]);
  const gone = error instanceof AgentError && error.status === 404;
  const nothing = session === null || pages?.session.message_count === 0;
  return (
    <div className="jca-Chat">
      <Header session={pages?.session ?? null} renamed={() => void loaded?.refresh()} />
      {error && <Sorry error={error} again={gone ? undefined : () => void loaded?.refresh()} />}
      {gone && (
        <div className="jca-Chat-gone">
          <button type="button" className="jca-Button" onClick={() => panel.setState({ session: null })}>
            {trans.__('Begin a new session')}
          </button>
        </div>
      )}
      {earlier && <Busy label={trans.__('Loading earlier messages …')} />}
      {messages.length + sending.length > 0 ? (
        <List
          key={session}
          messages={messages}
          earlier={earlierThan(pages)}
          answers={open}
          sending={sending}
          loadEarlier={loadEarlier}
          pin={pin}
          remove={remove}
        />
      ) : (
        <div className="jca-Chat-list">{nothing ? <Empty /> : !error && <Busy />}</div>
      )}
      <Spoken session={session} />
      <Composer />
    </div>
  );
}

/** By key of what is being sent, the messages that were known when it was. */
function useBefore(keys: readonly number[], messages: readonly MessageView[]): Map<number, Set<string>> {
  const before = useRef(new Map<number, Set<string>>());
  for (const key of keys) {
    if (!before.current.has(key)) {
      before.current.set(key, new Set(messages.map(one => one.message_id)));
    }
  }
  return before.current;
}

/** For screen readers: that it is answered, and the answer once it is whole, not each piece of it. */
function Spoken({ session }: { readonly session: string | null }): JSX.Element {
  const { trans } = useServices();
  const words = useLive(({ answers }) => {
    const last = Object.values(answers)
      .filter(one => one.sessionId === session)
      .at(-1);
    return !last ? '' : last.done ? last.text.slice(0, SPOKEN) : trans.__('The agent is answering.');
  });
  return (
    <div className="jca-Unseen" role="status" aria-live="polite">
      {words}
    </div>
  );
}

async function pinned({ agent, trans }: IServices, loaded: Messages | null, one: MessageView): Promise<void> {
  if (!loaded) {
    return;
  }
  try {
    const params = { path: { session_id: loaded.session, message_id: one.message_id } };
    const body = { pinned: !one.pinned };
    loaded.replace(
      await answer(agent.rest.PATCH('/sessions/{session_id}/messages/{message_id}', { params, body }))
    );
  } catch (error) {
    void showErrorMessage(trans.__('The message could not be pinned'), error as Error);
  }
}

async function removed(
  { agent, trans }: IServices,
  loaded: Messages | null,
  one: MessageView
): Promise<void> {
  const sure = await showDialog({
    title: trans.__('Delete this message?'),
    body: trans.__(
      'It goes for good, and models are not told of it any more. What was run for it stays in the history.'
    ),
    defaultButton: 0,
    buttons: [
      Dialog.cancelButton({ label: trans.__('Keep it') }),
      Dialog.warnButton({ label: trans.__('Delete') })
    ]
  });
  if (!loaded || !sure.button.accept) {
    return;
  }
  try {
    const params = { path: { session_id: loaded.session, message_id: one.message_id } };
    await answer(agent.rest.DELETE('/sessions/{session_id}/messages/{message_id}', { params }));
  } catch (error) {
    void showErrorMessage(trans.__('The message could not be deleted'), error as Error);
  }
  await loaded.refresh(true);
}
