/** A cell of a person's own with those above it, as the agent is told of it. */
import type { CodeCell } from '@jupyterlab/cells';
import type { Notebook } from '@jupyterlab/notebook';
import type { Wire } from '../api/client';
import { text } from '../api/read';
import type { IRun } from '../kernel/kernel';

const MOST_CELLS = 12;
const MOST_CHARACTERS = 20_000;
const MAGIC = /^\s*(%|!)/;

interface ICell {
  /** What people call it. */
  readonly name: string;
  readonly source: string;
  readonly id: string;
  /** Its number as it last ran; null where it has not. */
  readonly count: number | null;
  /** The exception that it ended with; empty where it did not. */
  readonly failure: string;
  /** The nearest of the cells above that ran without an exception, the oldest first. */
  readonly above: Wire['OwnTests']['cells'];
}

/** Null for a cell that is no code, or empty. */
export function ownCell(notebook: Notebook): ICell | null {
  const { activeCell: cell, activeCellIndex: position } = notebook;
  const source = cell?.model.sharedModel.getSource() ?? '';
  if (cell?.model.type !== 'code' || !source.trim()) {
    return null;
  }
  return {
    name: nameOf(cell as CodeCell, position),
    source,
    id: cell.model.id,
    count: (cell as CodeCell).model.executionCount,
    failure: failureOf(cell as CodeCell),
    above: cellsAbove(notebook, position)
  };
}

/** Those whose last run ended with an exception. */
export function failedCells(notebook: Notebook): readonly IRun[] {
  return notebook.widgets.flatMap(cell => {
    const number = cell.model.type === 'code' ? (cell as CodeCell).model.executionCount : null;
    return number !== null && failureOf(cell as CodeCell)
      ? [{ number, source: cell.model.sharedModel.getSource() }]
      : [];
  });
}

function cellsAbove(notebook: Notebook, position: number): ICell['above'] {
  const above: NonNullable<ICell['above']>[number][] = [];
  let characters = 0;
  for (let index = position - 1; index >= 0 && above.length < MOST_CELLS; index--) {
    const cell = notebook.widgets[index] as CodeCell;
    const source = cell.model.sharedModel.getSource();
    const counts = cell.model.type === 'code' && cell.model.executionCount !== null && !failureOf(cell);
    if (!counts || MAGIC.test(source)) {
      continue;
    }
    characters += source.length;
    if (characters > MOST_CHARACTERS) {
      break;
    }
    above.unshift({ source, id: cell.model.id, name: nameOf(cell, index) });
  }
  return above;
}

function nameOf(cell: CodeCell, position: number): string {
  const count = cell.model.executionCount;
  return count === null ? `cell ${position + 1}` : `In [${count}]`;
}

function failureOf(cell: CodeCell): string {
  const { outputs } = cell.model;
  for (let index = 0; index < outputs.length; index++) {
    const output = outputs.get(index);
    if (output.type === 'error') {
      const { ename, evalue } = output.toJSON();
      return `${text(ename)}: ${text(evalue)}`;
    }
  }
  return '';
}
