import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React from 'react';
import { place } from '../code/place';
import { fakeAgent, json } from '../testing/agents';
import { fakeServices, show } from '../testing/services';
import Findings from './security';
import Tests from './tests';

const FOUND = {
  passed: false,
  risk_score: 7,
  findings: [
    { path: 's.py', line: 9, severity: 'low', confidence: 'high', type: 'B403', message: 'pickle' },
    {
      path: 's.py',
      line: 2,
      severity: 'high',
      confidence: 'high',
      type: 'B602',
      message: 'shell',
      fix_suggestion: 'No shell.'
    }
  ]
};
const VIEW = { execution_id: 'exe_1', status: 'partial', session_id: 'ses_1', signals: { security: FOUND } };

test('the gravest first; a place is gone to in the code', async () => {
  const services = fakeServices(fakeAgent({}).agent);
  show(<Findings execution={VIEW as never} />, services);
  const security = screen.getByRole('region', { name: 'Security' });
  const rows = within(security).getAllByRole('listitem');
  expect(rows.map(row => row.textContent?.slice(0, 4))).toEqual(['high', 'lows']);
  await userEvent.click(screen.getByRole('button', { name: 's.py:2' }));
  expect(place.getState()).toEqual({ path: 's.py', line: 2 });
  expect(services.panel.getState().facet).toBe('code');
});

test('a finding is sent as a follow-up in its session', async () => {
  const { agent, asked } = fakeAgent({ 'POST /chat': { session_id: 'ses_1', message_id: 'msg_1' } });
  const services = fakeServices(agent);
  show(<Findings execution={VIEW as never} />, services);
  await userEvent.click(screen.getAllByRole('button', { name: 'Fix this' })[0]);
  const sent = asked.find(one => one.what === 'POST /chat')?.body as Record<string, string>;
  expect(sent.session_id).toBe('ses_1');
  expect(sent.message).toBe(
    'Fix this finding in s.py, line 2: B602: shell\nSuggested: No shell.\nChange nothing else.'
  );
});

test('without a session the same is asked again with more words; a refusal is shown', async () => {
  const { agent, asked } = fakeAgent({
    'POST /execute/exe_1/retry': () => json({ message: 'Over the daily limit.' }, 429)
  });
  show(<Findings execution={{ ...VIEW, session_id: null } as never} />, fakeServices(agent));
  await userEvent.click(screen.getAllByRole('button', { name: 'Fix this' })[1]);
  expect((await screen.findByRole('alert')).textContent).toBe('Over the daily limit.');
  expect(asked[0].body).toEqual({
    custom_prompt: 'Fix this finding in s.py, line 9: B403: pickle\nChange nothing else.'
  });
});

test('tests by where they are from; one that was set aside says why', () => {
  const result = (id: string, changes: object): object => ({
    id: `t.py::${id}`,
    outcome: 'passed',
    kind: 'soft',
    message: '',
    duration_ms: 3,
    ...changes
  });
  const results = [
    result('test_fine', { hidden: true }),
    result('test_bad', { outcome: 'failed', message: 'no', expected: '4', actual: '5', traceback: 'E no' }),
    result('test_own', { kind: 'hard' }),
    result('test_odd', { outcome: 'quarantined' })
  ];
  const view = {
    ...VIEW,
    signals: { tests: { passed: false, results, coverage_percent: 50, missed_lines: { 's.py': [3] } } },
    judgement: {
      quarantined: [{ id: 't.py::test_odd', reason: 'Nobody passes it.', source: 'def test_odd' }]
    }
  };
  show(<Tests execution={view as never} />, fakeServices(fakeAgent({}).agent));
  const generated = screen.getByRole('region', { name: 'Generated tests' });
  const rows = within(generated).getAllByRole('listitem');
  expect(rows[0].textContent).toContain('test_badfailed3 msnoexpected4actual5');
  expect(rows[1].textContent).toContain('hidden');
  expect(screen.getByRole('region', { name: 'Your own examples' }).textContent).toContain('test_own');
  expect(screen.getByRole('region', { name: 'Set aside as wrong' }).textContent).toContain(
    'Nobody passes it.'
  );
  expect(screen.getByRole('button', { name: 's.py:3' })).toBeTruthy();
});
