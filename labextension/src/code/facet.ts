import { lazy } from 'react';
import type { IFacet } from '../panel/view';

export const codeFacet: IFacet = {
  id: 'code',
  label: trans => trans.__('Code'),
  count: execution => Object.keys(execution.files ?? {}).length || null,
  Component: lazy(() => import('./code'))
};
