/** How the agent's parts are: asked for when somebody looks, after a reconnection, and after something was missing. */
import { createStore } from 'zustand/vanilla';
import type { StoreApi } from 'zustand/vanilla';
import { answer } from '../api/client';
import type { Agent, Wire } from '../api/client';
import type { ILive, Live } from '../live/live';

/** The built-in provider, which is no model. */
const TEMPLATES = 'templates';

interface IHealth {
  readonly health: Wire['Health'] | null;
  /** Whether no model answers for any request. */
  readonly modelless: boolean;
  readonly error: Error | null;
  readonly busy: boolean;
  /** The sentence about a missing part that was waved away: another one is shown again. */
  readonly dismissed: string;
}

export class Health {
  readonly store: StoreApi<IHealth> = createStore<IHealth>(() => ({
    health: null,
    modelless: false,
    error: null,
    busy: false,
    dismissed: ''
  }));

  constructor(
    private readonly _agent: Agent,
    private readonly _live: Live
  ) {}

  /** Ask once the panel is looked at, and then after each reconnection and each failure. Only the first call counts. */
  watch(): void {
    if (this._watching) {
      return;
    }
    this._watching = true;
    this._live.store.subscribe((now, before) => {
      if (connected(now, before) || failed(now, before)) {
        void this.check();
      }
    });
    this._agent.missing.connect(() => void this.check());
    if (this._live.store.getState().connection !== 'waiting') {
      void this.check();
    }
  }

  /** Ask; whoever asks while an answer is on its way gets that one. */
  check(): Promise<void> {
    this._asked ??= this._ask().finally(() => {
      this._asked = null;
    });
    return this._asked;
  }

  dismiss(sentence: string): void {
    this.store.setState({ dismissed: sentence });
  }

  private async _ask(): Promise<void> {
    this.store.setState({ busy: true });
    try {
      const health = await answer(this._agent.rest.GET('/health'));
      const modelless = health.checks.models.state !== 'ok' && (await this._modelless());
      this.store.setState({ health, modelless, error: null, busy: false });
    } catch (error) {
      this.store.setState({ error: error as Error, busy: false });
    }
  }

  private async _modelless(): Promise<boolean> {
    const { tiers } = await answer(this._agent.rest.GET('/models'));
    return !tiers.some(tier => tier.models.some(({ model, available }) => available && model !== TEMPLATES));
  }

  private _watching = false;
  private _asked: Promise<void> | null = null;
}

const KNOWN = new WeakMap<Live, Health>();

/** One for the side panel and every tab of it. */
export function healthOf(agent: Agent, live: Live): Health {
  const known = KNOWN.get(live) ?? new Health(agent, live);
  KNOWN.set(live, known);
  return known;
}

/** Whether the stream has just been begun, which it is when somebody looks, or taken up again. */
function connected(now: ILive, before: ILive): boolean {
  return before.connection === 'waiting'
    ? now.connection !== 'waiting'
    : before.connection === 'offline' && now.connection === 'online';
}

/** Whether an execution has just come to no good end: it may be that something was not there. */
function failed(now: ILive, before: ILive): boolean {
  return Object.values(now.runs).some(
    run => ['failed', 'partial'].includes(run.status) && run.status !== before.runs[run.id]?.status
  );
}
