/** What can be dropped on the panel: files, items of JupyterLab's file browser, a notebook's cells. */
import { PathExt } from '@jupyterlab/coreutils';
import { useEffect, useState } from 'react';
import type { RefObject } from 'react';
import { list, record, text, texts } from '../api/read';
import { useServices } from '../panel/services';
import type { IServices } from '../panel/services';
import { attachCells } from './cells';
import { uploadsOf } from './uploads';

/** How @lumino/dragdrop calls what JupyterLab drags. */
const ITEMS = 'application/x-jupyter-icontents';
const CELLS = 'application/vnd.jupyter.cells';

interface ILuminoDrag extends Event {
  readonly mimeData: { hasData(type: string): boolean; getData(type: string): unknown };
  readonly proposedAction: string;
  dropAction: string;
}

/** Take what is dropped anywhere on the panel that `node` stands in. Answers whether something is held over it. */
export function useDropping(node: RefObject<HTMLElement>): boolean {
  const services = useServices();
  const [over, setOver] = useState(false);
  useEffect(() => {
    const panel = node.current?.closest<HTMLElement>('.jca-SidePanel') ?? node.current;
    if (!panel) {
      return;
    }
    const ends: (() => void)[] = [];
    const on = (kind: string, act: (event: Event) => void): void => {
      panel.addEventListener(kind, act);
      ends.push(() => panel.removeEventListener(kind, act));
    };
    listenToFiles(on, setOver, files => uploadsOf(services.agent, services.composer).add(files));
    listenToLumino(on, setOver, event => dropped(services, event));
    return () => ends.forEach(end => end());
  }, [node, services]);
  return over;
}

type On = (kind: string, act: (event: Event) => void) => void;

function listenToFiles(on: On, over: (is: boolean) => void, take: (files: FileList) => void): void {
  const holds = (event: Event): event is DragEvent =>
    'dataTransfer' in event && ((event as DragEvent).dataTransfer?.types.includes('Files') ?? false);
  const hold = (event: Event): void => {
    if (holds(event)) {
      event.preventDefault();
      over(true);
    }
  };
  on('dragenter', hold);
  on('dragover', hold);
  on('dragleave', event => leaves(event) && over(false));
  on('drop', event => {
    over(false);
    if (holds(event) && event.dataTransfer) {
      event.preventDefault();
      take(event.dataTransfer.files);
    }
  });
}

function listenToLumino(on: On, over: (is: boolean) => void, take: (event: ILuminoDrag) => void): void {
  const holds = (event: Event): event is ILuminoDrag => {
    const { mimeData } = event as ILuminoDrag;
    return mimeData.hasData(ITEMS) || mimeData.hasData(CELLS);
  };
  const mine = (event: Event, act: (event: ILuminoDrag) => void): void => {
    if (holds(event)) {
      event.preventDefault();
      event.stopPropagation();
      act(event);
    }
  };
  on('lm-dragenter', event => mine(event, () => over(true)));
  on('lm-dragover', event =>
    mine(event, drag => {
      drag.dropAction = drag.proposedAction;
    })
  );
  on('lm-dragleave', event => leaves(event) && over(false));
  on('lm-drop', event =>
    mine(event, drag => {
      over(false);
      // A move would take the cells out of their notebook.
      drag.dropAction = 'copy';
      take(drag);
    })
  );
}

/** Not only from one part of the panel to another. */
function leaves(event: Event): boolean {
  const { currentTarget, relatedTarget } = event as DragEvent;
  return !(relatedTarget instanceof Node && (currentTarget as Node).contains(relatedTarget));
}

function dropped(services: IServices, { mimeData }: ILuminoDrag): void {
  if (mimeData.hasData(CELLS)) {
    const cells = list(mimeData.getData(CELLS)).map(record);
    const notebook = services.notebooks?.currentWidget;
    const ids = new Set(cells.map(one => text(one.id)));
    if (notebook) {
      const among = notebook.content.widgets.filter(one => ids.has(one.model.id));
      void attachCells(services, notebook, among);
    }
    return;
  }
  for (const path of texts(mimeData.getData(ITEMS))) {
    const name = PathExt.basename(path);
    uploadsOf(services.agent, services.composer).addLater(name, () => read(services, path, name));
  }
}

/** A file of the Jupyter server's. */
async function read({ app, trans }: IServices, path: string, name: string): Promise<File> {
  const model = await app.serviceManager.contents.get(path, {
    content: true,
    type: 'file',
    format: 'base64'
  });
  if (typeof model.content !== 'string') {
    throw new Error(trans.__('“%1” is not a file.', path));
  }
  const bytes = Uint8Array.from(atob(model.content.replace(/\s/g, '')), one => one.charCodeAt(0));
  return new File([bytes], name, { type: model.mimetype });
}
