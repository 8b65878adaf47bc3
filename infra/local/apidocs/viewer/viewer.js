// Shows /openapi.json. "Authorize" takes a token of `make -s token AS=buyer`.
SwaggerUIBundle({ url: '/openapi.json', dom_id: '#viewer', deepLinking: true, tryItOutEnabled: true })
