/** Files on their way to the server, one upload for all that were chosen together. */
import { useRef, useState } from 'react';
import { usePanel, useServices } from '../panel/services';

interface ISending {
  readonly key: number;
  /** How many files. */
  readonly count: number;
  /** How much has gone up, from 0 to 1; null where that is not known. */
  readonly share: number | null;
  cancel(): void;
}

interface ISendings {
  readonly sendings: readonly ISending[];
  /** Why the last one failed. */
  readonly error: Error | null;
  send(files: readonly File[], unpack: boolean): Promise<void>;
}

/** `kept` is called when some are there. */
export function useSending(kept: () => void): ISendings {
  const { agent } = useServices();
  const session = usePanel(state => state.session);
  const [sendings, setSendings] = useState<readonly ISending[]>([]);
  const [error, setError] = useState<Error | null>(null);
  const last = useRef(0);
  const send = async (files: readonly File[], unpack: boolean): Promise<void> => {
    if (!files.length) {
      return;
    }
    const key = ++last.current;
    const abort = new AbortController();
    const { signal } = abort;
    const body = formOf(files, session, unpack);
    const told = (share: number | null): void =>
      setSendings(all => all.map(one => (one.key === key ? { ...one, share } : one)));
    setError(null);
    setSendings(all => [...all, { key, count: files.length, share: null, cancel: () => abort.abort() }]);
    try {
      await agent.open('/artifacts/upload', { method: 'POST', body, signal }, told);
      kept();
    } catch (reason) {
      // Who cancels it knows why it came to nothing.
      if (!signal.aborted) {
        setError(reason as Error);
      }
    } finally {
      setSendings(all => all.filter(one => one.key !== key));
    }
  };
  return { sendings, error, send };
}

function formOf(files: readonly File[], session: string | null, unpack: boolean): FormData {
  const form = new FormData();
  files.forEach(file => form.append('file', file, file.name));
  if (session) {
    form.append('session_id', session);
  }
  if (unpack) {
    form.append('unpack', 'true');
  }
  return form;
}
