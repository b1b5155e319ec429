/** A list of rows with the keys that people expect of one: Tab comes to one row, arrows go to the others. */
import React, { useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';

interface IRowsProps<T> {
  readonly label: string;
  readonly items: readonly T[];
  keyOf(item: T): string;
  /** `reachable`: whether Tab comes to it. Its main button has the class `jca-Row-main`. */
  row(item: T, reachable: boolean): ReactNode;
}

const STEPS: Readonly<Record<string, (now: number, all: number) => number>> = {
  ArrowDown: (now, all) => Math.min(now + 1, all - 1),
  ArrowUp: now => Math.max(now - 1, 0),
  Home: () => 0,
  End: (_, all) => all - 1
};

export function Rows<T>({ label, items, keyOf, row }: IRowsProps<T>): JSX.Element {
  const list = useRef<HTMLUListElement>(null);
  const [focused, setFocused] = useState('');
  const first = items.find(item => keyOf(item) === focused) ?? items[0];
  const move = (event: KeyboardEvent): void => {
    const mains = [...(list.current?.querySelectorAll<HTMLElement>('.jca-Row-main') ?? [])];
    const now = mains.indexOf(event.target as HTMLElement);
    if (now >= 0 && Object.hasOwn(STEPS, event.key)) {
      event.preventDefault();
      mains[STEPS[event.key](now, mains.length)].focus();
    }
  };
  return (
    <ul
      className="jca-List"
      aria-label={label}
      ref={list}
      onKeyDown={move}
      onFocus={event => {
        const at = [...(list.current?.children ?? [])].findIndex(one => one.contains(event.target));
        setFocused(at >= 0 ? keyOf(items[at]) : '');
      }}
    >
      {items.map(item => (
        <li key={keyOf(item)} className="jca-Row">
          {row(item, item === first)}
        </li>
      ))}
    </ul>
  );
}
