/** A view with something beside it, and between the two a divider that people move. */
import React, { useId, useLayoutEffect, useRef, useState } from 'react';
import type { CSSProperties, KeyboardEvent, PointerEvent, ReactNode, RefObject } from 'react';
import { usePanel, useServices } from './services';
import { FIRST } from './state';

/** What each side has at least, in pixels: below it the chat's tools or a line of code would be cut off. */
const LEAST = { view: 280, beside: 320 };
/** How far one press of an arrow goes, in pixels. */
const STEP = 20;

interface IDividedProps {
  /** Whether both are seen. */
  readonly split: boolean;
  readonly view: ReactNode;
  readonly beside: ReactNode;
}

export function Divided({ split, view, beside }: IDividedProps): JSX.Element {
  const { panel } = useServices();
  const kept = usePanel(state => state.divider);
  // What is being dragged is not kept before it is let go.
  const [dragged, setDragged] = useState<number | null>(null);
  const node = useRef<HTMLDivElement>(null);
  const id = useId();
  const place = dragged ?? kept;
  const keep = (percent: number): void => panel.setState({ divider: percent });
  const drop = (): void => {
    setDragged(null);
    keep(place);
  };
  const width = `clamp(${LEAST.view}px, ${place}%, 100% - ${LEAST.beside}px)`;
  return (
    <div className="jca-Frame-body" ref={node} style={{ '--jca-divider': width } as CSSProperties}>
      <div className="jca-Frame-view" id={id} hidden={!split && Boolean(beside)}>
        {view}
      </div>
      {split && <Divider of={node} controls={id} place={place} drag={setDragged} drop={drop} keep={keep} />}
      {beside}
    </div>
  );
}

interface IDividerProps {
  readonly of: RefObject<HTMLElement>;
  /** The id of the element whose width it gives. */
  readonly controls: string;
  /** Percent of the whole width. */
  readonly place: number;
  drag(percent: number): void;
  drop(): void;
  keep(percent: number): void;
}

function Divider({ of, controls, place, drag, drop, keep }: IDividerProps): JSX.Element {
  const { trans } = useServices();
  const width = useWidth(of);
  const least = (LEAST.view / width) * 100;
  const most = 100 - (LEAST.beside / width) * 100;
  const within = (percent: number): number => Math.max(least, Math.min(most, percent));
  const now = within(place);
  const step = (STEP / width) * 100;
  const pointed = ({ clientX }: PointerEvent): number =>
    within(((clientX - (of.current?.getBoundingClientRect().left ?? 0)) / width) * 100);
  const press = (event: KeyboardEvent): void => {
    const places: Readonly<Record<string, number>> = {
      ArrowLeft: now - step,
      ArrowRight: now + step,
      Home: least,
      End: most,
      Enter: FIRST.divider
    };
    if (Object.hasOwn(places, event.key)) {
      event.preventDefault();
      keep(within(places[event.key]));
    }
  };
  return (
    <div
      className="jca-Divider"
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={trans.__('Width of the view')}
      aria-controls={controls}
      aria-valuenow={Math.round(now)}
      aria-valuemin={Math.round(least)}
      aria-valuemax={Math.round(most)}
      title={trans.__('Drag, or press the arrow keys; a double click or Enter puts it back')}
      onKeyDown={press}
      onDoubleClick={() => keep(FIRST.divider)}
      onPointerDown={event => event.button === 0 && event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={event => event.currentTarget.hasPointerCapture(event.pointerId) && drag(pointed(event))}
      onLostPointerCapture={drop}
    />
  );
}

/** Of an element as it is laid out, in pixels. */
function useWidth(node: RefObject<HTMLElement>): number {
  const [width, setWidth] = useState(LEAST.view + LEAST.beside);
  useLayoutEffect(() => {
    const observer = new ResizeObserver(([{ contentRect }]) => {
      // What is hidden has no width, and no places that could be told.
      if (contentRect.width > 0) {
        setWidth(contentRect.width);
      }
    });
    if (node.current) {
      observer.observe(node.current);
    }
    return () => observer.disconnect();
  }, [node]);
  return width;
}
