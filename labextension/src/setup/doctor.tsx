/** How each part is, and what to do about those that are missing. */
import { checkIcon, circleEmptyIcon, errorIcon, refreshIcon } from '@jupyterlab/ui-components';
import type { LabIcon } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { AgentError } from '../api/client';
import type { Wire } from '../api/client';
import { Busy, IconButton, Sorry } from '../panel/parts';
import { useServices } from '../panel/services';
import { Command } from './command';
import { Section } from './section';
import { useHealth } from './useHealth';

type Part = keyof Wire['Checks'];
/** What the main job does without. */
const OPTIONAL: readonly Part[] = ['search', 'browser'];
const ENABLE = 'jupyter server extension enable jupyter_coding_agent';

export function Doctor(): JSX.Element {
  const { trans } = useServices();
  const { service, health, error, busy } = useHealth();
  const again = (
    <IconButton
      icon={refreshIcon}
      label={trans.__('Check again')}
      disabled={busy}
      act={() => void service.check()}
    />
  );
  const parts = Object.entries(health?.checks ?? {}) as [Part, Wire['Check']][];
  return (
    <Section title={trans.__('Doctor')} aside={again}>
      {error && <Sorry error={error} again={() => void service.check()} />}
      {error instanceof AgentError && error.status === 404 && <Command text={ENABLE} />}
      {busy && !health && <Busy label={trans.__('Checking every part …')} />}
      <ul className="jca-Checks" aria-busy={busy}>
        {parts.map(([part, check]) => (
          <Check key={part} part={part} check={check} />
        ))}
      </ul>
    </Section>
  );
}

function Check({ part, check }: { readonly part: Part; readonly check: Wire['Check'] }): JSX.Element {
  const { trans } = useServices();
  const [icon, word, tone] = lookOf(trans, part, check.state);
  return (
    <li className={`jca-Check jca-mod-${tone}`}>
      <icon.react tag="span" className="jca-Check-icon" />
      <div className="jca-Check-body">
        <strong>{partName(trans, part)}</strong> <span className="jca-Check-state">{word}</span>
        <p>{check.sentence}</p>
        {check.fix && <p className="jca-Check-fix">{check.fix}</p>}
        {check.commands.map(command => (
          <Command key={command} text={command} />
        ))}
      </div>
    </li>
  );
}

function lookOf(
  trans: TranslationBundle,
  part: Part,
  state: Wire['Check']['state']
): [LabIcon, string, string] {
  if (state === 'ok') {
    return [checkIcon, trans.__('works'), 'good'];
  }
  if (OPTIONAL.includes(part)) {
    return [circleEmptyIcon, trans.__('not there'), 'info'];
  }
  return state === 'degraded'
    ? [errorIcon, trans.__('limited'), 'warn']
    : [errorIcon, trans.__('missing'), 'bad'];
}

function partName(trans: TranslationBundle, part: Part): string {
  const names: Record<Part, string> = {
    storage: trans.__('Storage'),
    runner: trans.__('Container engine'),
    models: trans.__('Models'),
    search: trans.__('Code search'),
    browser: trans.__('Browser')
  };
  return Object.hasOwn(names, part) ? names[part] : part;
}
