/** The services of a panel that stands in no JupyterLab, for components in tests. */
import { RenderMimeRegistry, standardRendererFactories } from '@jupyterlab/rendermime';
import { nullTranslator } from '@jupyterlab/translation';
import { render } from '@testing-library/react';
import type { RenderResult } from '@testing-library/react';
import React from 'react';
import type { Agent } from '../api/client';
import { Conversation } from '../chat/conversation';
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
    trans: nullTranslator.load('jupyter-coding-agent'),
    rendermime: new RenderMimeRegistry({ initialFactories: standardRendererFactories }),
    notebooks: null,
    documents: null,
    settings: Promise.resolve(null),
    ...others
  } as IServices;
}

export function show(component: JSX.Element, services: IServices): RenderResult {
  return render(<ServicesProvider value={services}>{component}</ServicesProvider>);
}
