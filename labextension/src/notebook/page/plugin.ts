/** Kernels that run elsewhere and reach no Jupyter server ask through the page that runs their cells. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { URLExt } from '@jupyterlab/coreutils';
import { INotebookTracker, NotebookActions } from '@jupyterlab/notebook';
import { ServerConnection } from '@jupyterlab/services';
import type { Kernel } from '@jupyterlab/services';
import { ASKING } from '../insertion/arrival';
import { PageLink, TARGET } from './link';

/** Offers itself to the kernel before a cell that asks the agent runs; most kernels have no need of it. */
export const pagePlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-coding-agent:page',
  description: 'Lets kernels that reach no Jupyter server ask the coding agent through the page.',
  autoStart: true,
  requires: [INotebookTracker],
  activate: (app: JupyterFrontEnd, tracker: INotebookTracker) => {
    const settings = app.serviceManager.serverSettings;
    const linked = new WeakSet<Kernel.IKernelConnection>();
    NotebookActions.executionScheduled.connect((_, { notebook, cell }) => {
      const kernel = tracker.find(one => one.content === notebook)?.sessionContext.session?.kernel;
      if (kernel && !linked.has(kernel) && ASKING.test(cell.model.sharedModel.getSource())) {
        linked.add(kernel);
        link(kernel, settings, () => linked.delete(kernel));
      }
    });
  }
};

function link(
  kernel: Kernel.IKernelConnection,
  settings: ServerConnection.ISettings,
  closed: () => void
): void {
  const comm = kernel.createComm(TARGET);
  const page = new PageLink(
    (path, init) =>
      ServerConnection.makeRequest(URLExt.join(settings.baseUrl, 'coding-agent', path), init, settings),
    message => comm.isDisposed || comm.send(message)
  );
  comm.onMsg = message => void page.received(message.content.data);
  comm.onClose = () => {
    page.close();
    closed();
  };
  comm.open({});
}
