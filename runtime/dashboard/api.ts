// What the page asks the server beside frames: its models and its open streams.

import { askToken, forgetToken, token } from "./token.ts";

export interface StreamInfo {
  readonly name: string;
  readonly model: { readonly name: string; readonly version: string };
}

export interface ModelInfo {
  readonly name: string;
  readonly version: string;
  readonly variant?: string;
  readonly provider?: string;
}

export async function fetchStreams(): Promise<StreamInfo[]> {
  return (await fetchJson<{ streams: StreamInfo[] }>("/v1/streams")).streams;
}

export async function fetchModels(): Promise<ModelInfo[]> {
  return (await fetchJson<{ models: ModelInfo[] }>("/v1/models")).models;
}

async function fetchJson<T>(path: string): Promise<T> {
  const known = token();
  const response = await fetch(path, {
    signal: AbortSignal.timeout(5000),
    ...(known === undefined ? {} : { headers: { authorization: `Bearer ${known}` } }),
  });
  if (response.status === 401 || response.status === 403) {
    if (known !== undefined) forgetToken(known);
    askToken();
  }
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return await response.json() as T;
}
