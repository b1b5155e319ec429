/** The person's sessions: found by their words, resumed, renamed, deleted, taken out and in as files. */
import { addIcon, fileUploadIcon } from '@jupyterlab/ui-components';
import React, { useDeferredValue, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { answer } from '../api/client';
import type { Wire } from '../api/client';
import { useAsked } from '../panel/asking';
import { Busy, IconButton, Nothing, Sorry } from '../panel/parts';
import { useLive, usePanel, useServices } from '../panel/services';
import type { IServices } from '../panel/services';
import { importSession } from './actions';
import { Row } from './row';

const PAGE = 50;
const LETTER = /[\p{L}\p{N}]/u;
const STEPS: Readonly<Record<string, (now: number, all: number) => number>> = {
  ArrowDown: (now, all) => Math.min(now + 1, all - 1),
  ArrowUp: now => Math.max(now - 1, 0),
  Home: () => 0,
  End: (_, all) => all - 1
};

export default function Sessions(): JSX.Element {
  const services = useServices();
  const { panel, trans } = services;
  const [words, setWords] = useState('');
  const [pages, setPages] = useState(1);
  const query = useDeferredValue(LETTER.test(words) ? words.trim() : '');
  const changes = useLive(state => (state.changes.sessions ?? 0) + (state.changes.chat ?? 0));
  const online = useLive(state => state.connection === 'online');
  const { data, error, busy, again } = useAsked(
    () => found(services, query, pages),
    [query, pages, changes, online]
  );
  const current = usePanel(state => state.session);
  const resume = (session: string | null): void => panel.setState({ session, execution: null, view: 'chat' });
  const left = data ? data.total - data.sessions.length : 0;
  return (
    <div className="jca-Sessions">
      <div className="jca-Sessions-head">
        <input
          type="search"
          className="jca-Field"
          aria-label={trans.__('Search the sessions')}
          placeholder={trans.__('Search')}
          value={words}
          onChange={event => {
            setWords(event.target.value);
            setPages(1);
          }}
        />
        <Import opened={session => resume(session.session_id)} />
        <IconButton icon={addIcon} label={trans.__('New session')} act={() => resume(null)} />
      </div>
      {error && <Sorry error={error} again={again} />}
      {!data && busy && <Busy />}
      {data && !data.sessions.length && (
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
      {data && data.sessions.length > 0 && (
        <Rows sessions={data.sessions} current={current} resume={resume} changed={again} />
      )}
      {left > 0 && (
        <button
          type="button"
          className="jca-Button jca-Sessions-more"
          disabled={busy}
          onClick={() => setPages(pages + 1)}
        >
          {trans.__('Show more (%1 left)', left)}
        </button>
      )}
    </div>
  );
}

/** The first `pages` pages of what has the words. */
async function found(
  { agent }: IServices,
  q: string,
  pages: number
): Promise<{ sessions: Wire['FoundSession'][]; total: number }> {
  const asked = Array.from({ length: pages }, (_, at) => {
    const query = { page: at + 1, limit: PAGE, ...(q ? { q } : {}) };
    return answer(agent.rest.GET('/sessions', { params: { query } }));
  });
  const answers = await Promise.all(asked);
  const all = new Map(answers.flatMap(page => page.sessions.map(one => [one.session_id, one])));
  return { sessions: [...all.values()], total: answers[0].total };
}

interface IRowsProps {
  readonly sessions: readonly Wire['FoundSession'][];
  readonly current: string | null;
  resume(session: string): void;
  changed(): void;
}

function Rows({ sessions, current, resume, changed }: IRowsProps): JSX.Element {
  const { trans } = useServices();
  const list = useRef<HTMLUListElement>(null);
  const [focused, setFocused] = useState('');
  const first = sessions.find(one => one.session_id === focused) ?? sessions[0];
  const move = (event: KeyboardEvent): void => {
    const mains = [...(list.current?.querySelectorAll<HTMLElement>('.jca-Session-main') ?? [])];
    const now = mains.indexOf(event.target as HTMLElement);
    if (now >= 0 && Object.hasOwn(STEPS, event.key)) {
      event.preventDefault();
      mains[STEPS[event.key](now, mains.length)].focus();
    }
  };
  return (
    <ul
      className="jca-Sessions-list"
      aria-label={trans.__('Sessions')}
      ref={list}
      onKeyDown={move}
      onFocus={event => {
        const at = [...(list.current?.children ?? [])].findIndex(row => row.contains(event.target));
        setFocused(sessions[at]?.session_id ?? '');
      }}
    >
      {sessions.map(session => (
        <Row
          key={session.session_id}
          session={session}
          current={session.session_id === current}
          reachable={session === first}
          resume={() => resume(session.session_id)}
          changed={changed}
        />
      ))}
    </ul>
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
