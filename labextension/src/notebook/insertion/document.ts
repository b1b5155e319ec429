/** Changes of a notebook's shared model: what a person or the agent does to it, each as one step. */
import type { ISharedCell, ISharedNotebook } from '@jupyter/ydoc';
import { UUID } from '@lumino/coreutils';
import type { PartialJSONValue } from '@lumino/coreutils';
import type { Json } from '../../api/read';
import { record, text } from '../../api/read';
import type { IResult } from '../../api/result';
import { cellId, METADATA, piecesOf, provenance, sharedCell } from './cells';
import type { IPiece } from './cells';

/** The notebook's id for receipts; the first who inserts makes it. */
export function notebookId(notebook: ISharedNotebook): string {
  const own = record(notebook.getMetadata(METADATA));
  const known = text(own.id);
  if (known) {
    return known;
  }
  const id = UUID.uuid4();
  notebook.setMetadata(METADATA, { ...own, id } as PartialJSONValue);
  return id;
}

/** The cells that an execution has brought, wherever they are by now. */
export function cellsOf(notebook: ISharedNotebook, executionId: string): ISharedCell[] {
  return notebook.cells.filter(cell => provenance(cell.getMetadata(METADATA))?.executionId === executionId);
}

/** Insert all pieces after the cell at `position`, as one step that one undo takes back. */
export function insert(
  notebook: ISharedNotebook,
  position: number,
  result: IResult,
  pieces: readonly IPiece[]
): void {
  const id = notebookId(notebook);
  asOneStep(notebook, () =>
    notebook.insertCells(
      position + 1,
      pieces.map(piece => sharedCell(piece, result, id))
    )
  );
}

/**
 * Of cells that several people have inserted at once, keep the first of each. Every page does this, to the same cells, so
 * that all of them come to the same notebook.
 */
export function removeDoubles(notebook: ISharedNotebook, result: IResult): void {
  const own = new Set(piecesOf(result).map(piece => cellId(piece, result)));
  const ids = notebook.cells.map(cell => cell.getId());
  const doubles = ids.flatMap((id, position) =>
    own.has(id) && ids.indexOf(id) < position ? [position] : []
  );
  if (doubles.length) {
    notebook.transact(() => doubles.reverse().forEach(position => notebook.deleteCell(position)), false);
  }
}

/** Give these cells other sources, as one step. */
export function rewrite(
  notebook: ISharedNotebook,
  sources: readonly (readonly [ISharedCell, string])[]
): void {
  asOneStep(notebook, () =>
    notebook.transact(() => sources.forEach(([cell, source]) => cell.setSource(source)))
  );
}

/** Write another receipt into cells, beside what their metadata say already; not a step that undo takes back. */
export function stamp(notebook: ISharedNotebook, cells: readonly ISharedCell[], changes: Json): void {
  const id = notebookId(notebook);
  notebook.transact(() => {
    for (const cell of cells) {
      const old = record(cell.getMetadata(METADATA));
      cell.setMetadata(METADATA, { ...old, notebook: id, ...changes } as PartialJSONValue);
    }
  }, false);
}

/** Changes that follow each other within half a second would else be taken back together. */
export function asOneStep(notebook: ISharedNotebook, change: () => void): void {
  const { undoManager } = notebook as { undoManager?: { stopCapturing(): void } };
  undoManager?.stopCapturing();
  change();
  undoManager?.stopCapturing();
}
