import { act, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React from 'react';
import { fakeAgent } from '../testing/agents';
import { fakeServices, show } from '../testing/services';
import { ConnectionBanner } from './banner';
import type { Connection } from './stream';

test('a lost connection is said and can be tried at once; it goes away by itself', async () => {
  const services = fakeServices(fakeAgent({}).agent);
  const retry = jest.spyOn(services.live, 'retry');
  show(<ConnectionBanner />, services);
  const becomes = (connection: Connection, why = ''): void =>
    act(() => services.live.store.setState({ connection, why }));
  expect(screen.getByRole('status').textContent).toBe('');
  becomes('offline');
  expect(screen.getByRole('status').textContent).toContain('No connection to the coding agent.');
  await userEvent.click(screen.getByRole('button', { name: 'Try now' }));
  expect(retry).toHaveBeenCalledTimes(1);
  becomes('offline', 'The disk is full.');
  expect(screen.getByRole('status').textContent).toContain('The disk is full.');
  becomes('refused', 'Forbidden');
  expect(screen.getByRole('button', { name: 'Reload' })).toBeTruthy();
  becomes('online');
  expect(screen.getByRole('status').textContent).toBe('');
});
