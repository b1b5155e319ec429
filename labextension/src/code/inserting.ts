/** A result's way into the notebook or file that a person works in. */
import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { CodeEditor } from '@jupyterlab/codeeditor';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IResult } from '../api/result';
import {
  accept,
  applyChanges,
  insertable,
  isInserted,
  proveChanges,
  usual
} from '../notebook/insertion/acceptance';
import { placeOf } from '../notebook/insertion/arrival';
import { effectSentences, reaches } from '../notebook/words';
import type { IServices } from '../panel/services';

/** Insert a result's cells below the active one; answers what came of it, in a sentence, or null if it was declined. */
export async function insertCells(services: IServices, result: IResult): Promise<string | null> {
  const { trans } = services;
  if (!insertable(result)) {
    return trans.__('There is no code to insert.');
  }
  const panel = services.notebooks?.currentWidget ?? (await newNotebook(services));
  const { activeCell, model } = panel.content;
  const place = activeCell && placeOf(panel.content, activeCell);
  if (!model || !place) {
    return trans.__('The notebook is not ready yet: try again.');
  }
  if (isInserted(model.sharedModel, result)) {
    return trans.__('Its cells are in the notebook already.');
  }
  if (!(await confirmed(trans, result))) {
    return null;
  }
  const pieces = usual(result, services.insertion());
  if (!accept(place, result, pieces)) {
    return trans.__('The cell below which they were to go is gone: try again.');
  }
  services.app.shell.activateById(panel.id);
  return trans._n(
    '%1 cell inserted; undo takes it back.',
    '%1 cells inserted; undo takes them back.',
    pieces.length
  );
}

/** Change the cells that a fix is about, and prove them where they stand. */
export async function changeCells(services: IServices, result: IResult): Promise<string> {
  const { agent, notebooks, trans } = services;
  const notebook = notebooks?.currentWidget?.content.model?.sharedModel;
  if (!notebook) {
    return trans.__('Open the notebook that it is about first.');
  }
  if (!applyChanges(notebook, result)) {
    return trans.__('The cell is another one by now, so nothing was changed.');
  }
  const proved = await proveChanges(agent, notebook, result).catch(() => false);
  const changed = trans.__('Changed; undo takes it back.');
  return proved ? `${changed} ${trans.__('It is proved in this notebook.')}` : changed;
}

/** Write text where the cursor is, in the active cell or the file in front. */
export function insertAtCursor({ app, notebooks, trans }: IServices, source: string): string {
  const widget = app.shell.currentWidget;
  const inNotebook = notebooks?.currentWidget;
  const editor =
    inNotebook && widget === inNotebook ? inNotebook.content.activeCell?.editor : editorOf(widget);
  const target = editor ?? inNotebook?.content.activeCell?.editor;
  if (!target?.replaceSelection) {
    return trans.__('Put the cursor into a cell or a file first.');
  }
  target.replaceSelection(source);
  target.focus();
  return trans.__('Inserted at the cursor. What stands there then is not proved.');
}

/** The editor of a file in front; other documents have none. */
function editorOf(widget: unknown): CodeEditor.IEditor | null {
  const content = (widget as { content?: { editor?: CodeEditor.IEditor } } | null)?.content;
  return content?.editor ?? null;
}

async function newNotebook({ app }: IServices): Promise<NotebookPanel> {
  const panel = (await app.commands.execute('notebook:create-new', { activate: true })) as NotebookPanel;
  await panel.context.ready;
  return panel;
}

/** Ask, where a person should know something first. */
async function confirmed(trans: TranslationBundle, result: IResult): Promise<boolean> {
  const unproved = !['passed', 'ran'].includes(result.status);
  const lines = [
    unproved
      ? trans.__('This code is not validated: something about it failed, see its tests and findings.')
      : '',
    reaches(result.effects)
      ? trans.__('When it runs, it %1.', effectSentences(trans, result.effects).join('; '))
      : ''
  ].filter(Boolean);
  if (!lines.length) {
    return true;
  }
  const { button } = await showDialog({
    title: unproved ? trans.__('Insert code that is not validated?') : trans.__('Insert code with effects?'),
    body: lines.join('\n'),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      unproved
        ? Dialog.warnButton({ label: trans.__('Insert, not validated') })
        : Dialog.okButton({ label: trans.__('Insert') })
    ]
  });
  return button.accept;
}
