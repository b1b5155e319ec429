import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { Signal } from '@lumino/signaling';
import { followSettings } from './defaults';
import { composerStore } from './store';
import type { ComposerStore } from './store';

const AS_SHIPPED = {
  defaultLanguage: 'detected',
  defaultTier: 'automatic',
  defaultPreference: 'balanced',
  defaultOutput: 'snippet'
};

/** A store that follows settings, and a function that changes them. */
async function following(set: object): Promise<{ store: ComposerStore; change: (changes: object) => void }> {
  const owner = {};
  let values: Record<string, unknown> = { ...AS_SHIPPED, ...set };
  const changed = new Signal<object, void>(owner);
  const settings = { get: (name: string) => ({ composite: values[name] }), changed };
  const store = composerStore(null);
  followSettings(store, Promise.resolve(settings as unknown as ISettingRegistry.ISettings));
  await Promise.resolve();
  const change = (changes: object): void => {
    values = { ...values, ...changes };
    changed.emit();
  };
  return { store, change };
}

test('settings are what a message starts from, as soon as they change', async () => {
  const { store, change } = await following({ defaultTier: 'complex', defaultLanguage: 'python' });
  const start = {
    language: 'python',
    tier: 'complex',
    preference: 'balanced',
    template: '',
    output: 'snippet'
  };
  expect(store.getState().options).toEqual(start);
  change({ defaultTier: 'automatic', defaultOutput: 'zip', defaultPreference: 'quickest' });
  expect(store.getState().options).toEqual({ ...start, tier: '', output: 'zip' });
});

test('what somebody chose stays, over messages and other settings, until it is taken back', async () => {
  const { store, change } = await following({ defaultTier: 'complex' });
  store.getState().setOptions({ tier: 'simple', template: 'csv-report' });
  expect(store.getState().take().options).toMatchObject({ tier: 'simple', template: 'csv-report' });
  change({ defaultTier: 'medium', defaultPreference: 'quality' });
  expect(store.getState().options).toMatchObject({ tier: 'simple', template: '', preference: 'quality' });
  store.getState().setOptions({ tier: 'medium' });
  change({ defaultTier: 'complex' });
  expect(store.getState().options.tier).toBe('complex');
});
