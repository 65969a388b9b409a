/** A document that the page offers; with protocol and port where another endpoint serves it. */
export interface PageDocument {
  name: string;
  path: string;
  protocol?: string;
  port?: string;
}

/** The page. `base` is where its files are, `/` first. */
export function swaggerPage(base: string): string {
  const file = (name: string): string => escapeHtml(`${base === '/' ? '' : base}/${name}`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sessions API</title>
<link rel="stylesheet" href="${file('swagger-ui.css')}">
<link rel="icon" href="${file('favicon-32x32.png')}">
</head>
<body>
<div id="swagger-ui"></div>
<script src="${file('swagger-ui-bundle.js')}"></script>
<script src="${file('swagger-ui-standalone-preset.js')}"></script>
<script src="${file('swagger-initializer.js')}"></script>
</body>
</html>
`;
}

/** The script that starts the page with these documents. No validator: the page calls nobody but the service. */
export function swaggerInitializer(documents: readonly PageDocument[]): string {
  return `const documents = ${JSON.stringify(documents)};
const urls = documents.map(({ name, path, protocol, port }) => ({
  name,
  url: protocol === undefined ? path : protocol + '//' + location.hostname + ':' + port + path,
}));
window.ui = SwaggerUIBundle({
  dom_id: '#swagger-ui',
  urls,
  deepLinking: true,
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
  layout: 'StandaloneLayout',
});
`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
