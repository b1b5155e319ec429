/** Commands and buttons that prove cells of a person's own. */
import { ILabShell } from '@jupyterlab/application';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, MainAreaWidget, Notification } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { TranslationBundle } from '@jupyterlab/translation';
import { checkIcon } from '@jupyterlab/ui-components';
import { Widget } from '@lumino/widgets';
import { agentAt } from '../../api/client';
import type { IAgent } from '../../api/client';
import { text } from '../../api/read';
import type { Json } from '../../api/read';
import { meantCell, takeMeantCell } from '../meant';
import { applyProposal, provedCells } from './mend';
import type { IProvedCell } from './mend';
import { codeCells, prove } from './prove';
import { reportView } from './report';

const NAME = 'jupyter-coding-agent';
const SAID_MS = 8000;
const LONGEST_SAID = 140;

export const CommandIds = {
  validateCell: 'coding-agent:validate-cell',
  proveNotebook: 'coding-agent:prove-notebook'
} as const;

/** Validates the cell that is active, or the whole notebook, and shows a report beside it. */
export const provingPlugin: JupyterFrontEndPlugin<void> = {
  id: `${NAME}:proving`,
  description: 'Proves cells and notebooks from a clean start in a fresh container.',
  autoStart: true,
  requires: [INotebookTracker],
  optional: [ITranslator, ICommandPalette, ILabShell],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    translator: ITranslator | null,
    palette: ICommandPalette | null,
    labShell: ILabShell | null
  ) => {
    const trans = (translator ?? nullTranslator).load(NAME);
    const agent = agentAt(app.serviceManager.serverSettings);
    const proving = new Proving(agent, trans, new Reports(app, labShell !== null, trans));
    app.commands.addCommand(CommandIds.validateCell, {
      label: trans.__('Validate This Cell'),
      caption: trans.__('Run the cell after those that it builds on, in a fresh container'),
      icon: checkIcon,
      isEnabled: args => meantCell(app, tracker, args)?.model.type === 'code',
      execute: args =>
        takeMeantCell(app, tracker, args) && tracker.currentWidget && proving.run(tracker.currentWidget, true)
    });
    app.commands.addCommand(CommandIds.proveNotebook, {
      label: trans.__('Prove This Notebook'),
      caption: trans.__('Run all cells from a clean start, in a fresh container'),
      isEnabled: () => tracker.currentWidget !== null,
      execute: () => tracker.currentWidget && proving.run(tracker.currentWidget, false)
    });
    for (const command of Object.values(CommandIds)) {
      palette?.addItem({ command, category: trans.__('Coding Agent') });
    }
  }
};

class Proving {
  constructor(
    private readonly _agent: IAgent,
    private readonly _trans: TranslationBundle,
    private readonly _reports: Reports
  ) {}

  /** Prove, say so meanwhile, and show the report or what went wrong. */
  async run(panel: NotebookPanel, oneCell: boolean): Promise<void> {
    const notebook = panel.content.model?.sharedModel;
    const only = oneCell ? (panel.content.activeCell?.model.sharedModel ?? null) : null;
    if (!notebook || (only && !codeCells(notebook).includes(only))) {
      return;
    }
    const title = oneCell
      ? this._trans.__('Validating the cell …')
      : this._trans.__('Proving the notebook …');
    const ending = new AbortController();
    const cancel = { label: this._trans.__('Cancel'), callback: () => ending.abort() };
    const id = Notification.emit(title, 'in-progress', { autoClose: false, actions: [cancel] });
    const proved = provedCells(notebook);
    const all = codeCells(notebook).length;
    let ended = 0;
    const cell = (): void => {
      const message = `${title} ${this._trans.__('%1 of %2 cells', ++ended, all)}`;
      Notification.update({ id, message, type: 'in-progress', autoClose: false, actions: [cancel] });
    };
    try {
      const follow = { cell, signal: ending.signal };
      const report = await prove(this._agent, notebook, only, await pythonOf(panel), follow);
      this._reports.show(panel, report, proved);
      const type = text(report.status) === 'ran' ? 'success' : 'warning';
      Notification.update({
        id,
        type,
        message: brief(text(report.explanation)),
        autoClose: SAID_MS,
        actions: []
      });
    } catch (error) {
      if (ending.signal.aborted) {
        Notification.dismiss(id);
        return;
      }
      const message = error instanceof Error ? error.message : String(error);
      Notification.update({ id, type: 'error', message, autoClose: false, actions: [] });
    }
  }
}

/** Reports beside their notebooks, one for each; the notebook stays where a person works. */
class Reports {
  constructor(
    private readonly _app: JupyterFrontEnd,
    private readonly _beside: boolean,
    private readonly _trans: TranslationBundle
  ) {}

  show(panel: NotebookPanel, report: Json, proved: readonly IProvedCell[]): void {
    const view = reportView(this._trans, report, {
      goTo: id => void goTo(panel, id),
      mend: proposal => {
        const notebook = panel.content.model?.sharedModel;
        return !!notebook && applyProposal(notebook, proved, proposal);
      }
    });
    const known = this._areas.get(panel);
    const area = known?.isDisposed === false ? known : this._open(panel);
    area.content.node.replaceChildren(view);
  }

  private _open(panel: NotebookPanel): MainAreaWidget {
    const content = new Widget();
    content.addClass('jca-ReportArea');
    content.node.tabIndex = -1;
    const area = new MainAreaWidget({ content });
    area.id = `jca-report-${panel.id}`;
    area.title.label = this._trans.__('Report: %1', panel.title.label);
    area.title.caption = area.title.label;
    area.title.icon = checkIcon;
    area.title.closable = true;
    panel.disposed.connect(() => area.dispose());
    if (this._beside) {
      this._app.shell.add(area, 'main', { mode: 'split-right', ref: panel.id, activate: false });
    } else {
      // Notebook 7 has room for nothing but the notebook in the middle.
      this._app.shell.add(area, 'right');
      this._app.shell.activateById(area.id);
    }
    this._areas.set(panel, area);
    return area;
  }

  private readonly _areas = new WeakMap<NotebookPanel, MainAreaWidget>();
}

/** A notification is no place for more than two sentences. */
function brief(explanation: string): string {
  return explanation.length <= LONGEST_SAID ? explanation : `${explanation.slice(0, LONGEST_SAID - 1)}…`;
}

async function goTo(panel: NotebookPanel, id: string): Promise<void> {
  const position = panel.content.widgets.findIndex(widget => widget.model.sharedModel.getId() === id);
  if (position >= 0) {
    panel.content.activeCellIndex = position;
    await panel.content.scrollToItem(position);
  }
}

async function pythonOf(panel: NotebookPanel): Promise<string> {
  const info = await panel.sessionContext.session?.kernel?.info;
  return info?.language_info.name === 'python' ? text(info.language_info.version) : '';
}
