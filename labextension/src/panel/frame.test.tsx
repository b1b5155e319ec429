import { act, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React from 'react';
import { fakeAgent } from '../testing/agents';
import { fakeServices, show } from '../testing/services';
import { Frame } from './frame';
import type { IServices } from './services';
import { Shelter } from './shelter';
import { Tabs } from './tabs';

const PASSED = { execution_id: 'exe_1', status: 'passed', files: { 'solution.py': 'answer = 42\n' } };

/** A panel of this width, in pixels. */
function shown(width: number): IServices {
  jest.spyOn(globalThis, 'ResizeObserver').mockImplementation(
    tell =>
      ({
        observe: () => tell([{ contentRect: { width } } as ResizeObserverEntry], null as never),
        disconnect: () => undefined
      }) as unknown as ResizeObserver
  );
  const services = fakeServices(fakeAgent({ 'GET /execute/exe_1': PASSED }).agent);
  show(<Frame />, services);
  return services;
}

function open(services: IServices, execution: string | null): void {
  act(() => services.panel.setState({ execution }));
}

function details(): HTMLElement | null {
  return screen.queryByRole('region', { name: 'Details of the execution' });
}

test('details take the keyboard to them, and give it back', async () => {
  const services = shown(300);
  const message = await screen.findByRole('textbox', { name: 'Message to the coding agent' });
  await userEvent.type(message, 'not yet sent');
  open(services, 'exe_1');
  expect(document.activeElement).toBe(details());
  expect(screen.queryByRole('tab', { name: 'Chat' })).toBeNull();
  await userEvent.tab();
  expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Back' }));
  await userEvent.keyboard('{Enter}');
  expect([details(), document.activeElement]).toEqual([null, message]);
  expect((message as HTMLTextAreaElement).value).toBe('not yet sent');
  open(services, 'exe_1');
  await userEvent.keyboard('{Escape}');
  expect([details(), document.activeElement]).toEqual([null, message]);
});

test('who is elsewhere is not interrupted', () => {
  const services = shown(300);
  const elsewhere = document.body.appendChild(document.createElement('button'));
  elsewhere.focus();
  open(services, 'exe_1');
  expect(document.activeElement).toBe(elsewhere);
  open(services, null);
  expect(document.activeElement).toBe(elsewhere);
  elsewhere.remove();
});

test('where there is room the details stand beside the view', async () => {
  const services = shown(1000);
  open(services, 'exe_1');
  expect(screen.getByRole('tab', { name: 'Chat' })).toBeTruthy();
  await userEvent.click(screen.getByRole('button', { name: 'Close the details' }));
  expect(details()).toBeNull();
});

test('the divider between the two is moved by the keys, within what both need, and put back', async () => {
  const services = shown(1000);
  open(services, 'exe_1');
  const divider = screen.getByRole('separator', { name: 'Width of the view' });
  const range = ['now', 'min', 'max'].map(name => divider.getAttribute(`aria-value${name}`));
  expect([divider.getAttribute('aria-orientation'), ...range]).toEqual(['vertical', '46', '28', '68']);
  divider.focus();
  await userEvent.keyboard('{ArrowRight}{ArrowRight}{ArrowLeft}');
  expect(services.panel.getState().divider).toBe(48);
  await userEvent.keyboard('{Home}{ArrowLeft}');
  expect(divider.getAttribute('aria-valuenow')).toBe('28');
  await userEvent.keyboard('{End}{ArrowRight}');
  expect(divider.getAttribute('aria-valuenow')).toBe('68');
  await userEvent.dblClick(divider);
  expect(divider.getAttribute('aria-valuenow')).toBe('46');
});

test('where only one of the two is seen nothing divides them', () => {
  const services = shown(300);
  open(services, 'exe_1');
  expect(screen.queryByRole('separator')).toBeNull();
});

test('what goes wrong in one part leaves the others', async () => {
  const silent = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  let broken = true;
  const Part = (): JSX.Element => {
    if (broken) {
      throw new Error('A part is broken.');
    }
    return <p>Whole</p>;
  };
  const services = fakeServices(fakeAgent({}).agent);
  show(
    <Tabs tabs={[{ id: 'one', label: 'One', count: 0 }]} chosen="one" label="Parts" choose={jest.fn()}>
      <Shelter>
        <Part />
      </Shelter>
    </Tabs>,
    services
  );
  const alert = screen.getByRole('alert');
  expect(alert.textContent).toContain('A part is broken.');
  expect(screen.getByRole('tab', { name: 'One 0' })).toBeTruthy();
  broken = false;
  await userEvent.click(within(alert).getByRole('button', { name: 'Try again' }));
  expect(screen.getByText('Whole')).toBeTruthy();
  silent.mockRestore();
});

test('tabs are gone through by the arrows, without an end', async () => {
  const choose = jest.fn();
  const tabs = ['One', 'Two', 'Three'].map(label => ({ id: label, label }));
  show(
    <Tabs tabs={tabs} chosen="One" label="Parts" choose={choose}>
      Shown
    </Tabs>,
    fakeServices(fakeAgent({}).agent)
  );
  await userEvent.tab();
  await userEvent.keyboard('{ArrowLeft}{Home}{ArrowRight}{End}');
  expect(choose.mock.calls.flat()).toEqual(['Three', 'One', 'Two', 'Three']);
  expect(document.activeElement?.textContent).toBe('Three');
});
