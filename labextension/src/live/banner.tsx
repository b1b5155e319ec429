/** That the connection is lost, and what can be done about it. */
import React from 'react';
import { useLive, useServices } from '../panel/services';

export function ConnectionBanner(): JSX.Element | null {
  const { live, trans } = useServices();
  const connection = useLive(state => state.connection);
  const why = useLive(state => state.why);
  if (connection !== 'offline' && connection !== 'refused') {
    return null;
  }
  const refused = connection === 'refused';
  return (
    <div className="jca-Banner jca-mod-warn" role="status">
      <span title={why}>
        {refused
          ? trans.__('This page is no longer logged in. Reload it to go on.')
          : trans.__('No connection to the coding agent. Trying again …')}
      </span>
      <button
        type="button"
        className="jca-Button"
        onClick={() => (refused ? window.location.reload() : live.retry())}
      >
        {refused ? trans.__('Reload') : trans.__('Try now')}
      </button>
    </div>
  );
}
