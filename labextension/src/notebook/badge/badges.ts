/** The badges of one notebook: on every cell whose metadata carry a receipt. */
import type { Cell } from '@jupyterlab/cells';
import type { Notebook } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { IAgent, IVerifyRequest } from '../../api/client';
import type { Json } from '../../api/read';
import { list, record, text } from '../../api/read';
import { METADATA, provenance } from '../insertion/cells';
import type { IProvenance } from '../insertion/cells';
import { Proof } from './proof';
import type { IProofWords } from './proof';
import { BadgeView } from './view';

interface IBadge {
  readonly proof: Proof;
  readonly view: BadgeView;
}

/** Follows the notebook: its cells, their text and their metadata, whoever changes them. */
export class Badges implements IDisposable {
  constructor(
    private readonly _notebook: Notebook,
    private readonly _agent: IAgent,
    private readonly _trans: TranslationBundle
  ) {
    this._words = {
      checking: _trans.__('The engine is being asked.'),
      edited: _trans.__('The code has changed since it was proved.'),
      unchecked: _trans.__('The engine could not be asked.')
    };
    _notebook.modelContentChanged.connect(this._refresh, this);
    _notebook.modelChanged.connect(this._refresh, this);
    this._refresh();
  }

  isDisposed = false;

  dispose(): void {
    this.isDisposed = true;
    Signal.disconnectReceiver(this);
    this._badges.forEach(badge => badge.proof.dispose());
    this._badges.clear();
  }

  /** One change of a document is told many times: once is enough, before the next frame is drawn. */
  private _refresh(): void {
    if (!this._pending) {
      this._pending = true;
      queueMicrotask(() => {
        this._pending = false;
        if (!this.isDisposed && !this._notebook.isDisposed) {
          this._update();
        }
      });
    }
  }

  private _update(): void {
    const proved = this._provedCells();
    const together = codeOfReceipts(proved);
    for (const { cell, about, receipt } of proved) {
      const badge = this._badges.get(cell) ?? this._make(cell);
      badge.view.show(badge.proof.current, receipt);
      badge.proof.update(this._request(cell, about, receipt, together));
    }
    const seen = new Set(proved.map(({ cell }) => cell));
    for (const [cell, badge] of this._badges) {
      if (!seen.has(cell)) {
        badge.proof.dispose();
        badge.view.node.remove();
        this._badges.delete(cell);
      }
    }
  }

  private _provedCells(): IProved[] {
    return this._notebook.widgets.flatMap(cell => {
      // Metadata are no content: their changes are told by the cell. Connecting again changes nothing.
      cell.model.metadataChanged.connect(this._refresh, this);
      const about = provenance(cell.model.getMetadata(METADATA));
      return about?.receipt && about.role === 'code' ? [{ cell, about, receipt: about.receipt }] : [];
    });
  }

  private _request(cell: Cell, about: IProvenance, receipt: Json, together: Together): IVerifyRequest {
    const files = together.get(text(receipt.signature)) ?? {};
    // What stands above matters to no other proof, and is long.
    const built = list(record(receipt.notebook).cells).length > 0;
    return {
      receipt,
      source: sourceOf(cell),
      path: about.path,
      ...(Object.keys(files).length > 1 ? { files } : {}),
      context: {
        ...(built ? { cells: this._above(cell) } : {}),
        notebook: text(record(this._notebook.model?.getMetadata(METADATA)).id),
        proved_in: about.notebook
      }
    };
  }

  private _above(cell: Cell): string[] {
    const cells = this._notebook.widgets;
    return cells
      .slice(0, cells.indexOf(cell))
      .filter(other => other.model.type === 'code')
      .map(sourceOf);
  }

  private _make(cell: Cell): IBadge {
    const proof: Proof = new Proof(this._agent, this._words, () => this._refresh());
    const view = new BadgeView(this._trans, () => proof.again());
    const badge = { proof, view };
    this._badges.set(cell, badge);
    // JupyterLab leaves the header of a cell empty, for extensions; a cell gets it when it is first drawn.
    void cell.ready.then(() => {
      if (this._badges.get(cell) === badge) {
        cell.node.querySelector(':scope > .jp-Cell-header')?.append(view.node);
      }
    });
    return badge;
  }

  private readonly _badges = new Map<Cell, IBadge>();
  private readonly _words: IProofWords;
  private _pending = false;
}

interface IProved {
  readonly cell: Cell;
  readonly about: IProvenance;
  readonly receipt: Json;
}

/** Signature → path → text: several cells may have been proved by one receipt. */
type Together = ReadonlyMap<string, Readonly<Record<string, string>>>;

function codeOfReceipts(proved: readonly IProved[]): Together {
  const together = new Map<string, Readonly<Record<string, string>>>();
  for (const { cell, about, receipt } of proved) {
    const signature = text(receipt.signature);
    together.set(signature, { ...together.get(signature), [about.path]: sourceOf(cell) });
  }
  return together;
}

function sourceOf(cell: Cell): string {
  return cell.model.sharedModel.getSource();
}
