import { lazy } from 'react';
import type { IFacet } from '../panel/view';

export const testsFacet: IFacet = {
  id: 'tests',
  label: trans => trans.__('Tests'),
  count: execution => execution.signals?.tests?.results.length || null,
  Component: lazy(() => import('./tests'))
};
