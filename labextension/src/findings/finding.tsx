/** One finding: how grave, where, what, and how to mend it. */
import { circleIcon, closeIcon, errorIcon } from '@jupyterlab/ui-components';
import type { LabIcon } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useState } from 'react';
import { isFinal } from '../live/run';
import { Sorry } from '../panel/parts';
import { useServices } from '../panel/services';
import type { IFacetProps } from '../panel/view';
import type { IShownFinding, Severity } from './all';
import { askToFix } from './fix';
import { Place } from './jump';

const LOOKS: Readonly<Record<Severity, { icon: LabIcon; tone: string }>> = {
  high: { icon: closeIcon, tone: 'bad' },
  error: { icon: closeIcon, tone: 'bad' },
  medium: { icon: errorIcon, tone: 'warn' },
  warning: { icon: errorIcon, tone: 'warn' },
  low: { icon: circleIcon, tone: 'info' }
};

interface IFindingProps extends IFacetProps {
  readonly finding: IShownFinding;
}

export function Finding({ finding, execution }: IFindingProps): JSX.Element {
  const services = useServices();
  const { trans } = services;
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const { icon: Icon, tone } = LOOKS[finding.severity];
  const fix = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await askToFix(services, execution, finding);
    } catch (reason) {
      setError(reason instanceof Error ? reason : new Error(String(reason)));
    } finally {
      setBusy(false);
    }
  };
  return (
    <li className={`jca-Finding jca-mod-${tone}`}>
      <div className="jca-Finding-head">
        <Icon.react tag="span" className="jca-Mark" />
        <strong>{severityWord(trans, finding.severity)}</strong>
        {finding.path && <Place path={finding.path} line={finding.line} />}
        <code>{finding.rule}</code>
        {finding.confidence && (
          <span className="jca-Quiet">
            {trans.__('confidence: %1', severityWord(trans, finding.confidence))}
          </span>
        )}
      </div>
      <p>{finding.message}</p>
      {finding.fix && <p>{trans.__('Suggested: %1', finding.fix)}</p>}
      {isFinal(execution.status) && (
        <button type="button" className="jca-Button" disabled={busy} onClick={() => void fix()}>
          {trans.__('Fix this')}
        </button>
      )}
      {error && <Sorry error={error} />}
    </li>
  );
}

function severityWord(trans: TranslationBundle, severity: string): string {
  const known: Record<string, string> = {
    high: trans.__('high'),
    medium: trans.__('medium'),
    low: trans.__('low'),
    error: trans.__('error'),
    warning: trans.__('warning')
  };
  return Object.hasOwn(known, severity) ? known[severity] : severity;
}
