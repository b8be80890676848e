// Who stands behind a request: the address it came from and, once the guard has looked, the token's owner.
// Kept beside the request, so that no route has to pass it on.

import type { Caller } from "../auth/authority.ts";

export interface Callers {
  arrived(request: Request, address: string): void;
  authenticated(request: Request, caller: Caller): void;
  /** The token's owner; undefined where nobody was asked. */
  ownerOf(request: Request): Caller | undefined;
  /** Under what a request is counted: its token, or its address when nobody was asked. */
  keyOf(request: Request): string;
}

export function createCallers(): Callers {
  const addresses = new WeakMap<Request, string>();
  const owners = new WeakMap<Request, Caller>();
  return {
    arrived: (request, address) => void addresses.set(request, address),
    authenticated: (request, caller) => void owners.set(request, caller),
    ownerOf: (request) => owners.get(request),
    keyOf(request) {
      const owner = owners.get(request);
      return owner ? `token ${owner.name}` : `address ${addresses.get(request) ?? ""}`;
    },
  };
}
