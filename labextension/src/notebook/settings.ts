/** The user's settings of the notebook room. */
import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { text } from '../api/read';
import { DEFAULTS } from './insertion/acceptance';
import type { IInsertionSettings } from './insertion/acceptance';

const AUTOMATIC = ['never', 'harmless', 'always'];

/** Follows the settings; until they are read, and where there are none, the defaults hold. */
export class NotebookSettings {
  insertion: IInsertionSettings = DEFAULTS;

  constructor(registry: ISettingRegistry | null, id: string) {
    registry?.load(id).then(
      settings => {
        settings.changed.connect(() => this._read(settings));
        this._read(settings);
      },
      (error: unknown) => console.warn('The settings of the coding agent could not be read.', error)
    );
  }

  private _read(settings: ISettingRegistry.ISettings): void {
    const automatic = text(settings.get('insert').composite);
    this.insertion = {
      automatic: AUTOMATIC.includes(automatic)
        ? (automatic as IInsertionSettings['automatic'])
        : DEFAULTS.automatic,
      tests: settings.get('insertTests').composite === true,
      explanation: settings.get('insertExplanation').composite === true
    };
  }
}
