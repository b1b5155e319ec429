import { lazy } from 'react';
import type { IFacet } from '../panel/view';
import { KINDS } from './kinds';

export const effectsFacet: IFacet = {
  id: 'effects',
  label: trans => trans.__('Effects'),
  count: ({ effects }) =>
    (effects &&
      KINDS.filter(kind => kind !== 'imports').reduce((sum, kind) => sum + effects[kind].length, 0)) ||
    null,
  Component: lazy(() => import('./effects'))
};
