/** One test as the host judged it. */
import { checkIcon, circleEmptyIcon, closeIcon, errorIcon } from '@jupyterlab/ui-components';
import type { LabIcon } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { Wire } from '../api/client';
import { useServices } from '../panel/services';
import { duration } from '../status/words';

type Result = Wire['TestResult'];

interface ITestProps {
  readonly test: Result;
  /** Why it was set aside, where it was. */
  readonly aside?: Wire['Quarantined'];
}

const LOOKS: Readonly<Record<Result['outcome'], { icon: LabIcon; tone: string }>> = {
  passed: { icon: checkIcon, tone: 'good' },
  failed: { icon: closeIcon, tone: 'bad' },
  not_judged: { icon: circleEmptyIcon, tone: 'info' },
  quarantined: { icon: errorIcon, tone: 'warn' }
};

export function Test({ test, aside }: ITestProps): JSX.Element {
  const { trans } = useServices();
  const { icon: Icon, tone } = LOOKS[test.outcome];
  const values: [string, string | null | undefined][] = [
    [trans.__('expected'), test.expected],
    [trans.__('actual'), test.actual]
  ];
  const known = values.filter(([, value]) => typeof value === 'string');
  return (
    <li className={`jca-Test jca-mod-${tone}`}>
      <div className="jca-Test-head">
        <Icon.react tag="span" className="jca-Mark" />
        <code title={test.id}>{test.id.split('::').slice(1).join(' › ') || test.id}</code>
        <span className="jca-Quiet">{outcomeWord(trans, test.outcome)}</span>
        {test.hidden && (
          <span className="jca-Chip" title={trans.__('The code’s author has never seen it')}>
            {trans.__('hidden')}
          </span>
        )}
        <span className="jca-Quiet">{duration(trans, test.duration_ms)}</span>
      </div>
      {test.outcome !== 'passed' && (test.message || aside?.reason) && <p>{aside?.reason || test.message}</p>}
      {known.length > 0 && test.outcome !== 'passed' && (
        <dl>
          {known.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <code>{value}</code>
              </dd>
            </div>
          ))}
        </dl>
      )}
      {test.traceback && <Folded title={trans.__('Traceback')} source={test.traceback} />}
      {aside && <Folded title={trans.__('The test')} source={aside.source} />}
    </li>
  );
}

function Folded({ title, source }: { readonly title: string; readonly source: string }): JSX.Element {
  return (
    <details>
      <summary>{title}</summary>
      <pre tabIndex={0}>{source}</pre>
    </details>
  );
}

function outcomeWord(trans: TranslationBundle, outcome: Result['outcome']): string {
  return {
    passed: trans.__('passed'),
    failed: trans.__('failed'),
    not_judged: trans.__('not judged'),
    quarantined: trans.__('set aside')
  }[outcome];
}
