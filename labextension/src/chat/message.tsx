/** One message, and the execution that it began or came of. */
import React from 'react';
import type { Wire } from '../api/client';
import { useServices } from '../panel/services';
import { ExecutionStatus } from '../status/status';

export function Message({ message }: { readonly message: Wire['MessageView'] }): JSX.Element {
  const { panel } = useServices();
  const execution = message.execution_id;
  return (
    <article className={`jca-Message jca-mod-${message.role}`}>
      <p>{message.text}</p>
      {execution && (
        <>
          <ExecutionStatus id={execution} />
          <button type="button" className="jca-Button" onClick={() => panel.setState({ execution })}>
            Details
          </button>
        </>
      )}
    </article>
  );
}
