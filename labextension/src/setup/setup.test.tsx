import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React from 'react';
import type { IServices } from '../panel/services';
import { fakeAgent } from '../testing/agents';
import { fakeServices, show } from '../testing/services';
import Setup from './setup';

const OK = { state: 'ok', sentence: 'It works.', fix: null, commands: [] };
const STALE = {
  state: 'degraded',
  sentence: 'Not built.',
  fix: 'Run it.',
  commands: ['images build python']
};
const MODELS = [
  {
    model: 'groq/a',
    available: true,
    reason: 'its key is set',
    local: false,
    input_cost_per_million: 0.59,
    output_cost_per_million: 0.79
  },
  {
    model: 'ollama/b',
    available: false,
    reason: 'no answer',
    local: true,
    input_cost_per_million: 0,
    output_cost_per_million: 0
  },
  {
    model: 'openai/c',
    available: false,
    reason: 'no key',
    local: false,
    input_cost_per_million: null,
    output_cost_per_million: null
  }
];
const LIMITS = {
  user: 'ann',
  tier: 'free',
  executions_per_day: 100,
  executions_used: 12,
  posts_per_minute: null,
  kept_days: 7,
  kept_executions: 50,
  allowed_models: null,
  blocked_models: ['openai/*'],
  blocked_imports: [],
  allowed_outputs: ['snippet'],
  security_scan_forced: true,
  samples_welcome: false,
  cost_per_execution_usd: 0.5,
  cost_per_month_usd: null
};
const SETTINGS = [
  {
    name: 'A.speed',
    value: 3,
    default: 1,
    source: 'environment',
    variable: 'CODING_AGENT_SPEED',
    help: 'How fast.'
  },
  { name: 'A.colour', value: '', default: '', source: 'default', variable: null, help: 'Which colour.' }
];
const ANSWERS = {
  'GET /health': {
    status: 'degraded',
    version: '1.2.3',
    checks: { storage: OK, runner: STALE, models: OK, search: OK, browser: OK }
  },
  'GET /models': { tiers: [{ tier: 'simple', models: MODELS }], month_cost_usd: 1.5, alert: 'It gets dear.' },
  'GET /limits': LIMITS,
  'GET /stats': { executions: 0 },
  'GET /config': { settings: SETTINGS, secrets: { GROQ_API_KEY: true } }
};

function shown(answers: Record<string, unknown> = {}) {
  const { agent, asked } = fakeAgent({ ...ANSWERS, ...answers });
  const app = { commands: { hasCommand: () => false } } as unknown as IServices['app'];
  const services = fakeServices(agent, { app });
  services.live.store.setState({ connection: 'online' });
  show(<Setup />, services);
  return asked;
}

test('a part that is not right says what to type; models say why not and what they cost', async () => {
  shown();
  const engine = (await screen.findByText('Not built.')).closest('li') as HTMLElement;
  within(engine).getByText('images build python');
  within(engine).getByRole('button', { name: 'Copy “images build python”' });
  expect(screen.getByText('It gets dear.')).toBeTruthy();
  expect(screen.getByText('its key is set · $0.59 in, $0.79 out a million tokens')).toBeTruthy();
  expect(screen.getByText('no answer · on this machine · free')).toBeTruthy();
  expect(screen.getByText('no key · price not known')).toBeTruthy();
  expect(screen.getByText('Coding agent 1.2.3')).toBeTruthy();
});

test('what is used is shown of what is allowed', async () => {
  shown();
  await screen.findByText('12 of 100 requests for code in the last 24 hours');
  expect(screen.getByText('openai/*')).toBeTruthy();
  expect(screen.getByText('$0.50')).toBeTruthy();
});

test('the settings are asked for when they are wanted, and found by their words', async () => {
  const asked = shown();
  await screen.findByText('Not built.');
  expect(asked.some(one => one.what === 'GET /config')).toBe(false);
  await userEvent.click(screen.getByRole('button', { name: 'Settings of the server' }));
  await screen.findByText('from CODING_AGENT_SPEED');
  await userEvent.type(screen.getByRole('searchbox'), 'which COLOUR');
  expect(screen.queryByText('A.speed')).toBeNull();
  expect(screen.getByText('A.colour')).toBeTruthy();
});

test('damage is only told of, and mended once that was asked for', async () => {
  const damage = { part: 'artifacts', sentence: 'A file is gone.', items: 2, mended: false };
  const asked = shown({
    'POST /repair': ({ dry_run: dry }: { dry_run: boolean }) => ({
      sound: !dry,
      damages: [{ ...damage, mended: !dry }]
    })
  });
  const sent = (): unknown[] => asked.filter(one => one.what === 'POST /repair').map(one => one.body);
  await userEvent.click(screen.getByRole('button', { name: 'Mend and clean up' }));
  await userEvent.click(screen.getByRole('button', { name: 'Look for damage' }));
  await screen.findByText('artifacts, 2: A file is gone.');
  await userEvent.click(screen.getByRole('button', { name: 'Mend …' }));
  expect(sent()).toEqual([{ dry_run: true }]);
  // jsdom does not open dialogs, so that they have no roles.
  await userEvent.click(await screen.findByText('Mend'));
  await waitFor(() => expect(sent()).toEqual([{ dry_run: true }, { dry_run: false }]));
  await screen.findByText('artifacts, 2: A file is gone. (mended)');
  expect(screen.queryByRole('button', { name: 'Mend …' })).toBeNull();
});
