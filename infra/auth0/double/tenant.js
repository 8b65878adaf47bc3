// TenantDouble is an Auth0 tenant in memory: the part of the Management API that the
// deployment tool uses, as a fetch function.
const LISTS = {
  'resource-servers': 'resource_servers', 'client-grants': 'client_grants', 'actions/actions': 'actions',
  'actions/modules': 'modules', clients: 'clients', connections: 'connections', roles: 'roles',
};

class TenantDouble {
  requests = [];
  #items = Object.fromEntries(Object.keys(LISTS).map((kind) => [kind, []]));
  #details = new Map(); // by path: permissions, bindings, enabled clients

  /** Returns the items by kind and their details by path. */
  state() {
    return { items: this.#items, details: Object.fromEntries(this.#details) };
  }

  writes() {
    return this.requests.filter(([method, path]) => method !== 'GET' && path !== '/oauth/token');
  }

  fetch = async (input, init = {}) => {
    const url = new URL(input.url ?? input);
    const method = init.method ?? 'GET';
    this.requests.push([method, url.pathname]);
    const body = typeof init.body === 'string' && /^[[{]/.test(init.body) ? JSON.parse(init.body) : undefined;
    const content = url.pathname === '/oauth/token' ? { access_token: 'double', expires_in: 60, token_type: 'Bearer' } : this.#respond(method, url, body);
    return new Response(JSON.stringify(content), { status: method === 'POST' ? 201 : 200, headers: { 'content-type': 'application/json' } });
  };

  #respond(method, url, body) {
    const path = url.pathname.replace('/api/v2/', '');
    if (LISTS[path]) return method === 'GET' ? this.#list(path, url.searchParams) : this.#create(path, body);
    const kind = Object.keys(LISTS).find((k) => path.startsWith(`${k}/`));
    const [id, ...rest] = kind ? path.slice(kind.length + 1).split('/') : [];
    const item = kind && this.#items[kind].find((x) => x.id === id || x.client_id === id);
    if (item && rest.length === 0) return method === 'PATCH' ? Object.assign(item, body) : item;
    if (method !== 'GET') this.#details.set(path, body);
    return this.#details.get(path) ?? [];
  }

  #list(kind, query) {
    const wanted = (x) => ['name', 'strategy'].every((key) => !query.has(key) || x[key] === query.get(key));
    const found = this.#items[kind].filter(wanted);
    return { [LISTS[kind]]: found, start: 0, limit: 100, total: found.length };
  }

  #create(kind, body) {
    const id = `${kind}-${this.#items[kind].length + 1}`;
    const item = { id, ...body, ...(kind === 'clients' && { client_id: id }), ...(kind === 'actions/actions' && { status: 'built' }) };
    this.#items[kind].push(item);
    return item;
  }
}

module.exports = { TenantDouble };
