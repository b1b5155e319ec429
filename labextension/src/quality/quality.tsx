/** The quality score with what it is made of, and why the request went to the models it went to. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { number, record, text } from '../api/read';
import { useEvents } from '../log/useEvents';
import { Nothing } from '../panel/parts';
import { useServices } from '../panel/services';
import type { IFacetProps } from '../panel/view';

const MOST = 10;

export default function Quality({ execution }: IFacetProps): JSX.Element {
  const { trans } = useServices();
  const { quality_score: score, quality_parts: parts, status } = execution;
  return (
    <div className="jca-Quality">
      {typeof score === 'number' ? (
        <section aria-label={trans.__('Quality score')}>
          <p className="jca-Quality-score">
            <strong>{score}</strong> {trans.__('of 10')}
          </p>
          <meter
            min={1}
            max={MOST}
            low={5}
            high={8}
            optimum={MOST}
            value={score}
            aria-label={trans.__('Quality score')}
          />
          {status !== 'passed' && (
            <p>{trans.__('It is not validated: the score says nothing about whether it works.')}</p>
          )}
          <Parts parts={parts ?? []} />
        </section>
      ) : (
        <Nothing>{trans.__('There is no score before the code was judged.')}</Nothing>
      )}
      <Tier id={execution.execution_id} />
    </div>
  );
}

function Parts({
  parts
}: {
  readonly parts: NonNullable<IFacetProps['execution']['quality_parts']>;
}): JSX.Element {
  const { trans } = useServices();
  return parts.length ? (
    <table>
      <caption>{trans.__('It begins at 10. What cost points:')}</caption>
      <tbody>
        {parts.map(part => (
          <tr key={part.name}>
            <th scope="row">−{Math.abs(part.points)}</th>
            <td>{part.reason}</td>
          </tr>
        ))}
      </tbody>
    </table>
  ) : (
    <p>{trans.__('It begins at 10, and nothing cost points.')}</p>
  );
}

/** The plan's complexity, which chooses the tier of models. */
function Tier({ id }: { readonly id: string }): JSX.Element | null {
  const { trans } = useServices();
  const { events } = useEvents(id);
  const plan = events.find(event => event.kind === 'plan')?.data;
  const complexity = record(plan?.complexity);
  const score = number(complexity.score);
  if (!plan || score === null) {
    return null;
  }
  const tier = text(plan.tier);
  const scored = text(complexity.tier);
  const parts = Object.entries(record(complexity.parts)).filter(([, points]) => number(points));
  return (
    <section aria-label={trans.__('Complexity')}>
      <h3>{trans.__('Complexity of the request')}</h3>
      <p>
        {trans.__('Complexity %1: the tier “%2”.', String(score), scored)}
        {tier !== scored && ` ${trans.__('It was asked for “%1”.', tier)}`}
      </p>
      {parts.length > 0 && (
        <ul className="jca-Effects-list">
          {parts.map(([name, points]) => (
            <li key={name}>{`+${number(points)} ${partWord(trans, name)}`}</li>
          ))}
        </ul>
      )}
    </section>
  );
}

function partWord(trans: TranslationBundle, name: string): string {
  const known: Record<string, string> = {
    lines: trans.__('for the lines that are expected'),
    files: trans.__('for the files that are expected'),
    dependencies: trans.__('for packages'),
    api: trans.__('for talking to an API'),
    database: trans.__('for a database'),
    authentication: trans.__('for logging in'),
    languages: trans.__('for several languages'),
    ui: trans.__('for a user interface')
  };
  return Object.hasOwn(known, name) ? known[name] : name;
}
