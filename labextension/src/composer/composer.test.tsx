import { act, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React from 'react';
import { Agent } from '../api/client';
import { fakeAgent, json } from '../testing/agents';
import { fakeServices, show } from '../testing/services';
import { Composer } from './composer';
import { uploadsOf } from './uploads';

const FILE = { kind: 'artifact', id: 'art_1', name: 'orders.csv', size: 1234 } as const;
const LIMITS = { allowed_outputs: ['snippet', 'zip'] };
const TEMPLATES = { templates: [{ id: 'csv-report', name: 'CSV report' }], total: 1, page: 1, problems: [] };

function field(): HTMLTextAreaElement {
  return screen.getByRole('textbox', { name: 'Message to the coding agent' });
}

/** Of the kind that the FormData of Node takes: jsdom's is another. */
async function aFile(): Promise<File> {
  const part = 'Content-Disposition: form-data; name="file"; filename="orders.csv"';
  const headers = { 'Content-Type': 'multipart/form-data; boundary=x' };
  const form = await new Response(`--x\r\n${part}\r\n\r\na,b\r\n--x--\r\n`, { headers }).formData();
  return form.get('file') as File;
}

test('Enter sends once, with what goes along; a refusal brings everything back', async () => {
  let refuse: (response: Response) => void = () => undefined;
  const { agent, asked } = fakeAgent({
    'POST /chat': () => new Promise<Response>(resolve => (refuse = resolve))
  });
  const services = fakeServices(agent);
  services.panel.setState({ session: 'ses_1' });
  services.composer.getState().attach(FILE);
  show(<Composer />, services);
  await userEvent.type(field(), 'Sum the prices{Shift>}{Enter}{/Shift}by month{Enter}{Enter}');
  await waitFor(() => expect(asked.filter(one => one.what === 'POST /chat')).toHaveLength(1));
  expect(asked.find(one => one.what === 'POST /chat')?.body).toEqual({
    message: 'Sum the prices\nby month',
    context_artifacts: ['art_1'],
    session_id: 'ses_1'
  });
  expect(field().value).toBe('');
  await userEvent.type(field(), 'next');
  act(() => refuse(json({ message: 'Over the quota.' }, 429)));
  expect((await screen.findByRole('alert')).textContent).toContain('Over the quota.');
  expect(field().value).toBe('Sum the prices\nby month\n\nnext');
  expect(screen.getByRole('button', { name: 'File orders.csv' })).toBeTruthy();
});

test('what is offered stands below what was written, and only once', async () => {
  const services = fakeServices(fakeAgent({}).agent);
  show(<Composer />, services);
  await userEvent.type(field(), 'In short:');
  act(() => services.conversation.offer('Join two tables'));
  act(() => services.conversation.offer('Join two tables'));
  expect(field().value).toBe('In short:\n\nJoin two tables');
});

test('options are chosen, shown as chips and taken back; what is not allowed says why', async () => {
  const { agent } = fakeAgent({ 'GET /limits': LIMITS, 'GET /templates': TEMPLATES });
  const services = fakeServices(agent);
  show(<Composer />, services);
  await userEvent.click(screen.getByRole('button', { name: 'Options' }));
  await screen.findByRole('option', { name: 'CSV report' });
  await userEvent.selectOptions(screen.getByRole('combobox', { name: 'Template' }), 'csv-report');
  await userEvent.selectOptions(screen.getByRole('combobox', { name: 'Tier' }), 'complex');
  const refused = await screen.findByRole('option', { name: /Pull request - not allowed/ });
  expect((refused as HTMLOptionElement).disabled).toBe(true);
  await userEvent.click(screen.getByRole('button', { name: 'Remove Tier: Complex' }));
  expect(services.composer.getState().options).toMatchObject({ tier: '', template: 'csv-report' });
});

test('a chip shows what is sent of it and takes it away', async () => {
  const services = fakeServices(fakeAgent({}).agent);
  const description = 'DataFrame: 3 x 2; columns price (float64)';
  services.composer
    .getState()
    .attach({ kind: 'variable', id: 'a.ipynb:df', name: 'df', notebook: 'a.ipynb', description });
  show(<Composer />, services);
  await userEvent.click(screen.getByRole('button', { name: 'Variable df' }));
  expect(screen.getByLabelText('What is sent of df').textContent).toBe(`df: ${description}`);
  await userEvent.click(screen.getByRole('button', { name: 'Remove df' }));
  expect(services.composer.getState().attachments).toEqual([]);
});

test('a file is uploaded; one that is refused says why, keeps nobody from sending and can be tried again', async () => {
  const sent: FormData[] = [];
  let full = true;
  const agent = new Agent((path, { body }) => {
    if (path !== '/artifacts/upload') {
      return Promise.resolve(json({ message: 'no' }, 404));
    }
    sent.push(body as FormData);
    const one = { artifact_id: 'art_9', name: 'orders.csv', size: 3 };
    return Promise.resolve(
      full ? json({ message: 'A file may have 50 MB.' }, 413) : json({ ...one, artifacts: [one] }, 201)
    );
  });
  const services = fakeServices(agent);
  show(<Composer />, services);
  const file = await aFile();
  act(() => uploadsOf(agent, services.composer).add([file]));
  expect((await screen.findByRole('alert')).textContent).toBe('orders.csv: A file may have 50 MB.');
  full = false;
  await userEvent.click(screen.getByRole('button', { name: 'Upload orders.csv again' }));
  await screen.findByRole('button', { name: 'File orders.csv' });
  expect((sent[1].get('file') as File).name).toBe('orders.csv');
  expect(services.composer.getState().attachments).toEqual([
    { kind: 'artifact', id: 'art_9', name: 'orders.csv', size: 3 }
  ]);
});

test('an upload says how much has gone up, and stops where it is told to', async () => {
  let tell: (share: number | null) => void = () => undefined;
  let signal: AbortSignal | null | undefined;
  const agent = new Agent((_, init, told) => {
    [tell, signal] = [told ?? tell, init.signal ?? signal];
    return new Promise<Response>(() => undefined);
  });
  const services = fakeServices(agent);
  show(<Composer />, services);
  const file = await aFile();
  act(() => uploadsOf(agent, services.composer).add([file]));
  const progress = await screen.findByRole('progressbar', { name: 'Upload of orders.csv' });
  await waitFor(() => expect(signal).toBeTruthy());
  expect(progress.hasAttribute('value')).toBe(false);
  act(() => tell(0.5));
  expect([progress.getAttribute('value'), progress.getAttribute('aria-valuetext')]).toEqual(['50', '50 %']);
  act(() => tell(1));
  screen.getByText(/^Storing orders.csv/);
  expect(progress.hasAttribute('value')).toBe(false);
  await userEvent.click(screen.getByRole('button', { name: 'Stop uploading orders.csv' }));
  expect([signal?.aborted, screen.queryByRole('progressbar')]).toEqual([true, null]);
});

/** An open notebook whose kernel answers this, late; null: it is busy. */
function openNotebook(path: string, said: Promise<object> | null) {
  const kernel = {
    status: said ? 'idle' : 'busy',
    info: Promise.resolve({ language_info: { name: 'python' } }),
    requestExecute: () => ({
      done: said?.then(it => ({
        content: { user_expressions: { it: { status: 'ok', data: { 'application/json': it } } } }
      }))
    })
  };
  const panels = [{ context: { path, sessionContext: { session: { kernel } } } }];
  return { currentWidget: null, find: (which: (one: unknown) => boolean) => panels.find(which) } as never;
}

const FRAME = {
  kind: 'variable',
  id: 'a.ipynb:df',
  name: 'df',
  notebook: 'a.ipynb',
  description: 'DataFrame'
} as const;

test('the kernel is asked for what the code will find, and the words stay until it has answered', async () => {
  let answer: (said: object) => void = () => undefined;
  const said = new Promise<object>(resolve => (answer = resolve));
  const { agent, asked } = fakeAgent({ 'POST /chat': { execution_id: null } });
  const services = fakeServices(agent, { notebooks: openNotebook('a.ipynb', said) });
  services.panel.setState({ session: 'ses_1' });
  services.composer.getState().attach(FRAME);
  show(<Composer />, services);
  await userEvent.type(field(), 'Plot df{Enter}{Enter}');
  await screen.findByText('Reading the notebook …');
  expect(field().value).toBe('Plot df');
  const notebook = { values: { df: { description: 'DataFrame', content: '{}' } } };
  act(() => answer({ notebook }));
  await waitFor(() => expect(field().value).toBe(''));
  const posts = asked.filter(one => one.what === 'POST /chat');
  expect(posts).toHaveLength(1);
  expect(posts[0].body).toMatchObject({ context: { variables: { df: 'DataFrame' }, notebook } });
});

test('a kernel that does not answer keeps nobody from asking, and is told of', async () => {
  const { agent, asked } = fakeAgent({ 'POST /chat': { execution_id: null } });
  const services = fakeServices(agent, { notebooks: openNotebook('a.ipynb', null) });
  services.panel.setState({ session: 'ses_1' });
  services.composer.getState().attach(FRAME);
  show(<Composer />, services);
  await userEvent.type(field(), 'Plot df{Enter}');
  await screen.findByText(/Sent without the notebook’s values.*busy/);
  const context = asked.find(one => one.what === 'POST /chat')?.body as { context: object };
  expect(context.context).not.toHaveProperty('notebook');
});

test('what is sent can be looked at before, with the values that stay on the server’s machine', async () => {
  const values = { df: { description: 'DataFrame', content: 'x'.repeat(500) } };
  const said = Promise.resolve({ notebook: { values, versions: { numpy: '2.0', pandas: '2.2' } } });
  const services = fakeServices(fakeAgent({}).agent, { notebooks: openNotebook('a.ipynb', said) });
  services.composer.getState().attach(FRAME);
  show(<Composer />, services);
  await userEvent.click(screen.getByText('What is sent'));
  const shown = await screen.findByLabelText('What is sent');
  await waitFor(() => expect(shown.textContent).toContain('x'.repeat(200) + ' … (500)'));
  expect(shown.textContent).toContain('"versions": "… (2)"');
});

test('what can’t be looked at before is said', async () => {
  const services = fakeServices(fakeAgent({}).agent, { notebooks: openNotebook('a.ipynb', null) });
  services.composer.getState().attach(FRAME);
  show(<Composer />, services);
  await userEvent.click(screen.getByText('What is sent'));
  await screen.findByText(/The notebook’s values can’t be looked at now.*busy/);
});
