/** Code in JupyterLab's own colours. */
import type { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import type { Highlight } from './view';

/** What JupyterLab's editor would mark up; plain text where there is no such editor or no such language. */
export function highlighter(languages: IEditorLanguageRegistry | null): Highlight {
  return (code, path, into) => {
    const language = languages?.findByFileName(path.startsWith('In [') ? 'cell.py' : path) ?? null;
    if (!languages || !language) {
      into.textContent = code;
      return;
    }
    languages.highlight(code, language, into).catch(() => {
      into.textContent = code;
    });
  };
}
