"""A receiver on Flask: get_json() gives whatever the body holds, and the handler takes it for an object."""
import os

from flask import Flask, jsonify, request

app = Flask(__name__)
customers = {}


@app.get("/state")
def state():
    return jsonify(customers)


@app.post("/hooks/<event>")
def hook(event):
    payload = request.get_json()
    customers[f"{event} {payload['id']}"] = payload
    return "", 204


if __name__ == "__main__":
    app.run(port=int(os.environ["PORT"]), threaded=True)
