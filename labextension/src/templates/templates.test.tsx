import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React from 'react';
import { fakeAgent, json } from '../testing/agents';
import { fakeServices, show } from '../testing/services';
import Templates from './templates';

const SUMMARY = {
  id: 'rate-limiter',
  origin: 'user',
  name: 'Rate limiter',
  description: 'A token bucket.',
  category: 'utility',
  language: 'python',
  framework: 'stdlib',
  requirements: [],
  usage_count: 2
};
const RULE = { pattern: null, says: null, min: null, max: null, choices: [] };
const CALLS = {
  name: 'calls',
  type: 'integer',
  items: 'string',
  description: 'Calls in a period.',
  default: 5,
  example: null,
  rule: RULE
};
const KIND = { ...CALLS, name: 'kind', type: 'choice', default: 'a', rule: { ...RULE, choices: ['a', 'b'] } };
const VIEW = { ...SUMMARY, variables: [CALLS, KIND], distinct: [], files: ['solution.py'], tests: ['t.py'] };
const LISTED = {
  'GET /templates': {
    templates: [SUMMARY],
    total: 60,
    page: 1,
    problems: [{ template: 'own', message: 'It is broken.' }]
  },
  'GET /templates/rate-limiter': VIEW
};
const GENERATE = 'POST /templates/rate-limiter/generate';

function shown(answers: Record<string, unknown>) {
  const { agent, asked } = fakeAgent({ ...LISTED, ...answers });
  const services = fakeServices(agent);
  show(<Templates />, services);
  return { asked, services };
}

test('the library is filtered by the server, and more is loaded when asked for', async () => {
  let listed = 0;
  const page = () => ({ ...LISTED['GET /templates'], templates: [{ ...SUMMARY, id: `t${listed++}` }] });
  const { asked } = shown({ 'GET /templates': page });
  await screen.findByText('python · stdlib · used 2 times · your own');
  expect(screen.getByRole('region', { name: 'Templates with problems' }).textContent).toContain(
    'It is broken.'
  );
  await userEvent.selectOptions(screen.getByRole('combobox', { name: 'Category' }), 'Utilities');
  await userEvent.selectOptions(screen.getByRole('combobox', { name: 'Framework' }), 'stdlib');
  await waitFor(() => expect(asked.at(-1)?.query).toBe('category=utility&framework=stdlib&page=1&limit=50'));
  await userEvent.click(await screen.findByRole('button', { name: /Load more/ }));
  await waitFor(() => expect(asked.at(-1)?.query).toContain('page=2'));
});

test('values are sent as they were given, and the execution opens', async () => {
  const { asked, services } = shown({ [GENERATE]: { execution_id: 'exe_1' } });
  await userEvent.click(await screen.findByRole('button', { name: 'Rate limiter' }));
  const calls = await screen.findByRole('spinbutton', { name: 'Calls' });
  await userEvent.clear(calls);
  await userEvent.type(calls, '12');
  await userEvent.selectOptions(screen.getByRole('combobox', { name: 'Kind' }), 'b');
  await userEvent.click(screen.getByRole('button', { name: 'Generate and prove' }));
  await waitFor(() => expect(services.panel.getState().execution).toBe('exe_1'));
  const sent = asked.find(one => one.what === GENERATE);
  expect(sent?.body).toEqual({ variables: { calls: 12, kind: 'b' } });
  expect(services.live.store.getState().runs.exe_1.status).toBe('pending');
});

test('what the server refuses stands beside the field; what is about none stands above the button', async () => {
  let said = { message: 'Not so many.', field: 'variables.calls' };
  shown({ [GENERATE]: () => json({ ...said, reason: 'invalid_input' }, 400) });
  await userEvent.click(await screen.findByRole('button', { name: 'Rate limiter' }));
  const calls = await screen.findByRole('spinbutton', { name: 'Calls' });
  await userEvent.click(screen.getByRole('button', { name: 'Generate and prove' }));
  const refusal = await screen.findByText('Not so many.');
  expect(calls.getAttribute('aria-describedby')).toContain(refusal.id);
  expect(document.activeElement).toBe(calls);
  said = { message: 'Over the quota.', field: '' };
  await userEvent.click(screen.getByRole('button', { name: 'Generate and prove' }));
  expect((await screen.findByText('Over the quota.')).closest('.jca-Sorry')).toBeTruthy();
  expect(screen.queryByText('Not so many.')).toBeNull();
});

test('a request goes without the values, which would make the template the answer', async () => {
  const { asked, services } = shown({
    'POST /chat': { session_id: 's', message_id: 'm', execution_id: null }
  });
  services.panel.setState({ session: 's' });
  await userEvent.click(await screen.findByRole('button', { name: 'Rate limiter' }));
  await userEvent.type(await screen.findByRole('textbox', { name: 'What should be different' }), 'Bursts.');
  await userEvent.click(screen.getByRole('button', { name: 'Adapt' }));
  const sent = (): unknown => asked.find(one => one.what === 'POST /chat')?.body;
  await waitFor(() =>
    expect(sent()).toEqual({ message: 'Bursts.', template_id: 'rate-limiter', session_id: 's' })
  );
});
