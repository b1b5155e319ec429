/** An execution once more: as it was, with a change, or what it came to without a model. */
import { HTMLSelect } from '@jupyterlab/ui-components';
import React, { useState } from 'react';
import { answer } from '../api/client';
import type { Wire } from '../api/client';
import { Sorry } from '../panel/parts';
import { useServices } from '../panel/services';
import type { Summary } from './history';

type Mode = Wire['ReplayRequest']['mode'];
type Tier = 'simple' | 'medium' | 'complex';

const TIERS: readonly Tier[] = ['simple', 'medium', 'complex'];

interface IAgainProps {
  readonly summary: Summary;
  close(): void;
}

export function Again({ summary, close }: IAgainProps): JSX.Element {
  const { agent, live, panel, trans } = useServices();
  const [mode, setMode] = useState<Mode>('again');
  const [words, setWords] = useState('');
  const [attempts, setAttempts] = useState('');
  const [tier, setTier] = useState<Tier | ''>('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const [done, setDone] = useState<Wire['Replayed'] | null>(null);
  const send = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      const changed = {
        ...(words.trim() ? { prompt_suffix: words.trim() } : {}),
        ...(attempts ? { max_attempts: Number(attempts) } : {}),
        ...(tier ? { tier } : {})
      };
      const body: Wire['ReplayRequest'] = { mode, ...(mode === 'again' ? { modifications: changed } : {}) };
      const params = { path: { execution_id: summary.execution_id } };
      const replayed = await answer(agent.rest.POST('/executions/{execution_id}/replay', { params, body }));
      live.expect(replayed.new_execution_id);
      if (replayed.differs.length) {
        setDone(replayed);
      } else {
        panel.setState({ execution: replayed.new_execution_id });
        close();
      }
    } catch (reason) {
      setError(reason as Error);
    } finally {
      setBusy(false);
    }
  };
  if (done) {
    return (
      <div className="jca-Again" role="status">
        <p>{trans.__('It runs, but not exactly as it was:')}</p>
        <ul>
          {done.differs.map(one => (
            <li key={one.what}>{one.message}</li>
          ))}
        </ul>
        <button
          type="button"
          className="jca-Button jca-mod-accent"
          onClick={() => {
            panel.setState({ execution: done.new_execution_id });
            close();
          }}
        >
          {trans.__('Show it')}
        </button>
      </div>
    );
  }
  return (
    <form
      className="jca-Again"
      aria-label={trans.__('Do it again')}
      onSubmit={event => {
        event.preventDefault();
        void send();
      }}
    >
      <label>
        {trans.__('How')}
        <HTMLSelect
          value={mode}
          options={[
            { value: 'again', label: trans.__('ask the models again') },
            { value: 'from_recording', label: trans.__('prove the recorded code again, without a model') }
          ]}
          onChange={event => setMode(event.target.value as Mode)}
        />
      </label>
      {mode === 'again' && (
        <>
          <label>
            {trans.__('More words for the request')}
            <textarea rows={2} value={words} onChange={event => setWords(event.target.value)} />
          </label>
          <label>
            {trans.__('Tier')}
            <HTMLSelect
              value={tier}
              options={[
                { value: '', label: trans.__('as it was') },
                ...TIERS.map(value => ({ value, label: value }))
              ]}
              onChange={event => setTier(event.target.value as Tier | '')}
            />
          </label>
          <label>
            {trans.__('Attempts at most')}
            <HTMLSelect
              value={attempts}
              options={[
                { value: '', label: trans.__('as it was') },
                ...['1', '2', '3', '4', '5'].map(value => ({ value, label: value }))
              ]}
              onChange={event => setAttempts(event.target.value)}
            />
          </label>
        </>
      )}
      {error && <Sorry error={error} />}
      <div className="jca-Again-buttons">
        <button type="submit" className="jca-Button jca-mod-accent" disabled={busy}>
          {trans.__('Replay')}
        </button>
        <button type="button" className="jca-Button" onClick={close}>
          {trans.__('Close')}
        </button>
      </div>
    </form>
  );
}
