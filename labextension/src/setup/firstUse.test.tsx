import { act, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React from 'react';
import type { IServices } from '../panel/services';
import { fakeAgent, json } from '../testing/agents';
import { fakeServices, show } from '../testing/services';
import { FirstUse } from './firstUse';

const OK = { state: 'ok', sentence: 'It works.', fix: null, commands: [] };
const NO_ENGINE = { state: 'missing', sentence: 'No container engine.', fix: null, commands: [] };
const NO_MODEL = { state: 'degraded', sentence: 'No model.', fix: null, commands: [] };

function health(checks: object): object {
  return {
    status: 'ok',
    version: '1',
    checks: { storage: OK, runner: OK, models: OK, search: OK, browser: OK, ...checks }
  };
}

function tiers(...models: readonly object[]): object {
  return { tiers: [{ tier: 'simple', models }], month_cost_usd: 0, alert: null };
}

const TEMPLATES = { model: 'templates', available: true };

/** The banner in a panel that is looked at. */
function shown(answers: Record<string, unknown>, others: Partial<IServices> = {}) {
  const { agent, asked } = fakeAgent(answers);
  const services = fakeServices(agent, others);
  act(() => services.live.store.setState({ connection: 'online' }));
  show(<FirstUse />, services);
  return { agent, asked, services };
}

test('nobody is asked before the panel is looked at', async () => {
  const { agent, asked } = fakeAgent({ 'GET /health': health({ runner: NO_ENGINE }) });
  const services = fakeServices(agent);
  show(<FirstUse />, services);
  expect(asked).toEqual([]);
  act(() => services.live.store.setState({ connection: 'connecting' }));
  expect(await screen.findByText('No container engine.')).toBeTruthy();
});

test('a missing engine is said, leads to the setup, and is looked for again', async () => {
  let runner = NO_ENGINE;
  const { services } = shown({ 'GET /health': () => health({ runner }) });
  await screen.findByText('No container engine.');
  await userEvent.click(screen.getByRole('button', { name: 'What to do' }));
  expect(services.panel.getState().view).toBe('setup');
  expect(screen.queryByRole('status')).toBeNull();
  act(() => services.panel.setState({ view: 'chat' }));
  runner = OK;
  await userEvent.click(await screen.findByRole('button', { name: 'Check again' }));
  await waitFor(() => expect(screen.queryByRole('status')).toBeNull());
});

test('without any model the templates are offered; with one for some requests nothing is said', async () => {
  const checks = { 'GET /health': health({ models: NO_MODEL }) };
  shown({ ...checks, 'GET /models': tiers({ model: 'groq/a', available: false }, TEMPLATES) });
  await userEvent.click(await screen.findByRole('button', { name: 'Go on with the templates only' }));
  expect(screen.queryByRole('status')).toBeNull();

  const { services } = shown({
    ...checks,
    'GET /models': tiers({ model: 'groq/a', available: true }, TEMPLATES)
  });
  await waitFor(() => expect(services.live.store.getState().connection).toBe('online'));
  expect(screen.queryByText(/built-in templates answer/)).toBeNull();
});

test('what is missing comes up again after a refusal that says so, and after a reconnection', async () => {
  let runner = OK;
  const { agent, asked, services } = shown({
    'GET /health': () => health({ runner }),
    'POST /validate': json({ message: 'No engine.' }, 503)
  });
  const checked = (): number => asked.filter(one => one.what === 'GET /health').length;
  await waitFor(() => expect(checked()).toBe(1));
  runner = NO_ENGINE;
  await act(() => agent.validate({ language: 'python', files: {} }).catch(() => undefined));
  expect(await screen.findByText('No container engine.')).toBeTruthy();
  act(() => services.live.store.setState({ connection: 'offline' }));
  runner = OK;
  act(() => services.live.store.setState({ connection: 'online' }));
  await waitFor(() => expect(screen.queryByRole('status')).toBeNull());
  expect(checked()).toBe(3);
});

test('a server without the agent, and one whose agent can not start, say so', async () => {
  let status = 404;
  shown({ 'GET /health': () => json({ message: 'ModelSettings.simple is wrong.' }, status) });
  expect(await screen.findByText('The coding agent is not enabled in this Jupyter server.')).toBeTruthy();
  status = 500;
  await userEvent.click(screen.getByRole('button', { name: 'Check again' }));
  expect(await screen.findByText('ModelSettings.simple is wrong.')).toBeTruthy();
});
