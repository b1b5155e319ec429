/** A list to choose from, above the place to write. */
import { closeIcon } from '@jupyterlab/ui-components';
import React, { useEffect, useId, useRef, useState } from 'react';
import { Busy, IconButton, Sorry } from '../panel/parts';
import { useServices } from '../panel/services';

export interface IChoice {
  readonly id: string;
  readonly name: string;
  readonly detail: string;
  readonly chosen: boolean;
}

interface IChooserProps {
  readonly title: string;
  /** Null while they are asked for. */
  readonly choices: readonly IChoice[] | null;
  readonly error?: Error | null;
  readonly again?: () => void;
  /** Said above the list. */
  readonly note?: string;
  /** What is said where there is nothing to choose. */
  readonly nothing: string;
  choose(id: string, chosen: boolean): void;
  close(): void;
}

const MANY = 8;

export function Chooser(props: IChooserProps): JSX.Element {
  const { trans } = useServices();
  const { title, choices, error, again, note, close } = props;
  const [filter, setFilter] = useState('');
  const heading = useId();
  const node = useRef<HTMLElement>(null);
  const wanted = filter.toLowerCase();
  const shown = choices?.filter(one => `${one.name} ${one.detail}`.toLowerCase().includes(wanted)) ?? [];
  useEffect(() => node.current?.focus(), []);
  return (
    <section
      className="jca-Chooser"
      aria-labelledby={heading}
      tabIndex={-1}
      ref={node}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          event.stopPropagation();
          close();
        }
      }}
    >
      <header className="jca-Chooser-header">
        <h3 id={heading}>{title}</h3>
        <IconButton icon={closeIcon} label={trans.__('Close the list')} act={close} />
      </header>
      {note && <p className="jca-Chooser-note">{note}</p>}
      {error && <Sorry error={error} again={again} />}
      {!choices && !error && <Busy />}
      {choices?.length === 0 && !error && <p className="jca-Chooser-note">{props.nothing}</p>}
      {(choices?.length ?? 0) > MANY && (
        <input
          type="search"
          className="jca-Chooser-filter"
          aria-label={trans.__('Search the list')}
          placeholder={trans.__('Search')}
          value={filter}
          onChange={event => setFilter(event.target.value)}
        />
      )}
      <ul className="jca-Chooser-list">
        {shown.map(one => (
          <li key={one.id}>
            <label>
              <input
                type="checkbox"
                checked={one.chosen}
                onChange={event => props.choose(one.id, event.target.checked)}
              />
              <span className="jca-Chooser-name">{one.name}</span>
              <span className="jca-Chooser-detail" title={one.detail}>
                {one.detail}
              </span>
            </label>
          </li>
        ))}
      </ul>
    </section>
  );
}
