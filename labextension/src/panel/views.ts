/** The views of the panel, in the order of their tabs. A new one is a folder with a `view.ts` and a line here. */
import { chatView } from '../chat/view';
import { artifactsView } from '../artifacts/view';
import { historyView } from '../history/view';
import { sessionsView } from '../sessions/view';
import { setupView } from '../setup/view';
import { templatesView } from '../templates/view';
import type { IView } from './view';

export const VIEWS: readonly IView[] = [
  chatView,
  sessionsView,
  historyView,
  artifactsView,
  templatesView,
  setupView
];
