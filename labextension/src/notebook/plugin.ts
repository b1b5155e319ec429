/** The plugin that results, their insertion and badges need. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import type { CodeCell } from '@jupyterlab/cells';
import { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import { INotebookTracker, NotebookActions } from '@jupyterlab/notebook';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { agentAt } from '../api/client';
import { Badges } from './badge/badges';
import type { IPlace } from './insertion/acceptance';
import { Arrival, placeOf } from './insertion/arrival';
import { insertionControls } from './insertion/controls';
import { highlighter } from './result/highlight';
import { resultFactory } from './result/renderer';
import { NotebookSettings } from './settings';

const NAME = 'jupyter-coding-agent';

/** Shows results, puts their cells into the notebook, and says of each proved cell whether it still is. */
export const notebookPlugin: JupyterFrontEndPlugin<void> = {
  id: `${NAME}:notebook`,
  description: 'Results of the coding agent, their insertion, and badges on proved cells.',
  autoStart: true,
  requires: [INotebookTracker, IRenderMimeRegistry],
  optional: [ITranslator, ISettingRegistry, IEditorLanguageRegistry],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    rendermime: IRenderMimeRegistry,
    translator: ITranslator | null,
    registry: ISettingRegistry | null,
    languages: IEditorLanguageRegistry | null
  ) => {
    const trans = (translator ?? nullTranslator).load(NAME);
    const agent = agentAt(app.serviceManager.serverSettings);
    const settings = new NotebookSettings(registry, `${NAME}:notebook`);
    const arrival = new Arrival(() => settings.insertion);

    rendermime.addFactory(
      resultFactory(trans, highlighter(languages), (result, output, keep) => {
        const place = placeOfOutput(tracker, output);
        return (
          place && insertionControls({ trans, agent, settings: settings.insertion, place, result, keep })
        );
      })
    );
    NotebookActions.executionScheduled.connect((_, { notebook, cell }) => {
      if (cell.model.type === 'code') {
        arrival.scheduled(notebook, cell as CodeCell);
      }
    });
    NotebookActions.executed.connect((_, { notebook, cell }) => {
      if (cell.model.type === 'code') {
        arrival.executed(notebook, cell as CodeCell);
      }
    });
    const follow = (panel: NotebookPanel): void => {
      const badges = new Badges(panel.content, agent, trans);
      panel.disposed.connect(() => badges.dispose());
    };
    tracker.forEach(follow);
    tracker.widgetAdded.connect((_, panel) => follow(panel));
  }
};

/** The cell that an output stands in; null for one that is shown elsewhere. */
function placeOfOutput(tracker: INotebookTracker, output: HTMLElement): IPlace | null {
  const panel = tracker.find(one => one.content.node.contains(output));
  const cell = panel?.content.widgets.find(one => one.node.contains(output));
  return panel && cell ? placeOf(panel.content, cell) : null;
}
