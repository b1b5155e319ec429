/** What goes along with a message: each can be looked at and taken away. */
import { closeIcon, refreshIcon } from '@jupyterlab/ui-components';
import React, { useState } from 'react';
import { useStore } from 'zustand';
import { IconButton } from '../panel/parts';
import { Progress } from '../panel/progress';
import { useComposer, useServices } from '../panel/services';
import { bytes, contentOf } from './letter';
import type { Attachment, IOptions } from './store';
import { uploadsOf } from './uploads';
import type { IUpload } from './uploads';
import { optionName } from './words';

export function Chips(): JSX.Element | null {
  const { agent, composer, trans } = useServices();
  const attachments = useComposer(state => state.attachments);
  const options = useComposer(state => state.options);
  const defaults = useComposer(state => state.defaults);
  const uploads = useStore(uploadsOf(agent, composer).store);
  const [shown, setShown] = useState<string | null>(null);
  const changed = (Object.keys(defaults) as (keyof IOptions)[]).filter(
    name => options[name] !== defaults[name]
  );
  const looked = attachments.find(one => keyOf(one) === shown);
  if (!attachments.length && !uploads.length && !changed.length) {
    return null;
  }
  return (
    <div className="jca-Chips">
      <ul aria-label={trans.__('Goes along with the message')}>
        {attachments.map(one => (
          <Chip
            key={keyOf(one)}
            kind={kindName(trans, one)}
            name={one.name}
            open={shown === keyOf(one)}
            look={() => setShown(shown === keyOf(one) ? null : keyOf(one))}
            remove={() => composer.getState().detach(one)}
          />
        ))}
        {changed.map(name => (
          <Chip
            key={name}
            kind=""
            name={optionName(trans, name, options[name])}
            remove={() => composer.getState().setOptions({ [name]: defaults[name] })}
          />
        ))}
        {uploads.map(one => (
          <Upload key={one.key} upload={one} />
        ))}
      </ul>
      {looked && (
        <pre
          className="jca-Chips-content"
          tabIndex={0}
          aria-label={trans.__('What is sent of %1', looked.name)}
        >
          {contentOf(trans, looked)}
        </pre>
      )}
    </div>
  );
}

interface IChipProps {
  readonly kind: string;
  readonly name: string;
  readonly open?: boolean;
  look?(): void;
  remove(): void;
}

function Chip({ kind, name, open, look, remove }: IChipProps): JSX.Element {
  const { trans } = useServices();
  return (
    <li className="jca-ContextChip">
      {look ? (
        <button
          type="button"
          className="jca-ContextChip-name"
          aria-expanded={open}
          aria-label={`${kind} ${name}`}
          title={trans.__('%1: see what is sent', name)}
          onClick={look}
        >
          {name}
        </button>
      ) : (
        <span className="jca-ContextChip-name">{name}</span>
      )}
      <IconButton icon={closeIcon} label={trans.__('Remove %1', name)} act={remove} />
    </li>
  );
}

function Upload({ upload }: { readonly upload: IUpload }): JSX.Element {
  const { trans } = useServices();
  const { name, size, share, error } = upload;
  const full = size ? `${name} (${bytes(size)})` : name;
  return (
    <li className={`jca-ContextChip ${error ? 'jca-mod-failed' : 'jca-mod-busy'}`}>
      <span className="jca-ContextChip-name" role={error ? 'alert' : 'status'}>
        {error && `${name}: ${error.message}`}
        {!error && (share === 1 ? trans.__('Storing %1 …', full) : trans.__('Uploading %1 …', full))}
      </span>
      {error ? (
        <IconButton icon={refreshIcon} label={trans.__('Upload %1 again', name)} act={upload.again} />
      ) : (
        <Progress label={trans.__('Upload of %1', name)} share={share === 1 ? null : share} />
      )}
      <IconButton
        icon={closeIcon}
        label={error ? trans.__('Forget %1', name) : trans.__('Stop uploading %1', name)}
        act={upload.dismiss}
      />
    </li>
  );
}

function keyOf({ kind, id }: Attachment): string {
  return `${kind}/${id}`;
}

function kindName(trans: ReturnType<typeof useServices>['trans'], { kind }: Attachment): string {
  return { artifact: trans.__('File'), cell: trans.__('Cell'), variable: trans.__('Variable') }[kind];
}
