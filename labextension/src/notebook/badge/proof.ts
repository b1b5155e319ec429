/** What a cell's receipt is worth for the cell as it is now. */
import type { IAgent, IVerifyRequest } from '../../api/client';
import type { Json } from '../../api/read';
import { text } from '../../api/read';
import { matches } from './digest';

export type ProofState =
  'passed' | 'ran' | 'partial' | 'stale' | 'other context' | 'unknown key' | 'forged' | 'not verified';

export interface IProof {
  readonly state: ProofState;
  readonly reason: string;
}

/** Sentences that are not the engine's. */
export interface IProofWords {
  readonly checking: string;
  readonly edited: string;
  readonly unchecked: string;
}

/** The wait after a change, so that not every key pressed asks the engine. */
const SETTLED_MS = 500;

/**
 * Follows one cell. What was verified holds until the code is another one: then the proof is stale at once, and the
 * engine is asked when the cell has settled. Going back to what was verified needs nobody.
 */
export class Proof {
  constructor(
    private readonly _agent: Pick<IAgent, 'verify'>,
    private readonly _words: IProofWords,
    private readonly _changed: () => void,
    private readonly _crypto: SubtleCrypto | undefined = globalThis.crypto?.subtle
  ) {
    this.current = { state: 'not verified', reason: _words.checking };
  }

  current: IProof;

  /** The cell, its metadata or what stands above it may have changed. */
  update(request: IVerifyRequest): void {
    const code = codeOf(request);
    const all = JSON.stringify(request);
    if (all === this._asked) {
      return;
    }
    this._asked = all;
    clearTimeout(this._timer);
    const known = this._verified;
    if (known?.all === all) {
      this._set(known.proof);
      return;
    }
    const edited =
      known !== null && known.code !== code && known.signature === text(request.receipt.signature);
    if (edited && known.proof.state !== 'forged' && known.proof.state !== 'unknown key') {
      this._set({ state: 'stale', reason: this._words.edited });
    }
    this._timer = setTimeout(() => void this._verify(request, all, code), known === null ? 0 : SETTLED_MS);
  }

  /** Ask again, also where nothing has changed. */
  again(): void {
    const asked = this._asked;
    if (asked) {
      this._asked = '';
      this._verified = null;
      this.update(JSON.parse(asked) as IVerifyRequest);
    }
  }

  dispose(): void {
    clearTimeout(this._timer);
    this._asked = '';
  }

  private async _verify(request: IVerifyRequest, all: string, code: string): Promise<void> {
    let proof: IProof;
    let certain = true;
    try {
      proof = proofOf(await this._agent.verify(request), request.receipt);
    } catch (error) {
      certain = false;
      proof = await this._alone(request, error instanceof Error ? error.message : '');
    }
    // The cell may be another one by now.
    if (this._asked !== all) {
      return;
    }
    if (certain) {
      this._verified = { all, code, signature: text(request.receipt.signature), proof };
    }
    this._set(proof);
  }

  /** Without an engine, only that the code is another one can be told. */
  private async _alone(request: IVerifyRequest, why: string): Promise<IProof> {
    const files = request.files ?? { [request.path]: request.source };
    const same = await matches(files, text(request.receipt.code_sha256), this._crypto);
    return same === false
      ? { state: 'stale', reason: this._words.edited }
      : { state: 'not verified', reason: why || this._words.unchecked };
  }

  private _set(proof: IProof): void {
    if (proof.state !== this.current.state || proof.reason !== this.current.reason) {
      this.current = proof;
      this._changed();
    }
  }

  private _asked = '';
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _verified: { all: string; code: string; signature: string; proof: IProof } | null = null;
}

function codeOf(request: IVerifyRequest): string {
  return JSON.stringify(request.files ?? request.source.trimEnd());
}

/** The badge's state from the engine's answer and from what the receipt says was proved. */
function proofOf(answer: Json, receipt: Json): IProof {
  const reason = text(answer.reason);
  const state = text(answer.state);
  switch (state) {
    case 'stale':
    case 'other context':
    case 'unknown key':
    case 'forged':
      return { state, reason };
    case 'fresh': {
      const status = text(receipt.status);
      return { state: status === 'passed' || status === 'ran' ? status : 'partial', reason };
    }
    default:
      return { state: 'not verified', reason };
  }
}
