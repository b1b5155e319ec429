/** A session's title as a field: Enter and leaving it keep what was typed, Escape does not. */
import React, { useEffect, useRef, useState } from 'react';
import { answer } from '../api/client';
import type { Wire } from '../api/client';
import { Sorry } from '../panel/parts';
import { useServices } from '../panel/services';

const LONGEST = 200;

interface IRenameProps {
  readonly session: Wire['SessionView'];
  /** It has another title now, or keeps its own where it is null. */
  done(renamed: Wire['SessionView'] | null): void;
}

export function Rename({ session, done }: IRenameProps): JSX.Element {
  const { agent, trans } = useServices();
  const [title, setTitle] = useState(session.title);
  const [error, setError] = useState<Error | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const over = useRef(false);
  useEffect(() => field.current?.select(), []);
  const finish = (renamed: Wire['SessionView'] | null): void => {
    over.current = true;
    done(renamed);
  };
  const keep = async (): Promise<void> => {
    if (over.current) {
      return;
    }
    if (!title.trim() || title === session.title) {
      finish(null);
      return;
    }
    over.current = true;
    try {
      const params = { path: { session_id: session.session_id } };
      finish(await answer(agent.rest.PATCH('/sessions/{session_id}', { params, body: { title } })));
    } catch (reason) {
      over.current = false;
      setError(reason as Error);
    }
  };
  return (
    <div className="jca-Rename">
      <input
        ref={field}
        className="jca-Field"
        aria-label={trans.__('Title of the session')}
        value={title}
        maxLength={LONGEST}
        autoFocus
        onChange={event => setTitle(event.target.value)}
        onBlur={() => void keep()}
        onKeyDown={event => {
          event.stopPropagation();
          if (event.key === 'Enter') {
            void keep();
          } else if (event.key === 'Escape') {
            finish(null);
          }
        }}
      />
      {error && <Sorry error={error} />}
    </div>
  );
}
