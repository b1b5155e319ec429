/** Accepting a result: which of its cells go into the notebook, and what is proved of them then. */
import type { ISharedCell, ISharedNotebook } from '@jupyter/ydoc';
import type { IAgent } from '../../api/client';
import { record, text } from '../../api/read';
import type { IResult } from '../../api/result';
import { reaches } from '../words';
import { codeCells, prove } from '../proving/prove';
import { METADATA, piecesOf, provenance } from './cells';
import type { IPiece } from './cells';
import { cellsOf, insert, rewrite, stamp } from './document';

/** Where a result stands: its notebook, and where in it the asking cell is now. */
export interface IPlace {
  readonly notebook: ISharedNotebook;
  /** -1 where the cell is no longer there. */
  position(): number;
}

/** Which cells a person wants, and whether results insert themselves. */
export interface IInsertionSettings {
  readonly automatic: 'never' | 'harmless' | 'always';
  readonly tests: boolean;
  readonly explanation: boolean;
}

export const DEFAULTS: IInsertionSettings = { automatic: 'harmless', tests: false, explanation: false };

/** Whether the result has cells that can be inserted. */
export function insertable(result: IResult): boolean {
  return result.executionId !== null && piecesOf(result).some(piece => piece.role === 'code');
}

export function isInserted(notebook: ISharedNotebook, result: IResult): boolean {
  return result.executionId !== null && cellsOf(notebook, result.executionId).length > 0;
}

/** The cells that are taken unless a person chooses others. */
export function usual(result: IResult, settings: IInsertionSettings): IPiece[] {
  return piecesOf(result).filter(
    piece =>
      piece.role === 'code' ||
      (piece.role === 'tests' && settings.tests) ||
      (piece.role === 'explanation' && settings.explanation)
  );
}

/** Whether a result that has just come is inserted by itself: proved, asked for, and nothing a person should see first. */
export function insertsItself(result: IResult, settings: IInsertionSettings): boolean {
  const asked = result.insert === 'asked' && result.status === 'passed' && insertable(result);
  return (
    asked &&
    (settings.automatic === 'always' || (settings.automatic === 'harmless' && !reaches(result.effects)))
  );
}

/**
 * Insert these pieces, unless the execution's cells are there already: from here, from the kernel, or from somebody
 * else who works on the same notebook. Answers whether they were inserted.
 */
export function accept(place: IPlace, result: IResult, pieces: readonly IPiece[]): boolean {
  const position = place.position();
  if (position < 0 || !pieces.length || isInserted(place.notebook, result)) {
    return false;
  }
  insert(place.notebook, position, result, pieces);
  return true;
}

/** Whether only a part of the code was taken, so that the receipt of the whole says nothing about it. */
export function isPart(result: IResult, pieces: readonly IPiece[]): boolean {
  const taken = pieces.filter(piece => piece.role === 'code').length;
  return taken > 0 && taken < Object.keys(result.files).length;
}

/** Validate the part of the code that was taken, and give its cells the receipt that comes of it. */
export async function validatePart(
  agent: IAgent,
  notebook: ISharedNotebook,
  result: IResult
): Promise<string> {
  const { executionId } = result;
  const cells = executionId === null ? [] : cellsOf(notebook, executionId);
  const code = cells.filter(cell => provenance(cell.getMetadata(METADATA))?.role === 'code');
  const files = Object.fromEntries(
    code.map(cell => [provenance(cell.getMetadata(METADATA))?.path ?? '', cell.getSource()] as const)
  );
  const verdict = await agent.validate({ language: 'python', files, tests: result.tests });
  stamp(notebook, code, { receipt: verdict.receipt ?? null });
  return text(verdict.status);
}

/** Put a fix into the cells that it is about, all or none: false where one of them is another by now. */
export function applyChanges(notebook: ISharedNotebook, result: IResult): boolean {
  const found = result.changes.map(
    change =>
      [
        notebook.cells.find(
          cell => cell.cell_type === 'code' && cell.getSource().trimEnd() === change.before.trimEnd()
        ),
        change.after.trimEnd()
      ] as const
  );
  const known = found.filter((pair): pair is [ISharedCell, string] => pair[0] !== undefined);
  if (!known.length || known.length < found.length) {
    return false;
  }
  rewrite(notebook, known);
  return true;
}

/**
 * Prove the cells that a fix has changed, as they stand in the notebook now, so that they carry receipts of it. Whether all
 * of them ran: one that needs what only the live kernel has does not, from a clean start.
 */
export async function proveChanges(
  agent: IAgent,
  notebook: ISharedNotebook,
  result: IResult
): Promise<boolean> {
  const after = new Set(result.changes.map(change => change.after.trimEnd()));
  const changed = codeCells(notebook).filter(cell => after.has(cell.getSource().trimEnd()));
  const reports = await Promise.all(changed.map(cell => prove(agent, notebook, cell, '')));
  return reports.length > 0 && reports.every(report => text(report.status) === 'ran');
}

/**
 * Take the cell that the kernel has put below for this result as the result's own: it gets its metadata.
 * Only a cell with exactly that code and without metadata of ours is taken.
 */
export function adopt(place: IPlace, results: readonly IResult[]): void {
  const cell = place.notebook.cells[place.position() + 1];
  if (cell === undefined || cell.cell_type !== 'code' || provenance(cell.getMetadata(METADATA))) {
    return;
  }
  const source = cell.getSource().trimEnd();
  for (const result of source ? results : []) {
    const piece = piecesOf(result).find(one => one.role === 'code' && one.source === source);
    if (piece && result.executionId !== null && !isInserted(place.notebook, result)) {
      const about = { execution_id: result.executionId, path: piece.path, role: piece.role };
      stamp(place.notebook, [cell], {
        ...about,
        ...(result.receipt ? { receipt: record(result.receipt) } : {})
      });
      return;
    }
  }
}
