/** The frame: which view is in front, and beside or over it the details of an execution. */
import { caretLeftIcon } from '@jupyterlab/ui-components';
import React, { Suspense, useLayoutEffect, useRef, useState } from 'react';
import { ConnectionBanner } from '../live/banner';
import { FirstUse } from '../setup/firstUse';
import { Details } from './details';
import { Busy, IconButton } from './parts';
import { usePanel, useServices } from './services';
import { Tabs } from './tabs';
import { VIEWS } from './views';

/** From this width on the details stand beside the view, in pixels. */
const WIDE = 760;

export function Frame(): JSX.Element {
  const { panel, trans } = useServices();
  const node = useRef<HTMLDivElement>(null);
  const wide = useWide(node);
  const chosen = usePanel(state => state.view);
  const execution = usePanel(state => state.execution);
  const view = VIEWS.find(one => one.id === chosen) ?? VIEWS[0];
  const tabs = VIEWS.map(one => ({
    id: one.id,
    label: one.label(trans),
    icon: <one.icon.react tag="span" />
  }));
  const details = execution && <Details id={execution} key={execution} />;
  const back = (
    <div className="jca-Frame-back">
      <IconButton
        icon={caretLeftIcon}
        label={wide ? trans.__('Close the details') : trans.__('Back')}
        act={() => panel.setState({ execution: null })}
      />
    </div>
  );
  return (
    <div className={`jca-Frame ${wide ? 'jca-mod-wide' : ''}`} ref={node}>
      <ConnectionBanner />
      <FirstUse />
      <div className="jca-Frame-body">
        <div className="jca-Frame-view" hidden={!wide && execution !== null}>
          <Tabs
            className="jca-Frame-views"
            tabs={tabs}
            chosen={view.id}
            label={trans.__('Views of the coding agent')}
            choose={id => panel.setState({ view: id })}
          >
            <Suspense fallback={<Busy />}>
              <view.Component />
            </Suspense>
          </Tabs>
        </div>
        {execution && (
          <section className="jca-Frame-details" aria-label={trans.__('Details of the execution')}>
            {back}
            {details}
          </section>
        )}
      </div>
    </div>
  );
}

/** Whether the frame is wide: a sidebar can be, and a main-area tab need not. */
function useWide(node: React.RefObject<HTMLElement>): boolean {
  const [wide, setWide] = useState(false);
  useLayoutEffect(() => {
    const observer = new ResizeObserver(([{ contentRect }]) => setWide(contentRect.width >= WIDE));
    if (node.current) {
      observer.observe(node.current);
    }
    return () => observer.disconnect();
  }, [node]);
  return wide;
}
