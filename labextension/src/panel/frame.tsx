/** The frame: which view is in front, and beside or over it the details of an execution. */
import React, { Suspense, useLayoutEffect, useRef, useState } from 'react';
import { ConnectionBanner } from '../live/banner';
import { FirstUse } from '../setup/firstUse';
import { Details } from './details';
import { Divided } from './divided';
import { Busy } from './parts';
import { usePanel, useServices } from './services';
import { Shelter } from './shelter';
import { Tabs } from './tabs';
import { useFocusOf } from './useFocus';
import { VIEWS } from './views';

/** From this width on the details stand beside the view, in pixels. */
const WIDE = 760;

export function Frame(): JSX.Element {
  const { panel } = useServices();
  const node = useRef<HTMLDivElement>(null);
  const wide = useWide(node);
  const execution = usePanel(state => state.execution);
  const details = useFocusOf(execution, node);
  const split = wide && execution !== null;
  return (
    <div className={`jca-Frame ${split ? 'jca-mod-split' : ''}`} ref={node}>
      <ConnectionBanner />
      <FirstUse />
      <Divided
        split={split}
        view={<Views />}
        beside={
          execution && (
            <Details
              id={execution}
              key={execution}
              beside={split}
              node={details}
              close={() => panel.setState({ execution: null })}
            />
          )
        }
      />
    </div>
  );
}

/** The views that have been looked at stay as they were left: what was typed, how far was scrolled. */
function Views(): JSX.Element {
  const { panel, trans } = useServices();
  const chosen = usePanel(state => state.view);
  const view = VIEWS.find(one => one.id === chosen) ?? VIEWS[0];
  const [seen, setSeen] = useState<readonly string[]>([]);
  if (!seen.includes(view.id)) {
    setSeen([...seen, view.id]);
  }
  const tabs = VIEWS.map(one => ({
    id: one.id,
    label: one.label(trans),
    icon: <one.icon.react tag="span" className="jca-Tab-icon" />
  }));
  return (
    <Tabs
      className="jca-Frame-views"
      tabs={tabs}
      chosen={view.id}
      label={trans.__('Views of the coding agent')}
      choose={id => panel.setState({ view: id })}
    >
      {VIEWS.filter(({ id }) => seen.includes(id) || id === view.id).map(({ id, Component }) => (
        <div key={id} className="jca-Frame-one" hidden={id !== view.id}>
          <Shelter>
            <Suspense fallback={<Busy />}>
              <Component />
            </Suspense>
          </Shelter>
        </div>
      ))}
    </Tabs>
  );
}

/** Whether the frame is wide: a sidebar can be, and a main-area tab need not. */
function useWide(node: React.RefObject<HTMLElement>): boolean {
  const [wide, setWide] = useState(false);
  useLayoutEffect(() => {
    const observer = new ResizeObserver(([{ contentRect }]) => {
      // What is hidden has no width, and is not laid out anew for it.
      if (contentRect.width > 0) {
        setWide(contentRect.width >= WIDE);
      }
    });
    if (node.current) {
      observer.observe(node.current);
    }
    return () => observer.disconnect();
  }, [node]);
  return wide;
}
