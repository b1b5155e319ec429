/** What has happened, event by event, and what the code printed. */
import React from 'react';
import { eventSentence } from '../live/words';
import { useLive, useServices } from '../panel/services';
import type { IFacetProps } from '../panel/view';

export default function Log({ execution }: IFacetProps): JSX.Element {
  const { trans } = useServices();
  const events = useLive(state => state.runs[execution.execution_id]?.events) ?? [];
  return (
    <ol className="jca-Log">
      {events.map(event => (
        <li key={event.id}>{eventSentence(trans, event)}</li>
      ))}
    </ol>
  );
}
