/** What is shown and typed in the template browser: it outlives the view, so that nothing typed is lost. */
import type { ReadonlyJSONObject } from '@lumino/coreutils';
import { createStore } from 'zustand/vanilla';
import type { StoreApi } from 'zustand/vanilla';
import type { Wire } from '../api/client';
import type { PanelStore } from '../panel/state';

export type Category = Wire['TemplateSummary']['category'];
export type Values = ReadonlyJSONObject;

export interface IFilters {
  readonly category: Category | '';
  readonly language: string;
  readonly framework: string;
}

export interface ITemplatesState {
  readonly filters: IFilters;
  /** Words that a name or a description must have. */
  readonly wanted: string;
  /** How many pages are shown. */
  readonly pages: number;
  /** The template whose details are open. */
  readonly open: string | null;
  /** Template → the values in its form, where any was changed. */
  readonly values: Readonly<Record<string, Values>>;
  /** Template → the request that it is to be adapted to. */
  readonly requests: Readonly<Record<string, string>>;
  /** Template → why that request was not taken. */
  readonly refusals: Readonly<Record<string, Error>>;
  /** What can be filtered by, as far as it was seen. */
  readonly languages: readonly string[];
  readonly frameworks: readonly string[];
  /** The template that one has just come back from. */
  readonly last: string | null;
}

export type TemplatesStore = StoreApi<ITemplatesState>;

export const ALL: IFilters = { category: '', language: '', framework: '' };

const KNOWN = new WeakMap<PanelStore, TemplatesStore>();

/** One for the side panel and every tab of it. */
export function templatesOf(panel: PanelStore): TemplatesStore {
  const known =
    KNOWN.get(panel) ??
    createStore<ITemplatesState>(() => ({
      filters: ALL,
      wanted: '',
      pages: 1,
      open: null,
      values: {},
      requests: {},
      refusals: {},
      languages: [],
      frameworks: [],
      last: null
    }));
  KNOWN.set(panel, known);
  return known;
}

/** All but one of what is known of templates. */
export function without<T>(known: Readonly<Record<string, T>>, id: string): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(known).filter(([one]) => one !== id));
}
