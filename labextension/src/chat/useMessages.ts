/** The messages of the session that is shown, looked at again whenever something may have changed them. */
import { useEffect, useMemo, useRef } from 'react';
import { useStore } from 'zustand';
import { isFinal } from '../live/run';
import type { ILive } from '../live/live';
import { useLive, useServices } from '../panel/services';
import { Messages } from './messages';

/** Null where no session is shown. */
export function useMessages(session: string | null): Messages | null {
  const { agent, conversation } = useServices();
  const messages = useMemo(() => (session === null ? null : new Messages(agent, session)), [agent, session]);
  const version = useStore(conversation.store, state => state.version);
  const steps = useLive(state => stepsOf(state, session));
  const changes = useLive(state => state.changes.sessions ?? 0);
  const seen = useRef(changes);
  useEffect(() => {
    // A pin or a deletion elsewhere may concern what is older than the latest page.
    void messages?.refresh(seen.current !== changes);
    seen.current = changes;
  }, [messages, version, steps, changes]);
  return messages;
}

/** Another text whenever messages may have come: an execution began or ended, an answer ended, the connection is back. */
function stepsOf({ runs, answers, changes, connection }: ILive, session: string | null): string {
  const ended = Object.values(runs).filter(run => isFinal(run.status)).length;
  const here = Object.values(answers).filter(one => one.sessionId === session);
  const answered = here.filter(one => one.done).length;
  const others = [changes.chat, changes.execute, changes.executions].map(count => count ?? 0);
  return [ended, here.length, answered, ...others, connection === 'online'].join();
}
