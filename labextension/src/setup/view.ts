import { settingsIcon } from '@jupyterlab/ui-components';
import { lazy } from 'react';
import type { IView } from '../panel/view';

export const setupView: IView = {
  id: 'setup',
  icon: settingsIcon,
  label: trans => trans.__('Setup'),
  Component: lazy(() => import('./setup'))
};
