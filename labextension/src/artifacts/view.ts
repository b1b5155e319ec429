import { fileIcon } from '@jupyterlab/ui-components';
import { lazy } from 'react';
import type { IView } from '../panel/view';

export const artifactsView: IView = {
  id: 'artifacts',
  icon: fileIcon,
  label: trans => trans.__('Files'),
  Component: lazy(() => import('./artifacts'))
};
