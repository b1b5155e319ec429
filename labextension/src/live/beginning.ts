/** Where a page that has heard nothing yet begins to listen: before the first event of whatever is still going on. */
import { answer } from '../api/client';
import type { Agent } from '../api/client';
import { readEvents } from '../api/events';

const MOST = 100;

/** Its events are then told from their beginning by the one stream. Null where nothing is going on. Rejects with AgentError. */
export async function beginningOf(agent: Agent, signal: AbortSignal): Promise<number | null> {
  const lists = await Promise.all(
    (['running', 'pending'] as const).map(status =>
      answer(agent.rest.GET('/executions', { params: { query: { status, limit: MOST } }, signal }))
    )
  );
  const going = lists.flatMap(list => list.executions);
  if (!going.length) {
    return null;
  }
  const oldest = going.reduce((one, other) => (other.created_at < one.created_at ? other : one));
  const first = await firstEvent(agent, oldest.execution_id, signal);
  return first === null ? null : first - 1;
}

/** The id of the event that an execution began with. */
async function firstEvent(agent: Agent, id: string, signal: AbortSignal): Promise<number | null> {
  const headers = { Accept: 'text/event-stream' };
  const response = await agent.open(`/execute/${encodeURIComponent(id)}/stream`, { headers, signal });
  let first: number | null = null;
  await readEvents(response, event => {
    first = event.id;
    return false;
  });
  return first;
}
