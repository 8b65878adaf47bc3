// A browser that keeps cookies, follows no redirects and submits the login form.

export class Browser {
  #cookies = new Map();

  async go(url, { method = 'GET', form, headers = {} } = {}) {
    const body = form && new URLSearchParams(form);
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const sent = { ...(form && { origin: new URL(url).origin, 'sec-fetch-site': 'same-origin' }), ...headers, ...(cookie && { cookie }) };
    const response = await fetch(url, { method: form ? 'POST' : method, body, headers: sent, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) {
      const [name, value] = line.split(';')[0].split('=');
      if (/max-age=0/i.test(line)) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return response;
  }

  get cookies() {
    return this.#cookies;
  }

  /** Opens an authorization URL and returns the form's address, or where it redirected to. */
  async open(url) {
    const response = await this.go(url);
    const location = response.headers.get('location');
    const page = await response.text();
    const action = /action="([^"]+)"/.exec(page)?.[1];
    return { status: response.status, location: location && new URL(location), page, action: action && new URL(action, url).href, headers: response.headers };
  }

  /** Signs in as one of the users and returns the address the browser is sent to. */
  async signIn(url, as) {
    const { location, action } = await this.open(url);
    if (location) return location;
    const response = await this.go(action, { form: { user: as } });
    return new URL(response.headers.get('location'));
  }
}
