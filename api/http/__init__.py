"""The HTTP service. `service.create` makes it for an open archive, `serve.serve` runs it."""
