/** Which session is talked in, and what can be done with it. */
import { addIcon, ellipsesIcon } from '@jupyterlab/ui-components';
import React, { useRef, useState } from 'react';
import type { Wire } from '../api/client';
import { IconButton } from '../panel/parts';
import { useServices } from '../panel/services';
import { openMenu } from '../sessions/actions';
import { Rename } from '../sessions/rename';

interface IHeaderProps {
  /** Null where the first message begins one, or while it is not known yet. */
  readonly session: Wire['SessionView'] | null;
  renamed(): void;
}

export function Header({ session, renamed }: IHeaderProps): JSX.Element {
  const services = useServices();
  const { panel, trans } = services;
  const [renaming, setRenaming] = useState(false);
  const tools = useRef<HTMLSpanElement>(null);
  const menu = (): void => {
    const anchor = tools.current?.querySelector('button');
    if (session && anchor) {
      openMenu(services, session, anchor, { rename: () => setRenaming(true) });
    }
  };
  return (
    <header className="jca-Chat-header">
      {session && renaming ? (
        <Rename
          session={session}
          done={changed => {
            setRenaming(false);
            if (changed) {
              renamed();
            }
          }}
        />
      ) : (
        <h2 className="jca-Chat-title">
          {session ? (
            <button
              type="button"
              title={trans.__('Rename “%1”', session.title)}
              onClick={() => setRenaming(true)}
            >
              {session.title}
            </button>
          ) : (
            trans.__('New session')
          )}
        </h2>
      )}
      <span className="jca-Chat-tools" ref={tools}>
        {session && <IconButton icon={ellipsesIcon} label={trans.__('Session menu')} act={menu} />}
        <IconButton
          icon={addIcon}
          label={trans.__('New session')}
          disabled={!session}
          act={() => panel.setState({ session: null, execution: null })}
        />
      </span>
    </header>
  );
}
