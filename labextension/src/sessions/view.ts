import { listIcon } from '@jupyterlab/ui-components';
import { lazy } from 'react';
import type { IView } from '../panel/view';

export const sessionsView: IView = {
  id: 'sessions',
  icon: listIcon,
  label: trans => trans.__('Sessions'),
  Component: lazy(() => import('./sessions'))
};
