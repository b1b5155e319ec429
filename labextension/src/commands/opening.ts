/** Commands that open the panel, go somewhere in it, and end what runs. */
import { Notification } from '@jupyterlab/apputils';
import { addIcon, stopIcon } from '@jupyterlab/ui-components';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { text } from '../api/read';
import { isFinal } from '../live/run';
import { FACETS } from '../panel/facets';
import { agentIcon } from '../panel/icons';
import type { IServices } from '../panel/services';
import { VIEWS } from '../panel/views';
import { PanelCommands } from './ids';
import type { Places } from './places';

/** `hasTabs`: whether the front end has room for a second tab; Notebook 7 has none. */
export function addOpeningCommands(services: IServices, places: Places, hasTabs: boolean): void {
  const { app, trans } = services;
  app.commands.addCommand(PanelCommands.openPanel, {
    label: trans.__('Open the Coding Agent'),
    caption: trans.__('Have code written, proved and explained'),
    icon: agentIcon,
    execute: () => void places.open()
  });
  app.commands.addCommand(PanelCommands.openTab, {
    label: trans.__('Open the Coding Agent in a Tab'),
    caption: trans.__('The conversation on the left, the code beside it'),
    icon: agentIcon,
    isEnabled: () => hasTabs,
    isVisible: () => hasTabs,
    execute: () => places.openTab()
  });
  app.commands.addCommand(PanelCommands.focusComposer, {
    // The launcher has little room.
    label: args => (args.isLauncher ? trans.__('Coding Agent') : trans.__('Ask the Coding Agent')),
    caption: trans.__('Ask the coding agent'),
    icon: agentIcon,
    execute: () => places.focusComposer()
  });
  app.commands.addCommand(PanelCommands.newSession, {
    label: trans.__('New Session'),
    caption: trans.__('Begin another conversation; this one is kept'),
    icon: addIcon,
    execute: () => {
      services.panel.setState({ view: 'chat', session: null, execution: null });
      places.focusComposer();
    }
  });
  addGoingCommands(services, places);
  addCancel(services);
}

function addGoingCommands({ app, panel, trans }: IServices, places: Places): void {
  const viewOf = (args: ReadonlyPartialJSONObject) => VIEWS.find(view => view.id === text(args.view));
  app.commands.addCommand(PanelCommands.showView, {
    label: args => {
      const view = viewOf(args);
      return view ? trans.__('Show %1', view.label(trans)) : trans.__('Show a View');
    },
    icon: args => viewOf(args)?.icon ?? agentIcon,
    isEnabled: args => viewOf(args) !== undefined,
    execute: args => {
      panel.setState({ view: text(args.view), execution: null });
      places.open();
    }
  });
  app.commands.addCommand(PanelCommands.showExecution, {
    label: trans.__('Show the Details of a Result'),
    icon: agentIcon,
    isEnabled: args => (text(args.execution) || panel.getState().execution) !== null,
    execute: args => {
      const facet = FACETS.find(one => one.id === text(args.facet))?.id;
      const execution = text(args.execution) || panel.getState().execution;
      panel.setState({ execution, ...(facet ? { facet } : {}) });
      places.open();
    }
  });
}

/** It ends the execution that is named or shown; where none is, the only one that runs. */
function addCancel({ app, live, panel, trans }: IServices): void {
  const meant = (args: ReadonlyPartialJSONObject): string | null => {
    const { runs } = live.store.getState();
    const going = Object.values(runs).filter(run => !isFinal(run.status));
    const named = text(args.execution) || panel.getState().execution;
    return (
      going.find(run => run.id === named)?.id ?? (going.length === 1 && !args.execution ? going[0].id : null)
    );
  };
  app.commands.addCommand(PanelCommands.cancel, {
    label: trans.__('Cancel What Runs'),
    caption: trans.__('End the execution that is shown, or the only one that runs'),
    icon: stopIcon,
    isEnabled: args => meant(args) !== null,
    execute: async args => {
      const id = meant(args);
      try {
        await (id && live.cancel(id));
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        Notification.error(trans.__('It could not be cancelled: %1', why), { autoClose: false });
      }
    }
  });
  live.store.subscribe((state, before) => {
    if (state.runs !== before.runs) {
      app.commands.notifyCommandChanged(PanelCommands.cancel);
    }
  });
}
