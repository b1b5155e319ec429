import { lazy } from 'react';
import type { IFacet } from '../panel/view';

export const attemptsFacet: IFacet = {
  id: 'attempts',
  label: trans => trans.__('Changes'),
  count: execution => execution.attempts || null,
  Component: lazy(() => import('./attempts'))
};
