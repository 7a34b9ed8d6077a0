"""The routes, a concern each: a request becomes a call of a service, and its result an answer."""
