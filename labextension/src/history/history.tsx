/** What was asked for, newest first: found by status, language and session, looked at, done again, compared. */
import { HTMLSelect } from '@jupyterlab/ui-components';
import React, { useState } from 'react';
import { answer } from '../api/client';
import type { Wire } from '../api/client';
import { isFinal } from '../live/run';
import { statusWord } from '../notebook/words';
import { useAsked } from '../panel/asking';
import { usePages } from '../panel/paging';
import { Busy, Nothing, Sorry } from '../panel/parts';
import { Rows } from '../panel/rows';
import { useLive, usePanel, useServices } from '../panel/services';
import { Comparison } from './comparison';
import { Row } from './row';
import { Numbers } from './numbers';

export type Summary = Wire['ExecutionSummary'];
type Status = Summary['status'];

const PAGE = 30;
const STATUSES: readonly Status[] = ['running', 'pending', 'passed', 'partial', 'failed', 'cancelled'];
const keyOf = (one: Summary): string => one.execution_id;

interface IFilters {
  readonly status: Status | '';
  readonly language: string;
  readonly here: boolean;
}

export default function History(): JSX.Element {
  const { agent, trans } = useServices();
  const session = usePanel(state => state.session);
  const [filters, setFilters] = useState<IFilters>({ status: '', language: '', here: false });
  const [compared, setCompared] = useState<readonly string[]>([]);
  // Something began or ended: the list is another, and so are the numbers.
  const standing = useLive(state => standingOf(state.runs));
  const stats = useAsked(() => answer(agent.rest.GET('/stats')), [standing]);
  const query = {
    limit: PAGE,
    ...(filters.status ? { status: filters.status } : {}),
    ...(filters.language ? { language: filters.language } : {}),
    ...(filters.here && session ? { session_id: session } : {})
  };
  const { data, error, busy, again, left, more } = usePages<Summary>(
    async page => {
      const answered = await answer(agent.rest.GET('/executions', { params: { query: { ...query, page } } }));
      return { items: answered.executions, total: answered.total };
    },
    keyOf,
    [standing],
    JSON.stringify(query)
  );
  const toggle = (id: string): void =>
    setCompared(old => (old.includes(id) ? old.filter(one => one !== id) : [...old, id].slice(-2)));
  return (
    <div className="jca-History">
      <Filters
        filters={filters}
        languages={(stats.data?.by_language ?? []).flatMap(one => one.language ?? [])}
        session={session !== null}
        choose={setFilters}
      />
      {stats.data && <Numbers stats={stats.data} />}
      {compared.length > 0 && <Comparison ids={compared} clear={() => setCompared([])} />}
      {error && <Sorry error={error} again={again} />}
      {!data && busy && <Busy />}
      {data && !data.items.length && (
        <Nothing>
          {Object.keys(query).length > 1
            ? trans.__('Nothing was asked for that is like this: choose less above.')
            : trans.__('Nothing was asked for yet. What you ask in the chat or in a notebook is found here.')}
        </Nothing>
      )}
      {data && data.items.length > 0 && (
        <Rows
          label={trans.__('Executions')}
          items={data.items}
          keyOf={keyOf}
          row={(item, reachable) => (
            <Row
              summary={item}
              reachable={reachable}
              compared={compared.includes(item.execution_id)}
              compare={() => toggle(item.execution_id)}
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

function standingOf(runs: Readonly<Record<string, { id: string; status: string }>>): string {
  return Object.values(runs)
    .map(run => `${run.id}${isFinal(run.status) ? '.' : ''}`)
    .join(' ');
}

interface IFiltersProps {
  readonly filters: IFilters;
  readonly languages: readonly string[];
  /** Whether there is a session to be kept to. */
  readonly session: boolean;
  choose(filters: IFilters): void;
}

function Filters({ filters, languages, session, choose }: IFiltersProps): JSX.Element {
  const { trans } = useServices();
  return (
    <div className="jca-Filters" role="group" aria-label={trans.__('What is listed')}>
      <HTMLSelect
        aria-label={trans.__('Status')}
        value={filters.status}
        options={[
          { value: '', label: trans.__('any status') },
          ...STATUSES.map(value => ({ value, label: statusWord(trans, value) }))
        ]}
        onChange={event => choose({ ...filters, status: event.target.value as IFilters['status'] })}
      />
      {languages.length > 1 && (
        <HTMLSelect
          aria-label={trans.__('Language')}
          value={filters.language}
          options={[
            { value: '', label: trans.__('any language') },
            ...languages.map(value => ({ value, label: value }))
          ]}
          onChange={event => choose({ ...filters, language: event.target.value })}
        />
      )}
      {session && (
        <label>
          <input
            type="checkbox"
            checked={filters.here}
            onChange={event => choose({ ...filters, here: event.target.checked })}
          />{' '}
          {trans.__('this session only')}
        </label>
      )}
    </div>
  );
}
