import { lazy } from 'react';
import type { IFacet } from '../panel/view';

export const qualityFacet: IFacet = {
  id: 'quality',
  label: trans => trans.__('Quality'),
  Component: lazy(() => import('./quality'))
};
