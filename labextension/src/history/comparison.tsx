/** What one execution came to, beside what another did. */
import React, { Suspense, lazy } from 'react';
import { answer } from '../api/client';
import { useAsked } from '../panel/asking';
import { Busy, Sorry } from '../panel/parts';
import { useServices } from '../panel/services';

const Diff = lazy(() => import('../attempts/diff').then(({ UnifiedDiff }) => ({ default: UnifiedDiff })));

interface IComparisonProps {
  /** One or two executions. */
  readonly ids: readonly string[];
  clear(): void;
}

export function Comparison({ ids, clear }: IComparisonProps): JSX.Element {
  const { trans } = useServices();
  return (
    <section className="jca-Comparison" aria-label={trans.__('Comparison')}>
      {ids.length < 2 ? (
        <p>{trans.__('Choose a second one to compare with.')}</p>
      ) : (
        <Changes from={ids[0]} to={ids[1]} />
      )}
      <button type="button" className="jca-Button" onClick={clear}>
        {trans.__('Compare nothing')}
      </button>
    </section>
  );
}

function Changes({ from, to }: { readonly from: string; readonly to: string }): JSX.Element {
  const { agent, trans } = useServices();
  const { data, error, again } = useAsked(() => {
    const params = { path: { execution_id: from }, query: { with_execution: to } };
    return answer(agent.rest.GET('/execute/{execution_id}/diff', { params }));
  }, [from, to]);
  if (!data) {
    return error ? <Sorry error={error} again={again} /> : <Busy />;
  }
  const { files, added, removed } = data.changes_summary;
  return (
    <>
      <p role="status">
        {files
          ? trans.__('%1 files differ: +%2 -%3 lines', files, added, removed)
          : trans.__('Both came to the same.')}
      </p>
      {files > 0 && (
        <Suspense fallback={<Busy />}>
          <Diff source={data.unified_diff} />
        </Suspense>
      )}
    </>
  );
}
