/** How a request is to be carried out: language, tier, models, template, kind of result. */
import React, { useId } from 'react';
import { answer } from '../api/client';
import { useAsked } from '../panel/asking';
import { Sorry } from '../panel/parts';
import { useComposer, useLive, useServices } from '../panel/services';
import type { IOptions } from './store';
import { languageNames, outputNames, preferenceNames, tierNames } from './words';

const MOST = 100;

export function Options(): JSX.Element {
  const { agent, trans } = useServices();
  const changes = useLive(state => state.changes.templates);
  const reconnections = useLive(state => state.reconnections);
  const params = { query: { limit: MOST } };
  const templates = useAsked(
    () => answer(agent.rest.GET('/templates', { params })),
    [changes, reconnections]
  );
  const limits = useAsked(() => answer(agent.rest.GET('/limits')), [reconnections]);
  const error = templates.error ?? limits.error;
  const allowed = limits.data?.allowed_outputs;
  const outputs = Object.entries(outputNames(trans)).map(([value, name]) => ({
    value,
    name,
    refused: allowed && !allowed.includes(value) ? trans.__('not allowed by the administrator') : ''
  }));
  const named = templates.data?.templates.map(({ id, name }) => ({ value: id, name })) ?? [];
  return (
    <>
      {error && (
        <Sorry
          error={error}
          again={() => {
            templates.again();
            limits.again();
          }}
        />
      )}
      <div className="jca-Options">
        <Select option="language" label={trans.__('Language')} choices={choicesOf(languageNames(trans))} />
        <Select option="tier" label={trans.__('Tier')} choices={choicesOf(tierNames(trans))} />
        <Select option="preference" label={trans.__('Models')} choices={choicesOf(preferenceNames(trans))} />
        <Select
          option="template"
          label={trans.__('Template')}
          choices={[{ value: '', name: trans.__('None') }, ...named]}
        />
        <Select option="output" label={trans.__('Result')} choices={outputs} />
      </div>
    </>
  );
}

interface IChoice {
  readonly value: string;
  readonly name: string;
  /** Why it can't be chosen. */
  readonly refused?: string;
}

interface ISelectProps {
  readonly option: keyof IOptions;
  readonly label: string;
  readonly choices: readonly IChoice[];
}

function Select({ option, label, choices }: ISelectProps): JSX.Element {
  const { composer } = useServices();
  const value = useComposer(state => state.options[option]);
  const id = useId();
  // What is kept may be gone, or not known yet.
  const all = choices.some(one => one.value === value) ? choices : [...choices, { value, name: value }];
  return (
    <span className="jca-Options-one">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        value={value}
        onChange={event => composer.getState().setOptions({ [option]: event.target.value })}
      >
        {all.map(one => (
          <option key={one.value} value={one.value} disabled={Boolean(one.refused)}>
            {one.refused ? `${one.name} - ${one.refused}` : one.name}
          </option>
        ))}
      </select>
    </span>
  );
}

function choicesOf(names: Readonly<Record<string, string>>): readonly IChoice[] {
  return Object.entries(names).map(([value, name]) => ({ value, name }));
}
