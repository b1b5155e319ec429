/** An agent that answers from a table, in the way that the real one is asked: over a Request. */
import { Agent } from '../api/client';

/** What every first message does before it is sent. */
const ALWAYS: Readonly<Record<string, unknown>> = {
  'POST /sessions': { session_id: 'ses_new', title: 'New session' }
};

/** `METHOD /path` (without the query) → its body, a Response, or a function that gives one from what was sent; what is asked is kept in `asked`. */
export function fakeAgent(answers: Readonly<Record<string, unknown>>): {
  agent: Agent;
  asked: { what: string; query: string; body: unknown }[];
} {
  const asked: { what: string; query: string; body: unknown }[] = [];
  const agent = new Agent(async (path, init) => {
    const [plain, query = ''] = path.split('?');
    const what = `${init.method ?? 'GET'} ${plain}`;
    const body: unknown = init.body ? JSON.parse(await new Response(init.body).text()) : null;
    asked.push({ what, query, body });
    const all = { ...ALWAYS, ...answers };
    if (!Object.hasOwn(all, what)) {
      return json({ message: `No answer for ${what}`, reason: 'not_found' }, 404);
    }
    const found = all[what];
    const said: unknown =
      typeof found === 'function' ? await (found as (body: unknown) => unknown)(body) : found;
    return said instanceof Response ? said : json(said);
  });
  return { agent, asked };
}

export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'Content-Type': 'application/json', ...headers }
  });
}
