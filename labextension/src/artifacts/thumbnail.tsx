/** The small picture that the engine has made of an image; the image itself is never shown in the page. */
import React, { useEffect, useState } from 'react';
import { useServices } from '../panel/services';

export function Thumbnail({ id }: { readonly id: string }): JSX.Element | null {
  const { agent } = useServices();
  const [address, setAddress] = useState('');
  useEffect(() => {
    const ending = new AbortController();
    let made = '';
    agent
      .open(`/artifacts/${encodeURIComponent(id)}/thumbnail`, { signal: ending.signal })
      .then(response => response.blob())
      .then(picture => {
        if (!ending.signal.aborted) {
          made = URL.createObjectURL(picture);
          setAddress(made);
        }
      })
      // A file without its picture is still a file.
      .catch(() => undefined);
    return () => {
      ending.abort();
      URL.revokeObjectURL(made);
    };
  }, [agent, id]);
  return address ? <img className="jca-Thumbnail" src={address} alt="" /> : null;
}
