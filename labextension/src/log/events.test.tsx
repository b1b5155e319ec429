import { screen } from '@testing-library/react';
import React from 'react';
import { fakeAgent } from '../testing/agents';
import { fakeServices, show } from '../testing/services';
import { Events } from './events';

const STREAM = `id: 1
event: queued
data: {"position": 0, "at": "2026-01-01T00:00:00Z"}

id: 2
event: signal
data: {"attempt": 1, "signal": "tests", "passed": false, "at": "2026-01-01T00:01:05Z"}

`;

test('what ended before the page listened is read from its stream, once', async () => {
  const { agent, asked } = fakeAgent({ 'GET /execute/exe_1/stream': () => new Response(STREAM) });
  const services = fakeServices(agent);
  const { unmount } = show(<Events id="exe_1" />, services);
  expect(await screen.findByText('attempt 1: tests failed')).toBeTruthy();
  expect(screen.getByText('1:05')).toBeTruthy();
  unmount();
  show(<Events id="exe_1" />, services);
  expect(screen.getByText('attempt 1: tests failed')).toBeTruthy();
  expect(asked).toHaveLength(1);
});
