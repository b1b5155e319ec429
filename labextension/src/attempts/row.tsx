/** One attempt: its signals, what was wrong with it, what was done about it, and what it cost. */
import React from 'react';
import type { Wire } from '../api/client';
import { useServices } from '../panel/services';
import { Lights, lightsOf } from '../status/lights';
import { duration, money } from '../status/words';
import { errorWord, originWord } from './words';

interface IRowProps {
  readonly attempt: Wire['Attempt'];
  readonly delivered: boolean;
  /** Whether its changes are the ones below. */
  readonly shown: boolean;
  compare(): void;
}

export function AttemptRow({ attempt, delivered, shown, compare }: IRowProps): JSX.Element {
  const { trans } = useServices();
  const { number, origin, error_class: errorClass, error_message: message, verdict } = attempt;
  const took = Date.parse(attempt.finished_at) - Date.parse(attempt.started_at);
  const done = [attempt.fix_applied, ...(attempt.notes ?? [])].filter(Boolean).join(' ');
  const facts = [attempt.model, attempt.cost_usd > 0 ? money(attempt.cost_usd) : '', duration(trans, took)];
  return (
    <li className={errorClass ? 'jca-mod-bad' : 'jca-mod-good'} aria-current={shown || undefined}>
      <div className="jca-Attempts-head">
        <button
          type="button"
          className="jca-Link"
          aria-pressed={shown}
          title={trans.__('Show what it changed')}
          onClick={compare}
        >
          {trans.__('Attempt %1', number)}
        </button>
        <span className="jca-Quiet">{originWord(trans, origin)}</span>
        {delivered && <span className="jca-Chip">{trans.__('delivered')}</span>}
        {verdict ? (
          <Lights lights={lightsOf(trans, verdict.signals)} />
        ) : (
          <span>{trans.__('could not be judged')}</span>
        )}
      </div>
      {done && <p>{trans.__('Done: %1', done)}</p>}
      {errorClass && (
        <p>
          <strong>{trans.__('Wrong: %1', errorWord(trans, errorClass))}</strong>
          {message && <span className="jca-Attempts-why">{message}</span>}
        </p>
      )}
      <p className="jca-Quiet">{facts.filter(Boolean).join(' · ')}</p>
    </li>
  );
}
