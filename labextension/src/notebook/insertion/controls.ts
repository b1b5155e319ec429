/** What a person can do with a result in its notebook: insert all of it, some of it, or none. */
import type { ISharedNotebook, NotebookChange } from '@jupyter/ydoc';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IAgent } from '../../api/client';
import type { IResult } from '../../api/result';
import { button, h } from '../../dom';
import type { IControls } from '../result/renderer';
import { statusWord } from '../words';
import {
  accept,
  applyChanges,
  insertable,
  isInserted,
  isPart,
  proveChanges,
  usual,
  validatePart
} from './acceptance';
import type { IInsertionSettings, IPlace } from './acceptance';
import { piecesOf } from './cells';
import type { IPiece } from './cells';
import { removeDoubles } from './document';

export interface IControlsOptions {
  readonly trans: TranslationBundle;
  readonly agent: IAgent;
  readonly settings: IInsertionSettings;
  readonly place: IPlace;
  readonly result: IResult;
  /** Write what becomes of the result into its output. */
  readonly keep: (changes: { insert: string }) => void;
}

/** Controls that follow the notebook: once the cells are in it, however they came, they are not offered again. */
export function insertionControls(options: IControlsOptions): IControls | null {
  if (options.result.changes.length) {
    return changeControls(options);
  }
  return insertable(options.result) ? new Controls(options) : null;
}

/** A fix is not a cell of its own: it changes those that it is about. */
function changeControls({ trans, agent, place, result }: IControlsOptions): IControls {
  const said = h('span', { role: 'status' });
  const changed = trans.__('Changed; undo takes it back.');
  const change = async (): Promise<void> => {
    if (!applyChanges(place.notebook, result)) {
      said.textContent = trans.__('The cell is another one by now, so nothing was changed.');
    } else if (result.status === 'passed') {
      said.textContent = `${changed} ${trans.__('Proving it here …')}`;
      const proved = await proveChanges(agent, place.notebook, result).catch(() => false);
      said.textContent = proved ? `${changed} ${trans.__('It is proved in this notebook.')}` : changed;
    } else {
      said.textContent = changed;
    }
  };
  const apply = button(trans.__('Change the cell'), () => void change(), {
    class: result.status === 'passed' ? 'jca-mod-accept' : ''
  });
  return { node: h('div', { class: 'jca-controls' }, apply, ' ', said), dispose: () => undefined };
}

class Controls implements IControls {
  readonly node = h('div', { class: 'jca-controls' });

  constructor(private readonly _options: IControlsOptions) {
    this._options.place.notebook.changed.connect(this._onChanged, this);
    this._show();
  }

  dispose(): void {
    this._options.place.notebook.changed.disconnect(this._onChanged, this);
  }

  private _onChanged(_: ISharedNotebook, change: NotebookChange): void {
    const { place, result } = this._options;
    if (!change.cellsChange) {
      return;
    }
    if (isInserted(place.notebook, result) !== this._inserted) {
      this._show();
    }
    // This change has to end before there can be another.
    void Promise.resolve().then(() => removeDoubles(place.notebook, result));
  }

  private _show(): void {
    const { trans, place, result, keep } = this._options;
    this._inserted = isInserted(place.notebook, result);
    if (this._inserted) {
      this.node.replaceChildren(this._said, trans.__('Its cells are in the notebook.'));
    } else if (result.insert === 'rejected') {
      const again = button(trans.__('Offer again'), () => keep({ insert: 'offered' }));
      this.node.replaceChildren(trans.__('Rejected.'), ' ', again);
    } else {
      this.node.replaceChildren(this._form());
    }
  }

  private _form(): HTMLElement {
    const { trans, result, settings, keep } = this._options;
    const wanted = usual(result, settings);
    const choices = piecesOf(result).map(piece => {
      const box = h('input', { type: 'checkbox', 'data-lm-suppress-shortcuts': 'true' });
      box.checked = wanted.some(one => one.role === piece.role && one.path === piece.path);
      return { piece, box };
    });
    const validated = ['passed', 'ran'].includes(result.status);
    const label = validated ? trans.__('Insert') : trans.__('Insert, not validated');
    const take = button(
      label,
      () => void this._take(choices.filter(({ box }) => box.checked).map(({ piece }) => piece)),
      { class: validated ? 'jca-mod-accept' : '' }
    );
    return h(
      'fieldset',
      {},
      h('legend', {}, trans.__('Cells to insert')),
      ...choices.map(({ piece, box }) => h('label', {}, box, this._named(piece))),
      take,
      button(trans.__('Reject'), () => keep({ insert: 'rejected' }))
    );
  }

  private _named(piece: IPiece): string {
    const { trans } = this._options;
    return piece.role === 'explanation' ? trans.__('explanation') : piece.path;
  }

  private async _take(pieces: readonly IPiece[]): Promise<void> {
    const { trans, place, result, agent } = this._options;
    if (!pieces.length) {
      this._say(trans.__('Choose at least one cell.'));
      this.node.prepend(this._said);
      return;
    }
    if (!accept(place, result, pieces) || !isPart(result, pieces)) {
      return;
    }
    this._say(trans.__('Validating the part that was taken …'));
    try {
      const status = await validatePart(agent, place.notebook, result);
      this._say(trans.__('The part that was taken: %1.', statusWord(trans, status)));
    } catch (error) {
      this._say(trans.__('The part that was taken is not validated: %1', String((error as Error).message)));
    }
  }

  private _say(sentence: string): void {
    this._said.textContent = `${sentence} `;
  }

  private _inserted = false;
  private readonly _said = h('span', { role: 'status' });
}
