import { aNotebook } from '../../testing/notebooks';
import { aResult } from '../../testing/results';
import { METADATA, piecesOf, provenance } from './cells';
import { cellsOf, insert, notebookId, stamp } from './document';

const result = aResult();

test('all cells of a result go in after the asking cell, and one undo takes them back', () => {
  const notebook = aNotebook('%%agent\nadd', 'last');
  notebook.cells[1].setSource('typed just before');
  insert(notebook, 0, result, piecesOf(result));
  notebook.cells[0].setSource('typed just after');
  expect(notebook.cells.map(cell => cell.cell_type)).toEqual(['code', 'code', 'raw', 'markdown', 'code']);
  expect(notebook.cells[1].getSource()).toBe('def add(a, b):\n    return a + b');
  notebook.undo();
  expect(notebook.cells.map(cell => cell.getSource())[0]).toBe('%%agent\nadd');
  expect(notebook.cells).toHaveLength(5);
  notebook.undo();
  expect(notebook.cells.map(cell => cell.getSource())).toEqual(['%%agent\nadd', 'typed just before']);
});

test('the metadata say where a cell comes from, and the code carries the receipt', () => {
  const notebook = aNotebook('%%agent\nadd');
  insert(notebook, 0, result, piecesOf(result));
  const id = notebookId(notebook);
  expect(notebook.getMetadata(METADATA)).toEqual({ id });
  expect(notebook.cells[1].getMetadata(METADATA)).toEqual({
    execution_id: 'exe_1',
    path: 'solution.py',
    role: 'code',
    receipt: result.receipt,
    notebook: id
  });
  expect(provenance(notebook.cells[2].getMetadata(METADATA))?.receipt).toBeNull();
  expect(cellsOf(notebook, 'exe_1')).toHaveLength(3);
});

test('a receipt that comes later is no step that undo takes back', () => {
  const notebook = aNotebook('x = 1');
  notebook.undoManager.clear();
  notebook.cells[0].setSource('x = 2');
  stamp(notebook, notebook.cells, { receipt: { signature: 's' }, role: 'code' });
  notebook.undo();
  expect(notebook.cells[0].getSource()).toBe('x = 1');
  expect(provenance(notebook.cells[0].getMetadata(METADATA))?.receipt).toEqual({ signature: 's' });
});
