/** Files on their way to the server: each becomes an attachment, or says why not. */
import { createStore } from 'zustand/vanilla';
import type { StoreApi } from 'zustand/vanilla';
import { list, number, record, text } from '../api/read';
import type { Agent } from '../api/client';
import type { Told } from '../api/uploading';
import type { ComposerStore, IFileAttachment } from './store';

export interface IUpload {
  readonly key: number;
  readonly name: string;
  readonly size: number;
  /** How much has gone up, from 0 to 1; null where that is not known. */
  readonly share: number | null;
  /** Null while it is under way. */
  readonly error: Error | null;
  /** Upload it once more. */
  again(): void;
  /** Stop it, or forget why it failed. */
  dismiss(): void;
}

export class Uploads {
  readonly store: StoreApi<readonly IUpload[]> = createStore<readonly IUpload[]>(() => []);

  constructor(
    private readonly _agent: Agent,
    private readonly _composer: ComposerStore
  ) {}

  /** Each on its own: one that is refused holds up no other. */
  add(files: Iterable<File>): void {
    for (const file of files) {
      this._one(file.name, file.size, () => Promise.resolve(file));
    }
  }

  /** A file that has to be read first. */
  addLater(name: string, read: () => Promise<File>): void {
    this._one(name, 0, read);
  }

  private _one(name: string, size: number, read: () => Promise<File>): void {
    const key = ++this._last;
    const abort = new AbortController();
    const dismiss = (): void => {
      abort.abort();
      this._set(all => all.filter(one => one.key !== key));
    };
    const again = (): void => {
      dismiss();
      this._one(name, size, read);
    };
    const change = (changes: Partial<IUpload>): void =>
      this._set(all => all.map(one => (one.key === key ? { ...one, ...changes } : one)));
    this._set(all => [...all, { key, name, size, share: null, error: null, again, dismiss }]);
    read()
      .then(file => this._send(file, abort.signal, share => change({ share })))
      .then(
        attached => {
          if (!abort.signal.aborted) {
            dismiss();
            this._composer.getState().attach(...attached);
          }
        },
        (error: Error) => change({ error })
      );
  }

  private async _send(file: File, signal: AbortSignal, told: Told): Promise<IFileAttachment[]> {
    const body = new FormData();
    body.append('file', file, file.name);
    const response = await this._agent.open('/artifacts/upload', { method: 'POST', body, signal }, told);
    return list(record(await response.json()).artifacts).map(one => {
      const raw = record(one);
      return {
        kind: 'artifact',
        id: text(raw.artifact_id),
        name: text(raw.name),
        size: number(raw.size) ?? 0
      };
    });
  }

  private _set(change: (all: readonly IUpload[]) => readonly IUpload[]): void {
    // A list is the whole state here, which is replaced.
    this.store.setState(change(this.store.getState()), true);
  }

  private _last = 0;
}

const KEPT = new WeakMap<ComposerStore, Uploads>();

/** The uploads of a composer: they go on while another view is shown. */
export function uploadsOf(agent: Agent, composer: ComposerStore): Uploads {
  const uploads = KEPT.get(composer) ?? new Uploads(agent, composer);
  KEPT.set(composer, uploads);
  return uploads;
}
