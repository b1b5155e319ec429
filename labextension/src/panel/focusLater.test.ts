import { focusLater } from './focusLater';

const made = (name: string): HTMLElement => document.body.appendChild(document.createElement(name));
const press = (repeat = false): boolean => document.dispatchEvent(new KeyboardEvent('keydown', { repeat }));

afterEach(() => document.body.replaceChildren());

test.each([
  ['who waits', () => undefined, true],
  ['who is taken back to the notebook by JupyterLab', (cell: HTMLElement) => cell.focus(), true],
  ['who still holds the shortcut', (cell: HTMLElement) => press(true) && cell.focus(), true],
  ['who does something where nothing has the focus', () => press(), true],
  ['who has gone on elsewhere', (cell: HTMLElement) => press() && cell.focus(), false]
])('the focus goes to what is drawn later, for %s', (_, meanwhile, moves) => {
  const [cell, panel] = [made('input'), made('section')];
  const message = panel.appendChild(document.createElement('textarea'));
  const focus = focusLater(panel);
  meanwhile(cell);
  focus(message);
  expect(document.activeElement === message).toBe(moves);
});
