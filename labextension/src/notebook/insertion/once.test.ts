import * as Y from 'yjs';
import { aNotebook } from '../../testing/notebooks';
import { aResult } from '../../testing/results';
import { insert, removeDoubles } from './document';
import { piecesOf } from './cells';

test('what two people insert at once is kept once, on both sides', () => {
  const mine = aNotebook('%%agent\nadd', 'x');
  const theirs = aNotebook();
  const sync = (): void => {
    Y.applyUpdate(theirs.ydoc, Y.encodeStateAsUpdate(mine.ydoc));
    Y.applyUpdate(mine.ydoc, Y.encodeStateAsUpdate(theirs.ydoc));
  };
  sync();
  const result = aResult({ execution_id: `exe_${'0'.repeat(32)}` });
  for (const notebook of [mine, theirs]) {
    insert(notebook, 0, result, piecesOf(result));
  }
  sync();
  expect(mine.cells).toHaveLength(8);
  for (const notebook of [mine, theirs]) {
    removeDoubles(notebook, result);
  }
  sync();
  const types = ['code', 'code', 'raw', 'markdown', 'code'];
  expect(mine.cells.map(cell => cell.cell_type)).toEqual(types);
  expect(theirs.cells.map(cell => cell.getId())).toEqual(mine.cells.map(cell => cell.getId()));
});

test('a copy that a person has made is left alone', () => {
  const notebook = aNotebook('%%agent\nadd');
  const result = aResult();
  insert(notebook, 0, result, piecesOf(result));
  notebook.insertCell(1, { ...notebook.cells[1].toJSON(), id: 'a-copy' });
  removeDoubles(notebook, result);
  expect(notebook.cells).toHaveLength(5);
});
