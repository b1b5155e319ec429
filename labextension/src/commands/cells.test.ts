import { CommandRegistry } from '@lumino/commands';
import { fakeAgent } from '../testing/agents';
import { fakeServices } from '../testing/services';
import { addCellCommands } from './cells';
import { CellCommands } from './ids';
import type { Places } from './places';

interface ICellSketch {
  source: string;
  count: number | null;
  error?: [string, string];
}

/** As much of a notebook as the commands read. */
function aCell({ source, count, error }: ICellSketch, index: number) {
  const outputs = error ? [{ type: 'error', toJSON: () => ({ ename: error[0], evalue: error[1] }) }] : [];
  return {
    model: {
      id: `id-${index}`,
      type: 'code',
      executionCount: count,
      sharedModel: { getSource: () => source },
      outputs: { length: outputs.length, get: (at: number) => outputs[at] }
    }
  };
}

/** A kernel that answers this, or is busy. */
function aKernel(said: object | null) {
  const it = { status: 'ok', data: { 'application/json': said } };
  return {
    status: said ? 'idle' : 'busy',
    info: Promise.resolve({ language_info: { name: 'python' } }),
    requestExecute: () => ({ done: Promise.resolve({ content: { user_expressions: { it } } }) })
  };
}

function notebookWith(kernel: object | null, ...sketches: ICellSketch[]) {
  const widgets = sketches.map(aCell);
  const commands = new CommandRegistry();
  const { agent, asked } = fakeAgent({
    'POST /sessions': { session_id: 'ses_1' },
    'POST /chat': { session_id: 'ses_1', message_id: 'msg_1', execution_id: null },
    'POST /execute': { execution_id: 'exe_1' }
  });
  const activeCell = widgets[widgets.length - 1];
  const content = { widgets, activeCell, activeCellIndex: widgets.length - 1, deselectAll: () => undefined };
  const services = fakeServices(agent, {
    app: { commands } as never,
    notebooks: {
      activeCell,
      currentWidget: { content, context: { sessionContext: { session: { kernel } } } }
    } as never
  });
  addCellCommands(services, { open: () => undefined } as unknown as Places);
  return { commands, services, sent: (what: string) => asked.find(one => one.what === what)?.body };
}

function notebook(...sketches: ICellSketch[]) {
  return notebookWith(null, ...sketches);
}

test('a cell that failed is explained, with what ran above it', async () => {
  const { commands, sent } = notebook(
    { source: 'a = 1', count: 1 },
    { source: '%load_ext x', count: 2 },
    { source: 'b = 1 / 0', count: 3, error: ['ZeroDivisionError', 'division by zero'] },
    { source: 'c = 1', count: null },
    { source: 'print(q)', count: 4, error: ['NameError', "name 'q' is not defined"] }
  );
  await commands.execute(CellCommands.explain);
  expect(sent('POST /chat')).toMatchObject({
    message: expect.stringContaining(
      "This is about In [4], the last of the notebook's cells here. It failed with NameError"
    ) as unknown,
    intent: 'question',
    context: { cells: [{ source: 'a = 1' }, { source: 'print(q)' }] }
  });
});

test('tests for a cell are an execution, whose tests are shown', async () => {
  const { commands, services, sent } = notebook(
    { source: 'a = 1', count: 1 },
    { source: 'def twice(x):\n    return 2 * x', count: 2 }
  );
  await commands.execute(CellCommands.test);
  expect(sent('POST /execute')).toMatchObject({
    own_tests: {
      cell: 'def twice(x):\n    return 2 * x',
      cell_id: 'id-1',
      name: 'In [2]',
      cells: [{ source: 'a = 1', id: 'id-0', name: 'In [1]' }]
    }
  });
  expect(services.panel.getState()).toMatchObject({ execution: 'exe_1', facet: 'tests' });
});

test('tests for a cell are written with what its kernel tells of it', async () => {
  const told = {
    own_tests: { cell: 'twice(rate)', cell_id: null, name: 'In [2]', cells: [] },
    context: {
      variables: { rate: 'float' },
      notebook: { values: { rate: { description: 'float', content: '1.5' } } }
    }
  };
  const { commands, sent } = notebookWith(aKernel(told), { source: 'twice(rate)', count: 2 });
  await commands.execute(CellCommands.test);
  expect(sent('POST /execute')).toMatchObject({
    own_tests: { ...told.own_tests, cell_id: 'id-0' },
    context: told.context
  });
});

test('a kernel that is busy keeps nobody from having tests written', async () => {
  const { commands, sent } = notebookWith(aKernel(null), { source: 'twice(rate)', count: 2 });
  await commands.execute(CellCommands.test);
  expect(sent('POST /execute')).toMatchObject({ own_tests: { cell: 'twice(rate)', cell_id: 'id-0' } });
  expect(sent('POST /execute')).not.toHaveProperty('context');
});
