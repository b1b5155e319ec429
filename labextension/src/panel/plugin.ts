/** The plugin of the side panel. */
import { ILayoutRestorer } from '@jupyterlab/application';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, MainAreaWidget, WidgetTracker } from '@jupyterlab/apputils';
import { IEditorServices } from '@jupyterlab/codeeditor';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStateDB } from '@jupyterlab/statedb';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { agentAt } from '../api/client';
import { Conversation } from '../chat/conversation';
import { composerStore } from '../composer/store';
import { Live } from '../live/live';
import { addCodeCommands } from '../code/commands';
import { NotebookSettings } from '../notebook/settings';
import { agentIcon } from './icons';
import type { IServices } from './services';
import { panelStore } from './state';
import { PanelWidget } from './widget';

const NAME = 'jupyter-coding-agent';
const OPEN = 'coding-agent:open-panel';
const OPEN_TAB = 'coding-agent:open-tab';

export const panelPlugin: JupyterFrontEndPlugin<void> = {
  id: `${NAME}:panel`,
  description: 'The side panel of the coding agent.',
  autoStart: true,
  requires: [IRenderMimeRegistry, IEditorServices],
  optional: [
    ITranslator,
    ILayoutRestorer,
    IStateDB,
    ISettingRegistry,
    ICommandPalette,
    INotebookTracker,
    IDocumentManager,
    IDefaultFileBrowser
  ],
  activate: (
    app: JupyterFrontEnd,
    rendermime: IRenderMimeRegistry,
    editors: IEditorServices,
    translator: ITranslator | null,
    restorer: ILayoutRestorer | null,
    database: IStateDB | null,
    registry: ISettingRegistry | null,
    palette: ICommandPalette | null,
    notebooks: INotebookTracker | null,
    documents: IDocumentManager | null,
    browser: IDefaultFileBrowser | null
  ) => {
    const trans = (translator ?? nullTranslator).load(NAME);
    const agent = agentAt(app.serviceManager.serverSettings);
    const live = new Live(agent);
    const panel = panelStore(database);
    const notebookSettings = new NotebookSettings(registry, `${NAME}:notebook`);
    const services: IServices = {
      app,
      agent,
      live,
      panel,
      conversation: new Conversation(agent, live, panel),
      composer: composerStore(database),
      trans,
      rendermime,
      editors,
      notebooks,
      documents,
      insertion: () => notebookSettings.insertion,
      folder: () => browser?.model.path ?? '',
      settings: registry?.load(`${NAME}:panel`).catch(() => null) ?? Promise.resolve(null)
    };
    addCodeCommands(services);
    const side = new PanelWidget(services, 'coding-agent-panel');
    app.shell.add(side, 'right', { rank: 500, type: 'Coding agent' });
    restorer?.add(side, side.id);

    const tabs = new WidgetTracker<MainAreaWidget<PanelWidget>>({ namespace: 'coding-agent' });
    app.commands.addCommand(OPEN, {
      label: trans.__('Open the Coding Agent'),
      icon: agentIcon,
      execute: () => app.shell.activateById(side.id)
    });
    app.commands.addCommand(OPEN_TAB, {
      label: trans.__('Open the Coding Agent in a Tab'),
      icon: agentIcon,
      execute: () => {
        const content = new PanelWidget(services, 'coding-agent-tab-content');
        content.title.label = trans.__('Coding agent');
        const tab = tabs.currentWidget ?? new MainAreaWidget({ content });
        tab.id = 'coding-agent-tab';
        if (!tab.isAttached) {
          void tabs.add(tab);
          app.shell.add(tab, 'main');
        }
        app.shell.activateById(tab.id);
      }
    });
    if (restorer) {
      void restorer.restore(tabs, { command: OPEN_TAB, name: () => 'coding-agent' });
    }
    for (const command of [OPEN, OPEN_TAB]) {
      palette?.addItem({ command, category: trans.__('Coding Agent') });
    }
  }
};
