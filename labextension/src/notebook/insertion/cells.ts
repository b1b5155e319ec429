/** The notebook's cells that a result becomes, and what is written into their metadata. */
import type { SharedCell } from '@jupyter/ydoc';
import type { Json } from '../../api/read';
import { record, text } from '../../api/read';
import type { IResult } from '../../api/result';

export const METADATA = 'coding_agent';
export type Role = 'code' | 'tests' | 'explanation';

/** One cell of a result that can be accepted. */
export interface IPiece {
  readonly role: Role;
  /** The file that it is; empty for the explanation. */
  readonly path: string;
  readonly source: string;
}

/** Metadata of a cell that was inserted or proved. Unsigned: only the receipt in it is more than a hint. */
export interface IProvenance {
  readonly executionId: string | null;
  readonly path: string;
  readonly role: string;
  readonly receipt: Json | null;
  readonly notebook: string;
}

/** Code first, `solution.py` last of it since it uses the others; then tests; then the explanation. */
export function piecesOf(result: IResult): IPiece[] {
  const code = Object.entries(result.files)
    .sort(([one], [other]) => Number(one === 'solution.py') - Number(other === 'solution.py'))
    .map(([path, source]): IPiece => ({ role: 'code', path, source }));
  const tests = Object.entries(result.tests).map(([path, source]): IPiece => ({
    role: 'tests',
    path,
    source
  }));
  const lines = result.explanation.split('\n').filter(line => line.trim());
  const explanation: IPiece[] = lines.length
    ? [{ role: 'explanation', path: '', source: lines.map(line => `- ${asMarkdownText(line)}`).join('\n') }]
    : [];
  return [...code, ...tests, ...explanation].map(piece => ({ ...piece, source: piece.source.trimEnd() }));
}

/**
 * Markdown that shows exactly this text: no link, no picture, no formula, no HTML comes of it.
 * A backslash is written as an entity, because two of them before a bracket begin a formula.
 */
export function asMarkdownText(line: string): string {
  return line
    .trim()
    .replace(/[!"#$%&'()*+,\-./:;<=>?@[\]^_`{|}~\\]/g, sign => (sign === '\\' ? '&#92;' : `\\${sign}`));
}

/** As nbformat wants it: an id that is too long or has other signs would make the notebook invalid. */
const CELL_ID = /^[\w-]{1,64}$/;

/** The same on every page, so that a cell which two people insert at once is known as one; a copy gets another. */
export function cellId(piece: IPiece, result: IResult): string | undefined {
  const number = piecesOf(result).findIndex(one => one.role === piece.role && one.path === piece.path);
  const id = `${result.executionId ?? ''}-${number}`;
  return CELL_ID.test(id) ? id : undefined;
}

/** The cell; tests are kept as a raw cell, because they import the code as a file and would fail as a cell. */
export function sharedCell(piece: IPiece, result: IResult, notebook: string): SharedCell.Cell {
  const metadata = {
    [METADATA]: {
      execution_id: result.executionId,
      path: piece.path,
      role: piece.role,
      ...(result.receipt && piece.role === 'code' ? { receipt: result.receipt } : {}),
      notebook
    }
  };
  const types = { code: 'code', tests: 'raw', explanation: 'markdown' } as const;
  const id = cellId(piece, result);
  const cell = { cell_type: types[piece.role], source: piece.source, metadata, ...(id ? { id } : {}) };
  return cell as SharedCell.Cell;
}

/** What the entry `METADATA` of a cell's metadata says; null where it says nothing. */
export function provenance(own: unknown): IProvenance | null {
  if (typeof own !== 'object' || own === null) {
    return null;
  }
  const raw = record(own);
  return {
    executionId: text(raw.execution_id) || null,
    path: text(raw.path) || 'solution.py',
    role: text(raw.role) || 'code',
    receipt: raw.receipt ? record(raw.receipt) : null,
    notebook: text(raw.notebook)
  };
}
