/** What a component shows of something that is asked for: nothing yet, the answer, or why there is none. */
import { useCallback, useEffect, useState } from 'react';

export interface IAsked<T> {
  readonly data: T | null;
  readonly error: Error | null;
  readonly busy: boolean;
  /** Ask once more; what is shown stays until the answer is there. */
  readonly again: () => void;
}

/** Asks when first shown and whenever one of `about` changes. An answer that comes too late is dropped. */
export function useAsked<T>(ask: () => Promise<T>, about: readonly unknown[]): IAsked<T> {
  const [asked, setAsked] = useState<{ data: T | null; error: Error | null; busy: boolean }>({
    data: null,
    error: null,
    busy: true
  });
  const [times, setTimes] = useState(0);
  useEffect(() => {
    let wanted = true;
    setAsked(old => ({ ...old, busy: true }));
    ask().then(
      data => wanted && setAsked({ data, error: null, busy: false }),
      (error: unknown) =>
        wanted &&
        setAsked(old => ({
          ...old,
          error: error instanceof Error ? error : new Error(String(error)),
          busy: false
        }))
    );
    return () => {
      wanted = false;
    };
  }, [...about, times]);
  const again = useCallback(() => setTimes(old => old + 1), []);
  return { ...asked, again };
}
