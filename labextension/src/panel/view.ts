/** The two kinds of things that plug into the panel's frame, one folder each. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { LabIcon } from '@jupyterlab/ui-components';
import type { ComponentType, LazyExoticComponent } from 'react';
import type { Wire } from '../api/client';

/** A place in the panel, such as the chat or the history. */
export interface IView {
  readonly id: string;
  readonly icon: LabIcon;
  label(trans: TranslationBundle): string;
  readonly Component: LazyExoticComponent<ComponentType> | ComponentType;
}

export interface IFacetProps {
  readonly execution: Wire['ExecutionView'];
}

/** A part of an execution's details, such as its code or what its tests found. */
export interface IFacet {
  readonly id: string;
  label(trans: TranslationBundle): string;
  /** Shown beside the label where it is not null: how much there is to see. */
  count?(execution: Wire['ExecutionView']): number | null;
  readonly Component: LazyExoticComponent<ComponentType<IFacetProps>> | ComponentType<IFacetProps>;
}
