/** Cells of a notebook as attachments: without their secrets where the kernel can be asked. */
import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { Cell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { IServices } from '../panel/services';
import { KernelSilent, withoutSecrets } from '../kernel/kernel';
import type { ICellAttachment } from './store';

/** In the order of the notebook; empty cells are none. */
export function cellsOf(notebook: NotebookPanel): readonly Cell[] {
  return notebook.content.widgets.filter(cell => cell.model.sharedModel.getSource().trim());
}

/** `In [3]`, or where it stands. */
export function nameOf({ trans }: IServices, notebook: NotebookPanel, cell: Cell): string {
  const count: unknown = cell.model.type === 'code' ? cell.model.sharedModel.toJSON().execution_count : null;
  return typeof count === 'number'
    ? `In [${count}]`
    : trans.__('Cell %1', notebook.content.widgets.indexOf(cell) + 1);
}

export function idOf(notebook: NotebookPanel, cell: Cell): string {
  return `${notebook.context.path}#${cell.model.id}`;
}

/** Attach them; answers what people should know, or nothing. */
export async function attachCells(
  services: IServices,
  notebook: NotebookPanel,
  cells: readonly Cell[]
): Promise<string> {
  const { composer, trans } = services;
  const sources = cells.map(cell => cell.model.sharedModel.getSource());
  const attached = (texts: readonly string[]): ICellAttachment[] =>
    cells.map((cell, place) => ({
      kind: 'cell',
      id: idOf(notebook, cell),
      name: nameOf(services, notebook, cell),
      notebook: notebook.context.path,
      source: texts[place]
    }));
  try {
    const { sources: clean, withheld, facts } = await withoutSecrets(trans, notebook, sources);
    composer.getState().attach(...attached(clean));
    composer.getState().setKernel(facts);
    return withheld ? trans.__('Taken out before it is sent: %1.', withheld) : '';
  } catch (error) {
    if (!(error instanceof KernelSilent)) {
      throw error;
    }
    const sure = await showDialog({
      title: trans.__('Attach the cells as they are?'),
      body: trans.__('Only the kernel takes secrets out of cells, and it could not. %1', error.message),
      buttons: [Dialog.cancelButton(), Dialog.warnButton({ label: trans.__('Attach as They Are') })]
    });
    if (sure.button.accept) {
      composer.getState().attach(...attached(sources));
    }
    return '';
  }
}
