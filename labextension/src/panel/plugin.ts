/** The plugin of the side panel. */
import { ILabShell, ILayoutRestorer } from '@jupyterlab/application';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IEditorServices } from '@jupyterlab/codeeditor';
import { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStateDB } from '@jupyterlab/statedb';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { agentAt } from '../api/client';
import { Conversation } from '../chat/conversation';
import { followSettings } from '../composer/defaults';
import { composerStore } from '../composer/store';
import { Live } from '../live/live';
import { addCodeCommands } from '../code/commands';
import { addCellCommands } from '../commands/cells';
import { PanelCommands } from '../commands/ids';
import { addOpeningCommands } from '../commands/opening';
import { Places, standBy } from '../commands/places';
import { preferencesOf } from '../commands/preferences';
import { IAgentPanel } from '../commands/token';
import { NotebookSettings } from '../notebook/settings';
import type { IServices } from './services';
import { panelStore } from './state';

const NAME = 'jupyter-coding-agent';

export const panelPlugin: JupyterFrontEndPlugin<IAgentPanel> = {
  id: `${NAME}:panel`,
  description: 'The side panel of the coding agent.',
  autoStart: true,
  provides: IAgentPanel,
  requires: [IRenderMimeRegistry, IEditorServices],
  optional: [
    ITranslator,
    ILayoutRestorer,
    IStateDB,
    ISettingRegistry,
    ILabShell,
    INotebookTracker,
    IDocumentManager,
    IDefaultFileBrowser,
    IEditorLanguageRegistry
  ],
  activate: (
    app: JupyterFrontEnd,
    rendermime: IRenderMimeRegistry,
    editors: IEditorServices,
    translator: ITranslator | null,
    restorer: ILayoutRestorer | null,
    database: IStateDB | null,
    registry: ISettingRegistry | null,
    labShell: ILabShell | null,
    notebooks: INotebookTracker | null,
    documents: IDocumentManager | null,
    browser: IDefaultFileBrowser | null,
    languages: IEditorLanguageRegistry | null
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
      languages,
      notebooks,
      documents,
      insertion: () => notebookSettings.insertion,
      folder: () => browser?.model.path ?? '',
      settings: registry?.load(`${NAME}:panel`).catch(() => null) ?? Promise.resolve(null)
    };
    const places = new Places(services);
    const preferences = preferencesOf(services.settings);
    followSettings(services.composer, services.settings);
    standBy(places, preferences, labShell);
    addCodeCommands(services);
    addOpeningCommands(services, places, labShell !== null);
    addCellCommands(services, places);
    if (restorer) {
      restorer.add(places.side, places.side.id);
      void restorer.restore(places.tabs, { command: PanelCommands.openTab, name: () => 'coding-agent' });
    }
    return { services, places, preferences };
  }
};
