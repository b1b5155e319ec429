/** The details of one execution: how it stands, and its parts in tabs. */
import { caretLeftIcon, closeIcon } from '@jupyterlab/ui-components';
import React, { Suspense } from 'react';
import type { KeyboardEvent, RefObject } from 'react';
import { ExecutionStatus } from '../status/status';
import { FACETS } from './facets';
import { Busy, IconButton, Sorry } from './parts';
import { usePanel, useServices } from './services';
import { Shelter } from './shelter';
import { Tabs } from './tabs';
import { useExecution } from './useExecution';

/** Where a person writes. */
const FIELDS = 'input, textarea, select, [contenteditable="true"]:not([aria-readonly="true"])';

interface IDetailsProps {
  readonly id: string;
  /** Beside the view, not over it. */
  readonly beside?: boolean;
  readonly node?: RefObject<HTMLElement>;
  close(): void;
}

export function Details({ id, beside = false, node, close }: IDetailsProps): JSX.Element {
  const { trans } = useServices();
  const { view, error, again } = useExecution(id);
  const leave = (event: KeyboardEvent): void => {
    // In a field, Escape is the field's own.
    const field = (event.target as HTMLElement).closest(FIELDS);
    if (event.key === 'Escape' && !event.defaultPrevented && !field) {
      event.stopPropagation();
      close();
    }
  };
  return (
    <section
      className="jca-Details"
      aria-label={trans.__('Details of the execution')}
      tabIndex={-1}
      ref={node}
      onKeyDown={leave}
    >
      <header className="jca-Details-head">
        {!beside && <IconButton icon={caretLeftIcon} label={trans.__('Back')} act={close} />}
        <h2 className="jca-Details-title" title={view?.prompt}>
          {view?.prompt ?? trans.__('Details')}
        </h2>
        {beside && <IconButton icon={closeIcon} label={trans.__('Close the details')} act={close} />}
      </header>
      <ExecutionStatus id={id} quiet />
      {error && !view ? <Sorry error={error} again={again} /> : <Facets view={view} />}
    </section>
  );
}

function Facets({ view }: Pick<ReturnType<typeof useExecution>, 'view'>): JSX.Element {
  const { panel, trans } = useServices();
  const chosen = usePanel(state => state.facet);
  const facet = FACETS.find(one => one.id === chosen) ?? FACETS[0];
  const tabs = FACETS.map(one => ({
    id: one.id,
    label: one.label(trans),
    count: (view && one.count?.(view)) ?? null
  }));
  return (
    <Tabs
      className="jca-Details-facets"
      tabs={tabs}
      chosen={facet.id}
      label={trans.__('Parts of the result')}
      scrolls
      choose={next => panel.setState({ facet: next })}
    >
      <Shelter key={facet.id}>
        <Suspense fallback={<Busy />}>{view ? <facet.Component execution={view} /> : <Busy />}</Suspense>
      </Shelter>
    </Tabs>
  );
}
