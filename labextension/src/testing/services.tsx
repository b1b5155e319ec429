/** The services of a panel that stands in no JupyterLab, for components in tests. */
import type { CodeEditor } from '@jupyterlab/codeeditor';
import { RenderMimeRegistry, standardRendererFactories } from '@jupyterlab/rendermime';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { render } from '@testing-library/react';
import type { RenderResult } from '@testing-library/react';
import React from 'react';
import type { Agent } from '../api/client';
import { Conversation } from '../chat/conversation';
import { composerStore } from '../composer/store';
import { DEFAULTS } from '../notebook/insertion/acceptance';
import { Live } from '../live/live';
import { ServicesProvider } from '../panel/services';
import type { IServices } from '../panel/services';
import { panelStore } from '../panel/state';

/** Give what the component uses of JupyterLab itself in `others`. */
export function fakeServices(agent: Agent, others: Partial<IServices> = {}): IServices {
  const live = new Live(agent);
  const panel = panelStore(null);
  return {
    agent,
    live,
    panel,
    conversation: new Conversation(agent, live, panel),
    composer: composerStore(null),
    trans: nullTranslator.load('jupyter-coding-agent'),
    rendermime: new RenderMimeRegistry({ initialFactories: standardRendererFactories }),
    app: { commands: new CommandRegistry() },
    editors: plainEditors,
    languages: null,
    notebooks: null,
    documents: null,
    insertion: () => DEFAULTS,
    folder: () => '',
    settings: Promise.resolve(null),
    ...others
  } as unknown as IServices;
}

/** An editor that only has the text: what JupyterLab's own one draws is looked at in the browser. */
const plainEditors = {
  mimeTypeService: { getMimeTypeByFilePath: () => 'text/x-python' },
  factoryService: {
    newInlineEditor: ({ host, model }: CodeEditor.IOptions) => {
      const write = (): void => {
        host.textContent = model.sharedModel.getSource();
      };
      model.sharedModel.changed.connect(write);
      write();
      return {
        get lineCount() {
          return model.sharedModel.getSource().split('\n').length;
        },
        getLine: (line: number) => model.sharedModel.getSource().split('\n')[line],
        setSelection: ({ start }: CodeEditor.IRange) =>
          host.setAttribute('data-line', String(start.line + 1)),
        revealPosition: () => undefined,
        focus: () => undefined,
        dispose: () => host.replaceChildren()
      };
    }
  }
};

export function show(component: JSX.Element, services: IServices): RenderResult {
  return render(<ServicesProvider value={services}>{component}</ServicesProvider>);
}
