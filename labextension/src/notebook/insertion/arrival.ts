/** Results that come while this front end watches: they insert themselves where that was asked for. */
import type { ISharedCell } from '@jupyter/ydoc';
import type { CodeCell } from '@jupyterlab/cells';
import type { IOutputAreaModel } from '@jupyterlab/outputarea';
import type { Notebook } from '@jupyterlab/notebook';
import { readResult, RESULT_MIME } from '../../api/result';
import type { IResult } from '../../api/result';
import { accept, adopt, insertsItself, usual } from './acceptance';
import type { IInsertionSettings, IPlace } from './acceptance';

/** A cell of ours begins like this, maybe below comments. */
export const ASKING = /^\s*%{1,2}agent\b/m;

/**
 * Follows the cells that are run here. Who runs a cell inserts what it brings: of several people at the same notebook
 * only one does, and a notebook that is merely opened is never changed.
 */
export class Arrival {
  constructor(private readonly _settings: () => IInsertionSettings) {}

  /** A cell is about to run: its outputs may become a result, also long after the cell has ended. */
  scheduled(notebook: Notebook, cell: CodeCell): void {
    const { outputs, sharedModel } = cell.model;
    if (this._followed.has(outputs) || !ASKING.test(sharedModel.getSource())) {
      return;
    }
    this._followed.add(outputs);
    const place = placeOf(notebook, cell);
    outputs.changed.connect((model, change) => {
      if (place && (change.type === 'add' || change.type === 'set')) {
        // The change of the outputs is itself a change of the document, which has to end first.
        void Promise.resolve().then(() => this._arrived(place, model));
      }
    });
  }

  /** A cell has run: the kernel may have put a cell below it. */
  executed(notebook: Notebook, cell: CodeCell): void {
    const place = placeOf(notebook, cell);
    if (place && ASKING.test(cell.model.sharedModel.getSource())) {
      adopt(place, this._resultsIn(notebook));
    }
  }

  private _arrived(place: IPlace, outputs: IOutputAreaModel): void {
    for (const result of resultsOf(outputs)) {
      const id = result.executionId ?? '';
      // Once: who takes it back or deletes it does not want to have it again.
      if (insertsItself(result, this._settings()) && !this._handled.has(id)) {
        this._handled.add(id);
        accept(place, result, usual(result, this._settings()));
      }
    }
  }

  private _resultsIn(notebook: Notebook): IResult[] {
    return notebook.widgets.flatMap(widget =>
      widget.model.type === 'code' ? resultsOf((widget as CodeCell).model.outputs) : []
    );
  }

  private readonly _followed = new WeakSet<IOutputAreaModel>();
  private readonly _handled = new Set<string>();
}

/** Where a cell stands, as long as it does. */
export function placeOf(
  notebook: Notebook,
  cell: { readonly model: { readonly sharedModel: ISharedCell } }
): IPlace | null {
  const shared = notebook.model?.sharedModel;
  const own = cell.model.sharedModel;
  return shared ? { notebook: shared, position: () => shared.cells.indexOf(own) } : null;
}

function resultsOf(outputs: IOutputAreaModel): IResult[] {
  const results: IResult[] = [];
  for (let index = 0; index < outputs.length; index++) {
    const data: unknown = outputs.get(index).data[RESULT_MIME];
    if (data !== undefined) {
      results.push(readResult(data));
    }
  }
  return results;
}
