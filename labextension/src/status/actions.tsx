/** What can be done with an execution: end it, ask again, do it again, trust a package that it waits for. */
import { historyIcon, refreshIcon, stopIcon } from '@jupyterlab/ui-components';
import React, { useState } from 'react';
import { AgentError, answer } from '../api/client';
import type { Wire } from '../api/client';
import { IconButton, Sorry } from '../panel/parts';
import { useServices } from '../panel/services';
import type { IServices } from '../panel/services';
import { packageToApprove } from './words';

interface IActionsProps {
  readonly id: string;
  readonly ended: boolean;
  readonly cancelling: boolean;
  readonly view: Wire['ExecutionView'] | null;
}

const CONFLICT = 409;

export function Actions({ id, ended, cancelling, view }: IActionsProps): JSX.Element {
  const services = useServices();
  const { live, trans } = services;
  const [asking, setAsking] = useState(false);
  const { busy, error, act } = useAct();
  const unknown = view ? packageToApprove(view) : '';
  const approve = (): Promise<void> => retry(services, id, view, { approved_packages: [unknown] });
  return (
    <>
      <div className="jca-Status-actions">
        {!ended && (
          <IconButton
            icon={stopIcon}
            label={cancelling ? trans.__('Cancelling …') : trans.__('Cancel')}
            disabled={cancelling || busy}
            act={() => void act(() => cancel(services, id))}
          />
        )}
        {ended && (
          <>
            <IconButton
              icon={refreshIcon}
              label={trans.__('Retry …')}
              pressed={asking}
              disabled={busy}
              act={() => setAsking(!asking)}
            />
            <IconButton
              icon={historyIcon}
              label={trans.__('Replay: the same request, context and models')}
              disabled={busy}
              act={() => void act(() => replay(services, id, view))}
            />
          </>
        )}
      </div>
      {unknown && (
        <p className="jca-Status-approval">
          {trans.__('It wants to install %1, which is not well known.', unknown)}{' '}
          <button type="button" className="jca-Button" disabled={busy} onClick={() => void act(approve)}>
            {trans.__('Trust %1 and try again', unknown)}
          </button>
        </p>
      )}
      {asking && ended && (
        <Retry
          busy={busy}
          send={words => act(() => retry(services, id, view, words ? { custom_prompt: words } : {}))}
          close={() => setAsking(false)}
        />
      )}
      {error && (
        <Sorry
          error={error}
          again={error instanceof AgentError && !ended ? live.retry.bind(live) : undefined}
        />
      )}
    </>
  );
}

interface IRetryProps {
  readonly busy: boolean;
  /** Whether it was taken. */
  send(words: string): Promise<boolean>;
  close(): void;
}

/** More words for the same request; they stay where the server does not take them. */
function Retry({ busy, send, close }: IRetryProps): JSX.Element {
  const { trans } = useServices();
  const [words, setWords] = useState('');
  const submit = (): void => void send(words.trim()).then(taken => taken && close());
  return (
    <form
      className="jca-Status-retry"
      onSubmit={event => {
        event.preventDefault();
        submit();
      }}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          close();
        } else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
          event.preventDefault();
          submit();
        }
      }}
    >
      <label>
        {trans.__('More words for the request (not needed)')}
        <textarea rows={2} value={words} autoFocus onChange={event => setWords(event.target.value)} />
      </label>
      <div>
        <button type="submit" className="jca-Button jca-mod-accent" disabled={busy}>
          {trans.__('Retry')}
        </button>
        <button type="button" className="jca-Button" onClick={close}>
          {trans.__('Close')}
        </button>
      </div>
    </form>
  );
}

/** One thing at a time, and what went wrong with it. */
function useAct(): { busy: boolean; error: Error | null; act(work: () => Promise<void>): Promise<boolean> } {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const act = async (work: () => Promise<void>): Promise<boolean> => {
    setBusy(true);
    setError(null);
    try {
      await work();
      return true;
    } catch (reason) {
      setError(reason instanceof Error ? reason : new Error(String(reason)));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, error, act };
}

async function cancel({ live }: IServices, id: string): Promise<void> {
  try {
    await live.cancel(id);
  } catch (error) {
    // It has ended meanwhile: what it came to is what there is to see.
    if (!(error instanceof AgentError) || error.status !== CONFLICT) {
      throw error;
    }
  }
}

/** Ask for the same again, with more words or more trust. Rejects with AgentError. */
export async function retry(
  services: IServices,
  id: string,
  view: Wire['ExecutionView'] | null,
  body: Wire['RetryRequest']
): Promise<void> {
  const params = { path: { execution_id: id } };
  const accepted = await answer(services.agent.rest.POST('/execute/{execution_id}/retry', { params, body }));
  follow(services, id, accepted.execution_id, view);
}

async function replay(services: IServices, id: string, view: Wire['ExecutionView'] | null): Promise<void> {
  const params = { path: { execution_id: id } };
  const accepted = await answer(
    services.agent.rest.POST('/executions/{execution_id}/replay', { params, body: {} })
  );
  follow(services, id, accepted.new_execution_id, view);
}

/** Show the new one where the old one was looked at: in its details, or among the messages of its session. */
function follow(
  { conversation, live, panel }: IServices,
  old: string,
  next: string,
  view: Wire['ExecutionView'] | null
): void {
  live.expect(next);
  conversation.store.setState(({ version }) => ({ version: version + 1 }));
  const { execution, session } = panel.getState();
  if (execution === old || !view?.session_id || view.session_id !== session) {
    panel.setState({ execution: next });
  }
}
