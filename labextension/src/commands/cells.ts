/** Commands about the cell that is active: explained in the conversation, tested in the panel. */
import { Notification } from '@jupyterlab/apputils';
import { infoIcon } from '@jupyterlab/ui-components';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { answer } from '../api/client';
import { meantCell, takeMeantCell } from '../notebook/meant';
import { agentIcon } from '../panel/icons';
import type { IServices } from '../panel/services';
import { KernelSilent, ownCellOf } from '../kernel/kernel';
import type { OwnCell } from '../kernel/kernel';
import { failedCells, ownCell } from './cell';
import { CellCommands } from './ids';
import type { Places } from './places';

type Cell = NonNullable<ReturnType<typeof ownCell>>;

export function addCellCommands(services: IServices, places: Places): void {
  const { app, notebooks, trans } = services;
  const isCode = (args: ReadonlyPartialJSONObject): boolean =>
    meantCell(app, notebooks, args)?.model.type === 'code';
  const active = (): Cell | null =>
    notebooks?.currentWidget ? ownCell(notebooks.currentWidget.content) : null;
  const act = async (
    args: ReadonlyPartialJSONObject,
    what: (cell: Cell) => Promise<unknown>
  ): Promise<void> => {
    takeMeantCell(app, notebooks, args);
    const cell = active();
    if (!cell) {
      Notification.info(trans.__('The cell is empty.'), { autoClose: 5000 });
      return;
    }
    places.open();
    try {
      await what(cell);
    } catch (error) {
      Notification.error(error instanceof Error ? error.message : String(error), { autoClose: false });
    }
  };
  app.commands.addCommand(CellCommands.explain, {
    label: trans.__('Explain This Cell'),
    caption: trans.__('Ask the coding agent what the cell does, or why it failed'),
    icon: infoIcon,
    isEnabled: isCode,
    execute: args => act(args, cell => explain(services, cell))
  });
  app.commands.addCommand(CellCommands.test, {
    label: trans.__('Write Tests for This Cell'),
    caption: trans.__('Have tests written for the cell and run on it; the cell stays as it is'),
    icon: agentIcon,
    isEnabled: isCode,
    execute: args => act(args, cell => writeTests(services, cell))
  });
}

/** The words of `%agent explain`: the model is told of the cell in the same way. */
function explain({ conversation }: IServices, { name, source, failure, above }: Cell): Promise<unknown> {
  const asked = failure
    ? `It failed with ${failure}. Explain why, and what would mend it.`
    : 'Explain what it does, step by step.';
  return conversation.say({
    message: `This is about ${name}, the last of the notebook's cells here. ${asked}`,
    intent: 'question',
    context: { cells: [...(above ?? []).map(cell => ({ source: cell.source })), { source }] }
  });
}

async function writeTests(services: IServices, cell: Cell): Promise<void> {
  const { agent, live, panel } = services;
  live.start();
  const body = {
    prompt: `Write tests for ${cell.name}.`,
    language: 'python',
    session_id: panel.getState().session,
    ...(await told(services, cell))
  };
  const { execution_id } = await answer(agent.rest.POST('/execute', { body }));
  live.expect(execution_id);
  panel.setState({ view: 'chat', execution: execution_id, facet: 'tests' });
}

/** The cell as its kernel tells of it, with the values that it finds; else as it stands, with what ran above it. */
async function told({ notebooks, trans }: IServices, cell: Cell): Promise<OwnCell> {
  const alone = {
    own_tests: { cell: cell.source, cell_id: cell.id, name: cell.name, cells: cell.above }
  };
  const notebook = notebooks?.currentWidget;
  if (!notebook || cell.count === null) {
    return alone;
  }
  try {
    const run = { number: cell.count, source: cell.source };
    const { own_tests, context } = await ownCellOf(trans, notebook, run, failedCells(notebook.content));
    return { own_tests: own_tests && { ...own_tests, cell_id: cell.id }, context };
  } catch (error) {
    if (!(error instanceof KernelSilent)) {
      throw error;
    }
    const note = trans.__('The tests are written without the notebook’s values. %1', error.message);
    Notification.info(note, { autoClose: 8000 });
    return alone;
  }
}
