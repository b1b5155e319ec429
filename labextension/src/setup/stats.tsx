/** The user's numbers in short. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { answer } from '../api/client';
import type { Wire } from '../api/client';
import { useAsked } from '../panel/asking';
import { Nothing } from '../panel/parts';
import { useServices } from '../panel/services';
import { dollars } from './models';
import { Answered, Facts, Section } from './section';

export function Stats(): JSX.Element {
  const { agent, trans } = useServices();
  const asked = useAsked(() => answer(agent.rest.GET('/stats')), []);
  return (
    <Section title={trans.__('Your numbers')}>
      <Answered
        asked={asked}
        show={stats =>
          stats.executions ? (
            <Facts rows={rows(trans, stats)} />
          ) : (
            <Nothing>{trans.__('Nothing has been asked for yet.')}</Nothing>
          )
        }
      />
    </Section>
  );
}

function rows(trans: TranslationBundle, stats: Wire['Stats']): [string, string][] {
  const known = (value: number | null, say: (value: number) => string): string =>
    value === null ? '–' : say(value);
  return [
    [trans.__('Requests for code'), String(stats.executions)],
    [trans.__('Passed'), known(stats.pass_rate, rate => trans.__('%1 %', Math.round(rate * 100)))],
    [trans.__('Attempts, on average'), known(stats.mean_attempts, mean => mean.toFixed(1))],
    [trans.__('Time, median'), known(stats.median_seconds, seconds => trans.__('%1 s', seconds.toFixed(1)))],
    [
      trans.__('Quality, on average'),
      known(stats.mean_quality, mean => trans.__('%1 of 10', mean.toFixed(1)))
    ],
    [trans.__('Tokens'), (stats.input_tokens + stats.output_tokens).toLocaleString()],
    [trans.__('Cost'), dollars(stats.cost_usd)]
  ];
}
