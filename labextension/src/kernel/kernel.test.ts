import type { NotebookPanel } from '@jupyterlab/notebook';
import { nullTranslator } from '@jupyterlab/translation';
import { foundIn, ownCellOf, variablesOf, withoutSecrets } from './kernel';

const trans = nullTranslator.load('jupyter-coding-agent');

/** A notebook whose kernel answers the expression with this. */
function notebook(it: unknown, more: object = {}): { panel: NotebookPanel; asked: unknown[] } {
  const asked: unknown[] = [];
  const kernel = {
    status: 'idle',
    info: Promise.resolve({ language_info: { name: 'python' } }),
    requestExecute: (content: unknown) => {
      asked.push(content);
      return { done: Promise.resolve({ content: { status: 'ok', user_expressions: { it } } }) };
    },
    ...more
  };
  const panel = { context: { sessionContext: { session: { kernel } } } };
  return { panel: panel as unknown as NotebookPanel, asked };
}

test('the kernel is asked without an effect on the notebook, and what it answers may be anything', async () => {
  const said = {
    variables: [
      { name: 'df', description: 'DataFrame', definition: false },
      { name: 'a b', description: 'no name' },
      { name: 'f', description: 4, definition: 'yes' },
      null
    ],
    kernel_python: '3.12; rm',
    packages: ['numpy', 7, 'x'.repeat(300)],
    withheld: ''
  };
  const { panel, asked } = notebook({ status: 'ok', data: { 'application/json': said } });
  expect(await variablesOf(trans, panel)).toEqual({
    variables: [
      { name: 'df', description: 'DataFrame', definition: false },
      { name: 'f', description: '', definition: false }
    ],
    facts: null,
    withheld: ''
  });
  expect(asked).toMatchObject([
    { code: '', silent: true, store_history: false, allow_stdin: false, stop_on_error: false }
  ]);
});

test.each([
  ['No module named x', { status: 'error', ename: 'ModuleNotFoundError' }, {}, /pip install/],
  ['another failure', { status: 'error', ename: 'ValueError', evalue: 'odd' }, {}, /could not say: odd/],
  ['a busy kernel', {}, { status: 'busy' }, /busy/],
  ['R', {}, { info: Promise.resolve({ language_info: { name: 'R' } }) }, /speaks R/]
])('%s is said in a sentence', async (_, it, more, sentence) => {
  await expect(variablesOf(trans, notebook(it, more).panel)).rejects.toThrow(sentence);
});

test('no cell is left with its secrets because the kernel answered about fewer', async () => {
  const { panel } = notebook({ status: 'ok', data: { 'application/json': { cells: ['one'] } } });
  await expect(withoutSecrets(trans, panel, ['one', 'two'])).rejects.toThrow('was not understood');
});

/** What the kernel was asked, read as Python reads it. */
function question(asked: unknown[]): unknown {
  const [{ user_expressions: expressions }] = asked as { user_expressions: { it: string } }[];
  const [, call, argument] = /\.(\w+)\((.*)\)$/.exec(expressions.it) ?? [];
  return [call, JSON.parse(JSON.parse(argument) as string)];
}

test('what code finds is asked for by words, names and cells', async () => {
  const found = { before: ['a = 1'], values: {}, missing: {} };
  const { panel, asked } = notebook({ status: 'ok', data: { 'application/json': { notebook: found } } });
  const about = { request: 'plot "df"\n', names: ['df'], cells: ['df.head()'] };
  expect(await foundIn(trans, panel, about)).toEqual(found);
  expect(question(asked)).toEqual(['found', about]);
});

test('a cell of one’s own is asked for as it was run', async () => {
  const told = { own_tests: { cell: 'a' }, context: { variables: {} } };
  const { panel, asked } = notebook({ status: 'ok', data: { 'application/json': told } });
  const failed = [{ number: 1, source: '1 / 0' }];
  expect(await ownCellOf(trans, panel, { number: 2, source: 'a' }, failed)).toEqual(told);
  expect(question(asked)).toEqual(['own_cell', { number: 2, source: 'a', failed: [[1, '1 / 0']] }]);
});
