import { lazy } from 'react';
import type { IFacet } from '../panel/view';
import { allFindings } from './all';

export const securityFacet: IFacet = {
  id: 'security',
  label: trans => trans.__('Findings'),
  count: execution => allFindings(execution).length || null,
  Component: lazy(() => import('./security'))
};
