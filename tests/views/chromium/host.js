// A host as the official AppBridge makes one: the page under test in a sandboxed frame without a network.

import { AppBridge, PostMessageTransport } from "@modelcontextprotocol/ext-apps/app-bridge";

const POLICY =
  "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'none'";

/** Show the page with an answer; resolves once it has been handed over. `window.said` collects what the page says to the host. */
window.show = async ({ page, theme, variables, args, result, tool = "show_placement", capabilities = { serverTools: {}, message: {} } }) => {
  document.querySelector("iframe")?.remove();
  window.said = { messages: [], sizes: [], calls: [] };
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", "allow-scripts");
  frame.style.cssText = "border:0;width:100%;height:2400px";
  document.body.append(frame);
  const hostContext = { theme, locale: "en-GB", toolInfo: { tool: { name: tool, inputSchema: { type: "object" } } }, styles: { variables } };
  const bridge = new AppBridge(null, { name: "test host", version: "1" }, capabilities, { hostContext });
  bridge.oncalltool = (params) => {
    window.said.calls.push(params);
    return window.callTool(params);
  };
  bridge.onmessage = (params) => {
    window.said.messages.push(params);
    return {};
  };
  bridge.onsizechange = (size) => window.said.sizes.push(size);
  const begun = new Promise((resolve) => {
    bridge.oninitialized = resolve;
  });
  await bridge.connect(new PostMessageTransport(frame.contentWindow, frame.contentWindow));
  frame.srcdoc = page.replace("<head>", `<head><meta http-equiv="Content-Security-Policy" content="${POLICY}">`);
  await begun;
  await bridge.sendToolInput({ arguments: args });
  await bridge.sendToolResult(result);
  window.bridge = bridge;
};

window.dress = (context) => window.bridge.setHostContext(context);
window.tearDown = () => window.bridge.teardownResource({});
