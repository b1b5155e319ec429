/** A result's way into the notebook or file that a person works in. */
import type { ISharedNotebook, NotebookChange } from '@jupyter/ydoc';
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
import { removeDoubles } from '../notebook/insertion/document';
import { effectSentences, reaches, signalName, signalSentence, statusWord, warns } from '../notebook/words';
import type { IServices } from '../panel/services';

/** How long what two people do may take to meet. */
const AT_ONCE_MS = 10_000;

/** Insert a result's cells below the active one; answers what came of it, in a sentence, or null if it was declined. */
export async function insertCells(services: IServices, result: IResult): Promise<string | null> {
  const { trans } = services;
  if (!insertable(result)) {
    return trans.__('There is no code to insert.');
  }
  const open = services.notebooks?.currentWidget ?? null;
  const shared = open?.content.model?.sharedModel;
  if (shared && isInserted(shared, result)) {
    return trans.__('Its cells are in the notebook already.');
  }
  if (!(await confirmed(trans, result, open === null))) {
    return null;
  }
  const panel = open ?? (await newNotebook(services));
  const { activeCell, model } = panel.content;
  const place = activeCell && placeOf(panel.content, activeCell);
  if (!model || !place) {
    return trans.__('The notebook is not ready yet: try again.');
  }
  const pieces = usual(result, services.insertion());
  if (!accept(place, result, pieces)) {
    return trans.__('The cell below which they were to go is gone: try again.');
  }
  watchForDoubles(place.notebook, result);
  services.app.shell.activateById(panel.id);
  return trans._n(
    '%1 cell inserted; undo takes it back.',
    '%1 cells inserted; undo takes them back.',
    pieces.length
  );
}

/** Somebody else may be inserting the same at this moment: of what comes to be there twice the first stays, on every page. */
function watchForDoubles(notebook: ISharedNotebook, result: IResult): void {
  const watch = (_: ISharedNotebook, { cellsChange }: NotebookChange): void => {
    if (cellsChange) {
      // This change has to end before there can be another.
      void Promise.resolve().then(() => removeDoubles(notebook, result));
    }
  };
  notebook.changed.connect(watch);
  window.setTimeout(() => notebook.changed.disconnect(watch), AT_ONCE_MS);
}

/** Change the cells that a fix is about, and prove them where they stand. */
export async function changeCells(services: IServices, result: IResult): Promise<string | null> {
  const { agent, notebooks, trans } = services;
  const notebook = notebooks?.currentWidget?.content.model?.sharedModel;
  if (!notebook) {
    return trans.__('Open the notebook that it is about first.');
  }
  if (!(await confirmed(trans, result))) {
    return null;
  }
  if (!applyChanges(notebook, result)) {
    return trans.__('The cell is another one by now, so nothing was changed.');
  }
  if (result.status !== 'passed') {
    return trans.__('Changed; undo takes it back. It is not validated.');
  }
  const proved = await proveChanges(agent, notebook, result).catch(() => false);
  const changed = trans.__('Changed; undo takes it back.');
  return proved ? `${changed} ${trans.__('It is proved in this notebook.')}` : changed;
}

/** Write text where the cursor is, in the active cell or the file in front. */
export async function insertAtCursor(
  { app, notebooks, trans }: IServices,
  result: IResult,
  source: string
): Promise<string | null> {
  const widget = app.shell.currentWidget;
  const inNotebook = notebooks?.currentWidget;
  const editor =
    inNotebook && widget === inNotebook ? inNotebook.content.activeCell?.editor : editorOf(widget);
  const target = editor ?? inNotebook?.content.activeCell?.editor;
  if (!target?.replaceSelection) {
    return trans.__('Put the cursor into a cell or a file first.');
  }
  if (!(await confirmed(trans, result))) {
    return null;
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

/** With the usual kernel: the person has answered enough questions. */
async function newNotebook({ app, folder }: IServices): Promise<NotebookPanel> {
  const { specs } = app.serviceManager.kernelspecs;
  const panel = (await app.commands.execute('notebook:create-new', {
    activate: true,
    cwd: folder(),
    ...(specs ? { kernelName: specs.default } : {})
  })) as NotebookPanel;
  await panel.context.ready;
  return panel;
}

/** Ask, where a person should know something first. */
async function confirmed(trans: TranslationBundle, result: IResult, anew = false): Promise<boolean> {
  const unproved = !['passed', 'ran'].includes(result.status);
  const lines = [
    unproved ? unprovedSentence(trans, result) : '',
    reaches(result.effects)
      ? trans.__('When it runs, it %1.', effectSentences(trans, result.effects).join('; '))
      : '',
    anew ? trans.__('No notebook is open: a new one is made for it.') : ''
  ].filter(Boolean);
  if (!lines.length) {
    return true;
  }
  const { button } = await showDialog({
    title: unproved ? trans.__('Insert code that is not validated?') : trans.__('Insert the code?'),
    body: lines.join('\n'),
    // The key Enter alone takes nothing that is not validated.
    defaultButton: unproved ? 0 : 1,
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      unproved
        ? Dialog.warnButton({ label: trans.__('Insert, not validated') })
        : Dialog.okButton({ label: trans.__('Insert') })
    ]
  });
  return button.accept;
}

/** That it is not validated, and what of it failed. */
function unprovedSentence(trans: TranslationBundle, result: IResult): string {
  if (result.status !== 'partial') {
    return trans.__('This code is not validated; how it stands: %1.', statusWord(trans, result.status));
  }
  const failed = result.signals
    .filter(signal => !signal.passed && !warns(signal))
    .map(signal => `${signalName(trans, signal.name)}: ${signalSentence(trans, signal)}`);
  return failed.length
    ? trans.__('This code is not validated (%1).', failed.join('; '))
    : trans.__('This code is not validated.');
}
