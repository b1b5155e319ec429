import type { IAgent } from '../../api/client';
import { aNotebook } from '../../testing/notebooks';
import { aResult } from '../../testing/results';
import {
  accept,
  adopt,
  applyChanges,
  DEFAULTS,
  insertsItself,
  isPart,
  proveChanges,
  usual,
  validatePart
} from './acceptance';
import type { IPlace } from './acceptance';
import { asMarkdownText, METADATA, piecesOf, provenance } from './cells';
import { insertionControls } from './controls';
import { nullTranslator } from '@jupyterlab/translation';

const CODE = 'def add(a, b):\n    return a + b';
const trans = nullTranslator.load('test');

function placeIn(notebook: ReturnType<typeof aNotebook>, position = 0): IPlace {
  const cell = notebook.cells[position];
  return { notebook, position: () => notebook.cells.indexOf(cell) };
}

function agentThat(answers: Partial<IAgent>): IAgent {
  const nothing = () => Promise.reject(new Error('not asked'));
  return { verify: nothing, validate: nothing, prove: nothing, ...answers };
}

test('what is in the notebook already is not inserted again', () => {
  const place = placeIn(aNotebook('%%agent\nadd', 'x'));
  const result = aResult();
  expect(accept(place, result, usual(result, DEFAULTS))).toBe(true);
  expect(accept(place, result, usual(result, DEFAULTS))).toBe(false);
  expect(place.notebook.cells.map(cell => cell.getSource())).toEqual(['%%agent\nadd', CODE, 'x']);
});

test('nothing is inserted for a cell that is gone', () => {
  const notebook = aNotebook('%%agent\nadd', 'x');
  const place = placeIn(notebook);
  notebook.deleteCell(0);
  expect(accept(place, aResult(), piecesOf(aResult()))).toBe(false);
  expect(notebook.cells).toHaveLength(1);
});

test.each([
  ['asked', {}, true],
  ['not asked', { insert: 'offered' }, false],
  ['the kernel did it', { insert: 'done' }, false],
  ['not validated', { status: 'partial' }, false],
  ['it writes a file', { effects: { writes: ['out.csv'] } }, false],
  ['it connects', { effects: { network: ['example.org'] } }, false],
  ['it reads a file', { effects: { reads: ['in.csv'] } }, true],
  ['a verdict on a cell', { execution_id: null }, false],
  ['no code', { files: {} }, false]
])('whether a result inserts itself: %s', (_, changes, expected) => {
  expect(insertsItself(aResult(changes), DEFAULTS)).toBe(expected);
});

test('the setting decides what else inserts itself', () => {
  const writing = aResult({ effects: { writes: ['out.csv'] } });
  expect(insertsItself(writing, { ...DEFAULTS, automatic: 'always' })).toBe(true);
  expect(insertsItself(aResult(), { ...DEFAULTS, automatic: 'never' })).toBe(false);
});

test('a part that is taken is validated again, and carries the receipt of that', async () => {
  const result = aResult({ files: { 'helper.py': 'h = 1\n', 'solution.py': `${CODE}\n` } });
  const place = placeIn(aNotebook('%%agent\nadd'));
  const taken = piecesOf(result).filter(piece => piece.path === 'solution.py');
  expect(isPart(result, taken)).toBe(true);
  accept(place, result, taken);
  const validate = jest.fn(() => Promise.resolve({ status: 'failed', receipt: { status: 'failed' } }));
  expect(await validatePart(agentThat({ validate }), place.notebook, result)).toBe('failed');
  expect(validate).toHaveBeenCalledWith({
    language: 'python',
    files: { 'solution.py': CODE },
    tests: result.tests
  });
  const own = provenance(place.notebook.cells[1].getMetadata(METADATA));
  expect(own).toMatchObject({ executionId: 'exe_1', receipt: { status: 'failed' } });
});

