/** How much the tests look at: the lines that they execute, and the mistakes that they would notice. */
import React from 'react';
import type { Wire } from '../api/client';
import { useServices } from '../panel/services';
import { Place } from './jump';

/** More places than a person goes to. */
const SHOWN = 20;

export function Covered({ tests }: { readonly tests: Wire['TestsSignal'] }): JSX.Element | null {
  const { trans } = useServices();
  const { coverage_percent: covered } = tests;
  const missed = Object.entries(tests.missed_lines ?? {}).flatMap(([path, lines]) =>
    lines.map(line => ({ path, line }))
  );
  if (typeof covered !== 'number') {
    return null;
  }
  return (
    <section aria-label={trans.__('Coverage')}>
      <h3>{trans.__('Coverage')}</h3>
      <p>{trans.__('The tests execute %1 % of the statements.', String(covered))}</p>
      {missed.length > 0 && (
        <p>
          {trans.__('Not executed:')}{' '}
          {missed.slice(0, SHOWN).map(({ path, line }) => (
            <Place key={`${path}:${line}`} path={path} line={line} />
          ))}
          {missed.length > SHOWN &&
            trans._n(' and %1 more line', ' and %1 more lines', missed.length - SHOWN)}
        </p>
      )}
    </section>
  );
}

export function Challenged({ challenge }: { readonly challenge: Wire['Challenge'] }): JSX.Element {
  const { trans } = useServices();
  const { mutants, reason, score } = challenge;
  const survived = mutants.filter(mutant => mutant.outcome === 'survived');
  const counting = mutants.filter(mutant => mutant.outcome !== 'equivalent').length;
  return (
    <section aria-label={trans.__('Mutation score')}>
      <h3>{trans.__('Mutation score')}</h3>
      <p>
        {typeof score === 'number'
          ? trans.__(
              'The tests notice %1 of %2 small mistakes that were put into the code on purpose: %3 %.',
              counting - survived.length,
              counting,
              String(Math.round(100 * score))
            )
          : reason || trans.__('No small change of the code could be tried.')}
      </p>
      {survived.length > 0 && (
        <>
          <p className="jca-Quiet">{trans.__('Not noticed:')}</p>
          <ul className="jca-Tests-list">
            {survived.slice(0, SHOWN).map((mutant, index) => (
              <li key={index}>
                <Place path={mutant.path} line={mutant.line} />{' '}
                <code>{`${mutant.original} → ${mutant.changed}`}</code>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
