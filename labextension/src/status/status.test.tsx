import { act, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React from 'react';
import { fakeAgent, json } from '../testing/agents';
import { fakeServices, show } from '../testing/services';
import { ExecutionStatus } from './status';

const ENDED = {
  execution_id: 'exe_1',
  status: 'partial',
  session_id: null,
  attempt: 1,
  attempts: 2,
  signals: {
    tests: { passed: false, results: [{ id: 't.py::test_a', outcome: 'failed', message: 'no' }] },
    lint: { passed: true, findings: [] },
    data: { passed: false, findings: [] }
  },
  error_class: 'package_not_allowed',
  explanation:
    "Not validated. The generated code wants the package 'teapot', which is not well known and not in your environment. If you trust it, name it in the request, or say `%agent approve teapot`.\nTests: none.",
  model: 'scripted',
  cost: 0.0021,
  created_at: '2026-01-01T00:00:00Z',
  finished_at: '2026-01-01T00:01:05Z'
};

test('what has ended says why, but not below a message that does', async () => {
  const { agent } = fakeAgent({ 'GET /execute/exe_1': ENDED });
  const services = fakeServices(agent);
  const { unmount } = show(<ExecutionStatus id="exe_1" />, services);
  expect(await screen.findByText(/^Not validated\. The generated code/)).toBeTruthy();
  unmount();
  show(<ExecutionStatus id="exe_1" known={{ status: 'partial' }} />, services);
  expect(screen.getByText('scripted')).toBeTruthy();
  expect(screen.queryByText(/^Not validated\. The generated code/)).toBeNull();
});

test('what has ended: attempt, signals, time and cost, asked for once', async () => {
  const { agent, asked } = fakeAgent({ 'GET /execute/exe_1': ENDED });
  show(<ExecutionStatus id="exe_1" known={{ status: 'partial' }} />, fakeServices(agent));
  expect(screen.getByRole('status').textContent).toContain('not validated');
  expect(await screen.findByText('scripted')).toBeTruthy();
  expect(screen.getByRole('status').textContent).toContain('attempt 1 of 2');
  const lights = within(screen.getByRole('list', { name: 'Signals' })).getAllByRole('listitem');
  expect(lights.map(light => light.textContent)).toEqual(['tests failed', 'lint passed', 'data warns']);
  expect(screen.getByRole('list', { name: 'Facts' }).textContent).toBe('1 min 5 sscripted$0.0021');
  expect(screen.queryByRole('progressbar')).toBeNull();
  expect(asked).toHaveLength(1);
});

test('a package is trusted, and the same is asked again', async () => {
  const { agent, asked } = fakeAgent({
    'GET /execute/exe_1': ENDED,
    'POST /execute/exe_1/retry': { execution_id: 'exe_2', status: 'queued' }
  });
  const services = fakeServices(agent);
  services.panel.setState({ execution: 'exe_1' });
  show(<ExecutionStatus id="exe_1" />, services);
  await userEvent.click(await screen.findByRole('button', { name: 'Trust teapot and try again' }));
  expect(asked.find(one => one.what.endsWith('/retry'))?.body).toEqual({ approved_packages: ['teapot'] });
  expect(services.panel.getState().execution).toBe('exe_2');
});

test('words for a retry stay where they are not taken', async () => {
  const { agent, asked } = fakeAgent({
    'GET /execute/exe_1': ENDED,
    'POST /execute/exe_1/retry': () => json({ message: 'Over the daily limit.' }, 429)
  });
  show(<ExecutionStatus id="exe_1" />, fakeServices(agent));
  await userEvent.click(await screen.findByRole('button', { name: 'Retry …' }));
  await userEvent.type(screen.getByRole('textbox'), 'only the standard library');
  await userEvent.click(screen.getByRole('button', { name: 'Retry' }));
  expect((await screen.findByRole('alert')).textContent).toContain('Over the daily limit.');
  expect(screen.getByRole<HTMLTextAreaElement>('textbox').value).toBe('only the standard library');
  expect(asked.at(-1)?.body).toEqual({ custom_prompt: 'only the standard library' });
});

test('a running one is told by the stream alone, and says that it is being cancelled', async () => {
  let cancel: (answer: unknown) => void = () => undefined;
  const { agent, asked } = fakeAgent({
    'POST /execute/exe_1/cancel': () => new Promise(resolve => (cancel = resolve)),
    'GET /execute/exe_1': { ...ENDED, status: 'cancelled', explanation: 'Cancelled by the user.' }
  });
  const services = fakeServices(agent);
  const run = { events: [{ id: 1, kind: 'run', data: { attempt: 2 } }], lights: { tests: 'failed' } };
  act(() => {
    services.live.store.setState({
      runs: {
        exe_1: { id: 'exe_1', status: 'running', attempt: 2, of: 5, model: '', cost: 0, asked: null, ...run }
      } as never
    });
  });
  show(<ExecutionStatus id="exe_1" known={{ status: null }} />, services);
  expect(screen.getByRole('status').textContent).toContain('attempt 2: running in the sandbox');
  expect(screen.getByRole('progressbar')).toBeTruthy();
  await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
  expect(screen.getByRole('status').textContent).toContain('cancelling');
  expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Cancelling …' }).disabled).toBe(true);
  expect(asked.map(one => one.what)).toEqual(['POST /execute/exe_1/cancel']);
  cancel({ status: 'cancelled' });
  expect(await screen.findByText('Cancelled by the user.')).toBeTruthy();
  expect(screen.getByRole('status').textContent).toContain('cancelled');
});
