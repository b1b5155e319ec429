/** Where files are given to the agent: chosen or dropped. */
import { fileUploadIcon } from '@jupyterlab/ui-components';
import React, { useRef, useState } from 'react';
import { Sorry } from '../panel/parts';
import { Progress } from '../panel/progress';
import { useServices } from '../panel/services';
import { useSending } from './sending';

interface IUploadProps {
  /** They are there. */
  kept(): void;
}

export function Upload({ kept }: IUploadProps): JSX.Element {
  const { trans } = useServices();
  const field = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [unpack, setUnpack] = useState(false);
  const { sendings, error, send } = useSending(kept);
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
        void send([...event.dataTransfer.files], unpack);
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
          void send([...(event.target.files ?? [])], unpack);
          // The same file may be chosen again.
          event.target.value = '';
        }}
      />
      {sendings.map(({ key, count, share, cancel }) => (
        <div key={key} className="jca-Upload-one">
          <span role="status">
            {share === 1
              ? trans._n('Storing %1 file …', 'Storing %1 files …', count)
              : trans._n('Uploading %1 file …', 'Uploading %1 files …', count)}
          </span>
          <Progress label={trans.__('Upload')} share={share === 1 ? null : share} />
          <button type="button" className="jca-Button" onClick={cancel}>
            {trans.__('Cancel')}
          </button>
        </div>
      ))}
      {error && <Sorry error={error} />}
    </div>
  );
}
