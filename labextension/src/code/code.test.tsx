import type { YNotebook } from '@jupyter/ydoc';
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { INotebookTracker } from '@jupyterlab/notebook';
import { Dialog, showDialog } from '@jupyterlab/apputils';
import { ServerConnection } from '@jupyterlab/services';
import { CommandRegistry } from '@lumino/commands';
import { act, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React from 'react';
import { fakeAgent } from '../testing/agents';
import { anExecution } from '../testing/executions';
import { aNotebook } from '../testing/notebooks';
import { fakeServices, show } from '../testing/services';
import type { IServices } from '../panel/services';
import Code from './code';
import { addCodeCommands, CodeCommands } from './commands';
import { openAsFile } from './files';
import { insertAtCursor, insertCells } from './inserting';
import { place } from './place';
import { resultOf } from './result';

jest.mock('@jupyterlab/apputils', () => ({
  ...jest.requireActual<object>('@jupyterlab/apputils'),
  showDialog: jest.fn()
}));
const asks = jest.mocked(showDialog);

function notebookOf(shared: YNotebook): INotebookTracker {
  const activeCell = { model: { sharedModel: shared.cells[0] } };
  const content = { model: { sharedModel: shared }, activeCell };
  return { currentWidget: { id: 'n', content } } as unknown as INotebookTracker;
}

function services(others: Partial<IServices> = {}): IServices {
  const { agent } = fakeAgent({ 'GET /execute/exe_1': anExecution() });
  const app = { commands: new CommandRegistry(), shell: { activateById: () => undefined } };
  return fakeServices(agent, { app: app as unknown as JupyterFrontEnd, ...others });
}

test('each file has its tab, and a place that is asked for is gone to', async () => {
  const given = services();
  addCodeCommands(given);
  show(<Code execution={anExecution()} />, given);
  expect(screen.getByRole('group', { name: /solution.py/ }).textContent).toContain('def add');
  await userEvent.click(screen.getByRole('tab', { name: 'test_solution.py (test)' }));
  expect(screen.getByRole('group', { name: /test_solution.py/ }).textContent).toContain('import add');
  act(() => place.setState({ path: 'solution.py', line: 2 }));
  expect(screen.getByRole('group', { name: /solution.py/ }).getAttribute('data-line')).toBe('2');
});

test('the cells go below the active one as one step, and never twice', async () => {
  const shared = aNotebook('x = 1', 'y = 2');
  const given = services({ notebooks: notebookOf(shared) });
  const result = resultOf(anExecution());
  expect(await insertCells(given, result)).toContain('1 cell inserted');
  expect(shared.cells.map(cell => cell.getSource())).toEqual([
    'x = 1',
    'def add(a, b):\n    return a + b',
    'y = 2'
  ]);
  expect(await insertCells(given, result)).toBe('Its cells are in the notebook already.');
  shared.undo();
  expect(shared.cells).toHaveLength(2);
});

test.each([
  ['agreed to', Dialog.okButton(), 1],
  ['declined', Dialog.cancelButton(), 0]
])('at the cursor, too, nothing goes that is not validated: %s', async (_, button, times) => {
  const replaceSelection = jest.fn();
  const file = { id: 'f', content: { editor: { replaceSelection, focus: () => undefined } } };
  const app = { shell: { currentWidget: file } } as unknown as JupyterFrontEnd;
  asks.mockResolvedValueOnce({ button, isChecked: null, value: null });
  await insertAtCursor(services({ app }), resultOf(anExecution({ status: 'partial' })), 'x = 1');
  expect(replaceSelection).toHaveBeenCalledTimes(times);
});

test('where no notebook is open, a new one is only made for who agrees', async () => {
  const execute = jest.fn();
  const app = { commands: { execute } } as unknown as JupyterFrontEnd;
  asks.mockResolvedValueOnce({ button: Dialog.cancelButton(), isChecked: null, value: null });
  expect(await insertCells(services({ app }), resultOf(anExecution()))).toBeNull();
  expect(asks.mock.lastCall?.[0]?.body).toContain('a new one is made');
  expect(execute).not.toHaveBeenCalled();
});

test('of what two people insert at once one stays', async () => {
  const shared = aNotebook('x = 1');
  const result = resultOf(anExecution());
  await insertCells(services({ notebooks: notebookOf(shared) }), result);
  // The other's page has done the same before it heard of this.
  shared.insertCell(1, shared.cells[1].toJSON());
  await Promise.resolve();
  expect(shared.cells.map(cell => cell.getSource())).toEqual(['x = 1', 'def add(a, b):\n    return a + b']);
});

test.each([
  ['not validated', { status: 'partial' as const }],
  ['writes out.csv', { effects: { writes: ['out.csv'] } as ReturnType<typeof anExecution>['effects'] }]
])('a person is asked before what is %s is inserted, and may decline', async (word, changes) => {
  const shared = aNotebook('x = 1');
  asks.mockResolvedValueOnce({ button: Dialog.cancelButton(), isChecked: null, value: null });
  const result = resultOf(anExecution(changes));
  expect(await insertCells(services({ notebooks: notebookOf(shared) }), result)).toBeNull();
  expect(asks.mock.lastCall?.[0]?.body).toContain(word);
  expect(shared.cells).toHaveLength(1);
  asks.mockResolvedValueOnce({ button: Dialog.okButton(), isChecked: null, value: null });
  await insertCells(services({ notebooks: notebookOf(shared) }), result);
  expect(shared.cells).toHaveLength(2);
});

test('a file never takes the place of another', async () => {
  const taken = new Set(['work/solution.py', 'work/solution-1.py']);
  const save = jest.fn();
  const get = jest.fn((path: string) => (taken.has(path) ? Promise.resolve({}) : Promise.reject(gone())));
  const app = { serviceManager: { contents: { get, save } } } as unknown as JupyterFrontEnd;
  const file = { path: 'solution.py', source: 'x', test: false };
  expect(await openAsFile({ app, documents: null, folder: () => 'work' }, file)).toBe('work/solution-2.py');
  expect(save).toHaveBeenCalledWith('work/solution-2.py', { type: 'file', format: 'text', content: 'x' });
});

test('commands mean what the panel shows, unless they say what', () => {
  const given = services();
  addCodeCommands(given);
  expect(given.app.commands.isEnabled(CodeCommands.copy)).toBe(false);
  expect(given.app.commands.isEnabled(CodeCommands.copy, { execution: 'exe_1' })).toBe(true);
  given.panel.setState({ execution: 'exe_1' });
  expect(given.app.commands.isEnabled(CodeCommands.copy)).toBe(true);
});

function gone(): Error {
  return new ServerConnection.ResponseError(new Response('', { status: 404 }));
}
