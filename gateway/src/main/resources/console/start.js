// Shows the description of the API and lets its operations be tried against the gateway that served this page.
SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#api',
  deepLinking: true,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  defaultModelsExpandDepth: 0,
  // No badge: it would send the description to a validator on the internet.
  validatorUrl: 'none',
});
