/** Says that a run has ended to who does not see the panel. */
import { Notification } from '@jupyterlab/apputils';
import type { CommandRegistry } from '@lumino/commands';
import type { ILive } from '../live/live';
import { isFinal } from '../live/run';
import type { IRun } from '../live/run';
import { statusWord } from '../notebook/words';
import type { IServices } from '../panel/services';
import { PanelCommands } from './ids';

const SAID_MS = 10_000;
const SHORT = 80;

/** The runs that have ended between two states: only those that were known to run. A cancelled one is no news. */
export function justEnded(before: ILive['runs'], now: ILive['runs']): IRun[] {
  return Object.values(now).filter(
    run =>
      before[run.id] && !isFinal(before[run.id].status) && isFinal(run.status) && run.status !== 'cancelled'
  );
}

/** `wanted`: whether a person does not see it anyway, and wants to be told. */
export function notifyOfEnds(services: IServices, wanted: () => boolean): void {
  services.live.store.subscribe((state, before) => {
    if (state.runs !== before.runs && wanted()) {
      justEnded(before.runs, state.runs).forEach(run => void say(services, run));
    }
  });
}

async function say({ app, live, trans }: IServices, { id, status }: IRun): Promise<void> {
  const prompt = await live.view(id).then(
    view => view.prompt ?? '',
    () => ''
  );
  const what = short(prompt.split(/\s+/).join(' ').trim());
  const word = statusWord(trans, status);
  const message = what ? trans.__('Coding agent, %1: %2', word, what) : trans.__('Coding agent: %1', word);
  const passed = status === 'passed';
  Notification.emit(message, passed ? 'success' : status === 'failed' ? 'error' : 'warning', {
    autoClose: passed ? SAID_MS : false,
    actions: [
      {
        label: trans.__('Show'),
        caption: trans.__('Open the details in the coding agent'),
        displayType: 'accent',
        callback: () => void show(app.commands, id)
      }
    ]
  });
}

function show(commands: CommandRegistry, execution: string): Promise<unknown> {
  return commands.execute(PanelCommands.showExecution, { execution, facet: 'code' });
}

function short(long: string): string {
  return long.length <= SHORT ? long : `${long.slice(0, SHORT - 1)}…`;
}
