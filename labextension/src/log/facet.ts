import { lazy } from 'react';
import type { IFacet } from '../panel/view';

export const logFacet: IFacet = {
  id: 'log',
  label: trans => trans.__('Log'),
  Component: lazy(() => import('./log'))
};
