/** What mends a notebook that breaks, put into it: another order of its cells, and imports that were missing. */
import type { ISharedCell, ISharedNotebook, SharedCell } from '@jupyter/ydoc';
import { list, texts } from '../../api/read';
import type { Json } from '../../api/read';
import { asOneStep } from '../insertion/document';
import { codeCells } from './prove';

/** A code cell as it was when the notebook was proved. */
export interface IProvedCell {
  readonly id: string;
  readonly source: string;
}

export function provedCells(notebook: ISharedNotebook): IProvedCell[] {
  return codeCells(notebook).map(cell => ({ id: cell.getId(), source: cell.getSource() }));
}

/**
 * Change the notebook as proposed, as one step: false where its code is another than what was `proved`, so that
 * nobody has seen it run that way. Cells move only where they have to, so that texts stay with what they are about.
 */
export function applyProposal(
  notebook: ISharedNotebook,
  proved: readonly IProvedCell[],
  proposal: Json
): boolean {
  const cells = codeCells(notebook);
  const order = orderOf(proposal, cells.length);
  if (!cells.length || !order || JSON.stringify(provedCells(notebook)) !== JSON.stringify(proved)) {
    return false;
  }
  const wanted = arranged(
    notebook.cells,
    order.map(position => cells[position]),
    longestRising(order).map(position => cells[position])
  );
  const imports = texts(proposal.imports);
  if (imports.length) {
    const first = wanted.findIndex(one => 'cell_type' in one && one.cell_type === 'code');
    wanted.splice(first, 0, {
      cell_type: 'code',
      source: imports.join('\n'),
      metadata: {}
    } as SharedCell.Cell);
  }
  rearrange(notebook, wanted);
  return true;
}

/** The positions in the proposed order; those of now where it proposes none; null for what is no order of them. */
function orderOf(proposal: Json, count: number): number[] | null {
  const standing = Array.from({ length: count }, (_, position) => position);
  if (!list(proposal.order).length) {
    return standing;
  }
  const order = list(proposal.order).filter(position => typeof position === 'number');
  const sorted = [...order].sort((one, other) => one - other);
  return JSON.stringify(sorted) === JSON.stringify(standing) ? order : null;
}

/** The longest series of positions that rises: the cells that need not move. */
function longestRising(order: readonly number[]): number[] {
  const lengths: number[] = [];
  const before: number[] = [];
  order.forEach((position, index) => {
    lengths[index] = 1;
    before[index] = -1;
    for (let earlier = 0; earlier < index; earlier++) {
      if (order[earlier] < position && lengths[earlier] >= lengths[index]) {
        lengths[index] = lengths[earlier] + 1;
        before[index] = earlier;
      }
    }
  });
  const rising: number[] = [];
  for (let at = lengths.indexOf(Math.max(...lengths)); at >= 0; at = before[at]) {
    rising.unshift(order[at]);
  }
  return rising;
}

/** All cells, each moved one behind the one that is before it in `order`, or before the first. */
function arranged(
  all: readonly ISharedCell[],
  order: readonly ISharedCell[],
  staying: readonly ISharedCell[]
): (ISharedCell | SharedCell.Cell)[] {
  const stays = new Set(staying);
  const moves = new Set(order.filter(cell => !stays.has(cell)));
  const wanted: (ISharedCell | SharedCell.Cell)[] = [];
  for (const cell of all) {
    if (stays.has(cell)) {
      const at = order.indexOf(cell);
      const next = order.findIndex((other, index) => index > at && stays.has(other));
      const leading = cell === staying[0] ? order.slice(0, at) : [];
      const following = order.slice(at + 1, next < 0 ? order.length : next);
      wanted.push(...leading.map(copy), cell, ...following.map(copy));
    } else if (!moves.has(cell)) {
      wanted.push(cell);
    }
  }
  return wanted;
}

function copy(cell: ISharedCell): SharedCell.Cell {
  return cell.toJSON();
}

/** Remove the cells that are not wanted, and insert the data that stand among those that are, as one step. */
function rearrange(notebook: ISharedNotebook, wanted: readonly (ISharedCell | SharedCell.Cell)[]): void {
  const kept = new Set(wanted);
  const gone = notebook.cells.flatMap((cell, position) => (kept.has(cell) ? [] : [position]));
  asOneStep(notebook, () =>
    notebook.transact(() => {
      gone.reverse().forEach(position => notebook.deleteCell(position));
      wanted.forEach((one, position) => {
        if (!('getSource' in one)) {
          notebook.insertCell(position, one);
        }
      });
    })
  );
}
