/** The person's settings of the panel, and where it stands by them. */
import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { createStore } from 'zustand/vanilla';
import type { StoreApi } from 'zustand/vanilla';

export type Side = 'left' | 'right';

export interface IPreferences {
  /** Null until the settings are there, and where there are none. */
  readonly side: Side | null;
  readonly notifications: boolean;
  readonly statusBar: boolean;
}

export type Preferences = StoreApi<IPreferences>;

/** The defaults until JupyterLab has read the settings, which is only after every plugin is there. */
export function preferencesOf(settings: Promise<ISettingRegistry.ISettings | null>): Preferences {
  const store = createStore<IPreferences>(() => ({ side: null, notifications: true, statusBar: true }));
  void settings.then(found => {
    const read = (): void =>
      store.setState({
        side: found?.get('side').composite === 'left' ? 'left' : 'right',
        notifications: found?.get('notifications').composite !== false,
        statusBar: found?.get('statusBar').composite !== false
      });
    if (found) {
      read();
      found.changed.connect(read);
    }
  });
  return store;
}
