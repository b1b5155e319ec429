/** Which cell a command is about: the one whose context menu it was chosen from, else the active one. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { Cell } from '@jupyterlab/cells';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

/** `clicked` among the arguments: chosen from a context menu, which does not make its cell the active one. */
export function meantCell(
  app: JupyterFrontEnd,
  tracker: INotebookTracker | null,
  args: ReadonlyPartialJSONObject
): Cell | null {
  if (args.clicked !== true) {
    return tracker?.activeCell ?? null;
  }
  const node = app.contextMenuHitTest(one => one.classList.contains('jp-Cell'));
  return tracker?.currentWidget?.content.widgets.find(one => one.node === node) ?? null;
}

/** Make it the active one; null where there is none. */
export function takeMeantCell(
  app: JupyterFrontEnd,
  tracker: INotebookTracker | null,
  args: ReadonlyPartialJSONObject
): Cell | null {
  const cell = meantCell(app, tracker, args);
  const notebook = tracker?.currentWidget?.content;
  if (cell && notebook) {
    notebook.deselectAll();
    notebook.activeCellIndex = notebook.widgets.indexOf(cell);
  }
  return cell;
}
