import { act, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React from 'react';
import { VirtuosoMockContext } from 'react-virtuoso';
import { ServicesProvider } from '../panel/services';
import type { IServices } from '../panel/services';
import { fakeAgent, json } from '../testing/agents';
import { fakeServices } from '../testing/services';
import Chat from './chat';

function shown(services: IServices): void {
  render(
    <VirtuosoMockContext.Provider value={{ viewportHeight: 2000, itemHeight: 100 }}>
      <ServicesProvider value={services}>
        <Chat />
      </ServicesProvider>
    </VirtuosoMockContext.Provider>
  );
}

function message(id: string, role: string, text: string, more: object = {}): object {
  const plain = { execution_id: null, status: null, files: {}, pinned: false };
  return { message_id: id, role, text, created_at: '2026-01-01T00:00:00Z', ...plain, ...more };
}

function session(...messages: object[]): object {
  const count = messages.length;
  return { session_id: 'ses_1', title: 'Orders', message_count: count, messages, page: 1 };
}

test('a newcomer is shown what to ask; an example is put where messages are written', async () => {
  const { agent, asked } = fakeAgent({});
  shown(fakeServices(agent));
  const examples = screen.getByRole('list', { name: 'Try one of these' });
  const [first] = within(examples).getAllByRole('button');
  await userEvent.click(first);
  const field = screen.getByRole('textbox', { name: 'Message to the coding agent' });
  expect((field as HTMLTextAreaElement).value).toBe(first.textContent);
  expect(asked).toEqual([]);
});

test('what is sent is shown at once, once, and stays in the field where it is refused', async () => {
  let refuse: (response: Response) => void = () => undefined;
  const { agent } = fakeAgent({
    'GET /sessions/ses_1': session(message('msg_1', 'user', 'Use polars')),
    'POST /chat': () => new Promise<Response>(resolve => (refuse = resolve))
  });
  const services = fakeServices(agent);
  services.panel.setState({ session: 'ses_1' });
  shown(services);
  await screen.findByText('Use polars');
  const field = screen.getByRole('textbox', { name: 'Message to the coding agent' });
  await userEvent.type(field, 'Faster');
  await userEvent.click(screen.getByRole('button', { name: 'Send' }));
  expect(await screen.findByText('sending …')).toBeTruthy();
  act(() => refuse(json({ message: 'The day’s quota is used up.' }, 429)));
  expect((await screen.findByRole('alert')).textContent).toContain('The day’s quota is used up.');
  await waitFor(() => expect(screen.queryByText('sending …')).toBeNull());
  expect((field as HTMLTextAreaElement).value).toBe('Faster');
});

test('an answer is shown as it comes and is replaced by its message', async () => {
  let now = session(message('msg_1', 'user', 'Why?'));
  const { agent } = fakeAgent({ 'GET /sessions/ses_1': () => now });
  const services = fakeServices(agent);
  services.panel.setState({ session: 'ses_1' });
  shown(services);
  await screen.findByText('Why?');
  const answer = { sessionId: 'ses_1', text: 'Because', done: false, error: '', replyId: '', at: 1 };
  act(() => services.live.store.setState({ answers: { msg_1: answer } }));
  expect(await screen.findByText('Because')).toBeTruthy();
  expect(screen.getByText('The agent is answering.')).toBeTruthy();
  now = session(message('msg_1', 'user', 'Why?'), message('msg_2', 'assistant', 'Because of this.'));
  const done = { ...answer, text: 'Because of this.', done: true, replyId: 'msg_2' };
  act(() => services.live.store.setState({ answers: { msg_1: done } }));
  await waitFor(() => expect(screen.getAllByRole('article')).toHaveLength(2));
  expect(screen.queryByText('answering …')).toBeNull();
});

test('an answer that broke off says why, also when it is found again', async () => {
  const said = 'It is\n\nNo model answered.';
  let now = session(message('msg_1', 'user', 'Why?'));
  const { agent } = fakeAgent({ 'GET /sessions/ses_1': () => now });
  const services = fakeServices(agent);
  services.panel.setState({ session: 'ses_1' });
  shown(services);
  await screen.findByText('Why?');
  now = session(message('msg_1', 'user', 'Why?'), message('msg_2', 'assistant', said, { status: 'failed' }));
  const answer = { sessionId: 'ses_1', text: said, done: true, error: 'No model answered.', at: 1 };
  act(() => services.live.store.setState({ answers: { msg_1: { ...answer, replyId: '' } } }));
  expect((await screen.findByRole('alert')).textContent).toContain('No model answered.');
  act(() => services.live.store.setState({ answers: { msg_1: { ...answer, replyId: 'msg_2' } } }));
  await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
  const [, broken] = screen.getAllByRole('article');
  await waitFor(() => expect(broken.querySelector('.jca-Sorry')?.textContent).toMatch(/It is\s+No model/));
});

test('an execution has one card, at the latest of its messages', async () => {
  const { agent } = fakeAgent({
    'GET /sessions/ses_1': session(
      message('msg_1', 'user', 'Double it', { execution_id: 'exe_1' }),
      message('msg_2', 'assistant', 'Doubled.', { execution_id: 'exe_1', status: 'passed' })
    ),
    'GET /execute/exe_1': { execution_id: 'exe_1', status: 'passed', files: {} }
  });
  const services = fakeServices(agent);
  services.panel.setState({ session: 'ses_1' });
  shown(services);
  const [request, result] = await screen.findAllByRole('article');
  expect(within(request).queryByRole('button', { name: 'Details' })).toBeNull();
  await userEvent.click(within(result).getByRole('button', { name: 'Details' }));
  expect(services.panel.getState().execution).toBe('exe_1');
});

test('a message is pinned', async () => {
  const pinned = message('msg_1', 'user', 'Use polars', { pinned: true });
  const { agent, asked } = fakeAgent({
    'GET /sessions/ses_1': session(message('msg_1', 'user', 'Use polars')),
    'PATCH /sessions/ses_1/messages/msg_1': pinned
  });
  const services = fakeServices(agent);
  services.panel.setState({ session: 'ses_1' });
  shown(services);
  await userEvent.click(await screen.findByRole('button', { name: /^Pin/ }));
  const pin = await screen.findByRole('button', { name: /^Unpin/ });
  expect(pin.getAttribute('aria-pressed')).toBe('true');
  expect(asked.at(-1)?.body).toEqual({ pinned: true });
});

test('a session that is gone is said to be, with the way on', async () => {
  const { agent } = fakeAgent({});
  const services = fakeServices(agent);
  services.panel.setState({ session: 'ses_1' });
  shown(services);
  await userEvent.click(await screen.findByRole('button', { name: 'Begin a new session' }));
  expect(services.panel.getState().session).toBeNull();
});
