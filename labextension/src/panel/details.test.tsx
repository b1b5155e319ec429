import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React from 'react';
import { fakeAgent, json } from '../testing/agents';
import { anExecution } from '../testing/executions';
import { fakeServices, show } from '../testing/services';
import { Details } from './details';

const PASSED = anExecution({ files: { 'solution.py': 'answer = 42\n' } });

test('the code of an execution that ended before the page was open', async () => {
  const { agent } = fakeAgent({ 'GET /execute/exe_1': PASSED });
  show(<Details id="exe_1" close={() => undefined} />, fakeServices(agent));
  expect(await screen.findByText('answer = 42')).toBeTruthy();
  expect(screen.getByRole('tab', { name: 'Code 1' }).getAttribute('aria-selected')).toBe('true');
});

test('what can not be had is said in the words of the server, and asked for again', async () => {
  let times = 0;
  const { agent } = fakeAgent({
    'GET /execute/exe_1': () => (times++ ? PASSED : json({ message: 'The engine is not there.' }, 503))
  });
  show(<Details id="exe_1" close={() => undefined} />, fakeServices(agent));
  expect((await screen.findByRole('alert')).textContent).toContain('The engine is not there.');
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByText('answer = 42')).toBeTruthy();
});
