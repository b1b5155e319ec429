import { textEditorIcon } from '@jupyterlab/ui-components';
import { lazy } from 'react';
import type { IView } from '../panel/view';

export const templatesView: IView = {
  id: 'templates',
  icon: textEditorIcon,
  label: trans => trans.__('Templates'),
  Component: lazy(() => import('./templates'))
};
