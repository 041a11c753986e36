"""Plugins and servers that any test may ask for; what they do stands in tests/servers/."""

pytest_plugins = [
    "servers.no_skips",
    "servers.certificates",
    "servers.dovecot",
    "servers.pymap_server",
    "servers.postgres",
]
