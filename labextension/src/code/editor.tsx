/** Code in JupyterLab's own editor, to be read. */
import { CodeEditor } from '@jupyterlab/codeeditor';
import React, { useEffect, useRef } from 'react';
import { useServices } from '../panel/services';
import type { IPlace } from './place';

interface IEditorProps {
  readonly path: string;
  readonly source: string;
  /** Null where nobody has asked for a line of this file; each asking is an object of its own. */
  readonly asked: IPlace | null;
}

export function Editor({ path, source, asked }: IEditorProps): JSX.Element {
  const { editors, trans } = useServices();
  const host = useRef<HTMLDivElement>(null);
  const made = useRef<{ editor: CodeEditor.IEditor; model: CodeEditor.Model } | null>(null);
  useEffect(() => {
    if (!host.current) {
      return;
    }
    const model = new CodeEditor.Model();
    const editor = editors.factoryService.newInlineEditor({
      host: host.current,
      model,
      config: { readOnly: true, lineNumbers: true, lineWrap: false, tabFocusable: true }
    });
    made.current = { editor, model };
    return () => {
      made.current = null;
      editor.dispose();
      model.dispose();
    };
  }, [editors]);
  useEffect(() => {
    if (made.current) {
      made.current.model.mimeType = editors.mimeTypeService.getMimeTypeByFilePath(path);
      made.current.model.sharedModel.setSource(source);
      // The field in it has a role of its own, and so needs a name of its own.
      host.current?.querySelector('[role="textbox"]')?.setAttribute('aria-label', path);
    }
  }, [editors, path, source]);
  useEffect(() => {
    if (made.current && asked?.line) {
      goTo(made.current.editor, asked.line);
    }
  }, [asked, path, source]);
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

/** Select the line, where there is one: that highlights it, and the keyboard goes on from there. */
function goTo(editor: CodeEditor.IEditor, number: number): void {
  const line = number - 1;
  if (line < editor.lineCount) {
    editor.setSelection({
      start: { line, column: 0 },
      end: { line, column: editor.getLine(line)?.length ?? 0 }
    });
    editor.revealPosition({ line, column: 0 });
    editor.focus();
  }
}
