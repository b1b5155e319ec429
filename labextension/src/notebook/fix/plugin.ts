/** A button below a cell that failed: the agent mends it, through the kernel, which has the traceback and the data. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import type { CodeCell } from '@jupyterlab/cells';
import { INotebookTracker, NotebookActions } from '@jupyterlab/notebook';
import type { Notebook, NotebookPanel } from '@jupyterlab/notebook';
import type { Kernel } from '@jupyterlab/services';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { record, text } from '../../api/read';
import { button, h } from '../../dom';
import { meantCell, takeMeantCell } from '../meant';

const NAME = 'jupyter-coding-agent';
const FIX = 'coding-agent:fix-cell';
const OFFER = 'jca-Fix';
const OWN = /^\s*%{1,2}agent\b/m;

/** Offers `%agent fix` where a cell has just raised an exception and the magics are loaded. */
export const fixPlugin: JupyterFrontEndPlugin<void> = {
  id: `${NAME}:fix`,
  description: 'A button that has a failing cell mended by the coding agent.',
  autoStart: true,
  requires: [INotebookTracker],
  optional: [ITranslator],
  activate: (app: JupyterFrontEnd, tracker: INotebookTracker, translator: ITranslator | null) => {
    const trans = (translator ?? nullTranslator).load(NAME);
    app.commands.addCommand(FIX, {
      label: trans.__('Fix the Active Cell with the Coding Agent'),
      isEnabled: args => failed(meantCell(app, tracker, args) as CodeCell | null),
      execute: args => {
        const cell = takeMeantCell(app, tracker, args) as CodeCell | null;
        return tracker.currentWidget && cell && fix(tracker.currentWidget, cell);
      }
    });
    NotebookActions.executionScheduled.connect((_, { cell }) => withdraw(cell.node));
    NotebookActions.executed.connect((_, { notebook, cell }) => {
      const panel = tracker.find(one => one.content === notebook);
      if (panel && failed(cell as CodeCell)) {
        void offer(panel, cell as CodeCell, trans.__('Fix with the coding agent'));
      }
    });
  }
};

function withdraw(node: HTMLElement): void {
  node.querySelector(`:scope > .jp-Cell-footer > .${OFFER}`)?.remove();
}

/** Whether a cell of the user's own ended with an exception. */
function failed(cell: CodeCell | null): boolean {
  if (cell?.model.type !== 'code' || OWN.test(cell.model.sharedModel.getSource())) {
    return false;
  }
  const { outputs } = cell.model;
  return Array.from({ length: outputs.length }, (_, index) => outputs.get(index).type).includes('error');
}

async function offer(panel: NotebookPanel, cell: CodeCell, label: string): Promise<void> {
  const kernel = panel.sessionContext.session?.kernel;
  if (!kernel || !(await canFix(kernel)) || cell.isDisposed || !failed(cell)) {
    return;
  }
  withdraw(cell.node);
  const footer = cell.node.querySelector(':scope > .jp-Cell-footer');
  footer?.append(
    h(
      'div',
      { class: OFFER },
      button(label, () => void fix(panel, cell))
    )
  );
}

/** Whether the magics are loaded and have the command. */
async function canFix(kernel: Kernel.IKernelConnection): Promise<boolean> {
  const known = "'fix' in __import__('jupyter_coding_agent.magics.commands', fromlist=['x']).COMMANDS";
  const reply = await kernel.requestExecute({
    code: '',
    silent: true,
    store_history: false,
    user_expressions: { fix: `get_ipython().find_line_magic('agent') is not None and ${known}` }
  }).done;
  const { content } = reply;
  const said = content.status === 'ok' ? record(record(content.user_expressions).fix) : {};
  return text(record(said.data)['text/plain']) === 'True';
}

/** Run `%agent fix` in a cell of its own below, where its progress and its proposal stand. */
async function fix(panel: NotebookPanel, cell: CodeCell): Promise<void> {
  const notebook: Notebook = panel.content;
  const count = cell.model.executionCount;
  const position = notebook.widgets.indexOf(cell);
  if (position < 0 || count === null) {
    return;
  }
  withdraw(cell.node);
  notebook.model?.sharedModel.insertCell(position + 1, {
    cell_type: 'code',
    source: `%agent fix ${count}`,
    metadata: {}
  });
  notebook.activeCellIndex = position + 1;
  notebook.deselectAll();
  await NotebookActions.run(notebook, panel.sessionContext);
}
