// A receiver on Express, as its documentation writes one: express.json() parses the body, and the handler keeps what it
// holds. With LENIENT=1 it knows Cratejoy: any JSON is taken, and a string is parsed once more.
const express = require('express');

const lenient = process.env.LENIENT === '1';
const customers = [];
const app = express();
app.use(express.json({ strict: !lenient }));

app.get('/state', (req, res) => res.json(customers));

app.post('/hooks/:event', (req, res) => {
  let payload = req.body;
  if (lenient && typeof payload === 'string') payload = JSON.parse(payload);
  customers.push({ event: req.params.event, payload });
  res.sendStatus(200);
});

app.listen(process.env.PORT, '127.0.0.1');
