/** What the panel shows: kept in JupyterLab's state database, so that a reload finds it again. */
import type { IStateDB } from '@jupyterlab/statedb';
import type { ReadonlyJSONValue } from '@lumino/coreutils';
import { createStore } from 'zustand/vanilla';
import type { StoreApi } from 'zustand/vanilla';
import { number, record, text } from '../api/read';

const KEY = 'jupyter-coding-agent:panel';

export interface IPanelState {
  /** The view in front: its id in `views.ts`. */
  readonly view: string;
  /** The session that is talked in; null for one that the first message begins. */
  readonly session: string | null;
  /** The execution whose details are open. */
  readonly execution: string | null;
  /** The part of its details in front: its id in `facets.ts`. */
  readonly facet: string;
  /** How much of the width the view has where the details stand beside it, in percent. */
  readonly divider: number;
}

export type PanelStore = StoreApi<IPanelState>;

export const FIRST: IPanelState = {
  view: 'chat',
  session: null,
  execution: null,
  facet: 'code',
  divider: 46
};

/**
 * The store, at first as for who comes for the first time: JupyterLab answers from its database only after every plugin
 * is there. What changes is kept from then on.
 */
export function panelStore(database: IStateDB | null): PanelStore {
  const store = createStore<IPanelState>(() => FIRST);
  const keep = (): void => {
    store.subscribe(state => void database?.save(KEY, state as unknown as ReadonlyJSONValue));
  };
  database
    ?.fetch(KEY)
    .then(kept => store.setState(readState(kept)))
    .then(keep, keep);
  return store;
}

function readState(kept: unknown): IPanelState {
  const raw = record(kept);
  return {
    view: text(raw.view) || FIRST.view,
    session: text(raw.session) || null,
    execution: text(raw.execution) || null,
    facet: text(raw.facet) || FIRST.facet,
    divider: number(raw.divider) ?? FIRST.divider
  };
}
