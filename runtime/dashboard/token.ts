// The token of a server that asks for one: typed in once, kept until the tab is closed, in no URL.

import { element } from "./elements.ts";

const KEY = "lineside.token";

/** Undefined while none is known. */
export function token(): string | undefined {
  return sessionStorage.getItem(KEY) ?? undefined;
}

/** Forgets a token that was refused, unless another one has taken its place. */
export function forgetToken(refused: string): void {
  if (token() === refused) sessionStorage.removeItem(KEY);
}

/** Opens the question, once: what is typed in is kept, and the page begins anew with it. */
export function askToken(): void {
  const dialog = element("ask-token", HTMLDialogElement);
  if (dialog.open) return;
  dialog.showModal();
  element("token-form", HTMLFormElement).onsubmit = (event) => {
    event.preventDefault();
    sessionStorage.setItem(KEY, element("token", HTMLInputElement).value.trim());
    location.reload();
  };
}
