/** What the tests found: by where they are from, those that fail first; and how much they look at. */
import React from 'react';
import type { Wire } from '../api/client';
import { readSignals } from '../api/result';
import { isFinal } from '../live/run';
import { signalSentence } from '../notebook/words';
import { Nothing } from '../panel/parts';
import { useServices } from '../panel/services';
import type { IFacetProps } from '../panel/view';
import { Challenged, Covered } from './reach';
import { Test } from './testItem';

type Result = Wire['TestResult'];
type Kind = Result['kind'] | 'aside';

const KINDS: readonly Kind[] = ['hard', 'user', 'notebook', 'soft', 'aside'];

export default function Tests({ execution }: IFacetProps): JSX.Element {
  const { trans } = useServices();
  const tests = execution.signals?.tests;
  const [signal] = readSignals({ tests });
  if (!tests || !signal) {
    return (
      <Nothing>
        {isFinal(execution.status)
          ? trans.__('No test has judged this code.')
          : trans.__('The tests run as soon as there is code.')}
      </Nothing>
    );
  }
  const explained: Record<Kind, [string, string]> = {
    hard: [trans.__('Your own examples'), trans.__('found in the request; they are never set aside')],
    user: [trans.__('Your own tests'), trans.__('given with the request')],
    notebook: [trans.__('The cell itself'), trans.__('as it runs in your notebook')],
    soft: [trans.__('Generated tests'), trans.__('written from the request, before and apart from the code')],
    aside: [
      trans.__('Set aside as wrong'),
      trans.__('independent solutions agree to fail them; they don’t count')
    ]
  };
  const reasons = new Map((execution.judgement?.quarantined ?? []).map(one => [one.id, one]));
  return (
    <div className="jca-Tests">
      <p className={tests.passed ? 'jca-mod-good' : 'jca-mod-bad'}>
        <strong>{signalSentence(trans, signal)}</strong>
        {tests.reason && !tests.passed && <span className="jca-Tests-reason">{tests.reason}</span>}
      </p>
      {KINDS.map(kind => {
        const group = sorted(tests.results.filter(one => kindOf(one) === kind));
        const [title, said] = explained[kind];
        return group.length ? (
          <section key={kind} aria-label={title}>
            <h3>
              {title} <span className="jca-Tab-count">{group.length}</span>
            </h3>
            <p className="jca-Quiet">{said}</p>
            <ul className="jca-Tests-list">
              {group.map(one => (
                <Test key={one.id} test={one} aside={reasons.get(one.id)} />
              ))}
            </ul>
          </section>
        ) : null;
      })}
      <Covered tests={tests} />
      {execution.judgement?.challenge && <Challenged challenge={execution.judgement.challenge} />}
    </div>
  );
}

function kindOf(test: Result): Kind {
  return test.outcome === 'quarantined' ? 'aside' : test.kind;
}

const ORDER: readonly Result['outcome'][] = ['failed', 'not_judged', 'quarantined', 'passed'];

function sorted(tests: Result[]): Result[] {
  return tests.sort((a, b) => ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome));
}
