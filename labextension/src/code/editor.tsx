/** Code in JupyterLab's own editor, to be read. */
import { CodeEditor } from '@jupyterlab/codeeditor';
import React, { useEffect, useRef } from 'react';
import { useServices } from '../panel/services';

interface IEditorProps {
  readonly path: string;
  readonly source: string;
  /** The line to go to, from 1. */
  readonly line: number | null;
}

export function Editor({ path, source, line }: IEditorProps): JSX.Element {
  const { editors, trans } = useServices();
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<CodeEditor.IEditor | null>(null);
  useEffect(() => {
    if (!host.current) {
      return;
    }
    const model = new CodeEditor.Model({
      mimeType: editors.mimeTypeService.getMimeTypeByFilePath(path)
    });
    model.sharedModel.setSource(source);
    const made = editors.factoryService.newInlineEditor({
      host: host.current,
      model,
      config: { readOnly: true, lineNumbers: true, lineWrap: false, tabFocusable: true }
    });
    editor.current = made;
    return () => {
      editor.current = null;
      made.dispose();
      model.dispose();
    };
  }, [editors, path, source]);
  useEffect(() => {
    const shown = editor.current;
    if (shown && line !== null && line <= shown.lineCount) {
      const at = line - 1;
      shown.setSelection({
        start: { line: at, column: 0 },
        end: { line: at, column: shown.getLine(at)?.length ?? 0 }
      });
      shown.revealPosition({ line: at, column: 0 });
      shown.focus();
    }
  }, [line, path, source]);
  return (
    <div
      className="jca-Editor"
      role="group"
      aria-label={trans.__('%1, to be read', path)}
      // JupyterLab's shortcuts for files and notebooks mean other editors than this.
      data-lm-suppress-shortcuts="true"
      ref={host}
    />
  );
}
