import { fakeAgent, json } from '../testing/agents';
import { fakeServices } from '../testing/services';

const REPLY = { session_id: 'ses_new', message_id: 'msg_1', reply: 'Yes.', execution_id: null };

test('the first message begins a session, which is shown before the answer is there', async () => {
  let shown: string | null = '';
  const { agent, asked } = fakeAgent({
    'POST /chat': () => {
      shown = services.panel.getState().session;
      return REPLY;
    }
  });
  const services = fakeServices(agent);
  await services.conversation.say({ message: 'Why?' });
  expect(shown).toBe('ses_new');
  const chats = asked.filter(({ what }) => what === 'POST /chat');
  expect(chats.map(({ body }) => body)).toEqual([{ message: 'Why?', session_id: 'ses_new' }]);
  expect(services.conversation.store.getState().sending).toEqual([]);
});

test('a refused first message leaves no empty session, and rejects so that its text is kept', async () => {
  const { agent, asked } = fakeAgent({
    'POST /chat': () => json({ message: 'No model answers.', reason: 'model_unavailable' }, 503),
    'GET /sessions/ses_new': { session_id: 'ses_new', message_count: 0 },
    'DELETE /sessions/ses_new': () => new Response(null, { status: 204 })
  });
  const services = fakeServices(agent);
  await expect(services.conversation.say({ message: 'Why?' })).rejects.toThrow('No model answers.');
  expect(asked.map(({ what }) => what)).toContain('DELETE /sessions/ses_new');
  expect(services.panel.getState().session).toBeNull();
  expect(services.conversation.store.getState().sending).toEqual([]);
});

test('a question that was stored before it failed keeps its session', async () => {
  const { agent, asked } = fakeAgent({
    'POST /chat': () => json({ message: 'No model answers.' }, 503),
    'GET /sessions/ses_new': { session_id: 'ses_new', message_count: 1 }
  });
  const services = fakeServices(agent);
  await expect(services.conversation.say({ message: 'Why?' })).rejects.toThrow();
  expect(asked.map(({ what }) => what)).not.toContain('DELETE /sessions/ses_new');
  expect(services.panel.getState().session).toBe('ses_new');
});

test('who has gone to another session meanwhile stays there', async () => {
  const { agent } = fakeAgent({
    'POST /chat': () => {
      services.panel.setState({ session: 'ses_other' });
      return REPLY;
    }
  });
  const services = fakeServices(agent);
  await services.conversation.say({ message: 'Why?' });
  expect(services.panel.getState().session).toBe('ses_other');
});