test('a cell that the kernel has put below becomes the result`s own', () => {
  const notebook = aNotebook('%%agent --wait\nadd', `${CODE}\n`, 'x');
  adopt(placeIn(notebook), [aResult({ insert: 'done' })]);
  expect(provenance(notebook.cells[1].getMetadata(METADATA))).toMatchObject({
    executionId: 'exe_1',
    receipt: { status: 'passed' }
  });
  expect(notebook.getMetadata(METADATA)).toBeDefined();
});

test('a cell with other code is left alone', () => {
  const notebook = aNotebook('%%agent --wait\nadd', `${CODE} + 1`);
  adopt(placeIn(notebook), [aResult()]);
  expect(notebook.cells[1].getMetadata(METADATA)).toBeUndefined();
});

test('a fix changes its cells in one step, or none of them', () => {
  const notebook = aNotebook('a = 1', 'b = a / 0', '%agent fix 2');
  const change = {
    name: 'In [2]',
    before: 'b = a / 0\n',
    after: 'b = a / 1\n',
    unified_diff: '-b = a / 0\n+b = a / 1'
  };
  expect(applyChanges(notebook, aResult({ changes: [change, { ...change, before: 'gone' }] }))).toBe(false);
  expect(applyChanges(notebook, aResult({ changes: [change] }))).toBe(true);
  expect(notebook.cells[1].getSource()).toBe('b = a / 1');
  notebook.undo();
  expect(notebook.cells[1].getSource()).toBe('b = a / 0');
});

test('a cell that was mended carries the receipt of its run in this notebook', async () => {
  const notebook = aNotebook('a = 1', 'b = a / 0');
  const change = { name: 'In [2]', before: 'b = a / 0', after: 'b = a / 1', unified_diff: '' };
  const result = aResult({ changes: [change] });
  applyChanges(notebook, result);
  const prove = jest.fn(({ only }: { only?: number | null }) =>
    Promise.resolve({ status: 'ran', cells: [{ index: only, receipt: { status: 'ran' } }] })
  );
  expect(await proveChanges(agentThat({ prove }), notebook, result)).toBe(true);
  expect(prove).toHaveBeenCalledTimes(1);
  expect(provenance(notebook.cells[1].getMetadata(METADATA))?.receipt).toEqual({ status: 'ran' });
  expect(notebook.cells[0].getMetadata(METADATA)).toBeUndefined();
});

test('the explanation shows as text, whatever stands in it', () => {
  const line = '<img src=x> ![a](http://evil/) `c` $x$ \\(y\\) www.evil.org';
  const written = asMarkdownText(line);
  expect(written).not.toMatch(/(^|[^\\])[<![`$(.]/);
  expect(written.replaceAll('&#92;', '\u0000').replace(/\\(.)/g, '$1').replaceAll('\u0000', '\\')).toBe(line);
});

test('the controls follow the notebook', () => {
  const notebook = aNotebook('%%agent\nadd');
  const keep = jest.fn();
  const options = {
    trans,
    agent: agentThat({}),
    settings: DEFAULTS,
    place: placeIn(notebook),
    result: aResult(),
    keep
  };
  const controls = insertionControls(options);
  const buttons = () => [...(controls?.node.querySelectorAll('button') ?? [])];
  expect(buttons().map(one => one.textContent)).toEqual(['Insert', 'Reject']);
  buttons()[1].click();
  expect(keep).toHaveBeenCalledWith({ insert: 'rejected' });
  buttons()[0].click();
  expect(notebook.cells).toHaveLength(2);
  expect(controls?.node.textContent).toContain('in the notebook');
  notebook.undo();
  expect(buttons().map(one => one.textContent)).toEqual(['Insert', 'Reject']);
});

test('code that is not validated says so before it is inserted', () => {
  const result = aResult({ status: 'partial' });
  const place = placeIn(aNotebook('%%agent\nadd'));
  const controls = insertionControls({
    trans,
    agent: agentThat({}),
    settings: DEFAULTS,
    place,
    result,
    keep: () => undefined
  });
  expect(controls?.node.textContent).toContain('Insert, not validated');
});
