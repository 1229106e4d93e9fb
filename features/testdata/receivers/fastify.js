// A receiver on Fastify: its parser takes any JSON, also a string, and the handler reads a field of it.
const app = require('fastify')();
const customers = new Map();

app.get('/state', async () => Object.fromEntries(customers));

app.post('/hooks/:event', async (request) => {
  const { id } = request.body;
  if (id !== undefined) customers.set(`${request.params.event} ${id}`, request.body);
  return { ok: true };
});

app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
