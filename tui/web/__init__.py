"""The admin in a browser: pages with a login, and a process for everybody who is let in."""
