/** That the connection is lost, and what can be done about it. */
import React from 'react';
import { useLive, useServices } from '../panel/services';

export function ConnectionBanner(): JSX.Element | null {
  const { live, trans } = useServices();
  const connection = useLive(state => state.connection);
  const why = useLive(state => state.why);
  const lost = connection === 'offline' || connection === 'refused';
  const refused = connection === 'refused';
  return (
    // The region is there before it has anything to say: only so do screen readers read it out.
    <div role="status">
      {lost && (
        <div className="jca-Banner">
          <span>
            {refused
              ? trans.__('This page is no longer logged in. Reload it to go on.')
              : why || trans.__('No connection to the coding agent. Trying again …')}
          </span>
          <button
            type="button"
            className="jca-Button"
            onClick={() => (refused ? window.location.reload() : live.retry())}
          >
            {refused ? trans.__('Reload') : trans.__('Try now')}
          </button>
        </div>
      )}
    </div>
  );
}
