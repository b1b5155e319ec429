/** One session in the list: its title is the button that resumes it. */
import { ellipsesIcon } from '@jupyterlab/ui-components';
import React, { useEffect, useRef, useState } from 'react';
import type { Wire } from '../api/client';
import { Ago } from '../panel/ago';
import { IconButton } from '../panel/parts';
import { useServices } from '../panel/services';
import { attempt, deleteSession, openMenu } from './actions';
import { Rename } from './rename';

interface IRowProps {
  readonly session: Wire['FoundSession'];
  /** Whether the chat shows it. */
  readonly current: boolean;
  /** Whether Tab comes to it: to one of the list, arrows go to the others. */
  readonly reachable: boolean;
  resume(): void;
  /** It has another title, or is gone. */
  changed(): void;
}

export function Row({ session, current, reachable, resume, changed }: IRowProps): JSX.Element {
  const services = useServices();
  const { trans } = services;
  const [renaming, setRenaming] = useState(false);
  const main = useRef<HTMLButtonElement>(null);
  const tools = useRef<HTMLSpanElement>(null);
  const remove = (): void =>
    attempt(trans.__('The session could not be deleted'), async () => {
      if (await deleteSession(services, session)) {
        changed();
      } else {
        main.current?.focus();
      }
    });
  // The button is there again only once this has been drawn, which a frame's end does not promise.
  const wasRenaming = useRef(false);
  useEffect(() => {
    if (wasRenaming.current && !renaming) {
      main.current?.focus();
    }
    wasRenaming.current = renaming;
  }, [renaming]);
  const keys: Record<string, () => void> = { F2: () => setRenaming(true), Delete: remove };
  if (renaming) {
    const done = (renamed: Wire['SessionView'] | null): void => {
      setRenaming(false);
      if (renamed) {
        changed();
      }
    };
    return (
      <div className="jca-Row-line">
        <Rename session={session} done={done} />
      </div>
    );
  }
  return (
    <div className={`jca-Row-line ${current ? 'jca-mod-current' : ''}`}>
      <button
        ref={main}
        type="button"
        className="jca-Row-main"
        aria-current={current || undefined}
        aria-keyshortcuts="Enter F2 Delete"
        tabIndex={reachable ? 0 : -1}
        onClick={resume}
        onKeyDown={event => {
          if (Object.hasOwn(keys, event.key)) {
            event.preventDefault();
            event.stopPropagation();
            keys[event.key]();
          }
        }}
      >
        <span className="jca-Session-title">{session.title}</span>
        <span className="jca-Quiet">
          <Ago at={session.updated_at} /> · {trans._n('%1 message', '%1 messages', session.message_count)}
        </span>
        {session.snippet && <span className="jca-Session-snippet">{session.snippet}</span>}
      </button>
      <span className="jca-Session-tools" ref={tools}>
        <IconButton
          icon={ellipsesIcon}
          label={trans.__('Menu of “%1”', session.title)}
          act={() => {
            const anchor = tools.current?.querySelector('button');
            if (anchor) {
              openMenu(services, session, anchor, { rename: () => setRenaming(true), deleted: changed });
            }
          }}
        />
      </span>
    </div>
  );
}
