/** The settings of the server that are in force: value, where it is from, what it does. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useState } from 'react';
import { answer } from '../api/client';
import type { Wire } from '../api/client';
import { useAsked } from '../panel/asking';
import { Nothing } from '../panel/parts';
import { useServices } from '../panel/services';
import { Answered } from './section';

export function Settings(): JSX.Element {
  const { agent } = useServices();
  const asked = useAsked(() => answer(agent.rest.GET('/config')), []);
  return <Answered asked={asked} show={config => <Listed config={config} />} />;
}

function Listed({ config }: { readonly config: Wire['Configuration'] }): JSX.Element {
  const { trans } = useServices();
  const [wanted, setWanted] = useState('');
  const [changed, setChanged] = useState(false);
  const shown = config.settings.filter(
    one => (!changed || one.source !== 'default') && matches(one, wanted.trim().toLowerCase())
  );
  return (
    <div className="jca-Config">
      <div className="jca-Config-choose">
        <input
          type="search"
          className="jca-Input"
          aria-label={trans.__('Search the settings')}
          placeholder={trans.__('Search the settings')}
          value={wanted}
          onChange={event => setWanted(event.target.value)}
        />
        <label>
          <input type="checkbox" checked={changed} onChange={event => setChanged(event.target.checked)} />
          {trans.__('Only what was changed')}
        </label>
      </div>
      <ul className="jca-Config-list" aria-label={trans.__('Settings of the server')}>
        {shown.map(setting => (
          <Setting key={setting.name} setting={setting} />
        ))}
      </ul>
      {!shown.length && <Nothing>{trans.__('No setting is like that.')}</Nothing>}
      <Secrets secrets={config.secrets} />
    </div>
  );
}

function Setting({ setting }: { readonly setting: Wire['Setting'] }): JSX.Element {
  const { trans } = useServices();
  return (
    <li className={`jca-Setting ${setting.source === 'default' ? '' : 'jca-mod-changed'}`}>
      <code className="jca-Setting-name">{setting.name}</code>
      <span className="jca-Setting-value">
        <code>{shownValue(setting.value)}</code>{' '}
        <span className="jca-Setting-source">{sourceName(trans, setting)}</span>
      </span>
      <p>{setting.help}</p>
    </li>
  );
}

function Secrets({ secrets }: { readonly secrets: Wire['Configuration']['secrets'] }): JSX.Element {
  const { trans } = useServices();
  const rows = Object.entries(secrets).map(([name, set]) => (
    <li key={name}>
      <code>{name}</code> {set ? trans.__('is set') : trans.__('is not set')}
    </li>
  ));
  return (
    <>
      <h4>{trans.__('Keys in the environment')}</h4>
      <ul className="jca-Config-secrets">{rows}</ul>
    </>
  );
}

function matches({ name, help, variable }: Wire['Setting'], wanted: string): boolean {
  return [name, help, variable ?? ''].some(text => text.toLowerCase().includes(wanted));
}

function shownValue(value: unknown): string {
  return typeof value === 'string' && value ? value : JSON.stringify(value);
}

function sourceName(trans: TranslationBundle, { source, variable }: Wire['Setting']): string {
  const names: Record<Wire['Setting']['source'], string> = {
    configuration: trans.__('from Jupyter’s configuration'),
    environment: trans.__('from %1', variable ?? trans.__('the environment')),
    default: variable ? trans.__('default; %1 changes it', variable) : trans.__('default')
  };
  return names[source];
}
