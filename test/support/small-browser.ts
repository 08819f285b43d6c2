/** What a browser does with redirects and cookies, and no more; cookies by host and port, as the servers of tests share a host. */
export interface Visited {
  readonly url: URL;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever was answered
  readonly json: any;
}

const MOST_STEPS = 15;

export class SmallBrowser {
  readonly #cookies = new Map<string, Map<string, string>>();

  /** @param stop where redirects are not followed further */
  async visit(address: string, init: RequestInit = {}, stop?: (url: URL) => boolean): Promise<Visited> {
    let [url, now] = [new URL(address), init];
    for (let step = 0; step < MOST_STEPS; step++) {
      const cookies = this.#of(url.host);
      const sent = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
      const headers = new Headers(now.headers);
      if (sent !== "") headers.set("cookie", sent);
      const response = await fetch(url, { ...now, headers, redirect: "manual" });
      for (const line of response.headers.getSetCookie()) {
        const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        if (value === "" || /max-age=0|expires=Thu, 01 Jan 1970/i.test(line)) cookies.delete(name);
        else cookies.set(name, value);
      }
      const next = response.headers.get("location");
      const text = await response.text();
      if (next === null || response.status < 300 || response.status >= 400)
        return { url, status: response.status, headers: response.headers, text, json: parsed(text) };
      url = new URL(next, url);
      now = {};
      if (stop?.(url) === true)
        return { url, status: response.status, headers: response.headers, text, json: null };
    }
    throw new Error("redirects without end");
  }

  cookie(host: string, name: string): string | undefined {
    return this.#of(host).get(name);
  }

  putCookie(host: string, name: string, value: string): void {
    this.#of(host).set(name, value);
  }

  #of(host: string): Map<string, string> {
    const known = this.#cookies.get(host) ?? new Map<string, string>();
    this.#cookies.set(host, known);
    return known;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
