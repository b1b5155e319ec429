/** The attempts of an execution: what each was found to be, what was done about it, and what changed between any two. */
import React, { useState } from 'react';
import { answer } from '../api/client';
import { useAsked } from '../panel/asking';
import { Busy, Nothing, Sorry } from '../panel/parts';
import { useServices } from '../panel/services';
import type { IFacetProps } from '../panel/view';
import { Compare } from './compare';
import type { IPair } from './compare';
import { UnifiedDiff } from './diff';
import { AttemptRow } from './row';

export default function Attempts({ execution }: IFacetProps): JSX.Element {
  const { agent, trans } = useServices();
  const { execution_id: id, status, attempts: count, changes } = execution;
  const params = { path: { execution_id: id } };
  const { data, error, again } = useAsked(
    () => answer(agent.rest.GET('/execute/{execution_id}/attempts', { params })),
    [id, count, status]
  );
  const [chosen, setChosen] = useState<IPair | null>(null);
  if (!data) {
    return error ? <Sorry error={error} again={again} /> : <Busy />;
  }
  const attempts = data.attempts;
  if (!attempts.length) {
    return (
      <Nothing>{trans.__('There is no attempt yet. Each one is kept here, with what changed.')}</Nothing>
    );
  }
  const last = execution.attempt ?? attempts[attempts.length - 1].number;
  const pair = chosen ?? { from: last - 1, to: last };
  return (
    <div className="jca-Attempts">
      <ol className="jca-Attempts-list" aria-label={trans.__('Attempts')}>
        {attempts.map(attempt => (
          <AttemptRow
            key={attempt.number}
            attempt={attempt}
            delivered={attempt.number === execution.attempt && status !== 'running'}
            shown={pair.to === attempt.number}
            compare={() => setChosen({ from: attempt.number - 1, to: attempt.number })}
          />
        ))}
      </ol>
      {(changes ?? []).length > 0 && (
        <section aria-label={trans.__('Cells of the notebook')}>
          <h3>{trans.__('Cells of the notebook')}</h3>
          {changes.map(change => (
            <UnifiedDiff
              key={change.path}
              source={change.unified_diff}
              names={{ [change.path]: change.name }}
            />
          ))}
        </section>
      )}
      <Compare
        id={id}
        numbers={attempts.map(attempt => attempt.number)}
        delivered={execution.attempt ?? null}
        pair={pair}
        choose={setChosen}
      />
    </div>
  );
}
