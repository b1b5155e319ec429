/** What can be done with a file. */
import { Dialog, showDialog } from '@jupyterlab/apputils';
import { addressOf, answer } from '../api/client';
import { save, saveFrom } from '../panel/saving';
import type { IServices } from '../panel/services';
import type { Artifact } from './artifacts';
import { sizeWord } from './words';

/** Above this the browser fetches the file itself, since a page would hold it in memory, in bytes. */
const HELD = 10 * 1024 ** 2;

/** Have the browser save a file. Rejects with AgentError. */
export async function download({ agent, app }: IServices, artifact: Artifact): Promise<void> {
  const path = `/artifacts/${encodeURIComponent(artifact.artifact_id)}/download`;
  if (artifact.size <= HELD) {
    save(await (await agent.open(path)).blob(), artifact.name);
    return;
  }
  saveFrom(addressOf(app.serviceManager.serverSettings, path), artifact.name);
}

/** Ask, then delete a file; whether it is gone. Rejects with AgentError. */
export async function remove({ agent, trans }: IServices, artifact: Artifact): Promise<boolean> {
  const { button } = await showDialog({
    title: trans.__('Delete this file?'),
    body: trans.__('“%1” (%2) goes for good.', artifact.name, sizeWord(artifact.size)),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.warnButton({ label: trans.__('Delete') })
    ]
  });
  if (button.accept) {
    const params = { path: { artifact_id: artifact.artifact_id } };
    await answer(agent.rest.DELETE('/artifacts/{artifact_id}', { params }));
  }
  return button.accept;
}

/** Have the next message bring the file along. */
export function attach({ composer, panel }: IServices, artifact: Artifact): void {
  const { artifact_id: id, name, size } = artifact;
  composer.getState().attach({ kind: 'artifact', id, name, size });
  panel.setState({ view: 'chat', execution: null });
}
