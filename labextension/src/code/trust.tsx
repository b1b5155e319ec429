/** Why a result is trusted: what was proved, in a sentence, and the signed receipt behind it. */
import React from 'react';
import { useAsked } from '../panel/asking';
import { useServices } from '../panel/services';
import type { IFacetProps } from '../panel/view';
import { receiptRows, resultWord, signalSentence, toneOf } from '../notebook/words';
import { record, text } from '../api/read';
import { resultOf } from './result';

export function Trust({ execution }: IFacetProps): JSX.Element {
  const { trans } = useServices();
  const result = resultOf(execution);
  const tests = result.signals.find(signal => signal.name === 'tests');
  const facts = [
    tests ? signalSentence(trans, tests) : '',
    typeof execution.receipt?.mutation_score === 'number'
      ? trans.__('%1 % of small changes noticed', Math.round(100 * execution.receipt.mutation_score))
      : '',
    execution.receipt?.isolation
      ? trans.__('in a container, network %1', text(record(execution.receipt.isolation).network))
      : ''
  ];
  return (
    <div className={`jca-Trust jca-mod-${toneOf(execution.status)}`}>
      <p>
        <strong>{resultWord(trans, result)}</strong> {facts.filter(Boolean).join(' · ')}
      </p>
      {execution.receipt && <Receipt execution={execution} />}
    </div>
  );
}

function Receipt({ execution }: IFacetProps): JSX.Element {
  const { agent, trans } = useServices();
  const receipt = execution.receipt ?? {};
  const files = execution.files ?? {};
  const [path = '', source = ''] = Object.entries(files)[0] ?? [];
  const { data, error } = useAsked(
    () => agent.verify({ receipt, source, path, files, context: {} }),
    [execution.execution_id]
  );
  const state = data
    ? text(data.state) === 'fresh'
      ? trans.__('verified')
      : text(data.state)
    : error
      ? trans.__('not verified')
      : trans.__('verifying …');
  return (
    <details>
      <summary>
        {trans.__('Receipt')}: <span className="jca-Trust-state">{state}</span>
      </summary>
      {error && <p>{error.message}</p>}
      {data && text(data.state) !== 'fresh' && <p>{text(data.reason)}</p>}
      <dl className="jca-facts">
        {receiptRows(trans, record(receipt)).map(([name, value]) => (
          <React.Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </React.Fragment>
        ))}
      </dl>
    </details>
  );
}
