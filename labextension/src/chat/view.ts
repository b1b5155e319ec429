import { lazy } from 'react';
import { agentIcon } from '../panel/icons';
import type { IView } from '../panel/view';

export const chatView: IView = {
  id: 'chat',
  icon: agentIcon,
  label: trans => trans.__('Chat'),
  Component: lazy(() => import('./chat'))
};
