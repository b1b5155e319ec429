/** The tiers and their models in the order in which they are asked: which answer or why not, and what they cost. */
import { checkIcon, circleEmptyIcon } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { answer } from '../api/client';
import type { Wire } from '../api/client';
import { useAsked } from '../panel/asking';
import { useServices } from '../panel/services';
import { Answered, Section } from './section';
import { useHealth } from './useHealth';

export function Models(): JSX.Element {
  const { agent, trans } = useServices();
  const { health } = useHealth();
  // A new check looks at the models too.
  const asked = useAsked(() => answer(agent.rest.GET('/models')), [health]);
  return (
    <Section title={trans.__('Models')}>
      <Answered
        asked={asked}
        show={report => (
          <>
            {report.alert && <p className="jca-Alert">{report.alert}</p>}
            <p>
              {trans.__('%1 this month, of all users of the data directory', dollars(report.month_cost_usd))}
            </p>
            {report.tiers.map(tier => (
              <Tier key={tier.tier} tier={tier} />
            ))}
          </>
        )}
      />
    </Section>
  );
}

function Tier({ tier }: { readonly tier: Wire['TierStatus'] }): JSX.Element {
  const { trans } = useServices();
  const names = {
    simple: trans.__('Simple requests'),
    medium: trans.__('Medium requests'),
    complex: trans.__('Complex requests')
  };
  return (
    <div className="jca-Tier">
      <h4>{names[tier.tier]}</h4>
      <ol>
        {tier.models.map(model => (
          <Model key={model.model} model={model} />
        ))}
      </ol>
    </div>
  );
}

function Model({ model }: { readonly model: Wire['ModelStatus'] }): JSX.Element {
  const { trans } = useServices();
  const Icon = model.available ? checkIcon : circleEmptyIcon;
  return (
    <li className={`jca-Model jca-mod-${model.available ? 'good' : 'info'}`}>
      <Icon.react tag="span" className="jca-Check-icon" />
      <div className="jca-Check-body">
        <code>{model.model}</code>{' '}
        <span className="jca-SrOnly">
          {model.available ? trans.__('can answer:') : trans.__('can not answer:')}
        </span>
        <p>{[model.reason, where(trans, model), price(trans, model)].filter(Boolean).join(' · ')}</p>
      </div>
    </li>
  );
}

function where(trans: TranslationBundle, { local }: Wire['ModelStatus']): string {
  return local ? trans.__('on this machine') : '';
}

function price(trans: TranslationBundle, model: Wire['ModelStatus']): string {
  const { input_cost_per_million: input, output_cost_per_million: output } = model;
  if (input === null || output === null) {
    return trans.__('price not known');
  }
  return input || output
    ? trans.__('%1 in, %2 out a million tokens', dollars(input), dollars(output))
    : trans.__('free');
}

export function dollars(amount: number): string {
  return `$${amount.toFixed(amount > 0 && amount < 0.1 ? 4 : 2)}`;
}
