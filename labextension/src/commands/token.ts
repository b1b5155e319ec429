/** What the plugins that stand around the panel need of it: the launcher's, the status bar's, the notifications'. */
import { Token } from '@lumino/coreutils';
import type { IServices } from '../panel/services';
import type { Places } from './places';
import type { Preferences } from './preferences';

export interface IAgentPanel {
  readonly services: IServices;
  readonly places: Places;
  readonly preferences: Preferences;
}

export const IAgentPanel = new Token<IAgentPanel>('jupyter-coding-agent:IAgentPanel');
