/** The place in a result's code that somebody wants to see: whoever shows the code goes there. */
import { createStore } from 'zustand/vanilla';
import type { StoreApi } from 'zustand/vanilla';

export interface IPlace {
  /** Null where nobody has asked for a place. */
  readonly path: string | null;
  /** From 1. */
  readonly line: number | null;
}

export const NOWHERE: IPlace = { path: null, line: null };

export const place: StoreApi<IPlace> = createStore<IPlace>(() => NOWHERE);
