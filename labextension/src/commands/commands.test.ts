import { CommandRegistry } from '@lumino/commands';
import schema from '../../schema/panel.json';
import { fakeAgent } from '../testing/agents';
import { fakeServices } from '../testing/services';
import { newRun } from '../live/run';
import { VIEWS } from '../panel/views';
import { PanelCommands } from './ids';
import { addOpeningCommands } from './opening';
import type { Places } from './places';

function added(answers: Record<string, unknown> = {}) {
  const commands = new CommandRegistry();
  const { agent, asked } = fakeAgent(answers);
  const services = fakeServices(agent, { app: { commands } as never });
  const opened: string[] = [];
  const places = {
    open: () => opened.push('panel'),
    openTab: () => opened.push('tab'),
    focusComposer: () => opened.push('composer')
  };
  addOpeningCommands(services, places as unknown as Places, false);
  return { commands, services, opened, asked };
}

test('each view has a command of its own with its name; another view is none', () => {
  const { commands, services, opened } = added();
  const view = VIEWS[VIEWS.length - 1];
  expect(commands.label(PanelCommands.showView, { view: view.id })).toBe(
    `Show ${view.label(services.trans)}`
  );
  expect(commands.isEnabled(PanelCommands.showView, { view: 'nowhere' })).toBe(false);
  void commands.execute(PanelCommands.showView, { view: view.id });
  expect(services.panel.getState().view).toBe(view.id);
  expect(opened).toEqual(['panel']);
});

test('there is nothing to show or to cancel until there is', () => {
  const { commands, services } = added();
  expect(commands.isEnabled(PanelCommands.showExecution)).toBe(false);
  expect(commands.isEnabled(PanelCommands.showExecution, { execution: 'exe_1' })).toBe(true);
  void commands.execute(PanelCommands.showExecution, { execution: 'exe_1', facet: 'nothing' });
  expect(services.panel.getState()).toMatchObject({ execution: 'exe_1', facet: 'code' });
  expect(commands.isVisible(PanelCommands.openTab)).toBe(false);
});

test('the only one that runs is cancelled; of two the one that is shown', async () => {
  const { commands, services, asked } = added({ 'POST /execute/exe_2/cancel': {} });
  const runs = (...ids: string[]) =>
    services.live.store.setState({ runs: Object.fromEntries(ids.map(id => [id, newRun(id, 'running')])) });
  expect(commands.isEnabled(PanelCommands.cancel)).toBe(false);
  runs('exe_1');
  expect(commands.isEnabled(PanelCommands.cancel)).toBe(true);
  runs('exe_1', 'exe_2');
  expect(commands.isEnabled(PanelCommands.cancel)).toBe(false);
  services.panel.setState({ execution: 'exe_2' });
  await commands.execute(PanelCommands.cancel);
  expect(asked[0].what).toBe('POST /execute/exe_2/cancel');
});

test('no two shortcuts are the same, and each is for a command', () => {
  const keys = schema['jupyter.lab.shortcuts'].map(one => one.keys.join(' '));
  expect(new Set(keys).size).toBe(keys.length);
  expect(schema['jupyter.lab.shortcuts'].every(one => one.command.startsWith('coding-agent:'))).toBe(true);
});
