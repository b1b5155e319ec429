/** What every view of the panel may use. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IEditorServices } from '@jupyterlab/codeeditor';
import type { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { TranslationBundle } from '@jupyterlab/translation';
import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { Agent } from '../api/client';
import type { Conversation } from '../chat/conversation';
import type { ComposerStore, IComposer } from '../composer/store';
import type { ILive, Live } from '../live/live';
import type { IInsertionSettings } from '../notebook/insertion/acceptance';
import type { IPanelState, PanelStore } from './state';

export interface IServices {
  readonly app: JupyterFrontEnd;
  readonly agent: Agent;
  readonly live: Live;
  readonly panel: PanelStore;
  readonly conversation: Conversation;
  /** What is being written, with what goes along. */
  readonly composer: ComposerStore;
  readonly trans: TranslationBundle;
  /** Whose sanitizer everything goes through that a model or a repository has written. */
  readonly rendermime: IRenderMimeRegistry;
  readonly editors: IEditorServices;
  /** Null in a front end with another editor. */
  readonly languages: IEditorLanguageRegistry | null;
  /** Null in a front end without notebooks. */
  readonly notebooks: INotebookTracker | null;
  readonly documents: IDocumentManager | null;
  /** Which of a result's cells are inserted. */
  insertion(): IInsertionSettings;
  /** Where a new file goes: what the file browser shows. */
  folder(): string;
  /** Null where there is no registry. JupyterLab answers only after every plugin is there: nothing waits for it at the start. */
  readonly settings: Promise<ISettingRegistry.ISettings | null>;
}

const Context = createContext<IServices | null>(null);
export const ServicesProvider = Context.Provider;

/** The services of the panel that this component stands in. */
export function useServices(): IServices {
  const services = useContext(Context);
  if (!services) {
    throw new Error('No ServicesProvider above this component.');
  }
  return services;
}

export function usePanel<T>(select: (state: IPanelState) => T): T {
  return useStore(useServices().panel, select);
}

export function useComposer<T>(select: (state: IComposer) => T): T {
  return useStore(useServices().composer, select);
}

export function useLive<T>(select: (state: ILive) => T): T {
  return useStore(useServices().live.store, select);
}
