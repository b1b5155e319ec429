import { aNotebook } from '../../testing/notebooks';
import { applyProposal, provedCells } from './mend';

/** Its cells' texts, in order. */
function texts(notebook: ReturnType<typeof aNotebook>): string[] {
  return notebook.cells.map(cell => cell.getSource());
}

/** Code cells a, b, c, d with a text before each of the first three. */
function described(): ReturnType<typeof aNotebook> {
  const notebook = aNotebook('a', 'b', 'c', 'd');
  ['about c', 'about b', 'about a'].forEach((source, index) =>
    notebook.insertCell(2 - index, { cell_type: 'markdown', source, metadata: {} })
  );
  notebook.undoManager.clear();
  return notebook;
}

test.each([
  [
    [2, 0, 1, 3],
    ['about a', 'c', 'a', 'about b', 'b', 'about c', 'd']
  ],
  [
    [1, 2, 3, 0],
    ['about a', 'about b', 'b', 'about c', 'c', 'd', 'a']
  ],
  [
    [0, 1, 2, 3],
    ['about a', 'a', 'about b', 'b', 'about c', 'c', 'd']
  ]
])('the order %j moves as few cells as it can, and one undo takes it back', (order, expected) => {
  const notebook = described();
  const before = texts(notebook);
  const ids = new Set(notebook.cells.map(cell => cell.getId()));
  expect(applyProposal(notebook, provedCells(notebook), { order, imports: [] })).toBe(true);
  expect(texts(notebook)).toEqual(expected);
  expect(new Set(notebook.cells.map(cell => cell.getId()))).toEqual(ids);
  notebook.undo();
  expect(texts(notebook)).toEqual(before);
});

test('missing imports come before the first code, with the order in one step', () => {
  const notebook = described();
  const imports = ['import numpy as np', 'import pandas as pd'];
  expect(applyProposal(notebook, provedCells(notebook), { order: [3, 0, 1, 2], imports })).toBe(true);
  expect(texts(notebook).slice(0, 4)).toEqual(['about a', imports.join('\n'), 'd', 'a']);
  notebook.undo();
  expect(texts(notebook)).toEqual(['about a', 'a', 'about b', 'b', 'about c', 'c', 'd']);
  expect(applyProposal(notebook, provedCells(notebook), { order: null, imports })).toBe(true);
  expect(texts(notebook).slice(0, 3)).toEqual(['about a', imports.join('\n'), 'a']);
});

test('outputs move with their cell', () => {
  const notebook = aNotebook('a', 'b');
  const cell = notebook.cells[0] as unknown as { setOutputs(outputs: unknown[]): void };
  cell.setOutputs([{ output_type: 'stream', name: 'stdout', text: 'printed' }]);
  applyProposal(notebook, provedCells(notebook), { order: [1, 0] });
  const moved = notebook.cells.find(one => one.getSource() === 'a');
  expect(JSON.stringify(moved?.toJSON())).toContain('printed');
});

test('nothing is changed where the code is another by now, or where it is no order', () => {
  const notebook = described();
  const proved = provedCells(notebook);
  expect(applyProposal(notebook, proved, { order: [0, 1] })).toBe(false);
  expect(applyProposal(notebook, proved, { order: [0, 0, 1, 2] })).toBe(false);
  notebook.cells[1].setSource('edited');
  expect(applyProposal(notebook, proved, { order: [3, 2, 1, 0] })).toBe(false);
  expect(texts(notebook)).toEqual(['about a', 'edited', 'about b', 'b', 'about c', 'c', 'd']);
});
