/** The shared model of a notebook, as JupyterLab has it. */
import { YNotebook } from '@jupyter/ydoc';

/** A notebook of code cells with these sources. */
export function aNotebook(...sources: readonly string[]): YNotebook {
  const notebook = YNotebook.create();
  notebook.insertCells(
    0,
    sources.map(source => ({ cell_type: 'code', source, metadata: {}, outputs: [], execution_count: null }))
  );
  notebook.undoManager.clear();
  return notebook;
}
