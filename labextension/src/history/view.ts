import { historyIcon } from '@jupyterlab/ui-components';
import { lazy } from 'react';
import type { IView } from '../panel/view';

export const historyView: IView = {
  id: 'history',
  icon: historyIcon,
  label: trans => trans.__('History'),
  Component: lazy(() => import('./history'))
};
