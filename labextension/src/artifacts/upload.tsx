/** Where files are given to the agent: chosen or dropped. */
import { fileUploadIcon } from '@jupyterlab/ui-components';
import React, { useRef, useState } from 'react';
import { Busy, Sorry } from '../panel/parts';
import { usePanel, useServices } from '../panel/services';

interface IUploadProps {
  /** They are there. */
  kept(): void;
}

export function Upload({ kept }: IUploadProps): JSX.Element {
  const { agent, trans } = useServices();
  const session = usePanel(state => state.session);
  const field = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [unpack, setUnpack] = useState(false);
  const [sending, setSending] = useState(0);
  const [error, setError] = useState<Error | null>(null);
  const send = async (files: readonly File[]): Promise<void> => {
    if (!files.length) {
      return;
    }
    const body = new FormData();
    files.forEach(file => body.append('file', file, file.name));
    if (session) {
      body.append('session_id', session);
    }
    if (unpack) {
      body.append('unpack', 'true');
    }
    setError(null);
    setSending(count => count + files.length);
    try {
      await agent.open('/artifacts/upload', { method: 'POST', body });
      kept();
    } catch (reason) {
      setError(reason as Error);
    } finally {
      setSending(count => count - files.length);
    }
  };
  return (
    <div
      className={`jca-Upload ${over ? 'jca-mod-over' : ''}`}
      onDragOver={event => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={event => {
        event.preventDefault();
        setOver(false);
        void send([...event.dataTransfer.files]);
      }}
    >
      <button type="button" className="jca-Button" onClick={() => field.current?.click()}>
        <fileUploadIcon.react tag="span" /> {trans.__('Upload files')}
      </button>
      <label>
        <input type="checkbox" checked={unpack} onChange={event => setUnpack(event.target.checked)} />{' '}
        {trans.__('unpack ZIP archives')}
      </label>
      <input
        ref={field}
        hidden
        multiple
        type="file"
        aria-label={trans.__('Files to upload')}
        onChange={event => {
          void send([...(event.target.files ?? [])]);
          // The same file may be chosen again.
          event.target.value = '';
        }}
      />
      {sending > 0 && <Busy label={trans._n('Uploading %1 file …', 'Uploading %1 files …', sending)} />}
      {error && <Sorry error={error} />}
    </div>
  );
}
