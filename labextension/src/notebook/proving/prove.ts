/** Proving cells of a person's own: from a clean start, in a fresh container. */
import type { ISharedCell, ISharedNotebook } from '@jupyter/ydoc';
import type { IAgent, IFollowing, Wire } from '../../api/client';
import { list, number, record, text } from '../../api/read';
import type { Json } from '../../api/read';
import { matches } from '../badge/digest';
import { METADATA, provenance } from '../insertion/cells';
import { stamp } from '../insertion/document';

const FILE = 'solution.py';
const PYTHON = /^3\.\d{1,2}(\.\d+)?$/;

/** The code cells, in order: positions in a report count these. */
export function codeCells(notebook: ISharedNotebook): ISharedCell[] {
  return notebook.cells.filter(cell => cell.cell_type === 'code');
}

/**
 * The report on the notebook, or on `only` one cell; the cells that ran carry their receipts then. Rejects with
 * AgentError, with an AbortError where it was ended.
 */
export async function prove(
  agent: Pick<IAgent, 'prove'>,
  notebook: ISharedNotebook,
  only: ISharedCell | null,
  python: string,
  follow?: IFollowing
): Promise<Json> {
  const cells = codeCells(notebook);
  const sources = cells.map(cell => cell.getSource());
  const request: Wire['ProveRequest'] = {
    cells: cells.map((cell, position) => ({
      id: cell.getId(),
      source: sources[position],
      execution_count: number(record(cell.toJSON()).execution_count)
    })),
    ...(only ? { only: cells.indexOf(only) } : {}),
    ...(PYTHON.test(python) ? { kernel_python: python } : {})
  };
  const report = await agent.prove(request, follow);
  for (const one of list(report.cells).map(record)) {
    const position = number(one.index) ?? -1;
    const cell = cells[position];
    // A cell that was edited or deleted meanwhile is not what was proved.
    if (one.receipt && cell && notebook.cells.includes(cell) && cell.getSource() === sources[position]) {
      await keep(notebook, cell, record(one.receipt));
    }
  }
  return report;
}

/** That it ran says less than that its tests passed: a receipt of that stays, while the cell is what it is about. */
async function keep(notebook: ISharedNotebook, cell: ISharedCell, receipt: Json): Promise<void> {
  const known = provenance(cell.getMetadata(METADATA));
  if (text(known?.receipt?.status) === 'passed') {
    const files = { [known?.path ?? FILE]: cell.getSource() };
    if (await matches(files, text(known?.receipt?.code_sha256), globalThis.crypto?.subtle)) {
      return;
    }
  }
  stamp(notebook, [cell], { execution_id: null, path: FILE, role: 'code', receipt });
}
