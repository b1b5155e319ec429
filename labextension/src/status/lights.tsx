/** The signals of an attempt as lights: an icon and a word each, never a colour alone. */
import { checkIcon, circleEmptyIcon, closeIcon, errorIcon } from '@jupyterlab/ui-components';
import type { LabIcon } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { Wire } from '../api/client';
import { readSignals } from '../api/result';
import { SIGNALS } from '../live/run';
import type { IRun } from '../live/run';
import { signalName, signalSentence, warns } from '../notebook/words';
import { useServices } from '../panel/services';

export type Stand = 'running' | 'passed' | 'failed' | 'warns';

export interface ILight {
  readonly name: string;
  readonly stand: Stand;
  /** What was found, in a few words, where it is known. */
  readonly sentence: string;
}

/** Those of a verdict; a signal that was not asked for has none. */
export function lightsOf(trans: TranslationBundle, signals: Wire['Signals'] | null | undefined): ILight[] {
  return readSignals(signals ?? null).map(signal => ({
    name: signal.name,
    stand: warns(signal) ? 'warns' : signal.passed ? 'passed' : 'failed',
    sentence: signalSentence(trans, signal)
  }));
}

/** Those of a run: the three that there always are, and others once they were heard of. */
export function lightsOfRun(run: IRun): ILight[] {
  const others = Object.keys(run.lights).filter(name => !SIGNALS.some(known => known === name));
  return [...SIGNALS, ...others]
    .filter(name => Object.hasOwn(run.lights, name))
    .map(name => {
      const light = run.lights[name];
      return {
        name,
        stand: light === 'failed' && warns({ name, passed: false }) ? 'warns' : light,
        sentence: ''
      };
    });
}

const LOOKS: Readonly<Record<Stand, { icon: LabIcon; tone: string }>> = {
  running: { icon: circleEmptyIcon, tone: 'info' },
  passed: { icon: checkIcon, tone: 'good' },
  failed: { icon: closeIcon, tone: 'bad' },
  warns: { icon: errorIcon, tone: 'warn' }
};

export function Lights({ lights }: { readonly lights: readonly ILight[] }): JSX.Element | null {
  const { trans } = useServices();
  if (!lights.length) {
    return null;
  }
  return (
    <ul className="jca-Lights" aria-label={trans.__('Signals')}>
      {lights.map(({ name, stand, sentence }) => {
        const { icon: Icon, tone } = LOOKS[stand];
        return (
          <li
            key={name}
            className={`jca-Light jca-mod-${tone} jca-mod-${stand}`}
            title={sentence || undefined}
          >
            <Icon.react tag="span" className="jca-Mark" />
            {signalName(trans, name)}
            <span className="jca-Unseen"> {standWord(trans, stand)}</span>
          </li>
        );
      })}
    </ul>
  );
}

function standWord(trans: TranslationBundle, stand: Stand): string {
  return {
    running: trans.__('is being judged'),
    passed: trans.__('passed'),
    failed: trans.__('failed'),
    warns: trans.__('warns')
  }[stand];
}
