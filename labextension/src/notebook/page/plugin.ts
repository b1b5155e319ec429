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
    const linked = new WeakMap<Kernel.IKernelConnection, Kernel.IComm>();
    NotebookActions.executionScheduled.connect((_, { notebook, cell }) => {
      const kernel = tracker.find(one => one.content === notebook)?.sessionContext.session?.kernel;
      const asking = kernel && ASKING.test(cell.model.sharedModel.getSource());
      // A kernel that was started anew has forgotten the page.
      if (asking && (linked.get(kernel)?.isDisposed ?? true)) {
        linked.set(kernel, link(kernel, settings));
      }
    });
  }
};

function link(kernel: Kernel.IKernelConnection, settings: ServerConnection.ISettings): Kernel.IComm {
  const comm = kernel.createComm(TARGET);
  const page = new PageLink(
    (path, init) =>
      ServerConnection.makeRequest(URLExt.join(settings.baseUrl, 'coding-agent', path), init, settings),
    message => {
      if (comm.isDisposed) {
        page.close();
      } else {
        comm.send(message);
      }
    }
  );
  comm.onMsg = message => void page.received(message.content.data);
  comm.onClose = () => page.close();
  comm.open({});
  return comm;
}
