/** How an execution stands: attempt, signals, time, model, cost; and the button that ends it. */
import { stopIcon } from '@jupyterlab/ui-components';
import React from 'react';
import { isFinal } from '../live/run';
import { signalName, statusWord, toneOf } from '../notebook/words';
import { IconButton } from '../panel/parts';
import { useServices } from '../panel/services';
import { useExecution } from '../panel/useExecution';

export function ExecutionStatus({ id }: { readonly id: string }): JSX.Element {
  const { live, trans } = useServices();
  const { view, run } = useExecution(id);
  const status = run?.status ?? view?.status ?? 'pending';
  return (
    <div className={`jca-Status jca-mod-${toneOf(status)}`} role="status">
      <strong>{statusWord(trans, status)}</strong>
      {run && !isFinal(status) && <span>{trans.__('attempt %1 of %2', run.attempt, run.of)}</span>}
      {Object.entries(run?.lights ?? {}).map(([name, light]) => (
        <span key={name}>{`${signalName(trans, name)}: ${light}`}</span>
      ))}
      {!isFinal(status) && (
        <IconButton icon={stopIcon} label={trans.__('Cancel')} act={() => void live.cancel(id)} />
      )}
    </div>
  );
}
