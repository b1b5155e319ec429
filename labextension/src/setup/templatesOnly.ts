/** Whether the user wants to work with the built-in templates only: kept in JupyterLab's settings, where it can be taken back. */
import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { useEffect, useState } from 'react';
import { useServices } from '../panel/services';

const NAME = 'templatesOnly';

/** True until the settings are there: nobody is reminded of what was waved away. */
export function useTemplatesOnly(): [boolean, () => void] {
  const { settings } = useServices();
  const [only, setOnly] = useState(true);
  const [kept, setKept] = useState<ISettingRegistry.ISettings | null>(null);
  useEffect(() => {
    let wanted = true;
    void settings.then(found => {
      if (wanted) {
        setKept(found);
        setOnly(found?.get(NAME).composite === true);
      }
    });
    return () => {
      wanted = false;
    };
  }, [settings]);
  useEffect(() => {
    const read = (): void => setOnly(kept?.get(NAME).composite === true);
    kept?.changed.connect(read);
    return () => void kept?.changed.disconnect(read);
  }, [kept]);
  const goOn = (): void => {
    setOnly(true);
    // Where it can't be kept, it holds for this page.
    kept?.set(NAME, true).catch(() => undefined);
  };
  return [only, goOn];
}
