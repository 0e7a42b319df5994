// The host that shows this page: JSON-RPC 2.0 by postMessage, as MCP Apps (2026-01-26) has it.

const PROTOCOL = "2026-01-26";
const PATIENCE = 30_000; // milliseconds that an answer of the host may take

/**
 * Begin to talk with the host.
 *
 * @param {Record<string, (params: object) => void>} heard what to do at each notification, by its name without "ui/notifications/"
 * @returns the host: `ready` once it has answered, `can(capability)`, `context`, `call(tool, args)`, `say(text)`, `resized(size)`
 */
export function connect(heard) {
  const waiting = new Map();
  let capabilities = {};
  let context = {};
  let last = 0;

  const post = (message) => parent.postMessage({ jsonrpc: "2.0", ...message }, "*");
  const notify = (method, params = {}) => post({ method, params });
  const ask = (method, params) =>
    new Promise((resolve, reject) => {
      const id = ++last;
      const timer = setTimeout(() => settle(id, { error: { message: "The host did not answer." } }), PATIENCE);
      waiting.set(id, { resolve, reject, timer });
      post({ id, method, params });
    });
  const settle = (id, { result, error }) => {
    const caller = waiting.get(id);
    if (!caller) return;
    waiting.delete(id);
    clearTimeout(caller.timer);
    if (error) caller.reject(new Error(error.message));
    else caller.resolve(result ?? {});
  };
  const answer = ({ id, method }) => {
    if (method === "ping" || method === "ui/resource-teardown") post({ id, result: {} });
    else post({ id, error: { code: -32601, message: "Method not found" } });
  };

  addEventListener("message", (event) => {
    const message = event.data;
    if (event.source !== parent || message?.jsonrpc !== "2.0") return;
    if (!message.method) settle(message.id, message);
    else if (message.id !== undefined) answer(message);
    else {
      const name = message.method.replace("ui/notifications/", "");
      if (name === "host-context-changed") context = { ...context, ...message.params };
      if (Object.hasOwn(heard, name)) heard[name](message.params ?? {});
    }
  });

  const ready = ask("ui/initialize", {
    protocolVersion: PROTOCOL,
    appInfo: { name: "whitespace-mcp", version: "1" },
    appCapabilities: { availableDisplayModes: ["inline"] },
  }).then((result) => {
    capabilities = result.hostCapabilities ?? {};
    context = result.hostContext ?? {};
    notify("ui/notifications/initialized");
  });

  return {
    ready,
    can: (capability) => Boolean(capabilities[capability]),
    get context() {
      return context;
    },
    call: (name, args) => ask("tools/call", { name, arguments: args }),
    say: (text) => ask("ui/message", { role: "user", content: [{ type: "text", text }] }),
    resized: (size) => notify("ui/notifications/size-changed", size),
  };
}
