/** Where the panel is at hand in JupyterLab: launcher, status bar, notifications; each is absent where a front end has none. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ILauncher } from '@jupyterlab/launcher';
import { IStatusBar } from '@jupyterlab/statusbar';
import { Signal } from '@lumino/signaling';
import { VIEWS } from '../panel/views';
import { CellCommands, PanelCommands } from './ids';
import { notifyOfEnds } from './notices';
import { StatusItem } from './statusItem';
import { IAgentPanel } from './token';

const NAME = 'jupyter-coding-agent';
const FIX = 'coding-agent:fix-cell';

const palettePlugin: JupyterFrontEndPlugin<void> = {
  id: `${NAME}:palette`,
  description: 'The commands of the coding agent in the palette.',
  autoStart: true,
  requires: [IAgentPanel, ICommandPalette],
  activate: (_: JupyterFrontEnd, { services: { trans } }: IAgentPanel, palette: ICommandPalette) => {
    const category = trans.__('Coding Agent');
    const { showView, ...others } = PanelCommands;
    for (const command of [...Object.values(others), ...Object.values(CellCommands), FIX]) {
      palette.addItem({ command, category });
    }
    for (const view of VIEWS) {
      palette.addItem({ command: showView, category, args: { view: view.id } });
    }
  }
};

const launcherPlugin: JupyterFrontEndPlugin<void> = {
  id: `${NAME}:launcher`,
  description: 'The coding agent in the launcher.',
  autoStart: true,
  requires: [IAgentPanel, ILauncher],
  activate: (_: JupyterFrontEnd, { services: { trans } }: IAgentPanel, launcher: ILauncher) => {
    launcher.add({
      command: PanelCommands.focusComposer,
      args: { isLauncher: true },
      category: trans.__('Other'),
      rank: 0
    });
  }
};

const statusPlugin: JupyterFrontEndPlugin<void> = {
  id: `${NAME}:status`,
  description: 'How the coding agent is, in the status bar.',
  autoStart: true,
  requires: [IAgentPanel, IStatusBar],
  activate: (_: JupyterFrontEnd, { services, places, preferences }: IAgentPanel, bar: IStatusBar) => {
    const item = new StatusItem(services, () => void places.open());
    const changed = new Signal<StatusItem, void>(item);
    preferences.subscribe(() => changed.emit());
    bar.registerStatusItem(`${NAME}:status`, {
      item,
      align: 'right',
      rank: 90,
      isActive: () => preferences.getState().statusBar,
      activeStateChanged: changed
    });
  }
};

const noticesPlugin: JupyterFrontEndPlugin<void> = {
  id: `${NAME}:notices`,
  description: 'Notifications of what the coding agent has ended with.',
  autoStart: true,
  requires: [IAgentPanel],
  activate: (_: JupyterFrontEnd, { services, places, preferences }: IAgentPanel) => {
    notifyOfEnds(services, () => preferences.getState().notifications && !places.isVisible);
  }
};

export const placePlugins = [palettePlugin, launcherPlugin, statusPlugin, noticesPlugin];
