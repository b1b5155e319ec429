/** What the code does beyond computing, and what that means for who runs it with their own rights. */
import { checkIcon, errorIcon } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { Wire } from '../api/client';
import { Place } from '../findings/jump';
import { isFinal } from '../live/run';
import { REACHING } from '../notebook/words';
import { Nothing } from '../panel/parts';
import { useServices } from '../panel/services';
import type { IFacetProps } from '../panel/view';
import { EVENTS, KINDS } from './kinds';
import type { EffectKind } from './kinds';

export default function Effects({ execution }: IFacetProps): JSX.Element {
  const { trans } = useServices();
  const { effects, status } = execution;
  if (!effects) {
    return (
      <Nothing>
        {isFinal(status)
          ? trans.__('It is not known what this code does beyond computing: it was never judged.')
          : trans.__('What the code does beyond computing is found when it is judged.')}
      </Nothing>
    );
  }
  const found = KINDS.filter(kind => effects[kind].length);
  const reaching = found.filter(kind => REACHING.includes(kind));
  const Icon = reaching.length ? errorIcon : checkIcon;
  return (
    <div className="jca-Effects">
      <p className={`jca-Effects-head jca-mod-${reaching.length ? 'warn' : 'good'}`}>
        <Icon.react tag="span" className="jca-Mark" />
        <strong>
          {reaching.length
            ? trans.__('It reaches beyond the notebook: look before you run it.')
            : trans.__('Nothing was found that reaches beyond the notebook.')}
        </strong>
      </p>
      <p className="jca-Quiet">
        {trans.__(
          'Found in the source and seen while it ran in the sandbox. In your notebook it runs with your own rights.'
        )}
      </p>
      {found.map(kind => (
        <Kind key={kind} kind={kind} effects={effects} />
      ))}
    </div>
  );
}

function Kind({
  kind,
  effects
}: {
  readonly kind: EffectKind;
  readonly effects: Wire['Effects'];
}): JSX.Element {
  const { trans } = useServices();
  const [title, meaning] = kindWords(trans, kind);
  return (
    <section aria-label={title}>
      <h3>
        {title} <span className="jca-Tab-count">{effects[kind].length}</span>
      </h3>
      {meaning && <p className="jca-Quiet">{meaning}</p>}
      <ul className="jca-Effects-list">
        {effects[kind].map(target => (
          <li key={target}>
            <code>{target}</code>
            <Seen
              events={(effects.events ?? []).filter(
                one => one.kind === EVENTS[kind] && one.target === target
              )}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Where it stands, and whether it was only read or also seen to happen. */
function Seen({ events }: { readonly events: readonly Wire['EffectEvent'][] }): JSX.Element {
  const { trans } = useServices();
  const places = new Map(
    events.flatMap(({ path, line }) => (path ? [[`${path}:${line}`, { path, line: line ?? null }]] : []))
  );
  const ran = events.some(event => event.seen === 'run');
  return (
    <>
      {[...places].slice(0, 3).map(([key, { path, line }]) => (
        <Place key={key} path={path} line={line} />
      ))}
      {ran && <span className="jca-Quiet">{trans.__('seen while it ran')}</span>}
    </>
  );
}

function kindWords(trans: TranslationBundle, kind: EffectKind): [string, string] {
  const words: Record<EffectKind, [string, string]> = {
    deletes: [trans.__('Deletes'), trans.__('What is deleted in your notebook’s folder is gone.')],
    writes: [trans.__('Writes'), trans.__('Files that have these names are overwritten.')],
    network: [
      trans.__('Connects to'),
      trans.__('What it sends leaves this machine. The sandbox has no network.')
    ],
    processes: [trans.__('Starts'), trans.__('Other programs, with your rights.')],
    environment: [
      trans.__('Reads the environment'),
      trans.__('Environment variables often hold passwords and keys.')
    ],
    reads: [trans.__('Reads'), trans.__('Files that it needs to find there.')],
    open_resources: [trans.__('Leaves open'), trans.__('Files or connections that are never closed.')],
    imports: [trans.__('Imports'), '']
  };
  return words[kind];
}
