/** What the code that a letter asks for will find in the notebook, asked of its kernel when the letter is sent. */
import { foundIn } from '../kernel/kernel';
import type { Found } from '../kernel/kernel';
import type { IServices } from '../panel/services';
import { cellsOf, variablesOf } from './letter';
import type { ILetter } from './store';

/** Null where it is about no notebook that is open, or about several. Rejects with KernelSilent. */
export async function foundFor({ notebooks, trans }: IServices, letter: ILetter): Promise<Found | null> {
  const [cells, variables] = [cellsOf(letter), variablesOf(letter)];
  const paths = new Set([...cells, ...variables].map(one => one.notebook));
  const notebook = paths.size === 1 ? notebooks?.find(panel => paths.has(panel.context.path)) : null;
  if (!notebook) {
    return null;
  }
  return foundIn(trans, notebook, {
    request: letter.draft,
    names: variables.map(one => one.name),
    cells: cells.map(one => one.source)
  });
}
