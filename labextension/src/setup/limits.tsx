/** What the user may do, how much of it is used, and the administrator's rules. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { answer } from '../api/client';
import type { Wire } from '../api/client';
import { useAsked } from '../panel/asking';
import { useServices } from '../panel/services';
import { dollars } from './models';
import { Answered, Facts, Section } from './section';

export function Limits(): JSX.Element {
  const { agent, trans } = useServices();
  const asked = useAsked(() => answer(agent.rest.GET('/limits')), []);
  return (
    <Section title={trans.__('Limits')}>
      <Answered
        asked={asked}
        show={limits => (
          <>
            <label className="jca-Used">
              {trans.__(
                '%1 of %2 requests for code in the last 24 hours',
                limits.executions_used,
                limits.executions_per_day
              )}
              <meter
                min={0}
                max={limits.executions_per_day}
                high={limits.executions_per_day * NEARLY}
                value={limits.executions_used}
              />
            </label>
            <Facts rows={rules(trans, limits)} />
          </>
        )}
      />
    </Section>
  );
}

/** From this share on it is worth a look. */
const NEARLY = 0.8;

function rules(trans: TranslationBundle, limits: Wire['Limits']): [string, string][] {
  const listed = (names: readonly string[]): string => names.join(', ') || trans.__('none');
  const or = (value: number | null, say: (value: number) => string): string =>
    value === null ? trans.__('not limited') : say(value);
  return [
    [trans.__('User'), `${limits.user} (${limits.tier})`],
    [trans.__('Results kept'), trans.__('%1 days, the last %2', limits.kept_days, limits.kept_executions)],
    [trans.__('Requests a minute'), or(limits.posts_per_minute, String)],
    [trans.__('Cost of one request'), or(limits.cost_per_execution_usd, dollars)],
    [trans.__('Cost a month, all users'), or(limits.cost_per_month_usd, dollars)],
    [trans.__('Models allowed'), limits.allowed_models ? listed(limits.allowed_models) : trans.__('all')],
    [trans.__('Models blocked'), listed(limits.blocked_models)],
    [trans.__('Imports blocked'), listed(limits.blocked_imports)],
    [trans.__('Forms of results'), listed(limits.allowed_outputs)],
    [trans.__('Security scan'), limits.security_scan_forced ? trans.__('always') : trans.__('as you choose')],
    [
      trans.__('Samples of your data'),
      limits.samples_welcome
        ? trans.__('may go to the models that are asked')
        : trans.__('are not sent to the models')
    ]
  ];
}
