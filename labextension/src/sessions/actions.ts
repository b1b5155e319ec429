/** What can be done with a session as a whole, wherever it is shown. */
import { Dialog, showDialog, showErrorMessage } from '@jupyterlab/apputils';
import { deleteIcon, downloadIcon, editIcon } from '@jupyterlab/ui-components';
import type { LabIcon } from '@jupyterlab/ui-components';
import { CommandRegistry } from '@lumino/commands';
import { Menu } from '@lumino/widgets';
import { answer } from '../api/client';
import type { Wire } from '../api/client';
import { save } from '../panel/saving';
import type { IServices } from '../panel/services';

type SessionView = Wire['SessionView'];
type ExportFormat = 'json' | 'ipynb';

/** Save the session as a file of the person's. Rejects with AgentError. */
async function exportSession(
  { agent }: IServices,
  session: SessionView,
  format: ExportFormat
): Promise<void> {
  const path = `/sessions/${encodeURIComponent(session.session_id)}/export?format=${format}`;
  const response = await agent.open(path);
  save(await response.blob(), `${fileName(session.title)}.${format}`);
}

/** What every file system takes. */
export function fileName(title: string): string {
  const plain = title.replace(/[\\/:*?"<>|\p{Cc}]+/gu, ' ').replace(/\s+/g, ' ');
  return plain.trim().replace(/^\.+/, '').slice(0, 80).trim() || 'session';
}

/** A new session from a file. Rejects with an error that says what is wrong with it. */
export async function importSession({ agent, trans }: IServices, file: File): Promise<SessionView> {
  let document: Record<string, unknown>;
  try {
    document = JSON.parse(await file.text()) as Record<string, unknown>;
  } catch {
    throw new Error(
      trans.__('“%1” is neither a notebook nor an exported session: it is not JSON.', file.name)
    );
  }
  return answer(agent.rest.POST('/sessions/import', { body: { document } }));
}

/** Ask, then delete it; whether it is gone. Rejects with AgentError. */
export async function deleteSession(
  { agent, panel, trans }: IServices,
  session: SessionView
): Promise<boolean> {
  const sure = await showDialog({
    title: trans.__('Delete “%1”?', session.title),
    body: trans._n(
      'Its %1 message goes for good. What was run in it stays in the history, without a session.',
      'Its %1 messages go for good. What was run in it stays in the history, without a session.',
      session.message_count
    ),
    defaultButton: 0,
    buttons: [
      Dialog.cancelButton({ label: trans.__('Keep it') }),
      Dialog.warnButton({ label: trans.__('Delete') })
    ]
  });
  if (!sure.button.accept) {
    return false;
  }
  const params = { path: { session_id: session.session_id } };
  await answer(agent.rest.DELETE('/sessions/{session_id}', { params }));
  panel.setState(state => (state.session === session.session_id ? { session: null } : state));
  return true;
}

/** Do it, and say in JupyterLab's way where it could not be done. */
export function attempt(what: string, act: () => Promise<unknown>): void {
  act().catch((error: unknown) => void showErrorMessage(what, error as Error));
}

interface IMenuActions {
  rename(): void;
  /** It was deleted. */
  deleted?(): void;
}

/** The menu of a session, below the button that opens it. */
export function openMenu(
  services: IServices,
  session: SessionView,
  anchor: HTMLElement,
  { rename, deleted }: IMenuActions
): void {
  const { trans } = services;
  const commands = new CommandRegistry();
  const menu = new Menu({ commands });
  const add = (label: string, icon: LabIcon, execute: () => void): void => {
    commands.addCommand(label, { label, icon, execute });
    menu.addItem({ command: label });
  };
  const save = (format: ExportFormat): void =>
    attempt(trans.__('The session could not be exported'), () => exportSession(services, session, format));
  add(trans.__('Rename'), editIcon, rename);
  add(trans.__('Export as a Notebook'), downloadIcon, () => save('ipynb'));
  add(trans.__('Export as JSON'), downloadIcon, () => save('json'));
  menu.addItem({ type: 'separator' });
  add(trans.__('Delete …'), deleteIcon, () =>
    attempt(trans.__('The session could not be deleted'), async () => {
      if (await deleteSession(services, session)) {
        deleted?.();
      }
    })
  );
  menu.aboutToClose.connect(() => anchor.focus());
  const { left, bottom } = anchor.getBoundingClientRect();
  menu.open(left, bottom);
}
