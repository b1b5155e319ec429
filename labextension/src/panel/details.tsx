/** The details of one execution: how it stands, and its parts in tabs. */
import React, { Suspense } from 'react';
import { ExecutionStatus } from '../status/status';
import { FACETS } from './facets';
import { Busy, Sorry } from './parts';
import { usePanel, useServices } from './services';
import { Tabs } from './tabs';
import { useExecution } from './useExecution';

export function Details({ id }: { readonly id: string }): JSX.Element {
  const { panel, trans } = useServices();
  const { view, error, again } = useExecution(id);
  const chosen = usePanel(state => state.facet);
  const facet = FACETS.find(one => one.id === chosen) ?? FACETS[0];
  const tabs = FACETS.map(one => ({
    id: one.id,
    label: one.label(trans),
    count: (view && one.count?.(view)) ?? null
  }));
  return (
    <div className="jca-Details">
      <ExecutionStatus id={id} quiet />
      {error && !view ? (
        <Sorry error={error} again={again} />
      ) : (
        <Tabs
          className="jca-Details-facets"
          tabs={tabs}
          chosen={facet.id}
          label={trans.__('Parts of the result')}
          choose={next => panel.setState({ facet: next })}
        >
          <Suspense fallback={<Busy />}>{view ? <facet.Component execution={view} /> : <Busy />}</Suspense>
        </Tabs>
      )}
    </div>
  );
}
