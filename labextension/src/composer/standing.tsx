/** One line about the session's last execution: language, quality, model, cost, as the server has computed them. */
import React from 'react';
import { answer } from '../api/client';
import { useAsked } from '../panel/asking';
import { useLive, usePanel, useServices } from '../panel/services';
import { isFinal } from '../live/run';
import { money } from '../status/words';

export function Standing(): JSX.Element | null {
  const { agent, live, panel, trans } = useServices();
  const session = usePanel(state => state.session);
  // One begins or ends: that is when the last one may be another or has more to say.
  const heard = useLive(
    ({ runs }) =>
      Object.values(runs).filter(run => isFinal(run.status)).length * 1000 + Object.keys(runs).length
  );
  const changes = useLive(state => state.changes.executions);
  const reconnections = useLive(state => state.reconnections);
  const { data } = useAsked(async () => {
    if (session === null) {
      return null;
    }
    const params = { query: { session_id: session, limit: 1 } };
    const { executions } = await answer(agent.rest.GET('/executions', { params }));
    return executions.length ? live.view(executions[0].execution_id) : null;
  }, [session, heard, changes, reconnections]);
  const run = useLive(state => (data ? state.runs[data.execution_id] : undefined));
  if (!data || data.session_id !== session) {
    return null;
  }
  const running = !isFinal(data.status);
  const model = (running && run?.model) || data.model;
  const cost = running ? (run?.cost ?? data.cost) : data.cost;
  const facts = [
    data.language,
    data.quality_score === null ? null : trans.__('quality %1', data.quality_score),
    model,
    cost > 0
      ? money(cost)
      : model === 'templates'
        ? null
        : isFinal(data.status) && model
          ? trans.__('no cost')
          : null
  ].filter(Boolean);
  return facts.length ? (
    <button
      type="button"
      className="jca-Standing"
      title={trans.__('Last execution: %1. Show its details.', facts.join(' · '))}
      onClick={() => panel.setState({ execution: data.execution_id })}
    >
      <span className="jca-Unseen">{trans.__('Last execution:')} </span>
      {facts.join(' · ')}
    </button>
  ) : null;
}
