/** What is missing before the agent can work, in a sentence above every view, and one button that leads to what to do. */
import { closeIcon, refreshIcon } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { AgentError } from '../api/client';
import type { Wire } from '../api/client';
import { IconButton } from '../panel/parts';
import { usePanel, useServices } from '../panel/services';
import { useHealth } from './useHealth';
import { useTemplatesOnly } from './templatesOnly';

interface ILack {
  /** `models`: the templates answer, so that one may go on without. */
  readonly part: 'engine' | 'models';
  readonly sentence: string;
}

export function FirstUse(): JSX.Element | null {
  const { panel, trans } = useServices();
  const { service, health, modelless, error, busy, dismissed } = useHealth();
  const [templatesOnly, goOn] = useTemplatesOnly();
  const view = usePanel(state => state.view);
  const lack = error ? unanswered(trans, error) : health && lackOf(trans, health, modelless);
  // The setup says it all at more length.
  if (!lack || lack.sentence === dismissed || view === 'setup' || (lack.part === 'models' && templatesOnly)) {
    return null;
  }
  const models = lack.part === 'models';
  const dismiss = (): void => {
    service.dismiss(lack.sentence);
    if (models) {
      goOn();
    }
  };
  return (
    <div className={`jca-Banner jca-FirstUse ${models ? '' : 'jca-mod-warn'}`} role="status">
      <span className="jca-FirstUse-sentence">{lack.sentence}</span>
      <span className="jca-FirstUse-acts">
        <button
          type="button"
          className="jca-Button"
          onClick={() => panel.setState({ view: 'setup', execution: null })}
        >
          {models ? trans.__('Set up a model') : trans.__('What to do')}
        </button>
        {!models && (
          <IconButton
            icon={refreshIcon}
            label={trans.__('Check again')}
            disabled={busy}
            act={() => void service.check()}
          />
        )}
        <IconButton
          icon={closeIcon}
          label={models ? trans.__('Go on with the templates only') : trans.__('Dismiss')}
          act={dismiss}
        />
      </span>
    </div>
  );
}

/** The part that is needed most, of those that nothing or little works without. */
function lackOf(trans: TranslationBundle, { checks }: Wire['Health'], modelless: boolean): ILack | null {
  if (checks.storage.state === 'missing') {
    return { part: 'engine', sentence: checks.storage.sentence };
  }
  if (checks.runner.state !== 'ok') {
    return { part: 'engine', sentence: checks.runner.sentence };
  }
  return modelless
    ? { part: 'models', sentence: trans.__('Without a model the built-in templates answer.') }
    : null;
}

/** A server without the agent, or with one that could not start, says so itself. */
function unanswered(trans: TranslationBundle, error: Error): ILack | null {
  const status = error instanceof AgentError ? error.status : 0;
  if (status === 404) {
    return { part: 'engine', sentence: trans.__('The coding agent is not enabled in this Jupyter server.') };
  }
  // Where nobody answers or the login has ended, the connection's own banner says so.
  return status >= 500 ? { part: 'engine', sentence: error.message } : null;
}
