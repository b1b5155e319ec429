import { act, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React from 'react';
import { fakeAgent, json } from '../testing/agents';
import { fakeServices, show } from '../testing/services';
import History from './history';

function summary(id: string, changes: object = {}): object {
  return {
    execution_id: id,
    status: 'passed',
    prompt: `Request ${id}`,
    language: 'python',
    session_id: null,
    attempts: 2,
    quality_score: 9,
    cost: 0,
    created_at: '2026-01-01T00:00:00Z',
    finished_at: '2026-01-01T00:00:01Z',
    ...changes
  };
}

const STATS = { executions: 2, pass_rate: 0.5, mean_attempts: 1.5, cost_usd: 0, by_language: [] };
const LIST = { executions: [summary('exe_1'), summary('exe_2', { status: 'failed' })], total: 2, page: 1 };

test('filters are asked of the server, and what is chosen is opened', async () => {
  const { agent, asked } = fakeAgent({ 'GET /executions': LIST, 'GET /stats': STATS });
  const services = fakeServices(agent);
  show(<History />, services);
  await screen.findByText('Request exe_1');
  expect(screen.getByText(/2 executions · 50 % passed · 1.5 attempts each/)).toBeTruthy();
  await userEvent.selectOptions(screen.getByRole('combobox', { name: 'Status' }), 'failed');
  await waitFor(() => expect(asked.at(-1)?.query).toContain('status=failed'));
  await userEvent.click(screen.getByText('Request exe_2'));
  expect(services.panel.getState().execution).toBe('exe_2');
});

test('a replay says what was changed, and what differs is said before it is shown', async () => {
  const differs = [{ what: 'image', recorded: 'a', present: 'b', message: 'The image is another one.' }];
  const { agent, asked } = fakeAgent({
    'GET /executions': LIST,
    'GET /stats': STATS,
    'POST /executions/exe_1/replay': { new_execution_id: 'exe_3', differs }
  });
  const services = fakeServices(agent);
  services.live.start = () => undefined;
  show(<History />, services);
  await userEvent.click((await screen.findAllByRole('button', { name: 'Do it again …' }))[0]);
  await userEvent.type(screen.getByRole('textbox', { name: 'More words for the request' }), 'no pandas');
  await userEvent.selectOptions(screen.getByRole('combobox', { name: 'Attempts at most' }), '2');
  await userEvent.click(screen.getByRole('button', { name: 'Replay' }));
  expect(await screen.findByText('The image is another one.')).toBeTruthy();
  const sent = asked.find(one => one.what.startsWith('POST'))?.body;
  expect(sent).toEqual({ mode: 'again', modifications: { prompt_suffix: 'no pandas', max_attempts: 2 } });
  await userEvent.click(screen.getByRole('button', { name: 'Show it' }));
  expect(services.panel.getState().execution).toBe('exe_3');
});

test('what is refused is said, and the words stay', async () => {
  const { agent } = fakeAgent({
    'GET /executions': LIST,
    'GET /stats': STATS,
    'POST /executions/exe_1/replay': () => json({ message: 'Over the daily limit.' }, 429)
  });
  show(<History />, fakeServices(agent));
  await userEvent.click((await screen.findAllByRole('button', { name: 'Do it again …' }))[0]);
  await userEvent.type(screen.getByRole('textbox'), 'no pandas');
  await userEvent.click(screen.getByRole('button', { name: 'Replay' }));
  expect((await screen.findByRole('alert')).textContent).toContain('Over the daily limit.');
  expect(screen.getByRole<HTMLTextAreaElement>('textbox').value).toBe('no pandas');
});

test('two are compared by the server', async () => {
  const diff = { unified_diff: '', changes_summary: { files: 0, added: 0, removed: 0 } };
  const { agent, asked } = fakeAgent({
    'GET /executions': LIST,
    'GET /stats': STATS,
    'GET /execute/exe_1/diff': diff
  });
  show(<History />, fakeServices(agent));
  for (const button of await screen.findAllByRole('button', { name: 'Compare' })) {
    await userEvent.click(button);
  }
  expect(await screen.findByText('Both came to the same.')).toBeTruthy();
  expect(asked.at(-1)?.query).toBe('with_execution=exe_2');
});

test('the list is another once something has ended', async () => {
  let times = 0;
  const { agent } = fakeAgent({ 'GET /executions': () => (times++, LIST), 'GET /stats': STATS });
  const services = fakeServices(agent);
  show(<History />, services);
  await screen.findByText('Request exe_1');
  const before = times;
  const run = { id: 'exe_9', status: 'passed', events: [] };
  act(() => services.live.store.setState({ runs: { exe_9: run } as never }));
  await waitFor(() => expect(times).toBe(before + 1));
});
