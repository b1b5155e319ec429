import { showDialog } from '@jupyterlab/apputils';
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React from 'react';
import { fakeAgent, json } from '../testing/agents';
import { fakeServices, show } from '../testing/services';
import { fileName } from './actions';
import Sessions from './sessions';

// The browser's own dialog, which jsdom has not; the browser tests answer the real one.
jest.mock('@jupyterlab/apputils', () => ({
  ...jest.requireActual<object>('@jupyterlab/apputils'),
  showDialog: jest.fn()
}));
const asks = jest.mocked(showDialog);

function session(id: string, title: string, count = 2): object {
  const at = '2026-01-01T00:00:00Z';
  return { session_id: id, title, message_count: count, created_at: at, updated_at: at, snippet: null };
}

/** jsdom's files can't be read as the browser's can. */
function file(name: string, text: string): File {
  return Object.assign(new File([text], name), { text: () => Promise.resolve(text) });
}

const LIST = { sessions: [session('ses_1', 'Orders'), session('ses_2', 'Prices')], total: 2, page: 1 };

test('by keyboard: arrows go through the list, Enter resumes', async () => {
  const { agent } = fakeAgent({ 'GET /sessions': LIST });
  const services = fakeServices(agent);
  show(<Sessions />, services);
  const first = await screen.findByRole('button', { name: /^Orders/ });
  first.focus();
  await userEvent.keyboard('{ArrowDown}{Enter}');
  expect(services.panel.getState()).toMatchObject({ session: 'ses_2', view: 'chat' });
});

test('F2 renames; a refused title stays where it was typed', async () => {
  let times = 0;
  const { agent, asked } = fakeAgent({
    'GET /sessions': LIST,
    'PATCH /sessions/ses_1': () =>
      times++ ? session('ses_1', 'Clean orders') : json({ message: 'Not now.' }, 503)
  });
  show(<Sessions />, fakeServices(agent));
  (await screen.findByRole('button', { name: /^Orders/ })).focus();
  await userEvent.keyboard('{F2}');
  const field = screen.getByRole('textbox', { name: 'Title of the session' });
  await userEvent.clear(field);
  await userEvent.type(field, 'Clean orders{Enter}');
  expect((await screen.findByRole('alert')).textContent).toContain('Not now.');
  expect((field as HTMLInputElement).value).toBe('Clean orders');
  await userEvent.type(field, '{Enter}');
  await waitFor(() => expect(screen.queryByRole('textbox', { name: 'Title of the session' })).toBeNull());
  expect(asked.filter(({ what }) => what.startsWith('PATCH')).at(-1)?.body).toEqual({
    title: 'Clean orders'
  });
});

test('Delete asks first, says what goes, and lets go of the session that is shown', async () => {
  const { agent, asked } = fakeAgent({
    'GET /sessions': LIST,
    'DELETE /sessions/ses_1': () => new Response(null, { status: 204 })
  });
  const services = fakeServices(agent);
  services.panel.setState({ session: 'ses_1' });
  show(<Sessions />, services);
  const deletions = (): number => asked.filter(({ what }) => what.startsWith('DELETE')).length;
  (await screen.findByRole('button', { name: /^Orders/ })).focus();
  asks.mockResolvedValueOnce({ button: { accept: false } } as never);
  await userEvent.keyboard('{Delete}');
  expect(asks.mock.lastCall?.[0]?.body).toContain('Its 2 messages go for good.');
  expect(deletions()).toBe(0);
  asks.mockResolvedValueOnce({ button: { accept: true } } as never);
  await userEvent.keyboard('{Delete}');
  await waitFor(() => expect(deletions()).toBe(1));
  await waitFor(() => expect(services.panel.getState().session).toBeNull());
});

test('words are looked for; what has no word is not asked', async () => {
  const { agent, asked } = fakeAgent({ 'GET /sessions': LIST });
  show(<Sessions />, fakeServices(agent));
  const field = await screen.findByRole('searchbox', { name: 'Search the sessions' });
  await userEvent.type(field, '? po');
  await waitFor(() => expect(asked.at(-1)?.query).toContain('q=%3F%20po'));
  expect(asked.some(({ query }) => /q=%3F(&|$)/.test(query))).toBe(false);
});

test('a file that is no session is refused in words, another opens', async () => {
  const { agent, asked } = fakeAgent({
    'GET /sessions': LIST,
    'POST /sessions/import': session('ses_3', 'Brought')
  });
  const services = fakeServices(agent);
  show(<Sessions />, services);
  const field = await screen.findByLabelText('File to import');
  await userEvent.upload(field, file('bad.json', 'no'));
  expect((await screen.findByRole('alert')).textContent).toContain('bad.json');
  await userEvent.upload(field, file('good.ipynb', '{"nbformat": 4}'));
  await waitFor(() => expect(services.panel.getState().session).toBe('ses_3'));
  expect(asked.at(-1)?.body).toEqual({ document: { nbformat: 4 } });
});

test('a title is a file name everywhere', () => {
  expect(fileName('../a/b: "c"?')).toBe('a b c');
  expect(fileName('...')).toBe('session');
});
