/** What a message's options are where nobody chose: the person's settings, as they are just now. */
import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { DEFAULT_OPTIONS, readOptions } from './store';
import type { ComposerStore, IOptions } from './store';

/** The words of the settings for what is left to the agent, which is nothing in a request. */
const LEFT = ['automatic', 'detected'];

export function followSettings(
  composer: ComposerStore,
  settings: Promise<ISettingRegistry.ISettings | null>
): void {
  void settings.then(found => {
    if (found) {
      const read = (): void => composer.getState().setDefaults(defaultsOf(found));
      read();
      found.changed.connect(read);
    }
  });
}

function defaultsOf(settings: ISettingRegistry.ISettings): IOptions {
  const value = (name: string): unknown => {
    const { composite } = settings.get(name);
    return LEFT.includes(composite as string) ? '' : composite;
  };
  const set = {
    language: value('defaultLanguage'),
    tier: value('defaultTier'),
    preference: value('defaultPreference'),
    output: value('defaultOutput')
  };
  return { ...DEFAULT_OPTIONS, ...readOptions(set) };
}
