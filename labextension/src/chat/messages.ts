/** The messages of a session, page by page from the latest on, kept up with the server's. */
import { createStore } from 'zustand/vanilla';
import type { StoreApi } from 'zustand/vanilla';
import { answer } from '../api/client';
import type { Agent, Wire } from '../api/client';

type MessageView = Wire['MessageView'];
type Detail = Wire['SessionDetail'];
export const PAGE = 50;

/** The latest messages without a gap, the oldest of them first. */
export interface IPages {
  readonly session: Wire['SessionView'];
  readonly messages: readonly MessageView[];
}

export interface IMessages {
  /** Null until they are known. */
  readonly pages: IPages | null;
  readonly error: Error | null;
  /** Earlier ones are on their way. */
  readonly earlier: boolean;
}

/** How many messages there are before the first that is known. */
export function earlierThan(pages: IPages | null): number {
  return Math.max(0, missing(pages));
}

/** Below zero where more is known than there is: something of it was deleted. */
function missing(pages: IPages | null): number {
  return pages ? pages.session.message_count - pages.messages.length : 0;
}

/** What is known, with the latest page put to it; null where the two don't join, or something older is gone. */
export function joined(known: IPages | null, latest: Detail): IPages | null {
  const first = latest.messages[0]?.message_id;
  const place = known?.messages.findIndex(one => one.message_id === first) ?? -1;
  const complete = latest.message_count <= latest.messages.length;
  const older = known && place > 0 && !complete ? known.messages.slice(0, place) : [];
  const next = { session: latest, messages: [...older, ...kept(known, latest.messages)] };
  const joins = complete || place >= 0 || !known?.messages.length;
  return joins && (!older.length || missing(next) === missing(known)) ? next : null;
}

/** What is known, with an earlier page before it. */
export function prepended(known: IPages, page: Detail): IPages {
  const ids = new Set(known.messages.map(one => one.message_id));
  const fresh = page.messages.filter(one => !ids.has(one.message_id));
  return { session: known.session, messages: [...fresh, ...known.messages] };
}

/** The same object for the same message: what did not change is not drawn again. */
function kept(known: IPages | null, messages: readonly MessageView[]): MessageView[] {
  const old = new Map(known?.messages.map(one => [one.message_id, one]));
  return messages.map(one => {
    const before = old.get(one.message_id);
    return before && before.pinned === one.pinned && before.status === one.status && before.text === one.text
      ? before
      : one;
  });
}

export class Messages {
  readonly store: StoreApi<IMessages> = createStore<IMessages>(() => ({
    pages: null,
    error: null,
    earlier: false
  }));

  constructor(
    private readonly _agent: Agent,
    readonly session: string
  ) {}

  /** Look again; `whole` where what is older may have changed too. One look answers all who ask before it begins. */
  refresh(whole = false): Promise<void> {
    this._whole ||= whole;
    this._wanted ??= this._afterwards(async () => {
      const all = this._whole;
      this._wanted = null;
      this._whole = false;
      await this._refresh(all);
    });
    return this._wanted;
  }

  /** The page before the first message that is known. */
  async loadEarlier(): Promise<void> {
    if (this.store.getState().earlier || earlierThan(this.store.getState().pages) === 0) {
      return;
    }
    this.store.setState({ earlier: true });
    await this._afterwards(async () => {
      const known = this.store.getState().pages;
      if (known) {
        const page = await this._page(Math.floor(known.messages.length / PAGE) + 1);
        this.store.setState({ pages: prepended(known, page), error: null });
      }
    });
    this.store.setState({ earlier: false });
  }

  /** A message as the server has just given it. */
  replace(message: MessageView): void {
    this.store.setState(({ pages }) => ({
      pages: pages && {
        ...pages,
        messages: pages.messages.map(one => (one.message_id === message.message_id ? message : one))
      }
    }));
  }

  private async _refresh(whole: boolean): Promise<void> {
    const known = this.store.getState().pages;
    const many = known && whole ? known.messages.length : 0;
    const next = many > PAGE ? null : joined(known, await this._page(1));
    this.store.setState({ pages: next ?? (await this._all(known)), error: null });
  }

  /** As many messages as are known, all asked for anew. */
  private async _all(known: IPages | null): Promise<IPages> {
    const count = Math.max(1, Math.ceil((known?.messages.length ?? 0) / PAGE));
    const [latest, ...older] = await Promise.all(
      Array.from({ length: count }, (_, at) => this._page(at + 1))
    );
    const first: IPages = { session: latest, messages: kept(known, latest.messages) };
    return older.reduce(
      (pages, page) => prepended(pages, { ...page, messages: kept(known, page.messages) }),
      first
    );
  }

  private _page(page: number): Promise<Detail> {
    const params = { path: { session_id: this.session }, query: { page, limit: PAGE } };
    return answer(this._agent.rest.GET('/sessions/{session_id}', { params }));
  }

  /** One thing at a time: each builds on what the one before it has found. */
  private _afterwards(job: () => Promise<void>): Promise<void> {
    const done = this._queue.then(job).catch((error: unknown) => {
      this.store.setState({ error: error instanceof Error ? error : new Error(String(error)) });
    });
    this._queue = done;
    return done;
  }

  private _queue: Promise<void> = Promise.resolve();
  private _wanted: Promise<void> | null = null;
  private _whole = false;
}
