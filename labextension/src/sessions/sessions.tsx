/** The person's sessions: found by their words, resumed, renamed, deleted, taken out and in as files. */
import { addIcon, fileUploadIcon } from '@jupyterlab/ui-components';
import React, { useDeferredValue, useRef, useState } from 'react';
import { answer } from '../api/client';
import type { Wire } from '../api/client';
import { usePages } from '../panel/paging';
import { Busy, IconButton, Nothing, Sorry } from '../panel/parts';
import { Rows } from '../panel/rows';
import { useLive, usePanel, useServices } from '../panel/services';
import { importSession } from './actions';
import { Row } from './row';

const PAGE = 50;
const LETTER = /[\p{L}\p{N}]/u;
const keyOf = (one: Wire['FoundSession']): string => one.session_id;

export default function Sessions(): JSX.Element {
  const services = useServices();
  const { agent, panel, trans } = services;
  const [words, setWords] = useState('');
  const query = useDeferredValue(LETTER.test(words) ? words.trim() : '');
  const changes = useLive(state => (state.changes.sessions ?? 0) + (state.changes.chat ?? 0));
  const online = useLive(state => state.connection === 'online');
  const { data, error, busy, again, left, more } = usePages<Wire['FoundSession']>(
    async page => {
      const asked = { page, limit: PAGE, ...(query ? { q: query } : {}) };
      const answered = await answer(agent.rest.GET('/sessions', { params: { query: asked } }));
      return { items: answered.sessions, total: answered.total };
    },
    keyOf,
    [changes, online],
    query
  );
  const current = usePanel(state => state.session);
  const resume = (session: string | null): void => panel.setState({ session, execution: null, view: 'chat' });
  return (
    <div className="jca-Sessions">
      <div className="jca-Sessions-head">
        <input
          type="search"
          className="jca-Field"
          aria-label={trans.__('Search the sessions')}
          placeholder={trans.__('Search')}
          value={words}
          onChange={event => setWords(event.target.value)}
        />
        <Import opened={session => resume(session.session_id)} />
        <IconButton icon={addIcon} label={trans.__('New session')} act={() => resume(null)} />
      </div>
      {error && <Sorry error={error} again={again} />}
      {!data && busy && <Busy />}
      {data && !data.items.length && (
        <Nothing>
          <p>
            {query
              ? trans.__('No session has all of these words.')
              : trans.__('No sessions yet. A session begins with the first message.')}
          </p>
          {!query && (
            <button type="button" className="jca-Button jca-mod-accent" onClick={() => resume(null)}>
              {trans.__('New session')}
            </button>
          )}
        </Nothing>
      )}
      {data && data.items.length > 0 && (
        <Rows
          label={trans.__('Sessions')}
          items={data.items}
          keyOf={keyOf}
          row={(item, reachable) => (
            <Row
              session={item}
              current={item.session_id === current}
              reachable={reachable}
              resume={() => resume(item.session_id)}
              changed={again}
            />
          )}
        />
      )}
      {left > 0 && (
        <button type="button" className="jca-Button jca-More" disabled={busy} onClick={more}>
          {trans.__('Show more (%1 left)', left)}
        </button>
      )}
    </div>
  );
}

/** A button that asks for a file, and says what is wrong with it. */
function Import({ opened }: { opened(session: Wire['SessionView']): void }): JSX.Element {
  const services = useServices();
  const { trans } = services;
  const field = useRef<HTMLInputElement>(null);
  const [error, setError] = useState<Error | null>(null);
  const take = async (file: File | undefined): Promise<void> => {
    if (!file) {
      return;
    }
    try {
      setError(null);
      opened(await importSession(services, file));
    } catch (reason) {
      setError(reason as Error);
    }
  };
  return (
    <>
      <IconButton
        icon={fileUploadIcon}
        label={trans.__('Import a notebook or an exported session')}
        act={() => field.current?.click()}
      />
      <input
        ref={field}
        hidden
        type="file"
        accept=".ipynb,.json,application/json"
        aria-label={trans.__('File to import')}
        onChange={event => {
          void take(event.target.files?.[0]);
          // The same file may be chosen again once it has been mended.
          event.target.value = '';
        }}
      />
      {error && (
        <div className="jca-Sessions-refused">
          <Sorry error={error} />
        </div>
      )}
    </>
  );
}
