/** A list of tabs with the keys that people expect of one: arrows, Home, End. */
import React, { useId, useRef } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';

export interface ITab {
  readonly id: string;
  readonly label: string;
  /** Before the label, which is then only its name and title where there is no room for it. */
  readonly icon?: ReactNode;
  readonly count?: number | null;
}

interface ITabsProps {
  readonly tabs: readonly ITab[];
  readonly chosen: string;
  readonly label: string;
  readonly className?: string;
  /** What it shows is scrolled by the keyboard even where nothing in it takes the focus. */
  readonly scrolls?: boolean;
  choose(id: string): void;
  /** What the chosen tab shows. */
  readonly children: ReactNode;
}

const STEPS: Readonly<Record<string, (now: number, all: number) => number>> = {
  ArrowRight: (now, all) => (now + 1) % all,
  ArrowLeft: (now, all) => (now + all - 1) % all,
  Home: () => 0,
  End: (_, all) => all - 1
};

export function Tabs(props: ITabsProps): JSX.Element {
  const { tabs, chosen, label, className = '', scrolls = false, choose, children } = props;
  const prefix = useId();
  const list = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent, index: number): void => {
    if (Object.hasOwn(STEPS, event.key)) {
      event.preventDefault();
      const next = STEPS[event.key](index, tabs.length);
      choose(tabs[next].id);
      list.current?.querySelectorAll<HTMLElement>('[role="tab"]')[next].focus();
    }
  };
  return (
    <div className={`jca-Tabs ${className}`}>
      <div className="jca-Tabs-list" role="tablist" aria-label={label} ref={list}>
        {tabs.map((tab, index) => (
          <button
            key={tab.id}
            id={`${prefix}-${tab.id}`}
            role="tab"
            type="button"
            className="jca-Tab"
            title={tab.icon ? tab.label : undefined}
            aria-selected={tab.id === chosen}
            aria-controls={`${prefix}-panel`}
            tabIndex={tab.id === chosen ? 0 : -1}
            onClick={() => choose(tab.id)}
            onKeyDown={event => move(event, index)}
          >
            {tab.icon}
            <span className={tab.icon ? 'jca-Tab-label' : undefined}>{tab.label}</span>
            {typeof tab.count === 'number' && (
              <>
                {' '}
                <span className="jca-Tab-count">{tab.count}</span>
              </>
            )}
          </button>
        ))}
      </div>
      <div
        className="jca-Tabs-panel"
        id={`${prefix}-panel`}
        role="tabpanel"
        tabIndex={scrolls ? 0 : undefined}
        aria-labelledby={`${prefix}-${chosen}`}
      >
        {children}
      </div>
    </div>
  );
}
