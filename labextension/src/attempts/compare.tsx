/** What changed between any two attempts, or from nothing: the server's diff, and what it amounts to. */
import React from 'react';
import { answer } from '../api/client';
import type { Wire } from '../api/client';
import { useAsked } from '../panel/asking';
import { Busy, Nothing, Sorry } from '../panel/parts';
import { useServices } from '../panel/services';
import { UnifiedDiff } from './diff';

/** Two attempts by number; 0 is nothing at all. */
export interface IPair {
  readonly from: number;
  readonly to: number;
}

interface ICompareProps {
  readonly id: string;
  readonly numbers: readonly number[];
  readonly delivered: number | null;
  readonly pair: IPair;
  choose(pair: IPair): void;
}

export function Compare({ id, numbers, delivered, pair, choose }: ICompareProps): JSX.Element {
  const { agent, trans } = useServices();
  const { data, error, busy, again } = useAsked(
    () =>
      answer(
        agent.rest.GET('/execute/{execution_id}/diff', {
          params: { path: { execution_id: id }, query: { from_attempt: pair.from, to_attempt: pair.to } }
        })
      ),
    [id, pair.from, pair.to]
  );
  const select = (label: string, value: number, pick: (number: number) => void): JSX.Element => (
    <label>
      {label}{' '}
      <select value={value} onChange={event => pick(Number(event.target.value))}>
        {[0, ...numbers].map(number => (
          <option key={number} value={number}>
            {number === 0
              ? trans.__('nothing')
              : number === delivered
                ? trans.__('attempt %1 (delivered)', number)
                : trans.__('attempt %1', number)}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <section className="jca-Compare" aria-label={trans.__('What changed')}>
      <h3>{trans.__('What changed')}</h3>
      <div className="jca-Compare-controls">
        {select(trans.__('From'), pair.from, from => choose({ ...pair, from }))}
        {select(trans.__('to'), pair.to, to => choose({ ...pair, to }))}
        {data && <Summary summary={data.changes_summary} />}
      </div>
      {error && <Sorry error={error} again={again} />}
      {busy && !data && <Busy />}
      {data && !error && (
        <div aria-busy={busy}>
          {data.unified_diff ? (
            <UnifiedDiff source={data.unified_diff} />
          ) : (
            <Nothing>{trans.__('Nothing changed between these two.')}</Nothing>
          )}
        </div>
      )}
    </section>
  );
}

function Summary({ summary }: { readonly summary: Wire['ChangesSummary'] }): JSX.Element {
  const { trans } = useServices();
  return (
    <span className="jca-Compare-summary" role="status">
      {trans._n('%1 file', '%1 files', summary.files)}{' '}
      <span className="jca-mod-good" title={trans.__('lines added')}>
        +{summary.added}
      </span>{' '}
      <span className="jca-mod-bad" title={trans.__('lines removed')}>
        −{summary.removed}
      </span>
    </span>
  );
}
