import { Dialog, showDialog } from '@jupyterlab/apputils';
import { act, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React from 'react';
import { fakeAgent, json } from '../testing/agents';
import { fakeServices, show } from '../testing/services';
import Artifacts from './artifacts';
import { sizeWord } from './words';

jest.mock('@jupyterlab/apputils', () => ({
  ...jest.requireActual<object>('@jupyterlab/apputils'),
  showDialog: jest.fn()
}));
const asks = jest.mocked(showDialog);

const HOSTILE = '\u202Efdp.<img src=x onerror=alert(1)>.csv';

function artifact(id: string, name: string): object {
  return {
    artifact_id: id,
    name,
    type: 'uploaded',
    size: 2048,
    has_thumbnail: false,
    execution_id: null,
    created_at: '2026-01-01T00:00:00Z',
    expires_at: '2026-02-01T00:00:00Z'
  };
}

const LIST = { artifacts: [artifact('art_1', HOSTILE), artifact('art_2', 'b.csv')], total: 2, page: 1 };

test('a hostile name is text that changes nothing around it', async () => {
  const { agent } = fakeAgent({ 'GET /artifacts': LIST });
  const { container } = show(<Artifacts />, fakeServices(agent));
  const name = await screen.findByText(HOSTILE);
  expect(name.tagName).toBe('BDI');
  expect(container.querySelector('img')).toBeNull();
});

test('a file is deleted once that is confirmed, and refused in words', async () => {
  const { agent, asked } = fakeAgent({
    'GET /artifacts': LIST,
    'DELETE /artifacts/art_2': () => json({ message: 'An execution works with it.' }, 409)
  });
  show(<Artifacts />, fakeServices(agent));
  const row = await screen.findByRole('button', { name: 'Download b.csv' });
  asks.mockResolvedValueOnce({ button: Dialog.cancelButton(), isChecked: null, value: null });
  row.focus();
  await userEvent.keyboard('{Delete}');
  expect(asked.some(one => one.what.startsWith('DELETE'))).toBe(false);
  asks.mockResolvedValueOnce({ button: Dialog.warnButton(), isChecked: null, value: null });
  await userEvent.keyboard('{Delete}');
  expect((await screen.findByRole('alert')).textContent).toContain('An execution works with it.');
});

test('a file goes along with the next message', async () => {
  const { agent } = fakeAgent({ 'GET /artifacts': LIST });
  const services = fakeServices(agent);
  services.panel.setState({ view: 'artifacts' });
  show(<Artifacts />, services);
  await userEvent.click((await screen.findAllByRole('button', { name: 'Attach to the next message' }))[1]);
  expect(services.composer.getState().attachments).toEqual([
    { kind: 'artifact', id: 'art_2', name: 'b.csv', size: 2048 }
  ]);
  expect(services.panel.getState().view).toBe('chat');
});

test('the list is another once a file has come from elsewhere', async () => {
  let times = 0;
  const { agent } = fakeAgent({ 'GET /artifacts': () => (times++, LIST) });
  const services = fakeServices(agent);
  show(<Artifacts />, services);
  await screen.findByText('b.csv');
  act(() => services.live.store.setState({ changes: { artifacts: 1 } }));
  await waitFor(() => expect(times).toBe(2));
});

test('an upload says how far it is, and ends where it is cancelled', async () => {
  const told: ((share: number) => void)[] = [];
  const { agent } = fakeAgent({ 'GET /artifacts': LIST });
  const open = jest.spyOn(agent, 'open').mockImplementation((_, init, tell) => {
    told.push(tell as (share: number) => void);
    return new Promise((_resolve, reject) =>
      init?.signal?.addEventListener('abort', () => reject(new Error('aborted')))
    );
  });
  show(<Artifacts />, fakeServices(agent));
  const file = new File(['a,b'], 'b.csv');
  jest.spyOn(FormData.prototype, 'append').mockImplementation();
  await userEvent.upload(screen.getByLabelText('Files to upload'), file);
  const progress = screen.getByRole('progressbar', { name: 'Upload' });
  expect([progress.hasAttribute('value'), progress.getAttribute('aria-valuetext')]).toEqual([
    false,
    'under way'
  ]);
  act(() => told[0](0.429));
  expect([progress.getAttribute('value'), progress.getAttribute('aria-valuetext')]).toEqual(['42', '42 %']);
  screen.getByText('Uploading 1 file …');
  // All has gone up, and the server is at work.
  act(() => told[0](1));
  screen.getByText('Storing 1 file …');
  expect(progress.hasAttribute('value')).toBe(false);
  await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
  await waitFor(() => expect(screen.queryByRole('progressbar')).toBeNull());
  expect(screen.queryByRole('alert')).toBeNull();
  expect(open).toHaveBeenCalledTimes(1);
});

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [52_428_800, '50 MiB']
])('%d bytes are %s', (bytes, said) => expect(sizeWord(bytes)).toBe(said));
